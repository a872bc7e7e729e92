// The titles of the tasks that a question is about: nobody approves a bare number gladly.

import { useEffect, useState } from "react";

import { api, ApiError } from "../api";

export interface TaskTitle {
  number: number;
  title: string;
}

const UNKNOWN = "(title not available)";

/** Asked of the server, because the question may be older than the page, and its tasks in no list that is loaded. */
export function useTaskTitles(numbers: readonly number[]): TaskTitle[] {
  const [titles, setTitles] = useState<ReadonlyMap<number, string>>(new Map());
  const wanted = numbers.join(" ");

  useEffect(() => {
    let isWanted = true;
    for (const number of wanted.split(" ").filter((text) => text !== "").map(Number)) {
      const learn = (title: string) => isWanted && setTitles((now) => new Map(now).set(number, title));
      api.task(number).then(
        ({ title }) => learn(title),
        (error: unknown) => learn(error instanceof ApiError && error.status === 404 ? "(no such task)" : UNKNOWN),
      );
    }
    return () => {
      isWanted = false;
    };
  }, [wanted]);

  return numbers.map((number) => ({ number, title: titles.get(number) ?? "…" }));
}

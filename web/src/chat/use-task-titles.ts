// The titles of the tasks in a question, because a number alone is hard to approve.

import { useEffect, useState } from "react";

import { api, ApiError } from "../api";

export interface TaskTitle {
  number: number;
  title: string;
}

const UNKNOWN = "(title not available)";

/** Loaded from the server, because the question may be older than the page, and its tasks in no loaded list. */
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

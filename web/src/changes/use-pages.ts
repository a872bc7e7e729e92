// A list that is read page by page, newest first.

import { useCallback, useEffect, useRef, useState } from "react";

import { describe, PAGE, PAGE_MAX, type Part } from "../api";
import type { ProblemMessage } from "../problem-words";

interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}

export interface Pages<T> {
  /** Undefined until the first page is there. */
  items: T[] | undefined;
  hasMore: boolean;
  problem: ProblemMessage | undefined;
  more: () => void;
}

/** A new `read` begins again; another `version` reads again what is shown. */
export function usePages<T>(read: (part: Part) => Promise<Page<T>>, version: number): Pages<T> {
  const [items, setItems] = useState<T[]>();
  const [next, setNext] = useState<string>();
  const [problem, setProblem] = useState<ProblemMessage>();
  // A slow answer to an earlier request must not be added to a list that has begun again.
  const request = useRef(0);

  const count = useRef(0);
  count.current = items?.length ?? 0;

  const load = useCallback(
    async (part: Part) => {
      request.current += 1;
      const mine = request.current;
      try {
        const page = await read(part);
        if (mine !== request.current) return;
        setItems((now) => (part.cursor === undefined ? page.items : [...(now ?? []), ...page.items]));
        setNext(page.next_cursor ?? undefined);
        setProblem(undefined);
      } catch (error) {
        if (mine === request.current) setProblem(describe(error));
      }
    },
    [read],
  );

  // As many as are shown: an event must not take away what "Show more" has loaded.
  useEffect(() => void load({ limit: Math.min(Math.max(count.current, PAGE), PAGE_MAX) }), [load, version]);

  return { items, hasMore: next !== undefined, problem, more: () => next !== undefined && void load({ cursor: next }) };
}

// A form that is sent to the server: whether it is on its way, and what was refused.

import { useCallback, useRef, useState } from "react";

import { describeFields } from "./api";
import type { Problems } from "./problem-words";

export interface Submission<Name extends string> {
  busy: boolean;
  problem: Problems<Name>;
  /** Returns whether it succeeded; an error is shown. Does nothing while one is on its way. */
  run(action: () => Promise<unknown>): Promise<boolean>;
}

/** `names` are the fields of the form as the server names them; the same array each time. */
export function useSubmission<Name extends string>(names: readonly Name[]): Submission<Name> {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problems<Name>>({ fields: {} });
  const isRunning = useRef(false);

  const run = useCallback(
    async (action: () => Promise<unknown>) => {
      if (isRunning.current) return false;
      isRunning.current = true;
      setBusy(true);
      setProblem({ fields: {} });
      try {
        await action();
        return true;
      } catch (error) {
        setProblem(describeFields(error, names));
        return false;
      } finally {
        isRunning.current = false;
        setBusy(false);
      }
    },
    [names],
  );
  return { busy, problem, run };
}

/** For what has no fields: a button, a list. */
export const NO_FIELDS: readonly never[] = [];

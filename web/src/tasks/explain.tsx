// Why a recurring task is due when it is; asked only when somebody wants to know.

import { useEffect, useState } from "react";

import { api, describe } from "../api";
import type { Explanation, TaskView } from "../contract";
import { useZone } from "../zone";
import { datesAfter } from "./parsed-spans";

export function Explain({ task, now }: { task: TaskView; now: Date }) {
  const zone = useZone();
  const [open, setOpen] = useState(false);
  const [answer, setAnswer] = useState<Explanation>();
  const [problem, setProblem] = useState<string>();

  useEffect(() => {
    if (!open) return;
    let wanted = true;
    setProblem(undefined);
    api.explain(task).then(
      (explanation) => wanted && setAnswer(explanation),
      (error: unknown) => wanted && setProblem(describe(error).detail),
    );
    return () => {
      wanted = false;
    };
    // The explanation is as old as the version it was asked for.
  }, [open, task]);

  return (
    <details className="why" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Why this date?</summary>
      <div aria-live="polite">
        {problem && <p className="warning">{problem}</p>}
        {answer && (
          <>
            <ul>
              {answer.reasons.map((reason) => (
                <li key={reason}>{reason}</li>
              ))}
            </ul>
            {answer.next.length > 0 && (
              <p>
                Next:{" "}
                {datesAfter(
                  answer.next.map(({ due }) => due),
                  task.due,
                  now,
                  zone,
                )}
              </p>
            )}
          </>
        )}
      </div>
    </details>
  );
}

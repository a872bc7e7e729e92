// Emptying the trash, after saying how many tasks are in it.

import { useState } from "react";

import { api } from "../api";
import { NO_FIELDS, useSubmission } from "../form";
import { ProblemText } from "../problem";

interface Plan {
  count: number;
  /** Whether there are more than one request deletes. */
  hasMore: boolean;
}

export function EmptyTrash({ emptied }: { emptied: () => void }) {
  const [plan, setPlan] = useState<Plan>();
  const { busy, problem, run } = useSubmission(NO_FIELDS);

  const ask = () =>
    run(async () => {
      const { purged, has_more } = await api.emptyTrash(true);
      setPlan({ count: purged, hasMore: has_more });
    });

  const empty = () =>
    run(async () => {
      try {
        while ((await api.emptyTrash(false)).has_more) {
          // Each request deletes a part.
        }
        setPlan(undefined);
      } finally {
        emptied();
      }
    });

  return (
    <div className="empty-trash">
      {plan === undefined ? (
        <button type="button" aria-disabled={busy} onClick={() => void ask()}>
          Empty the trash
        </button>
      ) : (
        <div role="group" aria-label="Empty the trash" className="danger">
          <p role="status">
            Delete {plan.hasMore ? `more than ${plan.count}` : plan.count} {plan.count === 1 ? "task" : "tasks"} for good? This
            cannot be undone.
          </p>
          <div className="buttons">
            <button type="button" autoFocus onClick={() => setPlan(undefined)}>
              Keep them
            </button>
            <button type="button" className="danger-button" aria-disabled={busy} onClick={() => void empty()}>
              Delete for good
            </button>
          </div>
        </div>
      )}
      <ProblemText problem={problem.form} />
    </div>
  );
}

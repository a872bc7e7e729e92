// A notice in an editor that its task has changed its status since the editing began.

import type { TaskView } from "../contract";
import { statusOf } from "./values";

const STATUS_TEXTS = {
  deleted: "This task was deleted while you were editing it.",
  completed: "This task was completed while you were editing it.",
  skipped: "This occurrence was skipped while you were editing it.",
};

interface Props {
  task: TaskView;
  away: boolean;
  dirty: boolean;
}

export function StatusNotice({ task, away, dirty }: Props) {
  const status = statusOf(task.status);
  return (
    // Always in the document, so that screen readers announce changes.
    <div role="status" className={status !== "open" || away ? "editor-notice" : "hidden"}>
      {status !== "open" && (
        <>
          <p>{STATUS_TEXTS[status]}</p>
          {dirty && (
            <p>
              Your changes are still here. {status === "deleted" ? "Restore" : "Reopen"} the task and save them, save them as
              a new task, or discard them.
            </p>
          )}
        </>
      )}
      {status === "open" && away && <p>This task is no longer in this list. It stays here until you save or cancel.</p>}
    </div>
  );
}

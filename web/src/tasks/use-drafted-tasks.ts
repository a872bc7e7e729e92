// After a reload the editors with unsaved text are opened again, wherever in the list their tasks are.

import { useEffect } from "react";

import { api } from "../api";
import type { TaskView } from "../contract";
import type { Drafts } from "../drafts";
import { draftedTasks } from "./edit-draft";

export function useDraftedTasks(drafts: Drafts, edit: (task: TaskView) => void): void {
  useEffect(() => {
    for (const id of draftedTasks(drafts)) {
      api.task(id).then(edit, () => {
        // The draft stays, and is retried with the next load.
      });
    }
  }, [drafts, edit]);
}

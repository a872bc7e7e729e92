// What was typed into the editors of tasks and not saved.

import type { TaskView } from "../contract";
import type { Drafts } from "../drafts";
import { readForm, type EditForm } from "./edit-form";

const PREFIX = "task.";

export function draftName(task: TaskView): string {
  return PREFIX + task.id;
}

export function editDraft(drafts: Drafts, task: TaskView): EditForm | undefined {
  return drafts.get(draftName(task), readForm);
}

/** The ids of the tasks with such a draft. */
export function draftedTasks(drafts: Drafts): string[] {
  return drafts
    .names()
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => name.slice(PREFIX.length));
}

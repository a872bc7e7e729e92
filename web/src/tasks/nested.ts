// Subtasks below their parent, and what their counts say. Pure, so that it can be tested.

import type { TaskView } from "../contract";

/** The rows of a list: subtasks whose parent is listed come right after it, in the order of the list. */
export function nested(rows: readonly TaskView[]): TaskView[] {
  if (rows.every((task) => task.parent == null)) return [...rows];
  const listed = new Set(rows.map((task) => task.number));
  const parts = new Map<number, TaskView[]>();
  for (const task of rows) {
    if (task.parent == null || !listed.has(task.parent)) continue;
    parts.set(task.parent, [...(parts.get(task.parent) ?? []), task]);
  }
  return rows
    .filter((task) => task.parent == null || !listed.has(task.parent))
    .flatMap((task) => [task, ...(parts.get(task.number) ?? [])]);
}

/** Such as "1 of 3 subtasks done"; nothing without subtasks. */
export function subtasksText({ subtasks }: Pick<TaskView, "subtasks">): string {
  if (subtasks == null) return "";
  const all = subtasks.open + subtasks.done;
  return `${subtasks.done} of ${all} ${all === 1 ? "subtask" : "subtasks"} done`;
}

// Notices about an action on a task. Pure, so that they can be tested.

import { describe } from "../api";
import type { TaskChange, TaskView } from "../contract";
import { formWords } from "../problem-words";
import type { Toast } from "../toasts/toast-list";
import { browserZone } from "../zone";
import { writtenText } from "./due";

/** The subject of a task's notices: all occurrences of a series are the same subject. */
export function aboutOf(task: TaskView): string {
  return task.series ?? task.id;
}

/** The effect of an action; undefined if the list already shows it. */
export function notice(verb: string, change: TaskChange, undo?: () => Promise<boolean>): Toast | undefined {
  const warnings = (change.warnings ?? []).map(formWords);
  if (warnings.length === 0 && undo === undefined) return undefined;
  return {
    text: `${verb}: ${nameOf(change)}`,
    ...(warnings.length === 0 ? {} : { kind: "warning", detail: warnings, about: aboutOf(change) }),
    ...(undo === undefined ? {} : { action: { label: "Undo", run: undo } }),
  };
}

/** Why an action was refused. */
export function refusal(task: TaskView, error: unknown): Toast {
  const { detail, hint } = describe(error);
  return { kind: "error", text: detail, about: aboutOf(task), ...(hint === undefined ? {} : { detail: [hint] }) };
}

/** Such as "#63 water the plants, Mon 30 Nov": occurrences of a series have the same title. */
function nameOf({ number, title, recurrence, due, due_zone }: TaskView): string {
  const name = `#${number} ${title}`;
  return recurrence == null || due == null ? name : `${name}, ${writtenText(due, new Date(), due_zone ?? browserZone)}`;
}

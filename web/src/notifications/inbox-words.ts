// The inbox in words. Pure, so that it can be tested.

import type { NotificationView, SnoozeTask, TaskView } from "../contract";
import { dueText, instantText } from "../tasks/due";

/** For how long a reminder can be put off by one press. */
export const SNOOZES: readonly (readonly [name: string, by: SnoozeTask])[] = [
  ["10 min", { minutes: 10 }],
  ["1 h", { minutes: 60 }],
  ["Tomorrow 9 am", { until: "tomorrow 9am" }],
];

const ENDED: Partial<Record<TaskView["status"], string>> = {
  completed: "done",
  skipped: "skipped",
  deleted: "in the trash",
};

/** Such as "due today, Tue 1 Dec, 17:00 · reminded Tue 1 Dec, 16:50". */
export function lineText({ task, fire_at }: NotificationView, now: Date, zone: string): string {
  const due = dueText(task, now, zone);
  const words = [ENDED[task.status], due && `due ${due.text}`, `reminded ${instantText(fire_at, now, zone)}`];
  return words.filter((word) => word != null).join(" · ");
}

/** The reminders that a task has next, such as "Put off until Wed 2 Dec, 09:00: take the pill". */
export function snoozedText(task: TaskView, now: Date, zone: string): string {
  const next = task.reminders
    .flatMap(({ at }) => (at != null && Date.parse(at) > now.getTime() ? [Date.parse(at)] : []))
    .sort((one, other) => one - other)[0];
  const until = next === undefined ? "" : ` until ${instantText(new Date(next).toISOString(), now, zone)}`;
  return `Put off${until}: ${task.title}`;
}

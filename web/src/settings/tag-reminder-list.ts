// The list of reminders by tag, which is saved as a whole. Pure, so that it can be tested.

import type { TagReminder } from "../contract";

/** With one more, the reminders of a tag next to each other and the earliest first; the same list if it is there already. */
export function withReminder(reminders: readonly TagReminder[], added: TagReminder): TagReminder[] {
  if (reminders.some((reminder) => isSame(reminder, added))) return [...reminders];
  return [...reminders, added].sort(
    (one, other) => one.tag.localeCompare(other.tag) || other.minutes_before - one.minutes_before,
  );
}

export function withoutReminder(reminders: readonly TagReminder[], removed: TagReminder): TagReminder[] {
  return reminders.filter((reminder) => !isSame(reminder, removed));
}

function isSame(one: TagReminder, other: TagReminder): boolean {
  return one.tag === other.tag && one.minutes_before === other.minutes_before;
}

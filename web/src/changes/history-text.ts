// The history of a task in words. Pure, so that it can be tested.

import type { FieldChange, HistoryEntry } from "../contract";
import { instantText, parseDue, writtenText } from "../tasks/due";
import { FIELD_NAMES } from "../tasks/field-names";
import { minutesBefore } from "../tasks/parsed-spans";

const EVENTS: Record<string, string> = {
  "task.created.v1": "Added",
  "task.updated.v1": "Changed",
  "task.completed.v1": "Completed",
  "task.skipped.v1": "Skipped",
  "task.reopened.v1": "Reopened",
  "task.deleted.v1": "Moved to the trash",
  "task.restored.v1": "Restored",
  "task.purged.v1": "Deleted for good",
  "reminder.scheduled.v1": "Reminder set",
  "reminder.due.v1": "Reminded",
};

/** Fields by their names in the API. */
const NAMES: Record<string, string> = { ...FIELD_NAMES, duration_minutes: "Minutes", parent: "Part of" };

/** The longest value that is shown whole. */
const VALUE_MAX = 80;

/** The fields of events that only mirror what the event says. */
const MIRRORED = new Set(["status", "occurrence"]);

export function eventText({ type, reminder }: Pick<HistoryEntry, "type" | "reminder">, now: Date, zone: string): string {
  const text = EVENTS[type] ?? type;
  const at = reminder?.at;
  return type === "reminder.scheduled.v1" && at != null ? `${text} for ${instantText(at, now, zone)}` : text;
}

/** Such as "Due: nothing → Tue 1 Dec, 09:00"; of a new task only what it has. */
export function fieldLines({ type, changes }: Pick<HistoryEntry, "type" | "changes">, now: Date, zone: string): string[] {
  return changes
    .filter(({ field }) => !MIRRORED.has(field))
    .map((change) => {
      const name = NAMES[change.field] ?? change.field;
      const value = (of: unknown) => valueText(change, of, now, zone);
      return type === "task.created.v1" ? `${name}: ${value(change.to)}` : `${name}: ${value(change.from)} → ${value(change.to)}`;
    });
}

function valueText({ field }: Pick<FieldChange, "field">, value: unknown, now: Date, zone: string): string {
  if (value == null || value === "") return "nothing";
  if (Array.isArray(value)) {
    return value.length === 0 ? "nothing" : value.map((item) => valueText({ field }, item, now, zone)).join(", ");
  }
  if (typeof value === "object") return objectText(value as Record<string, unknown>, now, zone);
  const text = String(value);
  if (field === "due" && parseDue(text) !== null) return writtenText(text, now, zone);
  return text.length > VALUE_MAX ? `${text.slice(0, VALUE_MAX)}…` : text;
}

/** A rule, or a reminder. */
function objectText(value: Record<string, unknown>, now: Date, zone: string): string {
  const { text, minutes_before, at } = value;
  if (typeof text === "string") return text;
  if (typeof minutes_before === "number") return minutesBefore(minutes_before);
  if (typeof at === "string") return parseDue(at) === null ? instantText(at, now, zone) : writtenText(at, now, zone);
  return JSON.stringify(value);
}

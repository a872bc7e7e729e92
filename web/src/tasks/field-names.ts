// What the form calls the fields of a task.

import type { Fields } from "./edit-form";

export const FIELD_NAMES: Record<keyof Fields, string> = {
  title: "Title",
  due: "Due",
  duration_minutes: "Minutes",
  recurrence: "Repeats",
  priority: "Priority",
  notes: "Notes",
  tags: "Tags",
  reminders: "Reminders",
};

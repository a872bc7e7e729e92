// Tasks for tests.

import type { RecurrenceView, TaskView } from "../contract";

export function testTask(number: number, fields: Partial<TaskView> = {}): TaskView {
  return {
    id: `id-${number}`,
    change: "00000000-0000-7000-8000-000000000000",
    is_overdue: false,
    number,
    title: `task ${number}`,
    notes: "",
    status: "open",
    priority: "none",
    tags: [],
    due: null,
    due_at: null,
    due_zone: null,
    recurrence: null,
    occurrence: null,
    reminders: [],
    version: 1,
    created_at: "2026-11-20T10:00:00Z",
    updated_at: "2026-11-20T10:00:00Z",
    completed_at: null,
    skipped_at: null,
    deleted_at: null,
    ...fields,
  };
}

/** How a task repeats, for tests. */
export function testRecurrence(text: string, next: string[] = []): RecurrenceView {
  return { text, next, rrule: "FREQ=DAILY", anchor: "schedule", catch_up: "next_future", overflow: "clamp" };
}

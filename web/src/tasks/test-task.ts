// A task for tests.

import type { Task } from "../contract";

export function testTask(number: number, fields: Partial<Task> = {}): Task {
  return {
    id: `id-${number}`,
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

import { expect, test } from "vitest";

import { eventText, fieldLines } from "./history-text";

const now = new Date("2026-11-30T12:00:00Z");
const zone = "Europe/Rome";
const lines = (type: string, changes: { field: string; from: unknown; to: unknown }[]) => fieldLines({ type, changes }, now, zone);

test("each changed field is told with both values", () => {
  expect(
    lines("task.updated.v1", [
      { field: "title", from: "tea", to: "green tea" },
      { field: "due", from: null, to: "2026-12-01T09:00" },
      { field: "tags", from: [], to: ["home", "shop"] },
      { field: "recurrence", from: { text: "every day", rrule: "FREQ=DAILY" }, to: null },
      { field: "reminders", from: [{ minutes_before: 60 }], to: [{ at: "2026-12-01T08:00:00Z" }, { at: "2026-12-01T07:30" }] },
    ]),
  ).toEqual([
    "Title: tea → green tea",
    "Due: nothing → Tue 1 Dec, 9:00",
    "Tags: nothing → home, shop",
    "Repeats: every day → nothing",
    "Reminders: 1 hour before → Tue 1 Dec, 9:00, Tue 1 Dec, 7:30",
  ]);
});

test("a new task tells only what it has, and no event repeats itself as a field", () => {
  expect(lines("task.created.v1", [{ field: "priority", from: null, to: "high" }])).toEqual(["Priority: high"]);
  expect(lines("task.completed.v1", [{ field: "status", from: "open", to: "completed" }])).toEqual([]);
});

test("a long text is cut, and what the page does not know is shown as it is", () => {
  expect(lines("task.updated.v1", [{ field: "notes", from: "", to: "x".repeat(200) }])).toEqual([`Notes: nothing → ${"x".repeat(80)}…`]);
  expect(lines("task.updated.v1", [{ field: "effort", from: null, to: 90 }])).toEqual(["effort: nothing → 90"]);
  expect(lines("task.updated.v1", [{ field: "place", from: null, to: { city: "Rome" } }])).toEqual(['place: nothing → {"city":"Rome"}']);
});

test("events are named, a set reminder with its time", () => {
  expect(eventText({ type: "task.reopened.v1" }, now, zone)).toBe("Reopened");
  expect(eventText({ type: "task.archived.v1" }, now, zone)).toBe("task.archived.v1");
  const reminder = { id: "r", at: "2026-12-01T08:00:00Z" };
  expect(eventText({ type: "reminder.scheduled.v1", reminder }, now, zone)).toBe("Reminder set for Tue 1 Dec, 9:00");
  expect(eventText({ type: "reminder.due.v1", reminder }, now, zone)).toBe("Reminded");
});

import { expect, test } from "vitest";

import { ApiError } from "../api";
import type { TaskChange } from "../contract";
import { aboutOf, notice, refusal } from "./notices";
import { testRecurrence, testTask } from "./test-task";

const change = (number: number, fields: Partial<TaskChange> = {}): TaskChange => ({ ...testTask(number, fields), changed: true, ...fields });
const undo = () => Promise.resolve(true);

test("every warning of a write is told, and names its task", () => {
  const warnings = ['Moved to Mon 7 Dec, because "recurrence" has no Tuesday.', "The reminder has passed."];
  expect(notice("Saved", change(3, { warnings }))).toEqual({
    text: "Saved: #3 task 3",
    kind: "warning",
    about: "id-3",
    detail: ["Moved to Mon 7 Dec, because Repeats has no Tuesday.", "The reminder has passed."],
  });
  expect(notice("Done", change(3, { warnings }), undo)).toMatchObject({ kind: "warning", action: { label: "Undo" } });
  expect(notice("Saved", change(3))).toBeUndefined();
});

test("notices about two occurrences of a series differ", () => {
  const daily = { title: "tick daily", recurrence: testRecurrence("every day"), series: "s" };
  const first = notice("Done", change(63, { ...daily, due: "2026-11-30" }), undo)?.text;
  const second = notice("Done", change(64, { ...daily, due: "2026-12-01" }), undo)?.text;
  expect(first).toMatch(/^Done: #63 tick daily, .*30/);
  expect(second).toMatch(/^Done: #64 tick daily, .*1/);
  expect(aboutOf(change(63, daily))).toBe(aboutOf(change(64, daily)));
});

test("a refusal is about its task", () => {
  const error = new ApiError(409, { code: "successor_changed", detail: "Task 64 was completed.", hint: "Reopen task 64 first." });
  expect(refusal(testTask(63, { series: "s" }), error)).toEqual({
    kind: "error",
    text: "Task 64 was completed.",
    detail: ["Reopen task 64 first."],
    about: "s",
  });
});

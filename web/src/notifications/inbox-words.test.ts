import { expect, test } from "vitest";

import { testTask } from "../tasks/test-task";
import { lineText, SNOOZES, snoozedText } from "./inbox-words";

const now = new Date("2026-12-01T12:00:00Z");
const zone = "Europe/Rome";

test("a line says when it was due and told, and whether the task is over", () => {
  const fired = { id: "n1", kind: "reminder", reminder_id: "r1", created_at: "2026-12-01T11:50:00Z", fire_at: "2026-12-01T11:50:00Z" };
  const due = { due: "2026-12-01T13:00", due_at: "2026-12-01T12:00:00Z" };
  expect(lineText({ ...fired, task: testTask(5, due) }, now, zone)).toBe("due today, Tue 1 Dec, 13:00 · reminded Tue 1 Dec, 12:50");
  expect(lineText({ ...fired, task: testTask(5) }, now, zone)).toBe("reminded Tue 1 Dec, 12:50");
  expect(lineText({ ...fired, task: testTask(5, { status: "completed" }) }, now, zone)).toBe("done · reminded Tue 1 Dec, 12:50");
});

test("what was put off says until when: the next reminder that is still to come", () => {
  const at = ["2026-12-02T08:00:00Z", "2026-12-01T11:50:00Z", "2026-12-01T12:10:00Z"];
  const reminders = at.map((at, index) => ({ id: `r${index}`, at }) as never);
  expect(snoozedText(testTask(5, { reminders }), now, zone)).toBe("Put off until Tue 1 Dec, 13:10: task 5");
  expect(snoozedText(testTask(5), now, zone)).toBe("Put off: task 5");
});

test("a reminder can be put off for minutes or until a time in words", () => {
  expect(SNOOZES.map(([, by]) => by)).toEqual([{ minutes: 10 }, { minutes: 60 }, { until: "tomorrow 9am" }]);
});

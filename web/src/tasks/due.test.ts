import { expect, test } from "vitest";

import cases from "../../../crates/domain/testdata/overdue.json";
import { civil, daysBetween, dueText, instantText, isOverdue, parseDue, writtenText, remindersText } from "./due";

const noon = new Date("2026-11-20T12:00:00Z");

function task(due: string | null, due_at: string | null = null, due_zone = "UTC") {
  return { due, due_at, due_zone, status: "open" as const };
}

test("reads the three written forms and nothing else", () => {
  expect(parseDue("2026-12-01")).toEqual({ date: "2026-12-01", time: null, zone: null });
  expect(parseDue("2026-12-01T09:00")).toEqual({ date: "2026-12-01", time: "09:00", zone: null });
  expect(parseDue("2026-12-01T09:00:00[America/New_York]")).toEqual({
    date: "2026-12-01",
    time: "09:00",
    zone: "America/New_York",
  });
  expect(parseDue("tomorrow")).toBeNull();
});

test("a date is the same day in every zone", () => {
  for (const zone of ["Pacific/Kiritimati", "UTC", "Pacific/Pago_Pago"]) {
    expect(dueText(task("2026-12-01", null, zone), noon, "UTC")?.text).toContain("Tue 1 Dec");
  }
});

test("what is today depends on the zone of the due value", () => {
  const late = new Date("2026-11-20T23:30:00Z");
  expect(civil(late, "Asia/Tokyo")).toEqual({ date: "2026-11-21", time: "08:30" });
  expect(dueText(task("2026-11-21", null, "Asia/Tokyo"), late, "UTC")?.text).toBe("today, Sat 21 Nov");
  expect(dueText(task("2026-11-21", null, "UTC"), late, "UTC")?.text).toBe("tomorrow, Sat 21 Nov");
});

test("an unknown zone does not break the page", () => {
  expect(dueText(task("2026-11-20", null, "Mars/Olympus"), noon, "UTC")).not.toBeNull();
});

test("relative words end after two weeks, and another year is named", () => {
  expect(dueText(task("2026-11-19"), noon, "UTC")?.text).toBe("yesterday, Thu 19 Nov");
  expect(dueText(task("2026-12-03"), noon, "UTC")?.text).toBe("in 13 days, Thu 3 Dec");
  expect(dueText(task("2026-12-04"), noon, "UTC")?.text).toBe("Fri 4 Dec");
  expect(dueText(task("2027-01-04"), noon, "UTC")?.text).toBe("Mon 4 Jan 2027");
  expect(dueText(task("2026-11-20T17:00", "2026-11-20T16:00:00Z"), noon, "UTC")?.text).toBe("today, Fri 20 Nov, 17:00");
});

test.each(cases)("overdue as the server reckons: $why", ({ zone, due, due_at, now, overdue }) => {
  expect(isOverdue(task(due, due_at, zone), new Date(now), "UTC")).toBe(overdue);
  expect(dueText(task(due, due_at, zone), new Date(now), "UTC")?.overdue).toBe(overdue);
});

test("what is done or skipped is not overdue", () => {
  expect(isOverdue(task("2026-11-19"), noon, "UTC")).toBe(true);
  for (const status of ["completed", "skipped", "deleted"] as const) {
    expect(isOverdue({ ...task("2026-11-19"), status }, noon, "UTC")).toBe(false);
  }
});

test("counts days across a clock change", () => {
  expect(daysBetween("2026-10-24", "2026-10-26")).toBe(2);
  expect(daysBetween("2026-03-01", "2026-02-28")).toBe(-1);
});

test("a value with a zone of its own is told in the owner's zone, and as it is written", () => {
  const call = task("2026-12-01T01:00[Asia/Tokyo]", "2026-11-30T16:00:00Z", "Asia/Tokyo");
  expect(dueText(call, noon, "Europe/Rome")?.text).toBe("in 10 days, Mon 30 Nov, 17:00 (Tue 1 Dec, 1:00 Asia/Tokyo)");
  expect(dueText(call, noon, "Asia/Tokyo")?.text).toBe("in 11 days, Tue 1 Dec, 1:00");
  const lunch = task("2026-11-20T12:00[America/New_York]", "2026-11-20T17:00:00Z", "America/New_York");
  expect(dueText(lunch, noon, "Europe/Rome")?.text).toBe("today, Fri 20 Nov, 18:00 (12:00 America/New York)");
  expect(writtenText("2026-11-20T12:00[America/New_York]", noon, "Europe/Rome")).toBe("Fri 20 Nov, 12:00 America/New York");
});

test("an instant is told in the owner's zone", () => {
  expect(instantText("2026-11-20T23:30:00Z", noon, "Asia/Tokyo")).toBe("Sat 21 Nov, 8:30");
  expect(instantText("2026-11-20T23:30:00Z", noon, "America/New_York")).toBe("Fri 20 Nov, 18:30");
});

test("all reminders to come are shown, in their order", () => {
  const at = (text: string) => ({ id: text, at: text, local: null, minutes_before: null });
  const now = new Date("2026-11-20T10:00:00Z");
  const one = [at("2026-11-20T09:00:00Z"), at("2026-11-21T16:00:00Z")];
  expect(remindersText(one, now, "UTC")).toBe("reminder Sat 21 Nov, 16:00");
  expect(remindersText([...one, at("2026-11-21T08:30:00Z")], now, "UTC")).toBe(
    "2 reminders: Sat 21 Nov, 8:30; Sat 21 Nov, 16:00",
  );
  expect(remindersText([], now, "UTC")).toBe("");
});

import { expect, test } from "vitest";

import type { Agenda, AgendaDay } from "../contract";
import { byWeek } from "./agenda-weeks";

function day(date: string, week: string, titles: string[]): AgendaDay {
  return { date, week, tasks: [], upcoming: titles.map((title, at) => ({ number: at + 1, title, due: date })) };
}

test("weeks begin where the owner's do, and empty days are left out", () => {
  const agenda: Agenda = {
    today: "2026-11-28",
    overdue: [],
    truncated: false,
    // Weeks from Sunday: Saturday the 28th is the last day of its week.
    days: [
      day("2026-11-28", "2026-11-22", ["a"]),
      day("2026-11-29", "2026-11-29", ["b"]),
      day("2026-11-30", "2026-11-29", []),
      day("2026-12-01", "2026-11-29", ["c"]),
      day("2026-12-13", "2026-12-13", ["d"]),
    ],
  };
  expect(byWeek(agenda).map(({ away, days }) => [away, days.map(({ date }) => date)])).toEqual([
    [0, ["2026-11-28"]],
    [1, ["2026-11-29", "2026-12-01"]],
    [3, ["2026-12-13"]],
  ]);
});

test("an agenda without anything has no weeks", () => {
  expect(byWeek({ today: "2026-11-28", overdue: [], truncated: false, days: [] })).toEqual([]);
});

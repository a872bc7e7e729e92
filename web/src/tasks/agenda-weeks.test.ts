import { expect, test } from "vitest";

import type { Agenda, AgendaDay } from "../contract";
import { byWeek } from "./agenda-weeks";

function day(date: string, week: string, titles: string[]): AgendaDay {
  const upcoming = titles.map((title, at) => ({ task: `id-${at + 1}`, number: at + 1, title, due: date }));
  return { date, week, weekday: "Monday", tasks: [], upcoming };
}

function agendaOf(today: string, days: AgendaDay[]): Agenda {
  return { today, weekday: "Saturday", zone: "UTC", week_start: "sunday", overdue: [], truncated: false, days };
}

test("weeks begin where the owner's do, and empty days are left out", () => {
  // Weeks from Sunday: Saturday the 28th is the last day of its week.
  const agenda = agendaOf("2026-11-28", [
    day("2026-11-28", "2026-11-22", ["a"]),
    day("2026-11-29", "2026-11-29", ["b"]),
    day("2026-11-30", "2026-11-29", []),
    day("2026-12-01", "2026-11-29", ["c"]),
    day("2026-12-13", "2026-12-13", ["d"]),
  ]);
  expect(byWeek(agenda).map(({ away, days }) => [away, days.map(({ date }) => date)])).toEqual([
    [0, ["2026-11-28"]],
    [1, ["2026-11-29", "2026-12-01"]],
    [3, ["2026-12-13"]],
  ]);
});

test("an agenda without anything has no weeks", () => {
  expect(byWeek(agendaOf("2026-11-28", []))).toEqual([]);
});

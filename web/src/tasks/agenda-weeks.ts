// The agenda's days by week. Pure, so that it can be tested.

import type { Agenda, AgendaDay } from "../contract";
import { daysBetween } from "./due";

export interface Week {
  /** Its first day, by the owner's week. */
  start: string;
  /** How many weeks after the present one. */
  away: number;
  days: AgendaDay[];
}

/** The weeks with the days on which anything is due; a week without such a day is left out. */
export function byWeek(agenda: Agenda): Week[] {
  const thisWeek = agenda.days.find(({ date }) => date === agenda.today)?.week ?? agenda.days[0]?.week;
  const weeks: Week[] = [];
  for (const day of agenda.days) {
    if (day.tasks.length === 0 && day.upcoming.length === 0) continue;
    const last = weeks.at(-1);
    if (last?.start === day.week) last.days.push(day);
    else {
      const away = thisWeek === undefined ? 0 : Math.round(daysBetween(thisWeek, day.week) / 7);
      weeks.push({ start: day.week, away, days: [day] });
    }
  }
  return weeks;
}

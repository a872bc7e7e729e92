// The values that the page offers for each setting, with their names. Pure, so that it can be tested.

import { minutesBefore } from "../tasks/parsed-spans";

/** A value as the server has it, and its name. */
export type Choice = readonly [value: string, name: string];

const DAYS = ["monday", "saturday", "sunday", "tuesday", "wednesday", "thursday", "friday"];

export const WEEK_STARTS: readonly Choice[] = DAYS.map((day) => [day, day.charAt(0).toUpperCase() + day.slice(1)]);

export const DATE_ORDERS: readonly Choice[] = [
  ["day_first", "4 May"],
  ["month_first", "5 April"],
];

export const THEMES: readonly Choice[] = [
  ["system", "Like the system"],
  ["light", "Light"],
  ["dark", "Dark"],
];

export const DENSITIES: readonly Choice[] = [
  ["comfortable", "Comfortable"],
  ["compact", "Compact"],
];

const MINUTES = [0, 5, 10, 15, 30, 60, 120, 1440];

/** No reminder is the empty value. A number of minutes that the page does not offer is there while it is set. */
export function reminderChoices(minutes: number | null): readonly Choice[] {
  const offered = minutes === null || MINUTES.includes(minutes) ? MINUTES : [...MINUTES, minutes].sort((a, b) => a - b);
  return [["", "None"], ...offered.map((count): Choice => [String(count), capital(minutesBefore(count))])];
}

/** The choices, with the present value even if the page does not know it. */
export function withCurrent(choices: readonly Choice[], value: string): readonly Choice[] {
  return choices.some(([known]) => known === value) ? choices : [...choices, [value, value]];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

// Due values for people. A date never passes through an instant, so no zone can move it to another day.

import type { TaskView } from "../contract";
import { isSameZone, zoneName } from "../zone";

/** A civil date, and a civil time where there is one. */
export interface Due {
  date: string;
  time: string | null;
  zone: string | null;
}

const WRITTEN = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::\d{2})?)?(?:\[([^\]]+)\])?$/;

/** Reads `2026-12-01`, `2026-12-01T09:00` and `2026-12-01T09:00[Europe/Rome]`. */
export function parseDue(text: string): Due | null {
  const [, date, time, zone] = WRITTEN.exec(text) ?? [];
  return date === undefined ? null : { date, time: time ?? null, zone: zone ?? null };
}

/** Making a format takes longer than a hundred uses of it, and a long list needs few different ones. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(key: string, make: () => Intl.DateTimeFormat): Intl.DateTimeFormat {
  let format = formats.get(key);
  if (format === undefined) {
    format = make();
    formats.set(key, format);
  }
  return format;
}

/** The wall clock of a zone at an instant; a zone that the browser does not know falls back to the browser's. */
export function civil(now: Date, zone: string): { date: string; time: string } {
  const options: Intl.DateTimeFormatOptions = {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  };
  const format = formatOf(`civil ${zone}`, () => {
    try {
      return new Intl.DateTimeFormat("en-CA", { ...options, timeZone: zone });
    } catch {
      return new Intl.DateTimeFormat("en-CA", options);
    }
  });
  const part = new Map(format.formatToParts(now).map(({ type, value }) => [type, value]));
  return {
    date: `${part.get("year")}-${part.get("month")}-${part.get("day")}`,
    time: `${part.get("hour")}:${part.get("minute")}`,
  };
}

/** Whole days from one civil date to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00Z`) - Date.parse(`${from}T00:00Z`)) / 86_400_000);
}

export interface DueText {
  /** Such as "tomorrow, Sat 21 Nov, 17:00". */
  text: string;
  overdue: boolean;
  /** On today's date. */
  today: boolean;
}

type DueFields = Pick<TaskView, "due" | "due_at" | "due_zone" | "status">;

/**
 * Whether a task is overdue now: a time once its moment has passed, a date once its day in the owner's zone is over.
 * The server's rule (`Due::is_overdue`), repeated here because a task becomes overdue without an event; both are held to
 * the same cases.
 */
export function isOverdue(task: DueFields, now: Date, zone: string): boolean {
  const due = task.status === "open" && task.due != null ? parseDue(task.due) : null;
  if (due === null) return false;
  if (due.time === null) return due.date < civil(now, task.due_zone ?? zone).date;
  return task.due_at != null && Date.parse(task.due_at) < now.getTime();
}

/** How a task's due value reads now, to an owner in `zone`; one with a zone of its own is also told as it is written. */
export function dueText(task: DueFields, now: Date, zone: string): DueText | null {
  const written = task.due == null ? null : parseDue(task.due);
  if (written === null) return null;
  const isForeign = written.zone !== null && !isSameZone(written.zone, zone) && task.due_at != null;
  const due = isForeign && task.due_at != null ? civil(new Date(task.due_at), zone) : written;
  const today = civil(now, isForeign ? zone : (task.due_zone ?? zone)).date;
  const days = daysBetween(today, due.date);
  const words = [relative(days), day(due.date, today)];
  if (due.time !== null) words.push(clock(due.time));
  let text = words.filter((word) => word !== null).join(", ");
  if (isForeign) {
    const there = due.date === written.date ? foreignClock(written) : writtenText(task.due ?? "", now, zone);
    text = `${text} (${there})`;
  }
  return {
    text,
    overdue: isOverdue(task, now, zone),
    today: days === 0,
  };
}

/** A written due value without what depends on today, such as "Tue 1 Dec, 09:00". */
export function writtenText(written: string, now: Date, zone: string): string {
  const due = parseDue(written);
  if (due === null) return written;
  const date = day(due.date, civil(now, due.zone ?? zone).date);
  if (due.time === null) return date;
  const isForeign = due.zone !== null && !isSameZone(due.zone, zone);
  return `${date}, ${isForeign ? foreignClock(due) : clock(due.time)}`;
}

/** Such as "09:00 America/New York". */
function foreignClock({ time, zone }: Due): string {
  return [time === null ? "" : clock(time), zone === null ? "" : zoneName(zone)].filter((word) => word !== "").join(" ");
}

function relative(days: number): string | null {
  if (days === 0) return "today";
  if (days === 1) return "tomorrow";
  if (days === -1) return "yesterday";
  if (days > 1 && days < 14) return `in ${days} days`;
  if (days < -1 && days > -14) return `${-days} days ago`;
  return null;
}

/** The page's words are English; its readers still have their own order of day and month, and their own clock. */
const LOCALE = typeof window !== "undefined" && navigator.language.startsWith("en-") ? navigator.language : "en-GB";

/** Such as "Sat 21 Nov"; the year only where it is another. */
export function day(date: string, today: string): string {
  const parts: Intl.DateTimeFormatOptions = { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" };
  const isOtherYear = date.slice(0, 4) !== today.slice(0, 4);
  if (isOtherYear) parts.year = "numeric";
  const format = formatOf(`day ${isOtherYear}`, () => new Intl.DateTimeFormat(LOCALE, parts));
  return format.format(new Date(`${date}T00:00Z`)).replaceAll(",", "");
}

function clock(time: string): string {
  const format = formatOf(
    "clock",
    () => new Intl.DateTimeFormat(LOCALE, { hour: "numeric", minute: "2-digit", timeZone: "UTC" }),
  );
  return format.format(new Date(`1970-01-01T${time}Z`));
}

/** An instant in the owner's zone, such as "Sat 21 Nov, 17:00". */
export function instantText(at: string, now: Date, zone: string): string {
  const { date, time } = civil(new Date(at), zone);
  return `${day(date, civil(now, zone).date)}, ${clock(time)}`;
}

/** All reminders that are still to come, such as "2 reminders: Sat 21 Nov, 16:00; Sat 21 Nov, 16:50". */
export function remindersText(reminders: TaskView["reminders"], now: Date, zone: string): string {
  const times = reminders
    .flatMap(({ at }) => (at != null && Date.parse(at) > now.getTime() ? [Date.parse(at)] : []))
    .sort((one, other) => one - other)
    .map((at) => instantText(new Date(at).toISOString(), now, zone));
  if (times.length < 2) return times.map((time) => `reminder ${time}`).join("");
  return `${times.length} reminders: ${times.join("; ")}`;
}

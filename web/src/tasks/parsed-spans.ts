// The parts of a line that the server parsed, and those still valid while the line is being edited. Pure, so that it
// can be tested. All offsets are UTF-16 code units, as in JavaScript strings and in the REST contract.

import type { QuickPreview, TextRemark } from "../contract";
import { SPAN_KINDS, type SpanKind } from "./values";
import { civil, day, dueText, instantText, parseDue, writtenText } from "./due";

/** A part of a line, with its text. */
export interface Part {
  start: number;
  end: number;
  text: string;
}

export interface Mark extends Part {
  kind: SpanKind;
}

/** A part about which the server has a remark. */
export interface Doubt extends Part {
  /** `not_understood`, `unsure` or `overruled`. */
  doubt: string;
}

export function isMark(value: unknown): value is Mark {
  const { start, end, text, kind } = (value ?? {}) as Partial<Mark>;
  const isKnown = SPAN_KINDS.some((known) => known === kind);
  return isKnown && typeof start === "number" && typeof end === "number" && typeof text === "string";
}

/** A piece of the line for the layer behind the input. */
export interface Piece {
  text: string;
  kind?: SpanKind | "doubt";
  /** Whether it is a mark that may be wrong. */
  isUnsure?: boolean;
  /** Its start, which also identifies it. */
  at: number;
}

/** Moves parts along with an edit; those that the edit touched are dropped. */
export function follow<T extends Part>(parts: readonly T[], before: string, after: string): T[] {
  if (before === after) return [...parts];
  const shortest = Math.min(before.length, after.length);
  let head = 0;
  while (head < shortest && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shortest - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  const shift = after.length - before.length;
  return parts
    .flatMap((part) => {
      if (part.end <= head) return [part];
      if (part.start >= before.length - tail) return [{ ...part, start: part.start + shift, end: part.end + shift }];
      return [];
    })
    .filter((part) => holds(part, after));
}

/** Whether the part is still at its place as separate words: "sun" within "sunny" is another word. */
function holds({ start, end, text }: Part, line: string): boolean {
  if (line.slice(start, end) !== text || text === "") return false;
  return !(joins(line, start - 1) && joins(line, start)) && !(joins(line, end - 1) && joins(line, end));
}

function joins(line: string, at: number): boolean {
  return at >= 0 && /[\p{L}\p{N}]/u.test(codePointAround(line, at));
}

/** The character of which the unit at `at` is a part. */
function codePointAround(line: string, at: number): string {
  const unit = line.charCodeAt(at);
  const start = unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
  return String.fromCodePoint(line.codePointAt(start) ?? 0x20);
}

/** Parts of a response with their text, without those that do not fit the line. */
export function within<T extends { start: number; end: number }>(line: string, parts: readonly T[]): (T & Part)[] {
  return parts
    .filter(({ start, end }) => start >= 0 && start < end && end <= line.length)
    .map((part) => ({ ...part, text: line.slice(part.start, part.end) }));
}

/** Whether a remark says that the mark may be wrong. */
export function isUnsure(mark: Part, doubts: readonly Doubt[]): boolean {
  return doubts.some(({ start, end, doubt }) => doubt === "unsure" && start < mark.end && mark.start < end);
}

/** The mark that ends at the caret: Backspace there makes it plain text. */
export function markBefore(marks: readonly Mark[], caret: number): Mark | undefined {
  return marks.find(({ end }) => end === caret);
}

/** The mark that Escape makes plain text: the last that may be wrong, or the last of all. */
export function markToDismiss(marks: readonly Mark[], doubts: readonly Doubt[]): Mark | undefined {
  const inOrder = marks.toSorted((a, b) => a.start - b.start);
  return inOrder.findLast((mark) => isUnsure(mark, doubts)) ?? inOrder.at(-1);
}

/** Cuts a line into the pieces to draw: marks first, doubts if there is no mark. */
export function pieces(line: string, marks: readonly Mark[], doubts: readonly Doubt[]): Piece[] {
  const wanted = [
    ...marks.map((mark) => ({ ...mark, kind: mark.kind as Piece["kind"], isUnsure: isUnsure(mark, doubts) })),
    ...doubts.map(({ start, end }) => ({ start, end, kind: "doubt" as Piece["kind"], isUnsure: false })),
  ];
  // At the same place a mark wins over a doubt, because the sort is stable and marks come first.
  wanted.sort((a, b) => a.start - b.start);
  const found: Piece[] = [];
  let at = 0;
  for (const { start, end, kind, isUnsure } of wanted) {
    if (start < at || end > line.length) continue;
    if (start > at) found.push({ text: line.slice(at, start), at });
    found.push({ text: line.slice(start, end), at: start, ...(kind === undefined ? {} : { kind }), ...(isUnsure ? { isUnsure } : {}) });
    at = end;
  }
  if (at < line.length) found.push({ text: line.slice(at), at });
  return found;
}

/** The task that the line describes, such as "due Tue 5 Jan 2027, 17:00 · every last workday · next 26 Feb, 31 Mar". */
export function meaning(preview: QuickPreview, now: Date, zone: string): string {
  const parts: string[] = [];
  const due = preview.due == null ? null : dueText({ ...preview, due: preview.due, status: "open" }, now, zone);
  if (due) parts.push(`due ${due.text}${due.overdue ? " (in the past)" : ""}`);
  if (preview.duration_minutes != null) parts.push(`for ${durationText(preview.duration_minutes)}`);
  if (preview.recurrence) {
    parts.push(preview.recurrence.text);
    const next = datesAfter(preview.recurrence.next, preview.due, now, zone);
    if (next !== "") parts.push(`next ${next} …`);
  }
  for (const { minutes_before, at } of preview.reminders) {
    if (minutes_before != null) parts.push(`reminder ${minutesBefore(minutes_before)}`);
    else if (at != null) parts.push(`reminder ${instantText(at, now, zone)}`);
  }
  if (preview.priority !== "none") parts.push(`${preview.priority} priority`);
  parts.push(...preview.tags.map((tag) => `#${tag}`));
  return parts.join(" · ");
}

/** The dates of a series after the due one: with the year if it changes, and the time if it differs from the due value's. */
export function datesAfter(next: readonly string[], due: string | null | undefined, now: Date, zone: string): string {
  const first = due == null ? null : parseDue(due);
  let before = first?.date ?? civil(now, zone).date;
  return next
    .map((written) => {
      const date = parseDue(written);
      if (date === null) return written;
      const text = date.time === (first?.time ?? null) ? day(date.date, before) : writtenText(written, now, zone);
      before = date.date;
      return text;
    })
    .join(", ");
}

/** Such as "1 hour 30 minutes". */
export function durationText(minutes: number): string {
  const part = (count: number, unit: string) => (count === 0 ? [] : [`${count} ${unit}${count === 1 ? "" : "s"}`]);
  return [...part(Math.floor(minutes / 60), "hour"), ...part(minutes % 60, "minute")].join(" ");
}

/** Such as "1 hour before". */
export function minutesBefore(minutes: number): string {
  if (minutes === 0) return "when due";
  const [count, unit] =
    minutes % 1440 === 0 ? [minutes / 1440, "day"] : minutes % 60 === 0 ? [minutes / 60, "hour"] : [minutes, "minute"];
  return `${count} ${unit}${count === 1 ? "" : "s"} before`;
}

/** A remark as a sentence: the server's may begin in its middle, after the words that it is about. */
export function remarkText(line: string, { start, end, doubt, text }: TextRemark): string {
  return doubt === "unsure" ? `“${line.slice(start, end)}”: ${text}` : text;
}

/** The warnings, each text once. */
export function notes(remarks: readonly TextRemark[]): TextRemark[] {
  return remarks.filter((remark, at) => remarks.findIndex(({ text }) => text === remark.text) === at);
}

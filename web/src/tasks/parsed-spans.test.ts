import { expect, test } from "vitest";

import type { QuickPreview } from "../contract";
import { testRecurrence } from "./test-task";
import { datesAfter, follow, isUnsure, markBefore, markToDismiss, meaning, pieces, remarkText, within, type Doubt, type Mark, type Part } from "./parsed-spans";

const noon = new Date("2026-11-20T12:00:00Z");

function part(line: string, text: string): Part {
  const start = line.indexOf(text);
  return { start, end: start + text.length, text };
}

const texts = (parts: readonly Part[], line: string) => parts.map(({ start, end }) => line.slice(start, end));

test("parts move with an edit before them and stay with one behind them", () => {
  const line = "call mark on friday";
  const parts = [part(line, "mark"), part(line, "friday")];
  for (const edited of ["please call mark on friday", "all mark on friday", "call mark on friday at 9", "call mark, on friday"]) {
    expect(texts(follow(parts, line, edited), edited)).toEqual(["mark", "friday"]);
  }
});

test("an edited part is another one", () => {
  const line = "read the sun tomorrow";
  const parts = [part(line, "sun"), part(line, "tomorrow")];
  for (const edited of ["read the sunny tomorrow", "read the sn tomorrow", "read the asun tomorrow"]) {
    expect(texts(follow(parts, line, edited), edited)).toEqual(["tomorrow"]);
  }
  expect(follow(parts, line, "")).toEqual([]);
});

test("a part that is cut and pasted elsewhere is another one", () => {
  const line = "may day may";
  const parts = [{ start: 8, end: 11, text: "may" }];
  expect(follow(parts, line, "may may day")).toEqual([]);
});

test("counts UTF-16 units around emoji", () => {
  const line = "🎂 cake on friday";
  const parts = [part(line, "friday")];
  expect(texts(follow(parts, line, "🎂🎂 cake on friday"), "🎂🎂 cake on friday")).toEqual(["friday"]);
  expect(texts(follow(parts, line, "🎉 cake on friday"), "🎉 cake on friday")).toEqual(["friday"]);
  expect(pieces(line, [{ ...parts[0]!, kind: "due" }], []).map(({ text }) => text)).toEqual(["🎂 cake on ", "friday"]);
  // A letter beyond the basic plane joins a word too.
  const plain = "x friday";
  expect(follow([part(plain, "friday")], plain, "x 𝒜friday")).toEqual([]);
});

test("cuts a line into pieces that are together the line", () => {
  const line = "pay rent every evry month p1 #home";
  const marks: Mark[] = [
    { ...part(line, "#home"), kind: "tag" },
    { ...part(line, "p1"), kind: "priority" },
  ];
  const doubts = ["every evry month", "p1"].map((text) => ({ ...part(line, text), doubt: "not_understood" }));
  const cut = pieces(line, marks, doubts);
  expect(cut.map(({ text }) => text).join("")).toBe(line);
  expect(cut.filter(({ kind }) => kind !== undefined).map(({ text, kind }) => [text, kind])).toEqual([
    ["every evry month", "doubt"],
    ["p1", "priority"],
    ["#home", "tag"],
  ]);
});

test("spans that do not fit the line are left out", () => {
  const spans = [
    { start: 0, end: 3 },
    { start: 2, end: 99 },
    { start: 3, end: 3 },
    { start: -1, end: 2 },
  ];
  expect(within("abcdef", spans)).toEqual([{ start: 0, end: 3, text: "abc" }]);
  expect(pieces("ab", [{ start: 1, end: 9, text: "", kind: "due" }], [])).toEqual([{ text: "ab", at: 0 }]);
});

function preview(fields: Partial<QuickPreview>): QuickPreview {
  return {
    title: "t",
    due: null,
    due_at: null,
    due_weekday: null,
    due_zone: null,
    recurrence: null,
    priority: "none",
    tags: [],
    reminders: [],
    spans: [],
    remarks: [],
    warnings: [],
    ...fields,
  };
}

test("says what a line becomes", () => {
  expect(meaning(preview({}), noon, "UTC")).toBe("");
  const rule = testRecurrence("every last workday", ["2027-02-26T17:00", "2027-03-31T17:00"]);
  const full = preview({
    due: "2027-01-29T17:00",
    due_at: "2027-01-29T16:00:00Z",
    recurrence: rule,
    priority: "high",
    tags: ["Home"],
    reminders: [{ minutes_before: 1440, at: null }],
  });
  expect(meaning(full, noon, "UTC")).toBe(
    "due Fri 29 Jan 2027, 17:00 · every last workday · next Fri 26 Feb, Wed 31 Mar … · reminder 1 day before · high priority · #Home",
  );
  expect(meaning(preview({ due: "2026-11-19" }), noon, "UTC")).toContain("(in the past)");
  expect(meaning(preview({ due: "2027-01-29T17:00", duration_minutes: 90 }), noon, "UTC")).toMatch(/ · for 1 hour 30 minutes$/);
  const own = [{ minutes_before: null, at: "2027-01-05T16:00:00Z" }];
  expect(meaning(preview({ due: "2027-01-29", reminders: own }), noon, "UTC")).toMatch(/ · reminder .*5 Jan 2027, 16:00/);
});

test("names the year of a following date where it changes", () => {
  expect(datesAfter(["2026-12-31", "2027-01-29", "2027-02-26"], "2026-11-30", noon, "UTC")).toBe(
    "Thu 31 Dec, Fri 29 Jan 2027, Fri 26 Feb",
  );
});

test("names the time of a following date where it is another", () => {
  const next = ["2026-11-24T20:00", "2026-11-25T10:00"];
  expect(datesAfter(next, "2026-11-23T20:00", noon, "UTC")).toBe("Tue 24 Nov, Wed 25 Nov, 10:00");
});

const mark = (line: string, text: string, kind: Mark["kind"]): Mark => ({ ...part(line, text), kind });
const doubt = (line: string, text: string, kind: string): Doubt => ({ ...part(line, text), doubt: kind });

test("Escape dismisses the last mark that may be wrong, and otherwise the last", () => {
  const line = "Hire p1 engineer #work tomorrow";
  const marks = [mark(line, "tomorrow", "due"), mark(line, "p1", "priority"), mark(line, "#work", "tag")];
  expect(markToDismiss(marks, [])?.text).toBe("tomorrow");
  expect(markToDismiss(marks, [doubt(line, "p1", "unsure")])?.text).toBe("p1");
  expect(markToDismiss(marks, [doubt(line, "p1", "unsure"), doubt(line, "#work", "unsure")])?.text).toBe("#work");
  expect(markToDismiss([], [])).toBeUndefined();
});

test("Backspace dismisses the mark right before the caret and no other", () => {
  const line = "call tomorrow p1";
  const marks = [mark(line, "tomorrow", "due"), mark(line, "p1", "priority")];
  expect(markBefore(marks, 13)?.text).toBe("tomorrow");
  expect(markBefore(marks, line.length)?.text).toBe("p1");
  for (const caret of [0, 5, 8, 14, 15]) expect(markBefore(marks, caret)).toBeUndefined();
});

test("only a remark that is unsure makes a mark doubtful", () => {
  const line = "lunch tomorrow today p1";
  const today = mark(line, "today", "due");
  expect(isUnsure(today, [doubt(line, "tomorrow today", "overruled")])).toBe(false);
  expect(isUnsure(today, [doubt(line, "today p1", "unsure")])).toBe(true);
  expect(isUnsure(today, [doubt(line, "p1", "unsure"), doubt(line, "tomorrow", "unsure")])).toBe(false);
  const cut = pieces(line, [today], [doubt(line, "today", "unsure")]);
  expect(cut.filter(({ isUnsure }) => isUnsure).map(({ text, kind }) => [text, kind])).toEqual([["today", "due"]]);
});

test("a remark about a doubtful mark names its words", () => {
  const remark = { doubt: "unsure", start: 5, end: 7, start_byte: 5, end_byte: 7, text: "read as a priority" };
  expect(remarkText("Hire p1 engineer", remark)).toBe("“p1”: read as a priority");
  expect(remarkText("Hire p1 engineer", { ...remark, doubt: "overruled", text: "'p1' was ignored" })).toBe("'p1' was ignored");
});

import { expect, test } from "vitest";

import { COLORS, colorsFor, isAsked, nameAfter, outcome, patchOf, question, type TagAction } from "./tag-plan";

const home = { id: "1", name: "home", color: "#4878d0" };
const house = { id: "2", name: "house", color: "#d65f5f" };
const rename: TagAction = { do: "change", patch: { name: "house" } };
const recolor: TagAction = { do: "change", patch: { color: "#d65f5f" } };
const merge: TagAction = { do: "merge", into: house };
const remove: TagAction = { do: "delete" };

test("only what differs is sent", () => {
  expect(patchOf(home, "home", "#4878d0")).toBeUndefined();
  expect(patchOf(home, " home ", "#d65f5f")).toEqual({ color: "#d65f5f" });
  expect(patchOf(home, "Home", "#4878d0")).toEqual({ name: "Home" });
});

test("the question says what it touches", () => {
  expect(question(home, rename, 12)).toBe("Rename home to house? This changes 12 tasks.");
  expect(question(home, merge, 1)).toBe("Merge home into house? This changes 1 task. home is deleted.");
  expect(question(home, merge, 0)).toBe("Merge home into house? No task has it. home is deleted.");
  expect(question(home, remove, 3)).toBe("Delete home? It is taken off 3 tasks.");
  expect(question(home, remove, 0)).toBe("Delete home? No task has it.");
});

test("a colour, and the name of a tag that no task has, are changed without a question", () => {
  expect([isAsked(recolor, 5), isAsked(rename, 0), isAsked(rename, 1), isAsked(merge, 0), isAsked(remove, 0)]).toEqual([
    false,
    false,
    true,
    true,
    true,
  ]);
});

test("what was done is told, and the list follows the tag", () => {
  expect([rename, recolor, merge, remove].map((action) => outcome(home, action))).toEqual([
    "home is now house.",
    "home has another colour.",
    "home is merged into house.",
    "home is deleted.",
  ]);
  expect([rename, recolor, merge, remove].map((action) => nameAfter(home, action))).toEqual(["house", "home", "house", ""]);
});

test("a colour of its own stays a choice", () => {
  expect(colorsFor("#4878D0")).toBe(COLORS);
  expect(colorsFor("#123456").at(-1)).toEqual(["#123456", "#123456"]);
  expect(new Set(COLORS.flat()).size).toBe(24);
});

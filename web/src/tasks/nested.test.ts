import { expect, test } from "vitest";

import { nested, subtasksText } from "./nested";
import { testTask } from "./test-task";

const numbers = (rows: readonly { number: number }[]) => rows.map(({ number }) => number);

test("subtasks come after their parent, in the order of the list", () => {
  const rows = [testTask(4, { parent: 2 }), testTask(1), testTask(2), testTask(3, { parent: 2 }), testTask(5)];
  expect(numbers(nested(rows))).toEqual([1, 2, 4, 3, 5]);
});

test("a subtask whose parent is not listed keeps its place", () => {
  const rows = [testTask(4, { parent: 9 }), testTask(1)];
  expect(numbers(nested(rows))).toEqual([4, 1]);
});

test("counts are said in words", () => {
  expect(subtasksText(testTask(1))).toBe("");
  expect(subtasksText(testTask(1, { subtasks: { open: 2, done: 1 } }))).toBe("1 of 3 subtasks done");
  expect(subtasksText(testTask(1, { subtasks: { open: 1, done: 0 } }))).toBe("0 of 1 subtask done");
});

import { expect, test } from "vitest";

import { brief, exactJson, isRefusal, namedTasks, outputText } from "./json";

test("nothing in the arguments is invisible", () => {
  expect(exactJson({ title: "no\u202etrap\u200b" })).toContain("no\\u{202e}trap\\u{200b}");
  expect(exactJson({ title: "naïve 日本" })).toContain("naïve 日本");
  expect(exactJson(undefined)).toBe("{}");
});

test("an MCP result reads as its text, anything else as JSON", () => {
  expect(outputText({ content: [{ type: "text", text: "Added #1." }], structuredContent: {} })).toBe("Added #1.");
  expect(outputText({ content: [] })).toBe('{\n  "content": []\n}');
  expect(outputText("plain")).toBe("plain");
  expect(outputText(null)).toBe("null");
});

test("a result is summed up by its tasks and failures", () => {
  const results = [{ index: 0, task: { number: 3, title: "buy milk" } }];
  expect(brief({ results, failures: [{ message: "No task 9." }] })).toBe("#3 buy milk; No task 9.");
  expect(brief({ tasks: [{ number: 1, title: "a" }, { number: 2, title: "b" }] })).toBe("#1 a; #2 b");
  expect(brief({ results: [] })).toBe("");
  expect(brief({ content: [{ type: "text", text: "Added #1.\nMore." }] })).toBe("Added #1.");
});

test("finds the tasks a call names", () => {
  expect(namedTasks({ numbers: [2, 5] })).toEqual([2, 5]);
  expect(namedTasks({ tasks: [{ number: 4, occurrence: "x" }] })).toEqual([4]);
  expect(namedTasks({ title: "x" })).toEqual([]);
});

test("knows a refusal", () => {
  expect(isRefusal({ isError: true, content: [] })).toBe(true);
  expect(isRefusal({ content: [] })).toBe(false);
});

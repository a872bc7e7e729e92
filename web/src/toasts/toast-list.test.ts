import { expect, test } from "vitest";

import { actOn, addToast, changed, succeed, type Shown, type Toast } from "./toast-list";

function list(...toasts: Toast[]): Shown[] {
  return toasts.reduce<Shown[]>((shown, toast, at) => addToast(shown, { ...toast, id: at }), []);
}

const texts = (shown: Shown[]) => shown.map(({ text }) => text);

test("a warning stays until the next action on its task", () => {
  const shown = list({ text: "moved", kind: "warning", about: "a" }, { text: "done" });
  expect(texts(succeed(shown))).toEqual(["moved", "done"]);
  expect(texts(changed(shown, "a"))).toEqual(["moved", "done"]);
  expect(texts(actOn(shown, "b"))).toEqual(["moved", "done"]);
  expect(texts(actOn(shown, "a"))).toEqual(["done"]);
});

test("notices with an Undo push no warning off the page", () => {
  const infos = ["1", "2", "3", "4", "5"].map((text) => ({ text }));
  expect(texts(list({ text: "moved", kind: "warning", about: "a" }, ...infos))).toEqual(["moved", "3", "4", "5"]);
});

test("a refusal goes when something succeeds or its task changes, and is shown once", () => {
  const refusal: Toast = { text: "no", kind: "error", about: "a" };
  const shown = list({ text: "unsaved", kind: "error" }, refusal, { text: "done" }, refusal);
  expect(texts(shown)).toEqual(["unsaved", "done", "no"]);
  expect(texts(succeed(shown))).toEqual(["unsaved", "done"]);
  expect(texts(changed(shown, "a"))).toEqual(["unsaved", "done"]);
  expect(texts(changed(shown, "b"))).toEqual(["unsaved", "done", "no"]);
});

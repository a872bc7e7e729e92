import { expect, test } from "vitest";

import { tagChoices } from "./query";

const tags = [{ name: "Home" }, { name: "Work" }];

test("the chosen tag is among the choices before the tags are loaded again", () => {
  expect(tagChoices(tags, "terrace")).toEqual(["Home", "Work", "terrace"]);
});

test("a tag that is known in other letters is not offered twice", () => {
  expect(tagChoices(tags, "work")).toEqual(["Home", "Work"]);
  expect(tagChoices(tags, "")).toEqual(["Home", "Work"]);
});

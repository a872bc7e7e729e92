import { expect, test } from "vitest";

import { folded, isSameTag, tagChoices } from "./query";

const tags = [{ name: "Home" }, { name: "Work" }];

test("the chosen tag is among the choices before the tags are loaded again", () => {
  expect(tagChoices(tags, "terrace")).toEqual(["Home", "Work", "terrace"]);
});

test("a tag that is known in other letters is not offered twice", () => {
  expect(tagChoices(tags, "work")).toEqual(["Home", "Work"]);
  expect(tagChoices(tags, "")).toEqual(["Home", "Work"]);
});

test("names are compared by full case folding, as on the server", () => {
  for (const [one, other] of [
    ["Straße", "STRASSE"],
    ["straẞe", "strasse"],
    ["ΟΔΟΣ", "οδος"],
    ["Ｗork", "work"],
    ["José", "JOSE\u0301"],
  ] as const) {
    expect(isSameTag(one, other), `${one} ${other}`).toBe(true);
  }
  expect(isSameTag("ısı", "isi")).toBe(false);
  expect(isSameTag("élodie", "elodie")).toBe(false);
  expect(folded("GROSSE Straße")).toBe("grosse strasse");
});

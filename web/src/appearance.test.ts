import { expect, test } from "vitest";

import { readAppearance } from "./appearance";

test("what is stored is read, and anything else is the default", () => {
  expect(readAppearance({ theme: "dark", density: "compact" })).toEqual({ theme: "dark", density: "compact" });
  expect(readAppearance({ theme: 3, more: true })).toEqual({});
  for (const kept of [null, undefined, "dark", 7, []]) expect(readAppearance(kept)).toEqual({});
});

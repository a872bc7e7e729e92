import { expect, test } from "vitest";

import { isSameZone, zoneName } from "./zone";

test("two names of one zone are the same, and unknown ones are only themselves", () => {
  expect(isSameZone("Asia/Calcutta", "Asia/Kolkata")).toBe(true);
  expect(isSameZone("Europe/Rome", "Europe/Berlin")).toBe(false);
  expect(isSameZone("Mars/Olympus", "Mars/Olympus")).toBe(true);
  expect(isSameZone("Mars/Olympus", "UTC")).toBe(false);
});

test("a zone is named without underscores", () => {
  expect(zoneName("America/New_York")).toBe("America/New York");
});

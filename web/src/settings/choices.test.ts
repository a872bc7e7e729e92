import { expect, test } from "vitest";

import { reminderChoices, THEMES, withCurrent } from "./choices";

test("no reminder is offered first, and minutes in words", () => {
  const names = reminderChoices(null).map(([, name]) => name);
  expect(names.slice(0, 3)).toEqual(["None", "When due", "5 minutes before"]);
  expect(names.at(-1)).toBe("1 day before");
});

test("a number of minutes that is set stays a choice, in its place", () => {
  expect(reminderChoices(45).map(([value]) => value)).toEqual(["", "0", "5", "10", "15", "30", "45", "60", "120", "1440"]);
  expect(reminderChoices(30)).toEqual(reminderChoices(null));
});

test("a value that the page does not know is not replaced", () => {
  expect(withCurrent(THEMES, "dark")).toBe(THEMES);
  expect(withCurrent(THEMES, "sepia").at(-1)).toEqual(["sepia", "sepia"]);
});

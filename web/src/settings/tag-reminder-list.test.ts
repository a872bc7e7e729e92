import { expect, test } from "vitest";

import { withoutReminder, withReminder } from "./tag-reminder-list";

const home = { tag: "home", minutes_before: 10 };

test("a reminder is added once, next to those of its tag", () => {
  const work = { tag: "work", minutes_before: 0 };
  const early = { tag: "home", minutes_before: 60 };
  expect(withReminder([home, work], early)).toEqual([early, home, work]);
  expect(withReminder([home], { ...home })).toEqual([home]);
});

test("one reminder of a tag is removed, and the others stay", () => {
  const early = { tag: "home", minutes_before: 60 };
  expect(withoutReminder([early, home], { ...home })).toEqual([early]);
});

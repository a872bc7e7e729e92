import { expect, test } from "vitest";

import { Drafts, readText, type DraftStorage } from "./drafts";

function storage(): DraftStorage {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
    key: (at) => [...kept.keys()][at] ?? null,
    get length() {
      return kept.size;
    },
  };
}

test("a draft is there for its user alone, also in a new page", () => {
  const browser = storage();
  new Drafts("ada", browser).set("chat", "hello");
  expect(new Drafts("ada", browser).get("chat", readText)).toBe("hello");
  expect(new Drafts("bob", browser).get("chat", readText)).toBeUndefined();
  // A user whose id begins like another's.
  expect(new Drafts("a", browser).names()).toEqual([]);
});

test("clearing drops the drafts of one user and nothing else", () => {
  const browser = storage();
  const [ada, bob] = [new Drafts("ada", browser), new Drafts("bob", browser)];
  browser.setItem("taskwire.conversation", "c1");
  ada.set("chat", "hello");
  ada.set("task.1", {});
  bob.set("chat", "hi");
  expect(ada.names()).toEqual(["chat", "task.1"]);
  ada.clear();
  expect(ada.names()).toEqual([]);
  expect(bob.get("chat", readText)).toBe("hi");
  expect(browser.getItem("taskwire.conversation")).toBe("c1");
});

test("what cannot be read or kept is no draft", () => {
  const browser = storage();
  browser.setItem("taskwire.draft.ada.chat", "{");
  const ada = new Drafts("ada", browser);
  expect(ada.get("chat", readText)).toBeUndefined();
  ada.set("chat", 7);
  expect(ada.get("chat", readText)).toBeUndefined();
  const full: DraftStorage = {
    ...browser,
    setItem: () => {
      throw new DOMException("full", "QuotaExceededError");
    },
  };
  expect(() => new Drafts("ada", full).set("chat", "hello")).not.toThrow();
});

import { expect, test } from "vitest";

import { Drafts, readText, type DraftStorage } from "./drafts";

function storage(from?: DraftStorage): DraftStorage {
  const kept = new Map<string, string>();
  for (let at = 0; at < (from?.length ?? 0); at += 1) {
    const key = from?.key(at) ?? "";
    kept.set(key, from?.getItem(key) ?? "");
  }
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

test("a draft is there for its user alone, also after a reload", () => {
  const [tab, browser] = [storage(), storage()];
  const first = new Drafts("ada", tab, browser);
  first.set("chat", "hello");
  first.leave();
  expect(new Drafts("ada", tab, browser).get("chat", readText)).toBe("hello");
  expect(new Drafts("bob", tab, browser).get("chat", readText)).toBeUndefined();
  // A user whose id begins like another's.
  expect(new Drafts("a", tab, browser).names()).toEqual([]);
  // The reloaded tab has it, and nobody else.
  expect(new Drafts("ada", storage(), browser).names()).toEqual([]);
});

test("two tabs do not overwrite each other", () => {
  const browser = storage();
  const [one, other] = [storage(), storage()];
  new Drafts("ada", one, browser).set("chat", "one");
  new Drafts("ada", other, browser).set("chat", "other");
  expect(new Drafts("ada", one, browser).get("chat", readText)).toBe("one");
  expect(new Drafts("ada", other, browser).get("chat", readText)).toBe("other");
});

test("what closed tabs left behind is taken over by new tabs, the newest first, and nothing twice", () => {
  const browser = storage();
  const one = new Drafts("ada", storage(), browser);
  const other = new Drafts("ada", storage(), browser);
  one.set("chat", "one");
  one.set("task.1", "title");
  other.set("chat", "other");
  one.leave();
  other.leave();
  const [key] = Array.from({ length: browser.length }, (_, at) => browser.key(at) ?? "");
  browser.setItem(key!, JSON.stringify({ ...JSON.parse(browser.getItem(key!)!), at: 1 }));

  const next = new Drafts("ada", storage(), browser);
  expect([next.get("chat", readText), next.get("task.1", readText)]).toEqual(["other", "title"]);
  expect(new Drafts("ada", storage(), browser).get("chat", readText)).toBe("one");
  expect(new Drafts("ada", storage(), browser).names()).toEqual([]);
});

test("a page that comes back from the history keeps what is its own", () => {
  const browser = storage();
  const ada = new Drafts("ada", storage(), browser);
  ada.set("chat", "hello");
  ada.leave();
  ada.open();
  expect(ada.get("chat", readText)).toBe("hello");
  expect(new Drafts("ada", storage(), browser).names()).toEqual([]);
});

test("a duplicated tab has its own drafts", () => {
  const [tab, browser] = [storage(), storage()];
  const first = new Drafts("ada", tab, browser);
  first.set("chat", "hello");
  const second = new Drafts("ada", storage(tab), browser);
  second.set("chat", "hello again");
  expect(first.get("chat", readText)).toBe("hello");
  first.leave();
  second.leave();
  expect(browser.length).toBe(2);
});

test("clearing drops the drafts of one user and nothing else", () => {
  const [tab, browser] = [storage(), storage()];
  const [ada, bob] = [new Drafts("ada", tab, browser), new Drafts("bob", tab, browser)];
  const closed = new Drafts("ada", storage(), browser);
  closed.set("chat", "earlier");
  closed.leave();
  browser.setItem("taskwire.conversation", "c1");
  ada.set("chat", "hello");
  ada.set("task.1", {});
  bob.set("chat", "hi");
  expect(ada.names()).toEqual(["chat", "task.1"]);
  ada.clear();
  expect(ada.names()).toEqual([]);
  expect(new Drafts("ada", storage(), browser).names()).toEqual([]);
  expect(bob.get("chat", readText)).toBe("hi");
  expect(browser.getItem("taskwire.conversation")).toBe("c1");
});

test("what cannot be read or kept is no draft", () => {
  const [tab, browser] = [storage(), storage()];
  tab.setItem("taskwire.draft.ada.chat", "{");
  for (const left of ["{", "null", "[]", '{"at":1,"drafts":null}']) browser.setItem(`taskwire.left.ada.${left.length}`, left);
  const ada = new Drafts("ada", tab, browser);
  expect(ada.get("chat", readText)).toBeUndefined();
  ada.set("chat", 7);
  expect(ada.get("chat", readText)).toBeUndefined();
  const full: DraftStorage = {
    ...browser,
    setItem: () => {
      throw new DOMException("full", "QuotaExceededError");
    },
  };
  expect(() => new Drafts("ada", full, full).set("chat", "hello")).not.toThrow();
  expect(() => new Drafts("ada", tab, full).leave()).not.toThrow();
});

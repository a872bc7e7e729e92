import { expect, test } from "vitest";

import type { TaskView } from "../contract";
import {
  append,
  apply,
  unlistedEdits,
  emptyList,
  loading,
  remove,
  replace,
  shownRows,
  startEditing,
  stopEditing,
  type TaskList,
} from "./task-list";
import { FIRST_QUERY, matches } from "./query";
import { testTask as task } from "./test-task";

function listOf(items: TaskView[], next: string | null = null): TaskList {
  return replace(emptyList(FIRST_QUERY), { items, next_cursor: next });
}

const numbers = (list: TaskList) => list.items.map((item) => item.number);

test("a new task goes to its place by due date, those without one last", () => {
  const list = listOf([task(1, { due: "2026-12-01" }), task(2)]);
  expect(numbers(apply(list, task(3, { due: "2026-12-01T09:00[Europe/Rome]" })))).toEqual([3, 1, 2]);
  expect(numbers(apply(list, task(3, { due: "2026-12-02T09:00" })))).toEqual([1, 3, 2]);
  expect(numbers(apply(list, task(3, { due: "2026-11-30" })))).toEqual([3, 1, 2]);
  expect(numbers(apply(list, task(3)))).toEqual([1, 2, 3]);
});

test("a done task leaves the open list, and an older event does not bring it back", () => {
  const done = apply(listOf([task(1), task(2)]), task(1, { status: "completed", version: 2 }));
  expect(numbers(done)).toEqual([2]);
  expect(numbers(apply(done, task(1)))).toEqual([2]);
  expect(numbers(apply(done, task(1, { version: 3 })))).toEqual([1, 2]);
});

test("the same event twice changes nothing", () => {
  const once = apply(listOf([task(1)]), task(2));
  expect(apply(once, task(2)).items).toEqual(once.items);
});

test("a task behind the loaded rows waits for its page", () => {
  const list = listOf([task(1, { due: "2026-12-01" })], "more");
  expect(numbers(apply(list, task(9, { due: "2027-01-01" })))).toEqual([1]);
  expect(numbers(apply(list, task(9, { due: "2026-11-01" })))).toEqual([9, 1]);
});

test("a page read before an event does not undo it", () => {
  let list = loading(listOf([task(1)]));
  list = apply(list, task(2));
  list = apply(list, task(1, { status: "deleted", version: 2 }));
  const stale = { items: [task(1)], next_cursor: null };
  expect(numbers(replace(list, stale))).toEqual([2]);
});

test("a page read after missed events stands", () => {
  const list = loading(listOf([task(1), task(2)]));
  const page = { items: [task(2, { version: 4, title: "renamed" })], next_cursor: null };
  expect(replace(list, page).items.map((item) => item.title)).toEqual(["renamed"]);
});

test("the next page repeats no row and brings none that has changed since", () => {
  let list = listOf([task(1, { due: "2026-12-01" })], "more");
  list = apply(list, task(2, { due: "2026-11-01", version: 2 }));
  list = apply(list, task(3, { status: "completed", version: 2 }));
  list = append(list, { items: [task(2), task(3), task(4)], next_cursor: null });
  expect(numbers(list)).toEqual([2, 1, 4]);
});

test("filters as the server does", () => {
  const shopping = { ...FIRST_QUERY, tag: "shopping" };
  expect(matches(shopping, task(1, { tags: ["Shopping"] }))).toBe(true);
  expect(matches(shopping, task(1))).toBe(false);
  expect(matches({ ...FIRST_QUERY, q: "MILK" }, task(1, { notes: "oat milk" }))).toBe(true);
  expect(matches({ ...FIRST_QUERY, priority: "high" }, task(1))).toBe(false);
});

test("the same task again is the same list, so that nothing is painted", () => {
  const list = listOf([task(1), task(2)]);
  expect(apply(list, task(1))).toBe(list);
});

test("a reload keeps the rows that did not change", () => {
  const list = listOf([task(1), task(2), task(3)]);
  const [first, second] = list.items;
  const page = { items: [task(1), task(2, { version: 2, title: "renamed" })], next_cursor: "more" };
  const again = replace(loading(list), page);
  expect(numbers(again)).toEqual([1, 2]);
  expect(again.items[0]).toBe(first);
  expect(again.items[1]).not.toBe(second);
});

test("a task that moved between two pages of a reload is there once, as it was read last", () => {
  const page = { items: [task(1), task(2), task(1, { version: 2 })], next_cursor: null };
  const list = replace(loading(listOf([])), page);
  expect(list.items.map(({ number, version }) => [number, version])).toEqual([
    [1, 2],
    [2, 1],
  ]);
});

const shown = (list: TaskList) => shownRows(list).map((item) => item.number);

test("a task that is edited stays in its place when it is deleted, moved beyond the loaded rows, or not loaded again", () => {
  const items = [task(1, { due: "2026-12-01" }), task(2, { due: "2026-12-02" }), task(3, { due: "2026-12-03" })];
  const list = startEditing(listOf(items, "more"), items[1]!);
  const deleted = apply(list, task(2, { status: "deleted", version: 2 }));
  expect([numbers(deleted), shown(deleted)]).toEqual([[1, 3], [1, 2, 3]]);
  expect(unlistedEdits(deleted).map((away) => away.task.status)).toEqual(["deleted"]);
  const moved = apply(list, task(2, { due: "2031-01-01", version: 2 }));
  expect([numbers(moved), shown(moved)]).toEqual([[1, 3], [1, 2, 3]]);
  const reloaded = replace(loading(moved), { items: [items[0]!, items[2]!], next_cursor: "more" });
  expect([numbers(reloaded), shown(reloaded)]).toEqual([[1, 3], [1, 2, 3]]);
  // A later version is known also while it is away, and it goes when its editor closes.
  const later = apply(reloaded, task(2, { due: "2031-01-01", title: "later", version: 3 }));
  expect(shownRows(later)[1]?.title).toBe("later");
  expect(shown(stopEditing(later, "id-2"))).toEqual([1, 3]);
});

test("a task that is edited outlives a query, and is shown once", () => {
  const list = startEditing(listOf([task(1), task(2)]), task(2));
  const other = emptyList({ ...FIRST_QUERY, status: "completed" }, list);
  expect(shown(other)).toEqual([2]);
  const back = replace(emptyList(FIRST_QUERY, other), { items: [task(1), task(2)], next_cursor: null });
  expect(shown(back)).toEqual([1, 2]);
  expect(shownRows(listOf([task(1)]))).toHaveLength(1);
});

test("a task that no longer exists leaves the list, and comes back by a redo", () => {
  const undone = remove(listOf([task(1), task(2)]), task(1));
  expect(numbers(undone)).toEqual([2]);
  // A page that was read before does not bring it back, and no list shows it.
  expect(numbers(replace(remove(loading(listOf([])), task(1)), { items: [task(1), task(2)], next_cursor: null }))).toEqual([2]);
  const trash = replace(emptyList({ ...FIRST_QUERY, status: "deleted" }), { items: [task(3, { status: "deleted" })], next_cursor: null });
  expect(numbers(remove(trash, task(3, { status: "deleted" })))).toEqual([]);
  expect(numbers(apply(undone, task(1, { version: 3 })))).toEqual([1, 2]);
});

test("the editor of a task that no longer exists stays open", () => {
  const list = remove(startEditing(listOf([task(1)]), task(1)), task(1));
  expect(shownRows(list).map(({ number }) => number)).toEqual([1]);
});

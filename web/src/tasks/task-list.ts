// The loaded part of the list, and how answers and events move it. Pure, so that it can be tested.

import type { Page, Task } from "../contract";
import { compare, matches, type TaskQuery } from "./query";

export interface TaskList {
  query: TaskQuery;
  items: Task[];
  /** For the next page; null when everything is loaded. */
  next: string | null;
  /** Newest version seen of each task, also of those not shown: answers and events may overtake each other. */
  seen: ReadonlyMap<string, number>;
  /** What came by answers and events since the last load began: its page may have been read before them. */
  recent: readonly Task[];
  loaded: boolean;
}

export function emptyList(query: TaskQuery, seen: TaskList["seen"] = new Map()): TaskList {
  return { query, items: [], next: null, seen, recent: [], loaded: false };
}

/** Puts one task where it belongs, or takes it out. A version that is not newer than the one seen changes nothing. */
export function apply(list: TaskList, task: Task): TaskList {
  if ((list.seen.get(task.id) ?? 0) >= task.version) return list;
  return put(list, task);
}

function put(list: TaskList, task: Task): TaskList {

  const rest = list.items.filter((item) => item.id !== task.id);
  return {
    ...list,
    items: matches(list.query, task) ? insert(list, rest, task) : rest,
    seen: new Map(list.seen).set(task.id, task.version),
    recent: [...list.recent, task],
  };
}

function insert(list: TaskList, rest: Task[], task: Task): Task[] {
  const at = rest.findIndex((item) => compare(list.query.sort, task, item) < 0);
  if (at >= 0) return rest.toSpliced(at, 0, task);
  // Behind the last loaded row of an unfinished list it belongs to a page still to come.
  return list.next === null ? [...rest, task] : rest;
}

/** A load of the first page begins. */
export function loading(list: TaskList): TaskList {
  return { ...list, recent: [] };
}

/**
 * The first pages, in the server's order, and on them whatever happened since they were asked for. Tasks that are shown
 * already in this version stay the same objects, so that only rows that changed are painted again.
 */
export function replace(list: TaskList, page: Page<Task>): TaskList {
  const seen = new Map(list.seen);
  const shown = new Map(list.items.map((item) => [item.id, item]));
  const items = new Map<string, Task>();
  for (const task of page.items) {
    seen.set(task.id, Math.max(seen.get(task.id) ?? 0, task.version));
    const known = shown.get(task.id);
    items.set(task.id, known?.version === task.version ? known : task);
  }
  const loaded = { ...list, items: [...items.values()], next: page.next_cursor, seen, recent: [], loaded: true };
  return list.recent.reduce(put, loaded);
}

/** The next page behind what is shown. */
export function append(list: TaskList, page: Page<Task>): TaskList {
  const shown = new Set(list.items.map((item) => item.id));
  const fresh = page.items.filter((task) => !shown.has(task.id) && (list.seen.get(task.id) ?? 0) <= task.version);
  const seen = new Map(list.seen);
  for (const task of fresh) seen.set(task.id, task.version);
  return { ...list, items: [...list.items, ...fresh], next: page.next_cursor, seen };
}

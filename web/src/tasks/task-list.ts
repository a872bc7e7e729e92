// The loaded part of the list, and its changes by responses and events. Pure, so that it can be tested.

import type { TaskPage, TaskView } from "../contract";
import { compare, matches, type TaskQuery } from "./query";

export interface TaskList {
  query: TaskQuery;
  items: TaskView[];
  /** For the next page; null when everything is loaded. */
  next: string | null;
  /** Newest version seen of each task, including those not shown: responses and events may overtake each other. */
  seen: ReadonlyMap<string, number>;
  /** Tasks from responses and events since the last load began: its page may have been read before them. */
  recent: readonly TaskView[];
  loaded: boolean;
  /** Tasks whose editor is open, by id: they stay on the page even if they leave the list. */
  editing: ReadonlyMap<string, Edited>;
}

export interface Edited {
  /** Its newest known version. */
  task: TaskView;
  /** Its last place in the list. */
  at: number;
}

/** An empty list; known versions and open editors survive a change of the query. */
export function emptyList(query: TaskQuery, before?: TaskList): TaskList {
  const { seen = new Map(), editing = new Map() } = before ?? {};
  return { query, items: [], next: null, seen, recent: [], loaded: false, editing };
}

/** Opens the editor of a task. */
export function startEditing(list: TaskList, task: TaskView): TaskList {
  if (list.editing.has(task.id)) return list;
  const at = Math.max(placeOf(list, task.id), 0);
  return { ...list, editing: new Map(list.editing).set(task.id, { task, at }) };
}

/** Closes the editor of a task. */
export function stopEditing(list: TaskList, id: string): TaskList {
  const editing = new Map(list.editing);
  editing.delete(id);
  return { ...list, editing };
}

/** The rows to show: the list, and in their last places the tasks that left it while they are edited. */
export function shownRows(list: TaskList): TaskView[] {
  const away = unlistedEdits(list);
  if (away.length === 0) return list.items;
  const rows = [...list.items];
  for (const { task, at } of away.sort((one, other) => one.at - other.at)) rows.splice(Math.min(at, rows.length), 0, task);
  return rows;
}

/** The tasks that are edited and not in the list. */
export function unlistedEdits(list: TaskList): Edited[] {
  if (list.editing.size === 0) return [];
  const items = new Set(list.items.map((item) => item.id));
  return [...list.editing.values()].filter(({ task }) => !items.has(task.id));
}

function placeOf(list: TaskList, id: string): number {
  return list.items.findIndex((item) => item.id === id);
}

/** The open editors with this newer task, and with the places that `list` has. */
function follow(list: TaskList, newer: ReadonlyMap<string, TaskView>): TaskList["editing"] {
  if (list.editing.size === 0) return list.editing;
  return new Map(
    [...list.editing].map(([id, { task, at }]) => {
      const [known, place] = [newer.get(id), placeOf(list, id)];
      return [id, { task: known !== undefined && known.version > task.version ? known : task, at: place < 0 ? at : place }];
    }),
  );
}

/** Puts one task in its place, or removes it. A version that is not newer than the one seen changes nothing. */
export function apply(list: TaskList, task: TaskView): TaskList {
  if ((list.seen.get(task.id) ?? 0) >= task.version) return list;
  return put(list, task);
}

/** Takes in the counts of a task's subtasks, which change without a new version of the task. */
export function recount(list: TaskList, task: TaskView): TaskList {
  const items = list.items.map((item) => (item.id === task.id ? { ...item, subtasks: task.subtasks ?? null } : item));
  return { ...list, items };
}

/** Removes a task that no longer exists, as a version after the last known one. An editor of it stays open. */
export function remove(list: TaskList, last: TaskView): TaskList {
  return apply(list, { ...last, version: last.version + 1, status: GONE });
}

/** A status that no list shows. */
const GONE = "gone";

function put(list: TaskList, task: TaskView): TaskList {
  const rest = list.items.filter((item) => item.id !== task.id);
  return {
    ...list,
    items: matches(list.query, task) ? insert(list, rest, task) : rest,
    seen: new Map(list.seen).set(task.id, task.version),
    recent: [...list.recent, task],
    editing: follow(list, new Map([[task.id, task]])),
  };
}

function insert(list: TaskList, rest: TaskView[], task: TaskView): TaskView[] {
  const at = rest.findIndex((item) => compare(list.query.sort, task, item) < 0);
  if (at >= 0) return rest.toSpliced(at, 0, task);
  // After the last loaded row of an incomplete list it belongs to a later page.
  return list.next === null ? [...rest, task] : rest;
}

/** Begins a load of the first page. */
export function loading(list: TaskList): TaskList {
  return { ...list, recent: [] };
}

/**
 * The first pages, in the server's order, updated with the changes since they were requested. Tasks that are shown
 * in this version already stay the same objects, so that only changed rows are rendered again.
 */
export function replace(list: TaskList, page: TaskPage): TaskList {
  const seen = new Map(list.seen);
  const shown = new Map(list.items.map((item) => [item.id, item]));
  const items = new Map<string, TaskView>();
  for (const task of page.items) {
    seen.set(task.id, Math.max(seen.get(task.id) ?? 0, task.version));
    const known = shown.get(task.id);
    const isSame = known?.version === task.version && sameCounts(known, task);
    items.set(task.id, isSame ? known : task);
  }
  const loaded: TaskList = {
    ...list,
    items: [...items.values()],
    next: page.next_cursor ?? null,
    seen,
    recent: [],
    loaded: true,
    editing: follow(list, items),
  };
  return list.recent.reduce(put, loaded);
}

function sameCounts({ subtasks: one }: TaskView, { subtasks: other }: TaskView): boolean {
  return one?.open === other?.open && one?.done === other?.done;
}

/** Appends the next page. */
export function append(list: TaskList, page: TaskPage): TaskList {
  const shown = new Set(list.items.map((item) => item.id));
  const fresh = page.items.filter((task) => !shown.has(task.id) && (list.seen.get(task.id) ?? 0) <= task.version);
  const seen = new Map(list.seen);
  for (const task of fresh) seen.set(task.id, task.version);
  return { ...list, items: [...list.items, ...fresh], next: page.next_cursor ?? null, seen };
}

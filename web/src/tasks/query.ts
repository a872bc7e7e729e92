// The filter of the list.

import type { TaskView } from "../contract";
import { priorityOf, type Priority, type Status } from "./values";

export type Sort = "due" | "priority" | "created" | "updated" | "title";

export interface TaskQuery {
  status: Status;
  /** Empty for any. */
  tag: string;
  priority: Priority | "";
  q: string;
  sort: Sort;
}

export const FIRST_QUERY: TaskQuery = { status: "open", tag: "", priority: "", q: "", sort: "due" };

/**
 * Text without regard to case, as the server compares it: the upper case of "ß" is "SS", and all sigmas have one. A dotless i
 * stays, although its upper case is that of an i.
 */
export function folded(text: string): string {
  return text.replace(/[^ı]+/g, (part) => part.toLowerCase().toUpperCase().toLowerCase());
}

/** Tag names are compared without case, width and the encodings of one character, as the server does. */
export function tagKey(name: string): string {
  return folded(name.normalize("NFKC"));
}

export function isSameTag(a: string, b: string): boolean {
  return tagKey(a) === tagKey(b);
}

/** The names to choose from, with the chosen one even where the loaded tags do not have it: just renamed, or deleted. */
export function tagChoices(tags: readonly { name: string }[], chosen: string): string[] {
  const names = tags.map(({ name }) => name);
  return chosen === "" || names.some((name) => isSameTag(name, chosen)) ? names : [...names, chosen];
}

/** Whether the server would list this task for this query. */
export function matches(query: TaskQuery, task: TaskView): boolean {
  const contains = (text: string) => folded(text).includes(folded(query.q));
  return (
    task.status === query.status &&
    (query.tag === "" || task.tags.some((tag) => isSameTag(tag, query.tag))) &&
    (query.priority === "" || task.priority === query.priority) &&
    (query.q === "" || contains(task.title) || contains(task.notes))
  );
}

const RANK: Record<Priority, number> = { high: 3, medium: 2, low: 1, none: 0 };

/** The order of the server's list, so that an event moves a row to the same place as a reload. */
export function compare(sort: Sort, a: TaskView, b: TaskView): number {
  switch (sort) {
    case "due":
      return ascending(dueKey(a), dueKey(b)) || ascending(a.id, b.id);
    case "title":
      return ascending(folded(a.title), folded(b.title)) || ascending(a.id, b.id);
    case "priority":
      return RANK[priorityOf(b.priority)] - RANK[priorityOf(a.priority)] || ascending(b.id, a.id);
    case "created":
      return Date.parse(b.created_at) - Date.parse(a.created_at) || ascending(b.id, a.id);
    case "updated":
      return Date.parse(b.updated_at) - Date.parse(a.updated_at) || ascending(b.id, a.id);
  }
}

function ascending(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Civil text sorts like time. A date comes after the times of its day, no due value after everything. */
function dueKey(task: TaskView): string {
  if (task.due == null) return "9999";
  const civil = task.due.split("[", 1)[0] ?? "";
  return civil.length === 10 ? `${civil}T24` : civil;
}

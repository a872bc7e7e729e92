// Changes in words: what was done to what, by whom, and what stands in the way of an undo. Pure, so that it can be tested.

import { ApiError, describe } from "../api";
import type { Actor, ChangedTask, ChangeView } from "../contract";

const VERBS: Record<string, string> = {
  create: "Added",
  update: "Changed",
  complete: "Completed",
  skip: "Skipped",
  reopen: "Reopened",
  delete: "Moved to the trash",
  restore: "Restored",
  batch: "Changed",
  bulk: "Changed",
  create_tag: "Created",
  update_tag: "Changed",
  delete_tag: "Deleted",
  merge_tags: "Merged",
  empty_trash: "Emptied the trash",
  undo: "Undone",
  redo: "Redone",
};

/** Maximum number of tasks that are named. */
const NAMED_MAX = 3;

const TAG_KINDS = new Set(["create_tag", "update_tag", "delete_tag", "merge_tags"]);

/** Such as "Completed: #3 water the plants" and "Changed: the tag home, 12 tasks". */
export function changeText({ kind, tags, tasks, task_count }: ChangeView): string {
  const verb = VERBS[kind] ?? kind.replaceAll("_", " ");
  // A tag may also come with the first task that has it.
  const isOfTags = TAG_KINDS.has(kind) || task_count === 0;
  const subjects = isOfTags ? [tagsText(tags), countText(task_count)] : [tasksText(tasks, task_count)];
  const subject = subjects.filter((text) => text !== "").join(", ");
  return subject === "" ? verb : `${verb}: ${subject}`;
}

function tagsText(names: readonly string[]): string {
  const different = [...new Set(names)];
  if (different.length === 0) return "";
  return `${different.length === 1 ? "the tag" : "the tags"} ${different.join(", ")}`;
}

function tasksText(tasks: readonly ChangedTask[], count: number): string {
  if (tasks.length === 0) return countText(count);
  const named = tasks.slice(0, NAMED_MAX).map(({ number, title }) => `#${number} ${title}`);
  const more = count - named.length;
  return more > 0 ? `${named.join(", ")} and ${more} more` : named.join(", ");
}

/** Such as "12 tasks"; nothing for none. */
export function countText(count: number): string {
  if (count === 0) return "";
  return count === 1 ? "1 task" : `${count} tasks`;
}

/** What an undo left out, as a sentence after another one; nothing for none. */
export function leftOutText(tasks: readonly ChangedTask[]): string {
  if (tasks.length === 0) return "";
  return ` Left out, because deleted for good: ${tasksText(tasks, tasks.length)}.`;
}

/** Such as "on the page" and "by claude-desktop/1.2". */
export function actorText({ via, client }: Pick<Actor, "via" | "client">): string {
  switch (via) {
    case "web":
      return "on the page";
    case "chat":
      return "in the chat";
    case "mcp":
      return `by ${client ?? "an MCP client"}`;
    case "rest":
      return `by ${client ?? "a program"}`;
    case "consumer":
      return "by Taskwire";
  }
}

/** Whether undoing this change redoes another one. */
export function isUndo({ kind }: Pick<ChangeView, "kind">): boolean {
  return kind === "undo";
}

/** The other changes in this list of the chat turn of a change, if it is the first of several. */
export function turnOf(change: ChangeView, listed: readonly ChangeView[]): { turn: string; count: number } | undefined {
  const turn = change.actor.chat_turn;
  if (turn == null) return undefined;
  const whole = listed.filter(({ actor, can_undo, kind }) => actor.chat_turn === turn && can_undo && kind !== "undo");
  return whole.length > 1 && whole[0]?.id === change.id ? { turn, count: whole.length } : undefined;
}

/** Why an undo was refused: each thing that is in the way. */
export function obstacles(error: unknown): string[] {
  const errors = error instanceof ApiError ? (error.refusal.errors ?? []) : [];
  const { detail, hint } = describe(error);
  const lines = errors.length > 1 ? errors.map((one) => one.detail) : [detail];
  return [...lines, ...(hint === undefined ? [] : [hint])];
}

import { expect, test } from "vitest";

import { ApiError } from "../api";
import type { ChangeView } from "../contract";
import { leftOutText, actorText, changeText, obstacles, turnOf } from "./change-text";

function change(fields: Partial<ChangeView>): ChangeView {
  return {
    id: "01a22d0a-3e8e-7d5c-ba9f-b0217198f251",
    kind: "update",
    at: "2026-11-30T15:19:35Z",
    actor: { user: "u", via: "web" },
    tasks: [],
    task_count: 0,
    tags: [],
    can_undo: true,
    ...fields,
  };
}

const tasks = [1, 2, 3, 4, 5].map((number) => ({ id: `id-${number}`, number, title: `task ${number}` }));

test("a change names its tasks, and counts those beyond a few", () => {
  expect(changeText(change({ kind: "complete", tasks: tasks.slice(0, 1), task_count: 1 }))).toBe("Completed: #1 task 1");
  expect(changeText(change({ kind: "bulk", tasks, task_count: 40 }))).toBe(
    "Changed: #1 task 1, #2 task 2, #3 task 3 and 37 more",
  );
  expect(changeText(change({ kind: "undo", tasks: tasks.slice(0, 2), task_count: 2 }))).toBe("Undone: #1 task 1, #2 task 2");
});

test("a change of tags names them once, with the number of tasks", () => {
  expect(changeText(change({ kind: "update_tag", tags: ["home"], tasks, task_count: 12 }))).toBe("Changed: the tag home, 12 tasks");
  expect(changeText(change({ kind: "create", tags: ["home"], tasks: tasks.slice(0, 1), task_count: 1 }))).toBe("Added: #1 task 1");
  expect(changeText(change({ kind: "undo", tags: ["home"] }))).toBe("Undone: the tag home");
  expect(changeText(change({ kind: "merge_tags", tags: ["home", "house", "home"] }))).toBe("Merged: the tags home, house");
});

test("a kind that the page does not know is shown as it is", () => {
  expect(changeText(change({ kind: "move_to_list" }))).toBe("move to list");
  expect(changeText(change({ kind: "empty_trash" }))).toBe("Emptied the trash");
});

test("what an undo left out is named", () => {
  expect(leftOutText([])).toBe("");
  expect(leftOutText(tasks)).toBe(" Left out, because deleted for good: #1 task 1, #2 task 2, #3 task 3 and 2 more.");
});

test("an actor is named by its interface or program", () => {
  expect(actorText({ via: "web" })).toBe("on the page");
  expect(actorText({ via: "chat", client: "gemini" })).toBe("in the chat");
  expect(actorText({ via: "mcp", client: "claude-desktop/1.2" })).toBe("by claude-desktop/1.2");
  expect(actorText({ via: "rest", client: null })).toBe("by a program");
  expect(actorText({ via: "consumer" })).toBe("by Taskwire");
});

test("a chat turn with several changes can be undone as a whole, at its newest", () => {
  const inTurn = (id: string, turn: string | null, fields: Partial<ChangeView> = {}) =>
    change({ id, actor: { user: "u", via: "chat", chat_turn: turn }, ...fields });
  const [newest, middle, other, alone] = [inTurn("a", "t"), inTurn("b", "t"), inTurn("c", null), inTurn("d", "s")];
  const listed = [newest, other, middle, alone];
  expect(turnOf(newest, listed)).toEqual({ turn: "t", count: 2 });
  for (const one of [middle, other, alone]) expect(turnOf(one, listed)).toBeUndefined();
  expect(turnOf(newest, [newest, inTurn("b", "t", { kind: "undo" })])).toBeUndefined();
});

test("everything that is in the way of an undo is told", () => {
  const refused = (details: string[]) =>
    new ApiError(409, {
      code: "changed_since",
      detail: details[0] ?? "",
      hint: "Undo the change 01a2 first.",
      errors: details.map((detail) => ({ pointer: "/tasks/1/title", detail })),
    });
  const [one, two] = ["Task 1 was changed since: title.", "Task 2 was changed since: due."];
  expect(obstacles(refused([one, two]))).toEqual([one, two, "Undo the later change first."]);
  expect(obstacles(refused([one]))).toEqual([one, "Undo the later change first."]);
  expect(obstacles(new Error("cut"))).toEqual(["cut"]);
});

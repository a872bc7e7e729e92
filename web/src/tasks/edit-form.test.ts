import { expect, test } from "vitest";

import type { TaskView } from "../contract";
import {
  changedFields,
  editForm,
  followedFields,
  isDirty,
  mergeTask,
  newTaskOf,
  openForm,
  readForm,
  requestOf,
  resolveConflict,
  savedForm,
  type EditForm,
} from "./edit-form";
import { testRecurrence, testTask } from "./test-task";

const task = testTask(1, { title: "call", priority: "low", tags: ["Work"], due: "2026-12-01", version: 3 });

/** The task after a change from elsewhere. */
const later = (fields: Partial<TaskView>, version = 4): TaskView => ({ ...task, ...fields, version });

test("only what was changed is sent, and nothing when it was typed back", () => {
  const form = editForm(openForm(task), { notes: "ask for Ada", title: "call " });
  expect(requestOf(form)).toEqual({ patch: { notes: "ask for Ada" }, move: null });
  expect(isDirty(editForm(form, { notes: "" }))).toBe(false);
  expect(requestOf(editForm(openForm(task), { due: " ", recurrence: "" })).patch).toEqual({ due: null });
});

test("how long it takes is a number of minutes, or nothing", () => {
  const timed = testTask(2, { due: "2026-12-01T09:00", duration_minutes: 30 });
  expect(openForm(timed).draft.duration_minutes).toBe("30");
  expect(requestOf(editForm(openForm(timed), { duration_minutes: "90" })).patch).toEqual({ duration_minutes: 90 });
  expect(requestOf(editForm(openForm(timed), { duration_minutes: " " })).patch).toEqual({ duration_minutes: null });
  expect(newTaskOf(openForm(timed)).duration_minutes).toBe(30);
  expect(newTaskOf(openForm(task)).duration_minutes).toBeUndefined();
  // A draft of an earlier version of the page says nothing about it.
  const { duration_minutes: _, ...before } = openForm(task).draft;
  expect(readForm({ version: 3, base: before, draft: { ...before, notes: "n" }, conflicts: [] })?.draft).toMatchObject({
    duration_minutes: "",
    notes: "n",
  });
});

test("a change from elsewhere is shown where nothing was typed, and is not sent back", () => {
  const form = editForm(openForm(task), { notes: "ask for Ada" });
  const merged = mergeTask(form, later({ title: "call back", priority: "high", tags: ["Work", "home"] }));
  expect(merged.draft).toMatchObject({ title: "call back", priority: "high", tags: ["Work", "home"], notes: "ask for Ada" });
  expect(merged).toMatchObject({ version: 4, conflicts: [] });
  expect(changedFields(merged)).toEqual({ notes: "ask for Ada" });
  expect(followedFields(form, merged)).toEqual(["title", "priority", "tags"]);
});

test("where both changed a field, both values are kept until somebody chooses", () => {
  const form = editForm(openForm(task), { title: "phone", notes: "n" });
  let merged = mergeTask(form, later({ title: "call back" }));
  expect(merged.conflicts).toEqual(["title"]);
  expect([merged.draft.title, merged.base.title]).toEqual(["phone", "call back"]);
  // A further change of another field leaves the question open.
  merged = mergeTask(merged, later({ title: "call back", priority: "high" }, 5));
  expect(merged.conflicts).toEqual(["title"]);

  const mine = resolveConflict(merged, "title", "mine");
  expect(requestOf(mine).patch).toEqual({ title: "phone", notes: "n" });
  const theirs = resolveConflict(merged, "title", "theirs");
  expect(theirs.draft.title).toBe("call back");
  expect(requestOf(theirs).patch).toEqual({ notes: "n" });
  // Typing the other value settles it too.
  expect(editForm(merged, { title: "call back" }).conflicts).toEqual([]);
});

test("the same change from both sides is no conflict", () => {
  const merged = mergeTask(editForm(openForm(task), { title: "phone" }), later({ title: "phone" }));
  expect(merged.conflicts).toEqual([]);
  expect(isDirty(merged)).toBe(false);
});

test("an older or the same version changes nothing", () => {
  const form = editForm(openForm(task), { title: "phone" });
  expect(mergeTask(form, later({ title: "old" }, 2))).toBe(form);
  expect(mergeTask(form, task)).toBe(form);
});

test("tags and reminders merge one by one", () => {
  const start = later({
    tags: ["a", "b"],
    reminders: [
      { id: "1", minutes_before: 10, at: null, local: null },
      { id: "2", minutes_before: null, at: "2026-12-01T08:00:00Z", local: null },
    ],
  });
  const form = editForm(openForm(start), { tags: ["B", "c"], reminders: [{ minutes_before: 10 }, { minutes_before: 60 }] });
  const merged = mergeTask(form, {
    ...start,
    version: 5,
    tags: ["a", "b", "d"],
    reminders: [...start.reminders, { id: "3", minutes_before: 5, at: null, local: null }],
  });
  expect(merged.draft.tags).toEqual(["b", "d", "c"]);
  expect(merged.draft.reminders).toEqual([{ minutes_before: 10 }, { minutes_before: 5 }, { minutes_before: 60 }]);
  expect(changedFields(merged)).toEqual({ tags: ["b", "d", "c"], reminders: merged.draft.reminders });
});

test("one of a series is moved, unless the rule changes with it", () => {
  const series = { ...task, recurrence: testRecurrence("every monday") };
  const moved = editForm(openForm(series), { due: "tuesday", notes: "n" });
  expect(requestOf(moved)).toEqual({ patch: { notes: "n" }, move: "tuesday" });
  const ruled = editForm(moved, { recurrence: "every tuesday" });
  expect(requestOf(ruled)).toEqual({ patch: { due: "tuesday", recurrence: "every tuesday", notes: "n" }, move: null });
});

test("what was saved is as the server answered, and what was typed since stays", () => {
  const sent = editForm(openForm(task), { due: "tomorrow", title: "phone", reminders: [{ at: "2026-12-01T08:00" }] });
  const answer = later({
    due: "2026-11-21",
    title: "phone",
    reminders: [{ id: "1", minutes_before: null, at: "2026-12-01T07:00:00Z", local: null }],
    priority: "high",
  });
  const fields = ["due", "title", "reminders"] as const;
  const saved = savedForm(sent, sent, [...fields], answer);
  expect(isDirty(saved)).toBe(false);
  expect(saved).toMatchObject({ version: 4, conflicts: [], draft: { due: "2026-11-21", priority: "high" } });
  const typedSince = savedForm(editForm(sent, { title: "phone Ada" }), sent, [...fields], answer);
  expect(changedFields(typedSince)).toEqual({ title: "phone Ada" });
  expect(typedSince.conflicts).toEqual([]);
});

test("a kept form is read back, and nothing else is", () => {
  const form: EditForm = editForm(openForm(task), { title: "phone", reminders: [{ minutes_before: 5 }] });
  expect(readForm(JSON.parse(JSON.stringify(form)))).toEqual(form);
  for (const other of [null, 1, "x", {}, { ...form, draft: { title: 1 } }, { ...form, draft: { ...form.draft, reminders: [{}] } }]) {
    expect(readForm(other)).toBeUndefined();
  }
});

test("a reminder that follows its owner's zone is sent back as it was written", () => {
  const reminders = [{ id: "1", minutes_before: null, at: "2026-12-01T07:00:00Z", local: "2026-12-01T08:00" }];
  const form = editForm(openForm({ ...task, reminders }), { title: "phone" });
  expect(form.draft.reminders).toEqual([{ at: "2026-12-01T08:00" }]);
  expect(changedFields(form)).toEqual({ title: "phone" });
});

test("a form can become a task of its own", () => {
  const form = editForm(openForm(task), { title: " phone ", notes: "n", recurrence: "every monday" });
  expect(newTaskOf(form)).toEqual({
    title: "phone",
    notes: "n",
    priority: "low",
    due: "2026-12-01",
    recurrence: "every monday",
    tags: ["Work"],
    reminders: [],
  });
  expect(newTaskOf(editForm(openForm(task), { due: " " }))).not.toHaveProperty("due");
});

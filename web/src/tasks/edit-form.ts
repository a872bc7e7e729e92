// A task's fields while they are edited: what this person changed, what came from elsewhere meanwhile, and where the
// two disagree. Pure, so that it can be tested.

import type { NewTask, TaskPatch, TaskView } from "../contract";
import { tagKey } from "./query";
import { priorityOf, type Priority } from "./values";

/** When to be told: before the due time, or at an instant or a date-time in the owner's zone. */
export type ReminderChoice = { minutes_before: number } | { at: string };

export interface Fields {
  title: string;
  due: string;
  /** How many minutes it takes, as typed. */
  duration_minutes: string;
  /** The rule in words. */
  recurrence: string;
  priority: Priority;
  notes: string;
  tags: string[];
  reminders: ReminderChoice[];
}

/** Fields of which only one value can stand; tags and reminders are sets, whose changes always merge. */
export const SINGLE_FIELDS = ["title", "due", "duration_minutes", "recurrence", "priority", "notes"] as const;
export type SingleField = (typeof SINGLE_FIELDS)[number];

export interface EditForm {
  /** The version that `base` is of. */
  version: number;
  /** The task as the server has it. */
  base: Fields;
  /** What the form shows. */
  draft: Fields;
  /** Fields that both sides changed to different values: `draft` has this person's, `base` the other. */
  conflicts: SingleField[];
}

export function fieldsOf(task: TaskView): Fields {
  return {
    title: task.title,
    due: task.due ?? "",
    duration_minutes: task.duration_minutes == null ? "" : String(task.duration_minutes),
    recurrence: task.recurrence?.text ?? "",
    priority: priorityOf(task.priority),
    notes: task.notes,
    tags: task.tags,
    reminders: task.reminders.flatMap(({ minutes_before, at, local }): ReminderChoice[] => {
      if (minutes_before != null) return [{ minutes_before }];
      // One that follows its owner's zone continues to do so.
      const written = local ?? at;
      return written == null ? [] : [{ at: written }];
    }),
  };
}

export function openForm(task: TaskView): EditForm {
  const fields = fieldsOf(task);
  return { version: task.version, base: fields, draft: fields, conflicts: [] };
}

/** What is typed. */
export function editForm(form: EditForm, change: Partial<Fields>): EditForm {
  const draft = { ...form.draft, ...change };
  return { ...form, draft, conflicts: form.conflicts.filter((field) => !sameText(field, draft, form.base)) };
}

/** Takes in the task as it is now: fields that were not touched follow it, those that were touched stay. */
export function mergeTask(form: EditForm, task: TaskView): EditForm {
  if (task.version <= form.version) return form;
  const theirs = fieldsOf(task);
  const draft: Fields = {
    ...form.draft,
    tags: mergeSet(form.base.tags, form.draft.tags, theirs.tags, tagKey),
    reminders: mergeSet(form.base.reminders, form.draft.reminders, theirs.reminders, reminderKey),
  };
  const conflicts: SingleField[] = [];
  for (const field of SINGLE_FIELDS) {
    const isTouched = !sameText(field, form.draft, form.base);
    const isMoved = !sameText(field, theirs, form.base);
    if (!isTouched) setField(draft, field, theirs);
    else if ((isMoved || form.conflicts.includes(field)) && !sameText(field, form.draft, theirs)) conflicts.push(field);
  }
  return { version: task.version, base: theirs, draft, conflicts };
}

/**
 * After these fields of `sent` were saved: they are as the server answered, which may read differently ("tomorrow" is a
 * date now). What was typed since stays typed.
 */
export function savedForm(form: EditForm, sent: EditForm, fields: (keyof Fields)[], task: TaskView): EditForm {
  const theirs = fieldsOf(task);
  const [base, draft] = [{ ...form.base }, { ...form.draft }];
  for (const field of fields) {
    Object.assign(base, { [field]: theirs[field] });
    if (form.draft[field] === sent.draft[field]) Object.assign(draft, { [field]: theirs[field] });
  }
  return mergeTask({ ...form, base, draft }, task);
}

/** Decides a conflict. */
export function resolveConflict(form: EditForm, field: SingleField, keep: "mine" | "theirs"): EditForm {
  const draft = { ...form.draft };
  if (keep === "theirs") setField(draft, field, form.base);
  return { ...form, draft, conflicts: form.conflicts.filter((other) => other !== field) };
}

/** Whether anything would be lost. */
export function isDirty(form: EditForm): boolean {
  return Object.keys(changedFields(form)).length > 0;
}

/** The names of fields in which `after` shows something else than `before`, without this person having typed it. */
export function followedFields(before: EditForm, after: EditForm): (keyof Fields)[] {
  const single: (keyof Fields)[] = SINGLE_FIELDS.filter((field) => !sameText(field, before.draft, after.draft));
  if (!sameSet(before.draft.tags, after.draft.tags, tagKey)) single.push("tags");
  if (!sameSet(before.draft.reminders, after.draft.reminders, reminderKey)) single.push("reminders");
  return single;
}

/** What this person changed, and nothing else. */
export function changedFields({ base, draft }: EditForm): Partial<Fields> {
  const changed: Partial<Fields> = {};
  for (const field of SINGLE_FIELDS) {
    if (!sameText(field, draft, base)) setField(changed, field, draft);
  }
  if (!sameSet(draft.tags, base.tags, tagKey)) changed.tags = draft.tags;
  if (!sameSet(draft.reminders, base.reminders, reminderKey)) changed.reminders = draft.reminders;
  return changed;
}

/** What to send: a change of fields, and where one of a series moves, to when. */
export function requestOf(form: EditForm): { patch: TaskPatch; move: string | null } {
  const { title, due, duration_minutes, recurrence, priority, notes, tags, reminders } = changedFields(form);
  const patch: TaskPatch = {};
  if (title !== undefined) patch.title = title.trim();
  if (duration_minutes !== undefined) patch.duration_minutes = minutesOf(duration_minutes) ?? null;
  if (recurrence !== undefined) patch.recurrence = recurrence.trim() || null;
  if (priority !== undefined) patch.priority = priority;
  if (notes !== undefined) patch.notes = notes || null;
  if (tags !== undefined) patch.tags = tags;
  if (reminders !== undefined) patch.reminders = reminders;
  if (due === undefined) return { patch, move: null };
  if (movesSeries(form)) return { patch, move: due.trim() };
  patch.due = due.trim() || null;
  return { patch, move: null };
}

/** Everything that the form shows, as a task of its own. */
export function newTaskOf({ draft }: EditForm): NewTask {
  const { title, notes, priority, due, duration_minutes, recurrence, tags, reminders } = draft;
  const task: NewTask = { title: title.trim(), priority, tags, reminders };
  if (notes !== "") task.notes = notes;
  if (due.trim() !== "") task.due = due.trim();
  if (recurrence.trim() !== "") task.recurrence = recurrence.trim();
  const minutes = minutesOf(duration_minutes);
  if (minutes !== undefined) task.duration_minutes = minutes;
  return task;
}

/** The field takes nothing but a number. */
function minutesOf(typed: string): number | undefined {
  return typed.trim() === "" ? undefined : Number(typed);
}

/** With a new rule the date is its first; without one somebody has to say what else of the series moves. */
export function movesSeries(form: EditForm): boolean {
  const { due, recurrence } = changedFields(form);
  return form.base.recurrence !== "" && recurrence === undefined && due !== undefined && due.trim() !== "";
}

export function reminderKey(reminder: ReminderChoice): string {
  return "at" in reminder ? `at ${reminder.at}` : `before ${reminder.minutes_before}`;
}

function setField(target: Partial<Fields>, field: SingleField, source: Fields): void {
  Object.assign(target, { [field]: source[field] });
}

/** Spaces around a value are not sent, except in notes. */
function sameText(field: SingleField, one: Fields, other: Fields): boolean {
  return field === "notes" ? one.notes === other.notes : one[field].trim() === other[field].trim();
}

function sameSet<T>(one: T[], other: T[], key: (item: T) => string): boolean {
  const keys = new Set(other.map(key));
  return one.length === other.length && one.every((item) => keys.has(key(item)));
}

/** Theirs, with what was added here and without what was removed here. */
function mergeSet<T>(base: T[], mine: T[], theirs: T[], key: (item: T) => string): T[] {
  const [known, kept] = [new Set(base.map(key)), new Set(mine.map(key))];
  const merged = theirs.filter((item) => kept.has(key(item)) || !known.has(key(item)));
  const there = new Set(merged.map(key));
  return [...merged, ...mine.filter((item) => !known.has(key(item)) && !there.has(key(item)))];
}

/** Reads a form that was kept as a draft; undefined if it is not one. */
export function readForm(kept: unknown): EditForm | undefined {
  const { version, conflicts, ...sides } = (kept ?? {}) as Partial<EditForm>;
  const [base, draft] = [withDuration(sides.base), withDuration(sides.draft)];
  const fits = typeof version === "number" && isFields(base) && isFields(draft) && Array.isArray(conflicts);
  return fits ? { version, base, draft, conflicts: SINGLE_FIELDS.filter((field) => conflicts.includes(field)) } : undefined;
}

/** A draft of an earlier version of the page has none. */
function withDuration(fields: Fields | undefined): Fields | undefined {
  return typeof fields === "object" && fields !== null ? { ...fields, duration_minutes: fields.duration_minutes ?? "" } : fields;
}

function isFields(value: unknown): value is Fields {
  if (typeof value !== "object" || value === null) return false;
  const fields = value as Record<string, unknown>;
  const areTexts = SINGLE_FIELDS.every((field) => typeof fields[field] === "string");
  const { tags, reminders } = fields;
  return (
    areTexts &&
    Array.isArray(tags) &&
    tags.every((tag) => typeof tag === "string") &&
    Array.isArray(reminders) &&
    reminders.every(isReminder)
  );
}

function isReminder(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return ("at" in value && typeof value.at === "string") || ("minutes_before" in value && typeof value.minutes_before === "number");
}

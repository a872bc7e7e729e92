// Refusals of the REST API in the words of the page: its details and hints name fields of a request, a person sees a
// form. The one place where a code of a problem means something to the page. Pure, so that it can be tested.

import type { Problem } from "./contract";
import type { Fields } from "./tasks/edit-form";
import { FIELD_NAMES } from "./tasks/field-names";

/** What is wrong, and what to do. */
export interface ProblemMessage {
  detail: string;
  hint?: string;
}

/** The errors of a form, each next to its field. */
export interface Problems<Name extends string> {
  fields: Partial<Record<Name, ProblemMessage>>;
  /** What belongs to no field. */
  form?: ProblemMessage;
}

/** The errors of the form of a task. */
export type FormProblem = Problems<keyof Fields>;

export type Refusal = Pick<Partial<Problem>, "code" | "errors" | "hint"> & { detail: string };

const DATE = 'Write a date such as "tomorrow 5pm", "next friday", "1 dec at 9" or 2026-12-01. A rule belongs in Repeats.';
const RULE =
  'Write a rule such as "every day", "every monday and thursday at 9", "every month on the 1st", or "every! 3 days" to count from when it is done.';

/** What to do about a code. */
const HINTS: Record<string, string> = {
  series_without_due: "Write a date in Due, or empty Repeats.",
  two_rules: "Write the rule in Repeats, and a date in Due.",
  two_starts: "Write the same start in Due and Repeats, or remove it from Repeats.",
  invalid_due: DATE,
  invalid_recurrence: RULE,
  rule_never_matches: "Write another rule, or an earlier date in Due.",
  ambiguous_move: 'Write the new rule in Repeats, or choose "Only this one" under Move.',
  duration_without_time: "Write a time in Due, such as tomorrow 5pm, or empty Minutes.",
  two_durations: "Write how long it takes in Minutes alone.",
  reminder_without_due: "Write a date in Due, or remove this reminder.",
  reminder_in_past: "Choose a later time, or remove this reminder.",
  invalid_tag: "Add each tag by itself.",
  empty_title: "Write a title that says what to do.",
  empty_tag: 'Write a name such as "home".',
  version_mismatch: "Look at the changes, then try again.",
  wrong_occurrence: "The list shows the open occurrence.",
  disk_full: "Free some disk space, then try again.",
  unknown_zone: "Choose a zone such as Europe/Rome.",
  invalid_day_start: "Write hours and minutes, such as 06:00.",
  invalid_language: "Write a tag such as en, de or pt-BR.",
  invalid_name: "Use 1 to 100 characters on one line.",
  wrong_password: "Write the password with which you sign in.",
  password_required: "Write it here.",
  no_password: "Leave this field empty.",
  wrong_name: "Write the name under which you are signed in.",
  sign_in_again: "Sign out, sign in with a new link, and try again.",
  password_changed: "Use the new one.",
  tag_exists: "Choose another name, or merge the two tags.",
  channel_exists: "Change that one instead.",
  incomplete_quiet_hours: "Write both times, or empty both.",
  changed_since: "Undo the later change first.",
  outcome_unknown: "It may be saved or not: look at the list before you try again.",
  unavailable: "Try again in a moment.",
};

const TASK_FIELDS = Object.keys(FIELD_NAMES) as (keyof Fields)[];

/** What to do about a field, for codes without advice of their own. */
const FIELD_HINTS: Partial<Record<keyof Fields, string>> = {
  due: DATE,
  duration_minutes: "Write a number of minutes, at most 10080, which is a week.",
  recurrence: RULE,
  reminders: "Change or remove this reminder.",
};

/** Codes whose detail means nothing to a person. */
const DETAILS: Record<string, string> = {
  version_mismatch: "The task was changed elsewhere.",
  series_without_due: "A task that repeats needs a due date.",
  already_undone: "This change was undone already.",
};

/** Codes whose hint is for a person already. */
const FOR_PEOPLE = new Set([
  "already_skipped",
  "answer_not_recorded",
  "approval_expired",
  "approval_used",
  "invalid_character",
  "invalid_invitation",
  "invitation_required",
  "name_taken",
  "nothing_pending",
  "nothing_to_regenerate",
  "read_only",
  "series_has_open_task",
  "sign_in_busy",
  "sign_in_link_used",
  "sign_up_closed",
  "successor_changed",
  "tag_in_use",
  "task_deleted",
  "task_not_open",
  "task_purged",
  "too_many_approvals",
  "too_many_channels",
  "too_many_messages",
  "too_many_requests",
  "too_many_sign_ins",
  "too_many_sign_ups",
  "turn_running",
  "turn_state_unavailable",
  "unexpected_answer",
  "unknown_tag",
  "unsettled_change",
  "weak_password",
  "wrong_name_or_password",
]);

/** Codes whose hint names a limit. */
const LIMITS = new Set([
  "invalid_address",
  "invalid_channel_token",
  "invalid_search",
  "invalid_wait",
  "out_of_range",
  "too_long",
  "too_many_reminders",
  "too_many_tags",
]);

/** A text of the server with the form's names of fields. */
export function formWords(text: string): string {
  return Object.entries(FIELD_NAMES).reduce(
    (words, [name, label]) => words.replaceAll(`"${name}" is null`, `${label} is empty`).replaceAll(`"${name}"`, label),
    text,
  );
}

/** The whole refusal, where there is no form to show it in. */
export function problemMessage(refusal: Refusal): ProblemMessage {
  const field = fieldOf(refusal.errors?.[0]?.pointer ?? "", TASK_FIELDS);
  return message(refusal.detail, refusal.code, field, refusal.hint ?? undefined);
}

/** Each part of an error of the form of a task next to its field. */
export function problemForm(refusal: Refusal): FormProblem {
  return problemsIn(refusal, TASK_FIELDS);
}

/** Each part of an error next to its field, for a form with fields of these names. */
export function problemsIn<Name extends string>(refusal: Refusal, names: readonly Name[]): Problems<Name> {
  const problem: Problems<Name> = { fields: {} };
  for (const [at, { pointer, detail }] of (refusal.errors ?? []).entries()) {
    const field = fieldOf(pointer, names);
    // Code and hint of a problem are those of its first error.
    const words = at === 0 ? message(detail, refusal.code, field, refusal.hint ?? undefined) : message(detail, undefined, field);
    if (field === undefined) problem.form ??= words;
    else problem.fields[field] ??= words;
  }
  if (refusal.errors === undefined || refusal.errors.length === 0) problem.form = problemMessage(refusal);
  return problem;
}

function message(detail: string, code: string | undefined, field: string | undefined, hint?: string): ProblemMessage {
  const words = code === undefined ? undefined : DETAILS[code];
  const advice = hintOf(code, hint) ?? FIELD_HINTS[field as keyof Fields];
  return { detail: words ?? formWords(detail), ...(advice === undefined ? {} : { hint: advice }) };
}

function hintOf(code: string | undefined, hint: string | undefined): string | undefined {
  // Without a code the page wrote the hint.
  if (code === undefined || FOR_PEOPLE.has(code)) return hint;
  if (LIMITS.has(code)) return hint?.replace(/^Send /, "Use ");
  return HINTS[code];
}

/** `/recurrence/text` is wrong in Repeats. */
function fieldOf<Name extends string>(pointer: string, names: readonly Name[]): Name | undefined {
  const name = pointer.split("/")[1];
  return names.find((field) => field === name);
}

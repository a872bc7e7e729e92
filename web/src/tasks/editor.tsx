// A task's fields in place of its row. Only what this person changed is sent, and to the version they saw: what changed
// elsewhere meanwhile is shown, or asked about where both changed the same field.

import { useEffect, useLayoutEffect, useRef, useState, type FormEvent, type KeyboardEvent } from "react";

import { ApiError, describeForm, newKey } from "../api";
import type { TaskView } from "../contract";
import type { Priority, Scope } from "./values";
import { useDrafts } from "../drafts";
import { ProblemText } from "../problem";
import type { FormProblem } from "../problem-words";
import { useToasts } from "../toasts/toasts";
import { Conflict, PRIORITY_NAMES } from "./conflict";
import { draftName, editDraft } from "./edit-draft";
import {
  changedFields,
  editForm,
  followedFields,
  isDirty,
  mergeTask,
  movesSeries,
  newTaskOf,
  openForm,
  requestOf,
  resolveConflict,
  savedForm,
  type EditForm,
  type Fields,
  type SingleField,
} from "./edit-form";
import { Field } from "./field";
import { FIELD_NAMES } from "./field-names";
import { StatusNotice } from "./status-notice";
import { RemindersField } from "./reminders-field";
import { TagsField } from "./tags-field";
import type { TaskActions } from "./use-tasks";

const SCOPES: [Scope, string][] = [
  ["this", "Only this one"],
  ["this_and_following", "This and following"],
  ["all", "The whole series"],
];

/** A save that finds a newer version is tried again with it, while nobody has to be asked. */
const TRIES_MAX = 4;

const NO_PROBLEM: FormProblem = { fields: {} };

interface Props {
  task: TaskView;
  /** Whether the task is no longer in the list that is shown. */
  away: boolean;
  /** The known tags, by name in lower case. */
  tags: ReadonlyMap<string, unknown>;
  actions: Pick<TaskActions, "change" | "create" | "move" | "refresh" | "revive">;
  /** `returns` asks for the keyboard to go back to the row. */
  close: (returns: boolean) => void;
}

export function Editor({ task, away, tags, actions, close }: Props) {
  const drafts = useDrafts();
  const toasts = useToasts();
  const [form, setForm] = useState(() => mergeTask(editDraft(drafts, task) ?? openForm(task), task));
  const [scope, setScope] = useState<Scope>("this");
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<FormProblem>(NO_PROBLEM);
  const [followed, setFollowed] = useState<(keyof Fields)[]>([]);
  const element = useRef<HTMLFormElement>(null);
  const decided = useRef<SingleField>(null);

  const { draft, conflicts } = form;
  const dirty = isDirty(form);
  const moves = movesSeries(form);
  // A save in flight works on what is shown when its answers arrive.
  const latest = useRef(form);
  // The same new task saved again after a failure is the same action: an answer may have been lost, not the task.
  const creation = useRef({ task: "", key: "" });

  function show(next: EditForm) {
    latest.current = next;
    setForm(next);
  }

  /** Takes in the task as it is now, and says what moved. */
  function merge(newer: TaskView) {
    const before = latest.current;
    const next = mergeTask(before, newer);
    const moved = followedFields(before, next);
    if (moved.length > 0) setFollowed(moved);
    show(next);
    return next;
  }
  const mergeLatest = useRef(merge);
  mergeLatest.current = merge;
  useEffect(() => {
    // While a save is under way its own answer says what became of the task.
    if (!busy && task.version > latest.current.version) mergeLatest.current(task);
  }, [task, busy]);

  const name = draftName(task);
  useEffect(() => {
    if (isDirty(form)) drafts.set(name, form);
    else drafts.remove(name);
  }, [drafts, form, name]);

  const stays = task.status === "open" && !away;
  useEffect(() => {
    // Nothing was typed and nobody is in it: it goes with its task. While a save is under way its answer decides.
    if (stays || busy || isDirty(latest.current) || element.current?.contains(document.activeElement)) return;
    leaveLatest.current(false);
  }, [stays, busy]);

  function edit(change: Partial<Fields>) {
    setProblem((now) => problemAfter(now, change));
    show(editForm(latest.current, change));
  }

  function leave(returns = true) {
    drafts.remove(name);
    close(returns);
  }
  const leaveLatest = useRef(leave);
  leaveLatest.current = leave;

  /** Decides a conflict; the keyboard goes to the next one, or to the field that was decided. */
  function decide(field: SingleField, side: "mine" | "theirs") {
    decided.current = field;
    show(resolveConflict(latest.current, field, side));
  }
  useLayoutEffect(() => {
    const field = decided.current;
    if (field === null) return;
    decided.current = null;
    const next = element.current?.querySelector<HTMLElement>(".conflict button");
    const decidedField = element.current?.querySelector<HTMLElement>(`[name="${field}"]`);
    (next ?? decidedField)?.focus();
  });

  function cancel() {
    // A tag that is still being typed counts as typed.
    if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur();
    if (isDirty(latest.current)) setAsking(true);
    else leave();
  }

  function keepEditing() {
    setAsking(false);
    element.current?.querySelector<HTMLElement>("input")?.focus();
  }

  /** Runs one action at a time, and leaves when it answers true. */
  async function run(action: () => Promise<boolean>) {
    if (busy) return;
    setBusy(true);
    setProblem(NO_PROBLEM);
    setAsking(false);
    try {
      if (await action()) leave();
    } catch (error) {
      setProblem(describeForm(error));
    } finally {
      setBusy(false);
    }
  }

  function save(event: FormEvent) {
    event.preventDefault();
    void run(async () => {
      if (task.status !== "open") merge(await actions.revive(task));
      return send();
    });
  }

  async function saveAsNew(): Promise<boolean> {
    const wanted = newTaskOf(latest.current);
    const written = JSON.stringify(wanted);
    if (creation.current.task !== written) creation.current = { task: written, key: newKey() };
    const made = await actions.create(wanted, creation.current.key);
    // One with warnings has a notice of its own.
    if ((made.warnings ?? []).length === 0) toasts.show({ text: `Added: #${made.number} ${made.title}` });
    return true;
  }

  /** Sends until the server has everything; false when a person has to choose first, or has typed on meanwhile. */
  async function send(): Promise<boolean> {
    for (let tries = 1; ; tries += 1) {
      const sent = latest.current;
      if (sent.conflicts.length > 0) return false;
      const { patch, move } = requestOf(sent);
      const fields = (Object.keys(changedFields(sent)) as (keyof Fields)[]).filter((field) => move === null || field !== "due");
      try {
        if (fields.length > 0) {
          show(savedForm(latest.current, sent, fields, await actions.change(task, sent.version, patch)));
        }
        if (move !== null) {
          show(savedForm(latest.current, sent, ["due"], await actions.move(task, latest.current.version, move, scope)));
        }
        return !isDirty(latest.current);
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 412 || tries === TRIES_MAX) throw error;
        merge(await actions.refresh(task));
      }
    }
  }

  function onKey(event: KeyboardEvent) {
    // Esc also ends a composed character; that one is not for us.
    if (event.key !== "Escape" || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (asking) keepEditing();
    else cancel();
  }

  return (
    <form className="editor" ref={element} onSubmit={save} onKeyDown={onKey} aria-label={`Edit: ${task.title}`}>
      <StatusNotice task={task} away={away} dirty={dirty} />
      {conflicts.map((field) => (
        <Conflict
          key={field}
          field={field}
          mine={draft[field]}
          theirs={form.base[field]}
          keep={(side) => decide(field, side)}
        />
      ))}
      <Field label="Title" isWide problem={problem.fields.title}>
        {(attributes) => (
          <input
            {...attributes}
            name="title"
            value={draft.title}
            onChange={(event) => edit({ title: event.target.value })}
            maxLength={500}
            required
            autoFocus
          />
        )}
      </Field>
      <Field label="Due" problem={problem.fields.due}>
        {(attributes) => (
          <input
            {...attributes}
            name="due"
            value={draft.due}
            onChange={(event) => edit({ due: event.target.value })}
            placeholder="friday 9am"
          />
        )}
      </Field>
      <Field label="Minutes" problem={problem.fields.duration_minutes}>
        {(attributes) => (
          <input
            {...attributes}
            name="duration_minutes"
            type="number"
            min={1}
            max={10080}
            step={1}
            value={draft.duration_minutes}
            onChange={(event) => edit({ duration_minutes: event.target.value })}
            placeholder="how long it takes"
          />
        )}
      </Field>
      <Field label="Repeats" problem={problem.fields.recurrence}>
        {(attributes) => (
          <input
            {...attributes}
            name="recurrence"
            value={draft.recurrence}
            onChange={(event) => edit({ recurrence: event.target.value })}
            placeholder="every monday at 9"
          />
        )}
      </Field>
      {moves && (
        <label>
          Move
          <select value={scope} onChange={(event) => setScope(event.target.value as Scope)}>
            {SCOPES.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
      )}
      <Field label="Priority" problem={problem.fields.priority}>
        {(attributes) => (
          <select
            {...attributes}
            name="priority"
            value={draft.priority}
            onChange={(event) => edit({ priority: event.target.value as Priority })}
          >
            {PRIORITY_NAMES.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      <div className="set">
        <TagsField tags={draft.tags} known={tags} change={(tags) => edit({ tags })} />
        <ProblemText problem={problem.fields.tags} />
      </div>
      <div className="set">
        <RemindersField reminders={draft.reminders} change={(reminders) => edit({ reminders })} />
        <ProblemText problem={problem.fields.reminders} />
      </div>
      <Field label="Notes" isWide problem={problem.fields.notes}>
        {(attributes) => (
          <textarea
            {...attributes}
            name="notes"
            value={draft.notes}
            onChange={(event) => edit({ notes: event.target.value })}
            rows={2}
          />
        )}
      </Field>
      <p className="faint followed" role="status">
        {followed.length > 0 && `Also changed elsewhere: ${followed.map((field) => FIELD_NAMES[field]).join(", ")}.`}
      </p>
      <ProblemText problem={problem.form} />
      {asking ? (
        <div key="asking" className="buttons" role="alertdialog" aria-label="Unsaved changes">
          <span>You have unsaved changes.</span>
          <button type="button" className="primary" onClick={keepEditing} autoFocus>
            Keep editing
          </button>
          <button type="button" onClick={() => leave()}>
            Discard changes
          </button>
        </div>
      ) : (
        <div key="saving" className="buttons">
          <button type="submit" className="primary" aria-disabled={busy || conflicts.length > 0}>
            {saveLabel(task, dirty)}
          </button>
          {task.status !== "open" && dirty && (
            <button type="button" aria-disabled={busy} onClick={() => void run(saveAsNew)}>
              Save as new task
            </button>
          )}
          <button type="button" onClick={cancel}>
            {task.status === "open" ? "Cancel" : "Close"}
          </button>
          {dirty && <span className="faint">Not saved yet</span>}
        </div>
      )}
    </form>
  );
}

const DATES = ["due", "duration_minutes", "recurrence", "reminders"] as const;

/** The errors that remain after an edit: a refused date may be valid with another rule. */
function problemAfter({ fields }: FormProblem, change: Partial<Fields>): FormProblem {
  const wrong = { ...fields };
  const edited = Object.keys(change) as (keyof Fields)[];
  const isDate = DATES.some((field) => edited.includes(field));
  for (const field of isDate ? [...edited, ...DATES] : edited) delete wrong[field];
  return { fields: wrong };
}

function saveLabel({ status }: TaskView, dirty: boolean): string {
  if (status === "open") return "Save";
  const verb = status === "deleted" ? "Restore" : "Reopen";
  return dirty ? `${verb} and save` : verb;
}

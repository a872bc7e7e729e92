// The tags of a person: renamed, recoloured, merged and deleted. What changes tasks is counted by a dry run and confirmed;
// what was done can be undone.

import { useCallback, useEffect, useId, useState, type FormEvent } from "react";

import { api, type Written } from "../api";
import type { TagChange, TagListItem, TagView } from "../contract";
import { NO_FIELDS, useSubmission } from "../form";
import { ProblemText } from "../problem";
import { Field } from "../tasks/field";
import { colorsFor, isAsked, outcome, patchOf, question, type TagAction } from "./tag-plan";

/** Called when a tag was changed, or a change of it undone. */
export type Changed = (tag: TagView | undefined, action: TagAction | undefined) => void;

/** What was just done, and the change to undo. */
interface Done {
  text: string;
  change: string | null;
}

export function Tags({ changed }: { changed: Changed }) {
  const [tags, setTags] = useState<TagListItem[]>();
  const [done, setDone] = useState<Done>();
  const { problem, run } = useSubmission(NO_FIELDS);
  const load = useCallback(async () => setTags(await api.tagUsage()), []);

  useEffect(() => void run(load), [run, load]);

  async function did(tag: TagView, action: TagAction, change: string | null) {
    setDone({ text: outcome(tag, action), change });
    changed(tag, action);
    await run(load);
  }

  function undo(change: string) {
    void run(async () => {
      await api.undo(change);
      setDone({ text: "Undone.", change: null });
      changed(undefined, undefined);
      await load();
    });
  }

  return (
    <>
      <div className="buttons">
        <p role="status">{done?.text}</p>
        {done?.change != null && (
          <button type="button" className="link" onClick={() => undo(done.change ?? "")}>
            Undo
          </button>
        )}
      </div>
      <ProblemText problem={problem.form} />
      <ul className="lines" aria-label="Tags" aria-busy={tags === undefined}>
        {tags?.map((tag) => (
          <TagLine key={tag.id} tag={tag} others={tags.filter(({ id }) => id !== tag.id)} did={did} />
        ))}
      </ul>
      {tags?.length === 0 && <p className="empty">No tags yet. A tag is created with the first task that has it.</p>}
    </>
  );
}

interface LineProps {
  tag: TagListItem;
  others: TagListItem[];
  did: (tag: TagView, action: TagAction, change: string | null) => Promise<void>;
}

const FIELDS = ["name", "color", "into"] as const;

function TagLine({ tag, others, did }: LineProps) {
  const [form, setForm] = useState<"change" | "merge">();
  const [asked, setAsked] = useState<{ action: TagAction; count: number }>();
  const { busy, problem, run } = useSubmission(FIELDS);

  function stop() {
    setForm(undefined);
    setAsked(undefined);
  }

  const perform = (action: TagAction) =>
    run(async () => {
      const { change } = await send(tag, action, false);
      stop();
      await did(tag, action, change);
    });

  const ask = (action: TagAction) =>
    run(async () => {
      const { result } = await send(tag, action, true);
      if (isAsked(action, result.task_count)) return setAsked({ action, count: result.task_count });
      const { change } = await send(tag, action, false);
      stop();
      await did(tag, action, change);
    });

  return (
    <li className="tag-line" aria-busy={busy} data-tag={tag.name}>
      <div className="tag-head">
        <span className="tag">
          <span className="dot" style={{ background: tag.color }} />
          <span dir="auto">{tag.name}</span>
        </span>
        <span className="faint">
          {tag.open_task_count ?? 0} open, {tag.task_count ?? 0} in all
        </span>
        <span className="line-actions">
          <button type="button" aria-label={`Edit: ${tag.name}`} aria-expanded={form === "change"} onClick={() => setForm("change")}>
            Edit
          </button>
          {others.length > 0 && (
            <button type="button" aria-label={`Merge: ${tag.name}`} aria-expanded={form === "merge"} onClick={() => setForm("merge")}>
              Merge
            </button>
          )}
          <button type="button" aria-label={`Delete: ${tag.name}`} onClick={() => void ask({ do: "delete" })}>
            Delete
          </button>
        </span>
      </div>
      {asked === undefined && form === "change" && <ChangeForm tag={tag} problem={problem.fields.name} ask={ask} stop={stop} />}
      {asked === undefined && form === "merge" && <MergeForm others={others} ask={ask} stop={stop} />}
      {asked && (
        <div role="group" aria-label={`Confirm: ${tag.name}`} className="danger">
          <p role="status">{question(tag, asked.action, asked.count)}</p>
          <div className="buttons">
            <button type="button" className="danger-button" autoFocus aria-disabled={busy} onClick={() => void perform(asked.action)}>
              {CONFIRM[asked.action.do]}
            </button>
            <button type="button" onClick={stop}>
              Cancel
            </button>
          </div>
        </div>
      )}
      <ProblemText problem={problem.form ?? problem.fields.color ?? problem.fields.into} />
    </li>
  );
}

const CONFIRM: Record<TagAction["do"], string> = { change: "Rename", merge: "Merge", delete: "Delete" };

function send(tag: TagView, action: TagAction, isDryRun: boolean): Promise<Written<TagChange>> {
  switch (action.do) {
    case "change":
      return api.changeTag(tag.id, action.patch, isDryRun);
    case "merge":
      return api.mergeTag(tag.id, action.into.id, isDryRun);
    case "delete":
      return api.removeTag(tag.id, isDryRun);
  }
}

interface FormProps {
  ask: (action: TagAction) => Promise<boolean>;
  stop: () => void;
}

function ChangeForm({ tag, problem, ask, stop }: FormProps & { tag: TagView; problem: Parameters<typeof Field>[0]["problem"] }) {
  const [name, setName] = useState(tag.name);
  const [color, setColor] = useState(tag.color);
  const group = useId();

  function submit(event: FormEvent) {
    event.preventDefault();
    const patch = patchOf(tag, name, color);
    if (patch === undefined) stop();
    else void ask({ do: "change", patch });
  }

  return (
    <form onSubmit={submit} className="form">
      <Field label="Name" problem={problem}>
        {(attributes) => (
          <input {...attributes} value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" autoFocus required />
        )}
      </Field>
      <fieldset className="colors">
        <legend>Colour</legend>
        {colorsFor(tag.color).map(([known, label]) => (
          <label key={known} title={label}>
            <input
              type="radio"
              className="color"
              style={{ background: known }}
              name={group}
              checked={color.toLowerCase() === known.toLowerCase()}
              onChange={() => setColor(known)}
              aria-label={label}
            />
          </label>
        ))}
      </fieldset>
      <FormButtons verb="Save" stop={stop} />
    </form>
  );
}

function MergeForm({ others, ask, stop }: FormProps & { others: TagListItem[] }) {
  const [into, setInto] = useState(others[0]?.id);

  function submit(event: FormEvent) {
    event.preventDefault();
    const target = others.find(({ id }) => id === into);
    if (target) void ask({ do: "merge", into: target });
  }

  return (
    <form onSubmit={submit} className="form">
      <Field label="Merge into" problem={undefined}>
        {(attributes) => (
          <select {...attributes} value={into} onChange={(event) => setInto(event.target.value)} autoFocus>
            {others.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <FormButtons verb="Merge" stop={stop} />
    </form>
  );
}

function FormButtons({ verb, stop }: { verb: string; stop: () => void }) {
  return (
    <div className="buttons">
      <button type="submit">{verb}</button>
      <button type="button" onClick={stop}>
        Cancel
      </button>
    </div>
  );
}

// One task in the list.

import { useState } from "react";

import type { Priority, Tag, Task } from "../contract";
import type { TaskActions } from "./board";
import { dueText, instantText, type DueText } from "./due";
import { Editor } from "./editor";
import { datesAfter } from "./understood";
import { Why } from "./why";

const PRIORITY: Record<Exclude<Priority, "none">, string> = { high: "High", medium: "Medium", low: "Low" };

interface Props {
  task: Task;
  now: Date;
  tags: Tag[];
  actions: TaskActions;
  pickTag: (tag: string) => void;
}

export function Row({ task, now, tags, actions, pickTag }: Props) {
  const [busy, setBusy] = useState(false);
  const [editing, setEditing] = useState(false);
  const open = task.status === "open";

  async function run(action: (task: Task) => Promise<void>) {
    if (busy) return;
    setBusy(true);
    await action(task);
    setBusy(false);
  }

  return (
    <li className={`row row-${task.status}`} data-number={task.number} aria-busy={busy}>
      {task.status === "deleted" || task.status === "skipped" ? (
        <span className="row-check" />
      ) : (
        <input
          type="checkbox"
          className="row-check"
          aria-label={`Done: ${task.title}`}
          checked={open === busy}
          onChange={() => void run(open ? actions.complete : actions.reopen)}
        />
      )}
      <div className="row-main">
        {editing ? (
          <Editor task={task} actions={actions} close={() => setEditing(false)} />
        ) : (
          <>
            <p className="row-title">
              <span className="number">#{task.number}</span>
              {open ? (
                <button type="button" className="title" dir="auto" title="Edit" onClick={() => setEditing(true)}>
                  {task.title}
                </button>
              ) : (
                <span className="title" dir="auto">
                  {task.title}
                </span>
              )}
            </p>
            <Meta task={task} now={now} tags={tags} pickTag={pickTag} />
            {open && task.recurrence && <Why task={task} now={now} />}
            {task.notes !== "" && (
              <p className="notes" dir="auto">
                {task.notes}
              </p>
            )}
          </>
        )}
      </div>
      <div className="row-actions">
        {task.status === "deleted" && (
          <button type="button" onClick={() => void run(actions.restore)} aria-label={`Restore: ${task.title}`}>
            Restore
          </button>
        )}
        {task.status === "skipped" && (
          <button type="button" onClick={() => void run(actions.reopen)} aria-label={`Reopen: ${task.title}`}>
            Reopen
          </button>
        )}
        {open && task.recurrence && (
          <button
            type="button"
            className="icon"
            onClick={() => void run(actions.skip)}
            aria-label={`Skip this one: ${task.title}`}
            title="Skip this one"
          >
            <SkipIcon />
          </button>
        )}
        {task.status !== "deleted" && (
          <button
            type="button"
            className="icon"
            onClick={() => void run(actions.remove)}
            aria-label={`Delete: ${task.title}`}
            title="Delete"
          >
            <TrashIcon />
          </button>
        )}
      </div>
    </li>
  );
}

function Meta({ task, now, tags, pickTag }: Omit<Props, "actions">) {
  const due = dueText(task, now);
  const reminder = task.status === "open" ? nextReminder(task, now) : undefined;
  return (
    <p className="row-meta">
      {task.priority !== "none" && (
        <span className={`priority priority-${task.priority}`}>{PRIORITY[task.priority]}</span>
      )}
      {due && (
        <span className={dueClass(due)}>
          {due.overdue && <strong>Overdue: </strong>}
          {due.text}
        </span>
      )}
      {task.recurrence && (
        <span title={task.recurrence.next.length > 0 ? `Then ${datesAfter(task.recurrence.next, task.due, now)}` : undefined}>
          <span aria-hidden="true">↻ </span>
          {task.recurrence.text}
        </span>
      )}
      {reminder && (
        <span>
          <span aria-hidden="true">◷ </span>
          reminder {instantText(reminder, now)}
        </span>
      )}
      {task.skipped_at && task.status === "skipped" && <span>skipped {instantText(task.skipped_at, now)}</span>}
      {task.completed_at && task.status === "completed" && <span>done {instantText(task.completed_at, now)}</span>}
      {task.tags.map((name) => (
        <button key={name} type="button" className="tag" onClick={() => pickTag(name)} title={`Show only ${name}`}>
          <span className="dot" style={{ background: colorOf(name, tags) }} />
          {name}
        </button>
      ))}
    </p>
  );
}

function dueClass(due: DueText): string {
  if (due.overdue) return "due overdue";
  return due.today ? "due today" : "due";
}

function nextReminder(task: Task, now: Date): string | undefined {
  return task.reminders
    .flatMap(({ at }) => (at !== null && Date.parse(at) > now.getTime() ? [at] : []))
    .sort()[0];
}

function colorOf(name: string, tags: Tag[]): string {
  const color = tags.find((tag) => tag.name.toLowerCase() === name.toLowerCase())?.color;
  return color !== undefined && /^#[0-9a-f]{6}$/i.test(color) ? color : "var(--faint)";
}

function SkipIcon() {
  return <Icon path="M5 5l7 5-7 5zM15 5v10" />;
}

function TrashIcon() {
  return <Icon path="M4 6h12M8 6V4h4v2M6 6l.7 10h6.6L14 6M8.5 9v4.5M11.5 9v4.5" />;
}

function Icon({ path }: { path: string }) {
  return (
    <svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true">
      <path
        d={path}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

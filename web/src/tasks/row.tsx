// One task in the list.

import { memo, use, useEffect, useRef, useState } from "react";

import { ShowHistory } from "../changes/show-history";
import type { TagView, TaskView } from "../contract";
import { priorityOf, type Priority } from "./values";
import { useZone } from "../zone";
import { dueText, instantText, remindersText, type DueText } from "./due";
import { Editor } from "./editor";
import { AddSubtask } from "./add-subtask";
import { subtasksText } from "./nested";
import { datesAfter } from "./parsed-spans";
import { tagKey } from "./query";
import type { TaskActions } from "./use-tasks";
import { Explain } from "./explain";

const PRIORITY: Record<Exclude<Priority, "none">, string> = { high: "High", medium: "Medium", low: "Low" };

interface Props {
  task: TaskView;
  now: Date;
  /** Colors of tags by their names in lower case; see `tagColors`. */
  colors: ReadonlyMap<string, string>;
  actions: TaskActions;
  pickTag: (tag: string) => void;
  /** Whether its editor is open. */
  editing: boolean;
  /** Whether it is here only because its editor is open. */
  away: boolean;
  /** Whether it is a subtask below its parent. */
  inside?: boolean;
}

/** Rendered again only when its task, the minute or the tag colors change: a list may have thousands of rows. */
export const Row = memo(function Row({ task, now, colors, actions, pickTag, editing, away, inside = false }: Props) {
  const open = task.status === "open";
  const [busy, setBusy] = useState(false);
  const [adding, setAdding] = useState(false);
  const title = useRef<HTMLButtonElement>(null);
  const returns = useRef(false);
  const showHistory = use(ShowHistory);

  function close(isReturning: boolean) {
    returns.current = isReturning;
    actions.closeEditor(task);
  }
  useEffect(() => {
    if (editing || !returns.current) return;
    returns.current = false;
    title.current?.focus({ preventScroll: true });
  }, [editing]);

  async function run(action: (task: TaskView) => Promise<void>) {
    if (busy) return;
    setBusy(true);
    await action(task);
    setBusy(false);
  }

  return (
    <li className={`row row-${task.status}${inside ? " row-subtask" : ""}`} data-number={task.number} aria-busy={busy}>
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
          <Editor task={task} away={away} tags={colors} actions={actions} close={close} />
        ) : (
          <>
            <p className="row-title">
              <span className="number">#{task.number}</span>
              {open ? (
                <button
                  ref={title}
                  type="button"
                  className="title"
                  dir="auto"
                  title="Edit"
                  onClick={() => actions.edit(task)}
                >
                  {task.title}
                </button>
              ) : (
                <span className="title" dir="auto">
                  {task.title}
                </span>
              )}
            </p>
            <Meta task={task} now={now} colors={colors} pickTag={pickTag} inside={inside} />
            {open && task.recurrence && <Explain task={task} now={now} />}
            {task.notes !== "" && (
              <p className="notes" dir="auto">
                {task.notes}
              </p>
            )}
          </>
        )}
        {adding && open && <AddSubtask parent={task} actions={actions} close={() => setAdding(false)} />}
      </div>
      <div className="row-actions">
        {open && task.parent == null && (
          <button
            type="button"
            className="icon"
            aria-expanded={adding}
            onClick={() => setAdding(!adding)}
            aria-label={`Add a subtask: ${task.title}`}
            title="Add a subtask"
          >
            <AddIcon />
          </button>
        )}
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
            aria-label={`Skip this occurrence: ${task.title}`}
            title="Skip this occurrence"
          >
            <SkipIcon />
          </button>
        )}
        <button
          type="button"
          className="icon"
          onClick={() => showHistory(task)}
          aria-label={`History: ${task.title}`}
          title="History"
        >
          <HistoryIcon />
        </button>
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
});

function Meta({ task, now, colors, pickTag, inside }: Pick<Props, "task" | "now" | "colors" | "pickTag" | "inside">) {
  const zone = useZone();
  const due = dueText(task, now, zone);
  const priority = priorityOf(task.priority);
  const reminders = task.status === "open" ? remindersText(task.reminders, now, zone) : "";
  return (
    <p className="row-meta">
      {priority !== "none" && <span className={`priority priority-${priority}`}>{PRIORITY[priority]}</span>}
      {due && (
        <span className={dueClass(due)}>
          {due.overdue && <strong>Overdue: </strong>}
          {due.text}
        </span>
      )}
      {task.subtasks && <span>{subtasksText(task)}</span>}
      {task.parent != null && !inside && <span>Part of #{task.parent}</span>}
      {task.recurrence && (
        <span title={task.recurrence.next.length > 0 ? `Then ${datesAfter(task.recurrence.next, task.due, now, zone)}` : undefined}>
          <span aria-hidden="true">↻ </span>
          {task.recurrence.text}
        </span>
      )}
      {reminders !== "" && (
        <span>
          <span aria-hidden="true">◷ </span>
          {reminders}
        </span>
      )}
      {task.skipped_at && task.status === "skipped" && <span>skipped {instantText(task.skipped_at, now, zone)}</span>}
      {task.completed_at && task.status === "completed" && <span>done {instantText(task.completed_at, now, zone)}</span>}
      {task.tags.map((name) => (
        <button key={name} type="button" className="tag" onClick={() => pickTag(name)} title={`Show only ${name}`}>
          <span className="dot" style={{ background: colors.get(tagKey(name)) ?? "var(--faint)" }} />
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

/** The colours that can be shown. */
export function tagColors(tags: TagView[]): ReadonlyMap<string, string> {
  return new Map(
    tags.flatMap(({ name, color }) => (/^#[0-9a-f]{6}$/i.test(color) ? [[tagKey(name), color] as const] : [])),
  );
}

function SkipIcon() {
  return <Icon path="M5 5l7 5-7 5zM15 5v10" />;
}

function AddIcon() {
  return <Icon path="M10 4.5v11M4.5 10h11" />;
}

function HistoryIcon() {
  return <Icon path="M4.2 7.5A6.5 6.5 0 1 1 3.5 10M4 4v3.6h3.6M10 6.5V10l2.5 1.6" />;
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

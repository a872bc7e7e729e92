// A task's fields in place of its row. Only what was changed is sent.

import { useState, type FormEvent, type KeyboardEvent } from "react";

import { describe } from "../api";
import type { Priority, Scope, Task, TaskPatch } from "../contract";
import { ProblemText } from "../problem";
import type { TaskActions } from "./board";

const SCOPES: [Scope, string][] = [
  ["this", "Only this one"],
  ["this_and_following", "This and following"],
  ["all", "The whole series"],
];

interface Props {
  task: Task;
  actions: Pick<TaskActions, "change" | "move">;
  close: () => void;
}

export function Editor({ task, actions, close }: Props) {
  const [title, setTitle] = useState(task.title);
  const [due, setDue] = useState(task.due ?? "");
  const [rule, setRule] = useState(task.recurrence?.text ?? "");
  const [scope, setScope] = useState<Scope>("this");
  const [priority, setPriority] = useState<Priority>(task.priority);
  const [notes, setNotes] = useState(task.notes);
  const [problem, setProblem] = useState<{ detail: string; hint?: string }>();

  const newDue = due.trim() !== (task.due ?? "");
  const newRule = rule.trim() !== (task.recurrence?.text ?? "");
  // With a new rule the date is its first; without one somebody has to say what else moves.
  const moves = task.recurrence !== null && newDue && due.trim() !== "" && !newRule;

  async function save(event: FormEvent) {
    event.preventDefault();
    const patch: TaskPatch = {};
    if (title.trim() !== task.title) patch.title = title.trim();
    if (newDue && !moves) patch.due = due.trim() || null;
    if (newRule) patch.recurrence = rule.trim() || null;
    if (priority !== task.priority) patch.priority = priority;
    if (notes !== task.notes) patch.notes = notes || null;
    try {
      if (Object.keys(patch).length > 0) await actions.change(task, patch);
      if (moves) await actions.move(task, due.trim(), scope);
      close();
    } catch (error) {
      setProblem(describe(error));
    }
  }

  function leave(event: KeyboardEvent) {
    if (event.key === "Escape") close();
  }

  return (
    <form className="editor" onSubmit={save} onKeyDown={leave}>
      <label className="wide">
        Title
        <input value={title} onChange={(event) => setTitle(event.target.value)} maxLength={500} required autoFocus />
      </label>
      <label>
        Due
        <input value={due} onChange={(event) => setDue(event.target.value)} placeholder="friday 9am" />
      </label>
      <label>
        Repeats
        <input value={rule} onChange={(event) => setRule(event.target.value)} placeholder="every monday at 9" />
      </label>
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
      <label>
        Priority
        <select value={priority} onChange={(event) => setPriority(event.target.value as Priority)}>
          <option value="high">High</option>
          <option value="medium">Medium</option>
          <option value="low">Low</option>
          <option value="none">None</option>
        </select>
      </label>
      <label className="wide">
        Notes
        <textarea value={notes} onChange={(event) => setNotes(event.target.value)} rows={2} />
      </label>
      <ProblemText problem={problem} />
      <div className="buttons">
        <button type="submit" className="primary">
          Save
        </button>
        <button type="button" onClick={close}>
          Cancel
        </button>
      </div>
    </form>
  );
}

// A task's fields in place of its row. Only what was changed is sent.

import { useState, type FormEvent, type KeyboardEvent } from "react";

import { describe } from "../api";
import type { Priority, Task, TaskPatch } from "../contract";
import { ProblemText } from "../problem";

interface Props {
  task: Task;
  change: (task: Task, patch: TaskPatch) => Promise<void>;
  close: () => void;
}

export function Editor({ task, change, close }: Props) {
  const [title, setTitle] = useState(task.title);
  const [due, setDue] = useState(task.due ?? "");
  const [priority, setPriority] = useState<Priority>(task.priority);
  const [notes, setNotes] = useState(task.notes);
  const [problem, setProblem] = useState<{ detail: string; hint?: string }>();

  async function save(event: FormEvent) {
    event.preventDefault();
    const patch: TaskPatch = {};
    if (title.trim() !== task.title) patch.title = title.trim();
    if (due.trim() !== (task.due ?? "")) patch.due = due.trim() || null;
    if (priority !== task.priority) patch.priority = priority;
    if (notes !== task.notes) patch.notes = notes || null;
    if (Object.keys(patch).length === 0) return close();
    try {
      await change(task, patch);
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

// A line for a new subtask, below its parent. It stays open for the next one.

import { useRef, useState, type FormEvent, type KeyboardEvent } from "react";

import { newKey } from "../api";
import type { TaskView } from "../contract";
import { useSubmission } from "../form";
import { ProblemText } from "../problem";
import type { TaskActions } from "./use-tasks";

const FIELDS = ["title"] as const;

interface Props {
  parent: TaskView;
  actions: Pick<TaskActions, "create">;
  close: () => void;
}

export function AddSubtask({ parent, actions, close }: Props) {
  const [title, setTitle] = useState("");
  const { busy, problem, run } = useSubmission(FIELDS);
  // The same line sent again after a failure is the same action.
  const sent = useRef({ title: "", key: "" });

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (sent.current.title !== title) sent.current = { title, key: newKey() };
    const { key } = sent.current;
    if (!(await run(() => actions.create({ title: title.trim(), parent: parent.number }, key)))) return;
    sent.current = { title: "", key: "" };
    setTitle("");
  }

  function onKey(event: KeyboardEvent) {
    if (event.key !== "Escape" || event.nativeEvent.isComposing) return;
    event.preventDefault();
    close();
  }

  const refused = problem.fields.title ?? problem.form;
  return (
    <form className="add-subtask" onSubmit={submit} onKeyDown={onKey}>
      <input
        aria-label={`New subtask of ${parent.title}`}
        value={title}
        onChange={(event) => setTitle(event.target.value)}
        placeholder="New subtask"
        maxLength={500}
        required
        autoFocus
      />
      <button type="submit" aria-disabled={busy}>
        Add
      </button>
      <button type="button" onClick={close}>
        Close
      </button>
      <ProblemText problem={refused} />
    </form>
  );
}

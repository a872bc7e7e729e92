// One line with everything in it.

import { useRef, useState, type FormEvent } from "react";

import { api, describe, newKey } from "../api";
import type { QuickAdded, Task } from "../contract";
import { ProblemText } from "../problem";
import { browserZone } from "../zone";
import { dueText } from "./due";

export function QuickAdd({ added }: { added: (task: Task) => void }) {
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ detail: string; hint?: string }>();
  const [made, setMade] = useState<QuickAdded>();
  // The same line sent again after a failure is the same action: an answer may have been lost, not the task.
  const action = useRef({ text: "", key: "" });

  async function submit(event: FormEvent) {
    event.preventDefault();
    const line = text.trim();
    if (line === "" || busy) return;
    if (action.current.text !== line) action.current = { text: line, key: newKey() };
    setBusy(true);
    setProblem(undefined);
    setMade(undefined);
    try {
      const task = await api.quickAdd(line, browserZone, action.current.key);
      action.current = { text: "", key: "" };
      setMade(task);
      setText("");
      added(task);
    } catch (error) {
      setProblem(describe(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form className="quick-add" onSubmit={submit}>
      <div className="field-row">
        <input
          aria-label="Add a task"
          placeholder="buy milk tomorrow 5pm p1 #shopping"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setProblem(undefined);
          }}
          enterKeyHint="done"
          autoComplete="off"
        />
        <button type="submit" className="primary" aria-disabled={busy}>
          Add
        </button>
      </div>
      <ProblemText problem={problem} />
      <div role="status" className="quick-added">
        {made && (
          <>
            <p className="faint">{summary(made)}</p>
            {(made.warnings ?? []).map((warning) => (
              <p key={warning} className="warning">
                {warning}
              </p>
            ))}
          </>
        )}
      </div>
    </form>
  );
}

function summary(task: Task): string {
  const due = dueText(task, new Date());
  const parts = [due?.text, task.recurrence?.text].filter((part) => part !== undefined);
  return `Added #${task.number} ${task.title}${parts.length > 0 ? `: ${parts.join("; ")}` : ""}`;
}

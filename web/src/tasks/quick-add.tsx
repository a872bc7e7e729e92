// Quick add: a task in one line.

import { useEffect, useId, useRef, useState, type FormEvent } from "react";

import { api, describe, newKey } from "../api";
import type { QuickAdded, TaskChange, TaskView } from "../contract";
import type { SpanKind } from "./values";
import { useDrafts } from "../drafts";
import { ProblemText } from "../problem";
import type { ProblemMessage } from "../problem-words";
import { useZone } from "../zone";
import { dueText } from "./due";
import { HighlightedInput } from "./highlighted-input";
import { EMPTY_LINE, lineOf, readLine, usePreview, type LinePreview } from "./use-preview";
import { isUnsure, markToDismiss, meaning, notes, remarkText, type Mark } from "./parsed-spans";

/** A screen reader announces the preview when typing pauses, not with every letter. */
const SPOKEN_MS = 800;
const DRAFT = "quick-add";

export function QuickAdd({ added }: { added: (task: TaskChange) => void }) {
  const drafts = useDrafts();
  const zone = useZone();
  const [kept] = useState(() => drafts.get(DRAFT, readLine) ?? EMPTY_LINE);
  const preview = usePreview(kept);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ProblemMessage>();
  const [made, setMade] = useState<QuickAdded>();
  const [said, keys] = [useId(), useId()];
  // The same line sent again after a failure is the same action: perhaps only the response was lost.
  const action = useRef({ line: "", key: "" });
  // Text typed while a response is awaited belongs to the next line.
  const latest = useRef(preview);
  latest.current = preview;

  const { text, ignored } = preview;
  useEffect(() => {
    if (text === "") drafts.remove(DRAFT);
    else drafts.set(DRAFT, { text, ignored });
  }, [drafts, text, ignored]);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (text.trim() === "" || busy) return;
    const line = lineOf(text, ignored);
    const written = JSON.stringify(line);
    if (action.current.line !== written) action.current = { line: written, key: newKey() };
    setBusy(true);
    setProblem(undefined);
    setMade(undefined);
    try {
      const task = await api.quickAdd(line, action.current.key);
      action.current = { line: "", key: "" };
      setMade(task);
      if (latest.current.text === text) latest.current.type("");
      added({ ...task, changed: true });
    } catch (error) {
      setProblem(describe(error));
    } finally {
      setBusy(false);
    }
  }

  /** Typing begins the next line. The warnings of the last one stay in a notice, which names its task. */
  function changed() {
    setProblem(undefined);
    setMade(undefined);
  }

  return (
    <form className="quick-add" onSubmit={submit}>
      <div className="field-row">
        <HighlightedInput preview={preview} describedBy={`${said} ${keys}`} changed={changed} />
        <button type="submit" className="primary" aria-disabled={busy}>
          Add
        </button>
      </div>
      <ParseSummary line={preview} id={said} keys={keys} />
      <ProblemText problem={problem} />
      <div role="status" className="quick-added">
        {made && <p className="faint">{summary(made, zone)}</p>}
      </div>
    </form>
  );
}

function ParseSummary({ line, id, keys }: { line: LinePreview; id: string; keys: string }) {
  const { text: written, preview, marks, doubts, ignored, toggle } = line;
  const zone = useZone();
  const words = preview === null ? "" : meaning(preview, new Date(), zone);
  const remarks = preview === null ? [] : notes(preview.remarks);
  const dismissed = markToDismiss(marks, doubts);
  const spoken = useDebounced([words, ...remarks.map((remark) => remarkText(written, remark))].filter((text) => text !== "").join(". "));
  const chips = [
    ...marks.map((mark) => ({ mark, used: true })),
    ...ignored.map((mark) => ({ mark, used: false })),
  ].sort((a, b) => a.mark.start - b.mark.start);

  return (
    <div className="parse-summary">
      {chips.length > 0 && (
        <div className="chips" role="group" aria-label="Recognised parts">
          {chips.map(({ mark, used }) => (
            // Keyed only by place: a pressed chip stays the same button and keeps the focus.
            <button
              key={`${mark.start}-${mark.end}`}
              type="button"
              className={used ? `chip mark-${mark.kind}${isUnsure(mark, doubts) ? " unsure" : ""}` : "chip chip-off"}
              aria-pressed={used}
              aria-label={`${mark.text}: ${KIND[mark.kind]}${used && isUnsure(mark, doubts) ? ", may be wrong" : ""}`}
              title={used ? "Keep as text" : `Read as ${KIND[mark.kind]}`}
              onClick={() => toggle(mark)}
            >
              {mark.text}
            </button>
          ))}
        </div>
      )}
      <p id={id} className="meaning">
        {words}
      </p>
      {remarks.map((remark) => (
        <p key={remark.text} className={remark.doubt === "overruled" ? "faint" : "warning"}>
          {remarkText(written, remark)}
        </p>
      ))}
      <p id={keys} className="keys">
        {dismissed && (
          <>
            <kbd>Esc</kbd> keeps “{dismissed.text}” as text
          </>
        )}
      </p>
      <p className="hidden" role="status">
        {spoken}
      </p>
    </div>
  );
}

const KIND: Record<SpanKind, string> = {
  due: "date",
  recurrence: "recurrence",
  priority: "priority",
  tag: "tag",
  reminder: "reminder",
  duration: "duration",
} satisfies Record<Mark["kind"], string>;

function useDebounced(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), SPOKEN_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}

function summary(task: TaskView, zone: string): string {
  const due = dueText(task, new Date(), zone);
  const parts = [due?.text, task.recurrence?.text].filter((part) => part !== undefined);
  return `Added #${task.number} ${task.title}${parts.length > 0 ? `: ${parts.join("; ")}` : ""}`;
}

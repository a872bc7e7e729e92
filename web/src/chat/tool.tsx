// A tool call in the chat: its input, the question if it needs approval, and its outcome.

import { getToolName, type DynamicToolUIPart, type ToolUIPart } from "ai";

import { brief, exactJson, isRecord, isRefusal, namedTasks, outputText } from "./json";
import { useTaskTitles } from "./use-task-titles";

export type ToolPart = ToolUIPart | DynamicToolUIPart;

interface Props {
  part: ToolPart;
  /** Whether this question can still be answered. */
  answerable: boolean;
  answer: (approval: string, approved: boolean) => void;
}

export function Tool({ part, answerable, answer }: Props) {
  if (part.state === "approval-requested" && answerable) return <Approval part={part} answer={answer} />;
  const { word, kind } = outcome(part);
  const result = resultText(part);
  const short = part.state === "output-available" ? brief(part.output) : result;
  return (
    <details className={`tool tool-${kind}`} data-tool={getToolName(part)}>
      <summary>
        <code>{getToolName(part)}</code> <span className="tool-state">{word}</span>
        {short && <span className="tool-brief">{short}</span>}
      </summary>
      <h4>Arguments</h4>
      <pre>{exactJson(part.input)}</pre>
      {result && (
        <>
          <h4>Result</h4>
          <pre>{result}</pre>
        </>
      )}
    </details>
  );
}

function Approval({ part, answer }: Omit<Props, "answerable">) {
  const titles = useTaskTitles(namedTasks(part.input));
  if (part.state !== "approval-requested") return null;
  const name = getToolName(part);
  const reason = reasonOf(part.approval);
  return (
    <div className="approval" role="group" aria-label={`Approve ${name}?`} data-tool={name}>
      <p className="approval-head">Needs your confirmation.</p>
      {reason !== undefined && (
        <p>
          <strong>{reason}</strong>
        </p>
      )}
      {titles.map(({ number, title }) => (
        <p key={number} dir="auto">
          #{number} {title}
        </p>
      ))}
      <p className="faint">
        <code>{name}</code> with exactly these arguments:
      </p>
      <pre>{exactJson(part.input)}</pre>
      <div className="buttons">
        <button type="button" className="primary" onClick={() => answer(part.approval.id, true)}>
          Approve
        </button>
        <button type="button" onClick={() => answer(part.approval.id, false)}>
          Deny
        </button>
      </div>
    </div>
  );
}

/** The stream's reader stores the server's `reason` as `requestReason`; a stored message has it as it was sent. */
function reasonOf(approval: unknown): string | undefined {
  if (!isRecord(approval)) return undefined;
  const reason = approval.requestReason ?? approval.reason;
  return typeof reason === "string" ? reason : undefined;
}

function outcome(part: ToolPart): { word: string; kind: "busy" | "ok" | "bad" | "denied" } {
  switch (part.state) {
    case "input-streaming":
    case "input-available":
      return { word: "running", kind: "busy" };
    case "approval-requested":
      return { word: "not answered", kind: "denied" };
    case "approval-responded":
      return part.approval.approved ? { word: "approved", kind: "busy" } : { word: "denied", kind: "denied" };
    case "output-available":
      return isRefusal(part.output) ? { word: "refused", kind: "bad" } : { word: "done", kind: "ok" };
    case "output-error":
      return { word: "failed", kind: "bad" };
    case "output-denied":
      return { word: "denied", kind: "denied" };
  }
}

function resultText(part: ToolPart): string {
  if (part.state === "output-available") return outputText(part.output);
  return part.state === "output-error" ? (part.errorText ?? "") : "";
}

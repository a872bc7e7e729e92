// A message. Text is shown as plain text: nothing in it becomes markup, a link or an image.

import { isToolUIPart, type UIMessage } from "ai";

import { isRecord } from "./json";
import { Tool } from "./tool";

interface Props {
  message: UIMessage;
  last: boolean;
  answer: (approval: string, approved: boolean) => void;
}

export function Message({ message, last, answer }: Props) {
  const mine = message.role === "user";
  return (
    <article className={`message message-${message.role}`} aria-label={mine ? "You" : "Taskwire"}>
      {message.parts.map((part, index) => {
        // Parts have no ids and are only ever appended or changed in place.
        const key = `${index}`;
        if (part.type === "text") {
          // Discarded text stays in the stream, followed at once by the status that it starts again.
          if (part.text.trim() === "" || restartOf(message.parts[index + 1]) !== undefined) return null;
          return <Text key={key} text={part.text} />;
        }
        const restart = restartOf(part);
        if (restart !== undefined) {
          return (
            <p key={key} className="faint">
              {restart}
            </p>
          );
        }
        if (isToolUIPart(part)) return <Tool key={key} part={part} answerable={last} answer={answer} />;
        if (part.type === "reasoning" && part.text.trim() !== "") {
          return (
            <details key={key} className="tool">
              <summary>
                <span className="tool-state">reasoning</span>
              </summary>
              <pre>{part.text}</pre>
            </details>
          );
        }
        return null;
      })}
    </article>
  );
}

function Text({ text }: { text: string }) {
  return (
    <p className="text" dir="auto">
      {text.trim()}
    </p>
  );
}

interface Part {
  type: string;
  data?: unknown;
}

/** The text of a `data-notice` part. */
export function noticeOf({ type, data }: Part): string | undefined {
  if (type !== "data-notice" || !isRecord(data)) return undefined;
  return typeof data.text === "string" ? data.text : undefined;
}

/** The text of a `data-status` part that discards the text before it. */
function restartOf(part: Part | undefined): string | undefined {
  if (part?.type !== "data-status" || !isRecord(part.data) || part.data.state !== "restarted") return undefined;
  return typeof part.data.text === "string" ? part.data.text : "";
}

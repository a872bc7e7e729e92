// The history of a task as a timeline: who did what, through which interface, and when it reminded.

import { useCallback } from "react";

import { api, type Part } from "../api";
import type { TaskView } from "../contract";
import { ProblemText } from "../problem";
import { instantText } from "../tasks/due";
import { useZone } from "../zone";
import { actorText } from "./change-text";
import { eventText, fieldLines } from "./history-text";
import { usePages } from "./use-pages";

export function History({ task, version }: { task: TaskView; version: number }) {
  const zone = useZone();
  const read = useCallback((part: Part) => api.history(task, part), [task]);
  const { items, hasMore, problem, more } = usePages(read, version);
  const now = new Date();
  return (
    <>
      <p dir="auto">
        <span className="number">#{task.number}</span> {task.title}
      </p>
      <ProblemText problem={problem} />
      <ol className="timeline" aria-label="History" aria-busy={items === undefined}>
        {items?.map((entry) => (
          <li key={entry.event}>
            <p>
              <strong>{eventText(entry, now, zone)}</strong>{" "}
              <span className="faint">
                <time dateTime={entry.at}>{instantText(entry.at, now, zone)}</time> {actorText(entry.actor)}
              </span>
            </p>
            {entry.reason != null && <p className="faint">{entry.reason}</p>}
            <ul className="faint" dir="auto">
              {fieldLines(entry, now, zone).map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </li>
        ))}
      </ol>
      {hasMore && (
        <button type="button" className="more" onClick={more}>
          Show more
        </button>
      )}
    </>
  );
}

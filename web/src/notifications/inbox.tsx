// All reminders that fired, the read ones too: each can be done, put off, marked as read, and opened.

import { useState } from "react";

import { api } from "../api";
import { usePages } from "../changes/use-pages";
import type { NotificationView, TaskView } from "../contract";
import { NO_FIELDS, useSubmission } from "../form";
import { ProblemText } from "../problem";
import { useZone } from "../zone";
import { lineText, SNOOZES, snoozedText } from "./inbox-words";
import { notifying } from "./notifying";
import type { Notifications } from "./use-notifications";

interface Props {
  notifications: Notifications;
  /** Grows whenever a reminder may have fired, or its task changed. */
  version: number;
  openTask: (number: number) => void;
}

export function Inbox({ notifications: { unread, read }, version, openTask }: Props) {
  const { items, hasMore, problem, more } = usePages(notifying.notifications, version);
  const [told, setTold] = useState("");
  // What was read a moment ago, here or in another tab, is read before the list is loaded again.
  const unreadIds = new Set(unread.map(({ id }) => id));

  return (
    <>
      <div className="buttons">
        <p role="status">{told}</p>
        {unread.length > 0 && (
          <button
            type="button"
            onClick={() => {
              read(unread);
              setTold("All are read.");
            }}
          >
            Mark all as read
          </button>
        )}
      </div>
      <ProblemText problem={problem} />
      <ol className="lines" aria-label="Reminders that fired" aria-busy={items === undefined}>
        {items?.map((notification) => (
          <Line
            key={notification.id}
            notification={notification}
            isUnread={unreadIds.has(notification.id)}
            read={() => read([notification])}
            openTask={openTask}
            did={setTold}
          />
        ))}
      </ol>
      {items?.length === 0 && <p className="empty">No reminder has fired yet.</p>}
      {hasMore && (
        <button type="button" className="more" onClick={more}>
          Show more
        </button>
      )}
    </>
  );
}

interface LineProps {
  notification: NotificationView;
  isUnread: boolean;
  read: () => void;
  openTask: (number: number) => void;
  /** Called with what was done. */
  did: (text: string) => void;
}

function Line({ notification, isUnread, read, openTask, did }: LineProps) {
  const zone = useZone();
  const { busy, problem, run } = useSubmission(NO_FIELDS);
  const { task } = notification;
  const isOpen = task.status === "open";

  /** The list follows by the event of the change. */
  const act = (action: () => Promise<TaskView>, said: (task: TaskView) => string) =>
    void run(async () => {
      did("");
      const changed = await action();
      if (isUnread) read();
      did(said(changed));
    });

  return (
    <li className="tag-line" aria-busy={busy} data-inbox={task.number} data-unread={isUnread}>
      <div className="tag-head">
        <div>
          <p dir="auto">
            <span className="number">#{task.number}</span> {isUnread ? <strong>{task.title}</strong> : task.title}
            {isUnread && <span className="hidden"> (unread)</span>}
          </p>
          <p className="faint">{lineText(notification, new Date(), zone)}</p>
        </div>
        <span className="line-actions">
          {isOpen && (
            <button
              type="button"
              aria-label={`Done: ${task.title}`}
              aria-disabled={busy}
              onClick={() => act(() => api.complete(task), ({ title }) => `Done: ${title}`)}
            >
              Done
            </button>
          )}
          {isUnread && (
            <button type="button" aria-label={`Mark as read: ${task.title}`} onClick={read}>
              Mark as read
            </button>
          )}
          <button type="button" aria-label={`Open: ${task.title}`} onClick={() => openTask(task.number)}>
            Open
          </button>
        </span>
      </div>
      {isOpen && (
        <div className="snooze" role="group" aria-label={`Remind again: ${task.title}`}>
          <span className="faint">Remind again</span>
          {SNOOZES.map(([name, by]) => (
            <button
              key={name}
              type="button"
              aria-disabled={busy}
              onClick={() => act(() => notifying.snooze(task, by), (changed) => snoozedText(changed, new Date(), zone))}
            >
              {name}
            </button>
          ))}
        </div>
      )}
      <ProblemText problem={problem.form} />
    </li>
  );
}

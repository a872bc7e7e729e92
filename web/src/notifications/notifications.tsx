// The list of unread reminders, over everything else until they are read.

import { useLayoutEffect, useRef } from "react";

import type { Task } from "../contract";
import { dueText, instantText } from "../tasks/due";
import type { Notifications } from "./use-notifications";

interface Props {
  notifications: Notifications;
  complete: (task: Task) => void;
}

export function UnreadNotifications({ notifications: { unread, read }, complete }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const place = useRef(-1);

  // The row that was pressed goes; the next one gets the keyboard.
  useLayoutEffect(() => {
    if (place.current < 0) return;
    const rows = list.current?.children ?? [];
    const next = rows[Math.min(place.current, rows.length - 1)];
    place.current = -1;
    next?.querySelector<HTMLElement>("button")?.focus();
  }, [unread]);

  return (
    // Always in the document, so that screen readers announce what comes.
    <section className={unread.length > 0 ? "reminders" : undefined} aria-label="Reminders" role="status">
      {unread.length > 0 && (
        <>
          <header>
            <h2>{unread.length === 1 ? "1 reminder" : `${unread.length} reminders`}</h2>
            {unread.length > 1 && (
              <button type="button" className="link" onClick={() => read(unread)}>
                Dismiss all
              </button>
            )}
          </header>
          <ul ref={list}>
            {unread.map((notification, at) => {
              const { id, task, fire_at } = notification;
              const due = dueText(task, new Date());
              return (
                <li key={id} data-notification={task.number}>
                  <div>
                    <p dir="auto">
                      <span className="number">#{task.number}</span> {task.title}
                    </p>
                    <p className="faint">
                      {due && `due ${due.text} · `}reminded {instantText(fire_at, new Date())}
                    </p>
                  </div>
                  <button
                    type="button"
                    aria-label={`Done: ${task.title}`}
                    onClick={() => {
                      place.current = at;
                      read([notification]);
                      complete(task);
                    }}
                  >
                    Done
                  </button>
                  <button
                    type="button"
                    aria-label={`Dismiss: ${task.title}`}
                    onClick={() => {
                      place.current = at;
                      read([notification]);
                    }}
                  >
                    Dismiss
                  </button>
                </li>
              );
            })}
          </ul>
        </>
      )}
    </section>
  );
}

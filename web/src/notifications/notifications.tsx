// The list of unread reminders, over everything else until they are read.

import type { TaskView } from "../contract";
import { dueText, instantText } from "../tasks/due";
import { useZone } from "../zone";
import type { Notifications } from "./use-notifications";

interface Props {
  notifications: Notifications;
  complete: (task: TaskView) => void;
}

export function UnreadNotifications({ notifications: { unread, read }, complete }: Props) {
  const zone = useZone();
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
          <ul>
            {unread.map((notification) => {
              const { id, task, fire_at } = notification;
              const due = dueText(task, new Date(), zone);
              return (
                <li key={id} data-notification={task.number}>
                  <div>
                    <p dir="auto">
                      <span className="number">#{task.number}</span> {task.title}
                    </p>
                    <p className="faint">
                      {due && `due ${due.text} · `}reminded {instantText(fire_at, new Date(), zone)}
                    </p>
                  </div>
                  <button
                    type="button"
                    aria-label={`Done: ${task.title}`}
                    onClick={() => {
                      read([notification]);
                      complete(task);
                    }}
                  >
                    Done
                  </button>
                  <button
                    type="button"
                    aria-label={`Dismiss: ${task.title}`}
                    onClick={() => read([notification])}
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

// The event stream: one EventSource that survives errors and reports whether it is live.

import type { TaskView } from "./contract";

const TYPES = [
  "task.created.v1",
  "task.updated.v1",
  "task.completed.v1",
  "task.skipped.v1",
  "task.reopened.v1",
  "task.deleted.v1",
  "task.restored.v1",
  "task.purged.v1",
  "tag.created.v1",
  "tag.updated.v1",
  "tag.deleted.v1",
  "reminder.scheduled.v1",
  "reminder.due.v1",
] as const;

export type EventType = (typeof TYPES)[number];
export type Connection = "connecting" | "live" | "reconnecting";

/** The fields of an event's `data` that the page reads. */
export interface EventData {
  before?: TaskView;
  /** Absent when the task is gone: deleted for good, or its creation undone. */
  after?: TaskView;
}

export interface Listener {
  event(type: EventType, data: EventData, id: string): void;
  /** `live` again means that something may have been missed: reload. `reconnecting` may mean that the session ended. */
  connection(state: Connection): void;
}

const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 15_000;

/** Listens until the returned function is called. */
export function listen(listener: Listener): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = FIRST_WAIT_MS;

  function open(): void {
    clearTimeout(timer);
    source?.close();
    const stream = new EventSource("/api/v1/events");
    source = stream;
    stream.onopen = () => {
      wait = FIRST_WAIT_MS;
      listener.connection("live");
    };
    stream.onerror = () => {
      listener.connection("reconnecting");
      // The browser reconnects by itself after an interruption, but gives up after an error response, such as a proxy's 502.
      // A new stream starts with new events, which is enough: the list is reloaded when it is live.
      if (stream.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, MAX_WAIT_MS);
    };
    // Events since the last one are no longer kept.
    stream.addEventListener("reset", () => {
      listener.connection("live");
    });
    for (const type of TYPES) {
      stream.addEventListener(type, (message: MessageEvent<string>) => {
        const data = read(message.data);
        if (data) listener.event(type, data, message.lastEventId);
      });
    }
  }

  const lost = () => listener.connection("reconnecting");
  window.addEventListener("offline", lost);
  window.addEventListener("online", open);
  listener.connection("connecting");
  open();

  return () => {
    window.removeEventListener("offline", lost);
    window.removeEventListener("online", open);
    clearTimeout(timer);
    source?.close();
  };
}

function read(text: string): EventData | null {
  try {
    return (JSON.parse(text) as { data?: EventData }).data ?? null;
  } catch {
    return null;
  }
}

// Reminders that fired and were not read: kept by the server, so that none is lost while no page is open.

import { useCallback, useEffect, useReducer, useRef, useState } from "react";

import { api, PAGE_MAX } from "../api";
import type { NotificationView } from "../contract";

export interface Notifications {
  unread: NotificationView[];
  /** Marks them as read. */
  read(notifications: NotificationView[]): void;
}

/** Several events of one action ask once. */
const DEBOUNCE_MS = 150;
/** No event tells of what was read on another device. */
const POLL_MS = 60_000;
/** Tells the other tabs of this browser. */
const CHANNEL = "taskwire.notifications";

/** `reminded` grows whenever a reminder may have fired, `changes` whenever a task may have changed. */
export function useNotifications(reminded: number, changes: number): Notifications {
  const [unread, setUnread] = useState<NotificationView[]>([]);
  const [asked, ask] = useReducer((count: number) => count + 1, 0);
  // What was read here stays away, whatever an answer says that was on its way already.
  const readHere = useRef(new Set<string>());
  const channel = useRef<BroadcastChannel>(undefined);

  const isShown = unread.length > 0;
  // A task that changes can only change or take away what is shown.
  const changed = isShown ? changes : 0;
  useEffect(() => {
    let isWanted = true;
    const timer = setTimeout(() => {
      api.unreadNotifications().then(
        ({ items }) => isWanted && setUnread(items.filter(({ id }) => !readHere.current.has(id))),
        () => {
          // They are still unread; the next event or connection asks again.
        },
      );
    }, DEBOUNCE_MS);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [reminded, changed, asked]);

  useEffect(() => {
    const others = new BroadcastChannel(CHANNEL);
    channel.current = others;
    others.onmessage = ask;
    const look = () => {
      if (document.visibilityState === "visible") ask();
    };
    document.addEventListener("visibilitychange", look);
    return () => {
      others.close();
      document.removeEventListener("visibilitychange", look);
    };
  }, []);

  useEffect(() => {
    if (!isShown) return;
    const timer = setInterval(ask, POLL_MS);
    return () => clearInterval(timer);
  }, [isShown]);

  const read = useCallback((notifications: NotificationView[]) => {
    const ids = notifications.map(({ id }) => id);
    for (const id of ids) readHere.current.add(id);
    setUnread((now) => now.filter(({ id }) => !readHere.current.has(id)));
    api.readNotifications(ids).then(
      () => {
        channel.current?.postMessage(ids);
        // There may be more than one answer holds.
        if (ids.length === PAGE_MAX) ask();
      },
      () => {
        // Shown again: it would come back with the next page anyway.
        for (const id of ids) readHere.current.delete(id);
        setUnread((now) => [...notifications, ...now]);
      },
    );
  }, []);

  useEffect(() => {
    document.title = unread.length > 0 ? `(${unread.length}) Taskwire` : "Taskwire";
    return () => {
      document.title = "Taskwire";
    };
  }, [unread.length]);

  return { unread, read };
}

// Reminders that fired and were not read: kept by the server, so that none is lost while no page is open.

import { useCallback, useEffect, useRef, useState } from "react";

import { api } from "../api";
import type { Notification } from "../contract";

export interface Notifications {
  unread: Notification[];
  /** Marks them as read. */
  read(notifications: Notification[]): void;
}

/** `revision` grows whenever something may have been told or read. */
export function useNotifications(revision: number): Notifications {
  const [unread, setUnread] = useState<Notification[]>([]);
  // What was read here stays away, whatever an answer says that was on its way already.
  const readHere = useRef(new Set<string>());

  useEffect(() => {
    let isWanted = true;
    api.unreadNotifications().then(
      ({ items }) => isWanted && setUnread(items.filter(({ id }) => !readHere.current.has(id))),
      () => {
        // They are still unread; the next event or connection asks again.
      },
    );
    return () => {
      isWanted = false;
    };
  }, [revision]);

  const read = useCallback((notifications: Notification[]) => {
    const ids = notifications.map(({ id }) => id);
    for (const id of ids) readHere.current.add(id);
    setUnread((now) => now.filter(({ id }) => !readHere.current.has(id)));
    api.readNotifications(ids).catch(() => {
      // Shown again: it would come back with the next page anyway.
      for (const id of ids) readHere.current.delete(id);
      setUnread((now) => [...notifications, ...now]);
    });
  }, []);

  useEffect(() => {
    document.title = unread.length > 0 ? `(${unread.length}) Taskwire` : "Taskwire";
    return () => {
      document.title = "Taskwire";
    };
  }, [unread.length]);

  return { unread, read };
}

// What comes from the notifications of this browser: a task to open, and a subscription that was replaced.

import { useEffect } from "react";

import { device } from "./kept";
import { taskOf } from "./kept-words";

/** `open` opens a task by its number; the same function each time. */
export function useDevice(user: string, open: (task: number) => void): void {
  useEffect(() => {
    const look = () => {
      const task = taskOf(location.hash);
      if (task === undefined) return;
      // Once: a reload should not open it again.
      history.replaceState(null, "", location.pathname + location.search);
      open(task);
    };
    look();
    window.addEventListener("hashchange", look);
    return () => window.removeEventListener("hashchange", look);
  }, [open]);

  useEffect(() => {
    const mend = async () => {
      if (device(user) === undefined) return;
      try {
        // Apart from the first script: most browsers are not notified.
        const { repair } = await import("./device");
        await repair(user);
      } catch {
        // Tried again with the next load; the settings tell why it cannot be sent.
      }
    };
    void mend();
    const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
    const listen = ({ data }: MessageEvent<{ type?: unknown; task?: unknown } | null>) => {
      if (data?.type === "taskwire.open" && typeof data.task === "number") open(data.task);
      if (data?.type === "taskwire.subscribe") void mend();
    };
    workers?.addEventListener("message", listen);
    return () => workers?.removeEventListener("message", listen);
  }, [user, open]);
}

// Short messages at the edge of the page: what was done with an Undo, what is due, what went wrong.

import { createContext, use, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from "react";

export interface Notice {
  text: string;
  kind?: "info" | "due" | "error";
  detail?: string | undefined;
  action?: { label: string; run: () => void };
}

interface Shown extends Notice {
  id: number;
}

/** At most this many stay on the page; the oldest go. */
const MOST = 4;
const VISIBLE_MS = 8_000;

const Notices = createContext<(notice: Notice) => void>(() => {});

/** Shows a notice. */
export function useNotify(): (notice: Notice) => void {
  return use(Notices);
}

export function NoticeArea({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<Shown[]>([]);
  const last = useRef(0);

  const notify = useCallback((notice: Notice) => {
    last.current += 1;
    const id = last.current;
    setShown((now) => [...now.slice(1 - MOST), { ...notice, id }]);
  }, []);
  const drop = useCallback((id: number) => setShown((now) => now.filter((notice) => notice.id !== id)), []);

  const items = useMemo(
    () => shown.map((notice) => <NoticeCard key={notice.id} notice={notice} drop={drop} />),
    [shown, drop],
  );
  return (
    <Notices value={notify}>
      {children}
      {/* Always in the document: a live region that appears with its text is not read out. */}
      <div className="notices" role="status">
        {items}
      </div>
    </Notices>
  );
}

function NoticeCard({ notice, drop }: { notice: Shown; drop: (id: number) => void }) {
  const { id, kind = "info", text, detail, action } = notice;
  const [held, setHeld] = useState(false);

  useEffect(() => {
    // A reminder or an error waits for its reader; the rest waits only while it is pointed at or focused.
    if (kind !== "info" || held) return;
    const timer = setTimeout(() => drop(id), VISIBLE_MS);
    return () => clearTimeout(timer);
  }, [kind, held, id, drop]);

  return (
    <div
      className={`notice notice-${kind}`}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <div className="notice-text">
        <p>{text}</p>
        {detail && <p className="faint">{detail}</p>}
      </div>
      {action && (
        <button
          type="button"
          className="link"
          onClick={() => {
            drop(id);
            action.run();
          }}
        >
          {action.label}
        </button>
      )}
      <button type="button" className="icon" aria-label="Dismiss" onClick={() => drop(id)}>
        ×
      </button>
    </div>
  );
}

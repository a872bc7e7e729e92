// Short messages at the edge of the page: what was done with an Undo, what went wrong.

import { createContext, use, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from "react";

export interface Toast {
  text: string;
  kind?: "info" | "error";
  detail?: string | undefined;
  action?: { label: string; run: () => void };
}

interface Shown extends Toast {
  id: number;
}

/** At most this many stay on the page; the oldest go. */
const MOST = 4;
const VISIBLE_MS = 8_000;

const ToastContext = createContext<(toast: Toast) => void>(() => {});

/** Shows a toast. */
export function useToast(): (toast: Toast) => void {
  return use(ToastContext);
}

export function ToastArea({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<Shown[]>([]);
  const last = useRef(0);

  const show = useCallback((toast: Toast) => {
    last.current += 1;
    const id = last.current;
    setShown((now) => [...now.slice(1 - MOST), { ...toast, id }]);
  }, []);
  // Where the keyboard was before it came here; a toast that goes must not take its place along.
  const before = useRef<Element | null>(null);
  const drop = useCallback((id: number) => setShown((now) => now.filter((toast) => toast.id !== id)), []);
  const leave = useCallback(
    (id: number) => {
      drop(id);
      if (before.current instanceof HTMLElement && before.current.isConnected) before.current.focus();
    },
    [drop],
  );

  const items = useMemo(
    () => shown.map((toast) => <ToastCard key={toast.id} toast={toast} drop={drop} leave={leave} />),
    [shown, drop, leave],
  );
  return (
    <ToastContext value={show}>
      {children}
      {/* Always in the document: a live region that appears with its text is not read out. */}
      <div
        className="toasts"
        role="status"
        onFocus={({ currentTarget, relatedTarget }) => {
          if (!currentTarget.contains(relatedTarget)) before.current = relatedTarget;
        }}
      >
        {items}
      </div>
    </ToastContext>
  );
}

interface CardProps {
  toast: Shown;
  /** Takes it away when its time is over. */
  drop: (id: number) => void;
  /** Takes it away because a person said so. */
  leave: (id: number) => void;
}

function ToastCard({ toast, drop, leave }: CardProps) {
  const { id, kind = "info", text, detail, action } = toast;
  const [held, setHeld] = useState(false);

  useEffect(() => {
    // An error waits for its reader; the rest waits only while it is pointed at or focused.
    if (kind !== "info" || held) return;
    const timer = setTimeout(() => drop(id), VISIBLE_MS);
    return () => clearTimeout(timer);
  }, [kind, held, id, drop]);

  return (
    <div
      role="group"
      className={`toast toast-${kind}`}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <div className="toast-text">
        <p>{text}</p>
        {detail && <p className="faint">{detail}</p>}
      </div>
      {action && (
        <button
          type="button"
          className="link"
          onClick={() => {
            leave(id);
            action.run();
          }}
        >
          {action.label}
        </button>
      )}
      <button type="button" className="icon" aria-label="Dismiss" onClick={() => leave(id)}>
        ×
      </button>
    </div>
  );
}

// Toasts: short messages about actions with an Undo, warnings and errors.

import { createContext, use, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from "react";

import { actOn, addToast, changed, succeed, type Shown, type Toast } from "./toast-list";

const VISIBLE_MS = 8_000;

export interface Toasts {
  show(toast: Toast): void;
  /** Called on an action on this task or series. */
  actOn(about: string): void;
  /** Called when an action succeeded. */
  succeed(): void;
  /** Called when this task or series changed. */
  changed(about: string): void;
}

const nothing = () => {};
const ToastContext = createContext<Toasts>({ show: nothing, actOn: nothing, succeed: nothing, changed: nothing });

/** The same object for as long as the area lives. */
export function useToasts(): Toasts {
  return use(ToastContext);
}

export function ToastArea({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<Shown[]>([]);
  const last = useRef(0);

  const toasts: Toasts = useMemo(
    () => ({
      show(toast) {
        last.current += 1;
        const id = last.current;
        setShown((now) => addToast(now, { ...toast, id }));
      },
      actOn: (about) => setShown((now) => actOn(now, about)),
      succeed: () => setShown(succeed),
      changed: (about) => setShown((now) => changed(now, about)),
    }),
    [],
  );
  // The previously focused element, to restore the focus when a toast disappears.
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
    <ToastContext value={toasts}>
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
  /** Removes it when its time is over. */
  drop: (id: number) => void;
  /** Removes it because the user dismissed it. */
  leave: (id: number) => void;
}

function ToastCard({ toast, drop, leave }: CardProps) {
  const { id, kind = "info", text, detail = [], action } = toast;
  const [held, setHeld] = useState(false);
  const card = useRef<HTMLDivElement>(null);
  const [attempt, setAttempt] = useState<"none" | "running" | "refused">("none");

  useEffect(() => {
    // A warning or an error stays until it is read, an action until its response, and a failed one until it is retried; the
    // others stay only while hovered or focused.
    if (kind !== "info" || held || attempt !== "none") return;
    const timer = setTimeout(() => drop(id), VISIBLE_MS);
    return () => clearTimeout(timer);
  }, [kind, held, attempt, id, drop]);

  async function run(action: () => Promise<boolean>) {
    if (attempt === "running") return;
    setAttempt("running");
    if (!(await action())) return setAttempt("refused");
    // The focus may have moved while the response was awaited.
    if (card.current?.contains(document.activeElement)) leave(id);
    else drop(id);
  }

  return (
    <div
      ref={card}
      role="group"
      className={`toast toast-${kind}`}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <div className="toast-text">
        <p>{text}</p>
        {detail.map((line) => (
          <p key={line} className={kind === "warning" ? "warning" : "faint"}>
            {line}
          </p>
        ))}
      </div>
      {action && (
        <button type="button" className="link" aria-disabled={attempt === "running"} onClick={() => void run(action.run)}>
          {action.label}
        </button>
      )}
      <button type="button" className="icon" aria-label="Dismiss" onClick={() => leave(id)}>
        ×
      </button>
    </div>
  );
}

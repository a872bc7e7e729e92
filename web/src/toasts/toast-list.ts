// The toasts that are shown, and how they come and go. Pure, so that it can be tested.

export interface Toast {
  text: string;
  /** An `info` goes by itself; the others stay until they are dismissed, or until what they are about has changed. */
  kind?: "info" | "warning" | "error";
  /** Lines below the text. */
  detail?: string[];
  /** The task or series that a warning or an error is about. */
  about?: string;
  /** Answers whether it was done: if not, the toast stays, to try again. */
  action?: { label: string; run: () => Promise<boolean> };
}

export interface Shown extends Toast {
  id: number;
}

/** At most this many stay on the page, but for warnings; the oldest go. */
const TOASTS_MAX = 4;

export function addToast(shown: readonly Shown[], toast: Shown): Shown[] {
  // The same action refused again says the same again.
  const others = shown.filter((other) => !(toast.kind === "error" && isRefusal(other) && other.about === toast.about));
  const excess = others.length + 1 - TOASTS_MAX;
  if (excess <= 0) return [...others, toast];
  const going = [...others.filter(({ kind = "info" }) => kind === "info"), ...others.filter(({ kind }) => kind === "error")];
  const gone = new Set(going.slice(0, excess));
  return [...others.filter((other) => !gone.has(other)), toast];
}

/** Somebody acts on a task: what its last change warned of, or was refused for, is past. */
export function actOn(shown: Shown[], about: string): Shown[] {
  return without(shown, (toast) => toast.about === about && toast.kind !== undefined && toast.kind !== "info");
}

/** Something succeeded: what was refused before may hold no longer. */
export function succeed(shown: Shown[]): Shown[] {
  return without(shown, isRefusal);
}

/** A task changed elsewhere: what was refused about it may hold no longer. */
export function changed(shown: Shown[], about: string): Shown[] {
  return without(shown, (toast) => isRefusal(toast) && toast.about === about);
}

function isRefusal({ kind, about }: Toast): boolean {
  return kind === "error" && about !== undefined;
}

/** The same list where nothing goes. */
function without(shown: Shown[], goes: (toast: Shown) => boolean): Shown[] {
  return shown.some(goes) ? shown.filter((toast) => !goes(toast)) : shown;
}

// The list of toasts. Pure, so that it can be tested.

export interface Toast {
  text: string;
  /** An `info` disappears by itself; the others stay until they are dismissed, or until their subject has changed. */
  kind?: "info" | "warning" | "error";
  /** Lines below the text. */
  detail?: string[];
  /** The task or series that a warning or an error is about. */
  about?: string;
  /** Returns whether it succeeded: if not, the toast stays, to try again. */
  action?: { label: string; run: () => Promise<boolean> };
}

export interface Shown extends Toast {
  id: number;
}

/** Maximum number of toasts, not counting warnings; the oldest are removed. */
const TOASTS_MAX = 4;

export function addToast(shown: readonly Shown[], toast: Shown): Shown[] {
  // The same action, refused again, shows the same text again.
  const others = shown.filter((other) => !(toast.kind === "error" && isRefusal(other) && other.about === toast.about));
  const excess = others.length + 1 - TOASTS_MAX;
  if (excess <= 0) return [...others, toast];
  const going = [...others.filter(({ kind = "info" }) => kind === "info"), ...others.filter(({ kind }) => kind === "error")];
  const gone = new Set(going.slice(0, excess));
  return [...others.filter((other) => !gone.has(other)), toast];
}

/** Called on an action on a task: the warnings and errors of its last change are obsolete. */
export function actOn(shown: Shown[], about: string): Shown[] {
  return without(shown, (toast) => toast.about === about && toast.kind !== undefined && toast.kind !== "info");
}

/** Called on a success: earlier errors may no longer apply. */
export function succeed(shown: Shown[]): Shown[] {
  return without(shown, isRefusal);
}

/** Called when a task changed elsewhere: errors about it may no longer apply. */
export function changed(shown: Shown[], about: string): Shown[] {
  return without(shown, (toast) => isRefusal(toast) && toast.about === about);
}

function isRefusal({ kind, about }: Toast): boolean {
  return kind === "error" && about !== undefined;
}

/** The same list object if nothing is removed. */
function without(shown: Shown[], goes: (toast: Shown) => boolean): Shown[] {
  return shown.some(goes) ? shown.filter((toast) => !goes(toast)) : shown;
}

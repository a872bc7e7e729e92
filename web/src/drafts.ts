// Unsent text that survives a reload and an ended session: kept in this browser for each user, dropped when it is sent.

import { createContext, use, useCallback, useRef, useState } from "react";

const PREFIX = "taskwire.draft";

/** The part of `localStorage` that drafts need. */
export type DraftStorage = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

/** The drafts of one user, by name. A browser that keeps nothing leaves them in the page alone. */
export class Drafts {
  private readonly prefix: string;

  constructor(
    user: string,
    private readonly storage: DraftStorage,
  ) {
    this.prefix = `${PREFIX}.${user}.`;
  }

  /** What was kept; undefined when there is nothing, or nothing that `read` understands. */
  get<T>(name: string, read: (kept: unknown) => T | undefined): T | undefined {
    try {
      const text = this.storage.getItem(this.prefix + name);
      return text === null ? undefined : read(JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  set(name: string, value: unknown): void {
    try {
      this.storage.setItem(this.prefix + name, JSON.stringify(value));
    } catch {
      // Storage may be full or forbidden.
    }
  }

  remove(name: string): void {
    try {
      this.storage.removeItem(this.prefix + name);
    } catch {
      // As above.
    }
  }

  /** The names under which something is kept. */
  names(): string[] {
    try {
      return Array.from({ length: this.storage.length }, (_, at) => this.storage.key(at) ?? "")
        .filter((key) => key.startsWith(this.prefix))
        .map((key) => key.slice(this.prefix.length));
    } catch {
      return [];
    }
  }

  clear(): void {
    for (const name of this.names()) this.remove(name);
  }
}

export const DraftsContext = createContext<Drafts | null>(null);

export function useDrafts(): Drafts {
  const drafts = use(DraftsContext);
  if (drafts === null) throw new Error("Drafts are used outside of their context.");
  return drafts;
}

/** A text that is kept while it is not empty. */
export function useDraftText(name: string, initial = ""): [string, (text: string) => void] {
  const drafts = useDrafts();
  const first = useRef<string>(undefined);
  first.current ??= drafts.get(name, readText) ?? initial;
  const [text, setText] = useState(first.current);
  const set = useCallback(
    (next: string) => {
      setText(next);
      if (next === "") drafts.remove(name);
      else drafts.set(name, next);
    },
    [drafts, name],
  );
  return [text, set];
}

export function readText(kept: unknown): string | undefined {
  return typeof kept === "string" ? kept : undefined;
}

// Unsent text. It belongs to the tab in which it is typed, so that two tabs never overwrite each other's, and survives a
// reload and an ended session there. The next new tab takes over the drafts of a closed tab.

import { createContext, use, useCallback, useRef, useState } from "react";

import { newKey } from "./api";

const PREFIX = "taskwire.draft";
const LEFT = "taskwire.left";

/** The part of `sessionStorage` and `localStorage` that drafts need. */
export type DraftStorage = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

/** The drafts of closed tabs, stored for all tabs of the browser. */
interface SavedDrafts {
  at: number;
  drafts: Record<string, string>;
}

/** The drafts of one user in one tab, by name. If the browser stores nothing, they exist only in the page. */
export class Drafts {
  private readonly prefix: string;
  private readonly leftPrefix: string;
  /** The key under which the tab records that it is known, and the drafts that it left behind itself. */
  private readonly mark: string;

  constructor(
    user: string,
    private readonly tab: DraftStorage,
    private readonly browser: DraftStorage,
  ) {
    this.prefix = `${PREFIX}.${user}.`;
    this.leftPrefix = `${LEFT}.${user}.`;
    this.mark = `taskwire.tab.${user}`;
    this.open();
  }

  /** The stored draft; undefined if there is none that `read` understands. */
  get<T>(name: string, read: (kept: unknown) => T | undefined): T | undefined {
    return attempt(() => {
      const text = this.tab.getItem(this.prefix + name);
      return text === null ? undefined : read(JSON.parse(text));
    });
  }

  set(name: string, value: unknown): void {
    attempt(() => this.tab.setItem(this.prefix + name, JSON.stringify(value)));
  }

  remove(name: string): void {
    attempt(() => this.tab.removeItem(this.prefix + name));
  }

  /** The names of the stored drafts. */
  names(): string[] {
    return namesIn(this.tab, this.prefix);
  }

  /** Deletes all drafts of this user, including those of closed tabs. */
  clear(): void {
    for (const name of this.names()) this.remove(name);
    for (const key of namesIn(this.browser, this.leftPrefix)) attempt(() => this.browser.removeItem(this.leftPrefix + key));
  }

  /** Called when the tab closes or reloads; which of the two becomes known only afterwards. */
  leave(): void {
    const drafts: SavedDrafts["drafts"] = {};
    for (const name of this.names()) {
      const text = attempt(() => this.tab.getItem(this.prefix + name));
      if (typeof text === "string") drafts[name] = text;
    }
    if (Object.keys(drafts).length === 0) return;
    // A new key each time: a duplicated tab has its own storage, but with the same contents.
    const key = newKey();
    const left: SavedDrafts = { at: Date.now(), drafts };
    attempt(() => {
      this.browser.setItem(this.leftPrefix + key, JSON.stringify(left));
      this.tab.setItem(this.mark, key);
    });
  }

  /** Called when the tab opens, or is shown again. */
  open(): void {
    const mark = attempt(() => this.tab.getItem(this.mark));
    attempt(() => this.tab.setItem(this.mark, ""));
    if (typeof mark !== "string") this.takeOver();
    else if (mark !== "") attempt(() => this.browser.removeItem(this.leftPrefix + mark));
  }

  /** Takes over the drafts of closed tabs, for each name the newest; an older one waits for another new tab. */
  private takeOver(): void {
    const tabs = namesIn(this.browser, this.leftPrefix).flatMap((key) => {
      const left = attempt(() => readSaved(this.browser.getItem(this.leftPrefix + key)));
      return left === undefined ? [] : [{ key, left }];
    });
    tabs.sort((one, other) => other.left.at - one.left.at);
    const taken = new Set(this.names());
    for (const { key, left } of tabs) {
      const rest: SavedDrafts["drafts"] = {};
      for (const [name, text] of Object.entries(left.drafts)) {
        if (taken.has(name)) rest[name] = text;
        else attempt(() => this.tab.setItem(this.prefix + name, text));
        taken.add(name);
      }
      attempt(() => {
        if (Object.keys(rest).length === 0) this.browser.removeItem(this.leftPrefix + key);
        else this.browser.setItem(this.leftPrefix + key, JSON.stringify({ ...left, drafts: rest }));
      });
    }
  }
}

const opened = new Map<string, Drafts>();

/** The drafts of a user in this tab. They watch the tab even while nobody is signed in. */
export function draftsOf(user: string): Drafts {
  const known = opened.get(user);
  if (known !== undefined) return known;
  const drafts = new Drafts(user, sessionStorage, localStorage);
  window.addEventListener("pagehide", () => drafts.leave());
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted) drafts.open();
  });
  opened.set(user, drafts);
  return drafts;
}

/** Storage may be full or forbidden, and contain anything. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

function namesIn(storage: DraftStorage, prefix: string): string[] {
  const keys = attempt(() => Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? "")) ?? [];
  return keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
}

function readSaved(text: string | null): SavedDrafts | undefined {
  const { at, drafts } = JSON.parse(text ?? "{}") as Partial<SavedDrafts>;
  if (typeof at !== "number" || typeof drafts !== "object" || drafts === null) return undefined;
  const texts = Object.entries(drafts).filter(([, draft]) => typeof draft === "string");
  return { at, drafts: Object.fromEntries(texts) };
}

export const DraftsContext = createContext<Drafts | null>(null);

export function useDrafts(): Drafts {
  const drafts = use(DraftsContext);
  if (drafts === null) throw new Error("Drafts are used outside of their context.");
  return drafts;
}

/** A text that is stored while it is not empty. */
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

// Earlier conversations.

import { useCallback, useEffect, useRef, useState } from "react";

import { api, describe } from "../api";
import type { ConversationSummary } from "../contract";
import { instantText } from "../tasks/due";
import { useZone } from "../zone";

interface Props {
  current: string | undefined;
  open: (id: string) => void;
  begin: () => void;
}

export function History({ current, open, begin }: Props) {
  const zone = useZone();
  const [items, setItems] = useState<ConversationSummary[]>();
  const [problem, setProblem] = useState<string>();
  const menu = useRef<HTMLDetailsElement>(null);

  async function load() {
    try {
      setItems((await api.conversations()).items);
      setProblem(undefined);
    } catch (error) {
      setProblem(describe(error).detail);
    }
  }

  const close = useCallback(() => {
    if (menu.current) menu.current.open = false;
  }, []);
  /** The focused element disappears, so the menu's button gets the focus. */
  const returnFocus = () => menu.current?.querySelector("summary")?.focus();

  useEffect(() => {
    const outside = (event: PointerEvent) => {
      if (event.target instanceof Node && !menu.current?.contains(event.target)) close();
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [close]);

  async function remove(id: string) {
    try {
      await api.removeConversation(id);
      setItems((now) => now?.filter((item) => item.id !== id));
      returnFocus();
      if (id === current) begin();
    } catch (error) {
      setProblem(describe(error).detail);
    }
  }

  return (
    <details
      className="menu"
      ref={menu}
      onToggle={(event) => {
        if (event.currentTarget.open) void load();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        close();
        returnFocus();
      }}
    >
      <summary>History</summary>
      <div className="menu-body">
        {problem && <p role="alert">{problem}</p>}
        {items?.length === 0 && <p className="faint">No conversations yet.</p>}
        <ul>
          {items?.map((item) => (
            <li key={item.id}>
              <button
                type="button"
                className="menu-item"
                aria-current={item.id === current}
                onClick={() => {
                  close();
                  returnFocus();
                  open(item.id);
                }}
              >
                <span className="menu-title">{item.title || "Untitled"}</span>
                <span className="faint">{instantText(item.updated_at, new Date(), zone)}</span>
              </button>
              <button
                type="button"
                className="icon"
                aria-label={`Delete conversation: ${item.title || "Untitled"}`}
                title="Delete"
                onClick={() => void remove(item.id)}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      </div>
    </details>
  );
}

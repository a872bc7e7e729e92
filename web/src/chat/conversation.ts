// Conversations are stored by the server; the tab remembers only which one is open, and a new tab opens the last one.

import type { UIMessage } from "ai";

import { api, ApiError } from "../api";
import { isRecord } from "./json";

const KEY = "taskwire.conversation";

/** The conversation that was open last, if there is one. */
export function keptId(): string | null {
  const id = sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY);
  return id !== null && /^[\w-]{1,64}$/.test(id) ? id : null;
}

export function keepId(id: string): void {
  sessionStorage.setItem(KEY, id);
  localStorage.setItem(KEY, id);
}

export function forgetId(): void {
  // Empty: this tab has a new conversation, whatever other tabs open.
  sessionStorage.setItem(KEY, "");
  localStorage.removeItem(KEY);
}

/** The messages of a conversation; none if the server does not know it yet. */
export async function loadMessages(id: string): Promise<UIMessage[]> {
  try {
    const { messages } = await api.conversation(id);
    return messages.flatMap(({ id, role, parts }) => {
      if ((role !== "user" && role !== "assistant") || !Array.isArray(parts)) return [];
      return [{ id, role, parts: (parts as unknown[]).filter(isRecord) as unknown as UIMessage["parts"] }];
    });
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return [];
    throw error;
  }
}

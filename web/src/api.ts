// Calls to the REST API of the same origin. The browser sends the session cookie.

import type {
  AccountDeletion,
  Agenda,
  Conversation,
  EmptiedTrash,
  Explanation,
  NewTask,
  NewUser,
  Page_ChangeView,
  Page_ConversationSummary,
  Page_HistoryEntry,
  Page_NotificationView,
  Page_TagListItem,
  Page_GrantView,
  Page_TokenView,
  PasswordChange,
  Problem,
  QuickAdd,
  QuickAdded,
  QuickPreview,
  SessionView,
  SignUpPolicy,
  TagChange,
  TagPatch,
  TaskChange,
  TaskPage,
  TaskPatch,
  TaskView,
  Undone,
  UserPatch,
  UserView,
} from "./contract";
import {
  problemForm,
  problemMessage,
  problemsIn,
  type FormProblem,
  type ProblemMessage,
  type Problems,
  type Refusal,
} from "./problem-words";
import type { Scope } from "./tasks/values";
import type { TaskQuery } from "./tasks/query";

/** An error response, or a server that could not be reached (status 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly refusal: Refusal,
  ) {
    super(refusal.detail);
    this.name = "ApiError";
  }
}

/** The text for a person about any thrown value. */
export function describe(error: unknown): ProblemMessage {
  return problemMessage(refusalOf(error));
}

/** The same for the form of a task: each part next to its field. */
export function describeForm(error: unknown): FormProblem {
  return problemForm(refusalOf(error));
}

/** The same for a form with fields of these names. */
export function describeFields<Name extends string>(error: unknown, names: readonly Name[]): Problems<Name> {
  return problemsIn(refusalOf(error), names);
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof ApiError) return error.refusal;
  return { detail: error instanceof Error ? error.message : String(error) };
}

/** A new key for one action; a retry of the same action sends the same key. */
export function newKey(): string {
  // `randomUUID` exists only in secure contexts, and plain HTTP in a home network is not one.
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Reads a problem document from an error's body; plain text is kept as it is. */
export function readProblem(status: number, body: string): ApiError {
  try {
    const problem = JSON.parse(body) as Partial<Problem>;
    const detail = problem.detail ?? problem.title;
    if (detail) return new ApiError(status, { ...problem, detail });
  } catch {
    // A proxy in between responds with HTML or plain text.
  }
  const plain = body.trim();
  const readable = plain !== "" && plain.length <= 300 && !plain.startsWith("<");
  return new ApiError(status, { detail: readable ? plain : `The server responded with status ${status}.` });
}

let onSignedOut: () => void = () => {};

/** For responses that do not go through `api`. */
export function signedOut(): void {
  onSignedOut();
}

/** Sets what happens when a call finds that the session has ended. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

interface Call {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  body?: unknown;
  key?: string;
  /** The version to change; the response is 412 if there is a newer one. */
  version?: number;
  /** For checking whether there is a session: having none is not an error. */
  isSignIn?: boolean;
  /** Cancels the call when its response is no longer needed. */
  signal?: AbortSignal;
  /** Never repeated by itself, and without a key: a call that the next keystroke repeats anyway, or one with a password. */
  once?: boolean;
}

const RETRY_AFTER_MS = [300, 1200];

/** Sends a call, and reads its answer. */
export async function call<T>(path: string, options: Call = {}): Promise<T> {
  const response = await send(path, options);
  return (response.status === 204 || response.status === 202 ? undefined : await response.json()) as T;
}

/** What a write did, with the id of the change; null if nothing changed. */
export interface Written<T> {
  result: T;
  change: string | null;
}

export async function write<T>(path: string, options: Call): Promise<Written<T>> {
  const response = await send(path, options);
  return { result: (await response.json()) as T, change: response.headers.get("taskwire-change") };
}

async function send(path: string, options: Call): Promise<Response> {
  const { method = "GET", body, key, version, isSignIn = false, signal, once = false } = options;
  const headers: Record<string, string> = { accept: "application/json" };
  let type = "application/json";
  if (method === "PATCH") type = "application/merge-patch+json";
  if (body !== undefined) headers["content-type"] = type;
  if (version !== undefined) headers["if-match"] = `"${version}"`;
  // One key for all attempts below: the server then does the action once, however often it is sent. It stores no response
  // with a secret, so signing in has no key.
  if (method !== "GET" && !once && !isSignIn) headers["idempotency-key"] = key ?? newKey();

  for (let attempt = 0; ; attempt += 1) {
    const wait = once ? undefined : RETRY_AFTER_MS[attempt];
    let response: Response;
    try {
      response = await fetch(path, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch {
      if (wait === undefined) {
        throw new ApiError(0, {
          detail: "The server cannot be reached.",
          hint: "Check that Taskwire is running, then try again.",
        });
      }
      await pause(wait);
      continue;
    }
    if (response.ok) return response;
    if ([502, 503, 504].includes(response.status) && wait !== undefined) {
      await pause(wait);
      continue;
    }
    if (response.status === 401 && !isSignIn) onSignedOut();
    throw readProblem(response.status, await response.text());
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export const api = {
  session: () => call<SessionView>("/api/v1/session", { isSignIn: true }),
  /** Calls `whenSignedOut` if the session has ended. */
  checkSession: () => call<SessionView>("/api/v1/session", { once: true }),
  signIn: (by: { code: string } | { name: string; password: string }) =>
    call<SessionView>("/api/v1/session", { method: "POST", body: by, isSignIn: true }),
  signOut: () => call<void>("/api/v1/session", { method: "DELETE" }),
  signUpPolicy: () => call<SignUpPolicy>("/api/v1/sign-up"),
  signUp: (account: NewUser) => call<UserView>("/api/v1/users", { method: "POST", body: account, once: true }),
  setPassword: (change: PasswordChange) => call<void>("/api/v1/me/password", { method: "PUT", body: change, once: true }),
  deleteAccount: (proof: AccountDeletion) => call<void>("/api/v1/me", { method: "DELETE", body: proof, once: true }),
  /** Of all credentials, the sessions too. */
  tokens: async () => (await call<Page_TokenView>("/api/v1/tokens")).items,
  revokeToken: (id: string) => call<void>(`/api/v1/tokens/${id}`, { method: "DELETE", once: true }),
  /** Programs that were given access by OAuth. */
  grants: async () => (await call<Page_GrantView>("/api/v1/grants")).items,
  endGrant: (id: string) => call<void>(`/api/v1/grants/${id}`, { method: "DELETE", once: true }),
  endSessions: (keepCurrent: boolean) =>
    call<void>(`/api/v1/sessions?keep_current=${keepCurrent}`, { method: "DELETE" }),
  setSettings: (settings: UserPatch) => call<UserView>("/api/v1/me", { method: "PATCH", body: settings }),

  /** By number or id. */
  task: (task: number | string) => call<TaskView>(`/api/v1/tasks/${task}`),
  create: (task: NewTask, key: string) => call<TaskChange>("/api/v1/tasks", { method: "POST", body: task, key }),
  tasks: (query: TaskQuery, part: Part) => call<TaskPage>(`/api/v1/tasks?${taskParams(query, part)}`),
  quickAdd: (line: Line, key: string) => call<QuickAdded>("/api/v1/tasks/quick", { method: "POST", body: line, key }),
  /** The task that `quickAdd` would create from the line. */
  preview: (line: Line, signal: AbortSignal) =>
    call<QuickPreview>("/api/v1/tasks/quick?preview=true", { method: "POST", body: line, signal, once: true }),
  /** Beginning today. */
  agenda: (days: number) => call<Agenda>(`/api/v1/agenda?days=${days}`),
  explain: (task: TaskView) => call<Explanation>(`/api/v1/tasks/${task.number}/explain`),
  skip: (task: TaskView) => call<TaskChange>(`/api/v1/tasks/${task.number}/skip`, { method: "POST", body: occurrence(task) }),
  reschedule: (task: TaskView, version: number, due: string, scope: Scope) =>
    call<TaskChange>(`/api/v1/tasks/${task.number}/reschedule`, {
      method: "POST",
      body: { due, scope, ...occurrence(task) },
      version,
    }),
  change: (task: TaskView, version: number, patch: TaskPatch) =>
    call<TaskChange>(`/api/v1/tasks/${task.number}`, { method: "PATCH", body: patch, version }),
  complete: (task: TaskView) =>
    call<TaskChange>(`/api/v1/tasks/${task.number}/complete`, { method: "POST", body: occurrence(task) }),
  reopen: (task: TaskView) => call<TaskChange>(`/api/v1/tasks/${task.number}/reopen`, { method: "POST" }),
  remove: (task: TaskView) => call<TaskChange>(`/api/v1/tasks/${task.number}`, { method: "DELETE" }),
  restore: (task: TaskView) => call<TaskChange>(`/api/v1/tasks/${task.number}/restore`, { method: "POST" }),

  history: (task: TaskView, part: Part) => call<Page_HistoryEntry>(`/api/v1/tasks/${task.number}/history?${pageParams(part)}`),
  changes: (part: Part) => call<Page_ChangeView>(`/api/v1/changes?${pageParams(part)}`),
  undo: (change: string) => call<Undone>(`/api/v1/changes/${change}/undo`, { method: "POST" }),
  undoTurn: (turn: string) => call<Undone>(`/api/v1/turns/${encodeURIComponent(turn)}/undo`, { method: "POST" }),
  /** At most 1,000 tasks at a time. */
  emptyTrash: (isDryRun: boolean) => call<EmptiedTrash>(`/api/v1/trash${dryRun(isDryRun)}`, { method: "DELETE" }),

  tags: async () => (await call<Page_TagListItem>("/api/v1/tags")).items,
  /** With how many tasks have each. */
  tagUsage: async () => (await call<Page_TagListItem>("/api/v1/tags?usage=true")).items,
  changeTag: (id: string, patch: TagPatch, isDryRun: boolean) =>
    write<TagChange>(`/api/v1/tags/${id}${dryRun(isDryRun)}`, { method: "PATCH", body: patch }),
  mergeTag: (id: string, into: string, isDryRun: boolean) =>
    write<TagChange>(`/api/v1/tags/${id}/merge${dryRun(isDryRun)}`, { method: "POST", body: { into } }),
  removeTag: (id: string, isDryRun: boolean) =>
    write<TagChange>(`/api/v1/tags/${id}${dryRun(isDryRun)}`, { method: "DELETE" }),

  unreadNotifications: () => call<Page_NotificationView>(`/api/v1/notifications?unread=true&limit=${PAGE_MAX}`),
  readNotifications: (ids: string[]) =>
    call<Page_NotificationView>("/api/v1/notifications/read", { method: "POST", body: { ids } }),

  removeChannel: (id: string) => call<void>(`/api/v1/channels/${id}`, { method: "DELETE" }),

  describeChat: () => call<ChatDescription>("/api/v1/chat"),
  /** Ends the running turn of a conversation, if there is one. */
  stopTurn: (id: string) => call<void>(`/api/v1/chat/${encodeURIComponent(id)}/stop`, { method: "POST" }),
  conversations: () => call<Page_ConversationSummary>("/api/v1/conversations"),
  conversation: (id: string) => call<Conversation>(`/api/v1/conversations/${encodeURIComponent(id)}`),
  removeConversation: (id: string) =>
    call<void>(`/api/v1/conversations/${encodeURIComponent(id)}`, { method: "DELETE" }),
};

/** Without the occurrence a late click could affect the next one of a series. */
function occurrence({ occurrence }: TaskView): { occurrence?: string } {
  return occurrence == null ? {} : { occurrence };
}

/** A line of quick add; `ignore` has the parts that are plain text. */
export type Line = Pick<QuickAdd, "text" | "ignore">;

/** The capabilities of the chat, which is not part of the REST document. */
export interface ChatDescription {
  has_model: boolean;
  notice: string | null;
}

/** A part of a list: the first `limit` rows, or those after `cursor`. */
export interface Part {
  limit?: number;
  cursor?: string;
}

export const PAGE = 50;
export const PAGE_MAX = 200;

export function pageParams({ limit = PAGE, cursor }: Part): URLSearchParams {
  const params = new URLSearchParams({ limit: String(limit) });
  if (cursor !== undefined) params.set("cursor", cursor);
  return params;
}

/** With a dry run nothing is kept: the answer says what the change would do. */
function dryRun(isDryRun: boolean): string {
  return isDryRun ? "?dry_run=true" : "";
}

function taskParams(query: TaskQuery, { limit = PAGE, cursor }: Part): URLSearchParams {
  const rows = Math.min(Math.max(limit, PAGE), PAGE_MAX);
  const params = new URLSearchParams({ status: query.status, sort: query.sort, limit: String(rows) });
  if (query.tag) params.set("tag", query.tag);
  if (query.priority) params.set("priority", query.priority);
  if (query.q) params.set("q", query.q);
  if (cursor !== undefined) params.set("cursor", cursor);
  return params;
}

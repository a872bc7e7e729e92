// The JSON of the REST API, as `crates/domain/src/contract` declares it. Only what the page reads.

export type Status = "open" | "completed" | "deleted";
export type Priority = "high" | "medium" | "low" | "none";

export interface Recurrence {
  text: string;
  next: string[];
}

export interface Reminder {
  id: string;
  minutes_before: number | null;
  at: string | null;
}

export interface Task {
  id: string;
  number: number;
  title: string;
  notes: string;
  status: Status;
  priority: Priority;
  tags: string[];
  due: string | null;
  due_at: string | null;
  due_zone: string | null;
  recurrence: Recurrence | null;
  occurrence: string | null;
  reminders: Reminder[];
  version: number;
  created_at: string;
  updated_at: string;
  completed_at: string | null;
  deleted_at: string | null;
}

export interface QuickAdded extends Task {
  warnings: string[];
}

export interface TaskPatch {
  title?: string;
  notes?: string | null;
  priority?: Priority;
  due?: string | null;
}

export interface Tag {
  id: string;
  name: string;
  color: string;
}

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export interface User {
  id: string;
  name: string;
  zone: string;
}

export interface Session {
  user: User;
}

export interface ConversationSummary {
  id: string;
  title: string;
  updated_at: string;
}

export interface Conversation {
  id: string;
  messages: { id: string; role: string; parts: unknown }[];
}

/** An error as `application/problem+json` (RFC 9457). */
export interface Problem {
  status: number;
  title: string;
  detail: string;
  code: string;
  hint?: string;
}

/** The `data` of a CloudEvent. */
export interface EventData {
  sequence: number;
  before?: Task;
  after?: Task;
  reminder?: Reminder;
}

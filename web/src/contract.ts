// The JSON of the REST API, as `crates/domain/src/contract` declares it. Only what the page reads.

export type Status = "open" | "completed" | "skipped" | "deleted";
export type Priority = "high" | "medium" | "low" | "none";

export interface Recurrence {
  text: string;
  next: string[];
}

export interface Reminder {
  id: string;
  minutes_before: number | null;
  at: string | null;
  /** The wall-clock time of one that follows its owner's zone. */
  local: string | null;
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
  skipped_at: string | null;
  deleted_at: string | null;
}

export interface QuickAdded extends Task {
  warnings: string[];
}

export type SpanKind = "due" | "recurrence" | "priority" | "tag" | "reminder";

/** A part of a line and what it was taken for; offsets are UTF-16 code units. */
export interface Span {
  start: number;
  end: number;
  kind: SpanKind;
}

/** What a person should know about a part of a line. */
export interface Remark {
  start: number;
  end: number;
  doubt: "not_understood" | "unsure" | "overruled";
  text: string;
}

/** What a line would become. */
export interface Preview {
  title: string;
  due: string | null;
  due_at: string | null;
  due_weekday: string | null;
  due_zone: string | null;
  recurrence: Recurrence | null;
  priority: Priority;
  tags: string[];
  reminders: { minutes_before: number; at: string | null }[];
  spans: Span[];
  remarks: Remark[];
  warnings: string[];
}

/** Parts of a line that are only words. */
export type Ignore = [start: number, end: number][];

/** When to be told: before the due time, or at an instant or local date-time. */
export type ReminderInput = { minutes_before: number } | { at: string };

/** Something a person was told. */
export interface Notification {
  id: string;
  task: Task;
  fire_at: string;
  created_at: string;
  read_at: string | null;
}

/** What the chat can do. */
export interface ChatDescription {
  has_model: boolean;
  notice: string | null;
}

/** A new task. */
export interface NewTask {
  title: string;
  notes?: string;
  priority?: Priority;
  due?: string;
  recurrence?: string;
  tags?: string[];
  reminders?: ReminderInput[];
}

export interface TaskPatch {
  title?: string;
  notes?: string | null;
  priority?: Priority;
  due?: string | null;
  recurrence?: string | null;
  tags?: string[];
  reminders?: ReminderInput[];
}

/** What else of a series moves with one occurrence. */
export type Scope = "this" | "this_and_following" | "all";

/** Why a task is due when it is, in sentences. */
export interface Explanation {
  reasons: string[];
  next: { due: string; weekday: string }[];
}

/** Days with what is due on them. */
export interface Agenda {
  today: string;
  overdue: Task[];
  days: AgendaDay[];
  truncated: boolean;
}

export interface AgendaDay {
  date: string;
  /** The first day of its week. */
  week: string;
  tasks: Task[];
  /** Occurrences to come that have no task yet. */
  upcoming: { number: number; title: string; due: string }[];
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

export interface Settings {
  zone: string;
  /** The first day of the week, such as `monday`. */
  week_start: string;
  /** How 4/5 is read. */
  date_order: "day_first" | "month_first";
}

export interface User extends Settings {
  id: string;
  name: string;
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

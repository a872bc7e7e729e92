// Values that are strings in the contract. One that the page does not know becomes the plainest.

export const PRIORITIES = ["high", "medium", "low", "none"] as const;
export type Priority = (typeof PRIORITIES)[number];

export function priorityOf(text: string): Priority {
  return PRIORITIES.find((known) => known === text) ?? "none";
}

export const STATUSES = ["open", "completed", "skipped", "deleted"] as const;
export type Status = (typeof STATUSES)[number];

export function statusOf(text: string): Status {
  return STATUSES.find((known) => known === text) ?? "deleted";
}

export const SPAN_KINDS = ["due", "recurrence", "priority", "tag", "reminder", "duration"] as const;
export type SpanKind = (typeof SPAN_KINDS)[number];

/** Undefined for a kind that the page cannot draw. */
export function spanKindOf(text: string): SpanKind | undefined {
  return SPAN_KINDS.find((known) => known === text);
}

/** The scope of a move in a series. */
export type Scope = "this" | "this_and_following" | "all";

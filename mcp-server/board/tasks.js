// What a tool returned, as the groups that the board shows.

/**
 * @typedef {{ number: number, title: string, status?: string, due?: string, overdue?: boolean, priority?: string,
 *   tags?: string[], recurrence?: { text: string }, subtasks?: string, occurrence?: string, upcoming?: boolean }} Task
 * @typedef {{ name: string, date?: string, tasks: Task[] }} Group
 * @typedef {{ name: string, arguments: Record<string, any> }} Call
 * @typedef {{ groups: Group[], today: string | undefined, call: Call | undefined, hasMore: boolean }} Shown
 */

const DAY_MS = 86_400_000;

/**
 * @param {any} result the structured content of a tool's result
 * @param {Record<string, unknown>} sent the arguments of the call
 * @returns {Shown | undefined} undefined if there are no tasks in it
 */
function read(result, sent) {
  const today = result?.today;
  if (Array.isArray(result?.days)) {
    const call = { name: "tasks_agenda", arguments: sent };
    return { groups: agendaGroups(result), today, call, hasMore: result.truncated === true };
  }
  if (Array.isArray(result?.tasks)) {
    const call = { name: "tasks_find", arguments: sent };
    const hasMore = typeof result.next_cursor === "string";
    return { groups: [{ name: "", tasks: result.tasks }], today, call, hasMore };
  }
  if (Array.isArray(result?.results)) {
    /** @type {Task[]} */
    const tasks = result.results.flatMap((/** @type {any} */ item) => (item.task?.number ? [item.task] : []));
    const numbers = tasks.map(({ number }) => number);
    // Such a result is short: it is read again in full, unless it was a dry run.
    const call = numbers.length > 0 ? { name: "tasks_find", arguments: { numbers } } : undefined;
    return { groups: [{ name: "", tasks }], today, call, hasMore: false };
  }
  return undefined;
}

/** @param {any} agenda */
function agendaGroups(agenda) {
  /** @type {Group[]} */
  const groups = agenda.days.map((/** @type {any} */ day) => ({
    name: dayName(day.date, agenda.today),
    date: day.date,
    tasks: [...day.tasks, ...day.upcoming.map((/** @type {any} */ task) => ({ ...task, upcoming: true }))],
  }));
  if (agenda.overdue?.length > 0) groups.unshift({ name: "Overdue", tasks: agenda.overdue });
  return groups;
}

/**
 * @param {string} day YYYY-MM-DD
 * @param {number} days
 */
function addDays(day, days) {
  return new Date(Date.parse(`${day}T00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/**
 * @param {string} day YYYY-MM-DD
 * @param {string | undefined} today
 */
function dayName(day, today) {
  const near = today === undefined ? -1 : [0, 1, -1].findIndex((days) => addDays(today, days) === day);
  const words = ["Today", "Tomorrow", "Yesterday"][near];
  if (words !== undefined) return words;
  /** @type {Intl.DateTimeFormatOptions} */
  const format = { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" };
  if (day.slice(0, 4) !== today?.slice(0, 4)) format.year = "numeric";
  return new Intl.DateTimeFormat(language, format).format(new Date(`${day}T00:00Z`));
}

/**
 * @param {string} due civil date or date-time, with a zone in brackets where it has one of its own
 * @param {string | undefined} today
 */
function dueName(due, today) {
  const civil = parts(due);
  if (civil === undefined) return due;
  const { day, time, zone } = civil;
  return [dayName(day, today), time.slice(1), zone.slice(1, -1)].filter((part) => part !== "").join(" ");
}

/**
 * The same time on another day.
 * @param {Task} task
 * @param {string} day YYYY-MM-DD
 */
function movedTo(task, day) {
  const civil = parts(task.due ?? "");
  return civil === undefined ? day : `${day}${civil.time}${civil.zone}`;
}

/** @param {string} due */
function parts(due) {
  const [, day, time = "", zone = ""] = /^(\d{4}-\d\d-\d\d)(T[\d:]+)?(\[.+\])?$/.exec(due) ?? [];
  return day === undefined ? undefined : { day, time, zone };
}

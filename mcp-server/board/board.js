// The board: what the tool returned, kept up to date, and what the person does with it.

/** How often the tasks are read again while they are seen: the host tells nothing of other people's changes. */
const REFRESH_MS = 30_000;

/** Tasks that one list can show. */
const LIMIT = 100;

/** Days that a task can be dragged to. */
const WEEK = 7;

/** Actions that the model is told of; each message replaces the one before. */
const TOLD_MAX = 20;

let language = "en";

/** @type {Shown | undefined} */
let shown;

/** @type {Record<string, unknown>} */
let sent = {};

/** What the host lets the board do. @type {{ serverTools?: object, updateModelContext?: object }} */
let allowed = {};

/** The task that is dragged. @type {Task | undefined} */
let dragged;

/** What Undo would undo. @type {string[]} */
let undoable = [];

/** @type {string[]} */
const told = [];

/** The last step of what is under way: each waits for the one before, so that none is lost. @type {Promise<void>} */
let lastStep = Promise.resolve();

let waiting = 0;

/** @param {any} context */
function setContext(context) {
  if (context?.theme === "light" || context?.theme === "dark") document.documentElement.dataset.theme = context.theme;
  if (typeof context?.locale === "string") language = supported(context.locale);
  for (const [name, value] of Object.entries(context?.styles?.variables ?? {})) {
    if (name.startsWith("--") && typeof value === "string") document.documentElement.style.setProperty(name, value);
  }
}

/** @param {string} locale */
function supported(locale) {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(locale)[0] ?? "en";
  } catch {
    return "en";
  }
}

/** @param {any} result of tools/call, from the host or asked for here */
function show(result) {
  part("groups").ariaBusy = "false";
  const next = result?.isError ? undefined : read(result?.structuredContent, sent);
  if (next === undefined) {
    part("note").textContent = result?.content?.[0]?.text ?? "There are no tasks in this answer.";
    return;
  }
  shown = { ...next, today: next.today ?? shown?.today };
  draw();
}

/** @param {Task} task */
function named({ number, occurrence, upcoming }) {
  // Only an occurrence to come needs to be named: the open task is the one with the number.
  return upcoming ? { number, occurrence } : { number };
}

/** @param {Task} task */
function complete(task) {
  return act("tasks_complete", { tasks: [named(task)] }, `Completed “${task.title}”.`, `completed task ${task.number}`);
}

/** @param {Task} task */
function reopen(task) {
  return act("tasks_reopen", { numbers: [task.number] }, `“${task.title}” is open again.`, `reopened task ${task.number}`);
}

/**
 * @param {Task} task
 * @param {string} day
 */
function move(task, day) {
  const tasks = [{ ...named(task), due: movedTo(task, day) }];
  const where = dayName(day, shown?.today);
  return act("tasks_reschedule", { tasks }, `Moved “${task.title}” to ${where}.`, `moved task ${task.number} to ${day}`);
}

/** @param {Task} task */
function snooze(task) {
  const tasks = [{ ...named(task), due: "in 1 hour" }];
  return act("tasks_reschedule", { tasks }, `Moved “${task.title}” to an hour from now.`, `snoozed task ${task.number} for an hour`);
}

function undo() {
  const isRedo = part("undo").textContent === "Redo";
  const [said, model] = isRedo ? ["Done again.", "redid that"] : ["Undone.", "undid that"];
  return act("changes_undo", { changes: undoable }, said, model, isRedo ? "Undo" : "Redo");
}

/**
 * Calls a tool that changes tasks, says what came of it, and reads the tasks again.
 * @param {string} name
 * @param {Record<string, unknown>} args
 * @param {string} said to the person
 * @param {string} model to the model
 * @param {string} back what takes it back
 */
function act(name, args, said, model, back = "Undo") {
  const request_id = requestId();
  return inTurn(async () => {
    part("problem").hidden = true;
    const result = await ask("tools/call", { name, arguments: { ...args, request_id } });
    const answer = result?.structuredContent;
    const failed = result?.isError ? result.content?.[0]?.text : answer?.failures?.[0]?.message;
    if (failed !== undefined) throw new Error(failed);
    undoable = answer?.changes ?? answer?.results?.flatMap((/** @type {any} */ item) => item.change ?? []) ?? [];
    tell(said, answer?.results?.[0]?.next_task?.due, back);
    tellModel(model);
  }).then(refresh);
}

/** @param {() => Promise<void>} step */
function inTurn(step) {
  waiting += 1;
  part("groups").ariaBusy = "true";
  lastStep = lastStep
    .then(step)
    .catch((error) => {
      complain(error);
      // A box that was pressed shows again what is so.
      draw();
    })
    .finally(() => {
      waiting -= 1;
      part("groups").ariaBusy = String(waiting > 0);
    });
  return lastStep;
}

/**
 * @param {string} said
 * @param {string | undefined} next when the next occurrence is due
 * @param {string} back
 */
function tell(said, next, back) {
  part("done-text").textContent = next === undefined ? said : `${said} Next: ${dueName(next, shown?.today)}.`;
  part("undo").textContent = back;
  part("undo").hidden = undoable.length === 0;
  part("done").hidden = false;
}

/** @param {string} what */
function tellModel(what) {
  if (allowed.updateModelContext === undefined) return;
  told.push(what);
  const text = `On the board of tasks the user ${told.slice(-TOLD_MAX).join(", then ")}.`;
  ask("ui/update-model-context", { content: [{ type: "text", text }] }).catch(complain);
}

/** @param {unknown} error */
function complain(error) {
  part("problem").textContent = error instanceof Error ? error.message : String(error);
  part("problem").hidden = false;
}

/** Reads the tasks again with the call that they came from, unless that is about to happen. */
async function refresh() {
  const call = shown?.call;
  if (waiting > 0 || call === undefined || allowed.serverTools === undefined) return;
  await inTurn(async () => {
    sent = call.arguments;
    show(await ask("tools/call", { name: call.name, arguments: call.arguments }));
  });
}

/** Whether drawing the list anew would take something out of the person's hands. */
function isInUse() {
  return dragged !== undefined || document.activeElement?.tagName === "SELECT";
}

/** A repeat of the call by the host or the network changes nothing twice. */
function requestId() {
  // `randomUUID` is missing where the host has no secure origin.
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16).padStart(8, "0")).join("");
}

listen({
  "ui/notifications/tool-input": (input) => {
    sent = input.arguments ?? {};
  },
  "ui/notifications/tool-result": (result) => {
    show(result);
    // A change names its tasks only; their dates and rules are read.
    if (shown?.today === undefined) void refresh();
  },
  "ui/notifications/tool-cancelled": () => {
    part("groups").ariaBusy = "false";
    part("note").textContent = "The call was cancelled.";
  },
  "ui/notifications/host-context-changed": (context) => {
    setContext(context);
    draw();
  },
});

part("refresh").addEventListener("click", () => void refresh());
part("undo").addEventListener("click", () => void undo());
part("more").addEventListener("click", () => {
  if (shown?.call !== undefined) shown.call.arguments = { ...shown.call.arguments, limit: LIMIT };
  void refresh();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) void refresh();
});
window.setInterval(() => {
  if (!document.hidden && !isInUse()) void refresh();
}, REFRESH_MS);

async function start() {
  const { hostCapabilities, hostContext } = await ask("ui/initialize", {
    protocolVersion: REVISION,
    appInfo: { name: "taskwire-board", title: "Taskwire", version: "1" },
    appCapabilities: {},
  });
  allowed = hostCapabilities ?? {};
  setContext(hostContext);
  notify("ui/notifications/initialized");
  const height = () => Math.ceil(document.documentElement.getBoundingClientRect().height);
  new ResizeObserver(() => notify("ui/notifications/size-changed", { height: height() })).observe(document.documentElement);
}

start().catch(complain);

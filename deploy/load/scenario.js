// A working day of many people, for k6 1.0 or newer: they look at their tasks, change them and talk to the chat.
//
//   deploy/load/run.sh http://127.0.0.1:8484
//
// Each virtual user is a person with a token of their own (TOKENS, a file with one in each line) who looks at a list, an
// agenda, a task and the notifications, and reads what they see before the next. Changes come at a fixed rate, however fast
// answers are, since each is an event that consumers have to follow; so do turns of the chat, which should have the model of
// fake_model.py. It fails if one request in twenty takes 200 ms or longer.

import http from "k6/http";
import { check, sleep } from "k6";
import { Trend } from "k6/metrics";
import exec from "k6/execution";

const base = __ENV.BASE || "http://127.0.0.1:8484";
const users = Number(__ENV.USERS || 1000);
const eventsAMinute = Number(__ENV.EVENTS_A_MINUTE || users);
const turnsAMinute = Number(__ENV.TURNS_A_MINUTE || Math.ceil(users / 50));
const duration = __ENV.DURATION || "10m";
const pause = Number(__ENV.PAUSE || 10);
const tokens = open(__ENV.TOKENS || "tokens.txt").split("\n").filter((line) => line !== "");

const turn = new Trend("chat_turn", true);

const arrives = (rate, more) => ({
  executor: "constant-arrival-rate",
  rate,
  timeUnit: "1m",
  duration,
  preAllocatedVUs: Math.max(2, Math.ceil(rate / 60)),
  ...more,
});

export const options = {
  scenarios: {
    people: { executor: "constant-vus", vus: users, duration, exec: "looks" },
    changes: arrives(eventsAMinute, { exec: "changes" }),
    chat: arrives(turnsAMinute, { exec: "talks" }),
  },
  thresholds: {
    "http_req_duration{kind:read}": ["p(95)<200"],
    "http_req_duration{kind:write}": ["p(95)<200"],
    // From the message to the end of the answer, with two requests to the model in between.
    chat_turn: ["p(95)<2000"],
    http_req_failed: ["rate<0.001"],
    checks: ["rate>0.999"],
    // Changes that found no free virtual user: the server did not keep up.
    dropped_iterations: ["count<1"],
  },
  summaryTrendStats: ["count", "avg", "med", "p(95)", "p(99)", "max"],
};

async function send(method, path, kind, body, expected) {
  const token = tokens[exec.vu.idInTest % tokens.length];
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json", Accept: "application/json, text/event-stream" };
  const answer = await http.asyncRequest(method, `${base}${path}`, body === null ? null : JSON.stringify(body), {
    headers,
    tags: { kind, name: path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, "{id}").replace(/\?.*/, "") },
  });
  check(answer, { [`${kind} is answered with ${expected}`]: (one) => one.status === expected });
  return answer;
}

/** A person who looks around, one page after the other. */
export async function looks() {
  // Not all of them in the same moment.
  await sleep(Math.random() * pause);
  const tasks = await send("GET", "/api/v1/tasks?status=open&limit=50", "read", null, 200);
  await sleep(pause * (0.5 + Math.random()));
  await send("GET", "/api/v1/agenda", "read", null, 200);
  await sleep(pause * (0.5 + Math.random()));
  const [task] = tasks.status === 200 ? tasks.json().items : [];
  if (task) {
    await send("GET", `/api/v1/tasks/${task.id}`, "read", null, 200);
    await sleep(pause * (0.5 + Math.random()));
  }
  await send("GET", "/api/v1/notifications?limit=20", "read", null, 200);
}

/** One change, one event or two: of five tasks one repeats, and four of five are completed by the next changes. */
const openTasks = [];
export async function changes() {
  const task = openTasks.shift();
  if (task && Math.random() < 0.45) {
    await send("POST", `/api/v1/tasks/${task}/complete`, "write", {}, 200);
    return;
  }
  if (task && Math.random() < 0.3) {
    await send("PATCH", `/api/v1/tasks/${task}`, "write", { priority: "high" }, 200);
    openTasks.push(task);
    return;
  }
  const fresh = { title: `Load ${exec.scenario.iterationInTest}`, due: "2027-01-04T09:00[Europe/Rome]" };
  if (Math.random() < 0.2) {
    fresh.recurrence = { rrule: "FREQ=WEEKLY" };
  }
  const answer = await send("POST", "/api/v1/tasks", "write", fresh, 201);
  if (answer.status === 201) {
    openTasks.push(answer.json().id);
  }
}

/** A message, a tool call and an answer. */
export async function talks() {
  const id = `${exec.vu.idInTest}-${exec.scenario.iterationInTest}-${Date.now()}`;
  const message = { id: `m-${id}`, role: "user", parts: [{ type: "text", text: "list my tasks" }] };
  const begun = Date.now();
  const answer = await send("POST", "/api/v1/chat", "chat", { id: `c-${id}`, trigger: "submit-message", messages: [message] }, 200);
  turn.add(Date.now() - begun);
  check(answer, { "the chat says something": (one) => one.body.includes("text-delta") });
}

/** What was not as it should be: thresholds that were crossed, and expectations of answers with how often they failed. */
function faults({ metrics, root_group: group }) {
  const crossed = Object.entries(metrics).flatMap(([name, { thresholds }]) =>
    Object.entries(thresholds || {})
      .filter(([, { ok }]) => !ok)
      .map(([limit]) => `Threshold crossed: ${name} ${limit}`),
  );
  const unexpected = group.checks
    .filter(({ fails }) => fails > 0)
    .map(({ name, fails, passes }) => `Not so ${fails} times of ${fails + passes}: ${name}`);
  return [...crossed, ...unexpected];
}

/** The table that belongs into docs/load.md, and what was wrong. */
export function handleSummary(data) {
  const rows = [
    ["reads", "http_req_duration{kind:read}", 200],
    ["changes", "http_req_duration{kind:write}", 200],
    ["turns of the chat", "chat_turn", 2000],
  ].map(([title, name, limit]) => {
    const values = (data.metrics[name] || { values: {} }).values;
    const cells = ["count", "med", "p(95)", "p(99)", "max"].map((stat) => Math.round(values[stat] || 0));
    return `| ${[title, ...cells, limit].join(" | ")} |`;
  });
  const failed = data.metrics.http_req_failed.values;
  const table = [
    `${users} people, ${eventsAMinute} changes and ${turnsAMinute} turns of the chat a minute, for ${duration}; in milliseconds:`,
    "",
    "| | requests | median | p95 | p99 | slowest | limit of p95 |",
    "|---|---|---|---|---|---|---|",
    ...rows,
    "",
    `Failed: ${(failed.rate * 100).toFixed(2)} %.`,
    ...faults(data),
  ];
  return { stdout: `${table.join("\n")}\n` };
}

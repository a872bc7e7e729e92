// The board of MCP Apps in Chromium, inside a host that follows the specification.
//
//   TASKWIRE_MCP       the address of the MCP server (required)
//   TASKWIRE_TOKEN     a token (required)
//   TASKWIRE_CHROMIUM  the browser, by default /usr/bin/chromium
//   TASKWIRE_SHOTS     a folder for pictures

import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { build } from "vite";

import { checkAccessibility } from "./accessibility.mjs";
import { becomes, launch, openPage } from "./browser.mjs";

const BOARD = "ui://taskwire/board";
const AGENDA = { name: "tasks_agenda", arguments: { days: 7 } };
const ALL = { serverTools: {}, updateModelContext: { text: {} } };
/** What a host allows an app that names no address: https://modelcontextprotocol.io/specification, MCP Apps. */
const POLICY = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; media-src 'self' data:; connect-src 'none'";

const shots = process.env.TASKWIRE_SHOTS;
const faults = [];
/** Calls of tools that the board made. */
const calls = [];

let browser;
let page;
let host;
let html;

/** The result of a method of the MCP server. */
async function mcp(method, params) {
  const response = await fetch(process.env.TASKWIRE_MCP, {
    method: "POST",
    headers: {
      authorization: `Bearer ${process.env.TASKWIRE_TOKEN}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2025-06-18",
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  const { result, error } = await response.json();
  assert.equal(error, undefined);
  return result;
}

async function call(name, args) {
  const result = await mcp("tools/call", { name, arguments: args });
  assert.notEqual(result.isError, true, result.content[0].text);
  return result.structuredContent;
}

before(async () => {
  assert.ok(process.env.TASKWIRE_MCP && process.env.TASKWIRE_TOKEN, "Set TASKWIRE_MCP and TASKWIRE_TOKEN.");
  const { contents } = await mcp("resources/read", { uri: BOARD });
  html = contents[0].text;
  const [output] = [await build({
    configFile: false,
    logLevel: "error",
    root: path.dirname(fileURLToPath(import.meta.url)),
    build: { write: false, minify: false, lib: { entry: "board-host.js", formats: ["es"], fileName: "host" } },
  })].flat();
  host = output.output[0].code;
  browser = await launch();
});

after(() => browser?.close());

/** Opens the board in a new page; answers its frame. */
async function open(shown, options = {}) {
  await page?.context().close();
  page = await openPage(browser);
  page.on("pageerror", (error) => faults.push(`script error: ${error}`));
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) faults.push(message.text());
  });
  const document = '<!doctype html><html lang="en"><title>Host</title><main><h1>Host</h1><iframe title="Board" sandbox="allow-scripts" width="700" height="700"></iframe></main><script type="module" src="/host.js"></script></html>';
  await page.route("https://host.test/", (route) => route.fulfill({ contentType: "text/html", body: document }));
  await page.route("https://host.test/host.js", (route) => route.fulfill({ contentType: "text/javascript", body: host }));
  await page.route("https://app.test/", (route) =>
    route.fulfill({ contentType: "text/html", headers: { "content-security-policy": POLICY }, body: html }),
  );
  await page.exposeFunction("callTool", async (name, args) => {
    calls.push({ name, args });
    return await mcp("tools/call", { name, arguments: args });
  });
  await page.goto("https://host.test/");
  await page.evaluate(([shown, options]) => globalThis.open(shown, options), [shown, { theme: "light", capabilities: ALL, ...options }]);
  const frame = page.frames().find((frame) => frame.url() === "https://app.test/");
  await frame.locator("#groups[aria-busy=false]").waitFor({ state: "attached" });
  return frame;
}

const task = (frame, title) => frame.locator("li.task").filter({ hasText: title });
const gone = (locator) => locator.waitFor({ state: "detached" });
const told = (frame, text) => frame.locator("#done-text").filter({ hasText: text }).waitFor();

test("the board", async (t) => {
  const { today } = await call("tasks_find", {});
  const added = await call("tasks_add", {
    tasks: [
      { title: "Pay <b>rent</b>", due: `${today}T23:30`, tags: ["home"], priority: "high" },
      { title: "Water the plants", due: today, recurrence: "every day" },
      { title: "Read the report", due: "tomorrow" },
      { title: "No date" },
    ],
  });
  const [rent, plants, report] = added.results.map(({ task }) => task.number);
  let frame;

  await t.test("shows the days of an agenda, and titles as text", async () => {
    frame = await open(AGENDA);
    await frame.getByRole("heading", { name: "Today" }).waitFor();
    await frame.getByRole("heading", { name: "Tomorrow" }).waitFor();
    await task(frame, "Pay <b>rent</b>").getByText("Today 23:30").waitFor();
    await task(frame, "Pay <b>rent</b>").getByText("high priority").waitFor();
    assert.ok((await page.evaluate(() => globalThis.heights)).at(-1) > 100);
  });

  for (const theme of ["light", "dark"]) {
    await t.test(`follows the host's theme and the rules of accessibility, ${theme}`, async () => {
      await page.evaluate((theme) => globalThis.setTheme(theme), theme);
      await becomes(() => frame.locator("html").getAttribute("data-theme"), theme);
      await checkAccessibility(frame, theme);
      if (shots) await page.screenshot({ path: path.join(shots, `board-${theme}.png`) });
    });
  }

  await t.test("completes an occurrence, says what follows, and undoes and redoes it", async () => {
    const box = frame.getByRole("checkbox", { name: "Complete: Water the plants" }).first();
    await box.check();
    await told(frame, "Completed “Water the plants”. Next: Tomorrow.");
    assert.equal((await call("tasks_find", { numbers: [plants] })).tasks[0].status, "completed");
    await frame.getByRole("button", { name: "Undo" }).click();
    await told(frame, "Undone.");
    assert.equal((await call("tasks_find", { numbers: [plants] })).tasks[0].status, "open");
    await frame.getByRole("button", { name: "Redo" }).click();
    await told(frame, "Done again.");
    assert.equal((await call("tasks_find", { numbers: [plants] })).tasks[0].status, "completed");
    await frame.getByRole("button", { name: "Undo" }).click();
    await told(frame, "Undone.");
  });

  await t.test("moves a task to a day by its menu, and keeps its time", async () => {
    await frame.getByRole("combobox", { name: "Move: Pay <b>rent</b>" }).selectOption({ label: "Tomorrow" });
    await told(frame, "Moved “Pay <b>rent</b>” to Tomorrow.");
    const moved = (await call("tasks_find", { numbers: [rent] })).tasks[0].due;
    assert.match(moved, /T23:30/);
    assert.notEqual(moved.slice(0, 10), today);
  });

  await t.test("snoozes a task that has a time", async () => {
    await frame.getByRole("combobox", { name: "Move: Pay <b>rent</b>" }).selectOption({ label: "In an hour" });
    await told(frame, "Moved “Pay <b>rent</b>” to an hour from now.");
    const { now } = await call("tasks_find", { numbers: [rent] });
    const [{ due }] = (await call("tasks_find", { numbers: [rent] })).tasks;
    const [from, to] = [now, due.slice(11, 16)].map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)));
    // An hour later may be tomorrow.
    const minutes = (to - from + 1_440) % 1_440;
    assert.ok(minutes >= 59 && minutes <= 60, `${due} at ${now}`);
    await becomes(() => task(frame, "Read the report").getByRole("combobox").getByText("In an hour").count(), 0);
  });

  await t.test("moves a task to a day by dragging", async () => {
    await task(frame, "Read the report").dragTo(frame.locator("#week li").nth(3));
    await told(frame, "Moved “Read the report” to");
    const three = new Date(Date.parse(`${today}T00:00Z`) + 3 * 86_400_000).toISOString().slice(0, 10);
    assert.equal((await call("tasks_find", { numbers: [report] })).tasks[0].due, three);
  });

  await t.test("completes an occurrence to come", async () => {
    const coming = frame.locator("li.task").filter({ hasText: "next in the series" }).first();
    await coming.getByRole("checkbox").check();
    await told(frame, "Completed “Water the plants”.");
    const open = await call("tasks_find", { numbers: [plants] });
    assert.equal(open.tasks[0].status, "open");
    assert.ok(calls.filter(({ name }) => name === "tasks_complete").at(-1).args.tasks[0].occurrence);
  });

  await t.test("tells the model what was done", async () => {
    const last = (await page.evaluate(() => globalThis.contexts)).at(-1);
    assert.match(last, new RegExp(`completed task ${plants}, then undid that, then redid that`));
    assert.match(last, new RegExp(`moved task ${report} to`));
  });

  await t.test("says why a change is refused, and shows again what is so", async () => {
    await call("tasks_delete", { numbers: [report] });
    await frame.getByRole("checkbox", { name: "Complete: Read the report" }).check();
    await frame.getByRole("alert").getByText(/delete|trash/i).waitFor();
    await gone(task(frame, "Read the report"));
    await call("tasks_reopen", { numbers: [report] });
  });

  await t.test("shows what others changed", async () => {
    await call("tasks_update", { tasks: [{ number: rent, title: "Pay the landlord" }] });
    await frame.getByRole("button", { name: "Refresh" }).click();
    await task(frame, "Pay the landlord").waitFor();
  });

  await t.test("two actions at once are both done", async () => {
    await frame.evaluate(() => {
      for (const title of ["Pay the landlord", "Read the report"]) document.querySelector(`[aria-label="Complete: ${title}"]`).click();
    });
    await gone(task(frame, "Pay the landlord"));
    await gone(task(frame, "Read the report"));
    const { tasks } = await call("tasks_find", { numbers: [rent, report] });
    assert.deepEqual(tasks.map(({ status }) => status), ["completed", "completed"]);
  });

  await t.test("shows the tasks of a search, and of what was added", async () => {
    frame = await open({ name: "tasks_find", arguments: { status: "completed" } });
    await frame.getByRole("checkbox", { name: "Reopen: Pay the landlord" }).uncheck();
    await told(frame, "“Pay the landlord” is open again.");
    frame = await open({ name: "tasks_add", arguments: { tasks: [{ title: "New here", due: "tomorrow at 9" }] } });
    await task(frame, "New here").getByText("Tomorrow 09:00").waitFor();
    await frame.getByRole("combobox", { name: "Move: New here" }).selectOption({ label: "Today" });
    await told(frame, "Moved “New here” to Today.");
  });

  await t.test("shows more of a long list", async () => {
    await call("tasks_add", { tasks: Array.from({ length: 30 }, (_, index) => ({ title: `Long ${index}`, tags: ["long"] })) });
    frame = await open({ name: "tasks_find", arguments: { filter: "#long" } });
    await becomes(() => frame.locator("li.task").count(), 20);
    await frame.getByRole("button", { name: "Show more" }).click();
    await becomes(() => frame.locator("li.task").count(), 30);
    await becomes(() => frame.getByRole("button", { name: "Show more" }).count(), 0);
  });

  await t.test("is only a list where the host does not let it call tools", async () => {
    frame = await open(AGENDA, { capabilities: {} });
    await frame.getByText("This host shows tasks and does not let you change them here.").waitFor();
    await becomes(() => frame.getByRole("checkbox").first().isDisabled(), true);
    await becomes(() => frame.getByRole("combobox").count(), 0);
  });

  await t.test("a refused or cancelled call is told", async () => {
    frame = await open({ name: "tasks_find", arguments: { numbers: [999_999], limit: 0 } });
    await frame.getByRole("status").getByText(/limit/).waitFor();
    await page.evaluate(() => globalThis.cancel());
    await frame.getByText("The call was cancelled.").waitFor();
    await page.evaluate(() => globalThis.close());
  });

  await t.test("nothing failed or was forbidden", () => assert.deepEqual(faults, []));
});

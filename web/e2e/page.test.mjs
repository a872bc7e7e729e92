// The page in a real browser against a running server.
//
//   TASKWIRE_URL       the sign-in link that the server printed (required)
//   TASKWIRE_CHAT      "fake" when a scripted model answers; otherwise the chat is expected to have no model key
//   TASKWIRE_CHROMIUM  the browser, by default /usr/bin/chromium
//   TASKWIRE_SHOTS     a folder for pictures of each stage

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";

import { becomes, launch, openPage } from "./browser.mjs";
import { accessibilityParts } from "./accessibility.mjs";
import { changesParts } from "./changes.mjs";
import { dateParts } from "./dates.mjs";
import { editingParts } from "./editing.mjs";
import { noticeParts } from "./notices.mjs";
import { peopleParts } from "./people.mjs";
import { placesParts } from "./places.mjs";
import { settingsParts } from "./settings.mjs";

const link = process.env.TASKWIRE_URL;
const keyless = process.env.TASKWIRE_CHAT !== "fake";
const shots = process.env.TASKWIRE_SHOTS;

let browser;
let page;
/** Script errors, violations of the content security policy and requests to other hosts: all must stay empty. */
const faults = [];

before(async () => {
  assert.ok(link, "Set TASKWIRE_URL to the sign-in link that the server printed.");
  if (shots) mkdirSync(shots, { recursive: true });
  browser = await launch();
  page = await openPage(browser);
  const { origin } = new URL(link);
  page.on("pageerror", (error) => faults.push(`script error: ${error}`));
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) faults.push(message.text());
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.origin !== origin && url.protocol !== "data:") faults.push(`request to ${url.origin}`);
  });
});

after(() => browser?.close());

const row = (number) => page.locator(`li[data-number="${number}"]`);
const gone = (locator) => locator.waitFor({ state: "detached" });
const shot = (name) => shots && page.screenshot({ path: path.join(shots, `${name}.png`) });

/** The page in a browser of its own, signed out. */
async function newTab() {
  const tab = await openPage(browser);
  await tab.goto(new URL("/", link).href);
  return tab;
}

/** Shows one of the lists Open, Done and Trash. */
async function show(list) {
  const tab = page.getByRole("group", { name: "Status" }).getByRole("button", { name: list, exact: true });
  await tab.click();
  // An empty list has no height, so it is there without being visible.
  await page.locator("ul.rows[aria-busy=false]").waitFor({ state: "attached" });
}

/** Waits for the page of a signed-in user, with its list loaded. */
async function signedIn() {
  await page.locator(".connection-live").waitFor();
  await page.locator("ul.rows[aria-busy=false]").waitFor({ state: "attached" });
}

/** A request like that of a program, with the cookie of the page. */
function rest(method, address, body) {
  return page.evaluate(
    async ([method, address, body]) => {
      const headers = { "content-type": "application/json", "idempotency-key": crypto.randomUUID() };
      const init = method === "GET" ? {} : { method, headers, body: JSON.stringify(body) };
      const response = await fetch(address, init);
      if (!response.ok) throw new Error(`${method} ${address}: ${response.status} ${await response.text()}`);
      return response.json();
    },
    [method, address, body],
  );
}

/** Sends a message, and waits until the chat accepts the next one. */
async function say(text) {
  await page.getByLabel("Message", { exact: true }).fill(text);
  await page.keyboard.press("Enter");
  await page.locator(".message-user").filter({ hasText: text }).last().waitFor();
  await page.locator('.log[aria-busy="false"]').waitFor();
}

const lastMessage = () => page.locator(".message-assistant").last();

/** Waits for these words in the newest answer; the tool's own result is folded away. */
const told = (words) => lastMessage().getByText(words).filter({ visible: true }).first().waitFor();

/** The newest task with this title. */
async function find(title) {
  const { items } = await rest("GET", `/api/v1/tasks?sort=number&order=desc&limit=50&q=${encodeURIComponent(title)}`);
  const task = items.filter((item) => item.title === title).sort((a, b) => b.number - a.number)[0];
  assert.ok(task, `the server has a task "${title}"`);
  return task;
}

// One story in order: each part starts where the last one ended.
test("the page", async (t) => {
  let milk;
  let plants;

  const parts = [
    [
      "the link signs in and leaves the address",
      async () => {
        await page.goto(link);
        await page.locator(".connection-live").waitFor();
        assert.equal(new URL(page.url()).hash, "");
      },
    ],
    [
      "a new user is asked for the browser's zone",
      async () => {
        const notice = page.getByRole("status", { name: "Time zone" });
        await notice.getByText("Dates and times are shown in UTC. This browser is in Europe/Rome.").waitFor();
        await shot("zone");
        await notice.getByRole("button", { name: "Use Europe/Rome" }).click();
        await page.locator("header.top").getByText("Europe/Rome", { exact: true }).waitFor();
        await notice.getByText(/shown in/).waitFor({ state: "detached" });
      },
    ],
    [
      "one line makes a task with due, priority and tag",
      async () => {
        await page.getByLabel("Add a task").fill("buy milk tomorrow 5pm p1 #shopping");
        await page.keyboard.press("Enter");
        await page.locator(".quick-added").getByText("buy milk").waitFor();
        milk = (await find("buy milk")).number;
        await row(milk).getByText(/tomorrow, .*17:00/).waitFor();
        await row(milk).getByText("High").waitFor();
        await row(milk).getByRole("button", { name: "shopping" }).waitFor();
        await shot("added");
      },
    ],
    [
      "a refused line stays in its field, with the reason",
      async () => {
        const field = page.getByLabel("Add a task");
        await field.fill("#shopping");
        await page.keyboard.press("Enter");
        await page.locator(".quick-add .problem").waitFor();
        await becomes(() => field.inputValue(), "#shopping");
        await field.fill("");
      },
    ],
    [
      "the chat's examples work, and a missing key is told of at once",
      async () => {
        const welcome = page.locator(".welcome");
        if (keyless) await welcome.getByText(/GEMINI_API_KEY/).waitFor();
        await shot("welcome");
        const examples = welcome.getByRole("button");
        await examples.first().click();
        assert.notEqual(await page.getByLabel("Message", { exact: true }).inputValue(), "");
        await page.getByLabel("Message", { exact: true }).fill("");
        if (keyless) {
          await welcome.getByRole("button", { name: "list today" }).click();
          await page.locator(".message-user").getByText("list today").waitFor();
          await page.locator('.log[aria-busy="false"]').waitFor();
          await lastMessage().locator("details.tool-ok").waitFor();
        }
      },
    ],
    ...dateParts({ page: () => page, row, gone, show, shot, rest, find }),
    [
      "a done task is under Done, and comes back by Undo",
      async () => {
        const box = () => row(milk).getByRole("checkbox");
        await box().click();
        await gone(row(milk));
        await page.locator(".toast").getByRole("button", { name: "Undo" }).last().click();
        await row(milk).waitFor();
        await box().click();
        await gone(row(milk));
        await show("Done");
        await row(milk).waitFor();
        await becomes(() => box().isChecked(), true);
        await show("Open");
      },
    ],
    [
      "a task made elsewhere appears by the event stream",
      async () => {
        // A mark on the window would not survive a reload.
        await page.evaluate(() => (window.sameDocument = true));
        const { number } = await rest("POST", "/api/v1/tasks", { title: "sharpen the saw", tags: ["Personal"] });
        await row(number).getByText("sharpen the saw").waitFor();
        assert.ok(await page.evaluate(() => window.sameDocument));
      },
    ],
    [
      "the chat adds a task and shows the tool's result",
      async () => {
        await say("add water plants tomorrow");
        const tool = lastMessage().locator("details.tool-ok").last();
        await tool.waitFor();
        await tool.locator("summary").click();
        await tool.getByText("Result", { exact: true }).waitFor();
        plants = (await find("water plants")).number;
        await row(plants).getByText(/tomorrow, /).waitFor();
        if (keyless) await page.locator(".banner").waitFor();
        await shot("chat");
      },
    ],
    [
      "the chat moves a task and says why it is due then",
      async () => {
        await say(`move ${plants} to next monday at 8`);
        await row(plants).getByText(/Mon .*8:00/).waitFor();
        await say(`why ${plants}`);
        await told(/It is due on Monday/);
        await say("agenda");
        // On a Monday the next one is after the days that are listed.
        await told(/^[A-Z][a-z]+day \d{4}-\d{2}-\d{2}:/m);
      },
    ],
    [
      "a delete waits for a click, and a denial keeps the task",
      async () => {
        await say(`delete ${plants}`);
        const approval = lastMessage().locator(".approval");
        await approval.waitFor();
        await approval.getByText("Needs your confirmation.").waitFor();
        assert.match(await approval.locator("pre").textContent(), new RegExp(`\\b${plants}\\b`));
        await shot("approval");
        await approval.getByRole("button", { name: "Deny" }).click();
        await lastMessage().locator("details.tool-denied").waitFor();
        await page.locator('.log[aria-busy="false"]').waitFor();
        await becomes(() => page.getByText("Needs your confirmation.").count(), 0);
        assert.equal((await find("water plants")).status, "open");
        await becomes(() => row(plants).isVisible(), true);
      },
    ],
    [
      "an approval deletes it",
      async () => {
        await say(`delete ${plants}`);
        await lastMessage().locator(".approval").getByRole("button", { name: "Approve" }).click();
        await lastMessage().locator("details.tool-ok").last().waitFor();
        await gone(row(plants));
        await show("Trash");
        await row(plants).getByRole("button", { name: /^Restore/ }).click();
        await show("Open");
        await row(plants).waitFor();
      },
    ],
    [
      "the conversation is there after a reload",
      async () => {
        await page.reload();
        await page.locator(".message-user").getByText("add water plants tomorrow").first().waitFor();
        await lastMessage().locator("details.tool-ok").last().waitFor();
      },
    ],
    ...editingParts({ page: () => page, row, gone, shot, rest, signedIn }),
    ...noticeParts({ page: () => page, row, gone, shot, rest, find }),
    ...changesParts({ page: () => page, row, gone, show, shot, rest }),
    ...accessibilityParts({ page: () => page, row, show, rest, signedIn }),
    ...settingsParts({ page: () => page, gone, shot, rest }),
    ...placesParts({ page: () => page, row, gone, show, shot, rest, signedIn, say, lastMessage }),
    [
      "a reconnect keeps the rows that were loaded",
      async () => {
        await page.evaluate(async () => {
          for (let at = 1; at <= 230; at += 1) {
            const body = JSON.stringify({ title: `row ${at}`, tags: ["many"] });
            const headers = { "content-type": "application/json", "idempotency-key": crypto.randomUUID() };
            await fetch("/api/v1/tasks", { method: "POST", headers, body });
          }
        });
        await page.getByLabel("Tag", { exact: true }).selectOption("many");
        const rows = page.locator("ul.rows > li");
        await page.getByRole("button", { name: "Show more" }).click();
        await page.waitForFunction(() => document.querySelectorAll("ul.rows > li").length === 230);
        await page.context().setOffline(true);
        await page.locator(".connection-reconnecting").waitFor();
        const last = page.waitForResponse((response) => /\/api\/v1\/tasks\?.*cursor=/.test(response.url()));
        await page.context().setOffline(false);
        await page.locator(".connection-live").waitFor();
        await (await last).finished();
        await page.locator("ul.rows[aria-busy=false]").waitFor();
        await becomes(() => rows.count(), 230);
      },
    ],
    [
      "a narrow screen shows one column and does not scroll sideways",
      async () => {
        await page.setViewportSize({ width: 360, height: 740 });
        await page.locator("section.chat").waitFor({ state: "hidden" });
        await page.getByRole("navigation", { name: "View" }).getByRole("button", { name: "Chat" }).click();
        await page.locator("section.chat").waitFor();
        const [content, screen] = await page.evaluate(() => [
          document.documentElement.scrollWidth,
          document.documentElement.clientWidth,
        ]);
        assert.ok(content <= screen, `${content} px of content on ${screen} px`);
        await shot("narrow");
      },
    ],
    ...peopleParts({ page: () => page, gone, shot, rest, newTab }),
    ["nothing failed, was forbidden, or left the origin", () => assert.deepEqual(faults, [])],
  ];

  let failed = false;
  for (const [name, run] of parts) {
    // The parts after a failure would only wait in vain.
    await t.test(name, { skip: failed && "an earlier part failed" }, async () => {
      try {
        await run();
      } catch (error) {
        failed = true;
        await shot("failed");
        throw error;
      }
    });
  }
});

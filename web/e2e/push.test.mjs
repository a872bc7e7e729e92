// Notifications of a real browser, from the button to the task that is done by a notification. The browser has no push
// service of its own here: its subscription leads to one of the test, which hands what arrives to the service worker.
//
//   TASKWIRE_URL       the sign-in link of a server that may call addresses of this machine (required)
//   TASKWIRE_CHROMIUM  the browser, by default /usr/bin/chromium
//   TASKWIRE_SHOTS     a folder for pictures of each stage

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";

import { checkAccessibility } from "./accessibility.mjs";
import { becomes, launch, openPage } from "./browser.mjs";
import { startPushService } from "./push-service.mjs";

const { TASKWIRE_URL: link, TASKWIRE_SHOTS: shots } = process.env;
const password = "correct horse";
const title = "take the pill";

let browser;
let service;
/** The page of the browser that is notified. */
let page;
/** Script errors and violations of the content security policy: must stay empty. */
const faults = [];

before(async () => {
  assert.ok(link, "Set TASKWIRE_URL to the sign-in link that the server printed.");
  if (shots) mkdirSync(shots, { recursive: true });
  browser = await launch();
  service = await startPushService();
  page = await openPage(browser);
  await page.context().addInitScript(subscribeHere, service.subscription);
  watch(page);
});

after(async () => {
  await browser?.close();
  service?.close();
});

/** In the page: a subscription at the push service of the test, which the browser keeps as it would keep its own. */
function subscribeHere({ endpoint, p256dh, auth }) {
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
  const KEPT = "test.subscription";
  const subscription = () => ({
    endpoint,
    options: { applicationServerKey: bytes(localStorage.getItem(KEPT)).buffer },
    getKey: (name) => bytes({ p256dh, auth }[name]).buffer,
    unsubscribe: async () => {
      localStorage.removeItem(KEPT);
      return true;
    },
  });
  window.asked = 0;
  const ask = window.Notification.requestPermission.bind(window.Notification);
  window.Notification.requestPermission = (...given) => {
    window.asked += 1;
    return ask(...given);
  };
  window.PushManager.prototype.getSubscription = async () => (localStorage.getItem(KEPT) === null ? null : subscription());
  window.PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
    if (!userVisibleOnly) throw new Error("a browser wants each message to be shown");
    localStorage.setItem(KEPT, btoa(String.fromCharCode(...applicationServerKey)));
    return subscription();
  };
}

function watch(tab) {
  tab.on("pageerror", (error) => faults.push(`script error: ${error}`));
  tab.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) faults.push(message.text());
  });
}

/** A request like that of the page, with the cookie of its browser, also when the page is closed. */
async function rest(context, method, address, data) {
  const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
  const headers = { origin: new URL(link).origin, "content-type": type };
  const response = await context.request.fetch(new URL(address, link).href, { method, headers, ...(data && { data }) });
  assert.ok(response.ok(), `${method} ${address}: ${response.status()} ${await response.text()}`);
  return response.status() === 204 ? undefined : response.json();
}

const shot = (tab, name) => shots && tab.screenshot({ path: path.join(shots, `push-${name}.png`) });
const live = (tab) => tab.locator(".connection-live").waitFor();
const header = (tab) => tab.locator("header.top");
const dialog = (tab) => tab.getByRole("dialog");

async function openChannels(tab) {
  await header(tab).getByRole("button", { name: "Settings" }).click();
  await dialog(tab).getByRole("button", { name: "Notifications", exact: true }).click();
  await dialog(tab).getByRole("heading", { name: "Channels" }).waitFor();
}

const channels = async (context) => (await rest(context, "GET", "/api/v1/channels")).items;

/** The service worker of the page; a browser stops one that has nothing to do. */
async function workerOf(context) {
  return context.serviceWorkers()[0] ?? context.waitForEvent("serviceworker");
}

/** What the browser shows at present. */
async function shown(context) {
  const worker = await workerOf(context);
  return worker.evaluate(async () => {
    const all = await self.registration.getNotifications();
    return all.map(({ title, body, tag, data, actions }) => ({ title, body, tag, data, actions: actions.map(({ action }) => action) }));
  });
}

test("a person is notified when the page is closed", async (t) => {
  const { origin } = new URL(link);
  const context = page.context();
  let pushKey;
  let message;
  let number;
  /** An empty page: only through a page can the browser be told what the push service delivers. */
  let empty;
  let other;

  const parts = [
    [
      "nobody is asked for permission before the button is pressed",
      async () => {
        await page.goto(link);
        await live(page);
        await rest(context, "PUT", "/api/v1/me/password", { new_password: password });
        pushKey = (await rest(context, "GET", "/api/v1/channels/kinds")).push_key;
        await context.grantPermissions(["notifications"], { origin });
        await openChannels(page);
        await dialog(page).getByRole("button", { name: "Notify me on this device" }).waitFor();
        await checkAccessibility(page, "the settings of notifications");
        assert.equal(await page.evaluate(() => window.asked), 0);
        assert.deepEqual(await channels(context), []);
      },
    ],
    [
      "the button subscribes this browser, and adds its channel once",
      async () => {
        await dialog(page).getByRole("button", { name: "Notify me on this device" }).click();
        await dialog(page).getByText("This browser shows your reminders now.").waitFor();
        assert.equal(await page.evaluate(() => window.asked), 1);
        await dialog(page).getByRole("list", { name: "Channels" }).getByText("this one").waitFor();
        const [channel, ...more] = await channels(context);
        assert.deepEqual([channel.kind, channel.label, more], ["web_push", "Chrome on Linux", []]);
        await shot(page, "channel");
        await page.reload();
        await live(page);
        await openChannels(page);
        await dialog(page).getByRole("button", { name: "Stop notifying me on this device" }).waitFor();
        assert.equal((await channels(context)).length, 1);
      },
    ],
    [
      "a test arrives, and the page says so",
      async () => {
        await dialog(page).getByRole("button", { name: /^Test: / }).click();
        const { notification } = JSON.parse((await service.next(pushKey)).text);
        assert.equal(notification.title, "Test from Taskwire");
        await dialog(page).getByText("Test: sent", { exact: true }).waitFor();
        await dialog(page).getByText(/^last sent/).waitFor();
        await checkAccessibility(page, "a channel that was tested");
      },
    ],
    [
      "a reminder is sent to the browser when the page is closed",
      async () => {
        await page.close();
        const at = new Date(Date.now() + 1000).toISOString();
        ({ number } = await rest(context, "POST", "/api/v1/tasks", { title, priority: "high", reminders: [{ at }] }));
        message = await service.next(pushKey);
        assert.equal(message.headers.urgency, "high");
        const sent = JSON.parse(message.text);
        assert.equal(sent.web_push, 8030);
        assert.equal(sent.notification.title, title);
        assert.deepEqual(sent.notification.actions.map(({ action }) => action), ["done", "snooze"]);
        assert.equal(sent.notification.data.task, number);
      },
    ],
    [
      "the service worker shows it",
      async () => {
        empty = await context.newPage();
        const tools = await context.newCDPSession(empty);
        const registered = new Promise((resolve) => {
          tools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
            const found = registrations.find(({ scopeURL, isDeleted }) => scopeURL === `${origin}/` && !isDeleted);
            if (found) resolve(found.registrationId);
          });
        });
        await tools.send("ServiceWorker.enable");
        const registrationId = await registered;
        await tools.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data: message.text });
        await becomes(async () => (await shown(context)).length, 1);
        const [notification] = await shown(context);
        assert.equal(notification.title, title);
        assert.equal(notification.tag, `task-${number}`);
        assert.deepEqual(notification.actions, ["done", "snooze"]);
        assert.equal(notification.data.task, number);
      },
    ],
    [
      "its button completes the task, and says so",
      async () => {
        const worker = await workerOf(context);
        await worker.evaluate(async () => {
          const [notification] = await self.registration.getNotifications();
          const event = new NotificationEvent("notificationclick", { notification, action: "done" });
          const waits = [];
          // Only the browser's own events keep a worker running.
          Object.defineProperty(event, "waitUntil", { value: (wait) => waits.push(wait) });
          self.dispatchEvent(event);
          await Promise.all(waits);
        });
        assert.equal((await rest(context, "GET", `/api/v1/tasks/${number}`)).status, "completed");
        await becomes(async () => (await shown(context)).map(({ title, body }) => `${title}: ${body}`).join(), `${title}: Completed.`);
      },
    ],
    [
      "another browser has it in the inbox, which can be read and put off",
      async () => {
        other = await openPage(browser);
        watch(other);
        await other.goto(origin);
        await other.getByLabel("Name", { exact: true }).fill("local");
        await other.getByLabel("Password", { exact: true }).fill(password);
        await other.getByRole("button", { name: "Sign in", exact: true }).click();
        await live(other);
        const at = new Date(Date.now() + 500).toISOString();
        const later = await rest(context, "POST", "/api/v1/tasks", { title: "water the plants", reminders: [{ at }] });
        await service.next(pushKey);
        const line = (task) => dialog(other).locator(`[data-inbox="${task}"]`);
        const openInbox = () => header(other).getByRole("button", { name: /^Inbox/ }).click();
        await header(other).getByRole("button", { name: "Inbox, 1 unread" }).waitFor();
        await openInbox();
        await line(number).getByText(title).waitFor();
        await line(number).getByText(/^done · reminded/).waitFor();
        assert.equal(await line(number).getAttribute("data-unread"), "false");
        assert.equal(await line(later.number).getAttribute("data-unread"), "true");
        await checkAccessibility(other, "the inbox");
        await shot(other, "inbox");

        await dialog(other).getByRole("button", { name: "Mark all as read" }).click();
        await becomes(() => line(later.number).getAttribute("data-unread"), "false");
        await line(later.number).getByRole("button", { name: "1 h" }).click();
        await dialog(other).getByText(/^Put off until .*: water the plants$/).waitFor();
        const { reminders } = await rest(context, "GET", `/api/v1/tasks/${later.number}`);
        const hour = Date.now() + 3_600_000;
        assert.ok(reminders.some(({ at }) => Math.abs(Date.parse(at) - hour) < 60_000), JSON.stringify(reminders));

        await other.reload();
        await live(other);
        await header(other).getByRole("button", { name: "Inbox", exact: true }).waitFor();
        await openInbox();
        await line(number).waitFor();
        await line(later.number).getByRole("button", { name: "Open: water the plants" }).click();
        await other.locator(`li[data-number="${later.number}"] form.editor`).waitFor();
      },
    ],
    [
      "a task that a notification is about is opened by its address",
      async () => {
        page = await context.newPage();
        watch(page);
        await page.goto(`${origin}/#task=${number}`);
        await live(page);
        await page.locator(`li[data-number="${number}"] form.editor`).waitFor();
        assert.equal(new URL(page.url()).hash, "");
      },
    ],
    [
      "signing out ends the notifications of the browser",
      async () => {
        await header(page).getByRole("button", { name: "Sign out" }).click();
        await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
        assert.deepEqual(await channels(other.context()), []);
        const kept = await page.evaluate(() => Object.keys(localStorage));
        assert.deepEqual(kept.filter((key) => /device|subscription/.test(key)), []);
      },
    ],
    ["nothing failed or was forbidden", () => assert.deepEqual(faults, [])],
  ];

  let failed = false;
  for (const [name, run] of parts) {
    // The parts after a failure would only wait in vain.
    await t.test(name, { skip: failed && "an earlier part failed" }, async () => {
      try {
        await run();
      } catch (error) {
        failed = true;
        if (!page.isClosed()) await shot(page, "failed");
        throw error;
      }
    });
  }
});

// Reminders on a device whose page is closed, in a real browser against a running server. The browser's own push service
// cannot be reached from a test: another one takes its place, and what it is sent is delivered to the service worker.
//
//   TASKWIRE_URL       the sign-in link that a server printed that may send to private addresses (required)
//   TASKWIRE_CHROMIUM  the browser, by default /usr/bin/chromium
//   TASKWIRE_SHOTS     a folder for pictures of some stages

import assert from "node:assert/strict";
import { createECDH, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

import { checkAccessibility } from "./accessibility.mjs";
import { becomes, launch, openPage } from "./browser.mjs";
import { decrypt, startPushService, usePushService } from "./push-service.mjs";
import { watchWorker } from "./push-worker.mjs";

const link = process.env.TASKWIRE_URL;
const shots = process.env.TASKWIRE_SHOTS;
const LIMIT_MS = 15_000;
const PASSWORD = "correct horse";
const ON = "Notify me on this device";
const OFF = "Stop notifying me on this device";

let browser;
let service;
let page;
let context;
/** The worker of the first browser. */
let device;
/** Script errors and violations of the content security policy: must stay empty. */
const faults = [];

before(async () => {
  assert.ok(link, "Set TASKWIRE_URL to the sign-in link that the server printed.");
  if (shots) mkdirSync(shots, { recursive: true });
  service = await startPushService();
  browser = await launch();
  page = watched(await openPage(browser));
  context = page.context();
  // The browser is told through a page what it gets; this one is open while that of Taskwire is closed.
  device = await watchWorker(context, await context.newPage(), origin());
  await page.bringToFront();
  await usePushService(context, service);
  await page.goto(link);
  await live();
});

after(async () => {
  await browser?.close();
  service?.stop();
});

const origin = () => new URL(link).origin;
const shot = (tab, name) => shots && tab.screenshot({ path: path.join(shots, `${name}.png`) });
const live = (tab = page) => tab.locator(".connection-live").waitFor();
const dialog = (tab = page) => tab.getByRole("dialog");
const channels = async () => (await rest("GET", "/api/v1/channels")).items;

function watched(tab) {
  tab.on("pageerror", (error) => faults.push(`script error: ${error}`));
  tab.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) faults.push(message.text());
  });
  return tab;
}

/** A request like that of a program, with the cookie of the page, which may be closed. */
async function rest(method, address, data) {
  // A password is never sent with a key: no response to it is stored.
  const key = method === "PUT" ? {} : { "idempotency-key": randomUUID() };
  const response = await context.request.fetch(new URL(address, link).href, {
    method,
    headers: { origin: origin(), ...key },
    ...(data === undefined ? {} : { data }),
  });
  const text = await response.text();
  assert.ok(response.ok(), `${method} ${address}: ${response.status()} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

/** A task whose reminder fires at once. */
function remind(title, more = {}) {
  const at = new Date(Date.now() + 1_000).toISOString();
  return rest("POST", "/api/v1/tasks", { title, reminders: [{ at }], ...more });
}

/** The notification in the text of a message. */
const sentIn = (text) => JSON.parse(text).notification;

/** The first of these values that is there. */
async function waitFor(what, read) {
  const end = Date.now() + LIMIT_MS;
  for (;;) {
    const value = await read();
    if (value !== undefined) return value;
    assert.ok(Date.now() < end, `${what} did not come; refused: ${service.refused.join("; ")}`);
    await pause(20);
  }
}

/** The message of a task, as the push service got it. */
const messageOf = ({ number }) =>
  waitFor(`the message of task ${number}`, () =>
    service.messages.find(({ text }) => sentIn(text).data.task === number),
  );

const notificationsOf = async ({ number }) => (await device.notifications()).filter(({ data }) => data?.task === number);

async function openNotifications(tab = page) {
  await tab.locator("header.top").getByRole("button", { name: "Settings", exact: true }).click();
  await dialog(tab).getByRole("button", { name: "Notifications", exact: true }).click();
  await dialog(tab).getByRole("heading", { name: "Channels" }).waitFor();
}

let hasFailed = false;
/** One story: after a failure the other parts would only wait in vain. */
function part(name, run) {
  test(name, async (t) => {
    if (hasFailed) return t.skip("an earlier part failed");
    try {
      await run();
    } catch (error) {
      hasFailed = true;
      if (!page.isClosed()) await shot(page, "failed");
      throw error;
    }
  });
}

test("the push service decrypts the example of RFC 8291", () => {
  const keys = createECDH("prime256v1");
  keys.setPrivateKey(Buffer.from("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94", "base64url"));
  const auth = Buffer.from("BTBZMqHH6r4Tts7J_aSIgg", "base64url");
  const body =
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_y" +
    "l95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
  assert.equal(decrypt(Buffer.from(body, "base64url"), { keys, auth }), "When I grow up, I want to be a watermelon");
});

test("the push service takes messages only of the sender of a subscription, signed for it and for now", async () => {
  const own = await startPushService();
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x, y } = publicKey.export({ format: "jwk" });
  const key = Buffer.concat([Buffer.of(4), ...[x, y].map((half) => Buffer.from(half, "base64url"))]).toString("base64url");
  const { endpoint } = own.subscribe(key);
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const hour = Math.floor(Date.now() / 1000) + 3600;
  const send = (claims, signed = privateKey) => {
    const text = `${part({ alg: "ES256" })}.${part({ aud: new URL(endpoint).origin, exp: hour, ...claims })}`;
    const signature = sign("sha256", Buffer.from(text), { key: signed, dsaEncoding: "ieee-p1363" }).toString("base64url");
    return fetch(endpoint, { method: "POST", headers: { authorization: `vapid t=${text}.${signature}, k=${key}` } });
  };
  await fetch(endpoint, { method: "POST" });
  await send({ aud: "https://push.example" });
  await send({ exp: hour - 7200 });
  await send({ exp: hour + 48 * 3600 });
  await send({}, generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey);
  // The right sender, but nothing is encrypted.
  await send({});
  own.unsubscribe(endpoint);
  assert.equal((await send({})).status, 410);
  own.stop();
  const reasons = [/not a VAPID/, /another service/, /valid for -/, /valid for \d/, /signature is wrong/, /aes128gcm/];
  assert.equal(own.refused.length, reasons.length);
  for (const [index, reason] of reasons.entries()) assert.match(own.refused[index], reason);
  assert.deepEqual(own.messages, []);
});

part("the page asks for permission only by its button, and says what to do when it is not given", async () => {
  const tab = watched(await openPage(browser));
  await tab.addInitScript(() => {
    globalThis.asked = 0;
    Notification.requestPermission = async () => {
      globalThis.asked += 1;
      return "default";
    };
    Object.defineProperty(Notification, "permission", { get: () => "default" });
  });
  await tab.goto(origin());
  await signIn(tab);
  await openNotifications(tab);
  await dialog(tab).getByRole("button", { name: ON }).waitFor();
  assert.equal(await tab.evaluate(() => globalThis.asked), 0);
  await dialog(tab).getByRole("button", { name: ON }).click();
  await dialog(tab).getByRole("alert").getByText("The browser was not allowed to show notifications.").waitFor();
  assert.equal(await tab.evaluate(() => globalThis.asked), 1);
  assert.deepEqual(await channels(), []);
  await checkAccessibility(tab, "notifications that were not allowed");
  await tab.context().close();
});

part("a button switches on the notifications of this device, once", async () => {
  await context.grantPermissions(["notifications"], { origin: origin() });
  await openNotifications();
  await dialog().getByRole("button", { name: ON }).click();
  await dialog().getByText("This browser shows your reminders now.").waitFor();
  assert.equal(await device.started(), "/sw.js");
  for (const theme of ["light", "dark"]) {
    await rest("PATCH", "/api/v1/me", { theme });
    await page.reload();
    await live();
    await openNotifications();
    await dialog().getByRole("button", { name: OFF }).waitFor();
    await dialog().getByRole("list", { name: "Channels" }).getByText("this one").waitFor();
    await checkAccessibility(page, `notifications, ${theme}`);
    await shot(page, `notifications-${theme}`);
  }
  const all = await channels();
  assert.deepEqual(all.map(({ kind, label, enabled }) => [kind, label, enabled]), [["web_push", "Chrome on Linux", true]]);
});

part("a test message arrives at the worker, and the page says so", async () => {
  await dialog().getByRole("button", { name: /^Test: / }).click();
  const { text } = await waitFor("the test", () => service.messages.find(({ text }) => sentIn(text).data.kind === "test"));
  await device.deliver(text);
  const titles = (await device.notifications()).map(({ title }) => title);
  assert.deepEqual(titles, [sentIn(text).title]);
  await dialog().getByText("Test: sent", { exact: true }).waitFor();
  await dialog().getByText(/^last sent/).waitFor();
});

part("with the tab closed, Done on the notification completes the task", async () => {
  await page.close();
  const task = await remind("take the pill", { priority: "high" });
  const { text, ttl, topic, urgency } = await messageOf(task);
  assert.ok(Number(ttl) > 0 && topic, "it is kept for a browser that is off, and a second attempt replaces it");
  assert.equal(urgency, "high");
  assert.equal(JSON.parse(text).web_push, 8030);
  await device.deliver(text);
  const [shown] = await notificationsOf(task);
  assert.deepEqual([shown.title, shown.actions], ["take the pill", ["done", "snooze"]]);
  assert.equal((await rest("GET", `/api/v1/tasks/${task.number}`)).status, "open");
  await device.press(shown.tag, "done");
  assert.equal((await rest("GET", `/api/v1/tasks/${task.number}`)).status, "completed");
  // What was pressed is confirmed where it was shown, and can be pressed no more.
  const confirmed = await notificationsOf(task);
  assert.deepEqual(confirmed.map(({ tag, body, actions }) => [tag, body, actions]), [[shown.tag, "Completed.", []]]);
});

part("Snooze on the notification puts the reminder off, and the task stays open", async () => {
  const task = await remind("water the plants");
  const { text, urgency } = await messageOf(task);
  assert.equal(urgency, "normal");
  await device.deliver(text);
  const [{ tag }] = await notificationsOf(task);
  const asked = Date.now();
  await device.press(tag, "snooze");
  const { status, reminders } = await rest("GET", `/api/v1/tasks/${task.number}`);
  assert.equal(status, "open");
  const minutes = reminders.map(({ at }) => Math.round((Date.parse(at) - asked) / 60_000)).filter((minutes) => minutes > 0);
  assert.deepEqual(minutes, [60]);
  assert.deepEqual((await notificationsOf(task)).map(({ body }) => body), ["Put off."]);
});

part("a reminder that is told again replaces the first", async () => {
  const task = await remind("call the bank");
  const { text } = await messageOf(task);
  await device.deliver(text);
  const again = JSON.parse(text);
  again.notification.body = "told again";
  await device.deliver(JSON.stringify(again));
  assert.deepEqual((await notificationsOf(task)).map(({ body }) => body), ["told again"]);
});

part("a message that cannot be read is shown all the same", async () => {
  await device.deliver("{");
  const shown = (await device.notifications()).filter(({ title }) => title === "Taskwire");
  assert.deepEqual(shown.map(({ body, actions }) => [body, actions]), [["Open Taskwire to see what is due.", []]]);
});

part("a notification leads to its task, in an open page or a new one", async () => {
  const task = await remind("read the contract");
  await messageOf(task);
  page = watched(await context.newPage());
  const edited = () => page.locator(`li[data-number="${task.number}"] form.editor`);
  await page.goto(`${origin()}/#task=${task.number}`);
  await edited().waitFor();
  assert.equal(new URL(page.url()).hash, "");
  await page.reload();
  await live();
  await becomes(() => edited().count(), 0);
  // Only a real press may bring a page to the front; what the page is told then is the same.
  await device.tellPage({ type: "taskwire.open", task: task.number });
  await edited().waitFor();
});

part("the inbox has the reminders later, in another browser", async () => {
  const tab = watched(await openPage(browser));
  await tab.goto(origin());
  await signIn(tab);
  const button = (name) => tab.locator("header.top").getByRole("button", { name, exact: true });
  const line = (title) => dialog(tab).getByRole("listitem").filter({ hasText: title });
  await button("Inbox, 2 unread").click();
  await line("take the pill").getByText(/^done · /).waitFor();
  await line("call the bank").getByRole("button", { name: "Done: call the bank" }).waitFor();
  await checkAccessibility(tab, "the inbox");
  await shot(tab, "inbox");
  await line("call the bank").getByRole("button", { name: "10 min" }).click();
  await dialog(tab).getByText(/^Put off until .*: call the bank$/).waitFor();
  await button("Inbox, 1 unread").waitFor();
  await dialog(tab).getByRole("button", { name: "Mark all as read" }).click();
  await button("Inbox").waitFor();
  await becomes(async () => (await rest("GET", "/api/v1/notifications?unread=true")).items.length, 0);
  await tab.reload();
  await button("Inbox").click();
  await becomes(() => line("call the bank").getAttribute("data-unread"), "false");
  const number = await line("call the bank").getAttribute("data-inbox");
  await line("call the bank").getByRole("button", { name: "Open: call the bank" }).click();
  await tab.locator(`li[data-number="${number}"] form.editor`).waitFor();
  await tab.context().close();
});

part("a subscription that the browser has replaced is renewed when the page is opened", async () => {
  const before = service.messages.at(-1).path;
  await page.evaluate(() => globalThis.pushService("unsubscribe"));
  await page.reload();
  await becomes(() => page.evaluate(async () => (await globalThis.pushService("get")) !== null), true);
  await becomes(async () => (await channels()).map(({ enabled }) => enabled).join(), "true");
  const { path } = await messageOf(await remind("look into the letter box"));
  assert.notEqual(path, before);
});

part("a subscription for another key of the server is renewed when the page is opened", async () => {
  const { push_key } = await rest("GET", "/api/v1/channels/kinds");
  const other = createECDH("prime256v1").generateKeys("base64url");
  await page.evaluate(async (key) => {
    const { endpoint } = await globalThis.pushService("subscribe", key);
    const device = JSON.parse(localStorage.getItem("taskwire.device"));
    localStorage.setItem("taskwire.device", JSON.stringify({ ...device, endpoint }));
  }, other);
  await page.reload();
  await becomes(() => page.evaluate(async () => (await globalThis.pushService("get"))?.applicationServerKey), push_key);
  await becomes(async () => (await channels()).length, 1);
  await messageOf(await remind("wind the clock"));
});

part("signing out ends the notifications of this device", async () => {
  const { path } = service.messages.at(-1);
  await page.locator("header.top").getByRole("button", { name: "Sign out" }).click();
  await page.locator(".sign-in").waitFor();
  assert.ok(service.hasEnded(path));
  assert.equal(await page.evaluate(() => localStorage.getItem("taskwire.device")), null);
  await signIn(page);
  assert.deepEqual(await channels(), []);
  await openNotifications();
  await dialog().getByRole("button", { name: ON }).waitFor();
});

part("no script failed, and the push service refused nothing", () => {
  assert.deepEqual(faults, []);
  assert.deepEqual(service.refused, []);
});

let name;
/** Signs in with a password, which the person of the link gets the first time. */
async function signIn(tab) {
  if (name === undefined) {
    await rest("PUT", "/api/v1/me/password", { new_password: PASSWORD });
    ({ name } = await rest("GET", "/api/v1/me"));
  }
  await tab.getByLabel("Name", { exact: true }).fill(name);
  await tab.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await tab.getByRole("button", { name: "Sign in", exact: true }).click();
  await live(tab);
}

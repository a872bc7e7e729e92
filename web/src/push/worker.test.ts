import { beforeEach, expect, test, vi } from "vitest";

import source from "../../public/sw.js?raw";

interface Shown {
  title: string;
  options: Record<string, unknown> & { data: { links: Record<string, string>; task?: number } };
}

type Handler = (event: Record<string, unknown>) => void;

const handlers = new Map<string, Handler>();
const shown: Shown[] = [];
const pages: { url: string; focus: () => Promise<unknown>; postMessage: (message: unknown) => void }[] = [];
const openWindow = vi.fn(async (_: string) => undefined);
const call = vi.fn(async (_: string, __: unknown) => ({ ok: true }));

const worker = {
  location: { origin: "https://tasks.example" },
  registration: { showNotification: async (title: string, options: Shown["options"]) => void shown.push({ title, options }) },
  clients: { matchAll: async () => pages, openWindow },
  skipWaiting: () => undefined,
  addEventListener: (type: string, handler: Handler) => handlers.set(type, handler),
};
new Function("self", "fetch", source)(worker, call);

beforeEach(() => {
  shown.length = 0;
  pages.length = 0;
  openWindow.mockClear();
  call.mockReset().mockResolvedValue({ ok: true });
});

/** Dispatches an event, and waits for what it began. */
async function dispatch(type: string, event: Record<string, unknown> = {}) {
  const waits: Promise<unknown>[] = [];
  handlers.get(type)?.({ ...event, waitUntil: (wait: Promise<unknown>) => waits.push(wait) });
  expect(waits).toHaveLength(1);
  await Promise.all(waits);
}

async function push(text?: string) {
  await dispatch("push", { data: text === undefined ? null : { text: () => text } });
  return shown.at(-1);
}

async function click(action: string) {
  const close = vi.fn();
  const { title, options } = shown.at(-1) ?? { title: "", options: {} };
  await dispatch("notificationclick", { action, notification: { title, ...options, close } });
  expect(close).toHaveBeenCalledOnce();
}

const REMINDER = JSON.stringify({
  web_push: 8030,
  notification: {
    title: "take the pill",
    body: "due today, 09:00",
    lang: "en",
    tag: "task-5",
    navigate: "https://tasks.example/",
    actions: [
      { action: "done", title: "Done", navigate: "https://tasks.example/act/abc" },
      { action: "snooze", title: "Snooze", navigate: "https://tasks.example/act/def" },
    ],
    data: { task: 5, kind: "reminder" },
  },
});

function openPage(url = "https://tasks.example/") {
  const postMessage = vi.fn();
  const page = { url, focus: vi.fn(async (): Promise<unknown> => page), postMessage };
  pages.push(page);
  return page;
}

test("a reminder is shown with its buttons", async () => {
  expect(await push(REMINDER)).toEqual({
    title: "take the pill",
    options: {
      body: "due today, 09:00",
      lang: "en",
      tag: "task-5",
      renotify: true,
      actions: [
        { action: "done", title: "Done" },
        { action: "snooze", title: "Snooze" },
      ],
      data: { task: 5, links: { done: "/act/abc", snooze: "/act/def" } },
    },
  });
});

test("something is shown for any message", async () => {
  for (const text of [undefined, "", "no JSON", "null", "[]", "{}", '{"notification":null}', '{"notification":{"title":5}}']) {
    expect(await push(text), text).toMatchObject({ title: "Taskwire" });
  }
});

test("broken parts of a message are left out", async () => {
  const notification = {
    title: "Test",
    body: 5,
    actions: [null, { action: "done", title: "Done", navigate: "https://tasks.example/api/v1/me" }, { action: "snooze" }],
    data: { task: "5" },
  };
  expect(await push(JSON.stringify({ notification }))).toEqual({ title: "Test", options: { actions: [], data: { links: {} } } });
  expect(await push(JSON.stringify({ notification: { title: "Test", actions: {}, data: null } }))).toBeDefined();
});

test("a button calls its link and says so in the same place", async () => {
  await push(REMINDER);
  await click("done");
  expect(call).toHaveBeenCalledWith("/act/abc", { method: "POST", credentials: "omit" });
  expect(shown.at(-1)).toEqual({
    title: "take the pill",
    options: { body: "Completed.", silent: true, tag: "task-5", data: { task: 5, links: {} } },
  });
  expect(openWindow).not.toHaveBeenCalled();
});

test("a button that fails opens the page of its link", async () => {
  await push(REMINDER);
  call.mockResolvedValue({ ok: false });
  await click("snooze");
  expect(openWindow).toHaveBeenLastCalledWith("/act/def");
  call.mockRejectedValue(new TypeError("no network"));
  await click("done");
  expect(openWindow).toHaveBeenLastCalledWith("/act/abc");
  expect(shown).toHaveLength(1);
});

test("a click on a reminder brings an open page to its task", async () => {
  openPage("https://tasks.example/docs/try");
  const page = openPage("https://tasks.example/#x");
  await push(REMINDER);
  await click("");
  expect(page.focus).toHaveBeenCalledOnce();
  expect(page.postMessage).toHaveBeenCalledWith({ type: "taskwire.open", task: 5 });
  expect(openWindow).not.toHaveBeenCalled();
});

test("without an open page a click opens one", async () => {
  await push(REMINDER);
  await click("");
  expect(openWindow).toHaveBeenLastCalledWith("/#task=5");
  openPage().focus.mockRejectedValue(new Error("not allowed"));
  await click("");
  expect(openWindow).toHaveBeenCalledTimes(2);
  await push();
  pages.length = 0;
  await click("");
  expect(openWindow).toHaveBeenLastCalledWith("/");
});

test("a subscription that the browser has replaced is told to open pages", async () => {
  const page = openPage();
  await dispatch("pushsubscriptionchange");
  expect(page.postMessage).toHaveBeenCalledWith({ type: "taskwire.subscribe" });
});

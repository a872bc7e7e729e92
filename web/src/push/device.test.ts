import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { device, switchOff } from "./kept";
import { repair, switchOn } from "./device";

/** What the browser keeps. */
const kept = new Map<string, string>();
/** The requests to the server, such as `DELETE /api/v1/channels/c1`. */
const calls: string[] = [];
/** The channels of the server. */
let channels: Record<string, unknown>[] = [];
/** The endpoint of the browser's subscription. */
let endpoint: string | undefined;
let subscriptions = 0;
let permission = "granted";
const asked = vi.fn(async () => permission);

const PUSH_KEY = "APv_vj4";
const KEY_BYTES = [0, 251, 255, 190, 62];
/** The key that the browser subscribed with. */
let subscribedWith = KEY_BYTES;

function subscription() {
  return endpoint === undefined
    ? null
    : {
        endpoint,
        options: { applicationServerKey: new Uint8Array(subscribedWith).buffer },
        getKey: () => new Uint8Array([1, 2, 3]).buffer,
        unsubscribe: async () => {
          endpoint = undefined;
          return true;
        },
      };
}

const registration = {
  pushManager: {
    getSubscription: async () => subscription(),
    subscribe: async ({ userVisibleOnly, applicationServerKey }: { userVisibleOnly: boolean; applicationServerKey: Uint8Array }) => {
      expect(userVisibleOnly).toBe(true);
      subscribedWith = [...applicationServerKey];
      subscriptions += 1;
      endpoint = `https://push.example/${subscriptions}`;
      return subscription();
    },
  },
};

async function serve(path: string, { method = "GET", body = "{}" }: RequestInit = {}) {
  calls.push(`${method} ${path}`);
  if (path === "/api/v1/channels/kinds") return Response.json({ kinds: [], push_key: PUSH_KEY });
  if (method === "POST") {
    const { address, ...sent } = JSON.parse(String(body));
    const known = channels.find((channel) => channel.address === address);
    const channel = known ?? { id: `c${channels.length + 1}`, address, enabled: true, last_failure: null, ...sent };
    if (known === undefined) channels.push(channel);
    return Response.json(channel, { status: 201 });
  }
  if (method === "GET") return Response.json({ items: channels });
  const before = channels.length;
  channels = channels.filter(({ id }) => path !== `/api/v1/channels/${id}`);
  return new Response(before === channels.length ? "{}" : null, { status: before === channels.length ? 404 : 204 });
}

beforeEach(() => {
  kept.clear();
  calls.length = 0;
  channels = [];
  endpoint = undefined;
  subscribedWith = KEY_BYTES;
  permission = "granted";
  asked.mockClear();
  const notification = { requestPermission: asked, get permission() { return permission; } };
  vi.stubGlobal("window", { isSecureContext: true, PushManager: {}, Notification: notification });
  vi.stubGlobal("Notification", notification);
  vi.stubGlobal("navigator", {
    userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    serviceWorker: { register: async () => registration, ready: Promise.resolve(registration), getRegistration: async () => registration },
  });
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  });
  vi.stubGlobal("fetch", serve);
});

afterEach(() => vi.unstubAllGlobals());

test("a browser that is allowed to is subscribed, and has a channel with its name", async () => {
  await switchOn("ada");
  expect(asked).toHaveBeenCalledOnce();
  expect(channels).toMatchObject([{ kind: "web_push", address: endpoint, label: "Firefox on Linux", keys: { p256dh: "AQID", auth: "AQID" } }]);
  expect(device("ada")).toEqual({ user: "ada", channel: "c1", endpoint });
  await switchOn("ada");
  expect(channels).toHaveLength(1);
});

test("a browser that is not allowed to is left alone", async () => {
  permission = "default";
  await expect(switchOn("ada")).rejects.toThrow("was not allowed");
  permission = "denied";
  await expect(switchOn("ada")).rejects.toThrow("blocked");
  expect([asked.mock.calls.length, calls, endpoint]).toEqual([1, [], undefined]);
});

test("switching off ends both, also where the channel is gone already", async () => {
  await switchOn("ada");
  await switchOff("bob");
  expect(channels).toHaveLength(1);
  await switchOff("ada");
  expect([channels, endpoint, kept.size]).toEqual([[], undefined, 0]);
  await switchOn("ada");
  channels = [];
  await switchOff("ada");
  expect([endpoint, kept.size]).toEqual([undefined, 0]);
});

test("the next person of a browser does not get what is sent to the one before", async () => {
  await switchOn("ada");
  const before = endpoint;
  channels = [];
  await switchOn("bob");
  expect(endpoint).not.toBe(before);
  expect(device("ada")).toBeUndefined();
  expect(device("bob")).toMatchObject({ endpoint });
});

test("a subscription that the browser has replaced gets a new channel with the old settings", async () => {
  await switchOn("ada");
  Object.assign(channels[0]!, { label: "Laptop", minimum_priority: "high", wait_minutes: 5 });
  calls.length = 0;
  await repair("ada");
  // Only whether the key is still that of the server.
  expect(calls).toEqual(["GET /api/v1/channels/kinds"]);
  endpoint = undefined;
  await repair("ada");
  expect(channels).toMatchObject([{ id: "c2", label: "Laptop", minimum_priority: "high", wait_minutes: 5, address: endpoint }]);
  expect(device("ada")).toMatchObject({ channel: "c2", endpoint });
});

test("a subscription for another key of the server is replaced", async () => {
  await switchOn("ada");
  const before = endpoint;
  subscribedWith = [1, 2, 3];
  await repair("ada");
  expect(subscribedWith).toEqual(KEY_BYTES);
  expect(endpoint).not.toBe(before);
  expect(channels).toMatchObject([{ id: "c2", address: endpoint }]);
  expect(device("ada")).toMatchObject({ channel: "c2", endpoint });
});

test("a subscription is not renewed for a channel that was deleted or switched off", async () => {
  await switchOn("ada");
  const before = subscriptions;
  endpoint = undefined;
  channels[0]!.enabled = false;
  await repair("ada");
  expect([subscriptions, kept.size]).toEqual([before, 1]);
  channels = [];
  await repair("ada");
  expect([subscriptions, kept.size]).toEqual([before, 0]);
});

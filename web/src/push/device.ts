// Notifications of this browser: its subscription at a push service, and the channel that leads there.

import { clientName } from "../account/client-name";
import { api, ApiError } from "../api";
import type { ChannelView, NewChannel } from "../contract";
import { notifying } from "../notifications/notifying";
import { keyBytes, keyText, obstacle, type Means } from "./device-words";
import { device, forget, keep, lastDevice, unlessGone, unsubscribe } from "./kept";

export function means(): Means {
  return {
    isSecure: window.isSecureContext,
    hasWorkers: "serviceWorker" in navigator,
    hasPush: "PushManager" in window,
    permission: "Notification" in window ? Notification.permission : undefined,
  };
}

/** Asks for permission, subscribes, and adds the channel. Throws why that is not possible. */
export async function switchOn(user: string): Promise<void> {
  const before = obstacle(means());
  if (before !== undefined) throw refused(before);
  const permission = await Notification.requestPermission();
  const after = obstacle({ ...means(), permission });
  if (after !== undefined) throw refused(after);
  if (permission !== "granted") {
    throw refused({ detail: "The browser was not allowed to show notifications.", hint: "Try again, and allow them." });
  }
  const registration = await register();
  const other = lastDevice();
  // Messages for somebody who used this browser before must not arrive here any more.
  if (other !== undefined && other.user !== user) await unsubscribe();
  await add(user, registration, { label: clientName(navigator.userAgent) });
}

/** Subscribes again where the browser has replaced or dropped the subscription, or the server has another key. */
export async function repair(user: string): Promise<void> {
  const own = device(user);
  if (own === undefined || means().permission !== "granted" || obstacle(means()) !== undefined) return;
  const registration = await register();
  const subscription = await registration.pushManager.getSubscription();
  const isSame = subscription !== null && subscription.endpoint === own.endpoint;
  if (isSame && isFor(subscription, (await notifying.channelKinds()).push_key)) return;
  const before = (await notifying.channels()).find(({ id }) => id === own.channel);
  // Deleted in another place, so it is not wanted here either.
  if (before === undefined) return forget();
  if (isOffByChoice(before)) return;
  const { label, wait_minutes } = before;
  const minimum_priority = before.minimum_priority as NonNullable<NewChannel["minimum_priority"]>;
  const channel = await add(user, registration, { label, minimum_priority, wait_minutes });
  if (channel !== before.id) await api.removeChannel(before.id).catch(unlessGone);
}

/** The server switches a channel off when its subscription has ended, and then says why. */
function isOffByChoice({ enabled, last_failure }: ChannelView): boolean {
  return !enabled && last_failure == null;
}

async function register(): Promise<ServiceWorkerRegistration> {
  await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
  // A subscription needs a worker that has started.
  return navigator.serviceWorker.ready;
}

/** Adds the channel of a subscription. Returns its id. */
async function add(
  user: string,
  registration: ServiceWorkerRegistration,
  settings: Omit<NewChannel, "kind" | "address" | "keys" | "token">,
): Promise<string> {
  const subscription = await subscribe(registration, (await notifying.channelKinds()).push_key);
  const { endpoint } = subscription;
  const keys = { p256dh: keyText(subscription.getKey("p256dh")), auth: keyText(subscription.getKey("auth")) };
  const { id } = await notifying.addChannel({ kind: "web_push", address: endpoint, keys, ...settings });
  keep({ user, channel: id, endpoint });
  return id;
}

async function subscribe(registration: ServiceWorkerRegistration, key: string): Promise<PushSubscription> {
  const { pushManager } = registration;
  const before = await pushManager.getSubscription();
  if (before !== null) {
    if (isFor(before, key)) return before;
    // For another server at this address, or one that has a new key: a browser refuses a second key.
    await before.unsubscribe();
  }
  try {
    return await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: keyBytes(key) });
  } catch (error) {
    const hint = error instanceof Error ? error.message : String(error);
    throw refused({ detail: "The browser could not subscribe at its push service.", hint });
  }
}

/** Whether messages of the server with this key arrive; those of others are refused by the push service. */
function isFor({ options }: PushSubscription, key: string): boolean {
  return keyText(options.applicationServerKey) === key;
}

/** An error with words for a person, as the server's errors have. */
function refused(words: { detail: string; hint?: string }): ApiError {
  return new ApiError(0, words);
}

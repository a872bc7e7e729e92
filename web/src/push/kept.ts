// What this browser keeps about its notifications, and their end.

import { api, ApiError } from "../api";
import { anyDevice, readDevice, type Device } from "./kept-words";

/** Where the browser keeps the device. */
const KEY = "taskwire.device";

/** This browser as a device of the user, if its notifications were switched on. */
export function device(user: string): Device | undefined {
  return readDevice(kept(), user);
}

/** The device of whoever used this browser last. */
export function lastDevice(): Device | undefined {
  return anyDevice(kept());
}

/** Deletes the channel, and ends the subscription. Throws the server's error. */
export async function switchOff(user: string): Promise<void> {
  const own = device(user);
  if (own === undefined) return;
  await api.removeChannel(own.channel).catch(unlessGone);
  await forget();
}

/** Ends the subscription of a channel that is deleted. */
export async function forget(): Promise<void> {
  keep(undefined);
  await unsubscribe().catch(() => {
    // The push service tells the server that the subscription has no channel any more.
  });
}

export async function unsubscribe(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration("/");
  await (await registration?.pushManager?.getSubscription())?.unsubscribe();
}

/** Nothing is left to delete. */
export function unlessGone(error: unknown): void {
  if (!(error instanceof ApiError && (error.status === 404 || error.status === 401))) throw error;
}

function kept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    // The browser keeps nothing for this page.
    return null;
  }
}

export function keep(device: Device | undefined): void {
  try {
    if (device === undefined) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(device));
  } catch {
    // The channel is in the list all the same, and can be deleted there.
  }
}

// The service worker of a page in a test: gets messages as from the browser, and tells what it shows.

import { becomes } from "./browser.mjs";

/** Watches the worker of an origin, which need not be there yet. `empty` is a page of the same context that stays open. */
export async function watchWorker(context, empty, origin) {
  const devtools = await context.newCDPSession(empty);
  let worker;
  let registrationId;
  devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
    const found = registrations.find(({ scopeURL, isDeleted }) => scopeURL === `${origin}/` && !isDeleted);
    if (found) registrationId = found.registrationId;
  });
  context.on("serviceworker", (started) => {
    worker = started;
  });
  await devtools.send("ServiceWorker.enable");

  return {
    /** Waits for the worker. Returns its path. */
    async started() {
      await becomes(() => worker !== undefined && registrationId !== undefined, true);
      return new URL(worker.url()).pathname;
    },
    /** What a browser does with a message: it gives the text to the worker. Waits until something is shown. */
    async deliver(text) {
      const before = await worker.evaluate(countShown);
      await devtools.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data: text });
      await becomes(async () => (await worker.evaluate(countShown)) > before, true);
    },
    /** The notifications that the browser shows. */
    notifications: () =>
      worker.evaluate(async () =>
        (await self.registration.getNotifications()).map(({ title, body, tag, data, actions }) => ({
          title,
          body,
          tag,
          data,
          actions: actions.map(({ action }) => action),
        })),
      ),
    /** Presses a button of a notification, as the system does. Waits until the worker is done. */
    press: (tag, action) => worker.evaluate(pressed, [tag, action]),
    /** Sends a message to the open page. */
    tellPage: (message) =>
      worker.evaluate(async (message) => {
        const [page] = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
        page.postMessage(message);
      }, message),
  };
}

/**
 * In the worker: how many notifications were shown. Chromium forgets one that it is asked about before it has come up, so a
 * test may look at the notifications only afterwards.
 */
function countShown() {
  if (self.countOfShown === undefined) {
    self.countOfShown = 0;
    const show = ServiceWorkerRegistration.prototype.showNotification;
    ServiceWorkerRegistration.prototype.showNotification = async function (...how) {
      await show.apply(this, how);
      self.countOfShown += 1;
    };
  }
  return self.countOfShown;
}

/** In the worker: an event like the one of a press. */
async function pressed([tag, action]) {
  const [notification] = await self.registration.getNotifications({ tag });
  const event = new NotificationEvent("notificationclick", { notification, action });
  // An event that a script makes cannot keep the worker running.
  const waits = [];
  Object.defineProperty(event, "waitUntil", { value: (wait) => waits.push(wait) });
  self.dispatchEvent(event);
  await Promise.all(waits);
}

// The service worker of the page: shows what is pushed to this browser, and does what its buttons say. It keeps no files,
// and pages load as if it were not there.

/** What is shown for a message that cannot be read: a browser asks for something to be shown for each message. */
const UNREADABLE = { title: "Taskwire", options: { body: "Open Taskwire to see what is due.", data: { links: {} } } };

/** What is said once an action is carried out. */
const SAID = { done: "Completed.", snooze: "Put off." };

/** The notification for the text of a push message, which has the form of declarative web push. */
function notificationOf(text) {
  let sent;
  try {
    sent = JSON.parse(text).notification;
  } catch {
    return UNREADABLE;
  }
  if (!isText(sent?.title)) return UNREADABLE;
  const actions = (Array.isArray(sent.actions) ? sent.actions : []).filter(
    (action) => isText(action?.action) && isText(action.title) && linkOf(action.navigate) !== undefined,
  );
  const options = {
    actions: actions.map(({ action, title }) => ({ action, title })),
    data: {
      links: Object.fromEntries(actions.map(({ action, navigate }) => [action, linkOf(navigate)])),
      ...(Number.isSafeInteger(sent.data?.task) && { task: sent.data.task }),
    },
  };
  for (const name of ["body", "lang"]) if (isText(sent[name])) options[name] = sent[name];
  // What is told again replaces what was told, and is noticed.
  if (isText(sent.tag)) Object.assign(options, { tag: sent.tag, renotify: true });
  return { title: sent.title, options };
}

/**
 * The path of an action's link. The link has the public address; the page may have been opened under another address of
 * the same server, and only that one may be called from here.
 */
function linkOf(navigate) {
  if (!isText(navigate)) return undefined;
  try {
    const { pathname } = new URL(navigate, self.location.origin);
    return pathname.startsWith("/act/") ? pathname : undefined;
  } catch {
    return undefined;
  }
}

/** The address of the page, at a task if the message is about one. */
function pageOf(data) {
  return Number.isSafeInteger(data?.task) ? `/#task=${data.task}` : "/";
}

/** What takes the place of a notification whose action was carried out. */
function confirmationOf(notification, action) {
  const { tag, title, data } = notification;
  const body = SAID[action] ?? "Done.";
  return { title, options: { body, silent: true, data: { ...data, links: {} }, ...(tag && { tag }) } };
}

function isText(value) {
  return typeof value === "string" && value !== "";
}

function show({ title, options }) {
  return self.registration.showNotification(title, options);
}

/** The open pages of Taskwire, the one in front first; not the documentation, which has the same origin. */
async function openPages() {
  const all = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return all.filter(({ url }) => new URL(url).pathname === "/");
}

async function act(notification, action) {
  const link = notification.data?.links?.[action];
  if (link === undefined) return open(notification);
  try {
    // The link is the proof: no session is needed.
    const { ok } = await fetch(link, { method: "POST", credentials: "omit" });
    if (ok) return show(confirmationOf(notification, action));
  } catch {
    // The server cannot be reached; the link's page says so, and can be loaded again.
  }
  return self.clients.openWindow(link);
}

async function open({ data }) {
  const [page] = await openPages();
  try {
    if (page !== undefined) {
      const focused = await page.focus();
      focused.postMessage({ type: "taskwire.open", task: data?.task });
      return;
    }
  } catch {
    // The browser does not bring it to the front, or it was closed meanwhile.
  }
  await self.clients.openWindow(pageOf(data));
}

async function tellPages(message) {
  for (const page of await openPages()) page.postMessage(message);
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("push", (event) => {
  event.waitUntil(show(notificationOf(event.data?.text() ?? "")));
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(event.action ? act(event.notification, event.action) : open(event.notification));
});
// Without an open page, the next one that is opened finds out by itself.
self.addEventListener("pushsubscriptionchange", (event) => {
  event.waitUntil(tellPages({ type: "taskwire.subscribe" }));
});

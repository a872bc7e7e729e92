// The browser of the page's tests.

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

import { chromium } from "playwright-core";

const LIMIT_MS = 15_000;

export function launch() {
  return chromium.launch({
    executablePath: process.env.TASKWIRE_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** An empty page with cookies and storage of its own. */
export async function openPage(browser) {
  const context = await browser.newContext({
    locale: "en-GB",
    timezoneId: "Europe/Rome",
    viewport: { width: 1280, height: 860 },
  });
  context.setDefaultTimeout(LIMIT_MS);
  return context.newPage();
}

/** What the page shows becomes this: it follows events and answers, so what it shows at one instant may be older. */
export async function becomes(read, expected) {
  const end = Date.now() + LIMIT_MS;
  for (;;) {
    const actual = await read();
    if (actual === expected) return;
    if (Date.now() > end) assert.equal(actual, expected);
    await pause(20);
  }
}

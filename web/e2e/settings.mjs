// Settings and the account: parts of the story in `page.test.mjs`.

import assert from "node:assert/strict";

import { becomes } from "./browser.mjs";

/** `page` is a function, because the page is opened after the parts are listed. */
export function settingsParts({ page, gone, shot, rest }) {
  const dialog = () => page().getByRole("dialog", { name: "Settings" });
  const header = () => page().locator("header.top");
  const saved = () => dialog().getByText("Saved.", { exact: true });

  async function open() {
    await header().getByRole("button", { name: "Settings" }).click();
    await dialog().waitFor();
  }

  async function close() {
    await page().keyboard.press("Escape");
    await gone(dialog());
    assert.ok(
      await header().getByRole("button", { name: "Settings" }).evaluate((element) => element === document.activeElement),
      "the focus returns to the button",
    );
  }

  async function set(label, value) {
    const field = dialog().getByLabel(label, { exact: true });
    await field.selectOption(value);
    await saved().waitFor();
  }

  return [
    [
      "settings are saved as they are chosen",
      async () => {
        await open();
        await set("Week starts on", "sunday");
        await set("4/5 means", "month_first");
        await set("Reminder of a new task with a time", "30");
        await dialog().getByLabel("Day starts at").fill("06:30");
        await page().keyboard.press("Enter");
        await saved().waitFor();
        await dialog().getByLabel("Language").fill("de");
        await page().keyboard.press("Enter");
        await page().waitForFunction(async () => {
          const { user } = await (await fetch("/api/v1/session")).json();
          return user.language === "de" && user.day_start === "06:30";
        });
        // The program's credential hears of the change a moment after the page's.
        await becomes(async () => (await rest("GET", "/api/v1/session")).user.day_start, "06:30");
        const { user } = await rest("GET", "/api/v1/session");
        const { week_start, date_order, default_reminder, day_start } = user;
        assert.deepEqual(
          { week_start, date_order, default_reminder, day_start },
          { week_start: "sunday", date_order: "month_first", default_reminder: 30, day_start: "06:30" },
        );
        await shot("settings");
        await set("Week starts on", "monday");
        await set("4/5 means", "day_first");
        await set("Reminder of a new task with a time", "");
        await close();
        assert.equal((await rest("GET", "/api/v1/me")).default_reminder, null);
      },
    ],
    [
      "a refused setting says why at its field, and keeps what was typed",
      async () => {
        await open();
        const zone = dialog().getByLabel("Time zone");
        await zone.fill("Mars/Olympus");
        await page().keyboard.press("Enter");
        await dialog().locator(".field", { has: page().getByLabel("Time zone") }).getByRole("alert").getByText(/Mars\/Olympus/).waitFor();
        await becomes(() => zone.getAttribute("aria-invalid"), "true");
        await becomes(() => zone.inputValue(), "Mars/Olympus");
        await header().getByText("Europe/Rome", { exact: true }).waitFor();
        await zone.fill("Europe/Rome");
        await page().keyboard.press("Enter");
        await dialog().locator('[aria-invalid="true"]').waitFor({ state: "detached" });
        await close();
      },
    ],
    [
      "theme and density act at once, and are there after a reload",
      async () => {
        const color = () => page().evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
        const height = () => page().locator("ul.rows > li").first().evaluate((element) => element.offsetHeight);
        const [light, high] = [await color(), await height()];
        await open();
        await set("Theme", "dark");
        const dark = await color();
        assert.notEqual(dark, light);
        // The frame of the browser too.
        const frame = () => page().evaluate(() => [...document.querySelectorAll("meta[name=theme-color]")].map((meta) => meta.content));
        assert.deepEqual(await frame(), [dark, dark]);
        await set("Density", "compact");
        await shot("settings-dark");
        assert.ok((await height()) < high);
        await page().reload();
        await page().locator(".connection-live").waitFor();
        assert.equal(await color(), dark);
        assert.equal(await page().evaluate(() => document.documentElement.dataset.density), "compact");
        await shot("compact-dark");
        await open();
        await set("Density", "comfortable");
        await set("Theme", "system");
        assert.equal(await color(), light);
        assert.equal(new Set(await frame()).size, 2);
        await close();
      },
    ],
    [
      "a part of the page that cannot be loaded is told of, and the page goes on",
      async () => {
        const script = /\/assets\/dialogs-.*\.js/;
        await page().route(script, (route) => route.fulfill({ status: 404 }));
        await page().reload();
        await page().locator(".connection-live").waitFor();
        await header().getByRole("button", { name: "Settings" }).click();
        const toast = page().locator(".toast-error").filter({ hasText: "This part of the page could not be loaded." });
        await toast.getByRole("button", { name: "Dismiss" }).click();
        await page().unroute(script);
        await page().reload();
        await page().locator(".connection-live").waitFor();
        await open();
        await close();
      },
    ],
  ];
}

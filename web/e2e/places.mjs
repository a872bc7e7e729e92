// Two tabs, changes made elsewhere, and the focus and scroll position afterwards: parts of the story in
// `page.test.mjs`.

import assert from "node:assert/strict";

import { becomes } from "./browser.mjs";

/** `page` is a function, because the page is opened after the parts are listed. */
export function placesParts({ page, row, gone, show, shot, rest, signedIn, say, lastMessage }) {
  const editor = (number) => row(number).locator("form.editor");
  const button = (number, name) => editor(number).getByRole("button", { name, exact: true });
  const task = (number) => rest("GET", `/api/v1/tasks/${number}`);
  const banner = (number, tab = page()) => tab.locator(`[data-notification="${number}"]`);
  const quickAdd = (tab) => tab.getByLabel("Add a task");
  const message = (tab) => tab.getByLabel("Message", { exact: true });
  const focused = (selector) => page().waitForFunction((selector) => document.activeElement?.matches(selector), selector);

  async function make(fields) {
    const { number } = await rest("POST", "/api/v1/tasks", fields);
    await row(number).waitFor();
    return number;
  }

  /** A task whose reminder is shown. */
  async function reminded(title) {
    const at = new Date(Date.now() + 500).toISOString();
    const { number } = await rest("POST", "/api/v1/tasks", { title, reminders: [{ at }] });
    await banner(number).waitFor();
    return number;
  }

  /** A task with an editor in which these notes are typed. */
  async function typed(title, notes) {
    const number = await make({ title });
    await row(number).locator("button.title").click();
    await editor(number).getByLabel("Notes").fill(notes);
    return number;
  }

  /** A second tab of the same browser. */
  async function secondTab() {
    const tab = await page().context().newPage();
    await tab.goto(page().url());
    await tab.locator(".connection-live").waitFor();
    await tab.locator("ul.rows[aria-busy=false]").waitFor({ state: "attached" });
    return tab;
  }

  /** Every control stays on the screen and in its panel. */
  async function nothingOverflows(stage) {
    const wide = await page().evaluate(() => {
      const controls = document.querySelectorAll("button, input, select, textarea, summary");
      return Array.from(controls).flatMap((element) => {
        const box = element.getBoundingClientRect();
        // A segment of visually hidden text has one pixel.
        if (box.width <= 1 || !element.checkVisibility()) return [];
        const panel = element.closest(".editor, .panel, .card, .menu-body")?.getBoundingClientRect();
        const right = Math.min(document.documentElement.clientWidth, panel?.right ?? Number.POSITIVE_INFINITY);
        const left = Math.max(0, panel?.left ?? 0);
        const fits = box.left >= left - 1 && box.right <= right + 1;
        const name = element.getAttribute("aria-label") ?? element.textContent ?? "";
        return fits ? [] : [`${element.tagName} ${name}: ${box.left} to ${box.right} within ${left} to ${right}`];
      });
    });
    assert.deepEqual(wide, [], stage);
    const [content, screen] = await page().evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return [scrollWidth, clientWidth];
    });
    assert.ok(content <= screen, `${stage}: ${content} px of content on ${screen} px`);
  }

  return [
    [
      "a reminder that is handled in another place leaves the list of reminders",
      async () => {
        const pill = await reminded("take the other pill");
        await rest("PATCH", `/api/v1/tasks/${pill}`, { title: "take the blue pill" });
        await banner(pill).getByText("take the blue pill").waitFor();
        await rest("POST", `/api/v1/tasks/${pill}/complete`, {});
        await gone(banner(pill));
        // A reminder before the due time moves with it, and will fire again.
        const due = new Date(Date.now() + 1500).toISOString().replace(/\.\d+Z$/, "[UTC]");
        const { number } = await rest("POST", "/api/v1/tasks", { title: "call back", due, reminders: [{ minutes_before: 0 }] });
        await banner(number).waitFor();
        await rest("PATCH", `/api/v1/tasks/${number}`, { due: "2031-01-01T09:00" });
        await gone(banner(number));
        const letter = await reminded("post the letter");
        await say(`done ${letter}`);
        await gone(banner(letter));
      },
    ],
    [
      "a reminder that is dismissed in another tab leaves this one",
      async () => {
        const tab = await secondTab();
        const number = await reminded("stretch");
        await banner(number, tab).waitFor();
        await banner(number, tab).getByRole("button", { name: /^Dismiss/ }).click();
        await gone(banner(number));
        await tab.close();
      },
    ],
    [
      "two tabs keep their own drafts, and a new tab takes over those of a closed one",
      async () => {
        const tab = await secondTab();
        await quickAdd(page()).fill("first tab tomorrow");
        await message(page()).fill("a question here");
        await quickAdd(tab).fill("second tab tomorrow");
        await message(tab).fill("a question there");
        await page().reload();
        await signedIn();
        await tab.reload();
        await quickAdd(tab).waitFor();
        await message(tab).waitFor();
        await becomes(() => quickAdd(page()).inputValue(), "first tab tomorrow");
        await becomes(() => message(page()).inputValue(), "a question here");
        await becomes(() => quickAdd(tab).inputValue(), "second tab tomorrow");
        await becomes(() => message(tab).inputValue(), "a question there");
        await tab.close({ runBeforeUnload: true });
        await page().waitForFunction(() => Object.keys(localStorage).some((key) => key.startsWith("taskwire.left.")));
        const next = await secondTab();
        await becomes(() => quickAdd(next).inputValue(), "second tab tomorrow");
        await becomes(() => message(next).inputValue(), "a question there");
        await quickAdd(next).fill("");
        await message(next).fill("");
        await next.close();
        await becomes(() => quickAdd(page()).inputValue(), "first tab tomorrow");
        await quickAdd(page()).fill("");
        await message(page()).fill("");
      },
    ],
    [
      "an editor stays open when its task is deleted elsewhere, and its text can be saved",
      async () => {
        const number = await typed("water the cactus", "once a month");
        await rest("DELETE", `/api/v1/tasks/${number}`);
        await editor(number).getByText("This task was deleted while you were editing it.").waitFor();
        await becomes(() => editor(number).getByLabel("Notes").inputValue(), "once a month");
        await shot("deleted");
        // It is there after a reload too, and in another list.
        await page().reload();
        await signedIn();
        await editor(number).getByText("This task was deleted while you were editing it.").waitFor();
        await show("Done");
        await becomes(() => editor(number).getByLabel("Notes").inputValue(), "once a month");
        await show("Open");
        await button(number, "Restore and save").click();
        await gone(editor(number));
        const { status, notes } = await task(number);
        assert.deepEqual({ status, notes }, { status: "open", notes: "once a month" });
      },
    ],
    [
      "the text of a deleted task can become a new one, and that of a completed one too",
      async () => {
        const number = await typed("feed the fish", "twice a day");
        await rest("POST", `/api/v1/tasks/${number}/complete`, {});
        await editor(number).getByText("This task was completed while you were editing it.").waitFor();
        await button(number, "Save as new task").click();
        await gone(row(number));
        const { items } = await rest("GET", "/api/v1/tasks?status=open&q=feed%20the%20fish");
        assert.deepEqual(
          items.map(({ title, notes }) => ({ title, notes })),
          [{ title: "feed the fish", notes: "twice a day" }],
        );
        assert.equal((await task(number)).status, "completed");
      },
    ],
    [
      "an editor stays open when its task leaves the list that is shown",
      async () => {
        const number = await make({ title: "wash the car", tags: ["errand"] });
        await page().getByLabel("Tag", { exact: true }).selectOption("errand");
        await row(number).locator("button.title").click();
        await editor(number).getByLabel("Notes").fill("with wax");
        await rest("PATCH", `/api/v1/tasks/${number}`, { tags: ["garage"] });
        await editor(number).getByText("This task is no longer in this list.").waitFor();
        await becomes(() => editor(number).getByLabel("Notes").inputValue(), "with wax");
        assert.ok(await editor(number).getByLabel("Notes").evaluate((element) => element === document.activeElement));
        await button(number, "Save").click();
        await gone(row(number));
        assert.equal((await task(number)).notes, "with wax");
        await page().getByRole("button", { name: "Clear filters" }).click();
        await row(number).waitFor();
      },
    ],
    [
      "the keyboard is never lost when what had it goes",
      async () => {
        const number = await typed("paint the shed", "x");
        await editor(number).getByLabel("Title").fill("paint the barn");
        await rest("PATCH", `/api/v1/tasks/${number}`, { title: "paint the house", tags: ["one", "two"] });
        await editor(number).locator(".conflict").getByRole("button", { name: /^Keep yours/ }).press("Enter");
        await focused('input[name="title"]');
        await editor(number).getByRole("button", { name: "Remove tag one" }).press("Enter");
        await focused('[aria-label="Remove tag two"]');
        await page().keyboard.press("Enter");
        await focused("input[list]");
        await button(number, "Save").press("Enter");
        await gone(editor(number));
        await focused("button.title");
        const stretch = await reminded("stretch again");
        await banner(stretch).getByRole("button", { name: /^Dismiss/ }).press("Enter");
        await gone(banner(stretch));
        await focused(".quick-add input");
      },
    ],
    [
      "the chat opens at the newest message, and a question still names its task after a reload",
      async () => {
        const number = await make({ title: "cancel the gym", due: "2031-01-01" });
        for (let at = 0; at < 6; at += 1) await say("help");
        await say(`delete ${number}`);
        await lastMessage().locator(".approval").getByText("cancel the gym").waitFor();
        const atEnd = () =>
          page().waitForFunction(() => {
            const log = document.querySelector(".log");
            return log.clientHeight > 0 && log.scrollHeight > log.clientHeight && log.scrollHeight - log.scrollTop - log.clientHeight < 2;
          });
        await page().reload();
        await signedIn();
        await lastMessage().locator(".approval").getByText("cancel the gym").waitFor();
        await atEnd();
        // On a narrow screen the log has no height until the chat is shown.
        await page().setViewportSize({ width: 360, height: 740 });
        await page().reload();
        await signedIn();
        await lastMessage().locator(".approval").waitFor({ state: "attached" });
        await page().getByRole("navigation", { name: "View" }).getByRole("button", { name: "Chat" }).click();
        await atEnd();
        await nothingOverflows("chat");
        await page().locator(".chat .menu summary").click();
        await page().locator(".menu-item").first().waitFor();
        await nothingOverflows("earlier conversations");
        await page().keyboard.press("Escape");
        await lastMessage().locator(".approval").getByRole("button", { name: "Deny" }).click();
        await page().locator('.log[aria-busy="false"]').waitFor();
        await page().getByRole("navigation", { name: "View" }).getByRole("button", { name: "Tasks" }).click();
      },
    ],
    [
      "on a narrow screen every control stays within its frame",
      async () => {
        const number = await make({ title: "plan the trip", due: "2031-05-06T09:00", tags: ["travel"] });
        await nothingOverflows("list");
        await row(number).locator("button.title").click();
        const reminders = editor(number).getByLabel("Reminders", { exact: true });
        await reminders.selectOption({ label: "At a time…" });
        await editor(number).getByLabel("Remind at").waitFor();
        await editor(number).getByLabel("Title").fill("plan the journey");
        await rest("PATCH", `/api/v1/tasks/${number}`, { title: "plan the holiday" });
        await editor(number).locator(".conflict").waitFor();
        await nothingOverflows("editor");
        await shot("editor-narrow");
        await rest("DELETE", `/api/v1/tasks/${number}`);
        await button(number, "Save as new task").waitFor();
        await nothingOverflows("editor of a deleted task");
        await button(number, "Close").click();
        await button(number, "Discard changes").waitFor();
        await nothingOverflows("unsaved changes");
        await button(number, "Discard changes").click();
        await gone(row(number));
        await page().getByRole("button", { name: "Settings" }).click();
        await page().getByRole("dialog", { name: "Settings" }).waitFor();
        await nothingOverflows("settings");
        const settings = page().getByRole("dialog", { name: "Settings" });
        await settings.getByRole("button", { name: "Notifications", exact: true }).click();
        await settings.getByRole("button", { name: "Add a channel" }).click();
        await settings.getByRole("button", { name: "Save quiet hours" }).waitFor();
        await nothingOverflows("notifications");
        await shot("notifications-narrow");
        await page().keyboard.press("Escape");
        const stretch = await reminded("stretch on a narrow screen");
        await nothingOverflows("reminders");
        await page().getByRole("button", { name: /^Inbox/ }).click();
        await page().locator(`[data-inbox="${stretch}"]`).waitFor();
        await nothingOverflows("inbox");
        await shot("inbox-narrow");
        await page().keyboard.press("Escape");
        await banner(stretch).getByRole("button", { name: /^Dismiss/ }).click();
        await page().setViewportSize({ width: 1280, height: 860 });
      },
    ],
    [
      "everything is shown in the owner's zone, which changes only when its owner says so",
      async () => {
        await rest("PATCH", "/api/v1/me", { zone: "America/New_York" });
        await page().reload();
        await signedIn();
        const notice = page().getByRole("status", { name: "Time zone" });
        await notice.getByText("Dates and times are shown in America/New York. This browser is in Europe/Rome.").waitFor();
        const number = await make({ title: "night call", due: "2031-05-06T20:00", reminders: [{ minutes_before: 60 }] });
        await row(number).getByText(/20:00/).waitFor();
        await row(number).getByText(/reminder .*19:00/).waitFor();
        await shot("zones");
        await quickAdd(page()).fill("late call 6 may 2031 at 21:00");
        await page().keyboard.press("Enter");
        await page().locator(".quick-added").getByText(/late call/).waitFor();
        const { items } = await rest("GET", "/api/v1/tasks?q=late%20call");
        assert.deepEqual(
          items.map(({ due, due_at }) => ({ due, due_at })),
          [{ due: "2031-05-06T21:00", due_at: "2031-05-07T01:00:00Z" }],
        );
        await notice.getByRole("button", { name: "Keep America/New York" }).click();
        await notice.getByText(/shown in/).waitFor({ state: "detached" });
        await page().reload();
        await signedIn();
        await becomes(() => notice.getByText(/shown in/).count(), 0);
        await page().getByRole("button", { name: "Settings" }).click();
        await page().getByRole("button", { name: "Use Europe/Rome" }).click();
        await page().locator("header.top").getByText("Europe/Rome", { exact: true }).waitFor();
        await page().keyboard.press("Escape");
        await signedIn();
        await row(number).getByText(/20:00/).waitFor();
      },
    ],
  ];
}

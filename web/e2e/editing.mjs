// Concurrent edits, and unsent text: parts of the story in `page.test.mjs`.

import assert from "node:assert/strict";

import { becomes } from "./browser.mjs";

/** `page` is a function, because the page is opened after the parts are listed. */
export function editingParts({ page, row, gone, shot, rest, signedIn }) {
  const editor = (number) => row(number).locator("form.editor");
  const button = (number, name) => editor(number).getByRole("button", { name, exact: true });
  const titleOf = (number) => row(number).locator("button.title");
  const task = (number) => rest("GET", `/api/v1/tasks/${number}`);
  const quickAdd = () => page().getByLabel("Add a task");
  const message = () => page().getByLabel("Message", { exact: true });
  let fence;

  async function open(number) {
    await titleOf(number).click();
    await editor(number).waitFor();
  }

  /** Waits until an element has the focus. */
  async function focused(locator) {
    await locator.waitFor();
    await page().waitForFunction((element) => element === document.activeElement, await locator.elementHandle());
  }

  return [
    [
      "an editor shows what changes elsewhere, and sends only what was typed in it",
      async () => {
        const made = await rest("POST", "/api/v1/tasks", { title: "paint the fence", tags: ["home"] });
        fence = made.number;
        await row(fence).waitFor();
        await open(fence);
        await editor(fence).getByLabel("Notes").fill("white");
        await rest("PATCH", `/api/v1/tasks/${fence}`, { title: "paint the gate", priority: "high" });
        await page().waitForFunction(
          (input) => input.value === "paint the gate",
          await editor(fence).getByLabel("Title").elementHandle(),
        );
        await editor(fence).getByText(/^Also changed elsewhere: Title, Priority/).waitFor();
        await button(fence, "Save").click();
        await gone(editor(fence));
        const { title, priority, notes } = await task(fence);
        assert.deepEqual({ title, priority, notes }, { title: "paint the gate", priority: "high", notes: "white" });
        await focused(titleOf(fence));
      },
    ],
    [
      "where both changed the same field both values are shown, and nothing is saved before one is chosen",
      async () => {
        await open(fence);
        await editor(fence).getByLabel("Title").fill("paint the wall");
        await rest("PATCH", `/api/v1/tasks/${fence}`, { title: "paint the door" });
        const conflict = editor(fence).locator(".conflict");
        await conflict.getByText("paint the door").waitFor();
        await conflict.getByText("paint the wall").waitFor();
        await shot("conflict");
        await editor(fence).getByRole("textbox", { name: "Title" }).press("Enter");
        assert.equal((await task(fence)).title, "paint the door");
        await conflict.getByRole("button", { name: /^Keep yours/ }).click();
        await focused(editor(fence).getByRole("textbox", { name: "Title" }));
        await button(fence, "Save").click();
        await gone(editor(fence));
        assert.equal((await task(fence)).title, "paint the wall");
      },
    ],
    [
      "a change that overtakes the save is merged too",
      async () => {
        await open(fence);
        await editor(fence).getByLabel("Notes").fill("green");
        // The request is on its way with the version that was seen when another change is made.
        const address = `**/api/v1/tasks/${fence}`;
        let isOvertaken = false;
        await page().route(address, async (route) => {
          if (route.request().method() === "PATCH" && !isOvertaken) {
            isOvertaken = true;
            await rest("PATCH", `/api/v1/tasks/${fence}`, { priority: "low" });
          }
          await route.continue();
        });
        await button(fence, "Save").click();
        await gone(editor(fence));
        await page().unroute(address);
        assert.ok(isOvertaken);
        const { priority, notes } = await task(fence);
        assert.deepEqual({ priority, notes }, { priority: "low", notes: "green" });
      },
    ],
    [
      "Esc asks before it throws typed text away, and the keyboard returns to the row",
      async () => {
        await open(fence);
        await page().keyboard.press("Escape");
        await gone(editor(fence));
        await focused(titleOf(fence));
        await page().keyboard.press("Enter");
        await editor(fence).getByLabel("Notes").fill("blue");
        await page().keyboard.press("Escape");
        await focused(button(fence, "Keep editing"));
        await shot("unsaved");
        await page().keyboard.press("Enter");
        await becomes(() => editor(fence).getByLabel("Notes").inputValue(), "blue");
        await button(fence, "Cancel").click();
        await button(fence, "Discard changes").click();
        await gone(editor(fence));
        await focused(titleOf(fence));
        assert.equal((await task(fence)).notes, "green");
      },
    ],
    [
      "tags and reminders can be changed",
      async () => {
        await rest("PATCH", `/api/v1/tasks/${fence}`, { due: "2031-05-06T09:00" });
        await row(fence).getByText(/2031/).waitFor();
        await open(fence);
        await editor(fence).getByRole("button", { name: "Remove tag home" }).click();
        await editor(fence).getByLabel("Tags", { exact: true }).fill("garden");
        await page().keyboard.press("Enter");
        await editor(fence).getByLabel("Reminders", { exact: true }).selectOption({ label: "1 hour before" });
        await editor(fence).getByLabel("Reminders", { exact: true }).selectOption({ label: "At a time…" });
        await editor(fence).getByLabel("Remind at").fill("2031-05-05T20:00");
        await button(fence, "Add reminder").click();
        // A time that was chosen and a tag that was typed count, even if they were not added.
        await editor(fence).getByLabel("Reminders", { exact: true }).selectOption({ label: "At a time…" });
        await editor(fence).getByLabel("Remind at").fill("2031-05-04T20:00");
        await editor(fence).getByLabel("Tags", { exact: true }).fill("outside");
        await shot("editor");
        await button(fence, "Save").click();
        await gone(editor(fence));
        const { tags, reminders } = await task(fence);
        assert.deepEqual(tags, ["garden", "outside"]);
        assert.deepEqual(
          reminders.map(({ minutes_before, at }) => minutes_before ?? at),
          [60, "2031-05-05T18:00:00Z", "2031-05-04T18:00:00Z"],
        );
        await row(fence).getByRole("button", { name: "garden" }).waitFor();
      },
    ],
    [
      "what is typed survives a reload",
      async () => {
        await quickAdd().fill("half a thought tomorrow");
        await message().fill("half a question");
        await open(fence);
        await editor(fence).getByLabel("Notes").fill("half a note");
        await page().reload();
        await signedIn();
        await becomes(() => quickAdd().inputValue(), "half a thought tomorrow");
        await becomes(() => message().inputValue(), "half a question");
        await editor(fence).waitFor();
        await becomes(() => editor(fence).getByLabel("Notes").inputValue(), "half a note");
      },
    ],
    [
      "an ended session shows the sign-in, and loses nothing",
      async () => {
        const context = page().context();
        const cookies = await context.cookies();
        // The requests of the reload have succeeded: only the next line finds that the session has ended.
        await page().locator(".meaning").getByText(/^due/).waitFor();
        await quickAdd().fill("half a thought friday");
        await context.clearCookies();
        // The page requests a preview, and learns that nobody is signed in. Another request may have told it before, and
        // removed the field; the key then does nothing.
        await page().keyboard.press("Space");
        await page().locator(".sign-in").getByText("Your session has expired").waitFor();
        await becomes(() => page().locator("li[data-number]").count(), 0);
        await shot("ended");
        await context.addCookies(cookies);
        await page().getByRole("button", { name: "Check again" }).click();
        await signedIn();
        await becomes(async () => (await quickAdd().inputValue()).trim(), "half a thought friday");
        await becomes(() => message().inputValue(), "half a question");
        await becomes(() => editor(fence).getByLabel("Notes").inputValue(), "half a note");
        await button(fence, "Cancel").click();
        await button(fence, "Discard changes").click();
        await quickAdd().fill("");
        await message().fill("");
        await page().reload();
        await signedIn();
        await row(fence).waitFor();
        await becomes(() => quickAdd().inputValue(), "");
        await becomes(() => editor(fence).count(), 0);
      },
    ],
    [
      "a message that was sent without a session is a draft again",
      async () => {
        const context = page().context();
        const cookies = await context.cookies();
        // Typed first: without a session any other request removes the field.
        await message().fill("does this arrive?");
        await context.clearCookies();
        await page().keyboard.press("Enter");
        await page().locator(".sign-in").getByText("Your session has expired").waitFor();
        await context.addCookies(cookies);
        await page().getByRole("button", { name: "Check again" }).click();
        await signedIn();
        await message().waitFor();
        await becomes(() => message().inputValue(), "does this arrive?");
        await message().fill("");
      },
    ],
    [
      "a stream that is cut because the session ended shows the sign-in too",
      async () => {
        const context = page().context();
        const cookies = await context.cookies();
        await page().locator(".connection-live").waitFor();
        await context.clearCookies();
        await context.setOffline(true);
        // A request that was on its way may have told it already.
        await page().locator(".connection-reconnecting, .sign-in").first().waitFor();
        await context.setOffline(false);
        await page().locator(".sign-in").waitFor();
        await context.addCookies(cookies);
        await page().getByRole("button", { name: "Check again" }).click();
        await signedIn();
        await row(fence).waitFor();
      },
    ],
    [
      "a reminder that was due while no page was open waits in a list until it is read",
      async () => {
        const address = page().url();
        const at = new Date(Date.now() + 1000).toISOString();
        const { number } = await rest("POST", "/api/v1/tasks", { title: "take the pill", reminders: [{ at }] });
        await page().goto("about:blank");
        const unread = async () => {
          const response = await page().context().request.get(new URL("/api/v1/notifications?unread=true", address).href);
          return (await response.json()).items.length;
        };
        const limit = Date.now() + 15_000;
        while ((await unread()) === 0) assert.ok(Date.now() < limit, "the reminder fires");
        await page().goto(address);
        const reminder = page().locator(`[data-notification="${number}"]`);
        await reminder.getByText("take the pill").waitFor();
        assert.equal(await page().title(), "(1) Taskwire");
        await shot("reminder");
        await reminder.getByRole("button", { name: /^Dismiss/ }).click();
        await gone(reminder);
        while ((await unread()) > 0) assert.ok(Date.now() < limit, "the reminder is read");
        await page().reload();
        await row(number).waitFor();
        await becomes(() => page().locator("[data-notification]").count(), 0);
      },
    ],
  ];
}

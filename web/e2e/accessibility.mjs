// The rules of WCAG 2.2 AA that a program can check, in each view and both themes: parts of the story in `page.test.mjs`.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Fails with what is wrong in the page as it is shown. */
export async function checkAccessibility(page, view) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((rules) => globalThis.axe.run(document, { runOnly: rules }), RULES);
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
  assert.deepEqual(found, [], view);
}

/** `page` is a function, because the page is opened after the parts are listed. */
export function accessibilityParts({ page, row, show, rest, signedIn }) {
  const dialog = () => page().getByRole("dialog");
  const press = (name) => page().locator("header.top").getByRole("button", { name, exact: true }).click();
  const close = () => page().keyboard.press("Escape");

  async function checkAll(theme) {
    const check = (view) => checkAccessibility(page(), `${view}, ${theme}`);
    const field = page().getByLabel("Add a task");
    await rest("PATCH", "/api/v1/me", { theme });
    const { number } = await rest("POST", "/api/v1/tasks", { title: `read the rules in ${theme}`, priority: "high", due: "today" });
    await page().reload();
    await signedIn();

    await field.fill("Hire p1 engineer tomorrow #work evry tues");
    await page().locator(".line-text .unsure").waitFor();
    await page().locator(".line-text .mark-doubt").waitFor();
    await check("the list and a preview");
    await field.fill("");

    await row(number).getByRole("button", { name: /^History/ }).click();
    await dialog().getByText("Priority: high").waitFor();
    await check("the history of a task");
    await close();

    await press("Changes");
    await dialog().getByRole("button", { name: /^Undo/ }).first().waitFor();
    await check("recent changes");
    await close();

    await press("Inbox");
    await dialog().locator("[data-inbox]").first().waitFor();
    await check("the inbox");
    await close();

    await press("Settings");
    await dialog().getByLabel("Language").fill("?");
    await page().keyboard.press("Enter");
    await dialog().locator('[aria-invalid="true"]').waitFor();
    await check("settings with an error");

    await dialog().getByRole("button", { name: "Notifications", exact: true }).click();
    await dialog().getByRole("button", { name: "Add a channel" }).click();
    await dialog().getByLabel("URL", { exact: true }).fill("no address");
    await dialog().getByRole("button", { name: "Add", exact: true }).click();
    await dialog().locator('[aria-invalid="true"]').waitFor();
    await dialog().getByRole("button", { name: "Save quiet hours" }).waitFor();
    await check("notifications with an error");
    await dialog().getByLabel("URL", { exact: true }).fill("https://example.com/hook");
    await dialog().getByRole("button", { name: "Add", exact: true }).click();
    await dialog().locator("[data-secret]").waitFor();
    await dialog().getByRole("button", { name: "Edit: Webhook" }).click();
    await check("a channel with its secret and its settings");
    await dialog().getByRole("button", { name: "Delete: Webhook" }).click();
    await check("a channel with a question");
    // At once: the reminders of the story are not for example.com.
    await dialog().getByRole("group", { name: "Confirm: Webhook" }).getByRole("button", { name: "Delete" }).click();
    await dialog().locator("[data-channel]").waitFor({ state: "detached" });

    await dialog().getByRole("button", { name: "Tags" }).click();
    await dialog().getByRole("button", { name: "Edit: Work" }).click();
    await dialog().getByRole("button", { name: "Delete: Health" }).click();
    await dialog().getByText(/^Delete Health/).waitFor();
    await check("tags with a form and a question");

    await dialog().getByRole("button", { name: "Account" }).click();
    await dialog().getByText(/this one/).waitFor();
    await dialog().getByText(/^Delete .* with all tasks/).click();
    await check("the account");
    await close();

    await rest("DELETE", `/api/v1/tasks/${number}`);
    await show("Trash");
    await page().getByRole("button", { name: "Empty the trash" }).click();
    await page().getByText(/for good\?/).waitFor();
    await check("the trash");
    await show("Open");
  }

  return ["light", "dark"].map((theme) => [
    `every view follows the rules of accessibility, ${theme}`,
    async () => {
      await checkAll(theme);
      await rest("PATCH", "/api/v1/me", { theme: "system" });
    },
  ]);
}

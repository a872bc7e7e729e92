// The account: parts of the story in `page.test.mjs`, the last of them.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { becomes } from "./browser.mjs";

/** `page` is a function, because the page is opened after the parts are listed. */
export function peopleParts({ page, gone, shot, rest, newTab }) {
  const dialog = () => page().getByRole("dialog", { name: "Settings" });
  const sessions = () => dialog().getByRole("list", { name: "Sessions" }).getByRole("listitem");
  const alertOf = (label) =>
    dialog().locator(".field", { has: page().getByLabel(label) }).getByRole("alert");

  async function open() {
    await page().locator("header.top").getByRole("button", { name: "Settings" }).click();
    await dialog().getByRole("button", { name: "Account" }).click();
    await sessions().first().waitFor();
  }

  async function setPassword(current, next) {
    // Only where there is one.
    if (current !== "") await dialog().getByLabel(/^Current password/).fill(current);
    await dialog().getByLabel(/^New password/).fill(next);
    await dialog().getByRole("button", { name: current === "" ? "Set password" : "Change password" }).click();
  }

  const signedInAs = async (tab, name, password) => {
    await tab.getByLabel("Name", { exact: true }).fill(name);
    await tab.getByLabel("Password", { exact: true }).fill(password);
    await tab.getByRole("button", { name: "Sign in", exact: true }).click();
    await tab.locator(".connection-live").waitFor();
  };

  let name;
  return [
    [
      "a password is set and changed, and what is wrong is said at its field",
      async () => {
        ({ name } = await rest("GET", "/api/v1/me"));
        await open();
        await setPassword("", "short");
        await alertOf(/^New password/).getByText(/too short/).waitFor();
        await setPassword("", "correct horse");
        await dialog().getByText(/^The password is changed/).waitFor();
        await setPassword("wrong horse", "battery staple");
        await alertOf(/^Current password/).getByText("The password is wrong.").waitFor();
        await shot("account");
        await setPassword("correct horse", "battery staple");
        await dialog().getByText(/^The password is changed/).waitFor();
        await becomes(() => dialog().getByLabel(/^New password/).inputValue(), "");
      },
    ],
    [
      "sessions are listed and ended, one or all others",
      async () => {
        const others = [await newTab(), await newTab()];
        for (const tab of others) await signedInAs(tab, name, "battery staple");
        await page().keyboard.press("Escape");
        await open();
        await sessions().nth(2).waitFor();
        await becomes(() => sessions().filter({ hasText: "this one" }).count(), 1);
        await sessions().filter({ hasNotText: "this one" }).first().getByRole("button", { name: /^Sign out/ }).click();
        await gone(sessions().nth(2));
        await dialog().getByRole("button", { name: "Sign out all others" }).click();
        await gone(sessions().nth(1));
        for (const tab of others) {
          await tab.locator(".sign-in").waitFor();
          await tab.context().close();
        }
        await becomes(() => dialog().isVisible(), true);
      },
    ],
    [
      "everything can be downloaded",
      async () => {
        const started = page().waitForEvent("download");
        await dialog().getByRole("link", { name: "Download the export" }).click();
        const lines = (await readFile(await (await started).path(), "utf8")).trim().split("\n").map((line) => JSON.parse(line));
        assert.deepEqual([lines[0].type, lines.at(-1).type], ["export", "end"]);
        assert.ok(lines.some(({ type }) => type === "task"));
      },
    ],
    [
      "signing out everywhere ends this session too",
      async () => {
        await dialog().getByRole("button", { name: "Sign out everywhere" }).click();
        await page().locator(".sign-in").getByText("You are signed out everywhere.").waitFor();
        await signedInAs(page(), name, "battery staple");
      },
    ],
    [
      "an account is deleted by typing its name, and nothing else",
      async () => {
        await open();
        await dialog().getByText(/^Delete .* with all tasks/).click();
        const confirm = dialog().getByLabel(/ to confirm$/);
        const button = dialog().getByRole("button", { name: "Delete the account" });
        await confirm.fill("somebody else");
        await dialog().getByRole("textbox", { name: "Password", exact: true }).fill("battery staple");
        await button.click();
        await alertOf(/ to confirm$/).getByText("This is not the name of the account.").waitFor();
        await confirm.fill(name);
        await dialog().getByRole("textbox", { name: "Password", exact: true }).fill("wrong");
        await button.click();
        await alertOf(/^Password$/).getByText("The password is wrong.").waitFor();
        await shot("delete-account");
        await dialog().getByRole("textbox", { name: "Password", exact: true }).fill("battery staple");
        await button.click();
        await page().locator(".sign-in").getByText("The account is deleted.").waitFor();
      },
    ],
    [
      "where nobody can sign up, the page says so",
      async () => {
        await page().getByRole("button", { name: "Create an account" }).click();
        await page().getByText(/^Nobody can sign up here/).waitFor();
        await page().getByRole("button", { name: "Sign in instead" }).click();
        await page().getByRole("button", { name: "Sign in", exact: true }).waitFor();
      },
    ],
  ];
}

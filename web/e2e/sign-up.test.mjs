// Signing up in a real browser, at a running server that takes new people by invitation.
//
//   TASKWIRE_URL         the address of the server (required)
//   TASKWIRE_INVITATION  the code of an invitation that was not used (required)
//   TASKWIRE_CHROMIUM    the browser, by default /usr/bin/chromium

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { checkAccessibility } from "./accessibility.mjs";
import { becomes, launch, openPage } from "./browser.mjs";

const { TASKWIRE_URL: address, TASKWIRE_INVITATION: code } = process.env;
const name = "Ada";
const password = "correct horse";
let browser;

before(async () => {
  assert.ok(address && code, "Set TASKWIRE_URL and TASKWIRE_INVITATION.");
  browser = await launch();
});

after(() => browser?.close());

async function fill(page, fields) {
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label).fill(value);
  await page.getByRole("button", { name: "Create account" }).click();
}

test("the form asks for an invitation, and says what is wrong with it", async () => {
  const page = await openPage(browser);
  await page.goto(new URL("/", address).href);
  await page.getByRole("button", { name: "Create an account" }).waitFor();
  await checkAccessibility(page, "signing in");
  await page.getByRole("button", { name: "Create an account" }).click();
  await fill(page, { Name: name, "Password, at least 8 characters": "short", Invitation: "no such code" });
  await page.getByText(/too short/).waitFor();
  await fill(page, { "Password, at least 8 characters": password });
  await page.getByText(/This invitation is unknown/).waitFor();
  await becomes(() => page.getByLabel("Invitation").getAttribute("aria-invalid"), "true");
  await checkAccessibility(page, "signing up");
  await page.context().close();
});

test("an invitation link opens the form with its code, which works once", async () => {
  const page = await openPage(browser);
  await page.goto(new URL(`/#invitation=${code}`, address).href);
  await becomes(() => page.getByLabel("Invitation").inputValue(), code);
  assert.equal(new URL(page.url()).hash, "");
  await fill(page, { Name: name, "Password, at least 8 characters": password });
  await page.locator(".connection-live").waitFor();
  await page.locator("header.top").getByText(name, { exact: true }).waitFor();
  await page.locator("header.top").getByText("Europe/Rome", { exact: true }).waitFor();
  // The same tab, by a link that is opened while somebody is signed in: it can be used after signing out.
  await page.goto(new URL(`/#invitation=${code}`, address).href);
  await page.getByRole("button", { name: "Sign out" }).click();
  await fill(page, { Name: "Grace", "Password, at least 8 characters": password });
  await page.getByText(/This invitation is unknown, was used, or has expired/).waitFor();
  await page.getByRole("button", { name: "Sign in instead" }).click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.locator(".connection-live").waitFor();
  await page.context().close();
});

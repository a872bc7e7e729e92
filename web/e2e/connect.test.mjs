// Connecting a program by OAuth in a real browser: signing in, consent, refusal, and the list of connected apps.
//
//   TASKWIRE_URL       the sign-in link that the server printed (required); programs may register themselves there
//   TASKWIRE_CHROMIUM  the browser, by default /usr/bin/chromium
//   TASKWIRE_SHOTS     a folder for pictures of each stage

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { after, before, test } from "node:test";

import { checkAccessibility } from "./accessibility.mjs";
import { becomes, launch, openPage } from "./browser.mjs";

const link = process.env.TASKWIRE_URL;
const shots = process.env.TASKWIRE_SHOTS;
const name = "A host <b>of</b> tools";
let browser;
let page;
/** The program: its page begins to connect, and its callback gets the answer. */
let program;
let client;
const answers = [];
const faults = [];

const origin = () => new URL(link).origin;
const callback = () => `http://127.0.0.1:${program.address().port}/callback`;
const shot = (stage) => shots && page.screenshot({ path: path.join(shots, `${stage}.png`) });
const send = (address, pairs) => fetch(new URL(address, link), { method: "POST", body: new URLSearchParams(pairs) });

before(async () => {
  assert.ok(link, "Set TASKWIRE_URL to the sign-in link that the server printed.");
  if (shots) mkdirSync(shots, { recursive: true });
  program = createServer((request, response) => {
    const url = new URL(request.url, "http://127.0.0.1");
    if (url.pathname === "/callback") answers.push(Object.fromEntries(url.searchParams));
    response.setHeader("content-type", "text/html");
    response.end(url.pathname === "/begin" ? `<a href="${url.searchParams.get("to").replaceAll("&", "&amp;")}">Connect</a>` : "Connected.");
  });
  program.listen(0, "127.0.0.1");
  await once(program, "listening");
  const registered = await fetch(new URL("/oauth/register", link), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ client_name: name, redirect_uris: ["http://127.0.0.1/callback"] }),
  });
  assert.equal(registered.status, 201);
  ({ client_id: client } = await registered.json());
  browser = await launch();
  page = await openPage(browser);
  page.on("pageerror", (error) => faults.push(`script error: ${error}`));
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) faults.push(message.text());
  });
});

after(async () => {
  await browser?.close();
  program?.close();
  program?.closeAllConnections();
});

/** A request for access, and what proves later that the code is its own. */
function request(scope) {
  const verifier = randomBytes(32).toString("base64url");
  const url = new URL("/oauth/authorize", link);
  url.search = new URLSearchParams({
    response_type: "code",
    client_id: client,
    redirect_uri: callback(),
    state: "the state",
    scope,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    resource: `${origin()}/mcp`,
  });
  return { url: url.href, verifier };
}

/** The page with its rules checked in both themes. */
async function check(view) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await checkAccessibility(page, `${view}, ${colorScheme}`);
    await shot(`${view}-${colorScheme}`);
  }
}

const press = (button) => page.getByRole("button", { name: button, exact: true }).click();
const answered = (count) => becomes(() => answers.length, count);

test("connecting a program", async (t) => {
  let tokens;
  const list = (token) =>
    fetch(`${origin()}/mcp`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        accept: "application/json, text/event-stream",
        "content-type": "application/json",
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} }),
    });
  const parts = [
    [
      "who is not signed in signs in on the way, and a wrong code is refused",
      async () => {
        await page.goto(request("read write").url);
        await page.getByText(name, { exact: true }).waitFor();
        await check("oauth-sign-in");
        const code = page.getByLabel("Or the code of a sign-in link");
        await code.fill("wrong");
        await press("Sign in with the code");
        await page.getByRole("alert").getByText(/expired or was already used/).waitFor();
        await check("oauth-sign-in-refused");
        await code.fill(new URL(link).hash.replace("#code=", ""));
        await press("Sign in with the code");
        await page.getByRole("button", { name: "Allow", exact: true }).waitFor();
      },
    ],
    [
      "a refusal is told to the program, which gets nothing else",
      async () => {
        await press("Deny");
        await answered(1);
        assert.deepEqual(answers[0], { error: "access_denied", state: "the state", iss: origin() });
      },
    ],
    [
      "consent shows program, address and scopes, also to who comes from another site",
      async () => {
        const { url, verifier } = request("read write");
        const begin = new URL(`http://localhost:${program.address().port}/begin`);
        begin.searchParams.set("to", url);
        // The server of the program listens on 127.0.0.1 alone; the name makes it another site.
        await page.goto(begin.href);
        await page.getByRole("link", { name: "Connect" }).click();
        await page.getByRole("button", { name: "Allow", exact: true }).waitFor();
        for (const text of [name, client, new URL(callback()).origin, "local"]) await page.getByText(text, { exact: true }).waitFor();
        const scopes = await page.getByRole("listitem").allTextContents();
        assert.deepEqual(scopes, ["Read your tasks, tags, reminders and history (read)", "Add tasks, change and complete them, and undo changes (write)"]);
        await page.getByText(/It runs on this computer/).waitFor();
        assert.equal(await page.locator("b").count(), 0);
        await check("oauth-consent");
        await press("Allow");
        await answered(2);
        const { code, iss } = answers[1];
        assert.equal(iss, origin());
        const exchange = { grant_type: "authorization_code", code, client_id: client, redirect_uri: callback(), code_verifier: verifier };
        tokens = await (await send("/oauth/token", exchange)).json();
        assert.equal(tokens.scope, "read write");
        const { result } = await (await list(tokens.access_token)).json();
        assert.ok(!result.tools.some((tool) => tool.name === "tasks_delete"));
      },
    ],
    [
      "the settings list the connected app, and end its access",
      async () => {
        await page.goto(origin());
        await page.locator(".connection-live").waitFor();
        const dialog = page.getByRole("dialog", { name: "Settings" });
        await page.locator("header.top").getByRole("button", { name: "Settings" }).click();
        await dialog.getByRole("button", { name: "Account" }).click();
        const app = dialog.getByRole("list", { name: "Connected apps" }).getByRole("listitem");
        await app.getByText(name, { exact: true }).waitFor();
        await app.getByText(client, { exact: true }).waitFor();
        await app.getByText(/^may read, change · since .*, last used /).waitFor();
        await check("connected-apps");
        await app.getByRole("button", { name: `End access: ${name}` }).click();
        await dialog.getByText(/^No program has access/).waitFor();
        assert.equal((await list(tokens.access_token)).status, 401);
        const renewal = { grant_type: "refresh_token", refresh_token: tokens.refresh_token, client_id: client };
        assert.equal((await (await send("/oauth/token", renewal)).json()).error, "invalid_grant");
      },
    ],
    [
      "a program that is not known is refused on the page, and nothing is sent",
      async () => {
        const url = new URL(request("read").url);
        url.searchParams.set("client_id", "twk_unknown");
        await page.goto(url.href);
        await page.getByRole("alert").getByText(/not known here/).waitFor();
        await check("oauth-refused");
        assert.equal(answers.length, 2);
      },
    ],
    ["nothing failed on the way", async () => assert.deepEqual(faults, [])],
  ];
  for (const [title, run] of parts) await t.test(title, run);
});

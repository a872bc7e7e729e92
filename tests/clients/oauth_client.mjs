// The TypeScript SDK signs in by OAuth: discovery, registration, PKCE, consent, tokens, renewal, and more scopes.
//
// Its arguments are the address of the MCP endpoint and the code of a sign-in link.
// TASKWIRE_TEST_CLIENTS names the folder with the installed packages.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.join(process.env.TASKWIRE_TEST_CLIENTS, "package.json"));
const { Client } = require("@modelcontextprotocol/sdk/client/index.js");
const { StreamableHTTPClientTransport } = require("@modelcontextprotocol/sdk/client/streamableHttp.js");
const { UnauthorizedError } = require("@modelcontextprotocol/sdk/client/auth.js");

const [endpoint, signInCode] = process.argv.slice(2);
const CALLBACK = "http://127.0.0.1:33418/callback";
let cookie;

/** What a browser sends. */
const browse = (url, form) =>
  fetch(url, {
    redirect: "manual",
    method: form === undefined ? "GET" : "POST",
    body: form && new URLSearchParams(form),
    headers: { origin: url.origin, ...(cookie && { cookie }) },
  });

/** The person signs in, and allows it; returns what the program is told. */
async function consent(url) {
  if (cookie === undefined) {
    const signedIn = await browse(url, { action: "sign_in", code: signInCode });
    assert.equal(signedIn.status, 303);
    cookie = signedIn.headers.getSetCookie()[0].split(";")[0];
  }
  const page = await (await browse(url)).text();
  const csrf = /name="csrf" value="([^"]+)"/.exec(page)?.[1];
  assert.ok(csrf, page);
  const answer = new URL((await browse(url, { action: "allow", csrf })).headers.get("location"));
  assert.ok(answer.href.startsWith(CALLBACK), answer.href);
  return answer.searchParams;
}

/** What a host keeps, and the pages that it has opened. */
class Provider {
  opened = [];
  registrations = 0;
  redirectUrl = CALLBACK;
  clientMetadata = {
    client_name: "A host",
    redirect_uris: [CALLBACK],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: "none",
  };
  state = () => "the state of the host";
  clientInformation = () => this.client;
  saveClientInformation(client) {
    this.registrations += 1;
    this.client = client;
  }
  tokens = () => this.kept;
  saveTokens(tokens) {
    this.kept = tokens;
  }
  redirectToAuthorization(url) {
    this.opened.push(url);
  }
  saveCodeVerifier(verifier) {
    this.verifier = verifier;
  }
  codeVerifier = () => this.verifier;
  invalidateCredentials(scope) {
    if (scope === "all" || scope === "client") this.client = undefined;
    if (scope === "all" || scope === "tokens") this.kept = undefined;
  }
}

const provider = new Provider();
const transport = () => new StreamableHTTPClientTransport(new URL(endpoint), { authProvider: provider });

/** Connects; the person is asked once, for these scopes. */
async function connect(scopes) {
  const first = transport();
  const asked = provider.opened.length;
  await assert.rejects(new Client({ name: "host", version: "1" }).connect(first), UnauthorizedError);
  assert.equal(provider.opened.length, asked + 1);
  await allow(first, scopes);
  const client = new Client({ name: "host", version: "1" });
  await client.connect(transport());
  return client;
}

async function allow(transport, scopes) {
  const url = provider.opened.at(-1);
  assert.equal(url.searchParams.get("scope"), scopes);
  assert.equal(url.searchParams.get("resource"), endpoint);
  assert.equal(url.searchParams.get("code_challenge_method"), "S256");
  const told = await consent(url);
  assert.equal(told.get("state"), "the state of the host");
  assert.equal(told.get("iss"), new URL(endpoint).origin);
  await transport.finishAuth(told.get("code"));
}

const names = async (client) => (await client.listTools()).tools.map((tool) => tool.name);

let client = await connect("read write");
assert.equal(provider.registrations, 1);
assert.ok((await names(client)).includes("tasks_add"));
assert.ok(!(await names(client)).includes("tasks_delete"));
const added = await client.callTool({ name: "tasks_add", arguments: { tasks: [{ title: "by a host" }] } });
assert.equal(added.structuredContent.succeeded, 1);

// An access token that is not accepted any more is renewed without the person.
const before = provider.kept;
provider.kept = { ...before, access_token: "two_expired" };
assert.ok((await names(client)).includes("tasks_add"));
assert.notEqual(provider.kept.refresh_token, before.refresh_token);
assert.equal(provider.opened.length, 1);

// More scopes are asked for when they are needed. With a refresh token this SDK renews instead, so a host drops it.
provider.kept = { ...provider.kept, refresh_token: undefined };
const remove = { name: "tasks_delete", arguments: { numbers: [added.structuredContent.results[0].task.number] } };
await assert.rejects(client.callTool(remove));
assert.equal(provider.opened.length, 2);
const more = transport();
await allow(more, "read write delete");
client = new Client({ name: "host", version: "1" });
await client.connect(more);
assert.equal((await client.callTool(remove)).structuredContent.succeeded, 1);

// A refresh token that was used before ends the grant: the host asks again, under the same registration.
provider.kept = before;
await client.close();
provider.kept = { ...before, access_token: "two_expired" };
client = await connect("read write");
assert.equal(provider.registrations, 1);

// A host whose registration the server does not know registers again.
provider.client = { ...provider.client, client_id: "twk_forgotten" };
provider.kept = { ...provider.kept, access_token: "two_expired" };
await client.close();
client = await connect("read write");
assert.equal(provider.registrations, 2);
assert.ok((await names(client)).includes("tasks_find"));
await client.close();
process.stdout.write("connected\n");

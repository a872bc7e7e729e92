// A push service for tests: it gives out subscriptions, and takes messages as a real one does (RFC 8030). It checks who sends
// them (RFC 8292) and decrypts them as a browser does (RFC 8291), with the cryptography of Node and nothing of Taskwire.

import assert from "node:assert/strict";
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, randomUUID, verify } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

const CURVE = "prime256v1";
const PUBLIC_KEY_BYTES = 65;
const SALT_BYTES = 16;
const TAG_BYTES = 16;
/** A signature is valid for at most a day (RFC 8292, section 2). */
const SIGNATURE_MAX_S = 24 * 60 * 60;
/** The longest body that every push service takes (RFC 8030, section 7.2). */
const BODY_MAX_BYTES = 4096;

/** Starts the service; `stop` ends it. */
export async function startPushService() {
  /** By path. */
  const subscriptions = new Map();
  const messages = [];
  /** What was refused, and why. */
  const refused = [];

  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const subscription = subscriptions.get(request.url);
    if (subscription === undefined) return response.writeHead(404).end();
    if (subscription.hasEnded) return response.writeHead(410).end();
    try {
      checkSender(request.headers.authorization, { origin, key: subscription.applicationServerKey });
      checkHeaders(request);
      const text = decrypt(Buffer.concat(chunks), subscription);
      const { topic, ttl, urgency } = request.headers;
      messages.push({ path: request.url, topic, ttl, urgency, text });
      response.writeHead(201, { location: `${origin}/message/${messages.length}` }).end();
    } catch (error) {
      refused.push(error.message);
      response.writeHead(400).end(error.message);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${server.address().port}`;

  return {
    messages,
    refused,
    /** A subscription for messages of the sender with this key, in base64url; the browser's half of its keys stays here. */
    subscribe(applicationServerKey) {
      const path = `/push/${randomUUID()}`;
      const keys = createECDH(CURVE);
      const p256dh = keys.generateKeys("base64url");
      const auth = randomBytes(16);
      subscriptions.set(path, { applicationServerKey, keys, auth, hasEnded: false });
      return { endpoint: `${origin}${path}`, p256dh, auth: auth.toString("base64url"), applicationServerKey };
    },
    unsubscribe(endpoint) {
      subscriptions.get(new URL(endpoint).pathname).hasEnded = true;
    },
    hasEnded: (path) => subscriptions.get(path).hasEnded,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Lets the browser subscribe at the service of the test. As with its own, a subscription outlives the page. */
export async function usePushService(context, service) {
  let current = null;
  await context.exposeFunction("pushService", (action, key) => {
    if (action === "subscribe") current = service.subscribe(key);
    if (action === "unsubscribe") {
      service.unsubscribe(current.endpoint);
      current = null;
    }
    return current;
  });
  await context.addInitScript(() => {
    const text = (bytes) => new Uint8Array(bytes).toBase64({ alphabet: "base64url", omitPadding: true });
    const buffer = (text) => Uint8Array.fromBase64(text, { alphabet: "base64url" }).buffer;
    const wrap = (kept) =>
      kept && {
        endpoint: kept.endpoint,
        options: { userVisibleOnly: true, applicationServerKey: buffer(kept.applicationServerKey) },
        getKey: (name) => buffer(kept[name]),
        unsubscribe: async () => {
          await globalThis.pushService("unsubscribe");
          return true;
        },
      };
    PushManager.prototype.getSubscription = async () => wrap(await globalThis.pushService("get"));
    PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
      if (!userVisibleOnly || Notification.permission !== "granted") throw new DOMException("not allowed", "NotAllowedError");
      return wrap(await globalThis.pushService("subscribe", text(applicationServerKey)));
    };
  });
}

/** The header `Authorization: vapid t=…, k=…` is signed by the subscription's sender, for this service, and not for long. */
function checkSender(authorization, { origin, key }) {
  const [, token, sender] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(authorization ?? "") ?? [];
  assert.ok(token, `not a VAPID signature: ${authorization}`);
  assert.equal(sender, key, "the sender is not the one that the browser subscribed to");
  const [head, claims, signature] = token.split(".");
  const read = (part) => JSON.parse(Buffer.from(part, "base64url").toString());
  assert.equal(read(head).alg, "ES256");
  const point = Buffer.from(sender, "base64url");
  const jwk = { kty: "EC", crv: "P-256", x: point.subarray(1, 33).toString("base64url"), y: point.subarray(33).toString("base64url") };
  const isSigned = verify(
    "sha256",
    Buffer.from(`${head}.${claims}`),
    { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
  assert.ok(isSigned, "the signature is wrong");
  const { aud, exp } = read(claims);
  assert.equal(aud, origin, "signed for another service");
  const left = exp - Date.now() / 1000;
  assert.ok(left > 0 && left <= SIGNATURE_MAX_S, `the signature is valid for ${left} s`);
}

function checkHeaders({ method, headers }) {
  assert.equal(method, "POST");
  assert.equal(headers["content-encoding"], "aes128gcm");
  assert.match(headers.ttl ?? "", /^\d+$/);
  assert.match(headers.urgency ?? "normal", /^(very-low|low|normal|high)$/);
  assert.match(headers.topic ?? "", /^[\w-]{0,32}$/);
}

/** The text of a body in `aes128gcm` (RFC 8188) of one record, with the keys of RFC 8291, section 3.4. */
export function decrypt(body, { keys, auth }) {
  assert.ok(body.length <= BODY_MAX_BYTES, `${body.length} bytes`);
  const salt = body.subarray(0, SALT_BYTES);
  const recordBytes = body.readUInt32BE(SALT_BYTES);
  const from = SALT_BYTES + 5;
  assert.equal(body[from - 1], PUBLIC_KEY_BYTES, "the sender's key is missing");
  const sender = body.subarray(from, from + PUBLIC_KEY_BYTES);
  const sealed = body.subarray(from + PUBLIC_KEY_BYTES);
  assert.ok(sealed.length <= recordBytes, "more than one record");

  const info = Buffer.concat([Buffer.from("WebPush: info\0"), keys.getPublicKey(), sender]);
  const secret = Buffer.from(hkdfSync("sha256", keys.computeSecret(sender), auth, info, 32));
  const derive = (label, bytes) => Buffer.from(hkdfSync("sha256", secret, salt, Buffer.from(`Content-Encoding: ${label}\0`), bytes));
  const decipher = createDecipheriv("aes-128-gcm", derive("aes128gcm", 16), derive("nonce", 12));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const padded = Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
  // Behind the text of the last record: 2, and any number of zeros.
  const end = padded.findLastIndex((byte) => byte !== 0);
  assert.equal(padded[end], 2, "the padding is wrong");
  return padded.subarray(0, end).toString();
}

// A push service of the tests: takes messages as those of browsers' makers do (RFC 8030), and reads them like a browser.

import assert from "node:assert/strict";
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

const LIMIT_MS = 15_000;
const DAY_S = 24 * 60 * 60;
/** Of the header before the text: salt, size of a record, and the length of the sender's key (RFC 8188, section 2.1). */
const SALT = 16;
const KEY_AT = SALT + 4 + 1;
/** Ends the text of the last record; zeros may follow. */
const LAST = 2;

/** Starts a service with one subscription. */
export async function startPushService() {
  const pair = createECDH("prime256v1");
  const own = pair.generateKeys();
  const auth = randomBytes(16);
  const messages = [];
  const waiting = [];

  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const message = { method: request.method, path: request.url, headers: request.headers, body: Buffer.concat(chunks) };
    response.writeHead(201).end();
    const next = waiting.shift();
    if (next) next(message);
    else messages.push(message);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${server.address().port}`;
  const endpoint = `${origin}/push/${randomBytes(16).toString("hex")}`;

  /** The next message, with its text. */
  async function next(pushKey) {
    const message = messages.shift() ?? (await withLimit(new Promise((resolve) => waiting.push(resolve))));
    assert.equal(message.method, "POST");
    assert.equal(origin + message.path, endpoint);
    assert.equal(message.headers["content-encoding"], "aes128gcm");
    assert.ok(Number(message.headers.ttl) > 0, "a time to live");
    checkSender(message.headers.authorization, origin, pushKey);
    return { headers: message.headers, text: decrypt(message.body, { pair, own, auth }) };
  }

  return {
    subscription: { endpoint, p256dh: own.toString("base64url"), auth: auth.toString("base64url") },
    next,
    close: () => server.close(),
  };
}

async function withLimit(promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("no message came to the push service")), LIMIT_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The sender is the one that the subscription was made for (VAPID, RFC 8292). */
function checkSender(authorization, audience, pushKey) {
  const [, token, key] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(authorization ?? "") ?? [];
  assert.ok(token, `VAPID in ${authorization}`);
  assert.equal(key, pushKey);
  const [header, claims, signature] = token.split(".");
  assert.equal(JSON.parse(Buffer.from(header, "base64url")).alg, "ES256");
  const point = Buffer.from(key, "base64url");
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString("base64url"));
  const publicKey = createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" });
  const signed = Buffer.from(`${header}.${claims}`);
  const bytes = Buffer.from(signature, "base64url");
  assert.ok(verify("sha256", signed, { key: publicKey, dsaEncoding: "ieee-p1363" }, bytes), "the signature is that of the key");
  const { aud, exp } = JSON.parse(Buffer.from(claims, "base64url"));
  assert.equal(aud, audience);
  const now = Date.now() / 1000;
  assert.ok(exp > now && exp <= now + DAY_S, `it ends within a day: ${exp}`);
}

/** Decrypts a message of one record (RFC 8291, section 3). */
function decrypt(body, { pair, own, auth }) {
  const salt = body.subarray(0, SALT);
  const keyEnd = KEY_AT + body[KEY_AT - 1];
  const sender = body.subarray(KEY_AT, keyEnd);
  const info = Buffer.concat([Buffer.from("WebPush: info\0"), own, sender]);
  const secret = hkdf(pair.computeSecret(sender), auth, info, 32);
  const key = hkdf(secret, salt, "Content-Encoding: aes128gcm\0", 16);
  const nonce = hkdf(secret, salt, "Content-Encoding: nonce\0", 12);
  const sealed = body.subarray(keyEnd);
  const opener = createDecipheriv("aes-128-gcm", key, nonce);
  opener.setAuthTag(sealed.subarray(-16));
  const padded = Buffer.concat([opener.update(sealed.subarray(0, -16)), opener.final()]);
  const end = padded.lastIndexOf(LAST);
  assert.ok(end >= 0 && padded.subarray(end + 1).every((byte) => byte === 0), "the padding of a last record");
  return padded.subarray(0, end).toString("utf8");
}

function hkdf(secret, salt, info, length) {
  return Buffer.from(hkdfSync("sha256", secret, salt, info, length));
}

import { expect, test } from "vitest";

import { keyBytes, keyText, obstacle } from "./device-words";

const able = { isSecure: true, hasWorkers: true, hasPush: true, permission: "default" } as const;

test("nothing is in the way of a browser that has not been asked, or was allowed", () => {
  expect(obstacle(able)).toBeUndefined();
  expect(obstacle({ ...able, permission: "granted" })).toBeUndefined();
});

test("what is in the way is said, the first thing to change first", () => {
  expect(obstacle({ ...able, isSecure: false, hasPush: false })?.detail).toMatch(/https/);
  expect(obstacle({ ...able, hasWorkers: false })?.detail).toMatch(/does not support/);
  expect(obstacle({ ...able, hasPush: false })?.detail).toMatch(/does not support/);
  expect(obstacle({ ...able, permission: undefined })?.detail).toMatch(/does not support/);
  expect(obstacle({ ...able, permission: "denied" })?.detail).toMatch(/blocked/);
});

test("keys are read and written as base64url", () => {
  const bytes = new Uint8Array([0, 251, 255, 190, 62]);
  expect(keyText(bytes.buffer)).toBe("APv_vj4");
  expect([...keyBytes("APv_vj4")]).toEqual([...bytes]);
  expect(keyText(null)).toBe("");
});

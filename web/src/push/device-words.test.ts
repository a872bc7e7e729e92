import { expect, test } from "vitest";

import { anyDevice, keyBytes, keyText, obstacle, readDevice, taskOf } from "./device-words";

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

test("a device is that of one user", () => {
  const device = { user: "ada", channel: "c1", endpoint: "https://push.example/1" };
  expect(readDevice(JSON.stringify(device), "ada")).toEqual(device);
  expect(readDevice(JSON.stringify(device), "bob")).toBeUndefined();
  expect(anyDevice(JSON.stringify(device))).toEqual(device);
});

test("what is no device is none", () => {
  for (const text of [null, "", "{", "null", "5", "{}", '{"user":"ada","channel":"c1"}']) expect(anyDevice(text)).toBeUndefined();
});

test("keys are read and written as base64url", () => {
  const bytes = new Uint8Array([0, 251, 255, 190, 62]);
  expect(keyText(bytes.buffer)).toBe("APv_vj4");
  expect([...keyBytes("APv_vj4")]).toEqual([...bytes]);
  expect(keyText(null)).toBe("");
});

test("an address asks for a task only by its number", () => {
  expect(taskOf("#task=5")).toBe(5);
  for (const hash of ["", "#task=", "#task=0", "#task=-1", "#task=5x", "#code=5", "#task=99999999999999999"]) {
    expect(taskOf(hash), hash).toBeUndefined();
  }
});

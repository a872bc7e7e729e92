import { expect, test } from "vitest";

import { anyDevice, readDevice, taskOf } from "./kept-words";

test("a device is that of one user", () => {
  const device = { user: "ada", channel: "c1", endpoint: "https://push.example/1" };
  expect(readDevice(JSON.stringify(device), "ada")).toEqual(device);
  expect(readDevice(JSON.stringify(device), "bob")).toBeUndefined();
  expect(anyDevice(JSON.stringify(device))).toEqual(device);
});

test("what is no device is none", () => {
  for (const text of [null, "", "{", "null", "5", "{}", '{"user":"ada","channel":"c1"}']) expect(anyDevice(text)).toBeUndefined();
});

test("an address asks for a task only by its number", () => {
  expect(taskOf("#task=5")).toBe(5);
  for (const hash of ["", "#task=", "#task=0", "#task=-1", "#task=5x", "#code=5", "#task=99999999999999999"]) {
    expect(taskOf(hash), hash).toBeUndefined();
  }
});

import { afterEach, expect, test, vi } from "vitest";

import { askPolicy } from "./policy";

afterEach(() => vi.unstubAllGlobals());

/** The policy when the server answers so. */
function told(sign_up: string) {
  const answer = new Response(JSON.stringify({ sign_up }), { headers: { "Content-Type": "application/json" } });
  vi.stubGlobal("fetch", () => Promise.resolve(answer));
  return askPolicy();
}

test("the server says who may sign up", async () => {
  expect(await told("open")).toBe("open");
  expect(await told("invitation")).toBe("invitation");
  expect(await told("closed")).toBe("closed");
});

test("a policy of a later version offers nothing that may fail", async () => {
  expect(await told("friends")).toBe("closed");
});

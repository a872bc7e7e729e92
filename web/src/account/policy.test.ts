import { expect, test } from "vitest";

import { policyOf } from "./policy";

const empty = [
  { pointer: "/name", detail: "The user name is not valid." },
  { pointer: "/password", detail: "The password is too short." },
];

test("what an empty account lacks says who may sign up", () => {
  expect(policyOf(403, { code: "sign_up_closed", detail: "Nobody can sign up here." })).toBe("closed");
  expect(policyOf(422, { code: "invalid_name", detail: "", errors: empty })).toBe("open");
  const invitation = { pointer: "/invitation", detail: "Signing up needs an invitation." };
  expect(policyOf(422, { code: "invalid_name", detail: "", errors: [...empty, invitation] })).toBe("invitation");
});

test("another failure says nothing about it", () => {
  expect(policyOf(503, { code: "unavailable", detail: "" })).toBeUndefined();
  expect(policyOf(429, { code: "too_many_requests", detail: "" })).toBeUndefined();
  expect(policyOf(0, { detail: "The server cannot be reached." })).toBeUndefined();
});

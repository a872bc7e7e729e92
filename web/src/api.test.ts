import { afterEach, expect, test, vi } from "vitest";

import { api, ApiError, readProblem, whenSignedOut } from "./api";
import { testTask } from "./tasks/test-task";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function answers(...list: (Response | Error)[]) {
  const calls: { path: string; init: RequestInit }[] = [];
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    calls.push({ path, init });
    const next = list.shift();
    return next instanceof Response ? Promise.resolve(next) : Promise.reject(next);
  });
  return calls;
}

const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });

test("an action tried again keeps its key", async () => {
  vi.useFakeTimers();
  const calls = answers(new TypeError("cut"), json(503, {}), json(200, { title: "x" }));
  const answer = api.quickAdd({ text: "x" }, "key-1");
  await vi.runAllTimersAsync();
  await expect(answer).resolves.toEqual({ title: "x" });
  expect(calls.map(({ init }) => (init.headers as Record<string, string>)["idempotency-key"])).toEqual([
    "key-1",
    "key-1",
    "key-1",
  ]);
});

test("a refusal is not tried again and carries its hint", async () => {
  const calls = answers(json(422, { code: "empty_title", detail: "The title is empty.", hint: "Send one." }));
  await expect(api.quickAdd({ text: "" }, "key-1")).rejects.toMatchObject({
    status: 422,
    message: "The title is empty.",
    refusal: { code: "empty_title", hint: "Send one." },
  });
  expect(calls).toHaveLength(1);
});

test("a lost session is told, but not while asking for it", async () => {
  const out = vi.fn();
  whenSignedOut(out);
  answers(json(401, { detail: "no" }), json(401, { detail: "no" }));
  await expect(api.session()).rejects.toBeInstanceOf(ApiError);
  expect(out).not.toHaveBeenCalled();
  await expect(api.tags()).rejects.toBeInstanceOf(ApiError);
  expect(out).toHaveBeenCalledOnce();
});

test("a wrong password is no lost session, but a session that is looked for and gone is", async () => {
  const out = vi.fn();
  whenSignedOut(out);
  const calls = answers(json(401, { detail: "no" }), json(401, { detail: "no" }));
  await expect(api.signIn({ name: "ada", password: "x" })).rejects.toMatchObject({ status: 401 });
  expect(out).not.toHaveBeenCalled();
  await expect(api.checkSession()).rejects.toMatchObject({ status: 401 });
  expect(out).toHaveBeenCalledOnce();
  expect(calls.map(({ path }) => path)).toEqual(["/api/v1/session", "/api/v1/session"]);
});

test("a change is sent to the version that was seen", async () => {
  const calls = answers(json(412, { detail: "There is a newer version." }));
  await expect(api.change(testTask(7), 3, { title: "x" })).rejects.toMatchObject({ status: 412 });
  expect(calls[0]?.path).toBe("/api/v1/tasks/7");
  expect(calls[0]?.init.headers).toMatchObject({ "if-match": '"3"', "content-type": "application/merge-patch+json" });
});

test("a proxy's error page is not shown", () => {
  expect(readProblem(502, "<html>bad gateway</html>").message).toBe("The server responded with status 502.");
  expect(readProblem(429, "slow down").message).toBe("slow down");
});

test("a preview is asked once, without a key, and can be given up", async () => {
  const calls = answers(new TypeError("cut"));
  const stale = new AbortController();
  await expect(api.preview({ text: "x" }, stale.signal)).rejects.toMatchObject({ status: 0 });
  expect(calls).toHaveLength(1);
  expect(calls[0]?.init.signal).toBe(stale.signal);
  expect(calls[0]?.init.headers).not.toHaveProperty("idempotency-key");
});

test("a password is sent once and without a key", async () => {
  const sent = [
    () => api.setPassword({ new_password: "correct horse" }),
    () => api.signUp({ name: "ada", password: "correct horse" }),
    () => api.deleteAccount({ name: "ada", password: "correct horse" }),
  ];
  for (const send of sent) {
    // Only the response may be lost: sent again, the password could be the old one.
    const calls = answers(new TypeError("cut"));
    await expect(send()).rejects.toMatchObject({ status: 0 });
    expect(calls).toHaveLength(1);
    expect(calls[0]?.init.headers).not.toHaveProperty("idempotency-key");
  }
});

test("a deleted account is answered without a body", async () => {
  answers(new Response(null, { status: 202 }));
  await expect(api.deleteAccount({ name: "ada" })).resolves.toBeUndefined();
});

test("a change of a tag tells its id, and a dry run has none", async () => {
  const tag = { id: "t", name: "home", color: "#4878d0", changed: true, task_count: 3 };
  const calls = answers(
    new Response(JSON.stringify(tag), { status: 200, headers: { "taskwire-change": "c1" } }),
    new Response(JSON.stringify(tag), { status: 200, headers: { "taskwire-dry-run": "true" } }),
  );
  await expect(api.removeTag("t", false)).resolves.toEqual({ result: tag, change: "c1" });
  await expect(api.mergeTag("t", "u", true)).resolves.toEqual({ result: tag, change: null });
  expect(calls.map(({ path }) => path)).toEqual(["/api/v1/tags/t", "/api/v1/tags/t/merge?dry_run=true"]);
});

import { expect, test } from "vitest";

import type { ChannelView, DeliveryView } from "../contract";
import { channelState, deliveryText, formKinds, kindName, watchDelivery } from "./channel-words";

const now = new Date("2026-12-01T12:00:00Z");
const zone = "Europe/Rome";

const channel: ChannelView = {
  id: "c1",
  kind: "webhook",
  label: "Home",
  address: "https://home.example/",
  enabled: true,
  verified: true,
  minimum_priority: "none",
  wait_minutes: 0,
  version: 1,
  created_at: "2026-12-01T09:00:00Z",
  updated_at: "2026-12-01T09:00:00Z",
};

const delivery: DeliveryView = {
  id: "d1",
  channel: "c1",
  kind: "reminder",
  status: "pending",
  attempts: 0,
  due_at: "2026-12-01T10:00:00Z",
};

test("a channel says what it is doing, and a failure before an older success", () => {
  const state = (changes: Partial<ChannelView>) => channelState({ ...channel, ...changes }, now, zone);
  const sent = { last_sent_at: "2026-12-01T10:00:00Z" };
  const failed = { last_failed_at: "2026-12-01T11:00:00Z", last_failure: "The server responded with 500." };
  expect(state({})).toEqual({ at: "new", text: "nothing sent yet", isFailure: false });
  expect(state(sent)).toMatchObject({ at: "sent", text: "last sent Tue 1 Dec, 11:00" });
  expect(state({ ...sent, ...failed })).toEqual({
    at: "failed",
    text: "failed Tue 1 Dec, 12:00: The server responded with 500.",
    isFailure: true,
  });
  expect(state({ kind: "email", verified: false })).toMatchObject({ at: "waiting", text: expect.stringMatching(/^waits for confirmation/) });
  expect(state({ kind: "email", verified: false, ...failed })).toMatchObject({ at: "waiting", text: expect.stringMatching(/ · failed/), isFailure: true });
  expect(state({ enabled: false })).toEqual({ at: "off", text: "off", isFailure: false });
  expect(state({ enabled: false, ...failed })).toMatchObject({ at: "off", text: expect.stringMatching(/^off · failed/), isFailure: true });
});

test("the form offers what the server has and the page knows, without browsers", () => {
  expect(formKinds(["web_push", "webhook", "pigeon", "slack"])).toEqual(["webhook", "slack"]);
  expect([kindName("email"), kindName("pigeon")]).toEqual(["E-mail", "pigeon"]);
});

test("a delivery says what became of it", () => {
  const text = (changes: Partial<DeliveryView>) => deliveryText({ ...delivery, ...changes }, now, zone);
  expect(text({})).toBe("Reminder: will be sent Tue 1 Dec, 11:00");
  expect(text({ status: "sent", kind: "digest" })).toBe("Digest: sent");
  expect(text({ status: "cancelled", kind: "pigeon" })).toBe("pigeon: not needed any more");
  expect(text({ status: "failed", attempts: 1 })).toBe("Reminder: failed after 1 attempt");
  expect(text({ status: "failed", attempts: 3, error: "refused" })).toBe("Reminder: failed after 3 attempts: refused");
  expect(text({ attempts: 1, error: "refused", next_attempt_at: "2026-12-01T13:00:00Z" })).toBe(
    "Reminder: will be tried again Tue 1 Dec, 14:00: refused",
  );
});

/** Answers one after the other, the last one for ever; counts the pauses. */
function answers(...read: DeliveryView[][]) {
  const watch = {
    pauses: 0,
    read: async () => (read.length > 1 ? (read.shift() ?? []) : (read[0] ?? [])),
    pause: async () => {
      watch.pauses += 1;
    },
  };
  return watch;
}

test("a test is watched until it has ended", async () => {
  const sent = { ...delivery, status: "sent" };
  const watch = answers([{ ...sent, id: "d0" }, delivery], [sent]);
  expect(await watchDelivery(delivery, watch)).toEqual(sent);
  expect(watch.pauses).toBe(2);
});

test("a test is given up when its next attempt may be far away, or after a while", async () => {
  const failing = { ...delivery, attempts: 1, error: "refused" };
  const failed = answers([failing]);
  expect(await watchDelivery(delivery, failed)).toEqual(failing);
  expect(failed.pauses).toBe(1);
  const silent = answers([]);
  expect(await watchDelivery(delivery, silent)).toEqual(delivery);
  expect(silent.pauses).toBe(40);
  const ended = answers();
  await watchDelivery({ ...delivery, status: "sent" }, ended);
  expect(ended.pauses).toBe(0);
});

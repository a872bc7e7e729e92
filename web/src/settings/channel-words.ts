// Channels and what is sent over them, in words. Pure, so that it can be tested.

import type { ChannelView, DeliveryView, NewChannel } from "../contract";
import { instantText } from "../tasks/due";
import type { Choice } from "./choices";

export type Kind = NewChannel["kind"];

const KINDS: Record<Kind, string> = {
  web_push: "Browser",
  email: "E-mail",
  webhook: "Webhook",
  ntfy: "ntfy",
  telegram: "Telegram",
  slack: "Slack",
  discord: "Discord",
};

/** A kind's name; one that the page does not know keeps its own. */
export function kindName(kind: string): string {
  return KINDS[kind as Kind] ?? kind;
}

/** What the form asks for. */
export interface Asked {
  address: string;
  example: string;
  type: "email" | "url" | "text";
  token?: { label: string; isNeeded: boolean };
}

const ASKED: Record<Exclude<Kind, "web_push">, Asked> = {
  email: { address: "Address", example: "ann@example.com", type: "email" },
  webhook: { address: "URL", example: "https://home.example/taskwire", type: "url" },
  ntfy: {
    address: "URL of the topic",
    example: "https://ntfy.sh/my-topic",
    type: "url",
    token: { label: "Access token, if the server asks for one", isNeeded: false },
  },
  telegram: {
    address: "Id of the chat",
    example: "123456789",
    type: "text",
    token: { label: "Token of your bot, from BotFather", isNeeded: true },
  },
  slack: { address: "URL of the incoming webhook", example: "https://hooks.slack.com/services/…", type: "url" },
  discord: { address: "URL of the webhook", example: "https://discord.com/api/webhooks/…", type: "url" },
};

export type FormKind = keyof typeof ASKED;

/** The kinds of the server that the form can add: a browser is added by its own button. */
export function formKinds(kinds: readonly string[]): FormKind[] {
  return kinds.filter((kind): kind is FormKind => kind in ASKED);
}

export function asked(kind: FormKind): Asked {
  return ASKED[kind];
}

export const PRIORITIES: readonly Choice[] = [
  ["none", "All tasks"],
  ["low", "Low and above"],
  ["medium", "Medium and above"],
  ["high", "High only"],
];

/** What a channel is doing. */
export interface ChannelState {
  at: "off" | "waiting" | "failed" | "sent" | "new";
  text: string;
  /** Whether its owner should look at it. */
  isFailure: boolean;
}

export function channelState(channel: ChannelView, now: Date, zone: string): ChannelState {
  const { enabled, verified, last_failed_at, last_failure, last_sent_at } = channel;
  const why = last_failure == null ? "" : `: ${last_failure}`;
  const failure = last_failed_at == null ? undefined : `failed ${instantText(last_failed_at, now, zone)}${why}`;
  const isFailure = failure !== undefined;
  const withFailure = (text: string) => (isFailure ? `${text} · ${failure}` : text);
  if (!enabled) return { at: "off", text: withFailure("off"), isFailure };
  if (!verified) {
    return { at: "waiting", text: withFailure("waits for confirmation by the link in the e-mail that is sent there"), isFailure };
  }
  if (isFailure) return { at: "failed", text: failure, isFailure };
  const text = last_sent_at == null ? "nothing sent yet" : `last sent ${instantText(last_sent_at, now, zone)}`;
  return { at: last_sent_at == null ? "new" : "sent", text, isFailure };
}

const DELIVERIES: Record<string, string> = {
  reminder: "Reminder",
  digest: "Digest",
  notice: "Notice of a change",
  verification: "Confirmation of the address",
  test: "Test",
};

/** Such as "Reminder: failed after 3 attempts: It cannot be reached.". */
export function deliveryText(delivery: DeliveryView, now: Date, zone: string): string {
  const name = DELIVERIES[delivery.kind] ?? delivery.kind;
  return `${name}: ${outcome(delivery, now, zone)}`;
}

function outcome({ status, attempts, due_at, next_attempt_at, error }: DeliveryView, now: Date, zone: string): string {
  const why = error == null ? "" : `: ${error}`;
  switch (status) {
    case "sent":
      return "sent";
    case "cancelled":
      return "not needed any more";
    case "failed":
      return `failed after ${attempts === 1 ? "1 attempt" : `${attempts} attempts`}${why}`;
    default: {
      const at = instantText(next_attempt_at ?? due_at, now, zone);
      return attempts === 0 ? `will be sent ${at}` : `will be tried again ${at}${why}`;
    }
  }
}

/** How long a test is watched, and how often it is asked about. */
const WATCH_MS = 20_000;
const ASK_MS = 500;

interface Watch {
  /** The newest deliveries. */
  read: () => Promise<DeliveryView[]>;
  pause: (ms: number) => Promise<void>;
}

/** Waits until a delivery has ended, or for so long that a person would give up; what is known of it then. */
export async function watchDelivery(begun: DeliveryView, { read, pause }: Watch): Promise<DeliveryView> {
  let known = begun;
  for (let waited = 0; known.status === "pending" && waited < WATCH_MS; waited += ASK_MS) {
    await pause(ASK_MS);
    known = (await read()).find(({ id }) => id === begun.id) ?? known;
    // The next attempt may be minutes away.
    if (known.error != null) break;
  }
  return known;
}

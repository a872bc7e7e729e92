// A real chat client without a browser that does what it is told: one JSON command per line in, one JSON answer out.
//
// Its only argument is JSON: {"api", "conversations", "token", "conversation"}.
// TASKWIRE_TEST_CLIENTS names the folder with the installed packages.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";
import readline from "node:readline";

const require = createRequire(path.join(process.env.TASKWIRE_TEST_CLIENTS, "package.json"));
const { AbstractChat, DefaultChatTransport, lastAssistantMessageIsCompleteWithApprovalResponses, safeValidateUIMessages } =
  require("ai");

const LIMIT_MS = 30_000;
const config = JSON.parse(process.argv[2]);
const headers = { authorization: `Bearer ${config.token}` };

/** What a page would keep in its state. */
class State {
  status = "ready";
  error = undefined;
  constructor(messages) {
    this.messages = messages;
  }
  pushMessage = (message) => {
    this.messages = [...this.messages, message];
  };
  popMessage = () => {
    this.messages = this.messages.slice(0, -1);
  };
  replaceMessage = (index, message) => {
    this.messages = this.messages.map((old, at) => (at === index ? message : old));
  };
  snapshot = (value) => structuredClone(value);
}

class Chat extends AbstractChat {
  constructor(messages) {
    super({
      id: config.conversation,
      state: new State(messages),
      transport: new DefaultChatTransport({ api: config.api, headers }),
      sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithApprovalResponses,
    });
  }
}

/** The conversation as the server keeps it; none when it is new. */
async function load() {
  const response = await fetch(`${config.conversations}/${config.conversation}`, { headers });
  if (response.status === 404) return [];
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  const kept = await response.json();
  const messages = kept.messages.map(({ id, role, parts }) => ({ id, role, parts }));
  if (messages.length === 0) return [];
  // What is kept must be what this client itself takes for messages.
  const checked = await safeValidateUIMessages({ messages });
  if (!checked.success) throw new Error(`the kept messages are not valid: ${checked.error}`);
  assert.deepStrictEqual(checked.data, messages, "the client drops some of what is kept");
  return messages;
}

async function until(is_so, what) {
  const end = Date.now() + LIMIT_MS;
  while (!is_so()) {
    if (Date.now() > end) throw new Error(`not ${what} within ${LIMIT_MS} ms: ${JSON.stringify(chat.lastMessage)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const calls = () => (chat.lastMessage?.parts ?? []).filter((part) => part.type === "dynamic-tool");
const settled = () => chat.status === "ready" || chat.status === "error";

async function obey(command) {
  switch (command.do) {
    case "say":
      await chat.sendMessage({ text: command.text });
      await until(settled, "answered");
      break;
    case "click": {
      const asked = calls().filter((part) => part.state === "approval-requested");
      if (asked.length === 0) throw new Error("nothing waits for a click");
      for (const part of asked) {
        await chat.addToolApprovalResponse({ id: part.approval.id, approved: command.approved });
      }
      const open = ["approval-requested", "approval-responded"];
      await until(() => settled() && calls().every((part) => !open.includes(part.state)), "settled");
      break;
    }
    case "resume":
      await chat.resumeStream();
      await until(settled, "resumed");
      break;
    case "look":
      break;
    default:
      throw new Error(`unknown command ${command.do}`);
  }
  return { status: chat.status, error: chat.error && String(chat.error), messages: chat.messages };
}

const chat = new Chat(await load());
console.log(JSON.stringify({ messages: chat.messages }));
for await (const line of readline.createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = await obey(JSON.parse(line));
  } catch (error) {
    answer = { failed: String(error) };
  }
  console.log(JSON.stringify(answer));
}

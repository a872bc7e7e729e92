// The chat: one conversation at a time, and the menu of the others.

import { useChat } from "@ai-sdk/react";
import { DefaultChatTransport, lastAssistantMessageIsCompleteWithApprovalResponses, type UIMessage } from "ai";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

import { api, describe, newKey, readProblem, signedOut } from "../api";
import { readText, useDrafts, useDraftText, type Drafts } from "../drafts";
import { ProblemText } from "../problem";
import { Composer, type ComposerHandle } from "./composer";
import { forgetId, keepId, keptId, loadMessages } from "./conversation";
import { History } from "./history";
import { Message, noticeOf } from "./message";
import { Welcome } from "./welcome";

interface Opened {
  id: string;
  messages: UIMessage[];
}

export function Chat({ waiting }: { waiting: (question: boolean) => void }) {
  const [opened, setOpened] = useState<Opened>();
  const [problem, setProblem] = useState<{ detail: string; hint?: string }>();

  const begin = useCallback(() => {
    forgetId();
    setProblem(undefined);
    setOpened({ id: newKey(), messages: [] });
  }, []);

  const open = useCallback(async (id: string) => {
    setProblem(undefined);
    try {
      const messages = await loadMessages(id);
      keepId(id);
      setOpened({ id, messages });
    } catch (error) {
      setProblem(describe(error));
    }
  }, []);

  useEffect(() => {
    const id = keptId();
    if (id === null) begin();
    else void open(id);
  }, [begin, open]);

  return (
    <section className="panel chat" aria-labelledby="chat-heading">
      <header className="chat-head">
        <h2 id="chat-heading">Chat</h2>
        <History current={opened?.id} open={(id) => void open(id)} begin={begin} />
        <button type="button" onClick={begin}>
          New conversation
        </button>
      </header>
      <ProblemText problem={problem} />
      {opened && <Conversation key={opened.id} opened={opened} waiting={waiting} />}
    </section>
  );
}

const REDRAW_MS = 50;

function Conversation({ opened, waiting }: { opened: Opened; waiting: (question: boolean) => void }) {
  const drafts = useDrafts();
  const [transport] = useState(() => transportOf(drafts));
  // A message that was sent but never arrived becomes a draft again.
  const [unsent] = useState(() => takeUnsent(drafts));
  const [text, setText] = useDraftText(DRAFT, unsent);
  const composer = useRef<ComposerHandle>(null);
  const { messages, status, error, sendMessage, regenerate, stop, addToolApprovalResponse } = useChat({
    id: opened.id,
    messages: opened.messages,
    transport,
    sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithApprovalResponses,
    // The server continues a turn whose page was reloaded, and streams it from the beginning.
    resume: opened.messages.length > 0,
    throttle: REDRAW_MS,
  });
  const busy = status === "submitted" || status === "streaming";
  const last = messages.at(-1);
  const question = !busy && last !== undefined && hasQuestion(last);

  useEffect(() => waiting(question), [question, waiting]);
  const log = useFollowedEnd(messages);

  const answer = useCallback(
    (id: string, approved: boolean) => {
      void addToolApprovalResponse({ id, approved });
      // The question disappears, and the focus would be lost.
      composer.current?.focus();
    },
    [addToolApprovalResponse],
  );

  function retry() {
    // An incomplete reply is regenerated; an unanswered message or approval is sent again unchanged.
    const half = last?.role === "assistant" && !lastAssistantMessageIsCompleteWithApprovalResponses({ messages });
    void (half ? regenerate() : sendMessage());
  }

  function send(text: string) {
    // Only now is there a conversation to return to.
    keepId(opened.id);
    drafts.set(UNSENT, text);
    void sendMessage({ text });
  }

  function halt() {
    // Only closing the stream would let the turn continue.
    void api.stopTurn(opened.id).catch(() => {});
    void stop();
  }

  const banner = newestNotice(messages, busy);
  const unanswered = status === "ready" && last?.role === "user";
  return (
    <>
      {banner && (
        <p className="banner" role="status">
          {banner}
        </p>
      )}
      {/* Busy while it streams, so that a screen reader reads a reply once and not word by word. */}
      <div className="log" role="log" aria-label="Messages" aria-busy={busy} tabIndex={0} ref={log}>
        {messages.length === 0 && <Welcome send={send} write={(example) => composer.current?.write(example)} />}
        {messages.map((message) => (
          <Message key={message.id} message={message} last={message === last && !busy} answer={answer} />
        ))}
        {status === "submitted" && (
          <p className="thinking" aria-hidden="true">
            <span />
            <span />
            <span />
          </p>
        )}
        {(error || unanswered) && (
          <div className="problem" role="alert">
            {error ? <ChatProblem error={error} /> : <p>No response was received.</p>}
            <button type="button" className="link" onClick={retry}>
              Try again
            </button>
          </div>
        )}
      </div>
      <Composer ref={composer} text={text} setText={setText} busy={busy} send={send} stop={halt} />
    </>
  );
}

const DRAFT = "chat";
/** The message that was sent last, until the server has it. */
const UNSENT = "chat-unsent";

/** The typed text, after any text that was sent but never arrived. */
function takeUnsent(drafts: Drafts): string {
  const texts = [UNSENT, DRAFT].map((name) => drafts.get(name, readText) ?? "").filter((text) => text !== "");
  drafts.remove(UNSENT);
  const text = texts.join("\n");
  if (text !== "") drafts.set(DRAFT, text);
  return text;
}

function transportOf(drafts: Drafts) {
  return new DefaultChatTransport({
    api: "/api/v1/chat",
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      if (response.status === 401) signedOut();
      // Having no turn to resume is not an error.
      const resuming = (init?.method ?? "GET") === "GET";
      // The server stores a message before it responds.
      if (!resuming && response.ok) drafts.remove(UNSENT);
      return resuming && response.status === 404 ? new Response(null, { status: 204 }) : response;
    },
  });
}

function ChatProblem({ error }: { error: Error }) {
  const { detail, hint } = describe(readProblem(0, error.message));
  const lost = error instanceof TypeError;
  return (
    <>
      <p>{lost ? "The server cannot be reached." : detail}</p>
      <p className="faint">{lost ? "Your message is kept in this tab." : hint}</p>
    </>
  );
}

function hasQuestion(message: UIMessage): boolean {
  return message.parts.some((part) => "state" in part && part.state === "approval-requested");
}

/** The notice of the last reply, kept until the next reply so that it does not flicker. */
function newestNotice(messages: UIMessage[], busy: boolean): string | undefined {
  const answers = messages.filter((message) => message.role === "assistant").slice(busy ? -2 : -1);
  return answers.flatMap((message) => message.parts.map(noticeOf)).findLast((text) => text !== undefined);
}

const NEAR_END_PX = 80;

/** Keeps the end of the log in view, unless the user has scrolled up. */
function useFollowedEnd(messages: UIMessage[]) {
  const log = useRef<HTMLDivElement>(null);
  const follows = useRef(true);

  useEffect(() => {
    const element = log.current;
    if (element === null) return;
    const look = () => {
      follows.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX;
    };
    element.addEventListener("scroll", look, { passive: true });
    return () => element.removeEventListener("scroll", look);
  }, []);

  const mine = messages.findLast((message) => message.role === "user")?.id;
  useLayoutEffect(() => {
    follows.current = true;
  }, [mine]);
  useLayoutEffect(() => {
    if (follows.current && log.current !== null) log.current.scrollTop = log.current.scrollHeight;
  }, [messages]);

  useEffect(() => {
    const element = log.current;
    if (element === null) return;
    // Its height changes when it is shown on a narrow screen, or something opens above or below it.
    const sized = new ResizeObserver(() => {
      if (follows.current) element.scrollTop = element.scrollHeight;
    });
    sized.observe(element);
    return () => sized.disconnect();
  }, []);
  return log;
}

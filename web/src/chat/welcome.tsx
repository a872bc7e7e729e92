// Examples for an empty conversation; they work unchanged.

import { useEffect, useState } from "react";

import { api, type ChatDescription } from "../api";

interface Example {
  text: string;
  /** Whether it only reads, so that a press may send it; one that changes something is put into the field first. */
  isQuestion: boolean;
}

const COMMANDS: Example[] = [
  { text: "add pay rent on the 1st of every month p1", isQuestion: false },
  { text: "list today", isQuestion: true },
  { text: "agenda", isQuestion: true },
  { text: "help", isQuestion: true },
];

const SENTENCES: Example[] = [
  { text: "pay rent on the 1st of every month, high priority", isQuestion: false },
  { text: "what is due this week?", isQuestion: true },
  { text: "move the dentist to Friday at 9", isQuestion: false },
];

interface Props {
  send: (text: string) => void;
  write: (text: string) => void;
}

export function Welcome({ send, write }: Props) {
  const [chat, setChat] = useState<ChatDescription>();

  useEffect(() => {
    let isWanted = true;
    api.describeChat().then(
      (description) => isWanted && setChat(description),
      () => {
        // Unknown: commands work either way.
      },
    );
    return () => {
      isWanted = false;
    };
  }, []);

  return (
    <div className="welcome">
      {chat?.notice && (
        <div className="welcome-notice">
          <p>{chat.notice}</p>
          <p className="faint">
            To write in your own words, set <code>GEMINI_API_KEY</code> and restart the server.
          </p>
        </div>
      )}
      <p>For example:</p>
      <ul>
        {(chat?.has_model ? SENTENCES : COMMANDS).map(({ text, isQuestion }) => (
          <li key={text}>
            <button type="button" onClick={() => (isQuestion ? send(text) : write(text))}>
              {text}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

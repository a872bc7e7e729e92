// Where messages are written.

import { useRef, useState, type KeyboardEvent } from "react";

interface Props {
  busy: boolean;
  send: (text: string) => void;
  stop: () => void;
}

export function Composer({ busy, send, stop }: Props) {
  const [text, setText] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);

  function submit() {
    const message = text.trim();
    if (message === "" || busy) return;
    setText("");
    send(message);
    field.current?.focus();
  }

  function onKey(event: KeyboardEvent) {
    // Enter also ends a composed character, as in Japanese input; that one is not for us.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  }

  return (
    <form
      className="composer field-row"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <textarea
        ref={field}
        rows={1}
        aria-label="Message"
        placeholder="Ask, or tell me what to do"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKey}
        enterKeyHint="send"
      />
      {busy ? (
        <button type="button" onClick={stop}>
          Stop
        </button>
      ) : (
        <button type="submit" className="primary">
          Send
        </button>
      )}
    </form>
  );
}

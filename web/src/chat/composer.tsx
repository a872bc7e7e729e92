// Where messages are written.

import { useImperativeHandle, useRef, type KeyboardEvent, type Ref } from "react";

/** What others may do with the field. */
export interface ComposerHandle {
  /** Puts a text into the field, for a person to go on with. */
  write(text: string): void;
  focus(): void;
}

interface Props {
  ref: Ref<ComposerHandle>;
  /** What is typed; kept by the caller, so that it survives. */
  text: string;
  setText: (text: string) => void;
  busy: boolean;
  send: (text: string) => void;
  stop: () => void;
}

export function Composer({ ref, text, setText, busy, send, stop }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);

  useImperativeHandle(ref, () => ({
    write(next) {
      setText(next);
      field.current?.focus();
    },
    focus: () => field.current?.focus(),
  }));

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
        placeholder="Ask a question or give an instruction"
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

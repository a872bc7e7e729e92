// The field for messages.

import { useImperativeHandle, useRef, type KeyboardEvent, type Ref } from "react";

/** The interface of the field for other components. */
export interface ComposerHandle {
  /** Puts a text into the field, for the user to complete. */
  write(text: string): void;
  focus(): void;
}

interface Props {
  ref: Ref<ComposerHandle>;
  /** The typed text; the caller stores it, so that it survives. */
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
    // Enter also ends a composition, as in Japanese input; that one is ignored.
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

// The input of quick add: a real one, over a layer that highlights the parsed parts.

import { useLayoutEffect, useRef, type KeyboardEvent, type MouseEvent } from "react";

import type { LinePreview } from "./use-preview";
import { markBefore, markToDismiss, pieces, type Mark } from "./parsed-spans";

interface Props {
  preview: LinePreview;
  describedBy: string;
  changed: () => void;
}

export function HighlightedInput({ preview, describedBy, changed }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  // The press that focuses the field is only meant for typing.
  const writing = useRef(false);

  function scroll() {
    if (layer.current && field.current) layer.current.scrollLeft = field.current.scrollLeft;
  }
  useLayoutEffect(scroll);

  function press({ clientX, clientY, currentTarget: input }: MouseEvent<HTMLInputElement>) {
    if (!writing.current || input.selectionStart !== input.selectionEnd) return;
    for (const drawn of layer.current?.querySelectorAll<HTMLElement>("[data-mark]") ?? []) {
      const box = drawn.getBoundingClientRect();
      const hit = clientX >= box.left && clientX < box.right && clientY >= box.top && clientY < box.bottom;
      const mark = preview.marks.find(({ start }) => String(start) === drawn.dataset.mark);
      if (hit && mark) return preview.toggle(mark);
    }
  }

  /** One key makes a mark plain text: Backspace the one before the caret, Escape the one that the page names. */
  function dismiss(event: KeyboardEvent<HTMLInputElement>) {
    const { key, repeat, nativeEvent, currentTarget: input } = event;
    if (nativeEvent.isComposing || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const { selectionStart: caret, selectionEnd } = input;
    let mark: Mark | undefined;
    if (key === "Escape") mark = markToDismiss(preview.marks, preview.doubts);
    // A key that is held down deletes.
    if (key === "Backspace" && !repeat && caret !== null && caret === selectionEnd) mark = markBefore(preview.marks, caret);
    if (mark === undefined) return;
    event.preventDefault();
    preview.toggle(mark);
  }

  return (
    <div className="line">
      <div className="line-layer" aria-hidden="true">
        <div className="line-text" dir="auto" ref={layer}>
          {pieces(preview.text, preview.marks, preview.doubts).map(({ text, kind, at, isUnsure }) =>
            kind === undefined ? (
              <span key={at}>{text}</span>
            ) : (
              <span key={at} className={`mark mark-${kind}${isUnsure ? " unsure" : ""}`} data-mark={kind === "doubt" ? undefined : at}>
                {text}
              </span>
            ),
          )}
          {/* Room for the caret, which the input scrolls into view behind its text. */}
          <span className="line-end" />
        </div>
      </div>
      <input
        ref={field}
        aria-label="Add a task"
        aria-describedby={describedBy}
        aria-keyshortcuts="Escape"
        placeholder="buy milk tomorrow 5pm p1 #shopping"
        dir="auto"
        value={preview.text}
        onChange={(event) => {
          preview.type(event.target.value);
          changed();
        }}
        onCompositionStart={() => preview.compose(true)}
        onCompositionEnd={() => preview.compose(false)}
        onPointerDown={(event) => (writing.current = document.activeElement === event.currentTarget)}
        onClick={press}
        onScroll={scroll}
        onSelect={scroll}
        onKeyDown={dismiss}
        enterKeyHint="done"
        autoComplete="off"
      />
    </div>
  );
}

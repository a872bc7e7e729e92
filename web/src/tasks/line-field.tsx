// The input of quick add: a real one, over a layer that colours what was understood.

import { useLayoutEffect, useRef, type MouseEvent } from "react";

import type { Reading } from "./reading";
import { pieces } from "./understood";

interface Props {
  reading: Reading;
  describedBy: string;
  changed: () => void;
}

export function LineField({ reading, describedBy, changed }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  // The press that brings the focus only wants to write.
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
      const mark = reading.marks.find(({ start }) => String(start) === drawn.dataset.mark);
      if (hit && mark) return reading.toggle(mark);
    }
  }

  return (
    <div className="line">
      <div className="line-layer" aria-hidden="true">
        <div className="line-text" dir="auto" ref={layer}>
          {pieces(reading.text, reading.marks, reading.doubts).map(({ text, kind, at }) =>
            kind === undefined ? (
              <span key={at}>{text}</span>
            ) : (
              <span key={at} className={`mark mark-${kind}`} data-mark={kind === "doubt" ? undefined : at}>
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
        placeholder="buy milk tomorrow 5pm p1 #shopping"
        dir="auto"
        value={reading.text}
        onChange={(event) => {
          reading.type(event.target.value);
          changed();
        }}
        onCompositionStart={() => reading.compose(true)}
        onCompositionEnd={() => reading.compose(false)}
        onPointerDown={(event) => (writing.current = document.activeElement === event.currentTarget)}
        onClick={press}
        onScroll={scroll}
        onSelect={scroll}
        enterKeyHint="done"
        autoComplete="off"
      />
    </div>
  );
}

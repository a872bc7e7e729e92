// Requests a preview of a line while it is typed.

import { useCallback, useEffect, useState } from "react";

import { api, type Line } from "../api";
import type { QuickPreview } from "../contract";
import { spanKindOf } from "./values";
import { follow, isMark, within, type Doubt, type Mark, type Part } from "./parsed-spans";

const TYPING_MS = 120;

interface Answer {
  marks: Mark[];
  doubts: Doubt[];
  preview: QuickPreview | null;
}

/** The part of a line that is stored as a draft. */
export type KeptLine = Pick<LinePreview, "text" | "ignored">;

export const EMPTY_LINE: KeptLine = { text: "", ignored: [] };

/** Reads a stored line; undefined if it is invalid. */
export function readLine(kept: unknown): KeptLine | undefined {
  const { text, ignored } = (kept ?? {}) as Partial<KeptLine>;
  if (typeof text !== "string" || !Array.isArray(ignored)) return undefined;
  return { text, ignored: ignored.filter(isMark) };
}

const NOTHING: Answer = { marks: [], doubts: [], preview: null };

export interface LinePreview extends Answer {
  text: string;
  /** The parts that the user has marked as plain text. */
  ignored: Mark[];
  type(text: string): void;
  /** Turns a mark into plain text, or back. */
  toggle(mark: Mark): void;
  /** While an input method composes, the text is not final. */
  compose(composing: boolean): void;
}

/** `kept` is the text typed before a reload. */
export function usePreview(kept: KeptLine): LinePreview {
  const [text, setText] = useState(kept.text);
  const [ignored, setIgnored] = useState<Mark[]>(kept.ignored);
  const [answer, setAnswer] = useState(NOTHING);
  const [composing, compose] = useState(false);

  const type = useCallback(
    (next: string) => {
      setText(next);
      setIgnored(follow(ignored, text, next));
      // The parsed parts stay until the next response, so that they do not flicker.
      setAnswer(({ marks, doubts, preview }) =>
        next.trim() === "" ? NOTHING : { marks: follow(marks, text, next), doubts: follow(doubts, text, next), preview },
      );
    },
    [ignored, text],
  );

  const toggle = useCallback((mark: Mark) => {
    setIgnored((now) => (now.some(same(mark)) ? now.filter((other) => !same(mark)(other)) : [...now, mark]));
    setAnswer((now) => ({ ...now, marks: now.marks.filter((other) => !same(mark)(other)) }));
  }, []);

  useEffect(() => {
    if (text.trim() === "" || composing) return;
    const stale = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const preview = await api.preview(lineOf(text, ignored), stale.signal);
        if (stale.signal.aborted) return;
        setAnswer({
          marks: within(text, preview.spans).flatMap(({ start, end, text, kind }) => {
            const known = spanKindOf(kind);
            return known === undefined ? [] : [{ start, end, text, kind: known }];
          }),
          doubts: within(
            text,
            preview.remarks.map(({ start, end, doubt }) => ({ start, end, doubt })),
          ),
          preview,
        });
      } catch {
        // No error for a line that cannot be previewed now; adding it reports the error, or succeeds.
        if (!stale.signal.aborted) setAnswer(NOTHING);
      }
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      stale.abort();
    };
  }, [text, ignored, composing]);

  return { ...answer, text, ignored, type, toggle, compose };
}

/** The same line for the preview and for the task. */
export function lineOf(text: string, ignored: readonly Part[]): Line {
  const line: Line = { text };
  if (ignored.length > 0) line.ignore = ignored.map(({ start, end }) => [start, end]);
  return line;
}

function same(mark: Part): (other: Part) => boolean {
  return ({ start, end }) => start === mark.start && end === mark.end;
}

// One setting: saved as soon as it is chosen or its field is left, with what is wrong below it.

import { useId, useRef, useState } from "react";

import type { UserPatch } from "../contract";
import { useSubmission } from "../form";
import { Field } from "../tasks/field";
import { withCurrent, type Choice } from "./choices";

/** Saves; throws the server's error. */
export type Change = (settings: UserPatch) => Promise<void>;

interface Props<Patch> {
  label: string;
  /** Its name in the API. */
  name: keyof Patch & string;
  /** The value that is saved. */
  value: string;
  /** Saves; throws the server's error. */
  change: (patch: Patch) => Promise<unknown>;
  /** The value for the API; by default the text itself. */
  read?: (text: string) => Patch[keyof Patch] | string;
}

/** A change of one setting. */
function patchOf<Patch>(name: keyof Patch, value: Patch[keyof Patch] | string): Patch {
  return { [name]: value } as Patch;
}

/** The names of one setting each, the same array each time. */
const FIELDS = new Map<string, readonly string[]>();

function fieldsOf(name: string): readonly string[] {
  const fields = FIELDS.get(name) ?? [name];
  FIELDS.set(name, fields);
  return fields;
}

export function ChoiceSetting<Patch>({
  label,
  name,
  value,
  change,
  choices,
  read = String,
}: Props<Patch> & { choices: readonly Choice[] }) {
  const { problem, run } = useSubmission(fieldsOf(name));
  // Shown before it is saved, and taken back if it is refused.
  const [chosen, setChosen] = useState<string>();

  async function choose(text: string) {
    setChosen(text);
    await run(() => change(patchOf<Patch>(name, read(text))));
    setChosen(undefined);
  }

  return (
    <Field label={label} problem={problem.fields[name] ?? problem.form}>
      {(attributes) => (
        <select {...attributes} value={chosen ?? value} onChange={(event) => void choose(event.target.value)}>
          {withCurrent(choices, value).map(([known, text]) => (
            <option key={known} value={known}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface TextProps<Patch> extends Props<Patch> {
  type?: "text" | "time" | "number";
  suggestions?: readonly string[];
}

export function TextSetting<Patch>({
  label,
  name,
  value,
  change,
  read = String,
  type = "text",
  suggestions = [],
}: TextProps<Patch>) {
  const { problem, run } = useSubmission(fieldsOf(name));
  const list = useId();
  // What is typed stays until it is saved.
  const [typed, setTyped] = useState<string>();
  const refused = useRef<string>(undefined);

  async function save(isLeaving: boolean) {
    const text = typed?.trim();
    // Leaving the field asks nothing again that was refused.
    if (text === undefined || (isLeaving && text === refused.current)) return;
    // Back at what is saved: nothing to send, and nothing is wrong any more.
    const isSaved = text === value;
    if (await run(async () => isSaved || change(patchOf<Patch>(name, read(text))))) {
      refused.current = undefined;
      setTyped((now) => (now?.trim() === text ? undefined : now));
    } else {
      refused.current = text;
    }
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save(false);
      }}
    >
      <Field label={label} problem={problem.fields[name] ?? problem.form}>
        {(attributes) => (
          <input
            {...attributes}
            type={type}
            list={suggestions.length > 0 ? list : undefined}
            value={typed ?? value}
            onChange={(event) => setTyped(event.target.value)}
            onBlur={() => void save(true)}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
        )}
      </Field>
      {suggestions.length > 0 && (
        <datalist id={list}>
          {suggestions.map((text) => (
            <option key={text} value={text} />
          ))}
        </datalist>
      )}
    </form>
  );
}

// The tags of a task: removed with a press, added by name.

import { useId, useState, type KeyboardEvent } from "react";

import { tagKey } from "./query";

interface Props {
  tags: string[];
  known: ReadonlyMap<string, unknown>;
  change: (tags: string[]) => void;
}

export function TagsField({ tags, known, change }: Props) {
  const [text, setText] = useState("");
  const [field, list] = [useId(), useId()];

  function add(written: string) {
    const there = new Set(tags.map(tagKey));
    const names = written
      .split(",")
      .map((name) => name.trim().replace(/^#/, ""))
      .filter((name) => name !== "" && !there.has(tagKey(name)));
    setText("");
    if (names.length > 0) change([...tags, ...names]);
  }

  function onKey(event: KeyboardEvent) {
    if (event.key !== "Enter" || event.nativeEvent.isComposing || text.trim() === "") return;
    // Enter without a name saves the form.
    event.preventDefault();
    add(text);
  }

  return (
    <div className="set-field">
      <label htmlFor={field}>Tags</label>
      <ul className="chips" aria-label="Tags of this task">
        {tags.map((name) => (
          <li key={tagKey(name)}>
            <button
              type="button"
              className="chip mark-tag"
              aria-label={`Remove tag ${name}`}
              title="Remove"
              onClick={() => change(tags.filter((other) => other !== name))}
            >
              {name} <span aria-hidden="true">×</span>
            </button>
          </li>
        ))}
      </ul>
      <input
        id={field}
        list={list}
        value={text}
        placeholder="add a tag"
        onChange={(event) => {
          const { value } = event.target;
          if (value.includes(",")) add(value);
          else setText(value);
        }}
        onKeyDown={onKey}
        // A typed name that was not added counts too: saving must not lose it.
        onBlur={() => add(text)}
        autoComplete="off"
      />
      <datalist id={list}>
        {[...known.keys()].map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </div>
  );
}

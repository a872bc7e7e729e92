// The status and the filters of the list.

import { useEffect, useRef, useState } from "react";

import type { TagView } from "../contract";
import type { Priority, Status } from "./values";
import { isSameTag, tagChoices, type Sort, type TaskQuery } from "./query";

const STATUSES: [Status, string][] = [
  ["open", "Open"],
  ["completed", "Done"],
  ["skipped", "Skipped"],
  ["deleted", "Trash"],
];

const SORTS: [Sort, string][] = [
  ["due", "By due date"],
  ["priority", "By priority"],
  ["created", "Newest first"],
  ["updated", "Last changed"],
  ["title", "By title"],
];

interface Props {
  query: TaskQuery;
  tags: TagView[];
  show: (query: TaskQuery) => void;
  /** The days to come instead of a list. */
  agenda: boolean;
  pickAgenda: (agenda: boolean) => void;
}

const TYPING_MS = 200;

export function Filters({ query, tags, show, agenda, pickAgenda }: Props) {
  function pick(status: Status) {
    pickAgenda(false);
    // What was just done or thrown away is what one looks for there.
    show({ ...query, status, sort: status === "open" ? "due" : "updated" });
  }

  return (
    <div className="filters">
      <div className="segments" role="group" aria-label="Status">
        {STATUSES.map(([status, label]) => (
          <button
            key={status}
            type="button"
            aria-pressed={!agenda && query.status === status}
            onClick={() => pick(status)}
          >
            {label}
          </button>
        ))}
        <button type="button" aria-pressed={agenda} onClick={() => pickAgenda(true)}>
          Agenda
        </button>
      </div>
      {!agenda && <Picks query={query} tags={tags} show={show} />}
    </div>
  );
}

function Picks({ query, tags, show }: Pick<Props, "query" | "tags" | "show">) {
  const [text, setText] = useState(query.q);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // A search still being typed must not undo a filter chosen meanwhile.
  const latest = useRef(query);
  latest.current = query;

  useEffect(() => setText(query.q), [query.q]);
  useEffect(() => () => clearTimeout(timer.current), []);

  function search(q: string) {
    setText(q);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => show({ ...latest.current, q: q.trim() }), TYPING_MS);
  }

  const names = tagChoices(tags, query.tag);
  const filtered = query.tag !== "" || query.priority !== "" || query.q !== "";
  return (
    <>
      <input
        type="search"
        className="search"
        aria-label="Search tasks"
        placeholder="Search"
        value={text}
        onChange={(event) => search(event.target.value)}
      />
      <div className="filter-picks">
        <select
          aria-label="Tag"
          value={names.find((name) => isSameTag(name, query.tag)) ?? ""}
          onChange={(event) => show({ ...query, tag: event.target.value })}
        >
          <option value="">All tags</option>
          {names.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
        <select
          aria-label="Priority"
          value={query.priority}
          onChange={(event) => show({ ...query, priority: event.target.value as Priority | "" })}
        >
          <option value="">Any priority</option>
          <option value="high">High</option>
          <option value="medium">Medium</option>
          <option value="low">Low</option>
          <option value="none">None</option>
        </select>
        <select
          aria-label="Order"
          value={query.sort}
          onChange={(event) => show({ ...query, sort: event.target.value as Sort })}
        >
          {SORTS.map(([sort, label]) => (
            <option key={sort} value={sort}>
              {label}
            </option>
          ))}
        </select>
        {filtered && (
          <button
            type="button"
            className="link"
            onClick={() => {
              clearTimeout(timer.current);
              setText("");
              show({ ...query, tag: "", priority: "", q: "" });
            }}
          >
            Clear filters
          </button>
        )}
      </div>
    </>
  );
}

// The task list.

import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import type { UserView } from "../contract";
import { Agenda } from "./agenda";
import { EmptyTrash } from "./empty-trash";
import { Filters } from "./filters";
import { nested } from "./nested";
import { FIRST_QUERY } from "./query";
import { QuickAdd } from "./quick-add";
import { Row, tagColors } from "./row";
import { shownRows } from "./task-list";
import type { TasksState } from "./use-tasks";

const MINUTE_MS = 60_000;

export function Tasks({ state, user }: { state: TasksState; user: UserView }) {
  const { list, tags, problem, show, actions } = state;
  const now = useNow();
  const [agenda, setAgenda] = useState(false);
  const shown = useMemo(() => nested(shownRows(list)), [list]);
  const numbers = useMemo(() => new Set(shown.map((task) => task.number)), [shown]);
  const listed = useMemo(() => new Set(list.items.map((task) => task.id)), [list.items]);
  const { rows, expect } = useContinuedFocus(shown.length);

  const colors = useMemo(() => tagColors(tags), [tags]);

  const query = useRef(list.query);
  query.current = list.query;
  const pickTag = useCallback(
    (tag: string) => {
      setAgenda(false);
      show({ ...query.current, tag });
    },
    [show],
  );

  return (
    <section className="panel tasks" aria-labelledby="tasks-heading">
      <h2 id="tasks-heading" className="hidden">
        Tasks
      </h2>
      <QuickAdd added={state.added} />
      <Filters query={list.query} tags={tags} show={show} agenda={agenda} pickAgenda={setAgenda} />
      {agenda ? (
        <Agenda state={state} user={user} now={now} pickTag={pickTag} />
      ) : (
        <>
          {problem && (
            <div className="problem" role="alert">
              <p>{problem.detail}</p>
              <button type="button" className="link" onClick={() => show(list.query)}>
                Try again
              </button>
            </div>
          )}
          {list.query.status === "deleted" && list.loaded && shown.length > 0 && <EmptyTrash emptied={state.reload} />}
          <ul className="rows" ref={rows} aria-label="Tasks" aria-busy={!list.loaded}>
            {shown.map((task) => (
              <Row
                key={task.id}
                task={task}
                now={now}
                colors={colors}
                actions={actions}
                pickTag={pickTag}
                editing={list.editing.has(task.id)}
                away={!listed.has(task.id)}
                inside={task.parent != null && numbers.has(task.parent)}
              />
            ))}
          </ul>
          {list.loaded && shown.length === 0 && <p className="empty">{emptyText(list.query)}</p>}
          {list.next !== null && (
            <button
              type="button"
              className="more"
              onClick={() => {
                expect();
                void state.more();
              }}
            >
              Show more
            </button>
          )}
        </>
      )}
    </section>
  );
}

function emptyText(query: TasksState["list"]["query"]): string {
  if (query.q !== "" || query.tag !== "" || query.priority !== "") return "No matching tasks.";
  if (query.status === "deleted") return "The trash is empty.";
  if (query.status === "skipped") return "No skipped tasks.";
  if (query.status === "completed") return "No completed tasks yet.";
  return query.sort === FIRST_QUERY.sort ? "Nothing to do. Add a task above, or ask the chat." : "Nothing to do.";
}

/** The time, to the minute: tasks become overdue without an event. */
function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), MINUTE_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Focuses the first row that "Show more" added. */
function useContinuedFocus(count: number) {
  const rows = useRef<HTMLUListElement>(null);
  const first = useRef<number>(undefined);

  useEffect(() => {
    if (first.current === undefined || count <= first.current) return;
    rows.current?.children[first.current]?.querySelector<HTMLElement>("input, button")?.focus({ preventScroll: true });
    first.current = undefined;
  }, [count]);

  function expect() {
    first.current = count;
  }
  return { rows, expect };
}

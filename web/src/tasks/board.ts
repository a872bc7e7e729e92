// The task list of the page: loads it, and moves it by answers and events.

import { useCallback, useEffect, useReducer, useRef, useState } from "react";

import { api, describe } from "../api";
import type { Page, Scope, Tag, Task, TaskPatch } from "../contract";
import { listen, type Connection } from "../events";
import { useNotify } from "../notices/notices";
import { dueText } from "./due";
import { append, apply, emptyList, loading, replace, type TaskList } from "./list";
import { FIRST_QUERY, type TaskQuery } from "./query";

type Action =
  | { do: "query"; query: TaskQuery }
  | { do: "loading" }
  | { do: "replace"; page: Page<Task> }
  | { do: "append"; page: Page<Task> }
  | { do: "apply"; task: Task };

function reduce(list: TaskList, action: Action): TaskList {
  switch (action.do) {
    case "query":
      return emptyList(action.query, list.seen);
    case "loading":
      return loading(list);
    case "replace":
      return replace(list, action.page);
    case "append":
      return append(list, action.page);
    case "apply":
      return apply(list, action.task);
  }
}

export interface TaskActions {
  complete(task: Task): Promise<void>;
  /** Leaves out this occurrence of a series. */
  skip(task: Task): Promise<void>;
  reopen(task: Task): Promise<void>;
  remove(task: Task): Promise<void>;
  restore(task: Task): Promise<void>;
  /** Throws what the server refused, for the form to show. */
  change(task: Task, patch: TaskPatch): Promise<void>;
  /** Moves one occurrence, or its series too. Throws as `change` does. */
  move(task: Task, due: string, scope: Scope): Promise<void>;
}

export interface Board {
  list: TaskList;
  tags: Tag[];
  connection: Connection;
  problem: { detail: string; hint?: string } | undefined;
  /** Grows whenever any task may have changed. */
  changes: number;
  show(query: TaskQuery): void;
  more(): Promise<void>;
  added(task: Task): void;
  actions: TaskActions;
}

export function useBoard(): Board {
  const [list, dispatch] = useReducer(reduce, emptyList(FIRST_QUERY));
  const [tags, setTags] = useState<Tag[]>([]);
  const [connection, setConnection] = useState<Connection>("connecting");
  const [problem, setProblem] = useState<Board["problem"]>();
  const [changes, setChanges] = useState(0);
  const notify = useNotify();

  // Callbacks of the event stream and of late answers need what is shown now, not when they were made.
  const current = useRef(list);
  current.current = list;
  const knownTags = useRef(tags);
  knownTags.current = tags;
  const request = useRef(0);

  const load = useCallback(async (query: TaskQuery, rows: number) => {
    request.current += 1;
    const mine = request.current;
    dispatch({ do: "loading" });
    try {
      const page = await api.tasks(query, { limit: rows });
      // A slow answer to an earlier question must not replace the answer to a later one.
      if (mine !== request.current) return;
      dispatch({ do: "replace", page });
      setProblem(undefined);
    } catch (error) {
      if (mine === request.current) setProblem(describe(error));
    }
  }, []);

  const loadTags = useCallback(async () => {
    try {
      setTags(await api.tags());
    } catch {
      // Without them the chips are grey and the filter is short; the next event asks again.
    }
  }, []);

  const show = useCallback(
    (query: TaskQuery) => {
      dispatch({ do: "query", query });
      void load(query, 0);
    },
    [load],
  );

  const learn = useCallback(
    (task: Task) => {
      dispatch({ do: "apply", task });
      setChanges((count) => count + 1);
      const names = new Set(knownTags.current.map((tag) => tag.name.toLowerCase()));
      if (task.tags.some((tag) => !names.has(tag.toLowerCase()))) void loadTags();
    },
    [loadTags],
  );

  const act = useCallback(
    async (call: () => Promise<unknown>, done?: () => void) => {
      try {
        const answer = await call();
        if (isTask(answer)) learn(answer);
        done?.();
      } catch (error) {
        const { detail, hint } = describe(error);
        notify({ kind: "error", text: detail, detail: hint });
      }
    },
    [learn, notify],
  );

  const complete = useCallback(
    (task: Task) =>
      act(
        () => api.complete(task),
        () => notify({ text: `Done: ${task.title}`, action: undo(() => act(() => api.reopen(task))) }),
      ),
    [act, notify],
  );

  useEffect(() => {
    void load(FIRST_QUERY, 0);
    void loadTags();
    return listen({
      event(type, data) {
        const task = data.after ?? data.before;
        if (type === "tag.created.v1") void loadTags();
        if (data.after) learn(data.after);
        if (type === "reminder.due.v1" && task) {
          notify({
            kind: "due",
            text: task.title,
            detail: dueText(task, new Date())?.text ?? "Reminder",
            action: { label: "Done", run: () => void complete(task) },
          });
        }
      },
      connection(state) {
        setConnection(state);
        if (state !== "live") return;
        setChanges((count) => count + 1);
        void load(current.current.query, current.current.items.length);
      },
      // The stream does not say why; a plain request does, and signs out if it must.
      refused: () => void load(current.current.query, current.current.items.length),
    });
  }, [complete, learn, load, loadTags, notify]);

  const more = useCallback(async () => {
    const { query, next } = current.current;
    if (next === null) return;
    const asked = request.current;
    try {
      const page = await api.tasks(query, { cursor: next });
      if (asked === request.current) dispatch({ do: "append", page });
    } catch (error) {
      setProblem(describe(error));
    }
  }, []);

  const actions: TaskActions = {
    complete,
    skip: (task) =>
      act(
        () => api.skip(task),
        () => notify({ text: `Skipped: ${task.title}`, action: undo(() => act(() => api.reopen(task))) }),
      ),
    reopen: (task) => act(() => api.reopen(task)),
    remove: (task) =>
      act(
        () => api.remove(task),
        () => notify({ text: `In the trash: ${task.title}`, action: undo(() => act(() => api.restore(task))) }),
      ),
    restore: (task) => act(() => api.restore(task)),
    change: async (task, patch) => learn(await api.change(task, patch)),
    move: async (task, due, scope) => learn(await api.reschedule(task, due, scope)),
  };

  return { list, tags, connection, problem, changes, show, more, added: learn, actions };
}

function undo(run: () => Promise<void>): { label: string; run: () => void } {
  return { label: "Undo", run: () => void run() };
}

/** Some calls answer with the task, some with nothing; the event brings the rest. */
function isTask(answer: unknown): answer is Task {
  return typeof answer === "object" && answer !== null && "version" in answer && "number" in answer && "tags" in answer;
}

// The task list of the page: loads it, and updates it from responses and events.

import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from "react";

import { api, describe, PAGE_MAX } from "../api";
import type { NewTask, TaskPage, TagView, TaskChange, TaskPatch, TaskView } from "../contract";
import type { Scope } from "./values";
import { listen, type Connection } from "../events";
import { useToasts } from "../toasts/toasts";
import { aboutOf, notice, refusal } from "./notices";
import {
  append,
  apply,
  emptyList,
  loading,
  recount,
  remove,
  replace,
  startEditing,
  stopEditing,
  type TaskList,
} from "./task-list";
import { FIRST_QUERY, tagKey, type TaskQuery } from "./query";

/** Changes of several subtasks often come together. */
const COUNT_AFTER_MS = 200;

type Action =
  | { do: "query"; query: TaskQuery }
  | { do: "loading" }
  | { do: "replace"; page: TaskPage }
  | { do: "append"; page: TaskPage }
  | { do: "apply"; task: TaskView }
  | { do: "recount"; task: TaskView }
  | { do: "remove"; task: TaskView }
  | { do: "edit"; task: TaskView }
  | { do: "close"; id: string };

function reduce(list: TaskList, action: Action): TaskList {
  switch (action.do) {
    case "query":
      return emptyList(action.query, list);
    case "loading":
      return loading(list);
    case "replace":
      return replace(list, action.page);
    case "append":
      return append(list, action.page);
    case "apply":
      return apply(list, action.task);
    case "recount":
      return recount(list, action.task);
    case "remove":
      return remove(list, action.task);
    case "edit":
      return startEditing(list, action.task);
    case "close":
      return stopEditing(list, action.id);
  }
}

export interface TaskActions {
  complete(task: TaskView): Promise<void>;
  /** Skips this occurrence of a series. */
  skip(task: TaskView): Promise<void>;
  reopen(task: TaskView): Promise<void>;
  remove(task: TaskView): Promise<void>;
  restore(task: TaskView): Promise<void>;
  /** Changes this version. Throws the server's error, for the form to show. */
  change(task: TaskView, version: number, patch: TaskPatch): Promise<TaskView>;
  /** Moves one occurrence, or its series too. Throws like `change`. */
  move(task: TaskView, version: number, due: string, scope: Scope): Promise<TaskView>;
  /** Reads a task again. Throws like `change`. */
  refresh(task: TaskView): Promise<TaskView>;
  /** Reopens or restores a task. Throws like `change`. */
  revive(task: TaskView): Promise<TaskView>;
  /** Creates a task. The same key creates it once. Throws like `change`. */
  create(task: NewTask, key: string): Promise<TaskChange>;
  /** Opens the task's editor, which stays open until it is closed. */
  edit(task: TaskView): void;
  closeEditor(task: TaskView): void;
}

export interface TasksState {
  list: TaskList;
  tags: TagView[];
  connection: Connection;
  problem: { detail: string; hint?: string } | undefined;
  /** Grows whenever any task may have changed. */
  changes: number;
  /** Grows whenever a reminder fired or may have fired. */
  reminded: number;
  show(query: TaskQuery): void;
  more(): Promise<void>;
  /** Loads the list again: a change elsewhere on the page may have touched many tasks. */
  reload(): void;
  /** Called when quick add has created a task. */
  added(task: TaskChange): void;
  actions: TaskActions;
}

export function useTasks(): TasksState {
  const [list, dispatch] = useReducer(reduce, emptyList(FIRST_QUERY));
  const [tags, setTags] = useState<TagView[]>([]);
  const [connection, setConnection] = useState<Connection>("connecting");
  const [problem, setProblem] = useState<TasksState["problem"]>();
  const [changes, setChanges] = useState(0);
  const [reminded, setReminded] = useState(0);
  const toasts = useToasts();

  // Callbacks of the event stream and of late responses need the current state, not that of when they were created.
  const current = useRef(list);
  current.current = list;
  const knownTags = useRef(tags);
  knownTags.current = tags;
  const request = useRef(0);

  /** Loads the first `rows` rows, or the first page. */
  const load = useCallback(async (query: TaskQuery, rows: number) => {
    request.current += 1;
    const mine = request.current;
    dispatch({ do: "loading" });
    try {
      const page: TaskPage = { items: [], next_cursor: null };
      do {
        const part = { limit: rows - page.items.length, ...(page.next_cursor == null ? {} : { cursor: page.next_cursor }) };
        const answer = await api.tasks(query, part);
        // A slow response to an earlier request must not replace the response to a later one.
        if (mine !== request.current) return;
        page.items.push(...answer.items);
        page.next_cursor = answer.next_cursor ?? null;
      } while (page.next_cursor != null && page.items.length < rows);
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
      // Without them the chips are grey and the filter is short; the next event loads them again.
    }
  }, []);

  const reload = useCallback(() => {
    setChanges((count) => count + 1);
    void load(current.current.query, current.current.items.length);
  }, [load]);

  const show = useCallback(
    (query: TaskQuery) => {
      dispatch({ do: "query", query });
      void load(query, 0);
    },
    [load],
  );

  const learn = useCallback(
    (task: TaskView) => {
      dispatch({ do: "apply", task });
      setChanges((count) => count + 1);
      const names = new Set(knownTags.current.map((tag) => tagKey(tag.name)));
      if (task.tags.some((tag) => !names.has(tagKey(tag)))) void loadTags();
    },
    [loadTags],
  );

  /** Handles the response to a write and shows its effect: always if it can be undone, otherwise only warnings. */
  const learned = useCallback(
    (verb: string, change: TaskChange, undo?: () => Promise<boolean>) => {
      learn(change);
      toasts.succeed();
      const toast = notice(verb, change, undo);
      if (toast !== undefined) toasts.show(toast);
      return change;
    },
    [learn, toasts],
  );

  /** Returns whether it succeeded; an error is shown. */
  const act = useCallback(
    async (verb: string, task: TaskView, call: (task: TaskView) => Promise<TaskChange>, undo?: () => Promise<boolean>) => {
      try {
        learned(verb, await call(task), undo);
        return true;
      } catch (error) {
        toasts.show(refusal(task, error));
        return false;
      }
    },
    [learned, toasts],
  );

  const reopen = useCallback((task: TaskView) => act("Reopened", task, api.reopen), [act]);
  const restore = useCallback((task: TaskView) => act("Restored", task, api.restore), [act]);

  /** An action from a row. An Undo is not one: it belongs to its notice, which stays if it fails. */
  const begin = useCallback(
    async (task: TaskView, run: () => Promise<boolean>) => {
      toasts.actOn(aboutOf(task));
      await run();
    },
    [toasts],
  );
  const complete = useCallback(
    (task: TaskView) => begin(task, () => act("Done", task, api.complete, () => reopen(task))),
    [act, begin, reopen],
  );

  const parents = useRef(new Set<number>());
  /** Reads the counts of these tasks' subtasks again, once for many changes at a time. */
  const countAgain = useCallback((numbers: (number | null | undefined)[]) => {
    const isWaiting = parents.current.size > 0;
    for (const number of numbers) if (number != null) parents.current.add(number);
    if (isWaiting || parents.current.size === 0) return;
    setTimeout(() => {
      const asked = [...parents.current];
      parents.current.clear();
      for (const number of asked) {
        if (!current.current.items.some((item) => item.number === number)) continue;
        // One that is gone is told by its own event.
        api.task(number).then((task) => dispatch({ do: "recount", task }), () => {});
      }
    }, COUNT_AFTER_MS);
  }, []);

  useEffect(() => {
    void load(FIRST_QUERY, 0);
    void loadTags();
    return listen({
      event(type, data) {
        if (type.startsWith("tag.")) void loadTags();
        if (type === "reminder.due.v1") setReminded((count) => count + 1);
        countAgain([data.before?.parent, data.after?.parent]);
        if (data.after) {
          learn(data.after);
          toasts.changed(aboutOf(data.after));
        } else if (data.before) {
          dispatch({ do: "remove", task: data.before });
          setChanges((count) => count + 1);
        }
      },
      connection(state) {
        setConnection(state);
        if (state === "reconnecting") {
          // The stream does not say why it ended; a plain request does, and signs out if it must.
          void api.checkSession().catch(() => {});
        }
        if (state !== "live") return;
        setReminded((count) => count + 1);
        reload();
      },
    });
  }, [countAgain, learn, load, loadTags, reload, toasts]);

  const more = useCallback(async () => {
    const { query, next } = current.current;
    if (next === null) return;
    const asked = request.current;
    try {
      const page = await api.tasks(query, { cursor: next, limit: PAGE_MAX });
      if (asked === request.current) dispatch({ do: "append", page });
    } catch (error) {
      setProblem(describe(error));
    }
  }, []);

  // The same object for as long as the page lives: rows are rendered again only when their task changes.
  const actions: TaskActions = useMemo(
    () => ({
      complete,
      skip: (task) => begin(task, () => act("Skipped", task, api.skip, () => reopen(task))),
      reopen: (task) => begin(task, () => reopen(task)),
      remove: (task) => begin(task, () => act("Moved to the trash", task, api.remove, () => restore(task))),
      restore: (task) => begin(task, () => restore(task)),
      change: async (task, version, patch) => {
        toasts.actOn(aboutOf(task));
        return learned("Saved", await api.change(task, version, patch));
      },
      move: async (task, version, due, scope) => learned("Moved", await api.reschedule(task, version, due, scope)),
      refresh: async (task) => {
        const newer = await api.task(task.number);
        learn(newer);
        return newer;
      },
      revive: async (task) => {
        toasts.actOn(aboutOf(task));
        return task.status === "deleted"
          ? learned("Restored", await api.restore(task))
          : learned("Reopened", await api.reopen(task));
      },
      create: async (task, key) => learned("Added", await api.create(task, key)),
      edit: (task) => dispatch({ do: "edit", task }),
      closeEditor: ({ id }) => dispatch({ do: "close", id }),
    }),
    [act, begin, complete, learn, learned, reopen, restore, toasts],
  );

  const added = useCallback((task: TaskChange) => void learned("Added", task), [learned]);

  return { list, tags, connection, problem, changes, reminded, show, more, reload, added, actions };
}

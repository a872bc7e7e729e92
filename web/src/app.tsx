// The page: signed out, or the tasks and the chat side by side.

import { memo, useCallback, useEffect, useRef, useState } from "react";

import type { Endings } from "./account/account";
import { api, describe } from "./api";
import { applyAppearance } from "./appearance";
import { ShowHistory } from "./changes/show-history";
import { Chat } from "./chat/chat";
import { forgetId } from "./chat/conversation";
import type { UserView } from "./contract";
import type { Dialogs, Opened } from "./dialogs";
import { DraftsContext, draftsOf } from "./drafts";
import { UnreadNotifications } from "./notifications/notifications";
import { useNotifications } from "./notifications/use-notifications";
import { device, forget, switchOff } from "./push/kept";
import { useDevice } from "./push/use-device";
import { Header } from "./session/header";
import { useSession, type SessionActions } from "./session/use-session";
import { SignIn } from "./session/sign-in";
import { ZoneNotice } from "./session/zone-notice";
import { nameAfter } from "./settings/tag-plan";
import type { Changed } from "./settings/tags";
import { isSameTag } from "./tasks/query";
import { Tasks } from "./tasks/tasks";
import { useDraftedTasks } from "./tasks/use-drafted-tasks";
import { useTasks } from "./tasks/use-tasks";
import { ToastArea, useToasts } from "./toasts/toasts";
import { OwnerZone } from "./zone";

export function App() {
  const [session, actions] = useSession();
  switch (session.at) {
    case "loading":
      return <p className="loading">Loading…</p>;
    case "out":
      return (
        <SignIn
          key={`${session.problem?.detail} ${session.invitation}`}
          problem={session.problem}
          notice={session.notice}
          invitation={session.invitation}
          actions={actions}
        />
      );
    case "in":
      // Keyed by user: nothing of one user is left when another signs in.
      return (
        <ToastArea key={session.user.id}>
          <Workspace user={session.user} actions={actions} />
        </ToastArea>
      );
  }
}

function Workspace({ user, actions }: { user: UserView; actions: SessionActions }) {
  const drafts = draftsOf(user.id);
  const state = useTasks();
  const notifications = useNotifications(state.reminded, state.changes);
  const toasts = useToasts();
  const [view, setView] = useState<"tasks" | "chat">("tasks");
  const [question, setQuestion] = useState(false);
  const { opened, Shown, open, close } = useDialogs();

  useDraftedTasks(drafts, state.actions.edit);

  const { edit } = state.actions;
  /** Opens a task's editor, wherever in the list the task is. */
  const openTask = useCallback(
    async (number: number) => {
      try {
        edit(await api.task(number));
        setView("tasks");
        requestAnimationFrame(() => document.querySelector(`li[data-number="${number}"]`)?.scrollIntoView({ block: "center" }));
      } catch (error) {
        toasts.show({ kind: "error", text: describe(error).detail });
      }
    },
    [edit, toasts],
  );
  useDevice(user.id, openTask);

  const { theme, density } = user;
  useEffect(() => applyAppearance({ theme, density }), [theme, density]);

  const { show, list, reload } = state;
  const query = useRef(list.query);
  query.current = list.query;
  const zone = useRef(user.zone);
  useEffect(() => {
    if (zone.current === user.zone) return;
    zone.current = user.zone;
    // Times without a zone are different instants now.
    show(query.current);
  }, [show, user.zone]);

  const tagChanged: Changed = useCallback(
    (tag, action) => {
      const { tag: filter } = query.current;
      const isShown = tag !== undefined && action !== undefined && isSameTag(filter, tag.name);
      // The list goes on showing the tasks that it shows.
      if (isShown) show({ ...query.current, tag: nameAfter(tag, action) });
      else reload();
    },
    [show, reload],
  );

  /** Ends the session, with what this browser keeps of the user. */
  async function leave(end: () => Promise<void>) {
    await end();
    forgetId();
    drafts.clear();
  }
  /** What this browser shows is of somebody who is signed in. The channel can be deleted only before the session ends. */
  const leaveDevice = (end: () => Promise<void>) =>
    leave(async () => {
      await switchOff(user.id);
      await end();
    });
  const endings: Endings = {
    signOut: () => leaveDevice(actions.signOut),
    signOutEverywhere: () => leaveDevice(actions.signOutEverywhere),
    deleteAccount: async (proof) => {
      await leave(() => actions.deleteAccount(proof));
      if (device(user.id) !== undefined) await forget();
    },
    setPassword: actions.setPassword,
  };
  async function tryLeave(): Promise<boolean> {
    try {
      await endings.signOut();
      return true;
    } catch (error) {
      toasts.show({ kind: "error", text: describe(error).detail });
      return false;
    }
  }
  function signOut() {
    if (drafts.names().length === 0) return void tryLeave();
    toasts.show({
      kind: "error",
      text: "You have text that is not sent or saved.",
      detail: ["Signing out deletes it."],
      action: { label: "Sign out", run: tryLeave },
    });
  }

  return (
    <DraftsContext value={drafts}>
      <OwnerZone value={user.zone}>
        <ShowHistory value={open}>
          <div className="workspace" data-view={view}>
            <div>
              <Header
                user={user}
                connection={state.connection}
                unread={notifications.unread.length}
                openInbox={() => open("inbox")}
                openChanges={() => open("changes")}
                openSettings={() => open("settings")}
                signOut={signOut}
              />
              <ZoneNotice user={user} change={actions.setSettings} />
              <UnreadNotifications notifications={notifications} complete={(task) => void state.actions.complete(task)} />
            </div>
            {/* Only on narrow screens, which have room for one of the two. */}
            <nav className="segments switch" aria-label="View">
              <button type="button" aria-pressed={view === "tasks"} onClick={() => setView("tasks")}>
                Tasks
              </button>
              <button type="button" aria-pressed={view === "chat"} onClick={() => setView("chat")}>
                Chat
                {question && <span className="waiting" role="img" aria-label="needs your answer" />}
              </button>
            </nav>
            <main className="columns">
              <Tasks state={state} user={user} />
              <ChatPanel waiting={setQuestion} />
            </main>
          </div>
          {opened && Shown && (
            <Shown
              opened={opened}
              close={close}
              user={user}
              state={state}
              notifications={notifications}
              openTask={openTask}
              change={actions.setSettings}
              endings={endings}
              tagChanged={tagChanged}
            />
          )}
        </ShowHistory>
      </OwnerZone>
    </DraftsContext>
  );
}

/** The open dialog, and the script that shows it. */
function useDialogs() {
  const toasts = useToasts();
  const [opened, setOpened] = useState<Opened>();
  const [Shown, setShown] = useState<typeof Dialogs>();

  const open = useCallback(
    async (dialog: Opened) => {
      try {
        const loaded = await import("./dialogs");
        setShown(() => loaded.Dialogs);
        setOpened(dialog);
      } catch {
        // A newer server no longer has the script of an older page.
        toasts.show({ kind: "error", text: "This part of the page could not be loaded.", detail: ["Reload the page."] });
      }
    },
    [toasts],
  );
  return { opened, Shown, open, close: () => setOpened(undefined) };
}

/** A separate component: the list changes more often than the chat. */
const ChatPanel = memo(Chat);

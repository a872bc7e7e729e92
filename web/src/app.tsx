// The page: signed out, or the tasks and the chat side by side.

import { memo, useEffect, useRef, useState } from "react";

import { describe } from "./api";
import { Chat } from "./chat/chat";
import { forgetId } from "./chat/conversation";
import type { UserView } from "./contract";
import { DraftsContext, draftsOf } from "./drafts";
import { UnreadNotifications } from "./notifications/notifications";
import { useNotifications } from "./notifications/use-notifications";
import { Header } from "./session/header";
import { useSession, type SessionActions } from "./session/use-session";
import { SignIn } from "./session/sign-in";
import { ZoneNotice } from "./session/zone-notice";
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
      return <SignIn key={session.problem?.detail ?? ""} problem={session.problem} actions={actions} />;
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

  useDraftedTasks(drafts, state.actions.edit);

  const { show, list } = state;
  const query = useRef(list.query);
  query.current = list.query;
  const zone = useRef(user.zone);
  useEffect(() => {
    if (zone.current === user.zone) return;
    zone.current = user.zone;
    // Times without a zone are different instants now.
    show(query.current);
  }, [show, user.zone]);

  async function leave() {
    await actions.signOut();
    forgetId();
    drafts.clear();
  }
  async function tryLeave(): Promise<boolean> {
    try {
      await leave();
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
        <div className="workspace" data-view={view}>
          <div>
            <Header user={user} connection={state.connection} actions={actions} signOut={signOut} />
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
      </OwnerZone>
    </DraftsContext>
  );
}

/** A separate component: the list changes more often than the chat. */
const ChatPanel = memo(Chat);

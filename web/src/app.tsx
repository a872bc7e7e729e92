// The page: signed out, or the tasks and the chat side by side.

import { memo, useCallback, useMemo, useRef, useState } from "react";

import { describe } from "./api";
import { Chat } from "./chat/chat";
import { forgetId } from "./chat/conversation";
import { TaskTitle } from "./chat/tool";
import type { User } from "./contract";
import { Drafts, DraftsContext } from "./drafts";
import { UnreadNotifications } from "./notifications/notifications";
import { useNotifications } from "./notifications/use-notifications";
import { Header } from "./session/header";
import { useSession, type SessionActions } from "./session/use-session";
import { SignIn } from "./session/sign-in";
import { Tasks } from "./tasks/tasks";
import { useTasks } from "./tasks/use-tasks";
import { ToastArea, useToast } from "./toasts/toasts";

export function App() {
  const [session, actions] = useSession();
  switch (session.at) {
    case "loading":
      return <p className="loading">Loading…</p>;
    case "out":
      return <SignIn key={session.problem?.detail ?? ""} problem={session.problem} actions={actions} />;
    case "in":
      // Keyed by user: nothing of one person is left when another signs in.
      return (
        <ToastArea key={session.user.id}>
          <Workspace user={session.user} actions={actions} />
        </ToastArea>
      );
  }
}

function Workspace({ user, actions }: { user: User; actions: SessionActions }) {
  const drafts = useMemo(() => new Drafts(user.id, localStorage), [user.id]);
  const state = useTasks();
  const notifications = useNotifications(state.reminded);
  const toast = useToast();
  const [view, setView] = useState<"tasks" | "chat">("tasks");
  const [question, setQuestion] = useState(false);

  // The chat asks for a title now and then; it need not be drawn anew with each change of the list.
  const items = useRef(state.list.items);
  items.current = state.list.items;
  const titleOf = useCallback((number: number) => items.current.find((task) => task.number === number)?.title, []);

  async function leave() {
    await actions.signOut();
    forgetId();
    drafts.clear();
  }
  function signOut() {
    const fail = (error: unknown) => toast({ kind: "error", text: describe(error).detail });
    if (drafts.names().length === 0) return void leave().catch(fail);
    toast({
      kind: "error",
      text: "You have unsent or unsaved text.",
      detail: "Signing out discards it.",
      action: { label: "Sign out", run: () => void leave().catch(fail) },
    });
  }

  return (
    <DraftsContext value={drafts}>
      <div className="workspace" data-view={view}>
        <div>
          <Header user={user} connection={state.connection} actions={actions} signOut={signOut} />
          <UnreadNotifications notifications={notifications} complete={(task) => void state.actions.complete(task)} />
        </div>
        {/* Shown on narrow screens only, where there is room for one of the two. */}
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
          <TaskTitle value={titleOf}>
            <ChatPanel waiting={setQuestion} />
          </TaskTitle>
        </main>
      </div>
    </DraftsContext>
  );
}

/** Drawn on its own: the list changes more often than the chat. */
const ChatPanel = memo(Chat);

// The page: signed out, or the tasks and the chat side by side.

import { useCallback, useState } from "react";

import { Chat } from "./chat/chat";
import { forgetId } from "./chat/conversation";
import { TaskTitle } from "./chat/tool";
import type { User } from "./contract";
import { NoticeArea } from "./notices/notices";
import { Header } from "./session/header";
import { useSession, type SessionActions } from "./session/session";
import { SignIn } from "./session/sign-in";
import { useBoard } from "./tasks/board";
import { Tasks } from "./tasks/tasks";

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
        <NoticeArea key={session.user.id}>
          <Desk user={session.user} actions={actions} />
        </NoticeArea>
      );
  }
}

function Desk({ user, actions }: { user: User; actions: SessionActions }) {
  const board = useBoard();
  const [view, setView] = useState<"tasks" | "chat">("tasks");
  const [question, setQuestion] = useState(false);
  const { items } = board.list;
  const titleOf = useCallback((number: number) => items.find((task) => task.number === number)?.title, [items]);
  const leaving: SessionActions = {
    ...actions,
    signOut: async () => {
      await actions.signOut();
      forgetId();
    },
  };

  return (
    <div className="desk" data-view={view}>
      <Header user={user} connection={board.connection} actions={leaving} />
      {/* Shown on narrow screens only, where there is room for one of the two. */}
      <nav className="segments switch" aria-label="View">
        <button type="button" aria-pressed={view === "tasks"} onClick={() => setView("tasks")}>
          Tasks
        </button>
        <button type="button" aria-pressed={view === "chat"} onClick={() => setView("chat")}>
          Chat
          {question && <span className="waiting" role="img" aria-label="waits for your answer" />}
        </button>
      </nav>
      <main className="columns">
        <Tasks board={board} user={user} />
        <TaskTitle value={titleOf}>
          <Chat waiting={setQuestion} />
        </TaskTitle>
      </main>
    </div>
  );
}

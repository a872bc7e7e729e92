// The line on top: is it live, who is here, in which zone.

import type { UserView } from "../contract";
import type { Connection } from "../events";
import type { SessionActions } from "./use-session";
import { Settings } from "./settings";

interface Props {
  user: UserView;
  connection: Connection;
  actions: SessionActions;
  signOut: () => void;
}

const CONNECTION: Record<Connection, string> = {
  connecting: "Connecting…",
  live: "Live",
  reconnecting: "Reconnecting…",
};

export function Header({ user, connection, actions, signOut }: Props) {
  return (
    <header className="top">
      <h1 className="brand">Taskwire</h1>
      <span className={`connection connection-${connection}`} role="status">
        {CONNECTION[connection]}
      </span>
      <span className="top-rest">
        <Settings user={user} change={actions.setSettings} />
        <span className="user">{user.name}</span>
        <button type="button" className="link" onClick={signOut}>
          Sign out
        </button>
      </span>
    </header>
  );
}

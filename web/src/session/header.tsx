// The line on top: is it live, who is here, in which zone.

import type { User } from "../contract";
import type { Connection } from "../events";
import { browserZone } from "../zone";
import type { SessionActions } from "./use-session";
import { Settings } from "./settings";

interface Props {
  user: User;
  connection: Connection;
  actions: SessionActions;
  signOut: () => void;
}

export function Header({ user, connection, actions, signOut }: Props) {
  return (
    <header className="top">
      <h1 className="brand">Taskwire</h1>
      <span className={`connection connection-${connection}`} role="status">
        {connection}
      </span>
      <span className="top-rest">
        <Settings user={user} change={actions.setSettings} />
        {user.zone !== browserZone && (
          <button
            type="button"
            className="link"
            title="Dates without a zone use it"
            onClick={() => void actions.setSettings({ zone: browserZone }).catch(() => {})}
          >
            Use {browserZone.replaceAll("_", " ")}
          </button>
        )}
        <span className="user">{user.name}</span>
        <button type="button" className="link" onClick={signOut}>
          Sign out
        </button>
      </span>
    </header>
  );
}

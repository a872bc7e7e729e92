// The line on top: is it live, who is here, in which zone.

import type { UserView } from "../contract";
import type { Connection } from "../events";
import { zoneName } from "../zone";

interface Props {
  user: UserView;
  connection: Connection;
  /** How many reminders were not read. */
  unread: number;
  openInbox: () => void;
  openChanges: () => void;
  openSettings: () => void;
  signOut: () => void;
}

const CONNECTION: Record<Connection, string> = {
  connecting: "Connecting…",
  live: "Live",
  reconnecting: "Reconnecting…",
};

export function Header({ user, connection, unread, openInbox, openChanges, openSettings, signOut }: Props) {
  return (
    <header className="top">
      <h1 className="brand">Taskwire</h1>
      <span className={`connection connection-${connection}`} role="status">
        {CONNECTION[connection]}
      </span>
      <span className="top-rest">
        <span className="zone">{zoneName(user.zone)}</span>
        <span className="user">{user.name}</span>
        <button type="button" className="link" aria-label={unread === 0 ? undefined : `Inbox, ${unread} unread`} onClick={openInbox}>
          Inbox
          {unread > 0 && <span className="count">{unread}</span>}
        </button>
        <button type="button" className="link" onClick={openChanges}>
          Changes
        </button>
        <button type="button" className="link" onClick={openSettings}>
          Settings
        </button>
        <button type="button" className="link" onClick={signOut}>
          Sign out
        </button>
      </span>
    </header>
  );
}

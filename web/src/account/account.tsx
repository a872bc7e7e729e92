// The account of the person who is signed in.

import { useState } from "react";

import type { AccountDeletion, PasswordChange, UserView } from "../contract";
import { Apps } from "./apps";
import { Leave } from "./leave";
import { Password } from "./password";
import { Sessions } from "./sessions";

/** What ends this session, or others; each throws the server's error. */
export interface Endings {
  setPassword(change: PasswordChange): Promise<void>;
  signOut(): Promise<void>;
  signOutEverywhere(): Promise<void>;
  deleteAccount(proof: AccountDeletion): Promise<void>;
}

export function Account({ user, endings }: { user: UserView; endings: Endings }) {
  const [changes, setChanges] = useState(0);
  return (
    <>
      <p className="faint">Signed in as {user.name}.</p>
      <Password user={user} setPassword={endings.setPassword} changed={() => setChanges((count) => count + 1)} />
      <Sessions changes={changes} signOut={endings.signOut} signOutEverywhere={endings.signOutEverywhere} />
      <Apps />
      <Leave user={user} deleteAccount={endings.deleteAccount} />
    </>
  );
}

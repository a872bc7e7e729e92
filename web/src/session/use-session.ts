// Who is signed in. A sign-in link carries a one-time code in its fragment, which never reaches a server log.

import { useCallback, useEffect, useRef, useState } from "react";

import { api, ApiError, describe, whenSignedOut } from "../api";
import type { AccountDeletion, NewUser, PasswordChange, UserPatch, UserView } from "../contract";

export type SessionState =
  | { at: "loading" }
  | { at: "out"; problem?: { detail: string; hint?: string }; notice?: string; invitation?: string }
  | { at: "in"; user: UserView };

export interface SessionActions {
  signIn(name: string, password: string): Promise<void>;
  /** Creates an account and signs it in. Throws the server's error. */
  signUp(account: NewUser): Promise<void>;
  signOut(): Promise<void>;
  /** Ends all sessions of the user. */
  signOutEverywhere(): Promise<void>;
  deleteAccount(proof: AccountDeletion): Promise<void>;
  /** Sets or changes the password, which ends all other sessions. Throws the server's error. */
  setPassword(change: PasswordChange): Promise<void>;
  /** Throws the server's error, for the form to show. */
  setSettings(settings: UserPatch): Promise<void>;
  retry(): void;
}

export function useSession(): [SessionState, SessionActions] {
  const [state, setState] = useState<SessionState>({ at: "loading" });

  const enter = useCallback((user: UserView) => setState({ at: "in", user }), []);

  const start = useCallback(async () => {
    const problem = await redeemFragment();
    try {
      enter((await api.session()).user);
    } catch (error) {
      const expected = error instanceof ApiError && error.status === 401;
      const shown = problem ?? (expected ? undefined : describe(error));
      // Taken only from the address of somebody who is not signed in: the link still works after signing out.
      const invited = takeFromAddress("invitation");
      setState((now) => {
        const invitation = invited ?? (now.at === "out" ? now.invitation : undefined);
        return { at: "out", ...(shown && { problem: shown }), ...(invitation !== undefined && { invitation }) };
      });
    }
  }, [enter]);

  useEffect(() => {
    whenSignedOut(() =>
      // Said once: several requests may find the session gone.
      setState((now) =>
        now.at === "in" ? { at: "out", problem: { detail: "Your session has expired. Sign in again.", hint: "Your unsent text is kept in this tab." } } : now,
      ),
    );
    void start();
    // Opening a link in a tab that already shows the page changes only the fragment.
    const again = () => {
      if (/^#(?:code|invitation)=/.test(location.hash)) void start();
    };
    window.addEventListener("hashchange", again);
    return () => window.removeEventListener("hashchange", again);
  }, [start]);

  const isIn = state.at === "in";
  useEffect(() => {
    if (!isIn) return;
    // Settings may have been changed in another tab or by a program; no event tells.
    const refresh = () => {
      if (document.visibilityState !== "visible") return;
      api.checkSession().then(
        ({ user }) => setState((now) => (now.at === "in" && differs(now.user, user) ? { at: "in", user } : now)),
        () => {
          // `whenSignedOut` tells of an ended session; anything else is asked again next time.
        },
      );
    };
    document.addEventListener("visibilitychange", refresh);
    return () => document.removeEventListener("visibilitychange", refresh);
  }, [isIn]);

  // One after the other: a slow answer to an earlier change would take a later one back.
  const saving = useRef<Promise<unknown>>(Promise.resolve());
  const setSettings = useCallback(
    (settings: UserPatch) => {
      const saved = saving.current.then(async () => enter(await api.setSettings(settings)));
      saving.current = saved.catch(() => {});
      return saved;
    },
    [enter],
  );

  return [
    state,
    {
      signIn: async (name, password) => enter((await api.signIn({ name, password })).user),
      signUp: async (account) => {
        await api.signUp(account);
        enter((await api.signIn({ name: account.name, password: account.password })).user);
      },
      signOut: async () => {
        await api.signOut();
        setState(signedOut());
      },
      signOutEverywhere: async () => {
        await api.endSessions(false);
        setState({ ...signedOut(), notice: "You are signed out everywhere." });
      },
      deleteAccount: async (proof) => {
        await api.deleteAccount(proof);
        setState({ ...signedOut(), notice: "The account is deleted." });
      },
      setPassword: async (change) => {
        await api.setPassword(change);
        setState((now) => (now.at === "in" ? { at: "in", user: { ...now.user, has_password: true } } : now));
      },
      setSettings,
      retry: () => void start(),
    },
  ];
}

function differs(one: UserView, other: UserView): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}

/** Signed out; an invitation link that was opened meanwhile can be used now. */
function signedOut(): Extract<SessionState, { at: "out" }> {
  const invitation = takeFromAddress("invitation");
  return { at: "out", ...(invitation !== undefined && { invitation }) };
}

/** Takes a secret out of the address and the history, so that it is not shared or bookmarked. */
function takeFromAddress(name: "code" | "invitation"): string | undefined {
  const value = new URLSearchParams(location.hash.slice(1)).get(name);
  if (!value) return undefined;
  history.replaceState(null, "", location.pathname + location.search);
  return value;
}

/** Spends the code of the address, if there is one; answers with what went wrong. */
async function redeemFragment(): Promise<{ detail: string; hint?: string } | undefined> {
  const code = takeFromAddress("code");
  if (code === undefined) return undefined;
  try {
    await api.signIn({ code });
    return undefined;
  } catch (error) {
    return describe(error);
  }
}

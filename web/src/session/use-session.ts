// Who is signed in. A sign-in link carries a one-time code in its fragment, which never reaches a server log.

import { useCallback, useEffect, useState } from "react";

import { api, ApiError, describe, whenSignedOut } from "../api";
import type { UserPatch, UserView } from "../contract";

export type SessionState =
  | { at: "loading" }
  | { at: "out"; problem?: { detail: string; hint?: string } }
  | { at: "in"; user: UserView };

export interface SessionActions {
  signIn(name: string, password: string): Promise<void>;
  signOut(): Promise<void>;
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
      setState(shown ? { at: "out", problem: shown } : { at: "out" });
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
      if (location.hash.startsWith("#code=")) void start();
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

  return [
    state,
    {
      signIn: async (name, password) => enter((await api.signIn({ name, password })).user),
      signOut: async () => {
        await api.signOut();
        setState({ at: "out" });
      },
      setSettings: async (settings) => setState({ at: "in", user: await api.setSettings(settings) }),
      retry: () => void start(),
    },
  ];
}

function differs(one: UserView, other: UserView): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}

/** Spends the code of the address, if there is one; answers with what went wrong. */
async function redeemFragment(): Promise<{ detail: string; hint?: string } | undefined> {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (!code) return undefined;
  // Gone from the address and the history before anything else, so that it is not shared or bookmarked.
  history.replaceState(null, "", location.pathname + location.search);
  try {
    await api.signIn({ code });
    return undefined;
  } catch (error) {
    return describe(error);
  }
}

// The signed-out page.

import { useState, type FormEvent } from "react";

import { SignUp } from "../account/sign-up";
import { describe } from "../api";
import { ProblemText } from "../problem";
import type { SessionActions } from "./use-session";

interface Props {
  problem: { detail: string; hint?: string } | undefined;
  /** What just happened. */
  notice: string | undefined;
  /** The code of an invitation link that was opened. */
  invitation: string | undefined;
  actions: SessionActions;
}

export function SignIn({ problem, notice, invitation, actions }: Props) {
  const [isNew, setNew] = useState(invitation !== undefined);
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState(problem);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setRefusal(undefined);
    try {
      await actions.signIn(name, password);
    } catch (error) {
      setRefusal(describe(error));
      setBusy(false);
    }
  }

  if (isNew) return <SignUp invitation={invitation} actions={actions} back={() => setNew(false)} />;
  return (
    <main className="sign-in">
      <h1 className="brand">Taskwire</h1>
      <p className="notice" role="status">
        {notice}
      </p>
      <p>
        Open the sign-in link that <code>taskwire serve</code> printed when it started. It looks like{" "}
        <code>{location.origin}/#code=…</code> and works once.
      </p>
      <form onSubmit={submit} className="card">
        <h2>Or sign in with a password</h2>
        <label>
          Name
          <input
            value={name}
            onChange={(event) => setName(event.target.value)}
            autoComplete="username"
            autoCapitalize="none"
            required
          />
        </label>
        <label>
          Password
          <input
            type="password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            autoComplete="current-password"
            required
          />
        </label>
        <button type="submit" className="primary" aria-disabled={busy}>
          Sign in
        </button>
        <ProblemText problem={refusal} />
      </form>
      <p>
        <button type="button" className="link" onClick={actions.retry}>
          Check again
        </button>{" "}
        <button type="button" className="link" onClick={() => setNew(true)}>
          Create an account
        </button>
      </p>
    </main>
  );
}

// Where this person is signed in, and the tokens of programs: each can be ended, and all sessions at once.

import { useCallback, useEffect, useState } from "react";

import { api } from "../api";
import type { TokenView } from "../contract";
import { NO_FIELDS, useSubmission } from "../form";
import { ProblemText } from "../problem";
import { instantText } from "../tasks/due";
import { useZone } from "../zone";
import { clientName } from "./client-name";

interface Props {
  /** Grows when sessions may have ended elsewhere. */
  changes: number;
  /** Ends this session. */
  signOut: () => Promise<void>;
  /** Ends all sessions, with this one. */
  signOutEverywhere: () => Promise<void>;
}

export function Sessions({ changes, signOut, signOutEverywhere }: Props) {
  const [tokens, setTokens] = useState<TokenView[]>();
  const { busy, problem, run } = useSubmission(NO_FIELDS);
  const load = useCallback(async () => setTokens(await api.tokens()), []);

  useEffect(() => void run(load), [run, load, changes]);

  function end(action: () => Promise<void>) {
    void run(async () => {
      await action();
      await load();
    });
  }
  const revoke = (token: TokenView) => (token.is_current ? void run(signOut) : end(() => api.revokeToken(token.id)));

  const sessions = tokens?.filter(({ kind }) => kind === "session") ?? [];
  const programs = tokens?.filter(({ kind }) => kind !== "session") ?? [];
  return (
    <section className="form" aria-labelledby="sessions-heading" aria-busy={busy}>
      <h3 id="sessions-heading">Sessions</h3>
      <ul className="lines" aria-label="Sessions">
        {sessions.map((token) => (
          <Line key={token.id} token={token} name={clientName(token.client)} verb="Sign out" revoke={() => revoke(token)} />
        ))}
      </ul>
      <div className="buttons">
        <button type="button" aria-disabled={busy} onClick={() => end(() => api.endSessions(true))}>
          Sign out all others
        </button>
        <button type="button" aria-disabled={busy} onClick={() => void run(signOutEverywhere)}>
          Sign out everywhere
        </button>
      </div>
      {programs.length > 0 && (
        <>
          <h3>Tokens of programs</h3>
          <ul className="lines" aria-label="Tokens of programs">
            {programs.map((token) => (
              <Line key={token.id} token={token} name={token.label} verb="Revoke" revoke={() => revoke(token)} />
            ))}
          </ul>
        </>
      )}
      <ProblemText problem={problem.form} />
    </section>
  );
}

function Line({ token, name, verb, revoke }: { token: TokenView; name: string; verb: string; revoke: () => void }) {
  const zone = useZone();
  const now = new Date();
  const used = token.last_used_at == null ? "not used yet" : `last used ${instantText(token.last_used_at, now, zone)}`;
  return (
    <li>
      <div>
        <p>
          {name}
          {token.is_current && <strong> · this one</strong>}
        </p>
        <p className="faint">
          since {instantText(token.created_at, now, zone)}, {used}
        </p>
      </div>
      <button type="button" aria-label={`${verb}: ${name}`} onClick={revoke}>
        {verb}
      </button>
    </li>
  );
}

// Connected apps: programs, such as MCP hosts, that were given access by OAuth. Each access can be ended.

import { useCallback, useEffect, useState } from "react";

import { api } from "../api";
import type { GrantView } from "../contract";
import { NO_FIELDS, useSubmission } from "../form";
import { ProblemText } from "../problem";
import { instantText } from "../tasks/due";
import { useZone } from "../zone";

/** What a scope allows, as on the page on which access was allowed. */
const SCOPES: Record<string, string> = { read: "read", write: "change", delete: "delete" };

export function Apps() {
  const [grants, setGrants] = useState<GrantView[]>();
  const { busy, problem, run } = useSubmission(NO_FIELDS);
  const load = useCallback(async () => setGrants(await api.grants()), []);

  useEffect(() => void run(load), [run, load]);

  const end = (id: string) =>
    void run(async () => {
      await api.endGrant(id);
      await load();
    });

  return (
    <section className="form" aria-labelledby="apps-heading" aria-busy={busy}>
      <h3 id="apps-heading">Connected apps</h3>
      {grants?.length === 0 && <p className="faint">No program has access. MCP hosts ask for it when they connect.</p>}
      {grants !== undefined && grants.length > 0 && (
        <ul className="lines" aria-label="Connected apps">
          {grants.map((grant) => (
            <App key={grant.id} grant={grant} end={() => end(grant.id)} />
          ))}
        </ul>
      )}
      <ProblemText problem={problem.form} />
    </section>
  );
}

function App({ grant, end }: { grant: GrantView; end: () => void }) {
  const zone = useZone();
  const now = new Date();
  const allowed = grant.scopes.map((scope) => SCOPES[scope] ?? scope).join(", ");
  return (
    <li>
      <div>
        <p>{grant.name}</p>
        <p className="faint">{grant.client_id}</p>
        <p className="faint">
          may {allowed} · since {instantText(grant.created_at, now, zone)}, last used {instantText(grant.last_used_at, now, zone)}
        </p>
      </div>
      <button type="button" aria-label={`End access: ${grant.name}`} onClick={end}>
        End access
      </button>
    </li>
  );
}

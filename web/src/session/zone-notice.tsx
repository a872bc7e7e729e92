// Asks which zone dates are in when the browser is in another one. The zone changes only when a person says so.

import { useState } from "react";

import { describe } from "../api";
import type { UserView } from "../contract";
import { ProblemText } from "../problem";
import { browserZone, isSameZone, zoneName } from "../zone";
import type { SessionActions } from "./use-session";

/** In which pair of zones the question was answered with "keep", so that it is asked once. */
const STORAGE_KEY = "taskwire.zones-kept";

interface Props {
  user: UserView;
  change: SessionActions["setSettings"];
}

export function ZoneNotice({ user, change }: Props) {
  const pair = `${user.id} ${user.zone} ${browserZone}`;
  const [kept, setKept] = useState(() => localStorage.getItem(STORAGE_KEY));
  const [problem, setProblem] = useState<{ detail: string; hint?: string }>();
  const isAsked = !isSameZone(user.zone, browserZone) && kept !== pair;

  function keep() {
    localStorage.setItem(STORAGE_KEY, pair);
    setKept(pair);
  }

  return (
    // Always in the document, so that screen readers announce what comes.
    <section className={isAsked ? "notice" : undefined} aria-label="Time zone" role="status">
      {isAsked && (
        <>
          <p>
            Dates and times are shown in {zoneName(user.zone)}. This browser is in {zoneName(browserZone)}.
          </p>
          <div className="buttons">
            <button
              type="button"
              onClick={() => {
                setProblem(undefined);
                change({ zone: browserZone }).catch((error: unknown) => setProblem(describe(error)));
              }}
            >
              Use {zoneName(browserZone)}
            </button>
            <button type="button" onClick={keep}>
              Keep {zoneName(user.zone)}
            </button>
          </div>
          <ProblemText problem={problem} />
        </>
      )}
    </section>
  );
}

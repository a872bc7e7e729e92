// How this person counts and reads dates: in which zone, from which day of the week, day or month first.

import { useState, type FocusEvent, type KeyboardEvent } from "react";

import { describe } from "../api";
import type { UserPatch, UserView } from "../contract";
import { ProblemText } from "../problem";
import { browserZone, isSameZone, zoneName } from "../zone";

const WEEK = ["monday", "saturday", "sunday", "tuesday", "wednesday", "thursday", "friday"];

interface Props {
  user: UserView;
  change: (settings: UserPatch) => Promise<void>;
}

export function Settings({ user, change }: Props) {
  const [problem, setProblem] = useState<{ detail: string; hint?: string }>();

  function set(settings: UserPatch) {
    setProblem(undefined);
    change(settings).catch((error: unknown) => setProblem(describe(error)));
  }

  function leave({ currentTarget: card, key }: KeyboardEvent<HTMLDetailsElement>) {
    if (key !== "Escape" || !card.open) return;
    card.open = false;
    card.querySelector("summary")?.focus();
  }

  function blur({ currentTarget: card, relatedTarget }: FocusEvent<HTMLDetailsElement>) {
    if (relatedTarget !== null && !card.contains(relatedTarget)) card.open = false;
  }

  return (
    <details className="settings" onKeyDown={leave} onBlur={blur}>
      <summary aria-label={`Settings. Time zone: ${zoneName(user.zone)}`} title="Time zone and date settings">
        {zoneName(user.zone)}
      </summary>
      <div className="card">
        <p className="faint">Dates and times are shown in {zoneName(user.zone)}.</p>
        {!isSameZone(user.zone, browserZone) && (
          <button type="button" onClick={() => set({ zone: browserZone })}>
            Use {zoneName(browserZone)}
          </button>
        )}
        <label>
          Week starts on
          <select value={user.week_start} onChange={(event) => set({ week_start: event.target.value })}>
            {WEEK.map((name) => (
              <option key={name} value={name}>
                {name.charAt(0).toUpperCase() + name.slice(1)}
              </option>
            ))}
          </select>
        </label>
        <label>
          4/5 means
          <select
            value={user.date_order}
            onChange={(event) => set({ date_order: event.target.value })}
          >
            <option value="day_first">4 May</option>
            <option value="month_first">5 April</option>
          </select>
        </label>
        <ProblemText problem={problem} />
      </div>
    </details>
  );
}

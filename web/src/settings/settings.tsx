// The parts of the settings.

import { useState } from "react";

import { Account, type Endings } from "../account/account";
import type { UserView } from "../contract";
import { NotificationSettings } from "./notifications";
import { Preferences } from "./preferences";
import type { Change } from "./setting";
import { Tags, type Changed } from "./tags";

const PARTS = ["Preferences", "Notifications", "Tags", "Account"] as const;

interface Props {
  user: UserView;
  change: Change;
  endings: Endings;
  tagChanged: Changed;
}

export function Settings({ user, change, endings, tagChanged }: Props) {
  const [part, setPart] = useState<(typeof PARTS)[number]>("Preferences");
  return (
    <>
      <nav className="segments" aria-label="Parts of the settings">
        {PARTS.map((name) => (
          <button key={name} type="button" aria-pressed={part === name} onClick={() => setPart(name)}>
            {name}
          </button>
        ))}
      </nav>
      {part === "Preferences" && <Preferences user={user} change={change} />}
      {part === "Notifications" && <NotificationSettings user={user} />}
      {part === "Tags" && <Tags changed={tagChanged} />}
      {part === "Account" && <Account user={user} endings={endings} />}
    </>
  );
}

// How this person counts and reads dates, and how the page looks to them.

import { useState } from "react";

import { applyAppearance } from "../appearance";
import type { UserPatch, UserView } from "../contract";
import { NO_FIELDS, useSubmission } from "../form";
import { ProblemText } from "../problem";
import { browserZone, isSameZone, zoneName } from "../zone";
import { DATE_ORDERS, DENSITIES, reminderChoices, THEMES, WEEK_STARTS } from "./choices";
import { ChoiceSetting, TextSetting, type Change } from "./setting";

const LANGUAGES = ["en", "de", "es", "fr", "it", "ja", "nl", "pl", "pt-BR", "ru", "uk", "zh"];

export function Preferences({ user, change }: { user: UserView; change: Change }) {
  const [saved, setSaved] = useState("");
  const [zones] = useState(knownZones);
  const browser = useSubmission(NO_FIELDS);

  async function save(settings: UserPatch) {
    setSaved("");
    await change(settings);
    setSaved("Saved.");
  }

  /** Seen at once, and taken back if it is refused. */
  async function saveLook(settings: UserPatch) {
    applyAppearance({ ...user, ...settings });
    try {
      await save(settings);
    } catch (error) {
      applyAppearance(user);
      throw error;
    }
  }

  return (
    <>
      <p className="faint">Dates and times are shown in {zoneName(user.zone)}. Each setting is saved when you change it.</p>
      <div className="settings-grid">
        <div className="set">
          <TextSetting label="Time zone" name="zone" value={user.zone} change={save} suggestions={zones} />
          {!isSameZone(user.zone, browserZone) && (
            <button type="button" className="link" onClick={() => void browser.run(() => save({ zone: browserZone }))}>
              Use {zoneName(browserZone)}
            </button>
          )}
          <ProblemText problem={browser.problem.form} />
        </div>
        <ChoiceSetting
          label="Week starts on"
          name="week_start"
          value={user.week_start ?? "monday"}
          change={save}
          choices={WEEK_STARTS}
        />
        <TextSetting label="Day starts at" name="day_start" type="time" value={user.day_start ?? "00:00"} change={save} />
        <ChoiceSetting
          label="4/5 means"
          name="date_order"
          value={user.date_order ?? "day_first"}
          change={save}
          choices={DATE_ORDERS}
        />
        <ChoiceSetting
          label="Reminder of a new task with a time"
          name="default_reminder"
          value={user.default_reminder == null ? "" : String(user.default_reminder)}
          read={(text) => (text === "" ? null : Number(text))}
          change={save}
          choices={reminderChoices(user.default_reminder ?? null)}
        />
        <TextSetting label="Language" name="language" value={user.language ?? "en"} change={save} suggestions={LANGUAGES} />
        <ChoiceSetting label="Theme" name="theme" value={user.theme ?? "system"} change={saveLook} choices={THEMES} />
        <ChoiceSetting
          label="Density"
          name="density"
          value={user.density ?? "comfortable"}
          change={saveLook}
          choices={DENSITIES}
        />
      </div>
      <p className="faint" role="status">
        {saved}
      </p>
    </>
  );
}

function knownZones(): string[] {
  // Missing in some older browsers; the field takes any name.
  return Intl.supportedValuesOf?.("timeZone") ?? [];
}

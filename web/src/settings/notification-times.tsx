// When and how often this person is told: quiet hours, the digest, repetition, notices of changes, reminders of tags.

import { useCallback, useEffect, useState, type FormEvent } from "react";

import { api } from "../api";
import type { NotificationSettings, NotificationSettingsPatch, TagListItem } from "../contract";
import { NO_FIELDS, useSubmission } from "../form";
import { notifying } from "../notifications/notifying";
import { ProblemText } from "../problem";
import { Field } from "../tasks/field";
import { instantText } from "../tasks/due";
import { useZone } from "../zone";
import { TextSetting } from "./setting";
import { TagReminders } from "./tag-reminders";

/** Saves; throws the server's error. */
export type ChangeTimes = (patch: NotificationSettingsPatch) => Promise<void>;

interface Loaded {
  settings: NotificationSettings;
  tags: TagListItem[];
}

export function NotificationTimes() {
  const [loaded, setLoaded] = useState<Loaded>();
  const [told, setTold] = useState("");
  const { problem, run } = useSubmission(NO_FIELDS);
  const load = useCallback(async () => {
    const [settings, tags] = await Promise.all([notifying.notificationSettings(), api.tags()]);
    setLoaded({ settings, tags });
  }, []);

  useEffect(() => void run(load), [run, load]);

  const change: ChangeTimes = async (patch) => {
    setTold("");
    const settings = await notifying.setNotificationSettings(patch);
    setLoaded((now) => now && { ...now, settings });
    setTold("Saved.");
  };

  return (
    <section className="form" aria-labelledby="times-heading" aria-busy={loaded === undefined}>
      <h3 id="times-heading">Times</h3>
      <ProblemText problem={problem.form} />
      {loaded && <Times {...loaded} change={change} />}
      <p className="faint" role="status">
        {told}
      </p>
    </section>
  );
}

function Times({ settings, tags, change }: Loaded & { change: ChangeTimes }) {
  const zone = useZone();
  return (
    <>
      <QuietHours
        key={`${settings.quiet_from} ${settings.quiet_until}`}
        from={settings.quiet_from ?? ""}
        until={settings.quiet_until ?? ""}
        change={change}
      />
      <div className="settings-grid">
        <TextSetting
          label="Daily digest at (or empty)"
          name="digest_at"
          type="time"
          value={settings.digest_at ?? ""}
          read={orNone}
          change={change}
        />
        <TextSetting
          label="Remind again after minutes (or empty)"
          name="repeat_minutes"
          type="number"
          value={settings.repeat_minutes == null ? "" : String(settings.repeat_minutes)}
          read={(text) => (text === "" ? null : Number(text))}
          change={change}
        />
        {settings.repeat_minutes != null && (
          <TextSetting
            label="How often at most"
            name="repeat_times"
            type="number"
            value={String(settings.repeat_times)}
            read={Number}
            change={change}
          />
        )}
      </div>
      {settings.next_digest_at != null && <p className="faint">The next digest is sent {instantText(settings.next_digest_at, new Date(), zone)}.</p>}
      <Notices notices={settings.notices} change={change} />
      <TagReminders reminders={settings.tag_reminders} tags={tags} change={change} />
    </>
  );
}

/** An empty field is no time. */
function orNone(text: string): string | null {
  return text === "" ? null : text;
}

const QUIET = ["quiet_from", "quiet_until"] as const;

/** Both ends are saved together: one alone means nothing. */
function QuietHours({ from, until, change }: { from: string; until: string; change: ChangeTimes }) {
  const [first, setFirst] = useState(from);
  const [last, setLast] = useState(until);
  const { busy, problem, run } = useSubmission(QUIET);

  function submit(event: FormEvent) {
    event.preventDefault();
    void run(() => change({ quiet_from: orNone(first), quiet_until: orNone(last) }));
  }

  return (
    <form onSubmit={submit} className="form" aria-busy={busy}>
      <p className="faint">In quiet hours only reminders of tasks with high priority are sent. The others are sent at their end.</p>
      <div className="settings-grid">
        <Field label="Quiet from" problem={problem.fields.quiet_from}>
          {(attributes) => <input {...attributes} type="time" value={first} onChange={(event) => setFirst(event.target.value)} />}
        </Field>
        <Field label="Quiet until" problem={problem.fields.quiet_until}>
          {(attributes) => <input {...attributes} type="time" value={last} onChange={(event) => setLast(event.target.value)} />}
        </Field>
      </div>
      <div className="buttons">
        <button type="submit" aria-disabled={busy}>
          Save quiet hours
        </button>
        {from !== "" && (
          <button type="button" aria-disabled={busy} onClick={() => void run(() => change({ quiet_from: null, quiet_until: null }))}>
            No quiet hours
          </button>
        )}
      </div>
      <ProblemText problem={problem.form} />
    </form>
  );
}

const NOTICES = [
  ["completed", "completes a task"],
  ["changed", "changes anything else"],
] as const;

function Notices({ notices, change }: { notices: readonly string[]; change: ChangeTimes }) {
  const { busy, problem, run } = useSubmission(NO_FIELDS);
  // Shown before it is saved, and taken back if it is refused.
  const [chosen, setChosen] = useState<readonly string[]>();
  const shown = chosen ?? notices;

  async function choose(name: string, isChosen: boolean) {
    const names = NOTICES.map(([known]) => known).filter((known) => (known === name ? isChosen : shown.includes(known)));
    setChosen(names);
    await run(() => change({ notices: names }));
    setChosen(undefined);
  }

  return (
    <fieldset className="checks" aria-busy={busy}>
      <legend>Tell me when a program</legend>
      {NOTICES.map(([name, words]) => (
        <label key={name}>
          <input type="checkbox" checked={shown.includes(name)} onChange={(event) => void choose(name, event.target.checked)} /> {words}
        </label>
      ))}
      <ProblemText problem={problem.form} />
    </fieldset>
  );
}

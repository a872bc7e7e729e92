// The reminders that new tasks get by their tags.

import { useState, type FormEvent } from "react";

import type { TagListItem, TagReminder } from "../contract";
import { useSubmission } from "../form";
import { ProblemText } from "../problem";
import { Field } from "../tasks/field";
import { minutesBefore } from "../tasks/parsed-spans";
import { reminderChoices } from "./choices";
import type { ChangeTimes } from "./notification-times";
import { withReminder, withoutReminder } from "./tag-reminder-list";

const FIELDS = ["tag_reminders"] as const;
/** Offered first. */
const FIRST_MINUTES = "10";

interface Props {
  reminders: readonly TagReminder[];
  tags: readonly TagListItem[];
  change: ChangeTimes;
}

export function TagReminders({ reminders, tags, change }: Props) {
  const [picked, setPicked] = useState<string>();
  const [minutes, setMinutes] = useState(FIRST_MINUTES);
  const { busy, problem, run } = useSubmission(FIELDS);
  const tag = picked ?? tags[0]?.name ?? "";

  const save = (tag_reminders: TagReminder[]) => void run(() => change({ tag_reminders }));

  function submit(event: FormEvent) {
    event.preventDefault();
    save(withReminder(reminders, { tag, minutes_before: Number(minutes) }));
  }

  return (
    <form onSubmit={submit} className="form" aria-label="Reminders by tag" aria-busy={busy}>
      <p className="faint">A new task with a time and one of these tags gets the reminder of the tag, unless it is created with others.</p>
      {reminders.length > 0 && (
        <ul className="lines" aria-label="Reminders by tag">
          {reminders.map((reminder) => {
            const text = `${reminder.tag}: ${minutesBefore(reminder.minutes_before)}`;
            return (
              <li key={text}>
                <p dir="auto">{text}</p>
                <button type="button" aria-label={`Remove: ${text}`} onClick={() => save(withoutReminder(reminders, reminder))}>
                  Remove
                </button>
              </li>
            );
          })}
        </ul>
      )}
      {tags.length > 0 && (
        <>
          <div className="settings-grid">
            <Field label="New tasks with the tag" problem={problem.fields.tag_reminders}>
              {(attributes) => (
                <select {...attributes} value={tag} onChange={(event) => setPicked(event.target.value)}>
                  {tags.map(({ id, name }) => (
                    <option key={id} value={name}>
                      {name}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            <Field label="get a reminder" problem={undefined}>
              {(attributes) => (
                <select {...attributes} value={minutes} onChange={(event) => setMinutes(event.target.value)}>
                  {reminderChoices(null)
                    .filter(([value]) => value !== "")
                    .map(([value, name]) => (
                      <option key={value} value={value}>
                        {name}
                      </option>
                    ))}
                </select>
              )}
            </Field>
          </div>
          <div className="buttons">
            <button type="submit" aria-disabled={busy}>
              Add the reminder
            </button>
          </div>
        </>
      )}
      <ProblemText problem={problem.form} />
    </form>
  );
}

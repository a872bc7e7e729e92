// The reminders of a task: removed with a press, added from a few usual ones or at a chosen time.

import { useId, useState } from "react";

import type { ReminderInput } from "../contract";
import { instantText, parseDue, writtenText } from "./due";
import { reminderKey } from "./edit-form";
import { minutesBefore } from "./parsed-spans";

const USUAL = [0, 5, 10, 30, 60, 120, 1440, 2880, 10080];

interface Props {
  reminders: ReminderInput[];
  change: (reminders: ReminderInput[]) => void;
}

export function RemindersField({ reminders, change }: Props) {
  const [choosing, setChoosing] = useState(false);
  const field = useId();

  function add(reminder: ReminderInput) {
    if (reminders.some((other) => reminderKey(other) === reminderKey(reminder))) return;
    change([...reminders, reminder]);
  }

  function pick(value: string) {
    if (value === "at") setChoosing(true);
    else if (value !== "") add({ minutes_before: Number(value) });
  }

  return (
    <div className="set-field">
      <label htmlFor={field}>Reminders</label>
      <ul className="chips" aria-label="Reminders of this task">
        {reminders.map((reminder) => (
          <li key={reminderKey(reminder)}>
            <button
              type="button"
              className="chip mark-reminder"
              aria-label={`Remove reminder ${reminderText(reminder)}`}
              title="Remove"
              onClick={() => change(reminders.filter((other) => other !== reminder))}
            >
              {reminderText(reminder)} <span aria-hidden="true">×</span>
            </button>
          </li>
        ))}
      </ul>
      <select id={field} value={choosing ? "at" : ""} onChange={(event) => pick(event.target.value)}>
        <option value="">add a reminder</option>
        {USUAL.map((minutes) => (
          <option key={minutes} value={minutes}>
            {minutesBefore(minutes)}
          </option>
        ))}
        <option value="at">at a time…</option>
      </select>
      {choosing && <TimeField add={add} close={() => setChoosing(false)} />}
    </div>
  );
}

function TimeField({ add, close }: { add: (reminder: ReminderInput) => void; close: () => void }) {
  const [at, setAt] = useState("");
  return (
    <span className="field-row">
      <input
        type="datetime-local"
        aria-label="Remind at"
        value={at}
        onChange={(event) => setAt(event.target.value)}
        autoFocus
      />
      <button
        type="button"
        aria-disabled={at === ""}
        onClick={() => {
          if (at !== "") add({ at });
          close();
        }}
      >
        Add reminder
      </button>
    </span>
  );
}

function reminderText(reminder: ReminderInput): string {
  if ("minutes_before" in reminder) return minutesBefore(reminder.minutes_before);
  // A local date-time as it was chosen here, or an instant as the server tells it.
  return parseDue(reminder.at) === null ? instantText(reminder.at, new Date()) : writtenText(reminder.at, new Date());
}

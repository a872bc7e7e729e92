// The reminders of a task: removed with a press, added from a few common ones or at a chosen time.

import { useId, useRef, useState, type KeyboardEvent } from "react";

import { browserZone, isSameZone, useZone, zoneName } from "../zone";
import { instantText, parseDue, writtenText } from "./due";
import { reminderKey, type ReminderChoice } from "./edit-form";
import { minutesBefore } from "./parsed-spans";

const USUAL = [0, 5, 10, 30, 60, 120, 1440, 2880, 10080];

interface Props {
  reminders: ReminderChoice[];
  change: (reminders: ReminderChoice[]) => void;
}

export function RemindersField({ reminders, change }: Props) {
  const zone = useZone();
  const [choosing, setChoosing] = useState(false);
  const field = useId();
  const select = useRef<HTMLSelectElement>(null);

  function add(reminder: ReminderChoice) {
    if (reminders.some((other) => reminderKey(other) === reminderKey(reminder))) return;
    change([...reminders, reminder]);
  }

  function close() {
    setChoosing(false);
    select.current?.focus();
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
              aria-label={`Remove reminder ${reminderText(reminder, zone)}`}
              title="Remove"
              onClick={() => change(reminders.filter((other) => other !== reminder))}
            >
              {reminderText(reminder, zone)} <span aria-hidden="true">×</span>
            </button>
          </li>
        ))}
      </ul>
      <select ref={select} id={field} value={choosing ? "at" : ""} onChange={(event) => pick(event.target.value)}>
        <option value="">Add a reminder</option>
        {USUAL.map((minutes) => (
          <option key={minutes} value={minutes}>
            {minutesBefore(minutes)}
          </option>
        ))}
        <option value="at">At a time…</option>
      </select>
      {choosing && <TimeField add={add} close={close} zone={zone} />}
    </div>
  );
}

interface TimeProps {
  add: (reminder: ReminderChoice) => void;
  close: () => void;
  zone: string;
}

function TimeField({ add, close, zone }: TimeProps) {
  const [at, setAt] = useState("");
  function addChosen() {
    if (at === "") return;
    add({ at });
    setAt("");
  }

  function onKey(event: KeyboardEvent) {
    // Enter without a time saves the form.
    if (event.key !== "Enter" || at === "") return;
    event.preventDefault();
    addChosen();
  }

  const where = isSameZone(zone, browserZone) ? "" : ` (${zoneName(zone)})`;
  return (
    <div
      role="group"
      aria-label="Reminder at a time"
      className="field-row at-time"
      // A chosen time that was not added counts too: saving must not lose it.
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) addChosen();
      }}
    >
      <input
        type="datetime-local"
        aria-label={`Remind at${where}`}
        value={at}
        onChange={(event) => setAt(event.target.value)}
        onKeyDown={onKey}
        autoFocus
      />
      <button
        type="button"
        aria-disabled={at === ""}
        onClick={() => {
          addChosen();
          close();
        }}
      >
        Add reminder
      </button>
      {where !== "" && <span className="faint">In {zoneName(zone)} time</span>}
    </div>
  );
}

function reminderText(reminder: ReminderChoice, zone: string): string {
  if ("minutes_before" in reminder) return minutesBefore(reminder.minutes_before);
  // A date-time in the owner's zone, or an instant.
  return parseDue(reminder.at) === null ? instantText(reminder.at, new Date(), zone) : writtenText(reminder.at, new Date(), zone);
}

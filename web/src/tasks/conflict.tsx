// One field that was changed here and elsewhere: both values, to choose from.

import type { Priority } from "./values";
import type { SingleField } from "./edit-form";
import { FIELD_NAMES } from "./field-names";

export const PRIORITY_NAMES: [Priority, string][] = [
  ["high", "High"],
  ["medium", "Medium"],
  ["low", "Low"],
  ["none", "None"],
];

interface Props {
  field: SingleField;
  mine: string;
  theirs: string;
  keep: (side: "mine" | "theirs") => void;
}

export function Conflict({ field, mine, theirs, keep }: Props) {
  const name = FIELD_NAMES[field];
  return (
    <div className="conflict" role="group" aria-label={`${name} was changed elsewhere`}>
      <p role="alert">{name} was also changed elsewhere. Choose which value to keep.</p>
      <Choice label="Keep yours" field={field} value={mine} pick={() => keep("mine")} />
      <Choice label="Use theirs" field={field} value={theirs} pick={() => keep("theirs")} />
    </div>
  );
}

function Choice({ label, field, value, pick }: { label: string; field: SingleField; value: string; pick: () => void }) {
  return (
    <button type="button" className="choice" onClick={pick}>
      <span className="choice-label">{label}</span>
      <span dir="auto">{shown(field, value) || "(empty)"}</span>
    </button>
  );
}

function shown(field: SingleField, value: string): string {
  if (field !== "priority") return value.trim();
  return PRIORITY_NAMES.find(([name]) => name === value)?.[1] ?? value;
}

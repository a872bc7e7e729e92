// A field of a form, with what is wrong in it below.

import { useId, type ReactNode } from "react";

import { ProblemText } from "../problem";
import type { ProblemMessage } from "../problem-words";

interface Attributes {
  id: string;
  "aria-invalid"?: true;
  "aria-describedby"?: string;
}

interface Props {
  label: string;
  isWide?: boolean;
  problem: ProblemMessage | undefined;
  /** The control, with these attributes. */
  children: (attributes: Attributes) => ReactNode;
}

export function Field({ label, isWide = false, problem, children }: Props) {
  const [control, alert] = [useId(), useId()];
  const wrong = { "aria-invalid": true, "aria-describedby": alert } as const;
  return (
    <div className={isWide ? "field wide" : "field"}>
      <label htmlFor={control}>{label}</label>
      {children({ id: control, ...(problem === undefined ? {} : wrong) })}
      <ProblemText problem={problem} id={alert} />
    </div>
  );
}

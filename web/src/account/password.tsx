// Setting or changing the password.

import { useState, type FormEvent } from "react";

import type { PasswordChange, UserView } from "../contract";
import { useSubmission } from "../form";
import { ProblemText } from "../problem";
import { Field } from "../tasks/field";

const FIELDS = ["current_password", "new_password"] as const;

interface Props {
  user: UserView;
  setPassword: (change: PasswordChange) => Promise<void>;
  changed: () => void;
}

export function Password({ user, setPassword, changed }: Props) {
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [done, setDone] = useState(false);
  const hasPassword = user.has_password === true;
  const { busy, problem, run } = useSubmission(FIELDS);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setDone(false);
    const proof = hasPassword ? { current_password: current } : {};
    if (!(await run(() => setPassword({ new_password: next, ...proof })))) return;
    setCurrent("");
    setNext("");
    setDone(true);
    changed();
  }

  return (
    <section className="form" aria-labelledby="password-heading">
      <h3 id="password-heading">Password</h3>
      <form onSubmit={submit} className="form">
        {/* A password manager needs to know whose password it is. */}
        <input className="hidden" type="text" value={user.name} autoComplete="username" readOnly tabIndex={-1} aria-hidden="true" />
        <div className="settings-grid">
          {hasPassword && (
            <Field label="Current password" problem={problem.fields.current_password}>
              {(attributes) => (
                <input
                  {...attributes}
                  type="password"
                  value={current}
                  onChange={(event) => setCurrent(event.target.value)}
                  autoComplete="current-password"
                  required
                />
              )}
            </Field>
          )}
          <Field label="New password, at least 8 characters" problem={problem.fields.new_password}>
            {(attributes) => (
              <input
                {...attributes}
                type="password"
                value={next}
                onChange={(event) => setNext(event.target.value)}
                autoComplete="new-password"
                required
              />
            )}
          </Field>
        </div>
        <div className="buttons">
          <button type="submit" aria-disabled={busy}>
            {hasPassword ? "Change password" : "Set password"}
          </button>
        </div>
        <ProblemText problem={problem.form} />
        <p className="faint" role="status">
          {done && "The password is changed. All other sessions are signed out."}
        </p>
      </form>
    </section>
  );
}

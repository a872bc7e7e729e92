// Leaving: everything in one file, and the deletion of the account, confirmed by typing its name.

import { useState, type FormEvent } from "react";

import type { AccountDeletion, UserView } from "../contract";
import { useSubmission } from "../form";
import { ProblemText } from "../problem";
import { Field } from "../tasks/field";

const FIELDS = ["name", "password"] as const;

interface Props {
  user: UserView;
  deleteAccount: (proof: AccountDeletion) => Promise<void>;
}

export function Leave({ user, deleteAccount }: Props) {
  const hasPassword = user.has_password === true;
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const { busy, problem, run } = useSubmission(FIELDS);

  function submit(event: FormEvent) {
    event.preventDefault();
    void run(() => deleteAccount({ name, ...(hasPassword ? { password } : {}) }));
  }

  return (
    <>
      <section className="form" aria-labelledby="export-heading">
        <h3 id="export-heading">Export</h3>
        <p className="faint">
          Everything that the server has of you, as lines of JSON. The last line has the type <code>end</code>: without it
          the file is incomplete.
        </p>
        <p>
          <a href="/api/v1/me/export" download>
            Download the export
          </a>
        </p>
      </section>
      <section className="form" aria-labelledby="delete-heading">
        <h3 id="delete-heading">Delete the account</h3>
        <details>
          <summary>Delete {user.name} with all tasks, tags and conversations</summary>
          <form onSubmit={submit} className="form danger">
            <p>This cannot be undone. Download the export first if you may need it.</p>
            <div className="settings-grid">
              <Field label={`Type ${user.name} to confirm`} problem={problem.fields.name}>
                {(attributes) => (
                  <input
                    {...attributes}
                    value={name}
                    onChange={(event) => setName(event.target.value)}
                    autoComplete="off"
                    autoCapitalize="none"
                    spellCheck={false}
                    required
                  />
                )}
              </Field>
              {hasPassword && (
                <Field label="Password" problem={problem.fields.password}>
                  {(attributes) => (
                    <input
                      {...attributes}
                      type="password"
                      value={password}
                      onChange={(event) => setPassword(event.target.value)}
                      autoComplete="current-password"
                      required
                    />
                  )}
                </Field>
              )}
            </div>
            <div className="buttons">
              <button type="submit" className="danger-button" aria-disabled={busy}>
                Delete the account
              </button>
            </div>
            <ProblemText problem={problem.form} />
          </form>
        </details>
      </section>
    </>
  );
}

// A new account: open to anyone, with an invitation, or not at all, as the server says.

import { useEffect, useState, type FormEvent } from "react";

import { describe } from "../api";
import { useSubmission } from "../form";
import { ProblemText } from "../problem";
import type { ProblemMessage } from "../problem-words";
import type { SessionActions } from "../session/use-session";
import { Field } from "../tasks/field";
import { browserZone } from "../zone";
import { askPolicy, type Policy } from "./policy";

const FIELDS = ["name", "password", "invitation"] as const;

interface Props {
  /** The code of an invitation link. */
  invitation: string | undefined;
  actions: SessionActions;
  back: () => void;
}

export function SignUp({ invitation, actions, back }: Props) {
  const [policy, setPolicy] = useState<Policy>();
  const [failure, setFailure] = useState<ProblemMessage>();

  useEffect(() => {
    let isWanted = true;
    askPolicy().then(
      (known) => isWanted && setPolicy(known),
      (error: unknown) => isWanted && setFailure(describe(error)),
    );
    return () => {
      isWanted = false;
    };
  }, []);

  return (
    <main className="sign-in">
      <h1 className="brand">Taskwire</h1>
      <section className="card" aria-labelledby="sign-up" aria-busy={policy === undefined && failure === undefined}>
        <h2 id="sign-up">Create an account</h2>
        <ProblemText problem={failure} />
        {policy === "closed" && (
          <p role="status">Nobody can sign up here. Ask the operator of this server for an account.</p>
        )}
        {(policy === "open" || policy === "invitation") && (
          <AccountForm isByInvitation={policy === "invitation"} invitation={invitation} actions={actions} />
        )}
      </section>
      <p>
        <button type="button" className="link" onClick={back}>
          Sign in instead
        </button>
      </p>
    </main>
  );
}

interface FormProps {
  isByInvitation: boolean;
  invitation: string | undefined;
  actions: SessionActions;
}

function AccountForm({ isByInvitation, invitation = "", actions }: FormProps) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState(invitation);
  const { busy, problem, run } = useSubmission(FIELDS);

  function submit(event: FormEvent) {
    event.preventDefault();
    const invited = code.trim() === "" ? {} : { invitation: code.trim() };
    void run(() => actions.signUp({ name, password, zone: browserZone, ...invited }));
  }

  return (
    <form onSubmit={submit} className="form">
      <Field label="Name" problem={problem.fields.name}>
        {(attributes) => (
          <input
            {...attributes}
            value={name}
            onChange={(event) => setName(event.target.value)}
            autoComplete="username"
            autoCapitalize="none"
            autoFocus
            required
          />
        )}
      </Field>
      <Field label="Password, at least 8 characters" problem={problem.fields.password}>
        {(attributes) => (
          <input
            {...attributes}
            type="password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            autoComplete="new-password"
            required
          />
        )}
      </Field>
      {(isByInvitation || code !== "") && (
        <Field label="Invitation" problem={problem.fields.invitation}>
          {(attributes) => (
            <input
              {...attributes}
              value={code}
              onChange={(event) => setCode(event.target.value)}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              required={isByInvitation}
            />
          )}
        </Field>
      )}
      <button type="submit" className="primary" aria-disabled={busy}>
        Create account
      </button>
      <ProblemText problem={problem.form} />
    </form>
  );
}

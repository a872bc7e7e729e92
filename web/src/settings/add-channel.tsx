// The form that adds a channel, of a kind that the server can send over.

import { useState, type FormEvent } from "react";

import type { ChannelCreated } from "../contract";
import { useSubmission } from "../form";
import { notifying } from "../notifications/notifying";
import { ProblemText } from "../problem";
import { Field } from "../tasks/field";
import { asked, formKinds, kindName, type FormKind } from "./channel-words";

const FIELDS = ["kind", "address", "token", "label"] as const;

interface Props {
  kinds: readonly string[];
  added: (channel: ChannelCreated) => Promise<void>;
}

export function AddChannel({ kinds, added }: Props) {
  const offered = formKinds(kinds);
  const [isOpen, setIsOpen] = useState(false);
  if (!isOpen || offered[0] === undefined) {
    return (
      <div className="buttons">
        <button type="button" onClick={() => setIsOpen(true)}>
          Add a channel
        </button>
      </div>
    );
  }
  return (
    <Form
      kinds={offered}
      first={offered[0]}
      stop={() => setIsOpen(false)}
      added={async (channel) => {
        setIsOpen(false);
        await added(channel);
      }}
    />
  );
}

interface FormProps extends Omit<Props, "kinds"> {
  kinds: readonly FormKind[];
  first: FormKind;
  stop: () => void;
}

function Form({ kinds, first, stop, added }: FormProps) {
  const [kind, setKind] = useState(first);
  const [address, setAddress] = useState("");
  const [token, setToken] = useState("");
  const [label, setLabel] = useState("");
  const { busy, problem, run } = useSubmission(FIELDS);
  const ask = asked(kind);

  function submit(event: FormEvent) {
    event.preventDefault();
    const secret = ask.token && token.trim() !== "" ? { token: token.trim() } : {};
    const name = label.trim() === "" ? kindName(kind) : label.trim();
    void run(async () => added(await notifying.addChannel({ kind, address: address.trim(), label: name, ...secret })));
  }

  return (
    // The server says what is wrong, with a hint.
    <form onSubmit={submit} className="form" aria-label="Add a channel" aria-busy={busy} noValidate>
      <div className="settings-grid">
        <Field label="Kind" problem={problem.fields.kind}>
          {(attributes) => (
            <select {...attributes} value={kind} onChange={(event) => setKind(event.target.value as FormKind)} autoFocus>
              {kinds.map((known) => (
                <option key={known} value={known}>
                  {kindName(known)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={ask.address} problem={problem.fields.address}>
          {(attributes) => (
            <input
              {...attributes}
              type={ask.type}
              value={address}
              placeholder={ask.example}
              onChange={(event) => setAddress(event.target.value)}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              required
            />
          )}
        </Field>
        {ask.token && (
          <Field label={ask.token.label} problem={problem.fields.token}>
            {(attributes) => (
              <input
                {...attributes}
                type="password"
                value={token}
                onChange={(event) => setToken(event.target.value)}
                autoComplete="off"
                required={ask.token?.isNeeded}
              />
            )}
          </Field>
        )}
        <Field label="Name, if you want another" problem={problem.fields.label}>
          {(attributes) => (
            <input
              {...attributes}
              value={label}
              placeholder={kindName(kind)}
              onChange={(event) => setLabel(event.target.value)}
              autoComplete="off"
            />
          )}
        </Field>
      </div>
      <div className="buttons">
        <button type="submit" aria-disabled={busy}>
          Add
        </button>
        <button type="button" onClick={stop}>
          Cancel
        </button>
      </div>
      <ProblemText problem={problem.form} />
    </form>
  );
}

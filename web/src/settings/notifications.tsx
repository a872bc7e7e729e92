// Over which channels this person is reached, and when.

import { useCallback, useEffect, useState } from "react";

import { PAGE_MAX } from "../api";
import type { ChannelKinds, ChannelView, DeliveryView, UserView } from "../contract";
import { NO_FIELDS, useSubmission } from "../form";
import { notifying } from "../notifications/notifying";
import { ProblemText } from "../problem";
import { AddChannel } from "./add-channel";
import { ChannelLine } from "./channel-line";
import { Deliveries } from "./deliveries";
import { DeviceButton } from "./device-button";
import { NotificationTimes } from "./notification-times";

interface Loaded {
  channels: ChannelView[];
  kinds: ChannelKinds;
  deliveries: DeliveryView[];
}

export function NotificationSettings({ user }: { user: UserView }) {
  const [loaded, setLoaded] = useState<Loaded>();
  const [secret, setSecret] = useState<string>();
  const { problem, run } = useSubmission(NO_FIELDS);
  const load = useCallback(async () => {
    const [channels, kinds, { items }] = await Promise.all([notifying.channels(), notifying.channelKinds(), notifying.deliveries({ limit: PAGE_MAX })]);
    setLoaded({ channels, kinds, deliveries: items });
  }, []);

  useEffect(() => void run(load), [run, load]);

  return (
    <>
      <section className="form" aria-labelledby="channels-heading" aria-busy={loaded === undefined}>
        <h3 id="channels-heading">Channels</h3>
        <p className="faint">Reminders are always on this page, in the inbox. Over these channels they also reach you when it is closed.</p>
        {loaded && <DeviceButton user={user.id} channels={loaded.channels} changed={load} />}
        {loaded && loaded.channels.length > 0 && (
          <ul className="lines" aria-label="Channels">
            {loaded.channels.map((channel) => (
              <ChannelLine key={channel.id} channel={channel} user={user.id} changed={load} />
            ))}
          </ul>
        )}
        {loaded && (
          <AddChannel
            kinds={loaded.kinds.kinds}
            added={async (created) => {
              setSecret(created.secret ?? undefined);
              await load();
            }}
          />
        )}
        {secret !== undefined && <Secret secret={secret} close={() => setSecret(undefined)} />}
        <ProblemText problem={problem.form} />
      </section>
      <NotificationTimes />
      {loaded && <Deliveries deliveries={loaded.deliveries} channels={loaded.channels} load={load} />}
    </>
  );
}

function Secret({ secret, close }: { secret: string; close: () => void }) {
  const [told, setTold] = useState("");

  async function copy() {
    try {
      await navigator.clipboard.writeText(secret);
      setTold("Copied.");
    } catch {
      // Over plain HTTP there is no clipboard for pages.
      setTold("Not copied: select the text and copy it.");
    }
  }

  return (
    <div role="group" aria-label="Secret of the webhook" className="form secret">
      <p>The receiver checks signatures with this secret. It is shown only now.</p>
      <code data-secret>{secret}</code>
      <div className="buttons">
        <button type="button" autoFocus onClick={() => void copy()}>
          Copy the secret
        </button>
        <button type="button" onClick={close}>
          I have kept it
        </button>
        <span role="status">{told}</span>
      </div>
    </div>
  );
}

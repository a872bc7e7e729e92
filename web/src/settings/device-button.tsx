// Switches the notifications of this browser on and off.

import { useState } from "react";

import type { ChannelView } from "../contract";
import { NO_FIELDS, useSubmission } from "../form";
import { ProblemText } from "../problem";
import { means, switchOn } from "../push/device";
import { obstacle } from "../push/device-words";
import { device, switchOff } from "../push/kept";

interface Props {
  user: string;
  channels: ChannelView[];
  changed: () => Promise<void>;
}

export function DeviceButton({ user, channels, changed }: Props) {
  const { busy, problem, run } = useSubmission(NO_FIELDS);
  const [told, setTold] = useState("");
  const own = device(user);
  const isOn = own !== undefined && channels.some(({ id, enabled }) => id === own.channel && enabled);
  // A permission may be taken back later, too.
  const inTheWay = obstacle(means());

  function act(action: (user: string) => Promise<void>, said: string) {
    setTold("");
    void run(async () => {
      await action(user);
      await changed();
      setTold(said);
    });
  }

  return (
    <div className="form" aria-busy={busy}>
      <div className="buttons">
        {isOn ? (
          <button
            type="button"
            aria-disabled={busy}
            onClick={() => act(switchOff, "This browser shows no notifications any more.")}
          >
            Stop notifying me on this device
          </button>
        ) : (
          inTheWay === undefined && (
            <button
              type="button"
              className="primary"
              aria-disabled={busy}
              onClick={() => act(switchOn, "This browser shows your reminders now.")}
            >
              Notify me on this device
            </button>
          )
        )}
        <p role="status">{told}</p>
      </div>
      {inTheWay && (
        <p className="faint" data-obstacle>
          {inTheWay.detail} {inTheWay.hint}
        </p>
      )}
      <ProblemText problem={problem.form} />
    </div>
  );
}

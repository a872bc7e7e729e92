// What was sent lately, and what was not.

import { useState } from "react";

import type { ChannelView, DeliveryView } from "../contract";
import { NO_FIELDS, useSubmission } from "../form";
import { ProblemText } from "../problem";
import { instantText } from "../tasks/due";
import { useZone } from "../zone";
import { deliveryText } from "./channel-words";

interface Props {
  /** The newest ones. */
  deliveries: DeliveryView[];
  channels: ChannelView[];
  load: () => Promise<void>;
}

export function Deliveries({ deliveries, channels, load }: Props) {
  const zone = useZone();
  const [isAll, setIsAll] = useState(false);
  const { busy, problem, run } = useSubmission(NO_FIELDS);
  const failed = deliveries.filter(({ status }) => status === "failed");
  const shown = isAll ? deliveries : failed;
  const now = new Date();

  return (
    <section className="form" aria-labelledby="deliveries-heading" aria-busy={busy}>
      <h3 id="deliveries-heading">{isAll ? "Messages" : "Failed messages"}</h3>
      {shown.length === 0 && <p className="faint">{isAll ? "Nothing was sent yet." : "None lately."}</p>}
      {shown.length > 0 && (
        <ul className="lines" aria-label={isAll ? "Messages" : "Failed messages"}>
          {shown.map((delivery) => (
            <li key={delivery.id} data-status={delivery.status}>
              <div>
                <p>{deliveryText(delivery, now, zone)}</p>
                <p className="faint">
                  {channels.find(({ id }) => id === delivery.channel)?.label ?? "a deleted channel"} ·{" "}
                  {instantText(delivery.ended_at ?? delivery.due_at, now, zone)}
                </p>
              </div>
            </li>
          ))}
        </ul>
      )}
      <div className="buttons">
        <button type="button" className="link" onClick={() => setIsAll(!isAll)}>
          {isAll ? "Only failed messages" : "All messages"}
        </button>
        <button type="button" className="link" aria-disabled={busy} onClick={() => void run(load)}>
          Look again
        </button>
      </div>
      <ProblemText problem={problem.form} />
    </section>
  );
}

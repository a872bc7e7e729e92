// A channel: what it does, a test, its settings, and its deletion.

import { useState } from "react";

import { api } from "../api";
import type { ChannelPatch, ChannelView } from "../contract";
import { NO_FIELDS, useSubmission } from "../form";
import { notifying } from "../notifications/notifying";
import { ProblemText } from "../problem";
import { device, forget } from "../push/kept";
import { useZone } from "../zone";
import { channelState, deliveryText, kindName, PRIORITIES, watchDelivery } from "./channel-words";
import { ChoiceSetting, TextSetting } from "./setting";

interface Props {
  channel: ChannelView;
  user: string;
  changed: () => Promise<void>;
}

export function ChannelLine({ channel, user, changed }: Props) {
  const zone = useZone();
  const [shown, setShown] = useState<"settings" | "question">();
  const [told, setTold] = useState("");
  const { busy, problem, run } = useSubmission(NO_FIELDS);
  const { id, label } = channel;
  const state = channelState(channel, new Date(), zone);
  const isHere = device(user)?.channel === id;
  const verb = channel.verified ? "Test" : "Send again";

  const change = async (patch: ChannelPatch) => {
    await notifying.changeChannel(id, patch);
    await changed();
  };

  const test = () =>
    run(async () => {
      setTold("Sending…");
      try {
        const begun = await notifying.testChannel(id);
        const ended = await watchDelivery(begun, { read: async () => (await notifying.deliveries({})).items, pause });
        setTold(deliveryText(ended, new Date(), zone));
      } catch (error) {
        setTold("");
        throw error;
      }
      await changed();
    });

  const remove = () =>
    run(async () => {
      await api.removeChannel(id);
      if (isHere) await forget();
      await changed();
    });

  return (
    <li className="tag-line" aria-busy={busy} data-channel={id} data-state={state.at}>
      <div className="tag-head">
        <div>
          <p>
            <strong dir="auto">{label}</strong>
            {label !== kindName(channel.kind) && ` · ${kindName(channel.kind)}`}
            {isHere && <strong> · this one</strong>}
          </p>
          <p className="faint">{channel.address}</p>
          <p className={state.isFailure ? "line-failed" : "faint"}>{state.text}</p>
        </div>
        <span className="line-actions">
          <button type="button" aria-label={`${verb}: ${label}`} aria-disabled={busy} onClick={() => void test()}>
            {verb}
          </button>
          <button
            type="button"
            aria-label={`Edit: ${label}`}
            aria-expanded={shown === "settings"}
            onClick={() => setShown(shown === "settings" ? undefined : "settings")}
          >
            Edit
          </button>
          <button type="button" aria-label={`Delete: ${label}`} onClick={() => setShown("question")}>
            Delete
          </button>
        </span>
      </div>
      <p role="status">{told}</p>
      {shown === "settings" && <Settings channel={channel} change={change} />}
      {shown === "question" && (
        <div role="group" aria-label={`Confirm: ${label}`} className="danger">
          <p role="status">Delete {label}? What was still to be sent over it is not sent.</p>
          <div className="buttons">
            <button type="button" className="danger-button" autoFocus aria-disabled={busy} onClick={() => void remove()}>
              Delete
            </button>
            <button type="button" onClick={() => setShown(undefined)}>
              Cancel
            </button>
          </div>
        </div>
      )}
      <ProblemText problem={problem.form} />
    </li>
  );
}

function Settings({ channel, change }: { channel: ChannelView; change: (patch: ChannelPatch) => Promise<void> }) {
  return (
    <div className="settings-grid">
      <TextSetting label="Name" name="label" value={channel.label} change={change} />
      <ChoiceSetting label="Reminders of" name="minimum_priority" value={channel.minimum_priority} change={change} choices={PRIORITIES} />
      <TextSetting
        label="Send only if not seen after minutes"
        name="wait_minutes"
        type="number"
        value={String(channel.wait_minutes)}
        read={Number}
        change={change}
      />
      <ChoiceSetting
        label="Sending"
        name="enabled"
        value={channel.enabled ? "on" : "off"}
        read={(text) => text === "on"}
        change={change}
        choices={ON_OFF}
      />
    </div>
  );
}

const ON_OFF = [
  ["on", "On"],
  ["off", "Off"],
] as const;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

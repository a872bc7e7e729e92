// The calls of the dialogs about notifications: the first script of the page needs none of them.

import { call, pageParams, write, type Part } from "../api";
import type {
  ChannelCreated,
  ChannelKinds,
  ChannelPatch,
  ChannelView,
  DeliveryView,
  NewChannel,
  NotificationSettings,
  NotificationSettingsPatch,
  Page_ChannelView,
  Page_DeliveryView,
  Page_NotificationView,
  PushKeys,
  SnoozeTask,
  TaskChange,
  TaskView,
} from "../contract";

/** A channel as it is typed in: the server says what a kind needs and what it has not. */
export interface ChannelDraft extends Pick<NewChannel, "kind" | "address" | "label" | "minimum_priority" | "wait_minutes"> {
  token?: string;
  keys?: PushKeys;
}

export const notifying = {
  notificationSettings: () => call<NotificationSettings>("/api/v1/notifications/settings"),
  setNotificationSettings: (patch: NotificationSettingsPatch) =>
    call<NotificationSettings>("/api/v1/notifications/settings", { method: "PATCH", body: patch }),
  channelKinds: () => call<ChannelKinds>("/api/v1/channels/kinds"),
  channels: async () => (await call<Page_ChannelView>("/api/v1/channels")).items,
  /** Sent once: the answer of a webhook has its secret. */
  addChannel: (channel: ChannelDraft) => call<ChannelCreated>("/api/v1/channels", { method: "POST", body: channel, once: true }),
  changeChannel: (id: string, patch: ChannelPatch) =>
    call<ChannelView>(`/api/v1/channels/${id}`, { method: "PATCH", body: patch }),
  testChannel: async (id: string) =>
    (await write<DeliveryView>(`/api/v1/channels/${id}/test`, { method: "POST" })).result,
  /** What was and will be sent, newest first. */
  deliveries: (part: Part) => call<Page_DeliveryView>(`/api/v1/deliveries?${pageParams(part)}`),
  /** Puts the reminder off. */
  snooze: (task: TaskView, by: SnoozeTask) =>
    call<TaskChange>(`/api/v1/tasks/${task.number}/snooze`, { method: "POST", body: by }),
  /** The read ones too, newest first. */
  notifications: (part: Part) => call<Page_NotificationView>(`/api/v1/notifications?${pageParams(part)}`),
};

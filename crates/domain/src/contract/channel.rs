//! Channels, what is sent over them, and the settings of notifications.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::task::{not_null, present};

/// A channel over which a person is reached when the page is closed.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct ChannelView {
    /// The id.
    pub id: Uuid,
    /// `web_push`, `email`, `webhook`, `ntfy`, `telegram`, `slack` or `discord`.
    pub kind: String,
    /// The name that its owner gave it.
    pub label: String,
    /// Where it leads: an e-mail address, a URL, or the id of a chat. Of a URL that is itself a secret (web push, Slack,
    /// Discord) only the server is shown.
    pub address: String,
    /// Only reminders of tasks with at least this priority are sent: `none` for all, `low`, `medium` or `high`.
    pub minimum_priority: String,
    /// For how many minutes it waits whether the reminder is seen elsewhere; 0 to send at once.
    pub wait_minutes: i64,
    /// Whether anything is sent.
    pub enabled: bool,
    /// Whether its owner has proved that the address is theirs. E-mail is sent only then; other kinds need no proof.
    pub verified: bool,
    /// When something was last sent, UTC.
    pub last_sent_at: Option<Timestamp>,
    /// When sending last failed, UTC; null once something was sent.
    pub last_failed_at: Option<Timestamp>,
    /// Why sending last failed.
    pub last_failure: Option<String>,
    /// Grows by one with each change.
    pub version: i64,
    /// When it was created, UTC.
    pub created_at: Timestamp,
    /// When it last changed, UTC.
    pub updated_at: Timestamp,
}

/// A new channel with the secret of a webhook, which is shown only once.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct ChannelCreated {
    /// The channel.
    #[serde(flatten)]
    pub view: ChannelView,
    /// Of a webhook: the key of its signatures (Standard Webhooks), `whsec_` and base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// The keys of a browser's subscription (Push API, `PushSubscription.toJSON().keys`), in base64url.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PushKeys {
    /// The public key, an uncompressed point of P-256: 65 bytes.
    pub p256dh: String,
    /// The secret of the subscription: 16 bytes.
    pub auth: String,
}

impl std::fmt::Debug for PushKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PushKeys(…)")
    }
}

/// What this installation can send.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct ChannelKinds {
    /// The kinds of channels that can be added.
    pub kinds: Vec<String>,
    /// The public key for the subscriptions of browsers (VAPID, RFC 8292), in base64url.
    pub push_key: String,
}

/// A new channel.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewChannel {
    /// `web_push`, `email`, `webhook`, `ntfy`, `telegram`, `slack` or `discord`.
    pub kind: String,
    /// A name for it, 1 to 100 characters; the kind when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// An e-mail address; for `webhook`, `slack` and `discord` the URL; for `ntfy` the URL of the topic; for `telegram` the
    /// id of the chat; for `web_push` the endpoint of the browser's subscription.
    pub address: String,
    /// For `telegram` the token of the bot; for `ntfy` an access token, where the server asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// For `web_push`: the keys of the subscription.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keys: Option<PushKeys>,
    /// Only reminders of tasks with at least this priority: `none` (default) for all, `low`, `medium` or `high`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_priority: Option<String>,
    /// For how many minutes to wait whether the reminder is seen elsewhere, 0 (default) to 1,440.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_minutes: Option<i64>,
}

/// A change to a channel: absent keeps. For another address create another channel.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelPatch {
    /// A new name, 1 to 100 characters.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub label: Option<String>,
    /// Only reminders of tasks with at least this priority: `none`, `low`, `medium` or `high`.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub minimum_priority: Option<String>,
    /// For how many minutes to wait whether the reminder is seen elsewhere, 0 to 1,440.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub wait_minutes: Option<i64>,
    /// Whether anything is sent.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub enabled: Option<bool>,
}

/// Something that was or will be sent over a channel.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct DeliveryView {
    /// The id; receivers get the same one at each attempt.
    pub id: Uuid,
    /// The channel.
    pub channel: Uuid,
    /// `reminder`, `digest`, `notice`, `verification` or `test`.
    pub kind: String,
    /// The notification, of a reminder.
    pub notification: Option<Uuid>,
    /// `pending`, `sent`, `failed` or `cancelled`.
    pub status: String,
    /// How often sending was tried.
    pub attempts: i64,
    /// When it should be sent, UTC.
    pub due_at: Timestamp,
    /// While it is pending: when it is tried next, UTC.
    pub next_attempt_at: Option<Timestamp>,
    /// When it was sent, failed or cancelled, UTC.
    pub ended_at: Option<Timestamp>,
    /// Why the last attempt failed.
    pub error: Option<String>,
}

/// Which deliveries to list.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeliveryQuery {
    /// 1 to 200, by default 50.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// `next_cursor` of the previous page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// When and how often a person is notified.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct NotificationSettings {
    /// When the quiet hours begin, as `HH:MM` in the user's zone; null for none. Reminders of tasks without high priority
    /// wait for their end, and are then sent as one message.
    pub quiet_from: Option<String>,
    /// When they end, on the next day if that is before they begin.
    pub quiet_until: Option<String>,
    /// When the digest of each day is sent, as `HH:MM` in the user's zone: what is overdue, due today and tomorrow. Null for
    /// none.
    pub digest_at: Option<String>,
    /// When the next digest is sent, UTC.
    pub next_digest_at: Option<Timestamp>,
    /// After how many minutes a reminder is told again, until its task is done, moved or snoozed; null for never.
    pub repeat_minutes: Option<i64>,
    /// How often it is told again at most.
    pub repeat_times: i64,
    /// The reminders that a new task gets that has one of these tags, a time, and no reminder of its own, instead of
    /// `default_reminder` of the user.
    pub tag_reminders: Vec<TagReminder>,
    /// What is told of changes that programs make over REST and MCP: `completed`, `changed` (anything else), both, or
    /// nothing.
    pub notices: Vec<String>,
    /// Grows by one with each change.
    pub version: i64,
}

/// The default reminder of a tag.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagReminder {
    /// The name of the tag.
    pub tag: String,
    /// How many minutes before the due time, 0 to 527,040.
    pub minutes_before: i64,
}

/// A change to the settings of notifications: absent keeps.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NotificationSettingsPatch {
    /// When the quiet hours begin, as `HH:MM`; null for none.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub quiet_from: Option<Option<String>>,
    /// When they end, as `HH:MM`; null for none.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub quiet_until: Option<Option<String>>,
    /// When the digest of each day is sent, as `HH:MM`; null for none.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub digest_at: Option<Option<String>>,
    /// After how many minutes a reminder is told again, 1 to 1,440; null for never.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub repeat_minutes: Option<Option<i64>>,
    /// How often it is told again at most, 1 to 20.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub repeat_times: Option<i64>,
    /// The default reminders of tags, at most 50; a tag may have several. Replaces all.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub tag_reminders: Option<Vec<TagReminder>>,
    /// What is told of changes that programs make over REST and MCP: `completed` and `changed`. Replaces all.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub notices: Option<Vec<String>>,
}

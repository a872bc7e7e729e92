//! What the API and the sender of the reminder consumer say to each other. Not part of the public contract.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{PushKeys, TaskView};
use crate::UserId;

/// What became of earlier orders, and how many new ones the sender has room for.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryExchange {
    /// What became of earlier orders.
    pub outcomes: Vec<DeliveryOutcome>,
    /// How many new ones at most.
    pub limit: u32,
}

/// What became of an order.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryOutcome {
    /// The deliveries that it carried.
    pub claims: Vec<DeliveryClaim>,
    /// The owner.
    pub owner: UserId,
    /// The result.
    pub result: SendResult,
}

/// The result of an attempt to send.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum SendResult {
    /// The receiver has it.
    Sent {
        /// When it was handed over, UTC.
        at: Timestamp,
    },
    /// It may work later.
    Retry {
        /// Why.
        reason: String,
        /// After how many seconds, if the receiver said so.
        after_seconds: Option<i64>,
    },
    /// It was not tried: the channel is slow, and must not hold up others.
    Busy,
    /// It will never work.
    Failed {
        /// Why.
        reason: String,
    },
    /// The receiver has ended the channel.
    Gone {
        /// Why.
        reason: String,
    },
}

/// A delivery that was claimed for an attempt.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DeliveryClaim {
    /// The delivery.
    pub id: Uuid,
    /// The number of the attempt.
    pub attempt: i64,
}

/// New orders.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct DeliveryOrders {
    /// What to send now.
    pub orders: Vec<DeliveryOrder>,
    /// When the next one is due, UTC; may be past when more are waiting.
    pub next_at: Option<Timestamp>,
}

/// One message to one channel.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct DeliveryOrder {
    /// The deliveries that it carries; the first one's id names the message at the receiver.
    pub claims: Vec<DeliveryClaim>,
    /// The owner.
    pub owner: UserId,
    /// The channel.
    pub channel: Uuid,
    /// The kind of the channel.
    pub kind: String,
    /// Its address.
    pub address: String,
    /// What it needs besides.
    pub secrets: ChannelSecrets,
    /// Of web push: who sends it (VAPID, RFC 8292), for the header `Authorization`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization: Option<String>,
    /// What to say.
    pub message: Message,
}

/// What a channel needs besides its address.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ChannelSecrets {
    /// The token of a Telegram bot, or an access token of ntfy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The key of a webhook's signatures, `whsec_` and base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing_key: Option<String>,
    /// The keys of a browser's subscription.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub push: Option<PushKeys>,
}

impl std::fmt::Debug for ChannelSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ChannelSecrets(…)")
    }
}

/// What is said over a channel.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Message {
    /// `reminder`, `digest`, `notice`, `verification` or `test`.
    pub kind: String,
    /// One line.
    pub title: String,
    /// More lines, perhaps none.
    pub lines: Vec<String>,
    /// Whether it concerns a task with high priority.
    pub is_urgent: bool,
    /// Where to read more.
    pub url: Option<String>,
    /// What the receiver can do about it.
    pub actions: Vec<MessageAction>,
    /// Where the receiver switches the channel off (RFC 8058).
    pub unsubscribe_url: Option<String>,
    /// When it was due, UTC.
    pub due_at: Timestamp,
    /// The tasks that it is about.
    pub tasks: Vec<TaskView>,
}

/// Something that the receiver of a message can do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MessageAction {
    /// `done`, `snooze` or `confirm`.
    pub name: String,
    /// What it does, in a word or two.
    pub title: String,
    /// A page with a button that does it; opening the page does nothing.
    pub url: String,
}

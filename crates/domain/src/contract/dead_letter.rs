//! Events that a consumer gave up on.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// An event that a consumer gave up on, or a message on its dead-letter topic that is no event.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct DeadLetterView {
    /// The consumer: `audit`, `recurrence` or `reminder`; `relay` for an event that could not be published.
    pub consumer: String,
    /// Id of the event; of a message that is no event, an id made from its bytes.
    pub event_id: Uuid,
    /// The user whose event it is; null where that cannot be told.
    pub owner: Option<Uuid>,
    /// Its place in the event log; null where that cannot be told.
    pub seq: Option<i64>,
    /// How often it was tried.
    pub attempts: u32,
    /// Why the last try failed.
    pub error: String,
    /// When the consumer gave it up, or when its last replay failed.
    pub dead_lettered_at: Timestamp,
    /// When somebody asked for it to be handled again; null when nobody has, or when that was done.
    pub replay_requested_at: Option<Timestamp>,
    /// The topic from which the consumer got it; null without a broker.
    pub topic: Option<String>,
    /// Its partition on the topic; null where the broker has none or does not tell it.
    pub partition: Option<i64>,
    /// Its offset in the partition; null as above.
    pub offset: Option<i64>,
    /// The event, or the message as text; only where a single dead letter is asked for, because it belongs to its owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<Value>,
}

/// Which dead letters to list.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeadLetterQuery {
    /// Only those of this consumer: `audit`, `recurrence` or `reminder`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consumer: Option<String>,
    /// 1 to 200, by default 50.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// `next_cursor` of the previous page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

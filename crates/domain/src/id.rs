//! Identifiers as types, so that a task's id can never be used as a user's.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, JsonSchema,
        )]
        #[serde(transparent)]
        #[schemars(inline)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )*};
}

ids! {
    /// A person who owns tasks.
    UserId;
    /// One task row: one thing to do, or one occurrence of a series.
    TaskId;
    /// A recurring task across all its occurrences.
    SeriesId;
    /// A tag of one user.
    TagId;
    /// One reminder of one task.
    ReminderId;
    /// A notification, for example that a reminder was due.
    NotificationId;
    /// An event; also the CloudEvent `id`.
    EventId;
    /// One mutation as the user sees it.
    ChangeId;
    /// An API token or a browser session.
    TokenId;
    /// An invitation to sign up.
    InvitationId;
    /// A saved filter of one user.
    FilterId;
    /// A channel over which a user is reached.
    ChannelId;
    /// Something that is sent over a channel.
    DeliveryId;
    /// What a user granted to an OAuth client.
    GrantId;
}

/// The namespace of ids that two processes may derive independently (RFC 9562 section 5.5).
const NAMESPACE: Uuid = Uuid::from_u128(0x8e4d_2f7a_1b60_5c93_9a14_3d0c_77e5_b2f1);

impl TaskId {
    /// The id of an occurrence: the same for everyone who derives it, so that two workers cannot create it twice.
    pub fn of_occurrence(series: SeriesId, key: &crate::OccurrenceKey) -> Self {
        Self(Uuid::new_v5(
            &NAMESPACE,
            format!("{series}|{key}").as_bytes(),
        ))
    }
}

impl SeriesId {
    /// The id of the series that continues another one from one of its occurrences on: the same for everyone who derives
    /// it.
    pub fn continuing(series: Self, key: &crate::OccurrenceKey) -> Self {
        Self(Uuid::new_v5(
            &NAMESPACE,
            format!("{series}|from|{key}").as_bytes(),
        ))
    }
}

impl TaskId {
    /// The id of the copy of a subtask that an occurrence gets from the one before: the same for everyone who derives it.
    pub fn of_subtask(occurrence: Self, subtask: Self) -> Self {
        Self(Uuid::new_v5(
            &NAMESPACE,
            format!("{occurrence}|subtask|{subtask}").as_bytes(),
        ))
    }
}

impl ReminderId {
    /// The id of the reminder at `position` in the list of an occurrence created by the recurrence consumer.
    pub fn of_occurrence(task: TaskId, position: usize) -> Self {
        Self(Uuid::new_v5(
            &NAMESPACE,
            format!("{task}|reminder|{position}").as_bytes(),
        ))
    }
}

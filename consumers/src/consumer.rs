//! The consumers' names and topics.

use taskwire_messaging::Topic;

/// One of the consumers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Consumer {
    /// Writes the audit log.
    Audit,
    /// Asks the API for the next occurrence of a completed one.
    Recurrence,
    /// Fires reminders and records their delivery.
    Reminder,
}

impl Consumer {
    /// Every consumer.
    pub const ALL: &'static [Self] = &[Self::Audit, Self::Recurrence, Self::Reminder];

    /// The name, used for its position, its inbox and its dead letters, and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Audit => "audit",
            Self::Recurrence => "recurrence",
            Self::Reminder => "reminder",
        }
    }

    /// The topics that it follows.
    pub fn topics(self) -> &'static [Topic] {
        match self {
            Self::Audit => &[Topic::TaskEvents],
            Self::Recurrence => &[Topic::TaskUpdates],
            Self::Reminder => &[Topic::Reminders],
        }
    }

    /// Parses the name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|consumer| consumer.as_str() == text)
    }
}

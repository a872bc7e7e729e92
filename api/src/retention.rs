//! How long rows are kept.

use jiff::SignedDuration;

const DAY_HOURS: i64 = 24;

/// How long rows are kept.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// Events, after every consumer has read them, or the relay has that publishes them to a broker.
    pub events: SignedDuration,
    /// Inbox rows of handled events and counts of failed deliveries: longer than a broker may redeliver them.
    pub inbox: SignedDuration,
    /// Deliveries of reminders.
    pub deliveries: SignedDuration,
    /// Notifications, after they were read.
    pub notifications: SignedDuration,
    /// Tasks in the trash, before they are deleted for good.
    pub trash: SignedDuration,
    /// Changes, as long as they can be undone.
    pub changes: SignedDuration,
}

impl Default for Retention {
    fn default() -> Self {
        let days = |count: i64| SignedDuration::from_hours(DAY_HOURS * count);
        Self {
            events: days(30),
            inbox: days(14),
            deliveries: days(90),
            notifications: days(90),
            trash: days(30),
            changes: days(90),
        }
    }
}

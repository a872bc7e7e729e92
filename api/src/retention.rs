//! For how long what is kept.

use jiff::SignedDuration;

const DAY_HOURS: i64 = 24;

/// For how long what is kept.
#[derive(Clone, Debug)]
pub struct Retention {
    /// Events, once every follower has read them.
    pub events: SignedDuration,
    /// That a consumer has handled an event: longer than a broker may deliver it again.
    pub inbox: SignedDuration,
    /// That a reminder was delivered.
    pub deliveries: SignedDuration,
    /// Whose positions in the event log count: all consumers that read it themselves, or the relay that passes it on to a
    /// broker. Without any, no event is deleted.
    pub followers: Vec<&'static str>,
}

impl Default for Retention {
    fn default() -> Self {
        let days = |count: i64| SignedDuration::from_hours(DAY_HOURS * count);
        Self {
            events: days(30),
            inbox: days(14),
            deliveries: days(90),
            followers: Vec::new(),
        }
    }
}

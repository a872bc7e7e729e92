//! How long rows are kept.

use clap::Args;
use jiff::SignedDuration;

/// Longest age, in days: a hundred years.
const LONGEST: i64 = 36_500;

#[derive(Args, Clone)]
pub(crate) struct Retention {
    /// Days to keep events after all consumers have read them, or the relay has; a client that was away for longer has to
    /// reload
    /// [default: 30]
    #[arg(
        long = "keep-events-days",
        env = "TASKWIRE_KEEP_EVENTS_DAYS",
        value_name = "DAYS",
        allow_negative_numbers = true,
        value_parser = |text: &str| days(text, 1)
    )]
    events: Option<i64>,
    /// Days to remember that an event was handled; longer than a broker may deliver it again [default: 14]
    #[arg(
        long = "keep-inbox-days",
        env = "TASKWIRE_KEEP_INBOX_DAYS",
        value_name = "DAYS",
        allow_negative_numbers = true,
        value_parser = |text: &str| days(text, 7)
    )]
    inbox: Option<i64>,
    /// Days to remember that a reminder was delivered [default: 90]
    #[arg(
        long = "keep-deliveries-days",
        env = "TASKWIRE_KEEP_DELIVERIES_DAYS",
        value_name = "DAYS",
        allow_negative_numbers = true,
        value_parser = |text: &str| days(text, 14)
    )]
    deliveries: Option<i64>,
    /// Days to keep notifications after they were read [default: 90]
    #[arg(
        long = "keep-notifications-days",
        env = "TASKWIRE_KEEP_NOTIFICATIONS_DAYS",
        value_name = "DAYS",
        allow_negative_numbers = true,
        value_parser = |text: &str| days(text, 1)
    )]
    notifications: Option<i64>,
    /// Days to keep deleted tasks in the trash, before they are deleted for good [default: 30]
    #[arg(
        long = "keep-trash-days",
        env = "TASKWIRE_KEEP_TRASH_DAYS",
        value_name = "DAYS",
        allow_negative_numbers = true,
        value_parser = |text: &str| days(text, 1)
    )]
    trash: Option<i64>,
    /// Days in which a change can be undone [default: 90]
    #[arg(
        long = "keep-changes-days",
        env = "TASKWIRE_KEEP_CHANGES_DAYS",
        value_name = "DAYS",
        allow_negative_numbers = true,
        value_parser = |text: &str| days(text, 1)
    )]
    changes: Option<i64>,
}

impl Retention {
    /// The retention of an API.
    pub(crate) fn ages(&self) -> taskwire_api::Retention {
        let usual = taskwire_api::Retention::default();
        let or = |days: Option<i64>, usual| {
            days.map_or(usual, |days| SignedDuration::from_hours(24 * days))
        };
        taskwire_api::Retention {
            events: or(self.events, usual.events),
            inbox: or(self.inbox, usual.inbox),
            deliveries: or(self.deliveries, usual.deliveries),
            notifications: or(self.notifications, usual.notifications),
            trash: or(self.trash, usual.trash),
            changes: or(self.changes, usual.changes),
        }
    }
}

/// Parses a number of days, at least `shortest`.
fn days(text: &str, shortest: i64) -> Result<i64, String> {
    text.parse()
        .ok()
        .filter(|days| (shortest..=LONGEST).contains(days))
        .ok_or_else(|| format!("it must be a number of days from {shortest} to {LONGEST}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_a_lower_bound() {
        assert_eq!(days("7", 7), Ok(7));
        assert_eq!(days("36500", 1), Ok(36_500));
        for text in [
            "6",
            "0",
            "-1",
            "36501",
            "1.5",
            "two",
            "",
            "99999999999999999999",
        ] {
            let why = days(text, 7).unwrap_err();
            assert_eq!(why, "it must be a number of days from 7 to 36500", "{text}");
        }
    }
}

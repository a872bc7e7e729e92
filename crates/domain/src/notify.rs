//! How people are reached when the page is closed: kinds of channels, quiet hours and the daily digest.

use jiff::Timestamp;
use jiff::civil::Time;

use crate::Zone;
use crate::choices::choices;
use crate::due::resolve;

choices! {
    /// How a channel reaches a person.
    ChannelKind at "/kind", "invalid_channel_kind" {
        /// A notification of a browser (Push API).
        WebPush = "web_push",
        /// An e-mail, once its address is verified.
        Email = "email",
        /// A request that is signed as Standard Webhooks says.
        Webhook = "webhook",
        /// A message to a topic of an ntfy server.
        Ntfy = "ntfy",
        /// A message of a Telegram bot to a chat.
        Telegram = "telegram",
        /// A message to an incoming webhook of Slack.
        Slack = "slack",
        /// A message to a webhook of Discord.
        Discord = "discord",
    }
}

choices! {
    /// What is told of changes that a program made.
    Notice at "/notices", "invalid_notice" {
        /// A task was completed.
        Completed = "completed",
        /// Anything else was changed.
        Changed = "changed",
    }
}

/// The hours of each day in which only urgent reminders are told, in the owner's zone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct QuietHours {
    /// When they begin.
    pub from: Time,
    /// When they end; on the next day if that is before they begin.
    pub until: Time,
}

impl QuietHours {
    /// When the quiet hours end in which `at` lies; none if it lies outside. A clock change moves their ends as it moves a due
    /// time (RFC 5545, section 3.3.5).
    pub fn end_after(self, at: Timestamp, owner: &Zone) -> Option<Timestamp> {
        let local = at.to_zoned_datetime(owner.rules().clone()).datetime();
        let (date, time) = (local.date(), local.time());
        let is_over_midnight = self.until <= self.from;
        let is_quiet = if is_over_midnight {
            time >= self.from || time < self.until
        } else {
            time >= self.from && time < self.until
        };
        if !is_quiet {
            return None;
        }
        let last_day = if time < self.until {
            date
        } else {
            date.tomorrow().ok()?
        };
        let end = resolve(last_day.to_datetime(self.until), owner.rules())?;
        (end > at).then_some(end)
    }
}

/// The first instant after `after` at which it is this time of day for the owner; none at the end of the calendar.
pub fn next_at(time: Time, after: Timestamp, owner: &Zone) -> Option<Timestamp> {
    let today = after.to_zoned_datetime(owner.rules().clone()).date();
    let mut day = today.yesterday().ok()?;
    for _ in 0..4 {
        let at = resolve(day.to_datetime(time), owner.rules())?;
        if at > after {
            return Some(at);
        }
        day = day.tomorrow().ok()?;
    }
    None
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn rome() -> Zone {
        Zone::parse("Europe/Rome").unwrap()
    }

    fn night() -> QuietHours {
        QuietHours {
            from: time(22, 0, 0, 0),
            until: time(7, 0, 0, 0),
        }
    }

    #[test]
    fn quiet_hours_go_over_midnight() {
        for (now, end) in [
            ("2026-11-20T20:59:59Z", None),
            ("2026-11-20T21:00:00Z", Some("2026-11-21T06:00:00Z")),
            ("2026-11-21T05:59:59Z", Some("2026-11-21T06:00:00Z")),
            ("2026-11-21T06:00:00Z", None),
            // Over the end of a year.
            ("2026-12-31T22:30:00Z", Some("2027-01-01T06:00:00Z")),
            // The nights in which clocks change.
            ("2026-10-24T21:00:00Z", Some("2026-10-25T06:00:00Z")),
            ("2027-03-27T22:00:00Z", Some("2027-03-28T05:00:00Z")),
        ] {
            assert_eq!(night().end_after(at(now), &rome()), end.map(at), "{now}");
        }
    }

    #[test]
    fn quiet_hours_of_one_day_and_of_a_whole_one() {
        let lunch = QuietHours {
            from: time(12, 0, 0, 0),
            until: time(13, 0, 0, 0),
        };
        let end = lunch.end_after(at("2026-11-20T11:30:00Z"), &rome());
        assert_eq!(end, Some(at("2026-11-20T12:00:00Z")));
        assert_eq!(lunch.end_after(at("2026-11-20T12:00:00Z"), &rome()), None);
        let always = QuietHours {
            from: time(8, 0, 0, 0),
            until: time(8, 0, 0, 0),
        };
        let end = always.end_after(at("2026-11-20T07:00:00Z"), &rome());
        assert_eq!(end, Some(at("2026-11-21T07:00:00Z")));
    }

    #[test]
    fn an_end_that_a_clock_change_skips_is_after_it() {
        let until = QuietHours {
            from: time(1, 0, 0, 0),
            until: time(2, 30, 0, 0),
        };
        // 02:30 is skipped: it is read with the offset before the change.
        let end = until.end_after(at("2027-03-28T00:30:00Z"), &rome());
        assert_eq!(end, Some(at("2027-03-28T01:30:00Z")));
    }

    #[test]
    fn the_next_digest_is_at_its_hour_wherever_the_owner_is() {
        let eight = time(8, 0, 0, 0);
        for (after, zone, next) in [
            (
                "2026-11-20T06:59:59Z",
                "Europe/Rome",
                "2026-11-20T07:00:00Z",
            ),
            (
                "2026-11-20T07:00:00Z",
                "Europe/Rome",
                "2026-11-21T07:00:00Z",
            ),
            (
                "2026-10-24T06:00:00Z",
                "Europe/Rome",
                "2026-10-25T07:00:00Z",
            ),
            (
                "2026-12-31T23:00:00Z",
                "Pacific/Kiritimati",
                "2027-01-01T18:00:00Z",
            ),
            (
                "2026-12-31T23:00:00Z",
                "America/New_York",
                "2027-01-01T13:00:00Z",
            ),
        ] {
            let zone = Zone::parse(zone).unwrap();
            assert_eq!(
                next_at(eight, at(after), &zone),
                Some(at(next)),
                "{after} {zone}"
            );
        }
    }
}

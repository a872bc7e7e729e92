//! How long a task takes, in minutes.

use jiff::{Timestamp, ToSpan as _};

use crate::{Due, Invalid, Zone};

/// Longest duration: a week.
pub const DURATION_MAX: u32 = 7 * 24 * 60;

/// How long a task takes from its due time on (DURATION, RFC 5545 section 3.8.2.5).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct TaskDuration(u32);

impl TaskDuration {
    /// A number of minutes. Fails with `invalid_duration`.
    pub fn parse(minutes: i64) -> Result<Self, Invalid> {
        let within = u32::try_from(minutes).ok().and_then(Self::of_minutes);
        within.ok_or_else(|| {
            Invalid::new(
                "/duration_minutes",
                "invalid_duration",
                format!("A duration of {minutes} minutes is out of range."),
            )
            .hint(format!(
                "Send 1 to {DURATION_MAX} minutes, such as 90, or null for none."
            ))
        })
    }

    /// A number of minutes, if it is in range.
    pub fn of_minutes(minutes: u32) -> Option<Self> {
        (1..=DURATION_MAX)
            .contains(&minutes)
            .then_some(Self(minutes))
    }

    /// The minutes.
    pub fn minutes(self) -> u32 {
        self.0
    }

    /// When what is due then ends. Minutes are elapsed time. A date without a time has no such end.
    pub fn end(self, due: &Due, owner: &Zone) -> Option<Timestamp> {
        due.instant(owner)?
            .checked_add(i64::from(self.0).minutes())
            .ok()
    }

    /// Checks that the due value can have a duration in minutes: one that starts on a date without a time takes whole
    /// days or weeks (RFC 5545 section 3.8.2.5). Fails with `duration_without_time`.
    pub fn check(self, due: Option<&Due>) -> Result<(), Invalid> {
        let detail = match due {
            Some(due) if due.time().is_some() => return Ok(()),
            Some(due) => format!(
                "{} has no time of day, and a date without a time cannot have a duration in minutes (RFC 5545).",
                due.date()
            ),
            None => "A duration needs a due date with a time of day.".to_owned(),
        };
        Err(
            Invalid::new("/duration_minutes", "duration_without_time", detail).hint(
                "Send \"due\" with a time, such as 2026-12-01T09:00 or \"tomorrow 5pm\", or omit the duration.",
            ),
        )
    }

    /// As a person says it: `1 hour 30 minutes`.
    pub fn in_words(self) -> String {
        let part = |count: u32, unit: &str| match count {
            0 => None,
            1 => Some(format!("1 {unit}")),
            _ => Some(format!("{count} {unit}s")),
        };
        let (hours, minutes) = (self.0 / 60, self.0 % 60);
        let parts = [part(hours, "hour"), part(minutes, "minute")];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_bounds() {
        for minutes in [1, 90, i64::from(DURATION_MAX)] {
            let duration = TaskDuration::parse(minutes).unwrap();
            assert_eq!(i64::from(duration.minutes()), minutes);
        }
        for minutes in [0, -1, i64::from(DURATION_MAX) + 1, i64::MAX, i64::MIN] {
            let refused = TaskDuration::parse(minutes).unwrap_err();
            assert_eq!(
                (refused.field.as_str(), refused.code),
                ("/duration_minutes", "invalid_duration")
            );
        }
    }

    #[test]
    fn a_duration_needs_a_time_of_day() {
        let hour = TaskDuration::parse(60).unwrap();
        for timed in ["2027-01-04T09:00", "2027-01-04T09:00[Europe/Rome]"] {
            assert_eq!(hour.check(Some(&Due::parse(timed).unwrap())), Ok(()));
        }
        for due in [None, Some(Due::parse("2027-01-04").unwrap())] {
            let refused = hour.check(due.as_ref()).unwrap_err();
            assert_eq!(refused.code, "duration_without_time");
        }
    }

    #[test]
    fn minutes_are_elapsed_time() {
        let rome = Zone::parse("Europe/Rome").unwrap();
        // The clocks go forward at 02:00.
        let due = Due::parse("2027-03-28T01:30").unwrap();
        let end = TaskDuration::parse(60).unwrap().end(&due, &rome);
        assert_eq!(end.unwrap().to_string(), "2027-03-28T01:30:00Z");
    }

    #[test]
    fn a_duration_is_said_in_hours_and_minutes() {
        for (minutes, words) in [
            (1, "1 minute"),
            (60, "1 hour"),
            (90, "1 hour 30 minutes"),
            (121, "2 hours 1 minute"),
        ] {
            assert_eq!(TaskDuration::parse(minutes).unwrap().in_words(), words);
        }
    }
}

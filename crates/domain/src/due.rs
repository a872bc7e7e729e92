//! When a task is due: a date, a floating date-time, or a date-time in a zone. The civil value is the truth.

use std::fmt;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text::clip;
use crate::{Invalid, Zone};

/// A due value, written as `2026-12-01`, `2026-12-01T09:00` or `2026-12-01T09:00[Europe/Rome]` (RFC 9557).
///
/// A date stays a date: it never passes through an instant. A floating value follows its owner's zone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Due {
    /// Some time on this day, wherever the owner is.
    Date(Date),
    /// At this wall-clock time in the owner's current zone.
    Floating(DateTime),
    /// At this wall-clock time in this zone.
    Zoned(DateTime, Zone),
}

/// The years that the API accepts: wide enough for any task, narrow enough for every database and client.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2200;

impl Due {
    /// Reads the written form (RFC 3339 date, RFC 9557 date-time). Words such as "tomorrow" belong to
    /// [`crate::grammar`]. Fails with `invalid_due`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let refused = |detail: String| {
            Invalid::new("/due", "invalid_due", detail).hint(
                "Send a date (2026-12-01), a date-time (2026-12-01T09:00), or a date-time with its zone (2026-12-01T09:00[Europe/Rome]).",
            )
        };
        let (civil, zone) = match text.strip_suffix(']').and_then(|rest| rest.split_once('[')) {
            Some((civil, name)) => {
                let zone = Zone::parse(name).map_err(|unknown| unknown.at("/due"))?;
                (civil, Some(zone))
            }
            None => (text, None),
        };
        let unreadable = || refused(format!("{:?} is not a due date.", clip(text)));
        if !civil.is_ascii() {
            return Err(unreadable());
        }
        let due = if civil.len() == 10 {
            let date: Date = civil.parse().map_err(|_| unreadable())?;
            if zone.is_some() {
                return Err(refused("A date without a time has no zone.".into()));
            }
            Self::Date(date)
        } else {
            let (civil, offset) = split_offset(civil);
            let at: DateTime = civil.parse().map_err(|_| unreadable())?;
            if !civil
                .get(10..11)
                .is_some_and(|mark| mark == "T" || mark == " ")
            {
                return Err(unreadable());
            }
            let at = at
                .with()
                .subsec_nanosecond(0)
                .build()
                .map_err(|_| unreadable())?;
            match (zone, offset) {
                (None, None) => Self::Floating(at),
                (None, Some(offset)) => {
                    return Err(refused(format!(
                        "{:?} has an offset ({offset}) but no zone.",
                        clip(text)
                    )));
                }
                (Some(zone), None) => Self::Zoned(at, zone),
                (Some(zone), Some(_)) => {
                    let zoned: jiff::ZonedDateTime = text.parse().map_err(|_| {
                        refused(format!(
                            "The offset and the zone in {:?} contradict each other.",
                            clip(text)
                        ))
                    })?;
                    Self::Zoned(zoned.datetime(), zone)
                }
            }
        };
        if YEARS.contains(&due.date().year()) {
            Ok(due)
        } else {
            Err(refused(format!(
                "The year {} is outside {} to {}.",
                due.date().year(),
                YEARS.start(),
                YEARS.end()
            )))
        }
    }

    /// The calendar day.
    pub fn date(&self) -> Date {
        match self {
            Self::Date(date) => *date,
            Self::Floating(at) | Self::Zoned(at, _) => at.date(),
        }
    }

    /// The wall-clock time, unless this is a date without a time.
    pub fn time(&self) -> Option<Time> {
        match self {
            Self::Date(_) => None,
            Self::Floating(at) | Self::Zoned(at, _) => Some(at.time()),
        }
    }

    /// The civil date-time; a date counts as its midnight. For ordering only, never shown.
    pub fn civil(&self) -> DateTime {
        match self {
            Self::Date(date) => date.to_datetime(Time::midnight()),
            Self::Floating(at) | Self::Zoned(at, _) => *at,
        }
    }

    /// The value's own zone.
    pub fn zone(&self) -> Option<&Zone> {
        match self {
            Self::Zoned(_, zone) => Some(zone),
            _ => None,
        }
    }

    /// The zone in which "today" and reminders are meant: its own, or else its owner's.
    pub fn zone_or<'a>(&'a self, owner: &'a Zone) -> &'a Zone {
        self.zone().unwrap_or(owner)
    }

    /// The same kind of value at another civil time. For a date only the day counts.
    #[must_use]
    pub fn at(&self, civil: DateTime) -> Self {
        match self {
            Self::Date(_) => Self::Date(civil.date()),
            Self::Floating(_) => Self::Floating(civil),
            Self::Zoned(_, zone) => Self::Zoned(civil, zone.clone()),
        }
    }

    /// The same kind of value at another civil time; none outside the years that are accepted.
    pub fn checked_at(&self, civil: DateTime) -> Option<Self> {
        YEARS.contains(&civil.year()).then(|| self.at(civil))
    }

    /// The instant of a timed value. In a gap the wall clock moves forward by the gap, in an overlap the first
    /// instance counts (RFC 5545 section 3.3.5). A date without a time has none.
    pub fn instant(&self, owner: &Zone) -> Option<Timestamp> {
        match self {
            Self::Date(_) => None,
            Self::Floating(at) => resolve(*at, owner.rules()),
            Self::Zoned(at, zone) => resolve(*at, zone.rules()),
        }
    }

    /// The instant by which queries and sorting order values: the instant itself, or for a date without a time the last
    /// microsecond of that day in the owner's zone, so that a date is due after the timed values of its day.
    pub fn ordering_instant(&self, owner: &Zone) -> Option<Timestamp> {
        match self {
            Self::Date(date) => day_end(*date, owner.rules()),
            timed => timed.instant(owner),
        }
    }

    /// Whether the value is in the past: a time once its moment has passed, a date once its day in the owner's zone
    /// is over. This is the one definition: the stored order of due values is the same instant, so a query that
    /// compares it with now finds exactly these.
    pub fn is_overdue(&self, now: Timestamp, owner: &Zone) -> bool {
        self.ordering_instant(owner).is_some_and(|at| at < now)
    }

    /// The value as a person says it: `Friday, 20 November 2026 at 09:00`.
    pub fn in_words(&self) -> String {
        let date = self.date();
        let day = format!("{}, {}", self.weekday(), date.strftime("%-d %B %Y"));
        match self.time() {
            None => day,
            Some(time) if time.second() == 0 => format!("{day} at {}", time.strftime("%H:%M")),
            Some(time) => format!("{day} at {}", time.strftime("%H:%M:%S")),
        }
    }

    /// English weekday of the date, such as `Tuesday`.
    pub fn weekday(&self) -> &'static str {
        crate::weekday::name(self.date().weekday())
    }
}

/// Resolves a civil time by the rules of RFC 5545 section 3.3.5.
pub(crate) fn resolve(at: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_ambiguous_zoned_datetime(at)
        .compatible()
        .ok()
        .map(|zoned| zoned.timestamp())
        .map(crate::clock::truncate)
}

/// The last microsecond of a day: the one before the next day begins, even if the clocks change around midnight.
fn day_end(date: Date, zone: &TimeZone) -> Option<Timestamp> {
    let midnight = date.tomorrow().ok()?.to_datetime(Time::midnight());
    let begin = zone.to_ambiguous_zoned_datetime(midnight).later().ok()?;
    let end = begin.timestamp().checked_sub(1.microsecond()).ok()?;
    Some(crate::clock::truncate(end))
}

/// Splits a trailing `Z`, `+hh:mm` or `-hh:mm` off a date-time.
fn split_offset(text: &str) -> (&str, Option<&str>) {
    let Some(time_at) = text.find(['T', ' ']) else {
        return (text, None);
    };
    let (_, time) = text.split_at(time_at);
    match time.find(['Z', 'z', '+', '-']) {
        Some(offset_at) => {
            let (civil, offset) = text.split_at(time_at + offset_at);
            (civil, Some(offset))
        }
        None => (text, None),
    }
}

impl fmt::Display for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let timed = |f: &mut fmt::Formatter<'_>, at: &DateTime| {
            write!(f, "{}T{:02}:{:02}", at.date(), at.hour(), at.minute())?;
            if at.second() == 0 {
                Ok(())
            } else {
                write!(f, ":{:02}", at.second())
            }
        };
        match self {
            Self::Date(date) => write!(f, "{date}"),
            Self::Floating(at) => timed(f, at),
            Self::Zoned(at, zone) => {
                timed(f, at)?;
                write!(f, "[{zone}]")
            }
        }
    }
}

impl Serialize for Due {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Due {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(|refused| serde::de::Error::custom(refused.detail))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_forms_round_trip() {
        for text in [
            "2026-12-01",
            "2026-12-01T09:00",
            "2026-12-01T09:00:30",
            "2026-12-01T09:00[Europe/Rome]",
        ] {
            assert_eq!(Due::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(
            Due::parse("2026-12-01T09:00+01:00[Europe/Rome]")
                .unwrap()
                .to_string(),
            "2026-12-01T09:00[Europe/Rome]"
        );
    }

    #[test]
    fn refuses_what_is_not_a_due_date() {
        for text in [
            "",
            "tomorrow",
            "2026-02-30",
            "2026-12-01T25:00",
            "2026-12-01T09:00Z",
            "2026-12-01T09:00+01:00",
            "2026-12-01[Europe/Rome]",
            "2026-12-01T09:00[EST]",
            "2026-12-01T09:00[Mars/Base]",
            "2026-12-01T09:00+05:00[Europe/Rome]",
            "9999-12-01",
            "０026-12-01",
            "2026-12-01T09:00[Europe/Rome",
            "20261201T0900",
            "+002026-12-01",
        ] {
            let refused = Due::parse(text).expect_err(text);
            assert_eq!(refused.field, "/due");
            assert!(refused.hint.is_some());
        }
    }

    #[test]
    fn a_gap_moves_the_wall_clock_forward() {
        let new_york = Zone::parse("America/New_York").unwrap();
        let due = Due::parse("2027-03-14T02:30[America/New_York]").unwrap();
        assert_eq!(
            due.instant(&new_york).unwrap().to_string(),
            "2027-03-14T07:30:00Z"
        );
    }

    #[test]
    fn is_overdue_as_the_page_reckons() {
        #[derive(serde::Deserialize)]
        struct Case {
            why: String,
            zone: String,
            due: String,
            due_at: Option<String>,
            now: Timestamp,
            overdue: bool,
        }
        let cases: Vec<Case> =
            serde_json::from_str(include_str!("../testdata/overdue.json")).unwrap();
        for case in cases {
            let zone = Zone::parse(&case.zone).unwrap();
            let due = Due::parse(&case.due).unwrap();
            let at = due.instant(&zone).map(|at| at.to_string());
            assert_eq!(at, case.due_at, "{}", case.why);
            assert_eq!(
                due.is_overdue(case.now, &zone),
                case.overdue,
                "{}",
                case.why
            );
        }
    }
}

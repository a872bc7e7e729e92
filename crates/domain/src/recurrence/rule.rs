//! The calendar rule of RFC 5545 section 3.3.10, for days: a rule names dates, the time of day is the start's.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;

use super::read;
use crate::Invalid;

/// Largest INTERVAL.
pub const INTERVAL_MAX: u32 = 1000;
/// Largest COUNT, so that counting through a jump stays bounded.
pub const COUNT_MAX: u32 = 1000;

/// How often a rule repeats.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Frequency {
    /// Every day.
    Daily,
    /// Every week.
    Weekly,
    /// Every month.
    Monthly,
    /// Every year.
    Yearly,
}

impl Frequency {
    /// The name in RRULE text.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Daily => "DAILY",
            Self::Weekly => "WEEKLY",
            Self::Monthly => "MONTHLY",
            Self::Yearly => "YEARLY",
        }
    }
}

/// A weekday of BYDAY, with its ordinal within the month or year if it has one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ByDay {
    /// 1 is the first, -1 the last.
    pub ordinal: Option<i16>,
    /// The weekday.
    pub weekday: Weekday,
}

impl ByDay {
    /// Each such weekday.
    pub fn each(weekday: Weekday) -> Self {
        Self {
            ordinal: None,
            weekday,
        }
    }
}

/// The inclusive end of a rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Until {
    /// A day.
    Date(Date),
    /// A wall-clock time, for floating series.
    Floating(DateTime),
    /// An instant, for zoned series.
    Instant(Timestamp),
}

/// A calendar rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    /// The period.
    pub frequency: Frequency,
    /// Every so many periods, 1 to 1000.
    pub interval: u32,
    /// BYDAY.
    pub by_day: Vec<ByDay>,
    /// BYMONTHDAY, 1 to 31 or -31 to -1.
    pub by_month_day: Vec<i8>,
    /// BYMONTH, 1 to 12.
    pub by_month: Vec<i8>,
    /// BYYEARDAY, 1 to 366 or -366 to -1, in yearly rules.
    pub by_year_day: Vec<i16>,
    /// BYWEEKNO, 1 to 53 or -53 to -1, in yearly rules that name weekdays.
    pub by_week_no: Vec<i8>,
    /// BYSETPOS, 1 to 366 or -366 to -1: which of the days of a whole period.
    pub by_set_pos: Vec<i16>,
    /// COUNT, 1 to 1000.
    pub count: Option<u32>,
    /// UNTIL.
    pub until: Option<Until>,
    /// WKST, always written out.
    pub week_start: Weekday,
}

impl Rule {
    /// Every `interval` periods, without any other part.
    pub fn every(frequency: Frequency, interval: u32) -> Self {
        Self {
            frequency,
            interval,
            by_day: Vec::new(),
            by_month_day: Vec::new(),
            by_month: Vec::new(),
            by_year_day: Vec::new(),
            by_week_no: Vec::new(),
            by_set_pos: Vec::new(),
            count: None,
            until: None,
            week_start: Weekday::Monday,
        }
    }

    /// Reads RRULE text, with or without the `RRULE:` in front.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        read::rule(text)
    }

    /// Whether the rule is a pure interval, which takes weekday, month day and month from where it is counted.
    pub(super) fn is_pure(&self) -> bool {
        self.by_month.is_empty() && self.names_no_day()
    }

    /// Whether no part says which days of a period are meant.
    pub(super) fn names_no_day(&self) -> bool {
        self.by_day.is_empty()
            && self.by_month_day.is_empty()
            && self.by_year_day.is_empty()
            && self.by_week_no.is_empty()
    }
}

/// The two letters of RFC 5545.
pub(super) fn letters(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "MO",
        Weekday::Tuesday => "TU",
        Weekday::Wednesday => "WE",
        Weekday::Thursday => "TH",
        Weekday::Friday => "FR",
        Weekday::Saturday => "SA",
        Weekday::Sunday => "SU",
    }
}

impl fmt::Display for ByDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(ordinal) = self.ordinal {
            write!(f, "{ordinal}")?;
        }
        f.write_str(letters(self.weekday))
    }
}

impl fmt::Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = |f: &mut fmt::Formatter<'_>, date: Date| {
            write!(f, "{:04}{:02}{:02}", date.year(), date.month(), date.day())
        };
        let timed = |f: &mut fmt::Formatter<'_>, at: DateTime| {
            date(f, at.date())?;
            write!(f, "T{:02}{:02}{:02}", at.hour(), at.minute(), at.second())
        };
        match self {
            Self::Date(day) => date(f, *day),
            Self::Floating(at) => timed(f, *at),
            Self::Instant(at) => {
                timed(f, at.to_zoned(TimeZone::UTC).datetime())?;
                f.write_str("Z")
            }
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FREQ={}", self.frequency.as_str())?;
        if self.interval != 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        list(f, "BYMONTH", &self.by_month)?;
        list(f, "BYWEEKNO", &self.by_week_no)?;
        list(f, "BYYEARDAY", &self.by_year_day)?;
        list(f, "BYMONTHDAY", &self.by_month_day)?;
        list(f, "BYDAY", &self.by_day)?;
        list(f, "BYSETPOS", &self.by_set_pos)?;
        if let Some(count) = self.count {
            write!(f, ";COUNT={count}")?;
        }
        if let Some(until) = &self.until {
            write!(f, ";UNTIL={until}")?;
        }
        if self.week_start != Weekday::Monday {
            write!(f, ";WKST={}", letters(self.week_start))?;
        }
        Ok(())
    }
}

fn list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, name: &str, values: &[T]) -> fmt::Result {
    for (index, value) in values.iter().enumerate() {
        if index == 0 {
            write!(f, ";{name}={value}")?;
        } else {
            write!(f, ",{value}")?;
        }
    }
    Ok(())
}

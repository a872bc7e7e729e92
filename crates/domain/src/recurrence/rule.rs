//! The calendar rule of RFC 5545 section 3.3.10, with two additions: steps counted in workdays, and dates that move
//! to a workday. What a rule leaves open (weekday, month day, time of day) is the start's.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;

/// Largest INTERVAL: more seconds than any series has.
pub const INTERVAL_MAX: u32 = 999_999_999;
/// Largest COUNT, so that counting through a jump stays bounded.
pub const COUNT_MAX: u32 = 1000;

/// How often a rule repeats.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Frequency {
    /// Every second.
    Secondly,
    /// Every minute.
    Minutely,
    /// Every hour.
    Hourly,
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
            Self::Secondly => "SECONDLY",
            Self::Minutely => "MINUTELY",
            Self::Hourly => "HOURLY",
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

/// A date or time inside a rule: an inclusive end, an added or an excluded occurrence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moment {
    /// A day.
    Date(Date),
    /// A wall-clock time, for floating series.
    Floating(DateTime),
    /// An instant, for zoned series.
    Instant(Timestamp),
}

/// Where a date goes that a rule has named. Workdays are Monday to Friday.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shift {
    /// From a weekend to the next workday.
    Next,
    /// From a weekend to the workday before.
    Previous,
    /// From Saturday to Friday, from Sunday to Monday.
    Nearest,
    /// So many workdays after the date, or before it where negative, from -30 to 30: -1 is the last workday before it.
    Workdays(i8),
}

/// A calendar rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    /// The period.
    pub frequency: Frequency,
    /// Every so many periods, from 1.
    pub interval: u32,
    /// Whether the interval of a daily rule counts workdays only: every 3 workdays.
    pub workdays: bool,
    /// BYSECOND, 0 to 59.
    pub by_second: Vec<i8>,
    /// BYMINUTE, 0 to 59.
    pub by_minute: Vec<i8>,
    /// BYHOUR, 0 to 23.
    pub by_hour: Vec<i8>,
    /// BYDAY.
    pub by_day: Vec<ByDay>,
    /// BYMONTHDAY, 1 to 31 or -31 to -1.
    pub by_month_day: Vec<i8>,
    /// BYMONTH, 1 to 12.
    pub by_month: Vec<i8>,
    /// BYYEARDAY, 1 to 366 or -366 to -1, in yearly and in hourly or finer rules.
    pub by_year_day: Vec<i16>,
    /// BYWEEKNO, 1 to 53 or -53 to -1, in yearly rules that name weekdays.
    pub by_week_no: Vec<i8>,
    /// BYSETPOS, 1 to 366 or -366 to -1: which of the occurrences of a whole period.
    pub by_set_pos: Vec<i16>,
    /// COUNT, 1 to 1000.
    pub count: Option<u32>,
    /// UNTIL.
    pub until: Option<Moment>,
    /// WKST, always written out.
    pub week_start: Weekday,
    /// Where the named dates go.
    pub shift: Option<Shift>,
}

impl Rule {
    /// Every `interval` periods, without any other part.
    pub fn every(frequency: Frequency, interval: u32) -> Self {
        Self {
            frequency,
            interval,
            workdays: false,
            by_second: Vec::new(),
            by_minute: Vec::new(),
            by_hour: Vec::new(),
            by_day: Vec::new(),
            by_month_day: Vec::new(),
            by_month: Vec::new(),
            by_year_day: Vec::new(),
            by_week_no: Vec::new(),
            by_set_pos: Vec::new(),
            count: None,
            until: None,
            week_start: Weekday::Monday,
            shift: None,
        }
    }

    /// Whether the rule is a pure interval, which takes weekday, month day and month from where it is counted.
    pub(super) fn is_pure(&self) -> bool {
        self.by_month.is_empty() && self.names_no_day() && !self.sets_time()
    }

    /// The seconds of the unit in which a rule finer than a day steps.
    pub(super) fn unit(&self) -> Option<i64> {
        match self.frequency {
            Frequency::Secondly => Some(1),
            Frequency::Minutely => Some(60),
            Frequency::Hourly => Some(3_600),
            _ => None,
        }
    }

    /// Whether nothing but FREQ, INTERVAL and the bounds is said.
    pub(super) fn names_only_interval(&self) -> bool {
        self.by_month.is_empty()
            && self.names_no_day()
            && self.by_hour.is_empty()
            && self.by_minute.is_empty()
            && self.by_second.is_empty()
    }

    /// Whether the rule itself says at what time of day it occurs, so that its series cannot be of dates without a
    /// time.
    pub fn sets_time(&self) -> bool {
        self.frequency < Frequency::Daily
            || !(self.by_hour.is_empty() && self.by_minute.is_empty() && self.by_second.is_empty())
    }

    /// Whether two occurrences may be less than an hour apart, as no task's may.
    pub fn is_finer_than_hour(&self) -> bool {
        let step = match self.frequency {
            Frequency::Secondly => i64::from(self.interval),
            Frequency::Minutely => i64::from(self.interval) * 60,
            _ => return self.by_minute.len() > 1 || self.by_second.len() > 1,
        };
        // With these frequencies every part except the step only excludes times, but for the seconds of a minute.
        let several = self.frequency == Frequency::Minutely && self.by_second.len() > 1;
        step < 3_600 || several
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
pub(super) fn weekday_code(weekday: Weekday) -> &'static str {
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
        f.write_str(weekday_code(self.weekday))
    }
}

impl fmt::Display for Moment {
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
                timed(f, at.to_zoned_datetime(TimeZone::UTC).datetime())?;
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
        list(f, "BYHOUR", &self.by_hour)?;
        list(f, "BYMINUTE", &self.by_minute)?;
        list(f, "BYSECOND", &self.by_second)?;
        list(f, "BYSETPOS", &self.by_set_pos)?;
        if let Some(count) = self.count {
            write!(f, ";COUNT={count}")?;
        }
        if let Some(until) = &self.until {
            write!(f, ";UNTIL={until}")?;
        }
        if self.week_start != Weekday::Monday {
            write!(f, ";WKST={}", weekday_code(self.week_start))?;
        }
        if self.workdays {
            f.write_str(";X-TASKWIRE-STEP=WORKDAY")?;
        }
        match self.shift {
            None => {}
            Some(Shift::Next) => f.write_str(";X-TASKWIRE-SHIFT=NEXT")?,
            Some(Shift::Previous) => f.write_str(";X-TASKWIRE-SHIFT=PREVIOUS")?,
            Some(Shift::Nearest) => f.write_str(";X-TASKWIRE-SHIFT=NEAREST")?,
            Some(Shift::Workdays(count)) => write!(f, ";X-TASKWIRE-SHIFT={count}")?,
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

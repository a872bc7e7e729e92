//! Who writes, and when: what the words are read against.

use std::sync::Arc;

use jiff::civil::{Date, Time, Weekday};
use jiff::{Timestamp, ToSpan};

use super::token::lexicon::Language;
use crate::text::clip;
use crate::{Invalid, TagName, Zone};

/// Who writes, and when: what "tomorrow", "next week" and "4/5" mean to them.
#[derive(Clone, PartialEq, Debug)]
pub struct Context {
    /// The present instant.
    pub now: Timestamp,
    /// The writer's zone.
    pub zone: Zone,
    /// The first day of the writer's week; it becomes the WKST of their rules.
    pub week_start: Weekday,
    /// How the writer reads a date such as 4/5.
    pub date_order: DateOrder,
    /// When the writer's day begins: an hour before it without am or pm is the afternoon's. Midnight, and a time after
    /// noon, stand for [`DAY_START`].
    pub day_start: Time,
    /// The writer's tags; `#home office` is the one of that name, if there is one.
    pub tags: Arc<[TagName]>,
}

impl Context {
    /// Weeks from Monday, and the day before the month.
    pub fn new(now: Timestamp, zone: Zone) -> Self {
        Self {
            now,
            zone,
            week_start: Weekday::Monday,
            date_order: DateOrder::default(),
            day_start: DAY_START,
            tags: Arc::default(),
        }
    }
}

/// When a day begins, if nothing is said: at 7 is the morning's, at 6 the evening's.
pub const DAY_START: Time = Time::constant(7, 0, 0, 0);

/// Which number of a date such as 4/5 is the day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum DateOrder {
    /// 4/5 is the 4th of May.
    #[default]
    DayFirst,
    /// 4/5 is the 5th of April.
    MonthFirst,
}

impl DateOrder {
    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DayFirst => "day_first",
            Self::MonthFirst => "month_first",
        }
    }

    /// Reads the name. Fails with `invalid_date_order`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "day_first" => Ok(Self::DayFirst),
            "month_first" => Ok(Self::MonthFirst),
            _ => Err(Invalid::new(
                "/date_order",
                "invalid_date_order",
                format!("Unknown date order {:?}.", clip(text)),
            )
            .hint("Send day_first or month_first.")),
        }
    }
}

/// The last year in which anything is due, as for due values.
pub(crate) const LAST_YEAR: i16 = 2200;
/// The years in which anything is due.
pub(crate) const YEARS: std::ops::RangeInclusive<i16> = 1900..=LAST_YEAR;

/// The settings of the person who wrote the line, with the current time on their wall clock.
#[derive(Clone)]
pub(crate) struct ParseContext {
    pub at: Timestamp,
    pub zone: Zone,
    pub week_start: Weekday,
    pub date_order: DateOrder,
    pub day_start: Time,
    pub tags: Arc<[TagName]>,
    pub today: Date,
    pub time: Time,
    pub language: &'static Language,
}

impl ParseContext {
    pub(crate) fn new(context: &Context, language: &'static Language) -> Self {
        let local = context.now.to_zoned_datetime(context.zone.rules().clone());
        Self {
            at: context.now,
            zone: context.zone.clone(),
            week_start: context.week_start,
            date_order: context.date_order,
            day_start: match context.day_start {
                start if start == Time::midnight() || start.hour() >= 12 => DAY_START,
                start => start,
            },
            tags: Arc::clone(&context.tags),
            today: local.date(),
            time: local.time(),
            language,
        }
    }

    /// The same instant elsewhere.
    pub(crate) fn within(&self, zone: &Zone) -> Self {
        let local = self.at.to_zoned_datetime(zone.rules().clone());
        Self {
            zone: zone.clone(),
            today: local.date(),
            time: local.time(),
            ..self.clone()
        }
    }

    /// The same settings on another day.
    pub(crate) fn on(&self, today: Date) -> Self {
        Self {
            today,
            ..self.clone()
        }
    }

    /// Whether a time of day is over today.
    pub(crate) fn is_past(&self, time: Option<Time>) -> bool {
        time.is_some_and(|time| time <= self.time)
    }

    /// The first day of the week that contains a date.
    pub(crate) fn week_of(&self, date: Date) -> Option<Date> {
        let into = self.week_start.until(date.weekday());
        date.checked_sub(i32::from(into).days()).ok()
    }

    /// A weekday of the week so many from this one.
    pub(crate) fn in_week(&self, weeks: i32, weekday: Weekday) -> Option<Date> {
        let into = i32::from(self.week_start.until(weekday));
        self.week_of(self.today)?
            .checked_add((7 * weeks + into).days())
            .ok()
    }
}

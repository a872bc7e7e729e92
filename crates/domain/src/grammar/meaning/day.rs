//! Days as they are said, before it is known which date they mean.

use jiff::civil::{Date, Weekday};

use crate::grammar::token::lexicon::{NamedDay, Unit};

/// A day as written. Most depend on the clock, and some on a time that may be elsewhere in the line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Day {
    /// A date of the calendar.
    On(Date),
    /// So many days after today.
    Ahead(i32),
    /// The next such weekday; today counts unless the time is past.
    Weekday(Weekday),
    /// So many days after the next such weekday.
    Beyond(Weekday, i32),
    /// Such a weekday of the week so many after this one.
    OfWeek(Weekday, i32),
    /// The next such weekday that is this day of the month.
    Both(Weekday, i8),
    /// The next such day of the year: month and day.
    Yearly(i8, i8),
    /// The next day of the year with this name.
    Named(NamedDay),
    /// The next month that has this day.
    Monthly(i8),
    /// Such a day of the month so many after this one.
    OfMonth(i8, i32),
    /// The day that a unit so many after this one means: the Monday of a week, the first of a month.
    Opening(Unit, i32),
    /// The Saturday of a weekend; of this one the Sunday, when that is today.
    Weekend(i32),
    /// The first, middle or last day of a period.
    Edge(Edge, Period),
    /// The nth such day of a period, from its end when negative.
    Nth(i16, CountedDay, Period),
    /// So much time from today.
    After(Length),
    /// A weekday of the week that is so many weeks from today.
    WeeksOn(Length, Weekday),
    /// So much time after a day, or before it.
    Counted(Length, Side, Box<Day>),
    /// The day before or after another, or the first such weekday there.
    Beside(Option<Weekday>, Side, Box<Day>),
}

/// On which side of a day another one is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Side {
    Before,
    After,
}

impl Side {
    /// -1 for earlier, 1 for later.
    pub(crate) fn sign(self) -> i32 {
        match self {
            Self::Before => -1,
            Self::After => 1,
        }
    }
}

/// Which part of a period is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Edge {
    Start,
    Mid,
    End,
}

/// A period of the calendar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Period {
    /// A month, perhaps of a year.
    Month(i8, Option<i16>),
    /// A week, month, quarter or year.
    Unit(Unit, Which),
}

/// Which of several periods is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Which {
    /// The present one.
    This,
    /// The one after it.
    Next,
    /// `the month`: the present one, or the next if the day in it is over.
    The,
    /// `month`, without an article.
    Bare,
}

impl Which {
    /// How many periods it is after the present one.
    pub(crate) fn ahead(self) -> i32 {
        i32::from(self == Self::Next)
    }
}

/// The days that are counted in a period.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CountedDay {
    Weekday(Weekday),
    Workday,
    Weekend,
    Day,
}

/// A length of time: units of days or longer, and minutes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Length {
    pub parts: Vec<(i32, Unit)>,
    pub minutes: i64,
    /// Whether its number is a guess: `a few days`.
    pub rough: bool,
}

impl Length {
    /// Adds a part; none for units that no length is counted in.
    pub(crate) fn add(&mut self, count: u32, unit: Unit) -> Option<()> {
        match unit {
            Unit::Second | Unit::Weekend => return None,
            Unit::Minute => self.minutes += i64::from(count),
            Unit::Hour => self.minutes += 60 * i64::from(count),
            unit => self.parts.push((i32::try_from(count).ok()?, unit)),
        }
        Some(())
    }

    /// The unit and the number, if it is a single one of days or longer.
    pub(crate) fn single(&self) -> Option<(i32, Unit)> {
        match self.parts.as_slice() {
            [single] if self.minutes == 0 => Some(*single),
            _ => None,
        }
    }

    /// Whether it is counted in weeks.
    pub(crate) fn is_weeks(&self) -> bool {
        self.minutes == 0
            && !self.parts.is_empty()
            && self
                .parts
                .iter()
                .all(|(_, unit)| matches!(unit, Unit::Week | Unit::Fortnight))
    }
}

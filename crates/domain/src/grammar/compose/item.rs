//! A piece of a date, or a date made of several.

use jiff::civil::{Date, Weekday};

use crate::grammar::meaning::day::{CountedDay, Day, Edge, Length, Period, Which};
use crate::grammar::meaning::when::Whole;
use crate::grammar::recognise::need::Need;
use crate::grammar::token::lexicon::Unit;

/// A piece that begins at some token.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Item {
    pub kind: Kind,
    /// The token after it.
    pub end: usize,
    /// What it needs around it to count by itself. As a part of something longer it needs nothing.
    pub need: Need,
    /// Another likely reading, for a person.
    pub doubt: Option<String>,
    /// The day with the figures the other way round.
    pub other: Option<Day>,
}

/// What a piece is.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Kind {
    Day(Day),
    Whole(Whole),
    /// Today, with an hour that a stated time replaces.
    Tonight,
    /// `eod`: today unless another day is said.
    EndOfDay,
    Weekday(Weekday),
    /// `15th`, `the first`, `last`; whether it is written in figures.
    Ordinal(i16, bool),
    /// `3rd friday`, without its period.
    Nth(i16, CountedDay),
    /// `end`, `mid`, without its period.
    Edge(Edge),
    Period(Period),
    /// `3 days`.
    Length(Length),
    /// `in 3 days`.
    In(Length),
    /// A unit that nothing counts: `week`, `day`.
    Unit(Unit),
    /// `week 12`, by its Monday.
    Week(Date),
}

impl Item {
    pub(crate) fn new(kind: Kind, end: usize) -> Self {
        Self {
            kind,
            end,
            need: Need::NONE,
            doubt: None,
            other: None,
        }
    }

    pub(crate) fn day(day: Day, end: usize) -> Self {
        Self::new(Kind::Day(day), end)
    }

    /// A part of something longer.
    pub(crate) fn part(kind: Kind, end: usize) -> Self {
        Self::new(kind, end).needing(Need::NEVER)
    }

    pub(crate) fn needing(self, need: Need) -> Self {
        Self { need, ..self }
    }

    pub(crate) fn doubted(self, doubt: Option<String>) -> Self {
        Self { doubt, ..self }
    }

    /// The day that it means by itself.
    pub(crate) fn as_day(&self) -> Option<Day> {
        match &self.kind {
            Kind::Day(day) => Some(day.clone()),
            Kind::Weekday(weekday) => Some(Day::Weekday(*weekday)),
            Kind::Ordinal(day @ 1..=31, true) => Some(Day::Monthly(i8::try_from(*day).ok()?)),
            Kind::Period(Period::Unit(unit, Which::Next)) => {
                let whole = matches!(unit, Unit::Week | Unit::Month | Unit::Quarter | Unit::Year);
                whole.then_some(Day::Opening(*unit, 1))
            }
            Kind::In(length) if length.minutes == 0 => Some(Day::After(length.clone())),
            _ => None,
        }
    }
}

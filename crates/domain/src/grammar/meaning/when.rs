//! A date and a time that belong together.

use jiff::civil::Time;

use super::day::{Day, Length};
use super::time::{Clock, Midnight};
use crate::{Due, Zone};

/// The due value of a phrase, or of several in one line.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct When {
    pub day: Option<Day>,
    pub clock: Option<Clock>,
    /// The hour of a part of the day, which a stated time replaces.
    pub part: Option<Time>,
    /// The zone in which the time is meant.
    pub zone: Option<Zone>,
    /// `eod`, which is today's unless another day is said.
    pub end_of_day: bool,
    /// A complete due value; then nothing else is set.
    pub whole: Option<Whole>,
    /// The day with the figures of its date the other way round.
    pub other_day: Option<Day>,
    /// Other likely readings, for a person.
    pub doubts: Vec<String>,
}

/// A complete due value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Whole {
    Due(Due),
    /// So much time from now.
    Elapsed(Length),
}

impl When {
    /// Whether the phrase says a day.
    pub(crate) fn is_dated(&self) -> bool {
        self.day.is_some() || self.whole.is_some() || self.end_of_day
    }

    /// Whether the day is said, even if only by `tonight at 1`, which is tomorrow.
    pub(crate) fn names_day(&self) -> bool {
        self.is_dated() || self.time().1
    }

    /// Whether the phrase says a time.
    pub(crate) fn is_timed(&self) -> bool {
        self.clock.is_some() || self.part.is_some() || self.whole.is_some()
    }

    /// The time of day and whether it falls on the day after: `tonight at 1`.
    pub(crate) fn time(&self) -> (Option<Time>, bool) {
        let Some(clock) = self.clock else {
            return (self.part, false);
        };
        if self.part.is_none() {
            // The start of today has passed.
            let is_today = self.day == Some(Day::Ahead(0));
            let late = match clock.midnight {
                Some(Midnight::By) => true,
                Some(Midnight::Plain) => is_today,
                None => false,
            };
            return (Some(clock.likely()), late);
        }
        let hour = clock.time.hour();
        let moved = |hour: i8| clock.time.with().hour(hour).build().ok();
        match self.part.map(Time::hour) {
            Some(19..) if clock.open && (hour == 12 || hour < 5) => (moved(hour % 12), true),
            Some(19..) if hour < 5 => (Some(clock.time), true),
            Some(12..) if clock.open && hour < 12 => (moved(hour + 12), false),
            _ => (Some(clock.time), false),
        }
    }
}

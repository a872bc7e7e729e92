//! Recurring tasks: a rule (RFC 5545 RRULE) and what happens around it.
//!
//! From text to dates: `parse` reads a rule, `check` refuses what does not go together, `expand` finds the days of one
//! period, `iterate` walks over the periods, `zones` places occurrences in time, `advance` goes from one occurrence to
//! the next, `coming` adds and leaves out single occurrences, `describe` turns a rule into words. The methods of [`Recurrence`] are in the files that implement them.

mod advance;
mod calendar;
mod check;
mod coming;
mod describe;
mod error;
mod expand;
mod iterate;
mod parse;
mod policies;
mod position;
mod recurrence_set;
mod rule;
#[cfg(test)]
mod tests;
mod zones;

pub use iterate::Occurrence;
pub use policies::{Anchor, CatchUp, Overflow};
pub use position::OccurrencePosition;
pub use recurrence_set::{Exclusion, RULES_MAX, Recurrence};
pub use rule::{ByDay, COUNT_MAX, Frequency, INTERVAL_MAX, Moment, Rule, Shift};

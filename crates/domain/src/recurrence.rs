//! Recurring tasks: a rule (RFC 5545 RRULE) and what happens around it.
//!
//! The methods of [`Recurrence`] stand in the files that do their work: `parse`, `first`, `expand`, `advance`,
//! `describe`.

mod advance;
mod calendar;
mod check;
mod describe;
mod error;
mod expand;
mod expand_days;
mod first;
mod occurrences;
mod parse;
mod plan;
mod policies;
mod position;
mod recurrence_set;
mod rule;
mod series;
#[cfg(test)]
mod tests;

pub use expand::Occurrence;
pub use policies::{Anchor, CatchUp, Overflow};
pub use position::OccurrencePosition;
pub use recurrence_set::{Exclusion, RULES_MAX, Recurrence};
pub use rule::{ByDay, COUNT_MAX, Frequency, INTERVAL_MAX, Moment, Rule, Shift};

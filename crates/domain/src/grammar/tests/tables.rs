//! Phrases with the words that are taken in brackets, and what they mean: `title | due | rule | marks`.

mod beyond;
mod dates;
mod days;
mod doubts;
mod lines;
pub(super) mod moments;
mod rules;
mod times;
mod titles;
mod typed;
mod typed_rules;

pub(super) use dates::MONTH_FIRST;
pub(super) use doubts::{REFUSED, UNSURE};
pub(super) use titles::TITLES;

/// All tables of the usual context.
pub(super) const ALL: &[&[(&str, &str)]] = &[
    beyond::BEYOND,
    dates::DATES,
    days::DAYS,
    lines::LINES,
    rules::RULES,
    times::TIMES,
    typed::TYPED,
    typed_rules::TYPED_RULES,
];

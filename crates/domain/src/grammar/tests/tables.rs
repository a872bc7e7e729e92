//! Phrases with the words that are taken in brackets, and what they mean: `title | due | rule | marks`.

mod beyond;
mod dates;
mod days;
mod lines;
mod rules;
mod times;

pub(super) use dates::MONTH_FIRST;

/// All tables of the usual context.
pub(super) const ALL: &[&[(&str, &str)]] = &[
    beyond::BEYOND,
    dates::DATES,
    days::DAYS,
    lines::LINES,
    rules::RULES,
    times::TIMES,
];

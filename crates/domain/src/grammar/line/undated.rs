//! What looks like a day in a line whose time would otherwise silently mean the next such time.

use super::found::Leftover;
use crate::grammar::compose::chart::Chart;
use crate::grammar::recognise::figures::{pointed, slashed};
use crate::grammar::recognise::holiday::named_day;
use crate::grammar::recognise::surroundings::is_named;
use crate::grammar::recognise::word::{any_weekday, month, unit};
use crate::grammar::token::lexicon::{Sense, Unit};

/// What may be written if it is the day.
const DAY: &str = "write on before it if it is the day";

/// A weekday, a holiday, a month, `week 12`, `this month`, `14th` or `3/4`.
pub(super) fn day_like(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    weekday(chart, at)
        .or_else(|| Some((at..named_day(chart, at)?.1, DAY)))
        .or_else(|| bare_month(chart, at))
        .or_else(|| period(chart, at))
        .or_else(|| ordinal(chart, at))
        .or_else(|| figures(chart, at))
        .or_else(|| own_day(chart, at))
}

/// What may be a day in a line that has none: `mow lawn sat if dry`, `next weak`.
pub(super) fn perhaps_day(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    // "14th mum's birthday"
    let is_first = at == 0 || at == 1 && chart.is(0, Sense::The);
    before_condition(chart, at)
        .or_else(|| weak_week(chart, at))
        .or_else(|| ordinal(chart, at).filter(|_| is_first))
}

/// A weekday, but not "the sun is out" and "she sat".
fn weekday(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    any_weekday(chart, at)?;
    let is_word = chart.is(at, Sense::Ambiguous)
        && at
            .checked_sub(1)
            .is_some_and(|last| chart.any(last, &[Sense::The, Sense::NamePrefix]));
    (!is_word).then_some((at..at + 1, DAY))
}

/// A month in small letters, or beside a number; "call April" has a name.
fn bare_month(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    month(chart, at)?;
    let is_number = |at: usize| {
        chart.get(at).is_some_and(|token| token.digits().is_some()) || chart.is(at, Sense::Suffix)
    };
    let is_counted = at.checked_sub(1).is_some_and(is_number);
    // "I may be late", "we march at 9"
    let is_verb =
        chart.is(at, Sense::Ambiguous) && (chart.is(at + 1, Sense::Verbal) || is_named(chart, at));
    let is_plain = is_lower(chart, at) && !is_verb;
    (is_counted || is_plain).then_some((at..at + 1, "write a day too, such as 1 april"))
}

/// `week 12`, `this month`, `weekend`.
fn period(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    let this = usize::from(chart.is(at, Sense::This));
    let (unit, end) = unit(chart, at + this)?;
    let is_number = chart
        .get(end)
        .is_some_and(|token| token.digits().is_some() && chart.at_phrase_end(end + 1));
    let is_named = match unit {
        Unit::Weekend => true,
        Unit::Week => this > 0 || is_number && !chart.any(end + 1, &[Sense::Am, Sense::Pm]),
        Unit::Month | Unit::Quarter | Unit::Year => this > 0,
        _ => false,
    };
    let end = end + usize::from(is_number && unit == Unit::Week);
    is_named.then_some((at..end, "write a day of it"))
}

/// `14th`, but not `1st aid` and `15th floor`.
fn ordinal(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    let day = chart
        .get(at)?
        .digits()
        .filter(|day| (4..=31).contains(day))?;
    let is_day = chart.is(at + 1, Sense::Suffix) && !chart.is(at + 2, Sense::Counted);
    (day > 0 && is_day).then_some((at..at + 2, DAY))
}

/// `3/4` and `15.1`, but not `1/2 inch`.
fn figures(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    // "1/2 hr"
    let end = slashed(chart, at)
        .or_else(|| pointed(chart, at))
        .filter(|end| unit(chart, *end).is_none())?;
    // "2.5 kg", but "15.1. dentist".
    let is_counting = chart.get(end).is_some_and(|token| {
        !chart.is_mark(end - 1, ".")
            && !chart.at_line_end(end)
            && token.spaced
            && token.senses.is_empty()
            && token.text.starts_with(char::is_lowercase)
    });
    let is_whole = chart.at_phrase_end(end) || chart.is_mark(end - 1, ".");
    (!is_counting && is_whole).then_some((at..end, DAY))
}

/// `my birthday`, whose date the writer alone knows.
fn own_day(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    let is_own = at
        .checked_sub(1)
        .is_some_and(|last| chart.is(last, Sense::NamePrefix));
    (is_own && chart.is(at, Sense::UserDefinedDay))
        .then_some((at..at + 1, "its date is not known here: write the date"))
}

fn is_lower(chart: &Chart<'_>, at: usize) -> bool {
    chart
        .get(at)
        .is_some_and(|token| token.text.starts_with(char::is_lowercase))
}

/// `mow lawn sat if dry`, but not "she sat if allowed".
fn before_condition(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    any_weekday(chart, at).filter(|_| chart.is(at, Sense::Ambiguous))?;
    let is_condition = ["if", "unless", "when"]
        .iter()
        .any(|word| chart.match_name(at + 1, word).is_some());
    let is_verb = at
        .checked_sub(1)
        .is_none_or(|last| chart.any(last, &[Sense::Verbal, Sense::NamePrefix]));
    (is_condition && !is_verb).then_some((at..at + 1, DAY))
}

/// `next weak`.
fn weak_week(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    let end = chart.match_name(at + 1, "weak")?;
    let is_week = chart.any(at, &[Sense::Next, Sense::This]) && chart.at_line_end(end);
    is_week.then_some((at..end, "write next week if it is meant"))
}

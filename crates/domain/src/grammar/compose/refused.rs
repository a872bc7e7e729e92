//! Text that looks like a rule but is not, and words that a rule would ignore.

use super::chart::Chart;
use super::day_set;
use super::exclusion;
use super::rate::dayless;
use crate::grammar::recognise::clock::{Setting, clock};
use crate::grammar::recognise::part::part;
use crate::grammar::recognise::surroundings::is_temporal;
use crate::grammar::recognise::word::{any_weekday, month, unit};
use crate::grammar::token::lexicon::{Sense, Unit};
use crate::recurrence::COUNT_MAX;

/// Whether a token begins a rule, so that a rule which is not understood deserves a warning.
pub(crate) fn begins(chart: &Chart<'_>, at: usize) -> bool {
    let rule = chart.is(at, Sense::Every)
        && !chart.is(at, Sense::LowSignal)
        && !chart.is(at + 1, Sense::PersonNoun)
        && (!chart.is(at + 1, Sense::Single) || is_temporal(chart, at + 2));
    // "best trip ever"
    let is_misspelt = chart.is(at, Sense::Misspelt)
        && (!chart.is(at, Sense::LowSignal) || is_temporal(chart, at + 1));
    chart.at_phrase_start(at) && (rule || is_misspelt)
}

/// The token after the words of a rule that was not understood: they belong together, so none becomes a date.
pub(crate) fn skip_unparsed(chart: &Chart<'_>, at: usize) -> usize {
    let is_rule_word = |sense| {
        matches!(
            sense,
            Sense::Unit(_)
                | Sense::Weekday(_)
                | Sense::Month(_)
                | Sense::Number(_)
                | Sense::Ordinal(_)
                | Sense::Suffix
                | Sense::Last
                | Sense::Next
                | Sense::Nearest
                | Sense::Other
                | Sense::On
                | Sense::Of
                | Sense::The
                | Sense::And
                | Sense::To
                | Sense::From
                | Sense::Between
                | Sense::Or
                | Sense::Before
                | Sense::After
                | Sense::End
                | Sense::Except
                | Sense::But
                | Sense::Not
                | Sense::Exception
                | Sense::Every
                | Sense::In
                | Sense::At
                | Sense::Until
                | Sense::Starting
                | Sense::Times
                | Sense::Am
                | Sense::Pm
                | Sense::Hour(_)
                | Sense::Part(_)
                | Sense::NamedDay
        )
        .then_some(())
    };
    let mut end = at;
    while chart.get(end).is_some_and(|token| {
        token.digits().is_some() || matches!(token.text, "," | "-" | "!" | ":" | "/")
    }) || chart.sense(end, is_rule_word).is_some()
    {
        end += 1;
    }
    end
}

/// Whether more of the rule follows that was not understood, such as a second time of day or an exception. A rule
/// without it would be a wrong one.
pub(crate) fn has_unparsed_tail(chart: &Chart<'_>, at: usize) -> bool {
    let comma = at + usize::from(chart.is_mark(at, ","));
    let bounds = [Sense::Until, Sense::Starting, Sense::Except];
    if dayless(chart, comma).is_some() {
        return true;
    }
    if chart.any(comma, &bounds) || chart.is(at, Sense::Of) {
        return true;
    }
    // "not on easter" leaves out a day that no rule can.
    if let Some(out) = exclusion::opening(chart, comma) {
        let skip = usize::from(chart.any(out, &[Sense::On, Sense::In, Sense::For, Sense::Over]));
        if chart.day(out + skip).is_some() {
            return true;
        }
    }
    // "every hour and a half".
    let half = chart.is(at + 1, Sense::Half) || chart.is(at + 2, Sense::Half);
    if chart.is(at, Sense::And) && half {
        return true;
    }
    let joints = [
        Sense::From,
        Sense::On,
        Sense::To,
        Sense::Between,
        Sense::Before,
        Sense::After,
        Sense::Or,
    ];
    // The date of "on my birthday" is unknown.
    let own = at + 1 + usize::from(chart.is(at + 1, Sense::NamePrefix));
    let moving = chart.is(at + 1, Sense::NamedDay);
    if chart.is(at, Sense::On) && (moving || chart.is(own, Sense::UserDefinedDay)) {
        return true;
    }
    // "before the 1st" belongs to the rule, "before lunch" to the title.
    if chart.any(comma, &joints) && is_temporal(chart, comma + 1) {
        return true;
    }
    let next = day_set::separated(chart, at);
    let and = chart.is(comma, Sense::And);
    let listed = and
        && chart
            .get(next)
            .is_some_and(|token| token.digits().is_some());
    next > at
        && (listed
            || chart.is(next, Sense::Every)
            || clock(chart, next, Setting::Behind).is_some()
            || part(chart, next, true).is_some()
            || any_weekday(chart, next).is_some()
            || (and && month(chart, next).is_some()))
}

/// An end or a time right behind a rule that no rule can have, such as `1001 times` or `at 25:00`: the token after it,
/// and why. A rule without it would say something else.
pub(crate) fn invalid_bound(chart: &Chart<'_>, at: usize) -> Option<(usize, String)> {
    let at = at + usize::from(chart.is_mark(at, ","));
    let has_preposition = chart.is(at, Sense::For);
    let start = at + usize::from(has_preposition);
    let at_hour = chart.is(at, Sense::At) || chart.is_mark(at, "@");
    if at_hour || !has_preposition {
        let hour = at + usize::from(at_hour);
        if let Some(end) = invalid_time(chart, hour, at_hour) {
            return Some((end, "there is no such time of day".to_owned()));
        }
    }
    let (count, next) = figures(chart, start)?;
    let times = chart.is(next, Sense::Times) && chart.at_phrase_end(next + 1);
    if times && !count.is_some_and(|count| (1..=COUNT_MAX).contains(&count)) {
        let why = format!("the number of times must be 1 to {COUNT_MAX}");
        return Some((next + 1, why));
    }
    let (unit, end) = unit(chart, next).filter(|_| has_preposition)?;
    let long = !matches!(
        unit,
        Unit::Second | Unit::Minute | Unit::Hour | Unit::Workday | Unit::Weekend
    );
    let none = count.is_none_or(|count| count == 0 || count > 9_999);
    (long && none && chart.at_phrase_end(end)).then(|| (end, "the period is too long".to_owned()))
}

/// The token after a time of day that does not exist: `at 25:00`, `13pm`, and without `at` only what can hardly be
/// anything else, so that scores and proportions stay as they are.
pub(crate) fn nonexistent_time(chart: &Chart<'_>, at: usize) -> Option<usize> {
    let has_preposition = chart.is(at, Sense::At) || chart.is_mark(at, "@");
    let hour = at + usize::from(has_preposition);
    let is_half = chart.any(hour + 1, &[Sense::Am, Sense::Pm]);
    let value = chart.get(hour)?.digits()?;
    let is_late = (13..30).contains(&value) && chart.is_mark(hour + 1, ":");
    if has_preposition && !chart.is_mark(hour + 1, ":") && !is_half {
        // "stop at 50" is about something else.
        return None;
    }
    invalid_time(chart, hour, has_preposition).filter(|_| has_preposition || is_half || is_late)
}

/// `25:00`, `9:75`, `13pm`, and behind `at` a lone `25`.
fn invalid_time(chart: &Chart<'_>, at: usize, has_preposition: bool) -> Option<usize> {
    let short = chart.get(at)?.text.len() <= 2;
    if !is_number(chart, at)
        || chart.joined_to_previous(at)
        || clock(chart, at, Setting::Behind).is_some()
    {
        return None;
    }
    let colon = chart.is_mark(at + 1, ":")
        && chart.joined_to_previous(at + 1)
        && chart.joined_to_previous(at + 2);
    let minute = chart.get(at + 2).map(|token| token.text.len());
    if colon && is_number(chart, at + 2) && (has_preposition || (short && minute == Some(2))) {
        let end = at + 3;
        return chart.at_phrase_end(end).then_some(end);
    }
    let half = chart.any(at + 1, &[Sense::Am, Sense::Pm])
        && (has_preposition || chart.joined_to_previous(at + 1));
    if half && chart.at_phrase_end(at + 2) {
        return Some(at + 2);
    }
    let late = chart.get(at)?.digits().is_some_and(|hour| hour > 23);
    (has_preposition && short && late && chart.at_line_end(at + 1)).then_some(at + 1)
}

/// Whether a token is a number of any length.
fn is_number(chart: &Chart<'_>, at: usize) -> bool {
    chart
        .get(at)
        .is_some_and(|token| !token.literal && token.text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A number of any length, and the token after it; its value, if it is plain.
fn figures(chart: &Chart<'_>, at: usize) -> Option<(Option<u32>, usize)> {
    let minus = chart.is_mark(at, "-") && chart.joined_to_previous(at + 1);
    let start = at + usize::from(minus);
    is_number(chart, start).then_some(())?;
    let mut next = start + 1;
    // "1,001".
    while chart.joined_to_previous(next)
        && (chart.is_mark(next, ",") || chart.is_mark(next, "."))
        && chart.joined_to_previous(next + 1)
        && is_number(chart, next + 1)
    {
        next += 2;
    }
    let plain = !minus && next == start + 1;
    let value = chart.get(start)?.digits().filter(|_| plain);
    Some((value, next))
}

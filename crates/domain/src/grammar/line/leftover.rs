//! Points out what looks like a part of a date, a time or a rule and stayed in the title without a word about it.

use std::ops::Range;

use super::beside::beside;
use super::found::{Known, Leftover, Said};
use super::net::{Sides, net};
use super::remarks::Remarks;
use super::shorthand::shorthand;
use super::undated::{day_like, perhaps_day};
use crate::grammar::compose::chart::Chart;
use crate::grammar::compose::exclusion::except;
use crate::grammar::compose::item::Item;
use crate::grammar::compose::phrase::phrase;
use crate::grammar::meaning::repeat::Repeat;
use crate::grammar::meaning::time::Clock;
use crate::grammar::recognise::calendar::year;
use crate::grammar::recognise::clock::{Setting, clock};
use crate::grammar::recognise::figures::slashed;
use crate::grammar::recognise::hour::{hour, minutes};
use crate::grammar::recognise::length::length;
use crate::grammar::recognise::need::Need;
use crate::grammar::recognise::surroundings::{after_lead, continues_beyond, names_time};
use crate::grammar::recognise::word::{any_weekday, month, number};
use crate::grammar::token::Token;
use crate::grammar::token::lexicon::{Sense, Unit};

/// Most years ahead that people plan for.
const YEARS_AHEAD: i16 = 30;

/// Adds a remark on each such part among the tokens that nothing was said about.
pub(super) fn point_out(
    chart: &Chart<'_>,
    is_known: &[bool],
    known: Known,
    dates: &[Range<usize>],
    remarks: &mut Remarks<'_>,
) {
    let sides = Sides::new(chart, dates);
    let mut at = 0;
    while at < chart.list.len() {
        let is_new = |tokens: &Range<usize>| {
            is_known
                .get(tokens.clone())
                .is_some_and(|known| !known.contains(&true))
        };
        let is_open = known.due == Said::Day;
        let found = leftover(chart, at, known)
            .or_else(|| beside(chart, at, dates).filter(|_| is_open))
            .or_else(|| net(chart, at, known, &sides))
            .filter(|(tokens, _)| is_new(tokens));
        let Some((tokens, instead)) = found else {
            at += 1;
            continue;
        };
        let text = format!("'{{}}' was left in the title; {instead}");
        remarks.not_understood(&tokens, &text);
        at = tokens.end;
    }
}

fn leftover(chart: &Chart<'_>, at: usize, known: Known) -> Option<Leftover> {
    let token = chart.get(at)?;
    if let Some(found) = shorthand(chart, at, known) {
        return Some(found);
    }
    if token.is_plain() || !chart.at_phrase_start(at) {
        return None;
    }
    blocked(chart, at)
        .or_else(|| bare_month(chart, at))
        .or_else(|| bare_number(chart, at))
        .or_else(|| lone_time(chart, at))
        .or_else(|| amount(chart, at))
        .or_else(|| {
            let open = known.due == Said::Day;
            pointed(chart, at)
                .or_else(|| lone_hour(chart, at))
                .filter(|_| open)
        })
        .or_else(|| count(chart, at).filter(|_| known.repeats))
        .or_else(|| exception(chart, at))
        .or_else(|| period(chart, at, known))
        .or_else(|| {
            fraction(chart, at)
                .or_else(|| parts_of_days(chart, at))
                .or_else(|| perhaps_day(chart, at))
                .filter(|_| known.due == Said::Nothing)
        })
        .or_else(|| day_like(chart, at).filter(|_| known.due == Said::LoneTime))
}

/// `3/4` at the end of a line without a day, which may be an amount.
fn fraction(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    let end = slashed(chart, at).filter(|_| at > 0)?;
    chart
        .at_line_end(end)
        .then_some((at..end, "write on before it if it is the day"))
}

/// `mornings` at the end of a line without a day.
fn parts_of_days(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    let part = |sense| matches!(sense, Sense::Part(_)).then_some(());
    chart.sense(at, part).filter(|()| at > 0)?;
    let is_plural = chart.get(at)?.text.ends_with('s');
    (is_plural && chart.at_line_end(at + 1))
        .then_some((at..at + 1, "write for example every morning"))
}

/// `q2` and `weekend` at the end of a line, or behind a word that leads to a date.
fn period(chart: &Chart<'_>, at: usize, known: Known) -> Option<Leftover> {
    let start = after_lead(chart, at);
    let is_led = start > at;
    let quarter = |sense| matches!(sense, Sense::QuarterOf(_)).then_some(());
    let (end, instead) = if chart.sense(start, quarter).is_some() {
        (start + 1, "write a day of it, such as end of q2")
    } else if chart.is(start, Sense::Unit(Unit::Weekend)) && !chart.is(start, Sense::Plural) {
        (start + 1, "write this weekend or on saturday")
    } else {
        return None;
    };
    let is_last = chart.at_line_end(end) && at > 0;
    (known.due == Said::Nothing && (is_led || is_last) && chart.at_phrase_end(end))
        .then_some((at..end, instead))
}

/// `since monday`, `after 5pm`, `between monday and friday`.
fn blocked(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    let up = usize::from(chart.is(at, Sense::Up) && chart.is(at + 1, Sense::To));
    let next = at + up + 1;
    // "the last day", "half past 9" and "king of friday" are no bounds.
    let others = [
        Sense::Of,
        Sense::Last,
        Sense::Past,
        Sense::Than,
        Sense::Previous,
    ];
    let is_bound = chart.is(at + up, Sense::DateBlocker) && !chart.any(at + up, &others);
    if !is_bound || chart.get(next).is_none_or(Token::is_plain) {
        return None;
    }
    if chart.is(at, Sense::Not) {
        // "sat" alone needs company, but not here.
        let on = next + usize::from(chart.is(next, Sense::On));
        let is_day = any_weekday(chart, on).is_some();
        let end = match phrase(chart, next, 0) {
            Some((_, end)) => end,
            None => is_day.then_some(on + 1)?,
        };
        return Some((at..end, "it says when the task is not due"));
    }
    let (when, end) = phrase(chart, next, 0)?;
    let joint = [Sense::And, Sense::To, Sense::Until];
    let end = match phrase(chart, end + 1, 0).filter(|_| chart.any(end, &joint)) {
        Some((_, last)) if chart.at_phrase_start(end + 1) => last,
        _ => end,
    };
    let instead = if when.is_dated() {
        "write by or on before the day on which it is due"
    } else {
        "write by or at before the time at which it is due"
    };
    Some((at..end, instead))
}

/// `in april`, `by march 2028`, `next january`, `in 2028`.
fn bare_month(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    let leads = [
        Sense::In,
        Sense::By,
        Sense::Before,
        Sense::Until,
        Sense::After,
        Sense::Next,
        Sense::This,
        Sense::Late,
    ];
    let is_led = chart.any(at, &leads);
    let start = at + usize::from(is_led);
    if month(chart, start).is_some() {
        let year = year(chart, start + 1);
        let end = start + 1 + usize::from(year.is_some());
        let is_verb = chart.is(start, Sense::Ambiguous) && chart.is(end, Sense::Verbal);
        // "pay taxes april", but not "call April".
        let is_lower = chart
            .get(start)
            .is_some_and(|token| token.text.starts_with(char::is_lowercase));
        let is_last = at > 0 && is_lower && chart.at_line_end(end);
        let clear = (is_led || year.is_some() || is_last) && !is_verb && chart.at_phrase_end(end);
        return clear.then_some((at..end, "write a day too, such as 1 april or end of april"));
    }
    let this = chart.now.today.year();
    let years = this..=this + YEARS_AHEAD;
    let is_year = year(chart, start).is_some_and(|year| years.contains(&year));
    let clear = is_led && !chart.any(at, &[Sense::Next, Sense::This]) && is_year;
    clear.then_some((at..start + 1, "write a day too, such as 1 april 2028"))
}

/// `by 5`, `in 5` at the end of a line or before a day.
fn bare_number(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    let leads = [
        Sense::By,
        Sense::In,
        Sense::Before,
        Sense::After,
        Sense::Until,
    ];
    let is_before_day = || {
        let firm = |item: &Item| item.need == Need::NONE && item.as_day().is_some();
        chart.items(at + 2).iter().any(firm)
    };
    let is_end = chart.at_line_end(at + 2) || is_before_day();
    if !chart.any(at, &leads) || !is_end || !chart.at_phrase_end(at + 2) {
        return None;
    }
    let token = chart.get(at + 1).filter(|token| token.text.len() <= 2)?;
    token.digits().filter(|number| *number < 60)?;
    Some(if chart.is(at, Sense::In) {
        (at..at + 2, "write the unit too, such as in 5 minutes")
    } else {
        (at..at + 2, "write pm, or the minutes too, if it is a time")
    })
}

/// `8:30` and `5pm` that nothing else has.
fn lone_time(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    number(chart, at)?;
    let (_, end) = clock(chart, at, Setting::Behind)?;
    // "the 9am call", but not "the monday 9am".
    if names_time(chart, at) && !chart.at_line_end(end) {
        return None;
    }
    let is_explicit = chart.is_mark(at + 1, ":") || chart.any(end - 1, &[Sense::Am, Sense::Pm]);
    let has_preposition = at
        .checked_sub(1)
        .is_some_and(|last| chart.is(last, Sense::At));
    (is_explicit && !has_preposition).then_some((at..end, "write at before it if it is the time"))
}

/// `3 days later`, `2 hours before` and what is counted from nothing.
fn amount(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    let (_, end) = length(chart, at, false)?;
    let sides = [Sense::Later, Sense::Earlier, Sense::Before, Sense::After];
    (chart.any(end, &sides) && chart.at_line_end(end + 1))
        .then_some((at..end + 1, "write in before it if it counts from now"))
}

/// `12.30` apart from the day of the line.
fn pointed(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    let hour = hour(chart, at).filter(|_| chart.is_mark(at + 1, "."))?;
    let (minute, end) = minutes(chart, at + 1);
    Clock::plain(hour, minute?)?;
    chart
        .at_phrase_end(end)
        .then_some((at..end, "write a colon in it if it is the time"))
}

/// `at 5` before a word that it may count.
fn lone_hour(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    hour(chart, at + 1).filter(|_| chart.is(at, Sense::At))?;
    chart
        .at_phrase_end(at + 2)
        .then_some((at..at + 2, "write the minutes too if it is the time"))
}

/// `50 times` apart from the rule.
fn count(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    number(chart, at).filter(|_| chart.is(at + 1, Sense::Times))?;
    Some((
        at..at + 2,
        "write it right behind the rule if the rule ends after it",
    ))
}

/// `except weekends` without a rule.
fn exception(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    let end = except(chart, at, &mut Repeat::default())?;
    (continues_beyond(chart, end) && chart.at_phrase_end(end))
        .then_some((at..end, "only a rule has exceptions"))
}

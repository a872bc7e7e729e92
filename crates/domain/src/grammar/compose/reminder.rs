//! Reminders in words: `remind me 1 hour before`, `with a reminder 30 min before`, `remind me the evening before`,
//! `remind me tomorrow at 9`.

use std::ops::Range;

use jiff::civil::Time;

use super::chart::Chart;
use crate::grammar::recognise::clock::{Setting, clock};
use crate::grammar::recognise::word::{number, unit_or_letter};
use crate::grammar::resolve::reminder::Lead;
use crate::grammar::token::lexicon::{Sense, Unit};
use crate::reminder::MINUTES_BEFORE_MAX;

/// Reminders in words, and their tokens.
#[derive(Clone, Debug)]
pub(crate) struct Spoken {
    pub(crate) leads: Vec<Lead>,
    pub(crate) tokens: Range<usize>,
}

/// Parts of the day before, and the time at which they remind.
const PARTS: [(&str, Time); 4] = [
    ("morning", Time::constant(9, 0, 0, 0)),
    ("afternoon", Time::constant(14, 0, 0, 0)),
    ("evening", Time::constant(18, 0, 0, 0)),
    ("night", Time::constant(20, 0, 0, 0)),
];

/// Phrases after which a length of time counts back from the due value; longer ones first.
const BEFORE: [&str; 10] = [
    "before it is due",
    "before the due time",
    "before",
    "beforehand",
    "ahead of time",
    "ahead",
    "in advance",
    "earlier",
    "early",
    "prior",
];

/// Phrases for a reminder at the due time itself.
const THEN: [&str; 4] = ["when it is due", "when due", "at the due time", "on time"];

/// Words that may precede the phrase and belong to it.
const JOINTS: [&str; 8] = ["and", "please", "with", "set", "add", "a", "the", "also"];

/// Reads what is said of reminders around the word `remind` or `reminder` at `at`. Nothing before `free` belongs to it.
pub(crate) fn spoken(chart: &Chart<'_>, at: usize, free: usize) -> Option<Spoken> {
    let (after, is_bare) = lead_in(chart, at)?;
    let (leads, end) = leads(chart, after, is_bare)?;
    let start = with_joints(chart, at, free);
    let end = clause(chart, start, end);
    Some(Spoken {
        leads,
        tokens: start..end,
    })
}

/// `1 hour before`, `1 day before and 1 hour before`, and the token after it.
pub(crate) fn leads(chart: &Chart<'_>, at: usize, is_bare: bool) -> Option<(Vec<Lead>, usize)> {
    let (mut leads, mut end) = lead(chart, at, is_bare)?;
    while chart.is(end, Sense::And) || chart.is_mark(end, ",") {
        let Some((more, next)) = lead(chart, end + 1, false) else {
            break;
        };
        leads.extend(more);
        end = next;
    }
    Some((leads, end))
}

/// The first of the words before `at` that belong to the phrase.
fn with_joints(chart: &Chart<'_>, at: usize, free: usize) -> usize {
    let mut start = at;
    while let Some(last) = start.checked_sub(1).filter(|last| *last >= free) {
        let is_joint = JOINTS
            .iter()
            .any(|word| chart.match_name(last, word).is_some());
        if !is_joint {
            break;
        }
        start = last;
    }
    start
}

/// The token at which the task begins behind a reminder: "remind me 1 day before to call" begins it behind "to".
pub(crate) fn clause(chart: &Chart<'_>, start: usize, end: usize) -> usize {
    end + usize::from(start == 0 && chart.is(end, Sense::To))
}

/// Whether a reminder is requested here, next to something else.
pub(crate) fn is_asked(chart: &Chart<'_>, at: usize) -> bool {
    at > 0
        && is_word(chart, at)
        && chart.at_phrase_start(at)
        && chart.match_name(at, "remind me").is_some()
}

/// The words that ask for a reminder at a time that follows them: `remind me`, `with a reminder`, `reminder:`.
pub(crate) fn request(chart: &Chart<'_>, at: usize, free: usize) -> Option<Range<usize>> {
    let (next, is_bare) = lead_in(chart, at)?;
    let start = with_joints(chart, at, free);
    // "write a reminder tomorrow" is about a reminder.
    let is_set = (start..at).any(|word| {
        ["with", "set", "add"]
            .iter()
            .any(|verb| chart.match_name(word, verb).is_some())
    });
    let is_marked = next
        .checked_sub(1)
        .is_some_and(|last| chart.is_mark(last, ":"));
    (!is_bare || is_set || is_marked).then_some(start..next)
}

/// `remind me to` at the beginning of a line, which asks for a reminder when the task is due.
pub(crate) fn opening(chart: &Chart<'_>, at: usize) -> Option<Range<usize>> {
    if !is_word(chart, at) {
        return None;
    }
    let next = chart.match_name(at, "remind me")?;
    let start = with_joints(chart, at, 0);
    (start == 0 && chart.is(next, Sense::To)).then_some(0..next + 1)
}

/// Whether a token may be `remind` or `reminder`, which nearly none is.
fn is_word(chart: &Chart<'_>, at: usize) -> bool {
    chart.get(at).is_some_and(|token| {
        matches!(token.text.len(), 6 | 8) && token.text.starts_with(['r', 'R'])
    })
}

/// The token after `remind me` or `reminder:`; whether it says no more than that.
fn lead_in(chart: &Chart<'_>, at: usize) -> Option<(usize, bool)> {
    if !is_word(chart, at) || !chart.at_phrase_start(at) {
        return None;
    }
    let (next, is_bare) = if let Some(next) = chart.match_name(at, "remind me") {
        (next, false)
    } else {
        let next = chart
            .match_name(at, "remind")
            .or_else(|| chart.match_name(at, "reminder"))?;
        (next, true)
    };
    Some((next + usize::from(chart.is_mark(next, ":")), is_bare))
}

/// One length of time or part of a day, and the token after it.
fn lead(chart: &Chart<'_>, at: usize, is_bare: bool) -> Option<(Vec<Lead>, usize)> {
    if let Some(next) = THEN.iter().find_map(|words| chart.match_name(at, words)) {
        return Some((vec![Lead::Minutes(0)], next));
    }
    part_of_day(chart, at)
        .map(|(lead, next)| (vec![lead], next))
        .or_else(|| lengths(chart, at, is_bare))
}

/// `the evening before`, `the day before at 6pm`.
fn part_of_day(chart: &Chart<'_>, at: usize) -> Option<(Lead, usize)> {
    let named = chart
        .match_name(at, "the")
        .or_else(|| chart.match_name(at, "on the"))
        .unwrap_or(at);
    let (time, next) = PARTS
        .iter()
        .find_map(|(word, time)| Some((*time, chart.match_name(named, word)?)))?;
    let next = chart.match_name(next, "before")?;
    let (time, next) = at_clock(chart, next).unwrap_or((time, next));
    Some((Lead::Days(1, time), next))
}

fn at_clock(chart: &Chart<'_>, at: usize) -> Option<(Time, usize)> {
    let (clock, next) = chart
        .is(at, Sense::At)
        .then(|| clock(chart, at, Setting::Behind))??;
    Some((clock.likely(), next))
}

/// `1 hour before`, `30m`, `a day before at 9`, `1 day and 1 hour before`.
fn lengths(chart: &Chart<'_>, at: usize, is_bare: bool) -> Option<(Vec<Lead>, usize)> {
    let (minutes, days, is_short, mut next) = length(chart, at)?;
    let mut leads = vec![Lead::Minutes(minutes)];
    if chart.is(next, Sense::And)
        && let Some((more, _, _, after)) = length(chart, next + 1)
        && BEFORE
            .iter()
            .any(|words| chart.match_name(after, words).is_some())
    {
        leads.push(Lead::Minutes(more));
        next = after;
    }
    let before = BEFORE
        .iter()
        .find_map(|words| chart.match_name(next, words));
    let Some(before) = before else {
        let is_whole =
            chart.at_phrase_end(next) && (is_short || chart.at_line_end(next) && is_bare);
        return is_whole.then_some((leads, next));
    };
    if let (Some(days), Some((time, end))) = (days, at_clock(chart, before)) {
        leads.pop();
        leads.push(Lead::Days(days, time));
        return Some((leads, end));
    }
    Some((leads, before))
}

/// A length of time: its minutes, its days if it is counted in them, whether it is written with a letter.
fn length(chart: &Chart<'_>, at: usize) -> Option<(u32, Option<u32>, bool, usize)> {
    if let Some(next) = ["half an hour", "half hour", "a half hour"]
        .iter()
        .find_map(|words| chart.match_name(at, words))
    {
        return Some((30, None, false, next));
    }
    let articles = ["a", "an", "the"];
    let (count, next) = match articles.iter().find_map(|word| chart.match_name(at, word)) {
        Some(next) => (1, next),
        None => (number(chart, at)?, at + 1),
    };
    let is_short = chart.joined_to_previous(next) && chart.get(next)?.text.len() == 1;
    let (unit, next) = unit_or_letter(chart, next)?;
    let (minutes, days) = match unit {
        Unit::Minute => (1, None),
        Unit::Hour => (60, None),
        Unit::Day => (24 * 60, Some(1)),
        Unit::Week => (7 * 24 * 60, Some(7)),
        _ => return None,
    };
    let minutes = count
        .checked_mul(minutes)
        .filter(|minutes| *minutes <= MINUTES_BEFORE_MAX)?;
    Some((
        minutes,
        days.map(|days: u32| days.saturating_mul(count)),
        is_short,
        next,
    ))
}

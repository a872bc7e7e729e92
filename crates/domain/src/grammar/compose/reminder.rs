//! Reminders in words: `remind me 1 hour before`, `with a reminder 30 min before`, `remind me the evening before`,
//! `remind me tomorrow at 9`.

use std::ops::Range;

use jiff::civil::Time;

use super::chart::Chart;
use super::link::is_separator;
use crate::grammar::meaning::time::Clock;
use crate::grammar::meaning::when::When;
use crate::grammar::recognise::clock::{Setting, clock};
use crate::grammar::recognise::word::{number, unit, unit_or_letter};
use crate::grammar::resolve::reminder::Lead;
use crate::grammar::token::lexicon::{Sense, Unit};
use crate::reminder::{DATE_ONLY_TIME, MINUTES_BEFORE_MAX};

/// Reminders in words, and their tokens.
#[derive(Clone, Debug)]
pub(crate) struct Spoken {
    pub(crate) leads: Leads,
    pub(crate) tokens: Range<usize>,
}

/// Reminders that count from the due value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Leads {
    pub(crate) list: Vec<Lead>,
    /// Other likely readings, for a person.
    pub(crate) doubts: Vec<String>,
}

impl Leads {
    /// A reminder at the due time itself.
    pub(crate) fn at_due() -> Self {
        Self {
            list: vec![Lead::Minutes(0)],
            doubts: Vec::new(),
        }
    }
}

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

/// Phrases for the day on which the task is due.
const SAME_DAY: [&str; 5] = [
    "on the day itself",
    "on the same day",
    "the same day",
    "the day of",
    "on the day",
];

/// The words that ask for a reminder; whether a time right behind them is always its own.
const REQUESTS: [(&str, bool); 7] = [
    ("remind me", true),
    ("notify me", true),
    ("alert me", true),
    ("remind", false),
    ("reminder", false),
    ("reminders", false),
    ("alert", false),
];

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
pub(crate) fn leads(chart: &Chart<'_>, at: usize, is_bare: bool) -> Option<(Leads, usize)> {
    let mut leads = Leads::default();
    let mut end = lead(chart, at, is_bare, &mut leads)?;
    while chart.is(end, Sense::And) || chart.is_mark(end, ",") || chart.is_mark(end, "&") {
        let Some(next) = lead(chart, end + 1, false, &mut leads) else {
            break;
        };
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

/// The words that ask for a reminder at a time that follows them: `remind me`, `with a reminder`, `reminder:`, and
/// behind a date `reminder` alone. Nothing before `free` belongs to them; `is_dated` if a date was taken before.
pub(crate) fn request(
    chart: &Chart<'_>,
    at: usize,
    free: usize,
    is_dated: bool,
) -> Option<Range<usize>> {
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
    // "party sat 8pm, reminder thursday".
    let is_behind = is_dated && (start == free || is_separator(chart, start - 1));
    (!is_bare || is_set || is_marked || is_behind).then_some(start..next)
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

/// Whether a token may be `remind`, `reminder` or another such word, which nearly none is.
fn is_word(chart: &Chart<'_>, at: usize) -> bool {
    chart.get(at).is_some_and(|token| {
        (5..=9).contains(&token.text.len())
            && token.text.starts_with(['r', 'R', 'a', 'A', 'n', 'N'])
    })
}

/// The token after `remind me` or `reminder:`; whether it says no more than that.
fn lead_in(chart: &Chart<'_>, at: usize) -> Option<(usize, bool)> {
    if !is_word(chart, at) || !chart.at_phrase_start(at) {
        return None;
    }
    let (next, is_bare) = REQUESTS
        .iter()
        .find_map(|(words, is_clear)| Some((chart.match_name(at, words)?, !is_clear)))?;
    Some((next + usize::from(chart.is_mark(next, ":")), is_bare))
}

/// Adds one length of time or part of a day, and returns the token after it.
fn lead(chart: &Chart<'_>, at: usize, is_bare: bool, leads: &mut Leads) -> Option<usize> {
    if let Some(next) = THEN.iter().find_map(|words| chart.match_name(at, words)) {
        leads.list.push(Lead::Minutes(0));
        return Some(next);
    }
    part_of_day(chart, at, leads)
        .or_else(|| same_day(chart, at, leads))
        .or_else(|| lengths(chart, at, is_bare, leads))
}

/// `the evening before`, `the evening before at 8`, `the morning of`.
fn part_of_day(chart: &Chart<'_>, at: usize, leads: &mut Leads) -> Option<usize> {
    let named = ["the", "on the", "in the"]
        .iter()
        .find_map(|words| chart.match_name(at, words))
        .unwrap_or(at);
    let hour = chart.sense(named, |sense| match sense {
        Sense::Part(hour) => Some(hour),
        _ => None,
    })?;
    let part = Time::new(hour, 0, 0, 0).ok()?;
    let (days, next) = match chart.match_name(named + 1, "before") {
        Some(next) => (1, next),
        None => (0, chart.match_name(named + 1, "of")?),
    };
    let said = at_clock(chart, next);
    let end = said.map_or(next, |(_, end)| end);
    if days == 0 && !chart.at_line_end(end) && !is_separator(chart, end) {
        // "the morning of the party" may be another day.
        return None;
    }
    let when = When {
        clock: said.map(|(clock, _)| clock),
        part: Some(part),
        ..When::default()
    };
    let (time, is_after) = when.time();
    // "the night before at 1" is on the day itself.
    let days = if is_after { 0 } else { days };
    leads.list.push(Lead::Days(days, time?));
    Some(end)
}

/// `on the day`, `the same day at 8`.
fn same_day(chart: &Chart<'_>, at: usize, leads: &mut Leads) -> Option<usize> {
    let next = SAME_DAY
        .iter()
        .find_map(|words| chart.match_name(at, words))?;
    if chart.any(next, &[Sense::Before, Sense::After]) {
        return None;
    }
    let (time, end) = match at_clock(chart, next) {
        Some((clock, end)) => {
            leads.doubts.extend(clock.early_doubt());
            (clock.likely(), end)
        }
        None => (DATE_ONLY_TIME, next),
    };
    leads.list.push(Lead::Days(0, time));
    Some(end)
}

fn at_clock(chart: &Chart<'_>, at: usize) -> Option<(Clock, usize)> {
    chart
        .is(at, Sense::At)
        .then(|| clock(chart, at, Setting::Behind))?
}

/// `1 hour before`, `30m`, `a day before at 9`, `1 day and 1 hour before`.
fn lengths(chart: &Chart<'_>, at: usize, is_bare: bool, leads: &mut Leads) -> Option<usize> {
    let (minutes, days, is_short, mut next) = length(chart, at)?;
    let mut list = vec![Lead::Minutes(minutes)];
    if chart.is(next, Sense::And)
        && let Some((more, _, _, after)) = length(chart, next + 1)
        && BEFORE
            .iter()
            .any(|words| chart.match_name(after, words).is_some())
    {
        list.push(Lead::Minutes(more));
        next = after;
    }
    let before = BEFORE
        .iter()
        .find_map(|words| chart.match_name(next, words));
    let Some(before) = before else {
        let is_whole =
            chart.at_phrase_end(next) && (is_short || chart.at_line_end(next) && is_bare);
        is_whole.then_some(())?;
        leads.list.extend(list);
        return Some(next);
    };
    if let (Some(days), Some((clock, end))) = (days, at_clock(chart, before)) {
        list.pop();
        list.push(Lead::Days(days, clock.likely()));
        leads.doubts.extend(clock.early_doubt());
        leads.list.extend(list);
        return Some(end);
    }
    leads.list.extend(list);
    Some(before)
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
        // "day before".
        None if unit(chart, at).is_some() && chart.is(at + 1, Sense::Before) => (1, at),
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

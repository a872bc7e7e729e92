//! The last look at what stayed in the title: whatever alone would be a time, a day, a length of time or a zone is
//! named, however it is glued to what stands around it.

use std::ops::Range;

use super::found::{Known, Leftover, Said};
use crate::grammar::compose::chart::Chart;
use crate::grammar::compose::link::is_separator;
use crate::grammar::compose::weak::is_clear_time;
use crate::grammar::recognise::clock::{Setting, clock};
use crate::grammar::recognise::figures::slashed;
use crate::grammar::recognise::length::length;
use crate::grammar::recognise::surroundings::names_time;
use crate::grammar::recognise::word::{unit, unit_or_letter};
use crate::grammar::recognise::zone::{place, zone};
use crate::grammar::token::Token;
use crate::grammar::token::lexicon::{Sense, Unit};

/// What may be written instead of a stretch of time without a day.
const STRETCH: &str = "write a day of it, such as friday or 20 march";

/// Stretches of time that name no day.
const STRETCHES: [&str; 16] = [
    "later this week",
    "later this month",
    "later this year",
    "in the new year",
    "this spring",
    "this summer",
    "this autumn",
    "this winter",
    "next spring",
    "next summer",
    "next autumn",
    "next winter",
    "in spring",
    "in summer",
    "in autumn",
    "in winter",
];

/// What may be written instead of an hour.
const HOUR: &str = "write at before it if it is the time";

/// The tokens that the words of the date and the rule touch.
pub(super) struct Sides {
    /// For each token whether only marks stand between it and such words before it.
    behind: Vec<bool>,
    /// For each token whether such words begin at it.
    ahead: Vec<bool>,
}

impl Sides {
    pub(super) fn new(chart: &Chart<'_>, dates: &[Range<usize>]) -> Self {
        let mut behind = vec![false; chart.list.len() + 1];
        let mut ahead = behind.clone();
        for date in dates {
            if let Some(end) = behind.get_mut(date.end) {
                *end = true;
            }
            if let Some(start) = ahead.get_mut(date.start) {
                *start = true;
            }
        }
        let mut is_behind = false;
        for (at, slot) in behind.iter_mut().enumerate() {
            let is_joined = is_behind && at > 0 && is_separator(chart, at - 1);
            is_behind = *slot || is_joined;
            *slot = is_behind;
        }
        Self { behind, ahead }
    }

    fn is_behind(&self, at: usize) -> bool {
        self.behind.get(at).copied().unwrap_or_default()
    }

    fn is_ahead(&self, at: usize) -> bool {
        self.ahead.get(at).copied().unwrap_or_default()
    }
}

/// Such a piece at a token. `dates` are the words of the date and the rule.
pub(super) fn net(chart: &Chart<'_>, at: usize, known: Known, dates: &Sides) -> Option<Leftover> {
    let token = chart.get(at).filter(|token| !token.literal)?;
    let has_time = matches!(known.due, Said::DayAndTime | Said::LoneTime);
    let is_dated = matches!(known.due, Said::Day | Said::DayAndTime);
    if token.spaced || at == 0 {
        let found = run(chart, at)
            .or_else(|| stretch(chart, at).filter(|_| !is_dated))
            .or_else(|| part_of_day(chart, at).filter(|_| known.due == Said::Nothing))
            .or_else(|| counted(chart, at).filter(|_| !is_dated))
            .or_else(|| glued(chart, at, known))
            .or_else(|| completed(chart, at).filter(|_| known.due == Said::Nothing))
            .or_else(|| heading(chart, at).filter(|_| known.due == Said::Nothing))
            .or_else(|| cron(chart, at));
        if found.is_some() {
            return found;
        }
    }
    if token.is_plain() {
        return None;
    }
    duration(chart, at, dates)
        .filter(|_| has_time)
        .or_else(|| zone_of(chart, at).filter(|_| has_time))
        .or_else(|| hours(chart, at, dates))
        .or_else(|| time(chart, at).filter(|_| !has_time))
}

/// A run of text such as `T17:00`, `2027-W03-1`, `FREQ=DAILY` or `semi-annually`.
fn run(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    let first = chart.get(at)?;
    let begins = first.text.bytes().next()?;
    if !matches!(
        begins,
        b'T' | b'F' | b'R' | b's' | b'S' | b'!' | b'#' | b'1'..=b'2'
    ) {
        return None;
    }
    let end = (at + 1..chart.list.len())
        .find(|next| !chart.joined_to_previous(*next))
        .unwrap_or(chart.list.len());
    let run = chart.text.get(chart.span(&(at..end)))?;
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let hour = |text: &str| {
        text.split_once(':')
            .is_some_and(|(hour, _)| is_digits(hour))
    };
    let is_week = |text: &str| {
        text.split_once("-W")
            .is_some_and(|(year, week)| year.len() == 4 && is_digits(year) && week.len() <= 4)
    };
    let instead = if run.strip_prefix('T').is_some_and(hour) {
        "write the time without T"
    } else if is_week(run) {
        "write a date, such as 2027-01-18"
    } else if run.starts_with("FREQ=") || run.starts_with("RRULE:") {
        "write the rule in words, such as every day"
    } else if run.to_ascii_lowercase().starts_with("semi-") && is_adverb(run) {
        "write for example every 6 months"
    } else if run.strip_prefix('!').is_some_and(|rest| {
        let unit = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        unit.len() < rest.len() && matches!(unit, "m" | "h" | "d" | "w")
    }) {
        "a reminder is at most a year before"
    } else if run.strip_prefix('#').is_some_and(|rest| {
        rest.starts_with(['"', '“', '[']) || rest.starts_with(|c: char| !c.is_ascii())
    }) {
        "a tag begins with a letter, or has its name between quotation marks"
    } else {
        return None;
    };
    Some((at..end, instead))
}

/// `9am#home`, `5pm(`: a time glued to a mark that parts nothing.
fn glued(chart: &Chart<'_>, at: usize, known: Known) -> Option<Leftover> {
    chart.get(at)?.digits()?;
    let has_time = matches!(known.due, Said::DayAndTime | Said::LoneTime);
    if let Some((_, end)) = clock(chart, at, Setting::Behind).filter(|_| !has_time) {
        let is_half = chart.any(end - 1, &[Sense::Am, Sense::Pm]);
        return is_half.then_some((at..end, HOUR));
    }
    // "5pm(@friday)", "9am#home": the mark behind hides the end of the time.
    let is_half = chart.any(at + 1, &[Sense::Am, Sense::Pm]) && chart.joined_to_previous(at + 2);
    (is_half && !has_time).then_some((at..at + 2, HOUR))
}

/// `semi-annually` and the like.
fn is_adverb(run: &str) -> bool {
    let lower = run.to_ascii_lowercase();
    let word = lower.trim_end_matches([',', '.', ';', ':', '!', '?', ')']);
    ["annually", "annual", "monthly", "weekly", "yearly"]
        .iter()
        .any(|adverb| word.strip_prefix("semi-") == Some(adverb))
}

/// `later this week`, `this summer`.
fn stretch(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    let end = STRETCHES
        .iter()
        .find_map(|words| chart.match_name(at, words))?;
    chart.at_phrase_end(end).then_some((at..end, STRETCH))
}

/// `evening` and `late afternoon` at the end of a line, `afternoon of next friday`.
fn part_of_day(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    let is_late = chart.is(at, Sense::Late) || chart.match_name(at, "early").is_some();
    let start = at + usize::from(is_late);
    let part = |sense| matches!(sense, Sense::Part(_)).then_some(());
    chart.sense(start, part)?;
    let of = start + 1 + usize::from(chart.is(start + 1, Sense::Of));
    if of > start + 1 {
        let is_day = chart.items(of).iter().find(|item| item.as_day().is_some());
        return is_day.map(|day| (at..day.end, "write the day first, such as friday afternoon"));
    }
    // "good evening", "Monday Night", but not "Eve".
    let is_word = chart.get(start)?.text.len() > 5;
    (at > 0 && is_word && chart.at_line_end(start + 1))
        .then_some((at..start + 1, "write the day too, such as this evening"))
}

/// `in 99999 days`, `in -3 days`, `in 2.5 days`, `in half a year`.
fn counted(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    chart.is(at, Sense::In).then_some(())?;
    let mut next = at + 1;
    if chart.match_name(next, "half a").is_some() || chart.match_name(next, "half an").is_some() {
        next += 2;
    } else {
        let is_figures = |at: usize| {
            chart.get(at).is_some_and(|token| {
                token
                    .text
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || b"-.".contains(&byte))
            })
        };
        while next < at + 5 && is_figures(next) {
            next += 1;
        }
        (next > at + 1).then_some(())?;
    }
    let (_, end) = unit(chart, next)?;
    let instead = "write a whole number, such as in 3 days";
    chart.at_phrase_end(end).then_some((at..end, instead))
}

/// `3 days after completion`.
fn completed(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    let (_, end) = length(chart, at, false)?;
    let end = chart.match_name(end, "after completion")?;
    Some((at..end, "write for example every! 3 days"))
}

/// `14/4,` in front of a line without a day.
fn heading(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    let end = slashed(chart, at).filter(|end| at == 0 && chart.is_mark(*end, ","))?;
    Some((at..end, "write on before it if it is the day"))
}

/// `0 9 * * 1-5`.
fn cron(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    chart.get(at)?.digits()?;
    let rest = chart.text.get(chart.get(at)?.start..)?;
    let mut fields = rest.split_whitespace();
    let is_field = |field: &str| {
        field
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"*/,-".contains(&byte))
    };
    let five: Vec<&str> = fields.by_ref().take(5).collect();
    let is_cron = five.len() == 5 && five.iter().all(|field| is_field(field));
    if !is_cron || !five.contains(&"*") {
        return None;
    }
    let last = five.last()?;
    let end = last.as_ptr().addr() - chart.text.as_ptr().addr() + last.len();
    let next = chart.list.partition_point(|token| token.start < end);
    Some((
        at..next,
        "write the rule in words, such as every workday at 9",
    ))
}

/// `for 0 min`, and a length of time behind a date: `friday 5pm 45 minutes clean`.
fn duration(chart: &Chart<'_>, at: usize, dates: &Sides) -> Option<Leftover> {
    let is_led = chart.is(at, Sense::For);
    let is_behind = dates.is_behind(at);
    let start = at + usize::from(is_led);
    let is_number = chart
        .get(start)
        .is_some_and(|token| token.text.bytes().all(|byte| byte.is_ascii_digit()));
    let (unit, unit_end) = unit_or_letter(chart, start + 1).filter(|_| is_number)?;
    let is_short = matches!(unit, Unit::Minute | Unit::Hour);
    let clear = is_short && is_behind && chart.at_phrase_end(unit_end);
    clear.then_some((
        at..unit_end,
        "write a duration from 1 minute to 7 days as for 45m, right behind the time",
    ))
}

/// `London time`, `Europe/Rome` apart from the time.
fn zone_of(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    let end = match place(chart, at) {
        Some((_, end)) => end,
        None => zone(chart, at)
            .filter(|_| !chart.is(at, Sense::In))
            .map(|(_, end)| end)?,
    };
    Some((at..end, "write the zone right behind the time"))
}

/// `9 to 5` and `10 and 11` beside a day, `or 11` behind a time.
fn hours(chart: &Chart<'_>, at: usize, dates: &Sides) -> Option<Leftover> {
    let is_hour = |at: usize| {
        let token = chart.get(at).filter(|token| token.text.len() <= 2);
        token
            .and_then(Token::digits)
            .is_some_and(|hour| (1..=24).contains(&hour))
    };
    let joints = [Sense::To, Sense::And, Sense::Or, Sense::Until];
    if chart.any(at, &[Sense::Or, Sense::And]) && is_hour(at + 1) && dates.is_behind(at) {
        let ends = chart.at_line_end(at + 2);
        return ends.then_some((at..at + 2, "write one time, or a range such as 10-11am"));
    }
    if !is_hour(at) || !chart.any(at + 1, &joints) || !is_hour(at + 2) {
        return None;
    }
    let end = at + 3;
    let is_beside = dates.is_ahead(end) || dates.is_behind(at);
    let counts = chart.is(end, Sense::Counted) || unit(chart, end).is_some();
    (is_beside && !counts && chart.at_phrase_end(end))
        .then_some((at..end, "write a range of times as 9am-5pm"))
}

/// `noon`, `8ish`, `19h`, `half past 9` and what else can hardly be anything but a time.
fn time(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    let end = clock(chart, at, Setting::Behind)
        .filter(|(_, end)| is_clear_time(chart, at, *end))
        .map(|(_, end)| end)?;
    // "the noon show"
    let is_name = names_time(chart, at);
    (!is_name && chart.at_phrase_end(end)).then_some((at..end, HOUR))
}

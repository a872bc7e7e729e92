//! Reminders in words: `remind me 1 hour before`, `with a reminder 30 min before`, `remind me the evening before`,
//! `remind me tomorrow at 9`.

use std::ops::Range;

use jiff::ToSpan;
use jiff::civil::{DateTime, Time};

use super::dates::{Day, ParseContext};
use super::lexicon::{Sense, Unit};
use super::times::clock;
use super::tokens::Tokens;
use super::values::{number, unit_or_letter};
use super::when::When;
use crate::due::resolve;
use crate::reminder::{DATE_ONLY_TIME, MINUTES_BEFORE_MAX};
use crate::{Due, Trigger};

/// When to remind, counted from the due value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Lead {
    /// So many minutes before.
    Minutes(u32),
    /// So many days before, at this time.
    Days(u32, Time),
}

/// Reminders in words, and their tokens.
#[derive(Clone, Debug)]
pub(super) struct Spoken {
    pub(super) leads: Vec<Lead>,
    pub(super) tokens: Range<usize>,
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

impl Lead {
    /// Minutes before the due value; none when the moment is after it or too far off.
    pub(super) fn minutes(self, due: &Due) -> Option<u32> {
        let minutes = match self {
            Self::Minutes(minutes) => minutes,
            Self::Days(days, time) => {
                let base = match due.time() {
                    Some(_) => due.civil(),
                    None => due.date().to_datetime(DATE_ONLY_TIME),
                };
                let day = due.date().checked_sub(jiff::Span::new().days(days)).ok()?;
                u32::try_from(minutes_between(day.to_datetime(time), base)).ok()?
            }
        };
        (minutes <= MINUTES_BEFORE_MAX).then_some(minutes)
    }
}

fn minutes_between(from: DateTime, to: DateTime) -> i64 {
    to.duration_since(from).as_mins()
}

/// Reads what is said of reminders around the word `remind` or `reminder` at `at`. Nothing before `free` belongs to it.
pub(super) fn spoken(tokens: &Tokens<'_>, at: usize, free: usize) -> Option<Spoken> {
    let (after, is_bare) = lead_in(tokens, at)?;
    let (mut leads, mut end) = lead(tokens, after, is_bare)?;
    // "1 day and 1 hour before", "1 day before and 1 hour before".
    while tokens.is(end, Sense::And) || tokens.is_mark(end, ",") {
        let Some((more, next)) = lead(tokens, end + 1, false) else {
            break;
        };
        leads.extend(more);
        end = next;
    }
    let start = with_joints(tokens, at, free);
    end = clause(tokens, start, end);
    Some(Spoken {
        leads,
        tokens: start..end,
    })
}

/// The first of the words before `at` that belong to the phrase.
fn with_joints(tokens: &Tokens<'_>, at: usize, free: usize) -> usize {
    let mut start = at;
    while let Some(last) = start.checked_sub(1).filter(|last| *last >= free) {
        let is_joint = JOINTS
            .iter()
            .any(|word| tokens.match_name(last, word).is_some());
        if !is_joint {
            break;
        }
        start = last;
    }
    start
}

/// The token at which the task begins behind a reminder: "remind me 1 day before to call" begins it behind "to".
pub(super) fn clause(tokens: &Tokens<'_>, start: usize, end: usize) -> usize {
    end + usize::from(start == 0 && tokens.is(end, Sense::To))
}

/// Whether a reminder is requested here, next to something else.
pub(super) fn is_asked(tokens: &Tokens<'_>, at: usize) -> bool {
    at > 0 && tokens.at_phrase_start(at) && tokens.match_name(at, "remind me").is_some()
}

/// The words that ask for a reminder at a time that follows them: `remind me`, `with a reminder`, `reminder:`.
pub(super) fn request(tokens: &Tokens<'_>, at: usize, free: usize) -> Option<Range<usize>> {
    let (next, is_bare) = lead_in(tokens, at)?;
    let start = with_joints(tokens, at, free);
    // "write a reminder tomorrow" is about a reminder.
    let is_set = (start..at).any(|word| {
        ["with", "set", "add"]
            .iter()
            .any(|verb| tokens.match_name(word, verb).is_some())
    });
    let is_marked = next
        .checked_sub(1)
        .is_some_and(|last| tokens.is_mark(last, ":"));
    (!is_bare || is_set || is_marked).then_some(start..next)
}

/// `remind me to` at the beginning of a line, which asks for a reminder when the task is due.
pub(super) fn opening(tokens: &Tokens<'_>, at: usize) -> Option<Range<usize>> {
    let next = tokens.match_name(at, "remind me")?;
    let start = with_joints(tokens, at, 0);
    (start == 0 && tokens.is(next, Sense::To)).then_some(0..next + 1)
}

/// The trigger of a reminder at its own time for a task with a due value, and a note; the error says why it
/// cannot be set. A weekday or a time alone is the last one before the task is due.
pub(super) fn own_time(
    when: &When,
    due: &Due,
    repeats: bool,
    now: &ParseContext,
) -> Result<(Trigger, Option<String>), &'static str> {
    const BEYOND: &str = "is no date within reach";
    if let Some(civil) = last_before(when, due, now) {
        let at = resolve(civil, due.zone_or(&now.zone).rules()).ok_or(BEYOND)?;
        let base = Trigger::Before(0)
            .instant(Some(due), &now.zone)
            .ok_or(BEYOND)?;
        let minutes = u32::try_from(base.duration_since(at).as_mins());
        return match minutes {
            Ok(minutes) if minutes <= MINUTES_BEFORE_MAX => Ok((Trigger::Before(minutes), None)),
            _ if repeats => Err(
                "is after the time at which each task of the series is due; write that time in the rule",
            ),
            _ => Ok((Trigger::Local(civil), None)),
        };
    }
    let trigger = match when.due(now).ok_or(BEYOND)? {
        Due::Date(date) => Trigger::Local(date.to_datetime(DATE_ONLY_TIME)),
        Due::Floating(at) => Trigger::Local(at),
        zoned @ Due::Zoned(..) => Trigger::At(zoned.instant(&now.zone).ok_or(BEYOND)?),
    };
    let at = trigger.instant(None, &now.zone).ok_or(BEYOND)?;
    if at <= now.at {
        return Err("is in the past");
    }
    let base = Trigger::Before(0).instant(Some(due), &now.zone);
    let doubt = if repeats {
        Some("this reminder fires once, although the task repeats")
    } else if base.is_some_and(|base| at > base)
        && at.to_zoned_datetime(now.zone.rules().clone()).date() > due.date()
    {
        Some("this reminder comes after the task is due")
    } else {
        None
    };
    Ok((trigger, doubt.map(str::to_owned)))
}

/// A weekday or a time alone, as the last one before a task is due; none if that has passed, or another day is said.
fn last_before(when: &When, due: &Due, now: &ParseContext) -> Option<DateTime> {
    let (time, is_after) = when.time();
    let is_own = when.whole.is_some() || when.zone.is_some() || when.end_of_day || is_after;
    let (day, step) = match when.day {
        _ if is_own => return None,
        None => (due.date(), 1),
        Some(Day::Weekday(weekday)) => {
            let back = i32::from(weekday.until(due.date().weekday()));
            (due.date().checked_sub(back.days()).ok()?, 7)
        }
        Some(_) => return None,
    };
    let mut at = day.to_datetime(time.unwrap_or(DATE_ONLY_TIME));
    if due.time().is_some() && at > due.civil() {
        at = at.checked_sub(step.days()).ok()?;
    }
    (at > now.today.to_datetime(now.time)).then_some(at)
}

/// The token after `remind me` or `reminder:`; whether it says no more than that.
fn lead_in(tokens: &Tokens<'_>, at: usize) -> Option<(usize, bool)> {
    if !tokens.at_phrase_start(at) {
        return None;
    }
    let (next, is_bare) = if let Some(next) = tokens.match_name(at, "remind me") {
        (next, false)
    } else {
        let next = tokens
            .match_name(at, "remind")
            .or_else(|| tokens.match_name(at, "reminder"))?;
        (next, true)
    };
    Some((next + usize::from(tokens.is_mark(next, ":")), is_bare))
}

/// One length of time or part of a day, and the token after it.
fn lead(tokens: &Tokens<'_>, at: usize, is_bare: bool) -> Option<(Vec<Lead>, usize)> {
    if let Some(next) = THEN.iter().find_map(|words| tokens.match_name(at, words)) {
        return Some((vec![Lead::Minutes(0)], next));
    }
    part_of_day(tokens, at)
        .map(|(lead, next)| (vec![lead], next))
        .or_else(|| lengths(tokens, at, is_bare))
}

/// `the evening before`, `the day before at 6pm`.
fn part_of_day(tokens: &Tokens<'_>, at: usize) -> Option<(Lead, usize)> {
    let named = tokens
        .match_name(at, "the")
        .or_else(|| tokens.match_name(at, "on the"))
        .unwrap_or(at);
    let (time, next) = PARTS
        .iter()
        .find_map(|(word, time)| Some((*time, tokens.match_name(named, word)?)))?;
    let next = tokens.match_name(next, "before")?;
    let (time, next) = at_clock(tokens, next).unwrap_or((time, next));
    Some((Lead::Days(1, time), next))
}

fn at_clock(tokens: &Tokens<'_>, at: usize) -> Option<(Time, usize)> {
    let (clock, next) = tokens
        .is(at, Sense::At)
        .then(|| clock(tokens, at, true))??;
    Some((clock.time, next))
}

/// `1 hour before`, `30m`, `a day before at 9`, `1 day and 1 hour before`.
fn lengths(tokens: &Tokens<'_>, at: usize, is_bare: bool) -> Option<(Vec<Lead>, usize)> {
    let (minutes, days, is_short, mut next) = length(tokens, at)?;
    let mut leads = vec![Lead::Minutes(minutes)];
    if tokens.is(next, Sense::And)
        && let Some((more, _, _, after)) = length(tokens, next + 1)
        && BEFORE
            .iter()
            .any(|words| tokens.match_name(after, words).is_some())
    {
        leads.push(Lead::Minutes(more));
        next = after;
    }
    let before = BEFORE
        .iter()
        .find_map(|words| tokens.match_name(next, words));
    let Some(before) = before else {
        let is_whole =
            tokens.at_phrase_end(next) && (is_short || tokens.at_line_end(next) && is_bare);
        return is_whole.then_some((leads, next));
    };
    if let (Some(days), Some((time, end))) = (days, at_clock(tokens, before)) {
        leads.pop();
        leads.push(Lead::Days(days, time));
        return Some((leads, end));
    }
    Some((leads, before))
}

/// A length of time: its minutes, its days if it is counted in them, whether it is written with a letter.
fn length(tokens: &Tokens<'_>, at: usize) -> Option<(u32, Option<u32>, bool, usize)> {
    if let Some(next) = ["half an hour", "half hour", "a half hour"]
        .iter()
        .find_map(|words| tokens.match_name(at, words))
    {
        return Some((30, None, false, next));
    }
    let articles = ["a", "an", "the"];
    let (count, next) = match articles.iter().find_map(|word| tokens.match_name(at, word)) {
        Some(next) => (1, next),
        None => (number(tokens, at)?, at + 1),
    };
    let is_short = tokens.joined_to_previous(next) && tokens.get(next)?.text.len() == 1;
    let (unit, next) = unit_or_letter(tokens, next)?;
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

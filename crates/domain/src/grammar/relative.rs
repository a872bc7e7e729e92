//! Words that change the date of a task: `an hour later`, `same time next week`, `make it thursday`.

use std::ops::Range;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::compose::build;
use super::compose::chart::Chart;
use super::context::{Context, ParseContext, YEARS};
use super::meaning::day::{Length, Side};
use super::recognise::length::length;
use super::recognise::word::{unit, weekday};
use super::resolve::day::after;
use super::token::Tokens;
use super::token::lexicon::{ENGLISH, Sense, Unit};
use super::token::plain::plain;
use super::whole::{DUE_MAX, ParsedDue, whole_due};
use crate::text::clip;
use crate::{Due, Invalid};

/// Words before a new value that say only that there is one; longer ones first.
const LEADS: [&str; 26] = [
    "actually make it",
    "actually",
    "make it",
    "make that",
    "change it to",
    "change to",
    "move it to",
    "move to",
    "move it",
    "push it to",
    "push to",
    "reschedule to",
    "reschedule for",
    "postpone to",
    "postpone until",
    "postpone till",
    "put it on",
    "shift to",
    "set it to",
    "it is on",
    "it is",
    "it's on",
    "it's",
    "back to",
    "no",
    "to",
];

/// Words before a length of time that goes onwards; longer ones first.
const LATER: [&str; 14] = [
    "postpone it by",
    "postpone by",
    "postpone",
    "delay it by",
    "delay by",
    "delay",
    "push it back by",
    "push it back",
    "push back by",
    "push back",
    "push it",
    "push",
    "snooze for",
    "snooze",
];

/// Words before a length of time that goes back; longer ones first.
const EARLIER: [&str; 6] = [
    "bring it forward by",
    "bring it forward",
    "bring forward by",
    "bring forward",
    "move it up by",
    "move up by",
];

/// Words that keep the time of the task, or its day of the week or month; longer ones first.
const SAME: [&str; 7] = [
    "at the same time",
    "at same time",
    "the same time",
    "the same day",
    "same time",
    "same weekday",
    "same day",
];

/// Most words before a new value.
const LEADS_MAX: usize = 4;

/// Why a length of time says nothing.
const NO_DATE: &str = "counts from the due date of the task, and it has none";

/// Why a date that has passed deserves a look.
const PAST: &str = "this date is in the past";

/// What becomes of the date of a task.
enum Change {
    /// It moves by so much.
    By(Length, Side),
    /// It moves to the next such weekday.
    Following(Weekday),
    /// It moves to what these bytes say, at its time of day.
    Keeping(Range<usize>),
}

/// Reads a due value, like [`whole_due`], for a task that is due at `from`: words may also say how far it moves from
/// there. Fails as it does.
pub fn whole_due_for(
    text: &str,
    from: Option<&Due>,
    context: &Context,
) -> Result<ParsedDue, Invalid> {
    let text = &*plain(text);
    if let Some(moved) = iso_duration(text, from, context) {
        return moved;
    }
    if let Some(from) = from
        && let Some(parsed) = signed(text, from, context)
    {
        return Ok(parsed);
    }
    let refused = match whole_due(text, context) {
        Ok(parsed) => return Ok(parsed),
        Err(refused) => refused,
    };
    if text.len() > DUE_MAX {
        return Err(refused);
    }
    let now = ParseContext::new(context, &ENGLISH);
    let mut rest = text.trim();
    for _ in 0..LEADS_MAX {
        let tokens = Tokens::new(rest, &now, &[]);
        let chart = build::chart(&tokens, &now);
        if let Some(change) = change(&chart) {
            let Some(from) = from else {
                return Err(refuse(text, NO_DATE));
            };
            return changed(rest, change, from, context, &now).ok_or(refused)?;
        }
        match without_lead(&chart) {
            Some(bytes) => rest = rest.get(bytes).unwrap_or_default(),
            None => break,
        }
        if let Ok(parsed) = whole_due(rest, context) {
            return Ok(parsed);
        }
    }
    Err(refused)
}

/// A duration of ISO 8601, such as `P7D` or `-PT90M`: so much later or earlier. The error is that of a task to which it
/// cannot be added.
fn iso_duration(
    text: &str,
    from: Option<&Due>,
    context: &Context,
) -> Option<Result<ParsedDue, Invalid>> {
    let text = text.trim();
    let (side, written) = match text.strip_prefix('-') {
        Some(written) => (Side::Before, written),
        None => (Side::After, text.strip_prefix('+').unwrap_or(text)),
    };
    let length = iso_length(written)?;
    let Some(from) = from else {
        return Some(Err(refuse(text, NO_DATE)));
    };
    let now = ParseContext::new(context, &ENGLISH);
    changed(text, Change::By(length, side), from, context, &now)
}

/// The length that `P1DT2H` says: whole numbers, down to minutes (RFC 3339 appendix A).
fn iso_length(text: &str) -> Option<Length> {
    let text = text.to_ascii_uppercase();
    let mut length = Length::default();
    let mut digits = String::new();
    let mut is_time = false;
    for c in text.strip_prefix('P')?.chars() {
        match c {
            '0'..='9' => digits.push(c),
            'T' if digits.is_empty() && !is_time => is_time = true,
            unit => {
                let unit = match (unit, is_time) {
                    ('Y', false) => Unit::Year,
                    ('M', false) => Unit::Month,
                    ('W', false) => Unit::Week,
                    ('D', false) => Unit::Day,
                    ('H', true) => Unit::Hour,
                    ('M', true) => Unit::Minute,
                    _ => return None,
                };
                length.add(std::mem::take(&mut digits).parse().ok()?, unit)?;
            }
        }
    }
    let is_empty = length.parts.is_empty() && length.minutes == 0;
    (digits.is_empty() && !is_empty).then_some(length)
}

/// `+1 week`, `-2h`: so much later or earlier.
fn signed(text: &str, from: &Due, context: &Context) -> Option<ParsedDue> {
    let text = text.trim();
    let side = match text.bytes().next()? {
        b'+' => Side::After,
        b'-' => Side::Before,
        _ => return None,
    };
    let now = ParseContext::new(context, &ENGLISH);
    let tokens = Tokens::new(text, &now, &[]);
    let chart = build::chart(&tokens, &now);
    let (length, _) = length(&chart, 1, true).filter(|(_, next)| *next == tokens.list.len())?;
    changed(text, Change::By(length, side), from, context, &now)?.ok()
}

/// The text without a word that only says that the value changes: `make it thursday`, `thursday instead`.
fn without_lead(chart: &Chart<'_>) -> Option<Range<usize>> {
    let end = chart.list.len();
    let last = end.checked_sub(1)?;
    if last > 0 && chart.match_name(last, "instead").is_some() {
        return rest(chart, 0, last);
    }
    let next = LEADS
        .iter()
        .find_map(|words| chart.match_name(0, words))
        .filter(|next| *next < end)?;
    let comma = usize::from(chart.is_mark(next, ","));
    rest(chart, next + comma, end)
}

/// The bytes of some tokens, without a mark at their end.
fn rest(chart: &Chart<'_>, from: usize, to: usize) -> Option<Range<usize>> {
    let bytes = chart.span(&(from..to));
    let text = chart.text.get(bytes.clone())?;
    Some(bytes.start..bytes.start + text.trim_end_matches([',', ' ']).len())
}

fn change(chart: &Chart<'_>) -> Option<Change> {
    let end = chart.list.len();
    for (leads, side) in [(&LATER[..], Side::After), (&EARLIER[..], Side::Before)] {
        let lead = leads.iter().find_map(|words| chart.match_name(0, words));
        if let Some((length, next)) = lead.and_then(|next| length(chart, next, true))
            && next == end
        {
            return Some(Change::By(length, side));
        }
    }
    if let Some((length, next)) = length(chart, 0, true)
        && next + 1 == end
    {
        return Some(Change::By(length, side(chart, next)?));
    }
    if let Some(found) = neighbour(chart) {
        return Some(found);
    }
    let same = |at: usize| SAME.iter().find_map(|words| chart.match_name(at, words));
    if let Some(next) = same(0).filter(|next| *next < end) {
        return Some(Change::Keeping(rest(chart, next, end)?));
    }
    let start = (1..end).find(|at| same(*at) == Some(end))?;
    Some(Change::Keeping(rest(chart, 0, start)?))
}

/// The direction of `later` and `earlier` behind a length of time.
fn side(chart: &Chart<'_>, at: usize) -> Option<Side> {
    if chart.any(at, &[Sense::Later, Sense::After]) {
        Some(Side::After)
    } else if chart.any(at, &[Sense::Earlier, Sense::Before])
        || chart.match_name(at, "sooner").is_some()
    {
        Some(Side::Before)
    } else {
        None
    }
}

/// `the next day`, `the day after`, `the following monday`, `the previous week`.
fn neighbour(chart: &Chart<'_>) -> Option<Change> {
    let end = chart.list.len();
    let start = usize::from(chart.is(0, Sense::The));
    let one = |unit: Unit, side: Side| {
        let mut length = Length::default();
        length.add(1, unit)?;
        (length.minutes == 0).then_some(Change::By(length, side))
    };
    if let Some((named, next)) = unit(chart, start)
        && next + 1 == end
    {
        return one(named, side(chart, next)?);
    }
    if chart.is(start, Sense::Following)
        && start + 2 == end
        && let Some(weekday) = weekday(chart, start + 1)
    {
        return Some(Change::Following(weekday));
    }
    let (named, _) = unit(chart, start + 1).filter(|(_, next)| *next == end)?;
    if chart.any(start, &[Sense::Next, Sense::Following]) {
        one(named, Side::After)
    } else if chart.is(start, Sense::Previous) {
        one(named, Side::Before)
    } else {
        None
    }
}

/// The value that a change makes of a task's date; none if the words for it say no date.
fn changed(
    text: &str,
    change: Change,
    from: &Due,
    context: &Context,
    now: &ParseContext,
) -> Option<Result<ParsedDue, Invalid>> {
    let parsed = match change {
        Change::By(length, _) if length.minutes > 0 && from.time().is_none() => {
            return Some(Err(refuse(
                text,
                "counts from the time of the task, and it is due on a date without a time",
            )));
        }
        Change::By(length, side) => shifted(from, &length, side)?.into(),
        Change::Following(weekday) => {
            let days = i32::from(from.date().weekday().until(weekday));
            let days = if days == 0 { 7 } else { days };
            let date = from.date().checked_add(days.days()).ok()?;
            from.at(date.to_datetime(from.civil().time())).into()
        }
        Change::Keeping(bytes) => keeping(text.get(bytes)?, from, context, now)?,
    };
    if !YEARS.contains(&parsed.due.date().year()) {
        return None;
    }
    let is_past = parsed.due.is_overdue(context.now, &context.zone);
    let mut parsed: ParsedDue = parsed;
    parsed.doubts.extend(is_past.then(|| PAST.to_owned()));
    Some(Ok(parsed))
}

/// The value so much later or earlier, on its wall clock.
fn shifted(from: &Due, length: &Length, side: Side) -> Option<Due> {
    let date = after(length, from.date(), side)?;
    let minutes = i64::from(side.sign()) * length.minutes;
    let at = date
        .to_datetime(from.civil().time())
        .checked_add(minutes.minutes())
        .ok()?;
    Some(from.at(at))
}

/// What the words say, at the task's time of day. `next week` is then one week on from its own date, or from the present
/// week if that has passed.
fn keeping(words: &str, from: &Due, context: &Context, now: &ParseContext) -> Option<ParsedDue> {
    let tokens = Tokens::new(words, now, &[]);
    let chart = build::chart(&tokens, now);
    if chart.is(0, Sense::Next)
        && let Some((unit, next)) = unit(&chart, 1)
        && next == chart.list.len()
    {
        let mut length = Length::default();
        length.add(1, unit)?;
        let due = shifted(from, &length, Side::After)?;
        let is_over = due.date() <= now.today && unit == Unit::Week;
        return Some(if is_over {
            let date = now.in_week(1, from.date().weekday())?;
            from.at(date.to_datetime(from.civil().time())).into()
        } else {
            due.into()
        });
    }
    let parsed = whole_due(words, context).ok()?;
    let has_passed = |date: &Date, time| *date == now.today && time <= now.time;
    Some(match (&parsed.due, from.time()) {
        // With the time the words may mean a later day: "friday at 9", said on a Friday at 10.
        (Due::Date(date), Some(time)) if has_passed(date, time) => {
            let timed = whole_due(&format!("{words} {}", time.strftime("%H:%M")), context);
            let date = timed.map_or(*date, |timed| timed.due.date());
            ParsedDue {
                due: from.at(date.to_datetime(time)),
                ..parsed
            }
        }
        (Due::Date(date), Some(time)) => ParsedDue {
            due: from.at(date.to_datetime(time)),
            ..parsed
        },
        _ => parsed,
    })
}

fn refuse(text: &str, why: &str) -> Invalid {
    Invalid::new("/due", "invalid_due", format!("{:?} {why}.", clip(text)))
        .hint("Send a date or time, such as \"friday\" or \"tomorrow at 9\".")
}

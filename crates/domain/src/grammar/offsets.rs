//! Days counted from another: `in 3 days`, `2 weeks from monday`, `3 days before christmas`, `in 1h30`.

use jiff::ToSpan;
use jiff::civil::Date;

use super::bounds::bound;
use super::dates::{DateExpr, Day, LAST_YEAR, ParseContext, ParsedDate, written};
use super::lexicon::{Sense, Unit};
use super::monthdays::month_day;
use super::named_days::named_day;
use super::numeric::numeric;
use super::ordinals::nth;
use super::tokens::Tokens;
use super::values::{amount, number, unit, unit_or_letter, weekday};
use crate::Due;

/// Most parts of one length: `1 year, 2 months and 3 days`.
const PARTS_MAX: usize = 5;

/// Reads a day, or a moment, counted from another.
pub(super) fn offset(tokens: &Tokens<'_>, at: usize, now: &ParseContext) -> Option<ParsedDate> {
    if tokens.is(at, Sense::In) {
        let found = in_length(tokens, at + 1, now)?;
        // "in two weeks from monday".
        let from = counted(tokens, at + 1, now).filter(|_| tokens.is(found.next, Sense::From));
        return from.or(Some(found));
    }
    the_day_beside(tokens, at, now).or_else(|| counted(tokens, at, now))
}

/// A length of time as it was said.
#[derive(Default)]
struct Length {
    parts: Vec<(i32, Unit)>,
    minutes: i64,
    rough: bool,
}

impl Length {
    fn add(&mut self, count: u32, unit: Unit) -> Option<()> {
        match unit {
            Unit::Second | Unit::Weekend => return None,
            Unit::Minute => self.minutes += i64::from(count),
            Unit::Hour => self.minutes += 60 * i64::from(count),
            unit => self.parts.push((i32::try_from(count).ok()?, unit)),
        }
        Some(())
    }

    /// The day at this distance after `from`, or before it; hours do not count.
    fn from(&self, from: Date, sign: i32) -> Option<Date> {
        let mut date = from;
        for (count, unit) in &self.parts {
            date = unit.after(date, sign * count)?;
        }
        (date.year() <= LAST_YEAR).then_some(date)
    }
}

/// `3 days`, `1 year and 2 months`, `1h30`, `1.5 hours`, `an hour and a half`, `half an hour`.
fn length(tokens: &Tokens<'_>, at: usize, letters: bool) -> Option<(Length, usize)> {
    let mut length = Length::default();
    // "half an hour", "a half hour".
    let article = |at: usize| usize::from(number(tokens, at) == Some(1));
    let half = at + article(at);
    let of = half + 1 + if half == at { article(half + 1) } else { 0 };
    if tokens.is(half, Sense::Half) && unit(tokens, of) == Some((Unit::Hour, of + 1)) {
        length.minutes = 30;
        return Some((length, of + 1));
    }
    let mut end = None;
    let mut next = at;
    for _ in 0..PARTS_MAX {
        let Some((count, unit, half, after)) = part(tokens, next, letters, &mut length) else {
            break;
        };
        length.add(count, unit)?;
        length.minutes += half;
        end = Some(after);
        if unit == Unit::Hour {
            if tokens.is(after, Sense::And)
                && number(tokens, after + 1) == Some(1)
                && tokens.is(after + 2, Sense::Half)
            {
                length.minutes += 30;
                return Some((length, after + 3));
            }
            let rest = tokens
                .get(after)
                .filter(|token| !token.spaced && token.text.len() == 2)
                .and_then(super::tokens::Token::digits)
                .filter(|minutes| *minutes < 60);
            if let Some(minutes) = rest.filter(|_| unit_or_letter(tokens, after + 1).is_none()) {
                length.minutes += i64::from(minutes);
                return Some((length, after + 1));
            }
        }
        let comma = after + usize::from(tokens.is_mark(after, ","));
        next = comma + usize::from(tokens.is(comma, Sense::And));
    }
    end.map(|end| (length, end))
}

/// One part of a length: a count, its unit, and the minutes of a broken hour.
fn part(
    tokens: &Tokens<'_>,
    at: usize,
    letters: bool,
    length: &mut Length,
) -> Option<(u32, Unit, i64, usize)> {
    let (count, rough, next) = amount(tokens, at)?;
    // "2 and a half hours".
    let half = tokens.is(next, Sense::And)
        && number(tokens, next + 1) == Some(1)
        && tokens.is(next + 2, Sense::Half);
    if half {
        let (unit, next) = unit(tokens, next + 3).filter(|(unit, _)| *unit == Unit::Hour)?;
        return Some((count, unit, 30, next));
    }
    let tenths = tokens
        .get(next + 1)
        .filter(|token| !token.spaced && token.text.len() == 1)
        .and_then(super::tokens::Token::digits)
        .filter(|_| tokens.is_mark(next, ".") && tokens.joined_to_previous(next));
    let unit_at = if tenths.is_some() { next + 2 } else { next };
    let (unit, next) = if letters {
        unit_or_letter(tokens, unit_at)?
    } else {
        unit(tokens, unit_at)?
    };
    let broken = match tenths {
        Some(tenths) if unit == Unit::Hour => 6 * i64::from(tenths),
        Some(_) => return None,
        None => 0,
    };
    length.rough |= rough;
    Some((count, unit, broken, next))
}

fn in_length(tokens: &Tokens<'_>, at: usize, now: &ParseContext) -> Option<ParsedDate> {
    let (length, next) = length(tokens, at, true)?;
    // "in 2 days' time".
    let mark =
        tokens.joined_to_previous(next) && (tokens.is_mark(next, "'") || tokens.is_mark(next, "’"));
    let time = next + usize::from(mark);
    let next = if tokens.is(time, Sense::Time) {
        time + 1
    } else {
        next
    };
    let mut found = if length.minutes > 0 {
        let days = length.from(now.today, 1)?;
        ParsedDate::new(DateExpr::Exact(elapsed(days, length.minutes, now)?), next)
    } else {
        let date = length.from(now.today, 1)?;
        let weeks = length
            .parts
            .iter()
            .all(|(_, unit)| matches!(unit, Unit::Week | Unit::Fortnight));
        match weekday(tokens, next + 1).filter(|_| weeks && tokens.is(next, Sense::On)) {
            // "in 2 weeks on friday" is the Friday of that week.
            Some(weekday) => {
                let into = i32::from(now.week_start.until(weekday));
                let soonest = date.checked_sub(4.days()).ok()?;
                let date = now.week_of(date)?.checked_add(into.days()).ok()?;
                // On a Sunday the Monday of the next week is no week away.
                let late = i32::from(date <= soonest);
                let date = date.checked_add((7 * late).days()).ok()?;
                ParsedDate::day(Day::On(date), next + 2)
            }
            None => ParsedDate::day(Day::On(date), next),
        }
    };
    if length.rough {
        found.doubt = Some("the number for 'a few' is a guess".to_owned());
    }
    Some(found)
}

/// `3 days from now`, `a week from friday`, `a week on friday`, `2 days before 1 dec`.
fn counted(tokens: &Tokens<'_>, at: usize, now: &ParseContext) -> Option<ParsedDate> {
    amount(tokens, at)?;
    let (length, next) = length(tokens, at, false)?;
    if tokens.is(next, Sense::From) && tokens.is(next + 1, Sense::Now) {
        let date = length.from(now.today, 1)?;
        return Some(if length.minutes > 0 {
            ParsedDate::new(
                DateExpr::Exact(elapsed(date, length.minutes, now)?),
                next + 2,
            )
        } else {
            ParsedDate::day(Day::On(date), next + 2)
        });
    }
    (length.minutes == 0).then_some(())?;
    if let Some((day, next)) = onwards(tokens, at, next, &length, now) {
        let date = length.from(day.from(now.today)?, 1)?;
        return Some(ParsedDate::day(Day::On(date), next));
    }
    let week = matches!(length.parts.as_slice(), [(_, Unit::Week | Unit::Fortnight)]);
    if week && tokens.is(next, Sense::On) {
        let weekday = weekday(tokens, next + 1)?;
        let date = length.from(Day::Weekday(weekday).from(now.today)?, 1)?;
        return Some(ParsedDate::day(Day::On(date), next + 2));
    }
    let sign = if tokens.any(next, &[Sense::From, Sense::After]) {
        1
    } else if tokens.is(next, Sense::Before) {
        -1
    } else {
        return None;
    };
    let start = next + 1;
    let (day, next) = anchor(tokens, start, now)?;
    let mut found = first_upcoming(day, now, |date| length.from(date, sign))?;
    // "2 days before month end" on the last day of a month is about the next one.
    if let Day::On(edge) = day
        && found < now.today
        && edge >= now.today
        && written(tokens, start).is_none()
    {
        let later = ParseContext {
            today: edge.tomorrow().ok()?,
            ..now.clone()
        };
        let (day, _) = anchor(tokens, start, &later)?;
        found = first_upcoming(day, now, |date| length.from(date, sign))
            .filter(|date| *date >= now.today)
            .unwrap_or(found);
    }
    Some(ParsedDate {
        doubt: length
            .rough
            .then(|| "the number for 'a few' is a guess".to_owned()),
        ..ParsedDate::day(Day::On(found), next)
    })
}

/// `a week tuesday`, `2 weeks today`, `a month tomorrow`: counted from the day behind.
fn onwards(
    tokens: &Tokens<'_>,
    at: usize,
    next: usize,
    length: &Length,
    now: &ParseContext,
) -> Option<(Day, usize)> {
    let long = |unit: &Unit| {
        matches!(
            unit,
            Unit::Week | Unit::Fortnight | Unit::Month | Unit::Year
        )
    };
    let led = at
        .checked_sub(1)
        .is_some_and(|last| tokens.any(last, &[Sense::For, Sense::In]));
    let whole = matches!(length.parts.as_slice(), [(_, unit)] if long(unit));
    if led || !whole || length.rough || !tokens.at_line_end(next + 1) {
        return None;
    }
    if tokens.is(next, Sense::Today) {
        return Some((Day::On(now.today), next + 1));
    }
    if tokens.is(next, Sense::Tomorrow) {
        return Some((Day::On(now.today.tomorrow().ok()?), next + 1));
    }
    Some((Day::Weekday(weekday(tokens, next)?), next + 1))
}

/// `the day before christmas`, `the monday after 1 dec`.
fn the_day_beside(tokens: &Tokens<'_>, at: usize, now: &ParseContext) -> Option<ParsedDate> {
    let at = at + usize::from(tokens.is(at, Sense::The));
    // "the first monday after 1 feb".
    let first = usize::from(tokens.is(at, Sense::Ordinal(1)));
    let at = if weekday(tokens, at + first).is_some() {
        at + first
    } else {
        at
    };
    let named = weekday(tokens, at);
    (tokens.is(at, Sense::Unit(Unit::Day)) || named.is_some()).then_some(())?;
    let sign = match (
        tokens.is(at + 1, Sense::After),
        tokens.is(at + 1, Sense::Before),
    ) {
        (true, _) => 1,
        (_, true) => -1,
        _ => return None,
    };
    let (day, next) = anchor(tokens, at + 2, now)?;
    // "the monday after christmas".
    let date = first_upcoming(day, now, |date| {
        let mut date = Unit::Day.after(date, sign)?;
        while named.is_some_and(|weekday| date.weekday() != weekday) {
            date = Unit::Day.after(date, sign)?;
        }
        Some(date)
    })?;
    Some(ParsedDate::day(Day::On(date), next))
}

/// A day to count from, which is not itself counted from another.
fn anchor(tokens: &Tokens<'_>, at: usize, now: &ParseContext) -> Option<(Day, usize)> {
    if tokens.is(at, Sense::Today) {
        return Some((Day::On(now.today), at + 1));
    }
    if tokens.is(at, Sense::Tomorrow) {
        return Some((Day::On(now.today.tomorrow().ok()?), at + 1));
    }
    if let Some((Ok(Due::Date(date)), next)) = written(tokens, at) {
        return Some((Day::On(date), next));
    }
    if let Some(Ok(ParsedDate {
        dated: DateExpr::Day(day),
        next,
        ..
    })) = numeric(tokens, at, now, true)
    {
        return Some((day, next));
    }
    if let Some((named_day, next)) = named_day(tokens, at) {
        return Some((Day::NamedDay(named_day), next));
    }
    if let Some(ParsedDate {
        dated: DateExpr::Day(day),
        next,
        ..
    }) = nth(tokens, at, now, true).or_else(|| bound(tokens, at, now, true))
    {
        return Some((day, next));
    }
    if tokens.is(at, Sense::Next) {
        let date = now.in_week(1, weekday(tokens, at + 1)?)?;
        return Some((Day::On(date), at + 2));
    }
    if let Some((named, next)) = month_day(tokens, at) {
        return Some((named.day()?, next));
    }
    weekday(tokens, at).map(|weekday| (Day::Weekday(weekday), at + 1))
}

/// The first future day at this distance from such a day.
fn first_upcoming(
    day: Day,
    now: &ParseContext,
    count: impl Fn(Date) -> Option<Date>,
) -> Option<Date> {
    let first = day.from(now.today)?;
    let date = count(first)?;
    if date >= now.today || matches!(day, Day::On(_)) {
        return Some(date);
    }
    count(day.from(first.tomorrow().ok()?)?)
}

/// So many elapsed minutes from now, or from this time on another day, on the wall clock of the writer's zone.
fn elapsed(day: Date, minutes: i64, now: &ParseContext) -> Option<Due> {
    let from = if day == now.today {
        now.at
    } else {
        crate::due::resolve(day.to_datetime(now.time), now.zone.rules())?
    };
    let at = from.checked_add(minutes.minutes()).ok()?;
    let local = at.to_zoned_datetime(now.zone.rules().clone()).datetime();
    let local = local.with().second(0).subsec_nanosecond(0).build().ok()?;
    (local.year() <= LAST_YEAR).then_some(Due::Floating(local))
}

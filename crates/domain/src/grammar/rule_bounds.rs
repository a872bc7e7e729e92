//! When a rule ends, what it leaves out and what it has besides.

use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, tz::TimeZone};

use super::bounds::period;
use super::dates::{Day, ParseContext, YEARS, written};
use super::day_sets;
use super::lexicon::{NamedDay, Sense, Unit};
use super::modifiers::day_expr;
use super::monthdays::{Named, month_day};
use super::named_days::named_day;
use super::numeric::numeric;
use super::rules::Repeat;
use super::tokens::Tokens;
use super::values::{any_weekday, month, number, unit, year};
use crate::Due;
use crate::recurrence::{COUNT_MAX, Exclusion, Moment};

/// The last day of a rule, as it was said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum End {
    Day(Day),
    /// The end of the next such month after the start.
    Month(i8),
    Moment(Moment),
}

/// Reads one of them.
pub(super) fn item(
    tokens: &Tokens<'_>,
    at: usize,
    now: &ParseContext,
    repeat: &mut Repeat,
) -> Option<usize> {
    until(tokens, at, now, repeat)
        .or_else(|| within(tokens, at, now, repeat))
        .or_else(|| amount(tokens, at, repeat))
        .or_else(|| plus(tokens, at, repeat))
        .or_else(|| except(tokens, at, now, repeat))
}

/// Reads a bound that is apart from its rule, as far as possible.
pub(super) fn standalone_bound(
    tokens: &Tokens<'_>,
    at: usize,
    now: &ParseContext,
) -> Option<(Repeat, usize)> {
    let mut bound = Repeat::default();
    let mut end = at;
    loop {
        let next = super::modifiers::begin(tokens, end, now, &mut bound)
            .or_else(|| until(tokens, end, now, &mut bound))
            .or_else(|| {
                let has_preposition = tokens.is(end, Sense::For);
                amount(tokens, end, &mut bound).filter(|_| has_preposition)
            });
        let Some(next) = next.filter(|next| tokens.at_phrase_end(*next)) else {
            break;
        };
        end = next;
    }
    // "from monday to friday" names the days on which something happens.
    let open = tokens.is(end, Sense::To) || tokens.is_mark(end, "-") || tokens.is_mark(end, "–");
    (end > at && !open && bound.count.is_none() && tokens.at_phrase_start(at))
        .then_some((bound, end))
}

/// `until 1 june`, `until june`, `ending friday`, and behind a start `to 10 feb`.
fn until(tokens: &Tokens<'_>, at: usize, now: &ParseContext, repeat: &mut Repeat) -> Option<usize> {
    // "from 1 feb to 10 feb" says when it ends; "from monday to friday" rather says on which days.
    let dated = !matches!(repeat.start, None | Some(Day::Weekday(_)));
    let up = tokens.is(at, Sense::Up) && tokens.is(at + 1, Sense::To);
    let at = at + usize::from(up);
    let has_preposition = up || tokens.is(at, Sense::Until) || (tokens.is(at, Sense::To) && dated);
    if !has_preposition || repeat.until.is_some() {
        return None;
    }
    let skip = usize::from(tokens.any(at + 1, &[Sense::On, Sense::In]));
    let start = at + 1 + skip;
    if let Some((moment, next)) = moment(tokens, start) {
        repeat.until = Some(End::Moment(moment));
        return Some(next);
    }
    if let Some((until, next)) = day_expr(tokens, start, now) {
        repeat.until = Some(End::Day(until));
        return Some(next);
    }
    let month = month(tokens, start)?;
    repeat.until = Some(End::Month(month));
    if let Some(year) = year(tokens, start + 1) {
        let last = Date::new(year, month, 1).ok()?.last_of_month();
        repeat.until = Some(End::Day(Day::On(last)));
        return Some(start + 2);
    }
    Some(start + 1)
}

/// `this week`, `next month`: the whole rule is within it.
fn within(
    tokens: &Tokens<'_>,
    at: usize,
    now: &ParseContext,
    repeat: &mut Repeat,
) -> Option<usize> {
    let ahead = tokens.is(at, Sense::Next);
    if !(ahead || tokens.is(at, Sense::This)) || repeat.until.is_some() || repeat.length.is_some() {
        return None;
    }
    let (unit, next) = unit(tokens, at + 1)?;
    let (first, last) = period(unit, i32::from(ahead), now)?;
    if ahead {
        repeat.start.is_none().then_some(())?;
        repeat.start = Some(Day::On(first));
    }
    repeat.until = Some(End::Day(Day::On(last)));
    Some(next)
}

/// `5 times`, `for 3 weeks`, `for the next 3 weeks`.
fn amount(tokens: &Tokens<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    let has_preposition = tokens.is(at, Sense::For);
    let ahead = has_preposition && tokens.is(at + 1, Sense::The) && tokens.is(at + 2, Sense::Next);
    let start = at + usize::from(has_preposition) + if ahead { 2 } else { 0 };
    // "every day, 3 times a day" is no end.
    if super::frequencies::dayless(tokens, start).is_some() {
        return None;
    }
    if !has_preposition
        && tokens.is(start, Sense::Rate(2))
        && tokens.at_phrase_end(start + 1)
        && repeat.count.is_none()
    {
        repeat.count = Some(2);
        return Some(start + 1);
    }
    let count = number(tokens, start)?;
    if tokens.is(start + 1, Sense::Times) && repeat.count.is_none() {
        (1..=COUNT_MAX).contains(&count).then_some(())?;
        repeat.count = Some(count);
        return Some(start + 2);
    }
    if has_preposition && count > 0 && repeat.length.is_none() {
        // "for 2 hours" is a duration, not a number of repetitions.
        let (unit, next) = unit(tokens, start + 1).filter(|(unit, _)| {
            !matches!(
                unit,
                Unit::Second | Unit::Minute | Unit::Hour | Unit::Workday | Unit::Weekend
            )
        })?;
        repeat.length = Some((count, unit));
        return Some(next);
    }
    None
}

/// A date or time written out in full: `2027-06-01`, `2027-06-01T17:00`, `2027-06-01T15:00:00Z`.
fn moment(tokens: &Tokens<'_>, at: usize) -> Option<(Moment, usize)> {
    if let Some((due, next)) = written(tokens, at) {
        let moment = match due {
            Ok(Due::Date(date)) => Moment::Date(date),
            Ok(Due::Floating(at)) => Moment::Floating(at),
            Ok(Due::Zoned(civil, zone)) => {
                Moment::Instant(crate::due::resolve(civil, zone.rules())?)
            }
            Err(_) => {
                let (chunk, _) = tokens.chunk(at)?;
                let instant: Timestamp = chunk.parse().ok()?;
                let year = instant.to_zoned_datetime(TimeZone::UTC).year();
                YEARS.contains(&year).then_some(())?;
                Moment::Instant(instant)
            }
        };
        return Some((moment, next));
    }
    let (named, next) = month_day(tokens, at).filter(|(named, _)| named.year.is_some())?;
    match named.day()? {
        Day::On(date) if YEARS.contains(&date.year()) => Some((Moment::Date(date), next)),
        _ => None,
    }
}

/// `plus 1 jul 2027 and 2027-07-02T09:00`.
fn plus(tokens: &Tokens<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    if !tokens.is(at, Sense::Plus) {
        return None;
    }
    let (first, mut end) = moment(tokens, at + 1)?;
    repeat.extra.push(first);
    loop {
        let next = day_sets::separated(tokens, end);
        let Some((more, next)) = moment(tokens, next).filter(|_| next > end) else {
            break;
        };
        if !repeat.extra.contains(&more) {
            repeat.extra.push(more);
        }
        end = next;
    }
    Some(end)
}

/// `except weekends`, `except friday and 24 dec`, `except in august`, `except 1 jul to 14 jul`.
fn except(
    tokens: &Tokens<'_>,
    at: usize,
    now: &ParseContext,
    repeat: &mut Repeat,
) -> Option<usize> {
    // "but" mostly says something else, as in "every day but only a bit".
    let but = tokens.is(at, Sense::But);
    if !but && !tokens.is(at, Sense::Except) {
        return None;
    }
    let mut end = at + 1;
    let mut found = false;
    loop {
        let start = if found {
            day_sets::separated(tokens, end)
        } else {
            end
        };
        if found && start == end {
            break;
        }
        // "except for", "except on".
        let skip = usize::from(tokens.any(start, &[Sense::On, Sense::In, Sense::For]));
        let Some((exclusions, next)) = exclusion(tokens, start + skip, now) else {
            break;
        };
        for exclusion in exclusions {
            if !repeat.exclude.contains(&exclusion) {
                repeat.exclude.push(exclusion);
            }
        }
        found = true;
        end = next;
    }
    found.then_some(end)
}

fn exclusion(
    tokens: &Tokens<'_>,
    at: usize,
    now: &ParseContext,
) -> Option<(Vec<Exclusion>, usize)> {
    match unit(tokens, at) {
        Some((Unit::Weekend, next)) => {
            let days = [Weekday::Saturday, Weekday::Sunday];
            return Some((days.map(Exclusion::Weekday).to_vec(), next));
        }
        Some((Unit::Workday, next)) => {
            return Some((day_sets::WORKWEEK.map(Exclusion::Weekday).to_vec(), next));
        }
        _ => {}
    }
    if let Some(weekday) = any_weekday(tokens, at) {
        let dash = tokens.is_mark(at + 1, "-") || tokens.is(at + 1, Sense::To);
        let Some(last) = any_weekday(tokens, at + 2).filter(|_| dash) else {
            return Some((vec![Exclusion::Weekday(weekday)], at + 1));
        };
        let length = usize::try_from(weekday.until(last)).unwrap_or_default() + 1;
        let days = weekday.cycle_forward().take(length);
        return Some((days.map(Exclusion::Weekday).collect(), at + 3));
    }
    let has_date = |(day, _): &(Day, usize)| day.from(now.today).is_some();
    if let Some((first, next)) = exclusion_day(tokens, at, now).filter(has_date) {
        let dash =
            tokens.is_mark(next, "-") || tokens.is_mark(next, "–") || tokens.is(next, Sense::To);
        if dash && let Some((last, next)) = exclusion_day(tokens, next + 1, now) {
            let range = range(first, last, now)?;
            return Some((vec![range], next));
        }
        let exclusions = match first {
            Day::On(date) => Exclusion::On(Moment::Date(date)),
            Day::Yearly(month, day) => Exclusion::YearDay(month, day),
            _ => return None,
        };
        return Some((vec![exclusions], next));
    }
    if let Some((moment, next)) = moment(tokens, at) {
        return Some((vec![Exclusion::On(moment)], next));
    }
    match named_day(tokens, at) {
        Some((NamedDay::Fixed(month, day), next)) => {
            Some((vec![Exclusion::YearDay(month, day)], next))
        }
        // A moving day cannot be left out for ever, so it is not left out at all.
        Some(_) => None,
        None => Some((vec![Exclusion::Month(month(tokens, at)?)], at + 1)),
    }
}

/// A date to leave out: a day, or the same day of every year.
fn exclusion_day(tokens: &Tokens<'_>, at: usize, now: &ParseContext) -> Option<(Day, usize)> {
    if let Some((Ok(Due::Date(date)), next)) = written(tokens, at) {
        return Some((Day::On(date), next));
    }
    if let Some(Ok(parsed)) = numeric(tokens, at, now, true) {
        return match parsed.dated {
            super::dates::DateExpr::Day(day) => Some((day, parsed.next)),
            _ => None,
        };
    }
    let (named, next): (Named, usize) = month_day(tokens, at)?;
    Some((named.day()?, next))
}

/// All days from one to another; without a year, those to come.
fn range(first: Day, last: Day, now: &ParseContext) -> Option<Exclusion> {
    let last_of = |first: Date| last.from(first);
    let first = match (first, last) {
        // "1 jul to 14 jul 2027" has its year at the end.
        (Day::Yearly(month, day), Day::On(last)) => {
            let this = Date::new(last.year(), month, day).ok()?;
            if this > last {
                Date::new(last.year() - 1, month, day).ok()?
            } else {
                this
            }
        }
        (first, _) => first.from(now.today)?,
    };
    let last = last_of(first)?;
    (first <= last).then_some(Exclusion::Range(first, last))
}

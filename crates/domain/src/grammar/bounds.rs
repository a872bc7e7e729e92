//! The edges of months, weeks and years: `end of the month`, `start of next week`, `mid january`, `eom`.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::dates::{
    DateExpr, Day, JUST_PASSED_DAYS, ParseContext, ParsedDate, follows_preposition, next_year,
};
use super::lexicon::{Sense, Unit};
use super::times::is_dated;
use super::tokens::Tokens;
use super::values::{month, unit, year};

/// Which part of a period is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    Start,
    Mid,
    End,
}

/// Reads an edge.
pub(super) fn bound(
    tokens: &Tokens<'_>,
    at: usize,
    now: &ParseContext,
    begun: bool,
) -> Option<ParsedDate> {
    let short = tokens.sense(at, |sense| match sense {
        Sense::EndOf(unit) => Some(unit),
        _ => None,
    });
    if let Some(unit) = short {
        return dated(Edge::End, unit, 0, now).map(|dated| ParsedDate::new(dated, at + 1));
    }
    let start = at + usize::from(tokens.is(at, Sense::The));
    if let Some((unit, next)) = unit_end(tokens, start) {
        let clear = begun || follows_preposition(tokens, at) || tokens.at_line_end(next);
        return dated(Edge::End, unit, 0, now)
            .filter(|_| clear)
            .map(|dated| ParsedDate::new(dated, next));
    }
    let (edge, next) = edge(tokens, start)?;
    // "the end of today" says no more than today.
    if edge == Edge::End && tokens.is(next, Sense::Today) {
        return Some(ParsedDate::new(DateExpr::EndOfDay, next + 1));
    }
    if edge == Edge::End && tokens.is(next, Sense::Tomorrow) {
        return Some(ParsedDate::day(
            Day::On(now.today.tomorrow().ok()?),
            next + 1,
        ));
    }
    let ahead = tokens.is(next, Sense::Next);
    let skip = ahead || tokens.any(next, &[Sense::The, Sense::This]);
    let named = next + usize::from(skip);
    let mut doubt = None;
    let (dated, next) = if let Some(month) = month(tokens, named) {
        // "in june 2027" names its year.
        let year = year(tokens, named + 1);
        let day = if let Some(year) = year {
            of_month(edge, year, month)?
        } else {
            let next = next_of_month(edge, month, now.today)?;
            let from = now.today.checked_sub(JUST_PASSED_DAYS.days()).ok()?;
            let last = next_of_month(edge, month, from).filter(|last| *last < next);
            doubt = last.map(|last| next_year(next, last));
            next
        };
        (
            DateExpr::Day(Day::On(day)),
            named + 1 + usize::from(year.is_some()),
        )
    } else {
        let (unit, next) = unit(tokens, named)?;
        (dated(edge, unit, i32::from(ahead), now)?, next)
    };
    // "the end of the story" is not a date, and "the start of the week was hard" has no word that leads to a date.
    let clear = begun
        || follows_preposition(tokens, at)
        || tokens.at_line_end(next)
        || edge == Edge::Mid
        || (dated == DateExpr::EndOfDay && is_dated(tokens, next));
    clear.then_some(ParsedDate { dated, doubt, next })
}

/// `month end`, `year end`.
fn unit_end(tokens: &Tokens<'_>, at: usize) -> Option<(Unit, usize)> {
    let (unit, next) = unit(tokens, at)?;
    let ended = matches!(unit, Unit::Month | Unit::Quarter | Unit::Year);
    (ended && tokens.is(next, Sense::End) && !tokens.is(next + 1, Sense::Of))
        .then_some((unit, next + 1))
}

/// The first and last day of the unit so many after this one.
pub(super) fn period(unit: Unit, ahead: i32, now: &ParseContext) -> Option<(Date, Date)> {
    if unit == Unit::Week {
        let first = now
            .week_of(now.today)?
            .checked_add((7 * ahead).days())
            .ok()?;
        return Some((first, first.checked_add(6.days()).ok()?));
    }
    let whole = matches!(unit, Unit::Month | Unit::Quarter | Unit::Year);
    let edge = |edge| edge_of(edge, unit, ahead, now.today).filter(|_| whole);
    Some((edge(Edge::Start)?, edge(Edge::End)?))
}

/// `end of`, `last day of`, `beginning of`, `mid`.
fn edge(tokens: &Tokens<'_>, at: usize) -> Option<(Edge, usize)> {
    let last_day = tokens.is(at, Sense::Last)
        && tokens.is(at + 1, Sense::Unit(Unit::Day))
        && tokens.is(at + 2, Sense::Of);
    if last_day {
        return Some((Edge::End, at + 3));
    }
    let of = at + 1 + usize::from(tokens.is(at + 1, Sense::Of));
    if tokens.is(at, Sense::End) {
        return Some((Edge::End, of));
    }
    if tokens.is(at, Sense::Start) && of > at + 1 {
        return Some((Edge::Start, of));
    }
    if tokens.is(at, Sense::Mid) {
        let dash = tokens.is_mark(at + 1, "-")
            && tokens.joined_to_previous(at + 1)
            && tokens.joined_to_previous(at + 2);
        return Some((Edge::Mid, of + usize::from(dash)));
    }
    None
}

fn of_month(edge: Edge, year: i16, month: i8) -> Option<Date> {
    let first = Date::new(year, month, 1).ok()?;
    match edge {
        Edge::Start => Some(first),
        Edge::Mid => first.with().day(15).build().ok(),
        Edge::End => Some(first.last_of_month()),
    }
}

/// The edge of such a month, the next one to come.
pub(super) fn end_of_month(month: i8, from: Date) -> Option<Date> {
    next_of_month(Edge::End, month, from)
}

fn next_of_month(edge: Edge, month: i8, from: Date) -> Option<Date> {
    (from.year()..=from.year() + 1)
        .filter_map(|year| of_month(edge, year, month))
        .find(|date| *date >= from)
}

/// The edge of a future unit: of this one (0) or the next (1).
fn dated(edge: Edge, unit: Unit, ahead: i32, now: &ParseContext) -> Option<DateExpr> {
    let today = now.today;
    let date = match (edge, unit) {
        (Edge::End, Unit::Day) if ahead == 0 => return Some(DateExpr::EndOfDay),
        (Edge::End, Unit::Week) => now
            .week_of(today)?
            .checked_add((6 + 7 * ahead).days())
            .ok()?,
        (Edge::Start, Unit::Week) => now.in_week(1, Weekday::Monday)?,
        (Edge::Mid, Unit::Week) => {
            ahead_of(today, |weeks| now.in_week(weeks, Weekday::Wednesday), ahead)?
        }
        (_, Unit::Month | Unit::Quarter | Unit::Year) => {
            ahead_of(today, |count| edge_of(edge, unit, count, today), ahead)?
        }
        _ => return None,
    };
    Some(DateExpr::Day(Day::On(date)))
}

/// The edge in the period so many after this one; unless "next" is said, the first that is not over.
fn ahead_of(today: Date, edge: impl Fn(i32) -> Option<Date>, ahead: i32) -> Option<Date> {
    edge(ahead)
        .filter(|date| *date >= today)
        .or_else(|| edge(ahead + 1))
}

fn edge_of(edge: Edge, unit: Unit, count: i32, today: Date) -> Option<Date> {
    let (first, months) = match unit {
        Unit::Month => (today.first_of_month(), 1),
        Unit::Quarter => {
            let month = today.month() - (today.month() - 1) % 3;
            (Date::new(today.year(), month, 1).ok()?, 3)
        }
        _ => (today.first_of_year(), 12),
    };
    let first = first.checked_add((months * count).months()).ok()?;
    match edge {
        Edge::Start => Some(first),
        Edge::Mid if months == 1 => first.with().day(15).build().ok(),
        Edge::Mid if months == 12 => Date::new(first.year(), 7, 1).ok(),
        Edge::Mid => None,
        Edge::End => first.checked_add(months.months()).ok()?.yesterday().ok(),
    }
}

//! Days given by their week or month: `next monday`, `friday week`, `the week after next`.

use jiff::ToSpan;
use jiff::civil::Weekday;

use super::dates::{Day, ParseContext, ParsedDate, follows_preposition};
use super::lexicon::{Sense, Unit};
use super::tokens::Tokens;
use super::values::{amount, ordinal, unit, weekday};

/// Reads such a day.
pub(super) fn relative(tokens: &Tokens<'_>, at: usize, now: &ParseContext) -> Option<ParsedDate> {
    after_next(tokens, at, now)
        .or_else(|| weekday_later(tokens, at, now))
        .or_else(|| this_or_next(tokens, at, now))
        .or_else(|| weekend(tokens, at, now))
        .or_else(|| of_month(tokens, at, now))
}

/// `the 3rd of next month`, `the first of the month`.
fn of_month(tokens: &Tokens<'_>, at: usize, now: &ParseContext) -> Option<ParsedDate> {
    let start = at + usize::from(tokens.is(at, Sense::The));
    let (day, of) = ordinal(tokens, start)?;
    // "the 5th next month" needs no "of".
    let of = if tokens.is(of, Sense::Next) {
        of - 1
    } else {
        of
    };
    let which = tokens.any(of + 1, &[Sense::The, Sense::This, Sense::Next]);
    let bare = tokens.is(of + 1, Sense::Next) && !tokens.is(of, Sense::Of);
    let is_stated = which
        && (bare || tokens.is(of, Sense::Of))
        && tokens.is(of + 2, Sense::Unit(Unit::Month))
        && (follows_preposition(tokens, at) || tokens.at_line_end(of + 3));
    let day = i8::try_from(day)
        .ok()
        .filter(|day| is_stated && (1..=31).contains(day))?;
    if tokens.is(of + 1, Sense::Next) {
        let first = now.today.last_of_month().tomorrow().ok()?;
        let date = first.with().day(day).build().ok()?;
        return Some(ParsedDate::day(Day::On(date), of + 3));
    }
    Some(ParsedDate::day(Day::Monthly(day), of + 3))
}

/// `the day after tomorrow`, `the friday after next`, `the week after next`.
fn after_next(tokens: &Tokens<'_>, at: usize, now: &ParseContext) -> Option<ParsedDate> {
    let start = at + usize::from(tokens.is(at, Sense::The));
    tokens.is(start + 1, Sense::After).then_some(())?;
    if tokens.is(start, Sense::Unit(Unit::Day)) && tokens.is(start + 2, Sense::Tomorrow) {
        return Some(ParsedDate::day(
            Day::On(now.today.checked_add(2.days()).ok()?),
            start + 3,
        ));
    }
    tokens.is(start + 2, Sense::Next).then_some(())?;
    let date = match (weekday(tokens, start), unit(tokens, start)) {
        (Some(weekday), _) => now.in_week(2, weekday)?,
        (None, Some((unit, _))) => first_of(unit, 2, now)?,
        (None, None) => return None,
    };
    Some(ParsedDate::day(Day::On(date), start + 3))
}

/// The day that a future unit means: the Monday of a week, the first of a month.
fn first_of(unit: Unit, ahead: i32, now: &ParseContext) -> Option<jiff::civil::Date> {
    match unit {
        Unit::Week => now.in_week(ahead, Weekday::Monday),
        Unit::Weekend => {
            // On a Sunday this weekend still is the one of yesterday.
            let from = now
                .today
                .checked_sub(i32::from(now.today.weekday() == Weekday::Sunday).days());
            let saturday = Day::Weekday(Weekday::Saturday).from(from.ok()?)?;
            saturday.checked_add((7 * ahead).days()).ok()
        }
        Unit::Month => now.today.first_of_month().checked_add(ahead.months()).ok(),
        Unit::Quarter => {
            let into = i32::from((now.today.month() - 1) % 3);
            let first = now.today.first_of_month();
            first.checked_add((3 * ahead - into).months()).ok()
        }
        Unit::Year => now.today.first_of_year().checked_add(ahead.years()).ok(),
        _ => None,
    }
}

/// `friday next week`, `friday week`, `friday in two weeks`.
fn weekday_later(tokens: &Tokens<'_>, at: usize, now: &ParseContext) -> Option<ParsedDate> {
    let weekday = weekday(tokens, at)?;
    let next = at + 1;
    if tokens.is(next, Sense::Unit(Unit::Week)) && tokens.at_phrase_end(next + 1) {
        return Some(ParsedDate::day(Day::Beyond(weekday, 7), next + 1));
    }
    if tokens.is(next, Sense::Unit(Unit::Fortnight)) && tokens.at_phrase_end(next + 1) {
        return Some(ParsedDate::day(Day::Beyond(weekday, 14), next + 1));
    }
    if tokens.is(next, Sense::In) {
        let (count, rough, unit_at) = amount(tokens, next + 1).filter(|(_, rough, _)| !rough)?;
        let (unit, next) = unit(tokens, unit_at)?;
        let days = match unit {
            Unit::Week => 7,
            Unit::Fortnight => 14,
            _ => return None,
        };
        let days = i32::try_from(count)
            .ok()
            .filter(|count| *count <= 520 && !rough)?
            * days;
        return Some(ParsedDate::day(Day::Beyond(weekday, days), next));
    }
    let of = next + usize::from(tokens.is(next, Sense::Of));
    let of = of + usize::from(of > next && tokens.is(of, Sense::The));
    tokens.is(of + 1, Sense::Unit(Unit::Week)).then_some(())?;
    if tokens.is(of, Sense::This) {
        // A day of this week that has passed is not in the future.
        let date = now.in_week(0, weekday).filter(|date| *date >= now.today)?;
        return Some(ParsedDate::day(Day::On(date), of + 2));
    }
    tokens.is(of, Sense::Next).then_some(())?;
    Some(ParsedDate::day(Day::On(now.in_week(1, weekday)?), of + 2))
}

/// `this friday`, `next week`.
fn this_or_next(tokens: &Tokens<'_>, at: usize, now: &ParseContext) -> Option<ParsedDate> {
    let next = tokens.is(at, Sense::Next);
    if !next && !tokens.is(at, Sense::This) {
        return None;
    }
    // "this coming friday".
    let at = at + usize::from(!next && tokens.is(at + 1, Sense::This));
    if let Some(weekday) = weekday(tokens, at + 1) {
        let day = if next {
            Day::On(now.in_week(1, weekday)?)
        } else {
            Day::Weekday(weekday)
        };
        return Some(ParsedDate::day(day, at + 2));
    }
    let (unit, end) = unit(tokens, at + 1)?;
    if next && unit == Unit::Week {
        let day_at = end + usize::from(tokens.is(end, Sense::On));
        if let Some(weekday) = weekday(tokens, day_at) {
            return Some(ParsedDate::day(
                Day::On(now.in_week(1, weekday)?),
                day_at + 1,
            ));
        }
    }
    if next && unit == Unit::Month {
        let on = end + usize::from(tokens.is(end, Sense::On));
        let the = on + usize::from(tokens.is(on, Sense::The));
        let day = ordinal(tokens, the).filter(|(_, after)| tokens.is(after - 1, Sense::Suffix));
        if let Some((day, after)) = day.filter(|(_, after)| on > end || tokens.at_line_end(*after))
        {
            let first = now.today.last_of_month().tomorrow().ok()?;
            let date = first.with().day(i8::try_from(day).ok()?).build().ok()?;
            return Some(ParsedDate::day(Day::On(date), after));
        }
    }
    let date = match unit {
        Unit::Weekend => weekend_day(now, i32::from(next))?,
        Unit::Workday if next => Unit::Workday.after(now.today, 1)?,
        Unit::Week | Unit::Month | Unit::Quarter | Unit::Year if next => first_of(unit, 1, now)?,
        _ => return None,
    };
    Some(ParsedDate::day(Day::On(date), end))
}

/// The Saturday of a weekend; of this one the Sunday, when that is today.
fn weekend_day(now: &ParseContext, ahead: i32) -> Option<jiff::civil::Date> {
    if ahead == 0 && now.today.weekday() == Weekday::Sunday {
        return Some(now.today);
    }
    first_of(Unit::Weekend, ahead, now)
}

/// `at the weekend`.
fn weekend(tokens: &Tokens<'_>, at: usize, now: &ParseContext) -> Option<ParsedDate> {
    let start = at + usize::from(tokens.is(at, Sense::The));
    let is_stated =
        tokens.is(start, Sense::Unit(Unit::Weekend)) && !tokens.is(start, Sense::Plural);
    let has_preposition = follows_preposition(tokens, at)
        || at
            .checked_sub(1)
            .is_some_and(|last| tokens.is(last, Sense::Over));
    (is_stated && has_preposition && start > at).then_some(())?;
    Some(ParsedDate::day(Day::On(weekend_day(now, 0)?), start + 1))
}

//! The days of one `every …`: a unit and its interval, named days, or workdays next to a day.

use jiff::civil::{Time, Weekday};

use super::day_sets::{self, DaySpec};
use super::lexicon::{Sense, Unit};
use super::raw;
use super::rules::Clause;
use super::times::clock;
use super::tokens::Tokens;
use super::values::{
    amount, number, ordinal, unit, unit as unit_at, unit_or_letter, weekday, weekday as weekday_at,
};
use crate::recurrence::{ByDay, Frequency, INTERVAL_MAX, Rule, Shift};

/// Reads the words after `every`.
pub(super) fn pattern(
    tokens: &Tokens<'_>,
    at: usize,
    doubts: &mut Vec<String>,
) -> Option<(Clause, usize)> {
    if let Some((rule, next)) = raw::rule(tokens, at) {
        let clause = Clause {
            week_start: Some(rule.week_start),
            ..of(vec![rule])
        };
        return Some((clause, next));
    }
    let at = at + usize::from(tokens.is(at, Sense::Single));
    if let Some(found) = parts(tokens, at) {
        return Some(found);
    }
    if let Some((specs, next)) = day_sets::numbers(tokens, at) {
        return Some((of(day_sets::rules(&specs, None, 1)?), next));
    }
    if let Some((specs, shift, next)) = beside_day(tokens, at) {
        return Some((shifted(day_sets::rules(&specs, None, 1)?, shift), next));
    }
    if let Some(found) = nth_unit(tokens, at) {
        return Some(found);
    }
    if let Some(found) = half(tokens, at).or_else(|| end_of_unit(tokens, at)) {
        return Some(found);
    }
    // "every 10 of the month".
    if let Some(day) =
        number(tokens, at).filter(|_| day_sets::of_the_month(tokens, at + 1) > at + 1)
    {
        let day = i8::try_from(day)
            .ok()
            .filter(|day| (1..=31).contains(day))?;
        let rules = day_sets::rules(&[DaySpec::MonthDay(day)], None, 1)?;
        return Some((of(rules), day_sets::of_the_month(tokens, at + 1)));
    }
    let few = amount(tokens, at)
        .filter(|(_, _, next)| tokens.any(next - 1, &[Sense::Few(2), Sense::Few(3), Sense::Of]));
    let (interval, next) = match few {
        Some((count, rough, next)) => {
            if rough && unit(tokens, next).is_some() {
                doubts.push("the number for 'a few' is a guess".to_owned());
            }
            (Some(count), next)
        }
        None => interval(tokens, at),
    };
    // "every 2h".
    let spelled = if interval.is_some() {
        unit_or_letter(tokens, next)
    } else {
        unit(tokens, next)
    };
    if let Some((unit, next)) = spelled {
        // "every quarter hour" is no quarter.
        if unit_at(tokens, next).is_some() {
            return None;
        }
        return counted(tokens, next, unit, interval.unwrap_or(1));
    }
    // "every 2 mondays" may mean two things; "every other monday" does not.
    let other = tokens.is(at, Sense::Other);
    let start = if other { next } else { at };
    if other {
        weekday(tokens, start)?;
    }
    if let Some(found) = whole_months(tokens, start).or_else(|| both(tokens, start, other)) {
        return Some(found);
    }
    let (specs, next) = day_sets::list(tokens, start)?;
    let end = day_sets::of_the_month(tokens, next);
    let unit = (end > next).then_some(Frequency::Monthly);
    let rules = day_sets::rules(&specs, unit, if other { 2 } else { 1 })?;
    doubt(&specs, unit.is_some(), doubts);
    Some((of(rules), end))
}

fn of(rules: Vec<Rule>) -> Clause {
    Clause {
        rules,
        ..Clause::default()
    }
}

/// A clause of rules whose dates move.
pub(super) fn shifted(rules: Vec<Rule>, shift: Option<Shift>) -> Clause {
    of(rules
        .into_iter()
        .map(|rule| Rule { shift, ..rule })
        .collect())
}

/// Says what `every second friday` and `every 2nd workday` may mean otherwise.
fn doubt(specs: &[DaySpec], of_the_month: bool, doubts: &mut Vec<String>) {
    if of_the_month {
        return;
    }
    match specs {
        [DaySpec::Nth(2, weekday)] => {
            let name = day_sets::name(*weekday);
            doubts.push(format!(
                "read as the 2nd {name} of the month; write 'every other {name}' for one in two weeks"
            ));
        }
        [DaySpec::Workday(number @ 2..=5)] => doubts.push(format!(
            "read as workday {number} of the month; write 'every {number} workdays' to count workdays"
        )),
        _ => {}
    }
}

/// `half year`, `half an hour`.
fn half(tokens: &Tokens<'_>, at: usize) -> Option<(Clause, usize)> {
    tokens.is(at, Sense::Half).then_some(())?;
    let article = number(tokens, at + 1) == Some(1);
    let (unit, next) = unit(tokens, at + 1 + usize::from(article))?;
    let rule = match unit {
        Unit::Year => Rule::every(Frequency::Monthly, 6),
        Unit::Day => Rule::every(Frequency::Hourly, 12),
        Unit::Hour => Rule::every(Frequency::Minutely, 30),
        _ => return None,
    };
    Some((of(vec![rule]), next))
}

/// `month end`, `quarter end`, `end of the month`, `start of the quarter`: the edge of each.
pub(super) fn end_of_unit(tokens: &Tokens<'_>, at: usize) -> Option<(Clause, usize)> {
    let start = at + usize::from(tokens.is(at, Sense::The));
    let of_each = |at: usize| {
        let of = at + usize::from(tokens.is(at, Sense::Of));
        of + usize::from(tokens.any(of, &[Sense::The, Sense::Every]))
    };
    let (last, unit, next) = if tokens.any(start, &[Sense::End, Sense::Start]) {
        let (unit, next) = unit(tokens, of_each(start + 1))?;
        (tokens.is(start, Sense::End), unit, next)
    } else {
        let (unit, next) = unit(tokens, at)?;
        tokens.is(next, Sense::End).then_some(())?;
        (true, unit, next + 1)
    };
    let day = if last { -1 } else { 1 };
    let months = |months: &[i8]| Rule {
        by_month: months.to_vec(),
        by_month_day: vec![day],
        ..Rule::every(Frequency::Yearly, 1)
    };
    let rule = match unit {
        Unit::Month => Rule {
            by_month_day: vec![day],
            ..Rule::every(Frequency::Monthly, 1)
        },
        Unit::Quarter if last => months(&[3, 6, 9, 12]),
        Unit::Quarter => months(&[1, 4, 7, 10]),
        Unit::Year if last => Rule {
            by_month_day: vec![31],
            ..months(&[12])
        },
        Unit::Year => months(&[1]),
        _ => return None,
    };
    Some((of(vec![rule]), next))
}

/// `morning`, `morning and evening`, `noon`.
fn parts(tokens: &Tokens<'_>, at: usize) -> Option<(Clause, usize)> {
    let hour = |at: usize| {
        let hour = tokens.sense(at, |sense| match sense {
            Sense::Part(hour) | Sense::Hour(hour) => Some(hour),
            _ => None,
        })?;
        Time::new(hour, 0, 0, 0).ok()
    };
    let first = hour(at)?;
    let mut clause = Clause {
        part: Some(first),
        ..of(vec![Rule::every(Frequency::Daily, 1)])
    };
    let mut times = vec![first];
    let mut end = at + 1;
    loop {
        let next = day_sets::separated(tokens, end);
        let Some(time) = hour(next).filter(|_| next > end) else {
            break;
        };
        if !times.contains(&time) {
            times.push(time);
        }
        end = next + 1;
    }
    if times.len() > 1 {
        clause.part = None;
        clause.clocks = times
            .into_iter()
            .map(|time| super::times::Clock {
                time,
                open: false,
                doubt: None,
            })
            .collect();
    }
    Some((clause, end))
}

/// `3rd day`, `second week`: an interval, unless it is of the month.
fn nth_unit(tokens: &Tokens<'_>, at: usize) -> Option<(Clause, usize)> {
    let (ordinal, next) = ordinal(tokens, at).filter(|(ordinal, _)| *ordinal > 1)?;
    let (unit, next) = unit(tokens, next).filter(|(unit, _)| *unit != Unit::Workday)?;
    // "every 3rd day" counts days; "every 3rd day of the month" names one.
    if day_sets::of_the_month(tokens, next) > next {
        return None;
    }
    counted(tokens, next, unit, u32::try_from(ordinal).ok()?)
}

/// `friday the 13th`: a day of the month that is such a weekday.
fn both(tokens: &Tokens<'_>, at: usize, other: bool) -> Option<(Clause, usize)> {
    let weekday = weekday(tokens, at).filter(|_| !other)?;
    let start = at + 1 + usize::from(tokens.is(at + 1, Sense::The));
    let (day, next) = ordinal(tokens, start).filter(|_| tokens.is(start + 1, Sense::Suffix))?;
    let day = i8::try_from(day)
        .ok()
        .filter(|day| (1..=31).contains(day))?;
    let counts = unit(tokens, next).is_some()
        || weekday_at(tokens, next).is_some()
        || tokens.any(next, &[Sense::Counted, Sense::Last, Sense::Of]);
    let rule = Rule {
        by_day: vec![ByDay::each(weekday)],
        by_month_day: vec![day],
        ..Rule::every(Frequency::Monthly, 1)
    };
    (!counts && tokens.at_phrase_end(next)).then(|| (of(vec![rule]), next))
}

/// `january`, `june and july`: the first of each.
fn whole_months(tokens: &Tokens<'_>, at: usize) -> Option<(Clause, usize)> {
    let (by_month, next) = day_sets::months(tokens, at);
    (!by_month.is_empty()).then_some(())?;
    let rule = Rule {
        by_month,
        by_month_day: vec![1],
        ..Rule::every(Frequency::Yearly, 1)
    };
    Some((of(vec![rule]), next))
}

/// `other` or a number; none means each.
pub(super) fn interval(tokens: &Tokens<'_>, at: usize) -> (Option<u32>, usize) {
    if tokens.is(at, Sense::Other) {
        return (Some(2), at + 1);
    }
    match number(tokens, at) {
        Some(count) => (Some(count), at + 1),
        None => (None, at),
    }
}

/// A unit, its interval, and perhaps the days: `every 2 months on the 1st`.
pub(super) fn counted(
    tokens: &Tokens<'_>,
    next: usize,
    unit: Unit,
    interval: u32,
) -> Option<(Clause, usize)> {
    let (frequency, interval) = frequency(unit, interval)?;
    let on = tokens.is(next, Sense::On);
    let start = next + usize::from(on);
    if frequency == Frequency::Monthly
        && let Some((specs, shift, next)) = beside_day(tokens, start)
    {
        let rules = day_sets::rules(&specs, Some(frequency), interval)?;
        return Some((shifted(rules, shift), next));
    }
    // "every month at the end".
    let at = tokens.any(next, &[Sense::On, Sense::At]);
    let the = next + 1 + usize::from(tokens.is(next + 1, Sense::The));
    if at
        && frequency == Frequency::Monthly
        && tokens.is(the, Sense::End)
        && tokens.at_phrase_end(the + 1)
    {
        let rules = day_sets::rules(&[DaySpec::MonthDay(-1)], Some(frequency), interval)?;
        return Some((of(rules), the + 1));
    }
    // "every month on day 15".
    if on
        && frequency == Frequency::Monthly
        && tokens.is(start, Sense::Unit(Unit::Day))
        && let Some(day) = number(tokens, start + 1)
    {
        let day = i8::try_from(day)
            .ok()
            .filter(|day| (1..=31).contains(day))?;
        let rules = day_sets::rules(&[DaySpec::MonthDay(day)], Some(frequency), interval)?;
        return Some((of(rules), start + 2));
    }
    let days =
        on && frequency > Frequency::Daily && !(unit == Unit::Workday || unit == Unit::Weekend);
    if let Some((specs, after)) = day_sets::list(tokens, start).filter(|_| days) {
        // A day that the unit does not have is a rule that was not understood, not a rule without it.
        return Some((
            of(day_sets::rules(&specs, Some(frequency), interval)?),
            after,
        ));
    }
    // "every month 1st and 15th".
    if let Some(found) = on_days(tokens, next, unit, interval).filter(|_| !on) {
        return Some(found);
    }
    let rule = match unit {
        Unit::Workday if interval == 1 => {
            return Some((
                of(day_sets::rules(
                    &day_sets::WORKWEEK.map(DaySpec::Weekday),
                    None,
                    1,
                )?),
                next,
            ));
        }
        Unit::Workday => Rule {
            workdays: true,
            ..Rule::every(Frequency::Daily, interval)
        },
        Unit::Weekend => {
            let rules = day_sets::rules(&[DaySpec::Weekday(Weekday::Saturday)], None, interval)?;
            return Some((of(rules), next));
        }
        _ => Rule::every(frequency, interval),
    };
    Some((of(vec![rule]), next))
}

/// The days of a unit without `on`: `month 1st and 15th`, `weekly friday`. In `weekly friday report` it is the
/// report's.
fn on_days(tokens: &Tokens<'_>, at: usize, unit: Unit, interval: u32) -> Option<(Clause, usize)> {
    matches!(
        unit,
        Unit::Week | Unit::Fortnight | Unit::Month | Unit::Year
    )
    .then_some(())?;
    let (frequency, _) = frequency(unit, 1)?;
    let (specs, next) = day_sets::list(tokens, at)?;
    let next = day_sets::of_the_month(tokens, next);
    let clear = tokens.at_line_end(next) || clock(tokens, next, true).is_some();
    clear.then_some(())?;
    Some((
        of(day_sets::rules(&specs, Some(frequency), interval)?),
        next,
    ))
}

/// The frequency of a unit, and the interval in it.
pub(super) fn frequency(unit: Unit, interval: u32) -> Option<(Frequency, u32)> {
    let (frequency, factor) = match unit {
        Unit::Second => (Frequency::Secondly, 1),
        Unit::Minute => (Frequency::Minutely, 1),
        Unit::Hour => (Frequency::Hourly, 1),
        Unit::Day => (Frequency::Daily, 1),
        Unit::Workday | Unit::Week | Unit::Weekend => (Frequency::Weekly, 1),
        Unit::Fortnight => (Frequency::Weekly, 2),
        Unit::Month => (Frequency::Monthly, 1),
        Unit::Quarter => (Frequency::Monthly, 3),
        Unit::Year => (Frequency::Yearly, 1),
    };
    let interval = interval.checked_mul(factor)?;
    (1..=INTERVAL_MAX)
        .contains(&interval)
        .then_some((frequency, interval))
}

/// `2 workdays before the 1st`, `last workday before the 15th`, `2 days before month end`.
pub(super) fn beside_day(
    tokens: &Tokens<'_>,
    at: usize,
) -> Option<(Vec<DaySpec>, Option<Shift>, usize)> {
    let start = at + usize::from(tokens.is(at, Sense::The));
    let (mut count, next) = if unit(tokens, start).is_some() {
        (1, start)
    } else if tokens.is(start, Sense::Last) {
        (-1, start + 1)
    } else if tokens.is(start, Sense::Ordinal(1))
        || tokens.get(start)?.text == "1" && tokens.is(start + 1, Sense::Suffix)
    {
        (
            1,
            start + 1 + usize::from(tokens.is(start + 1, Sense::Suffix)),
        )
    } else {
        (i16::try_from(number(tokens, start)?).ok()?, start + 1)
    };
    let last = count < 0;
    let (unit, next) = unit(tokens, next)?;
    let before = tokens.is(next, Sense::Before);
    let after = tokens.is(next, Sense::After) && !last;
    (before || after).then_some(())?;
    count = count.abs();
    let sign = if before { -1 } else { 1 };
    let (day, next) = edge(tokens, next + 1)?;
    match unit {
        Unit::Workday if (1..=30).contains(&count) => {
            let shift = Shift::Workdays(i8::try_from(sign * count).ok()?);
            Some((vec![DaySpec::MonthDay(day)], Some(shift), next))
        }
        Unit::Day => {
            // Before the 1st comes the last of the month before.
            let moved = i16::from(day) + sign * count;
            let wraps = day > 0 && moved <= 0;
            let moved = if wraps { moved - 1 } else { moved };
            let stays = if day > 0 && !wraps {
                moved <= 28
            } else {
                (-28..0).contains(&moved)
            };
            stays.then_some((
                vec![DaySpec::MonthDay(i8::try_from(moved).ok()?)],
                None,
                next,
            ))
        }
        _ => None,
    }
}

/// A day of the month: `the 15th`, `month end`, `the end of the month`.
fn edge(tokens: &Tokens<'_>, at: usize) -> Option<(i8, usize)> {
    let start = at + usize::from(tokens.is(at, Sense::The));
    if tokens.is(start, Sense::Unit(Unit::Month)) && tokens.is(start + 1, Sense::End) {
        return Some((-1, start + 2));
    }
    if tokens.is(start, Sense::End) {
        let of = start + 1;
        let end = day_sets::of_the_month(tokens, of);
        let end =
            if end == of && tokens.is(of, Sense::Of) && tokens.is(of + 1, Sense::Unit(Unit::Month))
            {
                of + 2
            } else {
                end
            };
        return Some((-1, end));
    }
    let (number, next) = ordinal(tokens, start)?;
    let next = match unit(tokens, next) {
        Some((Unit::Day, next)) => next,
        _ if number < 0 => return None,
        _ => next,
    };
    let day = i8::try_from(number)
        .ok()
        .filter(|day| (-31..=31).contains(day))?;
    Some((day, day_sets::of_the_month(tokens, next)))
}

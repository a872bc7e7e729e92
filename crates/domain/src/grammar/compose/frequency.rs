//! The days of one `every …`: a unit and its interval, named days, or workdays next to a day.

use jiff::civil::Time;

use super::beside_day::beside_day;
use super::chart::Chart;
use super::day_set;
use super::unit_edge::end_of_unit;
use crate::grammar::meaning::day_set::{DaySpec, WORKWEEK, quarterly, rules_of};
use crate::grammar::meaning::repeat::Clause;
use crate::grammar::meaning::time::Clock;
use crate::grammar::recognise::clock::{Setting, clock};
use crate::grammar::recognise::exact;
use crate::grammar::recognise::word::{
    amount, number, ordinal, unit, unit as unit_at, unit_or_letter, weekday, weekday as weekday_at,
};
use crate::grammar::token::lexicon::{Sense, Unit};
use crate::recurrence::{ByDay, Frequency, INTERVAL_MAX, Rule};

/// Most parts of the day in one list, even if some are said twice.
const PARTS_MAX: usize = 24;

/// Why `every weekend` deserves a look.
const WEEKEND_DAYS: &str =
    "read as both Saturday and Sunday; write 'every saturday' for once a weekend";

/// Reads the words after `every`.
pub(crate) fn pattern(
    chart: &Chart<'_>,
    at: usize,
    doubts: &mut Vec<String>,
) -> Option<(Clause, usize)> {
    if let Some((rule, next)) = exact::rule(chart, at) {
        let clause = Clause {
            week_start: Some(rule.week_start),
            ..Clause::of(vec![rule])
        };
        return Some((clause, next));
    }
    let at = at + usize::from(chart.is(at, Sense::Single));
    if let Some(found) = parts(chart, at) {
        return Some(found);
    }
    if let Some((specs, next)) = day_set::numbers(chart, at) {
        return Some((Clause::of(rules_of(&specs, None, 1)?), next));
    }
    if let Some((specs, shift, next)) = beside_day(chart, at) {
        return Some((Clause::shifted(rules_of(&specs, None, 1)?, shift), next));
    }
    if let Some(found) = nth_unit(chart, at) {
        return Some(found);
    }
    if let Some(found) = half(chart, at).or_else(|| end_of_unit(chart, at)) {
        return Some(found);
    }
    // "every 10 of the month".
    if let Some(day) = number(chart, at).filter(|_| day_set::of_the_month(chart, at + 1) > at + 1) {
        let day = i8::try_from(day)
            .ok()
            .filter(|day| (1..=31).contains(day))?;
        let rules = rules_of(&[DaySpec::MonthDay(day)], None, 1)?;
        return Some((Clause::of(rules), day_set::of_the_month(chart, at + 1)));
    }
    let few = amount(chart, at)
        .filter(|(_, _, next)| chart.any(next - 1, &[Sense::Few(2), Sense::Few(3), Sense::Of]));
    let (interval, next) = match few {
        Some((count, rough, next)) => {
            if rough && unit(chart, next).is_some() {
                doubts.push("the number for 'a few' is a guess".to_owned());
            }
            (Some(count), next)
        }
        None => interval(chart, at),
    };
    // "every 2h".
    let spelled = if interval.is_some() {
        unit_or_letter(chart, next)
    } else {
        unit(chart, next)
    };
    if let Some((unit, next)) = spelled {
        // "every quarter hour" is no quarter.
        if unit_at(chart, next).is_some() {
            return None;
        }
        if unit == Unit::Weekend {
            doubts.push(WEEKEND_DAYS.to_owned());
        }
        return counted(chart, next, unit, interval.unwrap_or(1));
    }
    // "every 27".
    if let Some(day @ 2..=31) = chart
        .get(at)?
        .digits()
        .filter(|_| chart.at_line_end(at + 1))
    {
        let spec = DaySpec::MonthDay(i8::try_from(day).ok()?);
        doubts.push(format!(
            "read as day {day} of each month; write 'every {day} days' for an interval"
        ));
        return Some((Clause::of(rules_of(&[spec], None, 1)?), at + 1));
    }
    // "every 2 mondays" may mean two things; "every other monday" does not.
    let other = chart.any(at, &[Sense::Other, Sense::Alternate]);
    let start = if other { next } else { at };
    if other {
        weekday(chart, start)?;
    }
    if let Some(found) = whole_months(chart, start).or_else(|| both(chart, start, other)) {
        return Some(found);
    }
    let (specs, next) = day_set::list(chart, start)?;
    let end = day_set::of_the_month(chart, next);
    let unit = (end > next).then_some(Frequency::Monthly);
    let rules = rules_of(&specs, unit, if other { 2 } else { 1 })?;
    doubt(&specs, unit.is_some(), doubts);
    Some((Clause::of(rules), end))
}

/// Says what `every second friday` and `every 2nd workday` may mean otherwise.
fn doubt(specs: &[DaySpec], of_the_month: bool, doubts: &mut Vec<String>) {
    if of_the_month {
        return;
    }
    match specs {
        [DaySpec::Nth(2, weekday)] => {
            let name = day_set::name(*weekday);
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
fn half(chart: &Chart<'_>, at: usize) -> Option<(Clause, usize)> {
    chart.is(at, Sense::Half).then_some(())?;
    let article = number(chart, at + 1) == Some(1);
    let (unit, next) = unit(chart, at + 1 + usize::from(article))?;
    let rule = match unit {
        Unit::Year => Rule::every(Frequency::Monthly, 6),
        Unit::Day => Rule::every(Frequency::Hourly, 12),
        Unit::Hour => Rule::every(Frequency::Minutely, 30),
        _ => return None,
    };
    Some((Clause::of(vec![rule]), next))
}

/// `morning`, `morning and evening`, `noon`.
fn parts(chart: &Chart<'_>, at: usize) -> Option<(Clause, usize)> {
    let hour = |at: usize| {
        let hour = chart.sense(at, |sense| match sense {
            Sense::Part(hour) | Sense::Hour(hour) => Some(hour),
            _ => None,
        })?;
        Time::new(hour, 0, 0, 0).ok()
    };
    let first = hour(at)?;
    let mut clause = Clause {
        part: Some(first),
        ..Clause::of(vec![Rule::every(Frequency::Daily, 1)])
    };
    let mut times = vec![first];
    let mut end = at + 1;
    for _ in 1..PARTS_MAX {
        let next = day_set::separated(chart, end);
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
        clause.clocks = times.into_iter().map(Clock::of).collect();
    }
    Some((clause, end))
}

/// `3rd day`, `second week`: an interval, unless it is of the month.
fn nth_unit(chart: &Chart<'_>, at: usize) -> Option<(Clause, usize)> {
    let (ordinal, next) = ordinal(chart, at).filter(|(ordinal, _)| *ordinal > 1)?;
    let (unit, next) = unit(chart, next).filter(|(unit, _)| *unit != Unit::Workday)?;
    // "every 3rd day" counts days; "every 3rd day of the month" names one.
    if day_set::of_the_month(chart, next) > next {
        return None;
    }
    counted(chart, next, unit, u32::try_from(ordinal).ok()?)
}

/// `friday the 13th`: a day of the month that is such a weekday.
fn both(chart: &Chart<'_>, at: usize, other: bool) -> Option<(Clause, usize)> {
    let weekday = weekday(chart, at).filter(|_| !other)?;
    let start = at + 1 + usize::from(chart.is(at + 1, Sense::The));
    let (day, next) = ordinal(chart, start).filter(|_| chart.is(start + 1, Sense::Suffix))?;
    let day = i8::try_from(day)
        .ok()
        .filter(|day| (1..=31).contains(day))?;
    let counts = unit(chart, next).is_some()
        || weekday_at(chart, next).is_some()
        || chart.any(next, &[Sense::Counted, Sense::Last, Sense::Of]);
    let rule = Rule {
        by_day: vec![ByDay::each(weekday)],
        by_month_day: vec![day],
        ..Rule::every(Frequency::Monthly, 1)
    };
    (!counts && chart.at_phrase_end(next)).then(|| (Clause::of(vec![rule]), next))
}

/// `january`, `june and july`: the first of each.
fn whole_months(chart: &Chart<'_>, at: usize) -> Option<(Clause, usize)> {
    let (by_month, next) = day_set::months(chart, at);
    (!by_month.is_empty()).then_some(())?;
    let rule = Rule {
        by_month,
        by_month_day: vec![1],
        ..Rule::every(Frequency::Yearly, 1)
    };
    Some((Clause::of(vec![rule]), next))
}

/// `other` or a number; none means each.
pub(crate) fn interval(chart: &Chart<'_>, at: usize) -> (Option<u32>, usize) {
    if chart.any(at, &[Sense::Other, Sense::Alternate]) {
        return (Some(2), at + 1);
    }
    match number(chart, at) {
        Some(count) => (Some(count), at + 1),
        None => (None, at),
    }
}

/// A unit, its interval, and perhaps the days: `every 2 months on the 1st`.
pub(crate) fn counted(
    chart: &Chart<'_>,
    next: usize,
    unit: Unit,
    interval: u32,
) -> Option<(Clause, usize)> {
    let (frequency, interval) = frequency(unit, interval)?;
    let on = chart.is(next, Sense::On);
    let start = next + usize::from(on);
    if frequency == Frequency::Monthly
        && let Some((specs, shift, next)) = beside_day(chart, start)
    {
        let rules = rules_of(&specs, Some(frequency), interval)?;
        return Some((Clause::shifted(rules, shift), next));
    }
    // "each quarter on the last day" and "every quarter on the 1st" are quarters of the calendar.
    if unit == Unit::Quarter
        && interval == 3
        && on
        && let Some((specs, after)) = day_set::list(chart, start)
        && specs.iter().all(|spec| {
            matches!(
                spec,
                DaySpec::MonthDay(_)
                    | DaySpec::OrdinalWord(_)
                    | DaySpec::Nth(..)
                    | DaySpec::Workday(_)
            )
        })
    {
        return Some((Clause::of(quarterly(&specs)?), after));
    }
    // "every month at the end".
    let at = chart.any(next, &[Sense::On, Sense::At]);
    let the = next + 1 + usize::from(chart.is(next + 1, Sense::The));
    if at
        && frequency == Frequency::Monthly
        && chart.is(the, Sense::End)
        && chart.at_phrase_end(the + 1)
    {
        let rules = rules_of(&[DaySpec::MonthDay(-1)], Some(frequency), interval)?;
        return Some((Clause::of(rules), the + 1));
    }
    // "every month on day 15".
    if on
        && frequency == Frequency::Monthly
        && chart.is(start, Sense::Unit(Unit::Day))
        && let Some(day) = number(chart, start + 1)
    {
        let day = i8::try_from(day)
            .ok()
            .filter(|day| (1..=31).contains(day))?;
        let rules = rules_of(&[DaySpec::MonthDay(day)], Some(frequency), interval)?;
        return Some((Clause::of(rules), start + 2));
    }
    let days =
        on && frequency > Frequency::Daily && !(unit == Unit::Workday || unit == Unit::Weekend);
    if let Some((specs, after)) = day_set::list(chart, start).filter(|_| days) {
        // A day that the unit does not have is a rule that was not understood, not a rule without it.
        return Some((
            Clause::of(rules_of(&specs, Some(frequency), interval)?),
            after,
        ));
    }
    // "every month 1st and 15th".
    if let Some(found) = on_days(chart, next, unit, interval).filter(|_| !on) {
        return Some(found);
    }
    let rule = match unit {
        Unit::Workday if interval == 1 => {
            return Some((
                Clause::of(rules_of(&WORKWEEK.map(DaySpec::Weekday), None, 1)?),
                next,
            ));
        }
        Unit::Workday => Rule {
            workdays: true,
            ..Rule::every(Frequency::Daily, interval)
        },
        Unit::Weekend => return Some((Clause::of_weekends(interval)?, next)),
        _ => Rule::every(frequency, interval),
    };
    Some((Clause::of(vec![rule]), next))
}

/// The days of a unit without `on`: `month 1st and 15th`, `weekly friday`. In `weekly friday report` it is the
/// report's.
fn on_days(chart: &Chart<'_>, at: usize, unit: Unit, interval: u32) -> Option<(Clause, usize)> {
    matches!(
        unit,
        Unit::Week | Unit::Fortnight | Unit::Month | Unit::Year
    )
    .then_some(())?;
    let (frequency, _) = frequency(unit, 1)?;
    let (specs, next) = day_set::list(chart, at)?;
    let next = day_set::of_the_month(chart, next);
    let clear = chart.at_line_end(next) || clock(chart, next, Setting::Behind).is_some();
    clear.then_some(())?;
    Some((
        Clause::of(rules_of(&specs, Some(frequency), interval)?),
        next,
    ))
}

/// The frequency of a unit, and the interval in it.
pub(crate) fn frequency(unit: Unit, interval: u32) -> Option<(Frequency, u32)> {
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

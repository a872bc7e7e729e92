//! Days next to a day of the month in a rule: `2 workdays before the 1st`, `2 days before month end`.

use super::chart::Chart;
use super::day_set;
use crate::grammar::meaning::day_set::DaySpec;
use crate::grammar::recognise::word::{number, ordinal, unit};
use crate::grammar::token::lexicon::{Sense, Unit};
use crate::recurrence::Shift;

/// `2 workdays before the 1st`, `last workday before the 15th`, `2 days before month end`.
pub(crate) fn beside_day(
    chart: &Chart<'_>,
    at: usize,
) -> Option<(Vec<DaySpec>, Option<Shift>, usize)> {
    let start = at + usize::from(chart.is(at, Sense::The));
    let (mut count, next) = if unit(chart, start).is_some() {
        (1, start)
    } else if chart.is(start, Sense::Last) {
        (-1, start + 1)
    } else if chart.is(start, Sense::Ordinal(1))
        || chart.get(start)?.text == "1" && chart.is(start + 1, Sense::Suffix)
    {
        (
            1,
            start + 1 + usize::from(chart.is(start + 1, Sense::Suffix)),
        )
    } else {
        (i16::try_from(number(chart, start)?).ok()?, start + 1)
    };
    let last = count < 0;
    let (unit, next) = unit(chart, next)?;
    let before = chart.is(next, Sense::Before);
    let after = chart.is(next, Sense::After) && !last;
    (before || after).then_some(())?;
    count = count.abs();
    let sign = if before { -1 } else { 1 };
    let (day, next) = edge(chart, next + 1)?;
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
fn edge(chart: &Chart<'_>, at: usize) -> Option<(i8, usize)> {
    let start = at + usize::from(chart.is(at, Sense::The));
    if chart.is(start, Sense::Unit(Unit::Month)) && chart.is(start + 1, Sense::End) {
        return Some((-1, start + 2));
    }
    if chart.is(start, Sense::End) {
        let of = start + 1;
        let end = day_set::of_the_month(chart, of);
        let end =
            if end == of && chart.is(of, Sense::Of) && chart.is(of + 1, Sense::Unit(Unit::Month)) {
                of + 2
            } else {
                end
            };
        return Some((-1, end));
    }
    let (number, next) = ordinal(chart, start)?;
    let next = match unit(chart, next) {
        Some((Unit::Day, next)) => next,
        _ if number < 0 => return None,
        _ => next,
    };
    let day = i8::try_from(number)
        .ok()
        .filter(|day| (-31..=31).contains(day))?;
    Some((day, day_set::of_the_month(chart, next)))
}

//! What a rule leaves out: `except weekends`, `except 24 dec`, `except in august`, `except 1 jul to 14 jul`.

use jiff::civil::Date;

use super::chart::Chart;
use super::day_set;
use super::item::Kind;
use super::moment::moment;
use crate::grammar::meaning::day::Day;
use crate::grammar::meaning::day_set::{WEEKEND, WORKWEEK};
use crate::grammar::meaning::repeat::Repeat;
use crate::grammar::recognise::holiday::named_day;
use crate::grammar::recognise::word::{any_weekday, month, unit};
use crate::grammar::resolve::day::on_or_after;
use crate::grammar::token::lexicon::{NamedDay, Sense, Unit};
use crate::recurrence::{Exclusion, Moment};

/// Most exclusions in one list.
const EXCLUSIONS_MAX: usize = 64;

/// `except weekends`, `except friday and 24 dec`, `except in august`, `except 1 jul to 14 jul`.
pub(crate) fn except(chart: &Chart<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    // "but" mostly says something else, as in "every day but only a bit".
    let but = chart.is(at, Sense::But);
    if !but && !chart.is(at, Sense::Except) {
        return None;
    }
    let mut end = at + 1;
    let mut found = false;
    for _ in 0..EXCLUSIONS_MAX {
        let start = if found {
            day_set::separated(chart, end)
        } else {
            end
        };
        if found && start == end {
            break;
        }
        // "except for", "except on".
        let skip = usize::from(chart.any(start, &[Sense::On, Sense::In, Sense::For]));
        let Some((exclusions, next)) = exclusion(chart, start + skip) else {
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

fn exclusion(chart: &Chart<'_>, at: usize) -> Option<(Vec<Exclusion>, usize)> {
    match unit(chart, at) {
        Some((Unit::Weekend, next)) => {
            return Some((WEEKEND.map(Exclusion::Weekday).to_vec(), next));
        }
        Some((Unit::Workday, next)) => {
            return Some((WORKWEEK.map(Exclusion::Weekday).to_vec(), next));
        }
        _ => {}
    }
    if let Some(weekday) = any_weekday(chart, at) {
        let dash = chart.is_mark(at + 1, "-") || chart.is(at + 1, Sense::To);
        let Some(last) = any_weekday(chart, at + 2).filter(|_| dash) else {
            return Some((vec![Exclusion::Weekday(weekday)], at + 1));
        };
        let length = usize::try_from(weekday.until(last)).unwrap_or_default() + 1;
        let days = weekday.cycle_forward().take(length);
        return Some((days.map(Exclusion::Weekday).collect(), at + 3));
    }
    let has_date = |(day, _): &(Day, usize)| on_or_after(day, chart.now.today, chart.now).is_some();
    if let Some((first, next)) = exclusion_day(chart, at).filter(has_date) {
        let dash =
            chart.is_mark(next, "-") || chart.is_mark(next, "–") || chart.is(next, Sense::To);
        if dash && let Some((last, next)) = exclusion_day(chart, next + 1) {
            let range = range(first, &last, chart)?;
            return Some((vec![range], next));
        }
        let exclusions = match first {
            Day::On(date) => Exclusion::On(Moment::Date(date)),
            Day::Yearly(month, day) => Exclusion::YearDay(month, day),
            _ => return None,
        };
        return Some((vec![exclusions], next));
    }
    if let Some((moment, next)) = moment(chart, at) {
        return Some((vec![Exclusion::On(moment)], next));
    }
    match named_day(chart, at) {
        Some((NamedDay::Fixed(month, day), next)) => {
            Some((vec![Exclusion::YearDay(month, day)], next))
        }
        // A moving day cannot be left out for ever, so it is not left out at all.
        Some(_) => None,
        None => Some((vec![Exclusion::Month(month(chart, at)?)], at + 1)),
    }
}

/// A date to leave out: a day, or the same day of every year.
fn exclusion_day(chart: &Chart<'_>, at: usize) -> Option<(Day, usize)> {
    // The first is the plain one; in "20 dec, friday" the Friday is another item of the list.
    chart.items(at).iter().find_map(|item| match &item.kind {
        Kind::Day(day @ (Day::On(_) | Day::Yearly(..))) => Some((day.clone(), item.end)),
        _ => None,
    })
}

/// All days from one to another; without a year, those to come.
fn range(first: Day, last: &Day, chart: &Chart<'_>) -> Option<Exclusion> {
    let last_of = |first: Date| on_or_after(last, first, chart.now);
    let first = match (first, last) {
        // "1 jul to 14 jul 2027" has its year at the end.
        (Day::Yearly(month, day), Day::On(last)) => {
            let this = Date::new(last.year(), month, day).ok()?;
            if this > *last {
                Date::new(last.year() - 1, month, day).ok()?
            } else {
                this
            }
        }
        (first, _) => on_or_after(&first, chart.now.today, chart.now)?,
    };
    let last = last_of(first)?;
    (first <= last).then_some(Exclusion::Range(first, last))
}

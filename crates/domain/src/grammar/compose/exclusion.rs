//! What a rule leaves out: `except weekends`, `except 24 dec`, `except in august`, `except 1 jul to 14 jul`.

use jiff::civil::Date;

use super::chart::Chart;
use super::day_set;
use super::item::Kind;
use super::moment::moment;
use crate::grammar::meaning::day::Day;
use crate::grammar::meaning::day_set::{WEEKEND, WORKWEEK};
use crate::grammar::meaning::repeat::Repeat;
use crate::grammar::recognise::calendar::month_day;
use crate::grammar::recognise::holiday::named_day;
use crate::grammar::recognise::word::{any_weekday, month, ordinal, unit};
use crate::grammar::resolve::day::{on_or_after, period_of};
use crate::grammar::token::lexicon::{NamedDay, Sense, Unit};
use crate::recurrence::{Exclusion, Moment};

/// Most exclusions in one list.
const EXCLUSIONS_MAX: usize = 64;

/// Words that leave days out, besides `except` and `but`; longer ones first.
const OPENINGS: [&str; 14] = [
    "with the exception of",
    "apart from",
    "aside from",
    "other than",
    "not counting",
    "not",
    "no",
    "never",
    "without",
    "besides",
    "barring",
    "bar",
    "minus",
    "save",
];

/// The token after words that leave out the days behind them: `except`, `apart from`, `but not`.
pub(super) fn opening(chart: &Chart<'_>, at: usize) -> Option<usize> {
    if chart.is(at, Sense::Except) {
        return Some(at + 1);
    }
    if chart.is(at, Sense::But) {
        let is_no = chart.any(at + 1, &[Sense::Not, Sense::No]);
        return Some(at + 1 + usize::from(is_no));
    }
    OPENINGS
        .iter()
        .find_map(|words| chart.match_name(at, words))
}

/// Whether words that leave days out precede a token, so that `from` in `apart from friday` begins nothing.
pub(super) fn is_opened_before(chart: &Chart<'_>, at: usize) -> bool {
    at.checked_sub(1)
        .is_some_and(|last| opening(chart, last) == Some(at + 1))
}

/// `except weekends`, `apart from friday and 24 dec`, `not in august`, `except 1 jul to 14 jul`.
pub(crate) fn except(chart: &Chart<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    // "but" mostly says something else, as in "every day but only a bit".
    let mut end = opening(chart, at)?;
    let mut found = false;
    for _ in 0..EXCLUSIONS_MAX {
        let start = if chart.is(end, Sense::Or) {
            end + 1
        } else {
            day_set::separated(chart, end)
        };
        if found && start == end {
            break;
        }
        // "except for", "except on", "except over christmas".
        let start = if found { start } else { end };
        let skip = usize::from(chart.any(start, &[Sense::On, Sense::In, Sense::For, Sense::Over]));
        let Some((exclusions, next)) = exclusion(chart, start + skip) else {
            break;
        };
        // "except 24 dec, tuesdays every 2 weeks" stands in front of its rule.
        let is_rule = chart.is(start, Sense::On) && chart.is(start + 1, Sense::Plural);
        if found && (chart.is(next, Sense::Every) || is_rule && chart.is_mark(end, ",")) {
            break;
        }
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
    if let Some(found) = period(chart, at).or_else(|| days_of_month(chart, at)) {
        return Some(found);
    }
    let has_date = |(day, _): &(Day, usize)| on_or_after(day, chart.now.today, chart.now).is_some();
    // "from 24 dec to 2 jan", "between 24 dec and 2 jan".
    let is_between = chart.is(at, Sense::Between);
    let is_led = is_between || chart.is(at, Sense::From);
    let start = at + usize::from(is_led);
    if let Some((first, next)) = exclusion_day(chart, start).filter(has_date) {
        let joint = chart.is_mark(next, "-")
            || chart.is_mark(next, "–")
            || chart.is(next, Sense::To)
            || (is_led && chart.is(next, Sense::Until))
            || (is_between && chart.is(next, Sense::And));
        if joint && let Some((last, next)) = exclusion_day(chart, next + 1) {
            let range = range(first, &last, chart)?;
            return Some((vec![range], next));
        }
        let exclusions = match first {
            _ if is_led => return None,
            Day::On(date) => Exclusion::On(Moment::Date(date)),
            Day::Yearly(month, day) => Exclusion::YearDay(month, day),
            _ => return None,
        };
        return Some((vec![exclusions], next));
    }
    if is_led {
        return None;
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

/// `next week`, `this month`.
fn period(chart: &Chart<'_>, at: usize) -> Option<(Vec<Exclusion>, usize)> {
    let ahead = chart.is(at, Sense::Next);
    if !ahead && !chart.is(at, Sense::This) {
        return None;
    }
    let (unit, next) = unit(chart, at + 1)?;
    let (first, last) = period_of(unit, i32::from(ahead), chart.now)?;
    Some((vec![Exclusion::Range(first, last)], next))
}

/// `24th and 31st dec`: several days of one month.
fn days_of_month(chart: &Chart<'_>, at: usize) -> Option<(Vec<Exclusion>, usize)> {
    let (mut days, mut next) = (Vec::new(), at);
    for _ in 0..EXCLUSIONS_MAX {
        if let Some((named, end)) = month_day(chart, next).filter(|(named, _)| named.year.is_none())
        {
            named.day()?;
            days.push(named.day);
            let exclusions = days.iter().map(|day| Exclusion::YearDay(named.month, *day));
            let exist = days
                .iter()
                .all(|day| Date::new(2000, named.month, *day).is_ok());
            return (days.len() > 1 && exist).then(|| (exclusions.collect(), end));
        }
        let (day, end) = ordinal(chart, next)
            .or_else(|| Some((i16::try_from(chart.get(next)?.digits()?).ok()?, next + 1)))?;
        days.push(
            i8::try_from(day)
                .ok()
                .filter(|day| (1..=31).contains(day))?,
        );
        let separated = day_set::separated(chart, end);
        next = Some(separated).filter(|next| *next > end)?;
    }
    None
}

/// A date to leave out: a day, or the same day of every year.
fn exclusion_day(chart: &Chart<'_>, at: usize) -> Option<(Day, usize)> {
    // The first is the plain one; in "20 dec, friday" the Friday is another item of the list.
    chart.items(at).iter().find_map(|item| match &item.kind {
        Kind::Day(day @ (Day::On(_) | Day::Yearly(..))) => Some((day.clone(), item.end)),
        // "tomorrow", "next friday".
        Kind::Day(day @ (Day::Ahead(_) | Day::OfWeek(..))) => {
            let date = on_or_after(day, chart.now.today, chart.now)?;
            Some((Day::On(date), item.end))
        }
        _ => None,
    })
}

/// All days from one to another; without a year, those of every year.
fn range(first: Day, last: &Day, chart: &Chart<'_>) -> Option<Exclusion> {
    let last_of = |first: Date| on_or_after(last, first, chart.now);
    let first = match (first, last) {
        (Day::Yearly(month, day), Day::Yearly(of_last, last)) => {
            return Some(Exclusion::YearRange((month, day), (*of_last, *last)));
        }
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

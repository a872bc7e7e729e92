//! When a rule ends and what it has besides: `until 1 june`, `this week`, `5 times`, `for 3 weeks`, `plus 1 jul 2027`.

use jiff::civil::Date;

use super::chart::Chart;
use super::day_set;
use super::exclusion::except;
use super::moment::moment;
use super::rate::dayless;
use super::start::begin;
use crate::grammar::meaning::day::Day;
use crate::grammar::meaning::repeat::{End, Repeat};
use crate::grammar::recognise::calendar::year;
use crate::grammar::recognise::part::part;
use crate::grammar::recognise::word::{month, number, unit};
use crate::grammar::resolve::day;
use crate::grammar::token::Token;
use crate::grammar::token::lexicon::{Sense, Unit};
use crate::recurrence::COUNT_MAX;

/// Reads one of them.
pub(crate) fn item(chart: &Chart<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    until(chart, at, repeat)
        .or_else(|| within(chart, at, repeat))
        .or_else(|| amount(chart, at, repeat))
        .or_else(|| addition(chart, at, repeat))
}

/// Reads a bound that is apart from its rule, as far as possible.
pub(crate) fn standalone_bound(chart: &Chart<'_>, at: usize) -> Option<(Repeat, usize)> {
    let mut bound = Repeat::default();
    let mut end = at;
    loop {
        let next = begin(chart, end, &mut bound)
            .or_else(|| until(chart, end, &mut bound))
            .or_else(|| {
                let has_preposition = chart.is(end, Sense::For);
                amount(chart, end, &mut bound).filter(|_| has_preposition)
            });
        let Some(next) = next.filter(|next| chart.at_phrase_end(*next)) else {
            break;
        };
        end = next;
    }
    // "from monday to friday" names the days on which something happens.
    let open = chart.is(end, Sense::To) || chart.is_mark(end, "-") || chart.is_mark(end, "–");
    (end > at && !open && chart.at_phrase_start(at)).then_some((bound, end))
}

/// `10 times`, which elsewhere than beside a rule may belong to the title: "do pushups 50 times".
pub(crate) fn count(chart: &Chart<'_>, at: usize) -> Option<(Repeat, usize)> {
    if !chart.is(at + 1, Sense::Times) || !chart.at_phrase_start(at) {
        return None;
    }
    let mut bound = Repeat::default();
    let next = amount(chart, at, &mut bound)?;
    (bound.count.is_some() && chart.at_phrase_end(next)).then_some((bound, next))
}

/// What a rule has besides its days and its end: `plus 1 jul 2027`, `except weekends`.
pub(super) fn addition(chart: &Chart<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    plus(chart, at, repeat).or_else(|| except(chart, at, repeat))
}

/// `until 1 june`, `until june`, `ending friday`, and behind a start `to 10 feb`.
fn until(chart: &Chart<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    // "from 1 feb to 10 feb" says when it ends; "from monday to friday" rather says on which days.
    let dated = !matches!(repeat.start, None | Some(Day::Weekday(_)));
    let up = chart.is(at, Sense::Up) && chart.is(at + 1, Sense::To);
    let at = at + usize::from(up);
    let has_preposition = up || chart.is(at, Sense::Until) || (chart.is(at, Sense::To) && dated);
    if !has_preposition || repeat.until.is_some() {
        return None;
    }
    let skip = usize::from(chart.any(at + 1, &[Sense::On, Sense::In]));
    let start = at + 1 + skip;
    if let Some((moment, next)) = moment(chart, start) {
        repeat.until = Some(End::Moment(moment));
        return Some(next);
    }
    if let Some((until, next)) = chart.day(start) {
        let number = chart
            .get(next - 1)
            .filter(|_| month(chart, start).is_some());
        let number = number.and_then(Token::digits);
        if let (Some(hour), Some(_)) = (number, part(chart, next, false)) {
            repeat.doubts.push(format!(
                "{hour} was read as the day of the month; write at {hour} for the hour"
            ));
        }
        repeat.until = Some(End::Day(until));
        return Some(next);
    }
    let month = month(chart, start)?;
    repeat.until = Some(End::Month(month));
    if let Some(year) = year(chart, start + 1) {
        let last = Date::new(year, month, 1).ok()?.last_of_month();
        repeat.until = Some(End::Day(Day::On(last)));
        return Some(start + 2);
    }
    Some(start + 1)
}

/// `this week`, `next month`: the whole rule is within it.
fn within(chart: &Chart<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    let ahead = chart.is(at, Sense::Next);
    if !(ahead || chart.is(at, Sense::This)) || repeat.until.is_some() || repeat.length.is_some() {
        return None;
    }
    let (unit, next) = unit(chart, at + 1)?;
    let (first, last) = day::period_of(unit, i32::from(ahead), chart.now)?;
    if ahead {
        repeat.start.is_none().then_some(())?;
        repeat.start = Some(Day::On(first));
    }
    repeat.until = Some(End::Day(Day::On(last)));
    Some(next)
}

/// `5 times`, `for 3 weeks`, `for the next 3 weeks`.
fn amount(chart: &Chart<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    let has_preposition = chart.is(at, Sense::For);
    let ahead = has_preposition && chart.is(at + 1, Sense::The) && chart.is(at + 2, Sense::Next);
    let start = at + usize::from(has_preposition) + if ahead { 2 } else { 0 };
    // "every day, 3 times a day" is no end.
    if dayless(chart, start).is_some() {
        return None;
    }
    if !has_preposition
        && chart.is(start, Sense::Rate(2))
        && chart.at_phrase_end(start + 1)
        && repeat.count.is_none()
    {
        repeat.count = Some(2);
        return Some(start + 1);
    }
    let count = number(chart, start)?;
    if chart.is(start + 1, Sense::Times) && repeat.count.is_none() {
        (1..=COUNT_MAX).contains(&count).then_some(())?;
        repeat.count = Some(count);
        return Some(start + 2);
    }
    if has_preposition && count > 0 && repeat.length.is_none() {
        // "for 2 hours" is a duration, not a number of repetitions.
        let (unit, next) = unit(chart, start + 1).filter(|(unit, _)| {
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

/// Most added dates in one list.
const EXTRA_MAX: usize = 64;

/// `plus 1 jul 2027 and 2027-07-02T09:00`.
fn plus(chart: &Chart<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    if !chart.is(at, Sense::Plus) {
        return None;
    }
    let (first, mut end) = moment(chart, at + 1)?;
    repeat.extra.push(first);
    for _ in 1..EXTRA_MAX {
        let next = day_set::separated(chart, end);
        let Some((more, next)) = moment(chart, next).filter(|_| next > end) else {
            break;
        };
        if !repeat.extra.contains(&more) {
            repeat.extra.push(more);
        }
        end = next;
    }
    Some(end)
}

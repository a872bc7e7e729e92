//! What may follow the days of a rule: a time, a start, an end, months, exceptions, policies.

use jiff::civil::Weekday;

use super::dates::{Dated, Day, Now, day};
use super::lexicon::{Sense, Unit};
use super::rules::Repeat;
use super::specs;
use super::times::{clock, part};
use super::tokens::Tokens;
use super::values::{number, unit, weekday};
use crate::recurrence::{ByDay, COUNT_MAX, CatchUp, Frequency, Rule};

/// Reads times and ends in any order; none when they contradict each other.
pub(super) fn tail(
    tokens: &Tokens<'_>,
    at: usize,
    now: &Now,
    repeat: &mut Repeat,
) -> Option<usize> {
    let mut end = at;
    loop {
        let start = end + usize::from(tokens.mark(end, ","));
        let Some(next) = item(tokens, start, now, repeat).filter(|next| tokens.closes(*next))
        else {
            break;
        };
        end = next;
    }
    let ends = [
        repeat.until.is_some(),
        repeat.length.is_some(),
        repeat.rule.count.is_some(),
    ];
    (ends.into_iter().filter(|end| *end).count() <= 1).then_some(end)
}

fn item(tokens: &Tokens<'_>, at: usize, now: &Now, repeat: &mut Repeat) -> Option<usize> {
    if repeat.clock.is_none()
        && let Some((clock, next)) = clock(tokens, at, true)
    {
        repeat.clock = Some(clock);
        return Some(next);
    }
    if repeat.part.is_none()
        && let Some((time, next)) = part(tokens, at, true)
    {
        repeat.part = Some(time);
        return Some(next);
    }
    if tokens.is(at, Sense::Starting)
        && repeat.clock.is_none()
        && let Some((clock, next)) = clock(tokens, at + 1, true)
    {
        repeat.clock = Some(clock);
        return Some(next);
    }
    // "from 1 feb to 10 feb" says when it ends; "from monday to friday" rather says on which days.
    let dated = matches!(
        repeat.start,
        Some(Day::On(_) | Day::Yearly(..) | Day::Monthly(_))
    );
    if tokens.is(at, Sense::To) && dated && repeat.until.is_none() {
        let (until, next) = said_day(tokens, at + 1, now)?;
        repeat.until = Some(until);
        return Some(next);
    }
    if (tokens.is(at, Sense::Starting) || tokens.is(at, Sense::From)) && repeat.start.is_none() {
        let skip = usize::from(tokens.is(at + 1, Sense::On) || tokens.is(at + 1, Sense::From));
        let (start, next) = said_day(tokens, at + 1 + skip, now)?;
        repeat.start = Some(start);
        return Some(next);
    }
    if tokens.is(at, Sense::Until) && repeat.until.is_none() {
        let skip = usize::from(tokens.is(at + 1, Sense::On));
        let (until, next) = said_day(tokens, at + 1 + skip, now)?;
        repeat.until = Some(until);
        return Some(next);
    }
    if tokens.is(at, Sense::Skip)
        && tokens.is(at + 1, Sense::Short)
        && tokens.is(at + 2, Sense::Unit(Unit::Month))
    {
        repeat.skip = true;
        return Some(at + 3);
    }
    if repeat.catch_up == CatchUp::NextFuture {
        if tokens.is(at, Sense::Catch) && tokens.is(at + 1, Sense::Up) {
            repeat.catch_up = CatchUp::OneStep;
            return Some(at + 2);
        }
        if tokens.is(at, Sense::Restart)
            && tokens.is(at + 1, Sense::When)
            && tokens.is(at + 2, Sense::Late)
        {
            repeat.catch_up = CatchUp::FromCompletion;
            return Some(at + 3);
        }
    }
    if tokens.is(at, Sense::In) {
        return in_months(tokens, at + 1, &mut repeat.rule);
    }
    if tokens.is(at, Sense::Except) {
        return except(tokens, at + 1, &mut repeat.rule);
    }
    if tokens.is(at, Sense::Unit(Unit::Week)) && tokens.is(at + 1, Sense::From) {
        repeat.rule.week_start = weekday(tokens, at + 2)?;
        return Some(at + 3);
    }
    amount(tokens, at, repeat)
}

/// `in june and july`, for a rule that does not yet name its months.
fn in_months(tokens: &Tokens<'_>, at: usize, rule: &mut Rule) -> Option<usize> {
    if !rule.by_month.is_empty() {
        return None;
    }
    let (months, end) = specs::months(tokens, at);
    // "in june 2027" is no month of every year; "in june 5 times" is.
    let number = tokens
        .get(end)
        .is_some_and(|token| token.digits().is_some());
    if months.is_empty() || (number && !tokens.is(end + 1, Sense::Times)) {
        return None;
    }
    rule.by_month = months;
    Some(end)
}

/// `except weekends`, `except friday`, for a rule of days or weekdays.
fn except(tokens: &Tokens<'_>, at: usize, rule: &mut Rule) -> Option<usize> {
    let (days, end) = match unit(tokens, at) {
        Some(Unit::Weekend) => (vec![Weekday::Saturday, Weekday::Sunday], at + 1),
        Some(Unit::Workday) => (specs::WORKWEEK.to_vec(), at + 1),
        _ => {
            let (specs, end) = specs::list(tokens, at)?;
            (specs::weekdays_of(&specs)?, end)
        }
    };
    let daily = rule.frequency == Frequency::Daily && rule.interval == 1 && rule.by_day.is_empty();
    let from: Vec<ByDay> = if daily {
        Weekday::Monday
            .cycle_forward()
            .take(7)
            .map(ByDay::each)
            .collect()
    } else if rule.frequency == Frequency::Weekly {
        std::mem::take(&mut rule.by_day)
    } else {
        return None;
    };
    rule.frequency = Frequency::Weekly;
    rule.by_day = from
        .into_iter()
        .filter(|day| !days.contains(&day.weekday))
        .collect();
    (!rule.by_day.is_empty()).then_some(end)
}

/// `5 times`, `for 3 weeks`.
fn amount(tokens: &Tokens<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    let led = tokens.is(at, Sense::For);
    let start = at + usize::from(led);
    let count = number(tokens, start)?;
    if tokens.is(start + 1, Sense::Times) && repeat.rule.count.is_none() {
        (1..=COUNT_MAX).contains(&count).then_some(())?;
        repeat.rule.count = Some(count);
        return Some(start + 2);
    }
    if led && count > 0 && repeat.length.is_none() {
        // "for 2 hours" tells how long it takes, not how often.
        let unit = unit(tokens, start + 1).filter(|unit| {
            !matches!(
                unit,
                Unit::Minute | Unit::Hour | Unit::Workday | Unit::Weekend
            )
        })?;
        repeat.length = Some((count, unit));
        return Some(start + 2);
    }
    None
}

fn said_day(tokens: &Tokens<'_>, at: usize, now: &Now) -> Option<(Day, usize)> {
    match day(tokens, at, now)? {
        (Dated::Day(day), next) => Some((day, next)),
        _ => None,
    }
}

//! Rules in words: `every monday at 9 until 1 june`, `every! 3 days`, `monthly on the 1st`.

use jiff::civil::{Time, Weekday};

use super::dates::{Day, Now};
use super::lexicon::{Sense, Unit};
use super::specs::{self, Spec};
use super::tail::tail;
use super::times::{Clock, clock, part};
use super::tokens::Tokens;
use super::values::{month, number, unit, weekday};
use super::when::When;
use crate::recurrence::{CatchUp, Frequency, INTERVAL_MAX, Rule};

/// A rule as it was said, before it is known when it begins.
#[derive(Clone, Debug)]
pub(super) struct Repeat {
    /// The rule; an end said in words is not in it yet.
    pub rule: Rule,
    /// `every!`: counted from the completion.
    pub completion: bool,
    /// `skip short months`.
    pub skip: bool,
    /// `catch up`, `restarting when late`.
    pub catch_up: CatchUp,
    /// The time of day.
    pub clock: Option<Clock>,
    /// The hour of a part of the day, such as `every evening`, which a stated time replaces.
    pub part: Option<Time>,
    /// `starting`.
    pub start: Option<Day>,
    /// `until`.
    pub until: Option<Day>,
    /// `for 3 weeks`.
    pub length: Option<(u32, Unit)>,
}

impl Repeat {
    /// The time of day, if the rule says one.
    pub(super) fn time(&self) -> Option<Time> {
        let said = When {
            clock: self.clock,
            part: self.part,
            ..When::default()
        };
        said.time().0
    }
}

/// Reads a rule. With `whole` a phrase such as `after 3 days` counts too, which in a sentence means something else.
pub(super) fn repeat(
    tokens: &Tokens<'_>,
    at: usize,
    now: &Now,
    whole: bool,
) -> Option<(Repeat, usize)> {
    if !tokens.opens(at) {
        return None;
    }
    let (mut repeat, next) = every(tokens, at, whole)
        .or_else(|| adverb(tokens, at))
        .or_else(|| of_every(tokens, at))?;
    let end = tail(tokens, next, now, &mut repeat)?;
    let bare_adverb = end == at + 1;
    let adjective = bare_adverb && !(tokens.ends(end) || follows_adverb(tokens, end));
    let whole_phrase = tokens.closes(end) && !adjective && !goes_on(tokens, end);
    whole_phrase.then_some((repeat, end))
}

/// Whether a token begins a rule, so that a rule which is not understood deserves a warning.
pub(super) fn begins(tokens: &Tokens<'_>, at: usize) -> bool {
    let rule = tokens.is(at, Sense::Every) && !tokens.is(at, Sense::Quiet);
    tokens.opens(at) && (rule || tokens.is(at, Sense::Misspelt))
}

/// The token after the words of a rule that was not understood: they belong together, so none becomes a date.
pub(super) fn muddle(tokens: &Tokens<'_>, at: usize) -> usize {
    let ruly = |sense| {
        matches!(
            sense,
            Sense::Unit(_)
                | Sense::Weekday(_)
                | Sense::Month(_)
                | Sense::Number(_)
                | Sense::Ordinal(_)
                | Sense::Suffix
                | Sense::Last
                | Sense::Other
                | Sense::On
                | Sense::Of
                | Sense::The
                | Sense::And
                | Sense::To
                | Sense::Between
                | Sense::Or
                | Sense::Before
                | Sense::After
                | Sense::End
                | Sense::Except
                | Sense::In
                | Sense::At
                | Sense::Until
                | Sense::Starting
                | Sense::Times
                | Sense::Am
                | Sense::Pm
                | Sense::Hour(_)
                | Sense::Part(_)
        )
        .then_some(())
    };
    let mut end = at;
    while tokens.get(end).is_some_and(|token| {
        token.digits().is_some() || matches!(token.text, "," | "-" | "!" | ":")
    }) || tokens.sense(end, ruly).is_some()
    {
        end += 1;
    }
    end
}

/// Whether more of the rule follows that cannot be said in one rule, such as a second time of day or an exception. A
/// rule without it would be a wrong one.
fn goes_on(tokens: &Tokens<'_>, at: usize) -> bool {
    let comma = at + usize::from(tokens.mark(at, ","));
    let bounds = [Sense::Until, Sense::Starting, Sense::Except];
    if bounds.iter().any(|sense| tokens.is(comma, *sense)) || tokens.is(at, Sense::Of) {
        return true;
    }
    let joints = [
        Sense::To,
        Sense::Between,
        Sense::Before,
        Sense::After,
        Sense::Or,
    ];
    // "before the 1st" belongs to the rule, "before lunch" to the title.
    if joints.iter().any(|sense| tokens.is(comma, *sense)) && is_temporal(tokens, comma + 1) {
        return true;
    }
    let next = specs::separated(tokens, at);
    let listed = tokens.is(comma, Sense::And)
        && tokens
            .get(next)
            .is_some_and(|token| token.digits().is_some());
    next > at
        && (listed
            || clock(tokens, next, true).is_some()
            || part(tokens, next, true).is_some()
            || weekday(tokens, next).is_some()
            || (tokens.is(comma, Sense::And) && month(tokens, next).is_some()))
}

/// Whether a token begins a day, a time or an amount of them.
fn is_temporal(tokens: &Tokens<'_>, at: usize) -> bool {
    let at = at + usize::from(tokens.is(at, Sense::The));
    let temporal = |sense| {
        matches!(
            sense,
            Sense::Weekday(_)
                | Sense::Month(_)
                | Sense::Unit(_)
                | Sense::Ordinal(_)
                | Sense::Hour(_)
                | Sense::Part(_)
                | Sense::Last
                | Sense::End
                | Sense::Today
                | Sense::Tomorrow
        )
        .then_some(())
    };
    tokens.get(at).is_some_and(|token| token.digits().is_some())
        || tokens.sense(at, temporal).is_some()
}

/// `daily` ends a thought; in `daily report` it is an adjective.
fn follows_adverb(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.is(at, Sense::Goes)
        || tokens
            .get(at)
            .is_some_and(|token| matches!(token.text, "," | "." | ")" | ":"))
        || tokens.is(at, Sense::Today)
        || tokens.is(at, Sense::Tomorrow)
}

fn plain(rule: Rule, part: Option<Time>) -> Repeat {
    Repeat {
        rule,
        completion: false,
        skip: false,
        catch_up: CatchUp::NextFuture,
        clock: None,
        part,
        start: None,
        until: None,
        length: None,
    }
}

/// `every …` without its tail.
fn every(tokens: &Tokens<'_>, at: usize, whole: bool) -> Option<(Repeat, usize)> {
    let (completion, next) = if tokens.is(at, Sense::Every) {
        let completion = tokens.mark(at + 1, "!") && tokens.glued(at + 1);
        (completion, at + 1 + usize::from(completion))
    } else if whole && tokens.is(at, Sense::After) && number(tokens, at + 1).is_some() {
        (true, at + 1)
    } else {
        return None;
    };
    let (repeat, next) = body(tokens, next)?;
    let catch_up = if completion {
        CatchUp::FromCompletion
    } else {
        CatchUp::NextFuture
    };
    Some((
        Repeat {
            completion,
            catch_up,
            ..repeat
        },
        next,
    ))
}

fn body(tokens: &Tokens<'_>, at: usize) -> Option<(Repeat, usize)> {
    let hour = tokens.sense(at, |sense| match sense {
        Sense::Part(hour) => Some(hour),
        _ => None,
    });
    if let Some(hour) = hour {
        return Some((
            plain(
                Rule::every(Frequency::Daily, 1),
                Time::new(hour, 0, 0, 0).ok(),
            ),
            at + 1,
        ));
    }
    if let Some((specs, next)) = specs::numbers(tokens, at) {
        return Some((plain(specs::rule(&specs, None, 1)?, None), next));
    }
    if let Some((ordinal, next)) = specs::ordinal(tokens, at)
        && let Some(unit) = unit(tokens, next).filter(|unit| !matches!(unit, Unit::Workday))
        && ordinal > 0
        && of_the_month(tokens, next + 1) == next + 1
    {
        // "every 3rd day" counts days; "every 3rd day of the month" names one.
        let interval = u32::try_from(ordinal)
            .ok()
            .filter(|interval| *interval > 1)?;
        return counted(tokens, next + 1, unit, interval);
    }
    let (interval, next) = interval(tokens, at);
    if let Some(unit) = unit(tokens, next) {
        return counted(tokens, next + 1, unit, interval.unwrap_or(1));
    }
    // "every 2 mondays" may mean two things; "every other monday" does not.
    let other = tokens.is(at, Sense::Other);
    let start = if other { next } else { at };
    let (specs, next) = specs::list(tokens, start)?;
    let end = of_the_month(tokens, next);
    let unit = (end > next).then_some(Frequency::Monthly);
    if other && weekday(tokens, start).is_none() {
        return None;
    }
    Some((
        plain(specs::rule(&specs, unit, if other { 2 } else { 1 })?, None),
        end,
    ))
}

/// `other` or a number; none means each.
fn interval(tokens: &Tokens<'_>, at: usize) -> (Option<u32>, usize) {
    if tokens.is(at, Sense::Other) {
        return (Some(2), at + 1);
    }
    match number(tokens, at) {
        Some(count) => (Some(count), at + 1),
        None => (None, at),
    }
}

/// A unit, its interval, and perhaps the days: `every 2 months on the 1st`.
fn counted(tokens: &Tokens<'_>, next: usize, unit: Unit, interval: u32) -> Option<(Repeat, usize)> {
    let (frequency, interval) = frequency(unit, interval)?;
    let start = if tokens.is(next, Sense::On) {
        Some(next + 1)
    } else {
        None
    };
    if let Some((specs, after)) = start.and_then(|start| specs::list(tokens, start)) {
        if let Some(rule) = specs::rule(&specs, Some(frequency), interval) {
            return Some((plain(rule, None), after));
        }
        // A day that the unit does not have is a rule that was not understood, not a rule without it.
        return None;
    }
    let rule = match unit {
        Unit::Workday if interval == 1 => {
            specs::rule(&specs::WORKWEEK.map(Spec::Weekday), None, 1)?
        }
        Unit::Workday => return None,
        Unit::Weekend => specs::rule(&[Spec::Weekday(Weekday::Saturday)], None, interval)?,
        _ => Rule::every(frequency, interval),
    };
    Some((plain(rule, None), next))
}

fn frequency(unit: Unit, interval: u32) -> Option<(Frequency, u32)> {
    let (frequency, factor) = match unit {
        Unit::Minute | Unit::Hour => return None,
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

/// `monthly on the 1st`.
fn adverb(tokens: &Tokens<'_>, at: usize) -> Option<(Repeat, usize)> {
    let unit = tokens.sense(at, |sense| match sense {
        Sense::Adverb(unit) => Some(unit),
        _ => None,
    })?;
    let named = at
        .checked_sub(1)
        .is_some_and(|last| tokens.is(last, Sense::Names));
    if named {
        return None;
    }
    counted(tokens, at + 1, unit, 1)
}

/// `the last day of every month`, `1st of each month`.
fn of_every(tokens: &Tokens<'_>, at: usize) -> Option<(Repeat, usize)> {
    let start = if tokens.is(at, Sense::On) { at + 1 } else { at };
    let (specs, next) = specs::list(tokens, start)?;
    if !(tokens.is(next, Sense::Of) && tokens.is(next + 1, Sense::Every)) {
        return None;
    }
    let (interval, unit_at) = interval(tokens, next + 2);
    let (frequency, interval) = frequency(unit(tokens, unit_at)?, interval.unwrap_or(1))?;
    Some((
        plain(specs::rule(&specs, Some(frequency), interval)?, None),
        unit_at + 1,
    ))
}

/// The token after `of the month`, `of each month`, if that stands here.
fn of_the_month(tokens: &Tokens<'_>, at: usize) -> usize {
    let said = tokens.is(at, Sense::Of)
        && (tokens.is(at + 1, Sense::The) || tokens.is(at + 1, Sense::Every))
        && tokens.is(at + 2, Sense::Unit(Unit::Month));
    if said { at + 3 } else { at }
}

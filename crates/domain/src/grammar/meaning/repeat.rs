//! Rules as they are said, before it is known when they begin.

use jiff::civil::{Time, Weekday};

use super::day::Day;
use super::day_set::{DaySpec, WEEKEND, rules_of};
use super::time::Clock;
use crate::grammar::token::lexicon::Unit;
use crate::recurrence::{CatchUp, Exclusion, Frequency, Moment, Overflow, Rule, Shift};
use crate::{Recurrence, Zone};

/// The last day of a rule, as it was said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum End {
    Day(Day),
    /// The end of the next such month after the start.
    Month(i8),
    Moment(Moment),
}

/// Some days with their own times: each part of `mon at 8, tue at 9`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clause {
    /// The rules that name the days; often one.
    pub rules: Vec<Rule>,
    /// The times of day.
    pub clocks: Vec<Clock>,
    /// The hour of a part of the day, such as `every evening`, which a stated time replaces.
    pub part: Option<Time>,
    /// `always at 9`: the time is part of the rule even where one alone would be the start's.
    pub fixed: bool,
    /// `weeks from sunday`.
    pub week_start: Option<Weekday>,
    /// Another likely reading of the words after the times.
    pub zone_doubt: Option<String>,
}

impl Clause {
    /// A clause of these rules.
    pub(crate) fn of(rules: Vec<Rule>) -> Self {
        Self {
            rules,
            ..Self::default()
        }
    }

    /// A clause of both days of each weekend, which are in one week whatever day the writer's begins on.
    pub(crate) fn of_weekends(interval: u32) -> Option<Self> {
        Some(Self {
            week_start: Some(Weekday::Monday),
            ..Self::of(rules_of(&WEEKEND.map(DaySpec::Weekday), None, interval)?)
        })
    }

    /// A clause of rules whose dates move.
    pub(crate) fn shifted(rules: Vec<Rule>, shift: Option<Shift>) -> Self {
        let shifted = |rule| Rule { shift, ..rule };
        Self::of(rules.into_iter().map(shifted).collect())
    }
}

/// A rule as it was said, before it is known when it begins.
#[derive(Clone, Debug, Default)]
pub(crate) struct Repeat {
    /// The days and times.
    pub clauses: Vec<Clause>,
    /// `every!`: counted from the completion.
    pub completion: bool,
    /// `skip short months`.
    pub overflow: Overflow,
    /// `catch up`, `restarting when late`.
    pub catch_up: CatchUp,
    /// `starting`.
    pub start: Option<Day>,
    /// The zone of the times.
    pub zone: Option<Zone>,
    /// `until`.
    pub until: Option<End>,
    /// `5 times`.
    pub count: Option<u32>,
    /// `for 3 weeks`.
    pub length: Option<(u32, Unit)>,
    /// `plus 1 jul 2027`.
    pub extra: Vec<Moment>,
    /// `except`.
    pub exclude: Vec<Exclusion>,
    /// A recurrence in its exact text.
    pub raw: Option<Recurrence>,
    /// Another likely reading, for a person.
    pub doubts: Vec<String>,
}

impl Repeat {
    /// Adds what another part of the line says of the rule, unless the rule has it already or it means something else;
    /// returns whether it did.
    pub(crate) fn join(&mut self, bound: &Self) -> bool {
        // "every month fast for 2 days" says how long it takes.
        let short = bound.length.is_some_and(|(count, unit)| {
            let steps = self.clauses.iter().flat_map(|clause| &clause.rules);
            steps.map(step).max().unwrap_or(u32::MAX) >= days(unit).saturating_mul(count)
        });
        // Nothing counts the dates of several rules.
        let uncounted = bound.count.is_some() && self.rule_count() > 1;
        if self.raw.is_some()
            || short
            || uncounted
            || (self.ends() && bound.ends())
            || (self.start.is_some() && bound.start.is_some())
        {
            return false;
        }
        for exclusion in &bound.exclude {
            if !self.exclude.contains(exclusion) {
                self.exclude.push(*exclusion);
            }
        }
        self.extra.extend(bound.extra.iter().copied());
        if self.overflow == Overflow::default() {
            self.overflow = bound.overflow;
        }
        if self.catch_up == CatchUp::default() {
            self.catch_up = bound.catch_up;
            self.completion |= bound.completion;
        }
        self.doubts.extend(bound.doubts.iter().cloned());
        self.start = self.start.take().or_else(|| bound.start.clone());
        self.until = self.until.take().or_else(|| bound.until.clone());
        self.length = self.length.or(bound.length);
        self.count = self.count.or(bound.count);
        true
    }

    /// Whether the words say when it ends.
    pub(crate) fn ends(&self) -> bool {
        self.until.is_some() || self.length.is_some() || self.count.is_some()
    }

    /// How many rules name its days.
    pub(crate) fn rule_count(&self) -> usize {
        self.clauses.iter().map(|clause| clause.rules.len()).sum()
    }

    /// How long all of its times are: `every fri 7-9pm`.
    pub(crate) fn minutes(&self) -> Option<u16> {
        let mut clocks = self.clauses.iter().flat_map(|clause| &clause.clocks);
        let first = clocks.next()?.minutes?;
        clocks
            .all(|clock| clock.minutes == Some(first))
            .then_some(first)
    }

    /// Whether its times are not equally long.
    pub(crate) fn has_unequal_times(&self) -> bool {
        let mut clocks = self.clauses.iter().flat_map(|clause| &clause.clocks);
        let first = clocks.next().map(|clock| clock.minutes);
        clocks.any(|clock| Some(clock.minutes) != first)
    }

    /// Whether the words say a time of day, or the rule itself does.
    pub(crate) fn is_timed(&self) -> bool {
        self.raw.as_ref().is_some_and(Recurrence::sets_time)
            || self.clauses.iter().any(|clause| {
                !clause.clocks.is_empty()
                    || clause.part.is_some()
                    || clause.rules.iter().any(Rule::sets_time)
            })
    }
}

/// About how many days a unit has.
fn days(unit: Unit) -> u32 {
    match unit {
        Unit::Week => 7,
        Unit::Fortnight => 14,
        Unit::Month => 30,
        Unit::Quarter => 91,
        Unit::Year => 365,
        _ => 1,
    }
}

/// About how many days lie between two dates of a rule.
fn step(rule: &Rule) -> u32 {
    let unit = match rule.frequency {
        Frequency::Weekly => 7,
        Frequency::Monthly => 30,
        Frequency::Yearly => 365,
        _ => 1,
    };
    rule.interval.saturating_mul(unit)
}

//! From named days to rules: as few as can say them.

use jiff::civil::Weekday;

use super::day_sets::{DaySpec, WORKWEEK};
use crate::recurrence::{ByDay, Frequency, RULES_MAX, Rule};

/// Kinds of days; one rule can name days of the same kind.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Weekday,
    MonthDay,
    Nth,
    Workday,
    YearDay,
    NthIn,
    AfterNth,
}

impl Kind {
    fn of(spec: DaySpec) -> Self {
        match spec {
            DaySpec::Weekday(_) => Self::Weekday,
            DaySpec::MonthDay(_) | DaySpec::OrdinalWord(_) => Self::MonthDay,
            DaySpec::Nth(..) => Self::Nth,
            DaySpec::Workday(_) => Self::Workday,
            DaySpec::YearDay(..) => Self::YearDay,
            DaySpec::NthIn(..) => Self::NthIn,
            DaySpec::AfterNth(..) => Self::AfterNth,
        }
    }

    fn frequency(self) -> Frequency {
        match self {
            Self::Weekday => Frequency::Weekly,
            Self::MonthDay | Self::Nth | Self::Workday => Frequency::Monthly,
            Self::YearDay | Self::NthIn | Self::AfterNth => Frequency::Yearly,
        }
    }
}

/// The rules that name these days, if they go together and with the unit.
pub(super) fn rules(
    specs: &[DaySpec],
    unit: Option<Frequency>,
    interval: u32,
) -> Option<Vec<Rule>> {
    let first = Kind::of(*specs.first()?).frequency();
    if unit.is_some_and(|unit| unit != first) {
        return None;
    }
    // "every second" alone may mean anything.
    if unit.is_none()
        && specs
            .iter()
            .any(|spec| matches!(spec, DaySpec::OrdinalWord(_)))
    {
        return None;
    }
    let mut kinds: Vec<Kind> = Vec::new();
    for spec in specs {
        let kind = Kind::of(*spec);
        if kind.frequency() != first {
            return None;
        }
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let mut rules = Vec::new();
    for kind in kinds {
        let alike: Vec<DaySpec> = specs
            .iter()
            .copied()
            .filter(|spec| Kind::of(*spec) == kind)
            .collect();
        rules.extend(of_kind(kind, &alike, &Rule::every(first, interval)));
    }
    (rules.len() <= RULES_MAX).then_some(rules)
}

fn of_kind(kind: Kind, specs: &[DaySpec], base: &Rule) -> Vec<Rule> {
    let one = |rule: Rule| vec![rule];
    match kind {
        Kind::Weekday => one(Rule {
            by_day: specs.iter().filter_map(|spec| by_day(*spec)).collect(),
            ..base.clone()
        }),
        Kind::Nth => one(Rule {
            by_day: specs.iter().filter_map(|spec| by_day(*spec)).collect(),
            ..base.clone()
        }),
        Kind::MonthDay => one(Rule {
            by_month_day: specs
                .iter()
                .filter_map(|spec| match spec {
                    DaySpec::MonthDay(day) | DaySpec::OrdinalWord(day) => Some(*day),
                    _ => None,
                })
                .collect(),
            ..base.clone()
        }),
        Kind::Workday => one(Rule {
            by_day: WORKWEEK.map(ByDay::each).to_vec(),
            by_set_pos: specs
                .iter()
                .filter_map(|spec| match spec {
                    DaySpec::Workday(ordinal) => Some(*ordinal),
                    _ => None,
                })
                .collect(),
            ..base.clone()
        }),
        Kind::YearDay => {
            let pairs = specs.iter().filter_map(|spec| match spec {
                DaySpec::YearDay(month, day) => Some((*month, *day)),
                _ => None,
            });
            cartesian_groups(&pairs.collect::<Vec<_>>())
                .into_iter()
                .map(|(by_month, by_month_day)| Rule {
                    by_month_day,
                    by_month,
                    ..base.clone()
                })
                .collect()
        }
        Kind::NthIn => {
            let pairs = specs.iter().filter_map(|spec| match spec {
                DaySpec::NthIn(_, _, month) => Some((*month, by_day(*spec)?)),
                _ => None,
            });
            cartesian_groups(&pairs.collect::<Vec<_>>())
                .into_iter()
                .map(|(by_month, by_day)| Rule {
                    by_day,
                    by_month,
                    ..base.clone()
                })
                .collect()
        }
        Kind::AfterNth => specs
            .iter()
            .filter_map(|spec| match spec {
                DaySpec::AfterNth(ordinal, weekday, month) => {
                    after_nth(*ordinal, *weekday, *month, base)
                }
                _ => None,
            })
            .collect(),
    }
}

fn by_day(spec: DaySpec) -> Option<ByDay> {
    match spec {
        DaySpec::Weekday(weekday) => Some(ByDay::each(weekday)),
        DaySpec::Nth(ordinal, weekday) | DaySpec::NthIn(ordinal, weekday, _) => Some(ByDay {
            ordinal: Some(ordinal),
            weekday,
        }),
        _ => None,
    }
}

/// The day after the 4th Thursday is the Friday from the 23rd to the 29th.
fn after_nth(ordinal: i16, weekday: Weekday, month: i8, base: &Rule) -> Option<Rule> {
    let first = i8::try_from(ordinal).ok()?.checked_sub(1)?.checked_mul(7)? + 2;
    Some(Rule {
        by_month: vec![month],
        by_month_day: (first..first + 7).collect(),
        by_day: vec![ByDay::each(weekday.next())],
        ..base.clone()
    })
}

/// The pairs as groups of which every combination is meant: all in one if that says the same, else by the second
/// value.
pub(super) fn cartesian_groups<A: PartialEq + Copy, B: PartialEq + Copy>(
    pairs: &[(A, B)],
) -> Vec<(Vec<A>, Vec<B>)> {
    let (mut firsts, mut seconds): (Vec<A>, Vec<B>) = (Vec::new(), Vec::new());
    let mut unique: Vec<(A, B)> = Vec::new();
    for pair in pairs {
        if !unique.contains(pair) {
            unique.push(*pair);
        }
        if !firsts.contains(&pair.0) {
            firsts.push(pair.0);
        }
        if !seconds.contains(&pair.1) {
            seconds.push(pair.1);
        }
    }
    if firsts.len() * seconds.len() == unique.len() {
        return vec![(firsts, seconds)];
    }
    seconds
        .into_iter()
        .map(|second| {
            let with = unique.iter().filter(|pair| pair.1 == second);
            (with.map(|pair| pair.0).collect(), vec![second])
        })
        .collect()
}

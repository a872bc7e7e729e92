//! Which days a rule names, and as few rules as can say them: weekdays, days of the month, the 3rd Friday, the last
//! workday, 14 January.

use jiff::civil::Weekday;

use crate::recurrence::{ByDay, Frequency, RULES_MAX, Rule};

/// The days people work on.
pub(crate) const WORKWEEK: [Weekday; 5] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
];

/// The days people do not work on.
pub(crate) const WEEKEND: [Weekday; 2] = [Weekday::Saturday, Weekday::Sunday];

/// One named day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum DaySpec {
    Weekday(Weekday),
    /// The nth day of the month, from the end when negative.
    MonthDay(i8),
    /// The same as a word, which alone may mean anything: `every second`.
    OrdinalWord(i8),
    /// The nth such weekday of the month.
    Nth(i16, Weekday),
    /// The nth workday of the month.
    Workday(i16),
    /// A day of the year: month and day.
    YearDay(i8, i8),
    /// The nth such weekday of a month.
    NthIn(i16, Weekday, i8),
    /// The day after the nth such weekday of a month, which is another weekday.
    AfterNth(i16, Weekday, i8),
}

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
pub(crate) fn rules_of(
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

/// The rules that name these days of each quarter of the calendar: in its first month, or from its end in its last.
pub(crate) fn quarterly(specs: &[DaySpec]) -> Option<Vec<Rule>> {
    let months = |is_last: bool| {
        if is_last {
            [3, 6, 9, 12]
        } else {
            [1, 4, 7, 10]
        }
    };
    let mut dates = Vec::new();
    let mut rules = Vec::new();
    for spec in specs {
        match *spec {
            DaySpec::MonthDay(day) | DaySpec::OrdinalWord(day) => {
                dates.extend(months(day < 0).map(|month| DaySpec::YearDay(month, day)));
            }
            DaySpec::Nth(ordinal, weekday) => {
                let nth = |month| DaySpec::NthIn(ordinal, weekday, month);
                dates.extend(months(ordinal < 0).map(nth));
            }
            DaySpec::Workday(ordinal) => {
                let of_months = rules_of(&[*spec], None, 1)?;
                rules.extend(of_months.into_iter().map(|rule| Rule {
                    by_month: months(ordinal < 0).to_vec(),
                    ..rule
                }));
            }
            _ => return None,
        }
    }
    if !dates.is_empty() {
        rules.extend(rules_of(&dates, None, 1)?);
    }
    Some(rules)
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
pub(crate) fn cartesian_groups<A: PartialEq + Copy, B: PartialEq + Copy>(
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

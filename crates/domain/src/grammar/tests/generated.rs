//! Words for any recurrence at all read back to the same value.

use jiff::civil::{Date, DateTime, Weekday};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;
use crate::recurrence::{
    Anchor, ByDay, CatchUp, Exclusion, Frequency, Moment, Overflow, Rule, Shift,
};
use crate::weekday::WEEK;

fn some<T: Clone + std::fmt::Debug + 'static>(
    values: Vec<T>,
    most: usize,
) -> impl Strategy<Value = Vec<T>> {
    prop_oneof![3 => Just(Vec::new()), 1 => subsequence(values, 1..=most)]
}

fn moment() -> impl Strategy<Value = Moment> {
    let date = || (1900..=2200_i16, 1..=12_i8, 1..=28_i8);
    let at = || {
        (date(), 0..24_i8, 0..60_i8, select(vec![0_i8, 30])).prop_map(
            |((year, month, day), hour, minute, second)| {
                DateTime::new(year, month, day, hour, minute, second, 0).unwrap()
            },
        )
    };
    prop_oneof![
        date().prop_map(|(year, month, day)| Moment::Date(Date::new(year, month, day).unwrap())),
        at().prop_map(Moment::Floating),
        at().prop_map(|at| Moment::Instant(
            at.to_zoned_datetime(jiff::tz::TimeZone::UTC)
                .unwrap()
                .timestamp()
        )),
    ]
}

fn frequency() -> impl Strategy<Value = Frequency> {
    select(vec![
        Frequency::Secondly,
        Frequency::Minutely,
        Frequency::Hourly,
        Frequency::Daily,
        Frequency::Weekly,
        Frequency::Monthly,
        Frequency::Yearly,
    ])
}

fn by_day() -> impl Strategy<Value = Vec<ByDay>> {
    let each = subsequence(WEEK.to_vec(), 1..=7)
        .prop_map(|week| week.into_iter().map(ByDay::each).collect());
    let nth = (subsequence(WEEK.to_vec(), 1..=3), -5..=5_i16).prop_map(|(week, ordinal)| {
        let nth = |weekday| ByDay {
            ordinal: Some(ordinal).filter(|ordinal| *ordinal != 0),
            weekday,
        };
        week.into_iter().map(nth).collect()
    });
    prop_oneof![2 => Just(Vec::new()), 2 => each, 1 => nth]
}

fn shift() -> impl Strategy<Value = Option<Shift>> {
    prop_oneof![
        3 => Just(None),
        1 => select(vec![Shift::Next, Shift::Previous, Shift::Nearest]).prop_map(Some),
        1 => (1..=30_i8).prop_map(|count| Some(Shift::Workdays(count))),
        1 => (1..=30_i8).prop_map(|count| Some(Shift::Workdays(-count))),
    ]
}

/// Any rule that its own text reads back to.
fn any_rule() -> impl Strategy<Value = Rule> {
    let times = (
        some((0..24).collect::<Vec<i8>>(), 6),
        some((0..60).collect::<Vec<i8>>(), 3),
        some((0..60).collect::<Vec<i8>>(), 2),
    );
    let days = (
        by_day(),
        some((1..=31).chain(-31..=-1).collect::<Vec<i8>>(), 6),
        some((1..=12).collect::<Vec<i8>>(), 4),
        some((1..=366).chain(-366..=-1).collect::<Vec<i16>>(), 3),
        some((1..=53).chain(-53..=-1).collect::<Vec<i8>>(), 3),
        some((1..=366).chain(-366..=-1).collect::<Vec<i16>>(), 3),
    );
    let interval = prop_oneof![Just(1_u32), 2..10_u32, Just(1000)];
    let rest = (any::<bool>(), select(WEEK.to_vec()), any::<bool>(), shift());
    (frequency(), interval, times, days, rest)
        .prop_map(|(frequency, interval, times, days, rest)| {
            let (by_hour, by_minute, by_second) = times;
            let (by_day, by_month_day, by_month, by_year_day, by_week_no, by_set_pos) = days;
            let (workdays, week_start, monday, shift) = rest;
            Rule {
                workdays: workdays && frequency == Frequency::Daily,
                by_second,
                by_minute,
                by_hour,
                by_day,
                by_month_day,
                by_month,
                by_year_day,
                by_week_no,
                by_set_pos,
                week_start: if monday { Weekday::Monday } else { week_start },
                shift,
                ..Rule::every(frequency, interval)
            }
        })
        .prop_filter("is no rule", |rule| {
            Rule::parse(&rule.to_string()).as_ref() == Ok(rule)
        })
}

/// Rules such as people have.
fn usual_rule() -> impl Strategy<Value = Rule> {
    let base = select(vec![
        "FREQ=DAILY",
        "FREQ=HOURLY",
        "FREQ=HOURLY;INTERVAL=2;BYDAY=MO,TU",
        "FREQ=MINUTELY;INTERVAL=20",
        "FREQ=SECONDLY;INTERVAL=30",
        "FREQ=SECONDLY",
        "FREQ=DAILY;INTERVAL=3;X-TASKWIRE-STEP=WORKDAY",
        "FREQ=DAILY;X-TASKWIRE-STEP=WORKDAY",
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        "FREQ=WEEKLY;BYDAY=MO",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,FR",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA",
        "FREQ=MONTHLY;BYMONTHDAY=15",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=MONTHLY;BYMONTHDAY=-3",
        "FREQ=MONTHLY;BYMONTHDAY=1,15,-1",
        "FREQ=MONTHLY;BYDAY=2FR",
        "FREQ=MONTHLY;BYDAY=1MO,3MO",
        "FREQ=MONTHLY;INTERVAL=3;BYDAY=-1FR",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=2",
        "FREQ=YEARLY;BYMONTH=1,4;BYMONTHDAY=14",
        "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1",
        "FREQ=YEARLY",
    ]);
    let times = prop_oneof![
        2 => Just((Vec::new(), Vec::new())),
        1 => (subsequence((0..24).collect::<Vec<i8>>(), 1..=4), (0..60_i8).prop_map(|minute| vec![minute])),
        1 => (subsequence((0..24).collect::<Vec<i8>>(), 1..=3), subsequence((0..60).collect::<Vec<i8>>(), 2..=3)),
    ];
    let months = some((1..=12).collect::<Vec<i8>>(), 3);
    (base, times, months, shift()).prop_map(|(base, (by_hour, by_minute), months, shift)| {
        let rule = Rule::parse(base).unwrap();
        let fine = rule.frequency < Frequency::Daily;
        Rule {
            by_hour: if fine { Vec::new() } else { by_hour },
            by_minute: if fine { Vec::new() } else { by_minute },
            by_month: if rule.by_month.is_empty() {
                months
            } else {
                rule.by_month.clone()
            },
            shift: shift.filter(|_| !fine),
            ..rule
        }
    })
}

fn exclusion() -> impl Strategy<Value = Exclusion> {
    let date = || (2027..=2030_i16, 1..=12_i8, 1..=28_i8);
    prop_oneof![
        moment().prop_map(Exclusion::On),
        select(WEEK.to_vec()).prop_map(Exclusion::Weekday),
        (1..=12_i8).prop_map(Exclusion::Month),
        (1..=12_i8, 1..=29_i8).prop_map(|(month, day)| Exclusion::YearDay(month, day)),
        (1..=12_i8, 1..=29_i8, 1..=12_i8, 1..=29_i8).prop_map(
            |(first, of_first, last, of_last)| {
                Exclusion::YearRange((first, of_first), (last, of_last))
            }
        ),
        (date(), 0..400_i32).prop_map(|((year, month, day), length)| {
            use jiff::ToSpan;
            let first = Date::new(year, month, day).unwrap();
            Exclusion::Range(first, first.checked_add(length.days()).unwrap())
        }),
    ]
}

fn unique<T: PartialEq>(values: Vec<T>) -> Vec<T> {
    let mut unique = Vec::new();
    for value in values {
        if !unique.contains(&value) {
            unique.push(value);
        }
    }
    unique
}

fn recurrences() -> impl Strategy<Value = Recurrence> {
    let rule = || prop_oneof![1 => any_rule(), 2 => usual_rule()];
    let rules = prop_oneof![3 => rule().prop_map(|rule| vec![rule]), 1 => proptest::collection::vec(rule(), 2..=8)];
    let end = prop_oneof![
        3 => Just((None, None)),
        1 => (1..=1000_u32).prop_map(|count| (Some(count), None)),
        1 => moment().prop_map(|until| (None, Some(until))),
    ];
    let extra = prop_oneof![3 => Just(Vec::new()), 1 => proptest::collection::vec(moment(), 1..20)];
    let exclude =
        prop_oneof![2 => Just(Vec::new()), 1 => proptest::collection::vec(exclusion(), 1..20)];
    let policies = (
        any::<bool>(),
        select(vec![
            CatchUp::NextFuture,
            CatchUp::OneStep,
            CatchUp::FromCompletion,
        ]),
        select(vec![Overflow::Clamp, Overflow::Skip, Overflow::Forward]),
    );
    (rules, end, any::<bool>(), extra, exclude, policies).prop_map(
        |(mut rules, (count, until), all, extra, exclude, (completion, catch_up, overflow))| {
            let ended = if all { rules.len() } else { 1 };
            for rule in rules.iter_mut().take(ended) {
                rule.count = count;
                rule.until = until;
            }
            Recurrence {
                rules,
                extra: unique(extra),
                exclude: unique(exclude),
                anchor: if completion {
                    Anchor::Completion
                } else {
                    Anchor::Schedule
                },
                catch_up: if completion {
                    CatchUp::FromCompletion
                } else {
                    catch_up
                },
                overflow,
            }
        },
    )
}

/// Whether the rule takes its days from the start.
fn opened(rule: &Rule) -> bool {
    rule.by_day.is_empty()
        && rule.by_month_day.is_empty()
        && rule.by_year_day.is_empty()
        && rule.by_week_no.is_empty()
}

/// Whether a month or year may lack a day that a rule names; without one the overflow is not said.
fn may_overflow(rule: &Rule) -> bool {
    let open = opened(rule) && rule.frequency >= Frequency::Monthly;
    open || rule.by_month_day.iter().any(|day| day.unsigned_abs() > 28)
        || rule.by_year_day.iter().any(|day| day.unsigned_abs() > 365)
}

/// The recurrence that a sentence says, before its first date is looked for.
fn said(sentence: &str, now: &ParseContext) -> Option<Recurrence> {
    let tokens = Tokens::new(sentence, now, &[]);
    let chart = compose::build::chart(&tokens, now);
    let (repeat, next) = compose::rule::repeat(&chart, 0, compose::rule::Place::Whole)?;
    (next == tokens.list.len()).then_some(())?;
    resolve::rule::ended(
        &repeat,
        resolve::rule::recurrence_of(&repeat, now)?,
        &Due::Date(now.today),
        now,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn words_say_any_recurrence(recurrence in recurrences(), week_start in select(vec![Weekday::Monday, Weekday::Sunday, Weekday::Saturday])) {
        let words = recurrence.describe();
        let now = ParseContext::new(&Context { week_start, ..here() }, &ENGLISH);
        let mut read = said(&words, &now);
        if let Some(read) = &mut read
            && !recurrence.rules.iter().any(may_overflow)
        {
            prop_assert!(matches!(read.overflow, Overflow::Clamp) || words.starts_with("by the rule"));
            read.overflow = recurrence.overflow;
        }
        prop_assert_eq!(read.as_ref(), Some(&recurrence), "{}", words);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn words_in_a_line_say_the_same(recurrence in recurrences()) {
        let words = recurrence.describe();
        if let Ok((read, due)) = rule(&words, &here()) {
            let line = add(&format!("water plants {words} #garden"));
            if read.check_min_interval().is_err() {
                // No task may have it, so its words stay.
                prop_assert_eq!(&line.title, &format!("water plants {words}"));
                prop_assert_eq!(line.recurrence, None, "{}", words);
                return Ok(());
            }
            prop_assert_eq!(&line.title, "water plants", "{}", words);
            prop_assert_eq!(line.recurrence.as_ref(), Some(&read), "{}", words);
            prop_assert_eq!(line.due, Some(due.clone()), "{}", words);
            // A date that is counted from the start and then moves has no start of its own.
            let phased = |rule: &Rule| rule.shift.is_some() && (rule.interval > 1 || opened(rule));
            if !read.rules.iter().any(phased) {
                prop_assert_eq!(read.first(&due).unwrap().due(), due, "{}", words);
            }
        }
    }
}

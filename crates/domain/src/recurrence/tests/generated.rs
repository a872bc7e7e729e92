//! Properties over recurrences of every kind: all frequencies and parts, unions, exclusions, shifts, zones.

use jiff::civil::{Date, Weekday};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::super::{ByDay, Exclusion, Frequency, Moment, Shift};
use super::*;
use crate::weekday::WEEK;

/// A list of a few of these, mostly none.
fn few<T: Clone + std::fmt::Debug + 'static>(values: Vec<T>) -> impl Strategy<Value = Vec<T>> {
    prop_oneof![3 => Just(Vec::new()), 1 => subsequence(values, 1..4)]
}

fn rules() -> impl Strategy<Value = Rule> {
    let frequency = select(vec![
        Frequency::Secondly,
        Frequency::Minutely,
        Frequency::Hourly,
        Frequency::Daily,
        Frequency::Weekly,
        Frequency::Monthly,
        Frequency::Yearly,
    ]);
    let days = (
        few(WEEK.to_vec()),
        select(vec![None, None, Some(1_i16), Some(3), Some(-1), Some(5)]),
        few((1..=31).chain(-31..=-1).collect::<Vec<i8>>()),
        few((1..=12).collect::<Vec<i8>>()),
        few(vec![1_i16, 60, 100, 365, 366, -1, -366]),
        few(vec![1_i8, 20, 52, 53, -1]),
    );
    let times = (
        few((0..24).collect::<Vec<i8>>()),
        few(vec![0_i8, 15, 30, 59]),
        few(vec![0_i8, 30, 59]),
    );
    let rest = (
        few(vec![1_i16, 2, 5, -1, -2]),
        select(WEEK.to_vec()),
        select(vec![
            None,
            None,
            None,
            Some(Shift::Next),
            Some(Shift::Previous),
            Some(Shift::Nearest),
            Some(Shift::Workdays(-2)),
            Some(Shift::Workdays(3)),
        ]),
        any::<bool>(),
        prop_oneof![3 => Just(None), 1 => (1..30_u32).prop_map(Some)],
    );
    (
        frequency,
        select(vec![1_u32, 1, 2, 3, 7, 100]),
        days,
        times,
        rest,
    )
        .prop_filter_map(
            "the parts do not go together",
            |(frequency, interval, days, times, rest)| {
                let (week, ordinal, by_month_day, by_month, by_year_day, by_week_no) = days;
                let (by_hour, by_minute, by_second) = times;
                let (by_set_pos, week_start, shift, workdays, count) = rest;
                let ordinal = ordinal.filter(|_| frequency >= Frequency::Monthly);
                let rule = Rule {
                    by_day: week
                        .into_iter()
                        .map(|weekday| ByDay { ordinal, weekday })
                        .collect(),
                    by_month_day,
                    by_month,
                    by_year_day,
                    by_week_no,
                    by_hour,
                    by_minute,
                    by_second,
                    by_set_pos,
                    week_start,
                    shift: shift.filter(|_| frequency >= Frequency::Daily),
                    workdays: workdays && frequency == Frequency::Daily,
                    count,
                    ..Rule::every(frequency, interval)
                };
                // Text that the parser refuses is not a rule.
                Rule::parse(&rule.to_string()).is_ok().then_some(rule)
            },
        )
}

fn recurrences() -> impl Strategy<Value = Recurrence> {
    let exclude = prop_oneof![
        4 => Just(Vec::new()),
        1 => select(vec![
            vec![Exclusion::Weekday(Weekday::Saturday), Exclusion::Weekday(Weekday::Sunday)],
            vec![Exclusion::Month(8)],
            // Single dates come first in the text.
            vec![Exclusion::On(Moment::Date(Date::constant(2027, 1, 4))), Exclusion::YearDay(12, 24)],
            vec![Exclusion::Range(Date::constant(2027, 1, 1), Date::constant(2028, 1, 1))],
            vec![Exclusion::YearRange((12, 24), (1, 2)), Exclusion::YearRange((2, 29), (3, 1))],
        ]),
    ];
    let overflow = select(vec![Overflow::Clamp, Overflow::Skip, Overflow::Forward]);
    (proptest::collection::vec(rules(), 1..3), exclude, overflow).prop_map(
        |(rules, exclude, overflow)| Recurrence {
            exclude,
            overflow,
            ..Recurrence {
                rules,
                ..Recurrence::of(Rule::every(Frequency::Daily, 1))
            }
        },
    )
}

fn starts() -> impl Strategy<Value = Due> {
    let zones = vec![
        None,
        Some("Europe/Rome"),
        Some("America/Santiago"),
        Some("Africa/Cairo"),
        Some("Australia/Lord_Howe"),
    ];
    (
        0..4000_i32,
        0..24_i8,
        select(vec![0_i8, 15, 30]),
        select(zones),
        any::<bool>(),
    )
        .prop_map(|(days, hour, minute, place, timed)| {
            let date = Date::constant(2024, 1, 1)
                .checked_add(jiff::Span::new().days(days))
                .unwrap();
            let at = date.at(hour, minute, 0, 0);
            match place {
                _ if !timed => Due::Date(date),
                None => Due::Floating(at),
                Some(name) => Due::Zoned(at, zone(name)),
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn text_reads_back(recurrence in recurrences()) {
        prop_assert_eq!(&Recurrence::parse(&recurrence.to_string(), recurrence.overflow).unwrap(), &recurrence);
        prop_assert_eq!(&Recurrence::parse(&recurrence.interchange(), Overflow::Skip).unwrap(), &recurrence);
    }

    #[test]
    fn occurrences_rise_and_a_jump_finds_what_a_walk_finds(recurrence in recurrences(), from in starts()) {
        if let Ok(position) = recurrence.first(&from) {
            let found = recurrence.expand(&position.start, 25);
            prop_assert_eq!(&found[0].scheduled, &position.due());
            for pair in found.windows(2) {
                match (&pair[0].zoned, &pair[1].zoned) {
                    (Some(earlier), Some(later)) => prop_assert!(earlier < later),
                    _ => prop_assert!(pair[0].scheduled.civil() < pair[1].scheduled.civil()),
                }
            }
            for at in &found {
                let later = found.iter().find(|other| other.scheduled.civil() > at.scheduled.civil());
                let jumped = recurrence.expand_after(&position.start, Some(&at.scheduled), 1);
                if let Some(later) = later {
                    prop_assert_eq!(&jumped[0].scheduled, &later.scheduled);
                }
            }
        }
    }

    #[test]
    fn the_next_is_strictly_later_and_future(recurrence in recurrences(), from in starts(), hours in -2000..20_000_i64) {
        if let Ok(position) = recurrence.first(&from) {
            let owner = zone("Europe/Rome");
            let due = position.due().ordering_instant(&owner).unwrap();
            let done = due.checked_add(jiff::SignedDuration::from_hours(hours)).unwrap();
            if let Some(next) = recurrence.next(&position, done, &owner) {
                prop_assert!(next.key.at.civil() > position.key.at.civil());
                prop_assert!(!next.due().is_overdue(done, &owner));
                // Twice the same, and the key equals its text form.
                prop_assert_eq!(&recurrence.next(&position, done, &owner).unwrap(), &next);
                prop_assert_eq!(&next.key.to_string().parse::<crate::OccurrenceKey>().unwrap(), &next.key);
            }
        }
    }
}

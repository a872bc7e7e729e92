//! Properties that hold for any rule.

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::super::{ByDay, Frequency, Moment};
use super::*;
use crate::weekday::WEEK;

fn days() -> impl Strategy<Value = Date> {
    (0..36_000_i64).prop_map(|n| {
        Date::constant(1990, 1, 1)
            .checked_add(SignedDuration::from_hours(24 * n))
            .unwrap()
    })
}

fn by_day(frequency: Frequency) -> impl Strategy<Value = Vec<ByDay>> {
    let ordinals = matches!(frequency, Frequency::Monthly | Frequency::Yearly);
    (
        subsequence(WEEK.to_vec(), 0..4),
        select(vec![1_i16, 2, 3, 4, 5, -1, -2]),
        any::<bool>(),
    )
        .prop_map(move |(week, ordinal, counted)| {
            week.into_iter()
                .map(|weekday| ByDay {
                    ordinal: (ordinals && counted).then_some(ordinal),
                    weekday,
                })
                .collect()
        })
}

fn until() -> impl Strategy<Value = Moment> {
    (days(), 0..86_400_i32, 0..3).prop_map(|(day, second, kind)| {
        let at = day
            .at(0, 0, 0, 0)
            .checked_add(SignedDuration::from_secs(second.into()))
            .unwrap();
        match kind {
            0 => Moment::Date(day),
            1 => Moment::Floating(at),
            _ => Moment::Instant(
                at.to_zoned_datetime(jiff::tz::TimeZone::UTC)
                    .unwrap()
                    .timestamp(),
            ),
        }
    })
}

/// A rule without an end.
fn rules() -> impl Strategy<Value = Rule> {
    use Frequency::{Daily, Monthly, Weekly, Yearly};
    select(vec![Daily, Weekly, Monthly, Yearly])
        .prop_flat_map(|frequency| {
            (
                Just(frequency),
                prop_oneof![3 => 1..5_u32, 1 => 1..1001_u32],
                by_day(frequency),
                subsequence((1..=31).chain(-31..=-1).collect::<Vec<i8>>(), 0..4),
                subsequence((1..=12).collect::<Vec<i8>>(), 0..4),
                select(WEEK.to_vec()),
            )
        })
        .prop_map(
            |(frequency, interval, by_day, by_month_day, by_month, week_start)| Rule {
                by_day,
                by_month_day: match frequency {
                    Weekly => Vec::new(),
                    Yearly if by_month.is_empty() => Vec::new(),
                    _ => by_month_day,
                },
                by_month,
                week_start,
                ..Rule::every(frequency, interval)
            },
        )
}

fn ended_rules() -> impl Strategy<Value = Rule> {
    (
        rules(),
        proptest::option::of(1..1001_u32),
        proptest::option::of(until()),
    )
        .prop_map(|(rule, count, until)| Rule {
            until: if count.is_some() { None } else { until },
            count,
            ..rule
        })
}

fn policies() -> impl Strategy<Value = (Overflow, CatchUp)> {
    (
        select(vec![Overflow::Clamp, Overflow::Skip]),
        select(vec![
            CatchUp::NextFuture,
            CatchUp::OneStep,
            CatchUp::FromCompletion,
        ]),
    )
}

/// The occurrences by asking for each step from the one before.
fn walk(recurrence: &Recurrence, from: &OccurrencePosition, count: usize) -> Vec<Date> {
    recurrence
        .upcoming(from, count, &Zone::utc())
        .iter()
        .map(Due::date)
        .collect()
}

proptest! {
    #[test]
    fn printed_rules_read_back(rule in ended_rules()) {
        prop_assert_eq!(Rule::parse(&rule.to_string()).unwrap(), rule);
    }

    #[test]
    fn arbitrary_text_never_panics(text in ".{0,80}", parts in "(FREQ=(DAILY|YEARLY);)?(BY[A-Z]{3,8}=[-0-9A-Z,]{0,9};?){0,3}") {
        let _ = Rule::parse(&text);
        let _ = Rule::parse(&parts);
    }

    #[test]
    fn occurrences_rise_strictly(rule in ended_rules(), (overflow, _) in policies(), from in days()) {
        let recurrence = Recurrence { catch_up: CatchUp::NextFuture, overflow, ..Recurrence::of(rule) };
        if let Ok(position) = recurrence.first(&Due::Date(from)) {
            prop_assert!(position.due().date() >= from);
            let mut last = position.due().date();
            for day in walk(&recurrence, &position, 20) {
                prop_assert!(day > last);
                last = day;
            }
        }
    }

    #[test]
    fn a_jump_is_the_loop(rule in rules(), (overflow, _) in policies(), from in days(), later in 0..4000_i32, count in proptest::option::of(1..60_u32)) {
        let rule = Rule { count, ..rule };
        let recurrence = Recurrence { catch_up: CatchUp::NextFuture, overflow, ..Recurrence::of(rule) };
        if let Ok(position) = recurrence.first(&Due::Date(from)) {
            let today = from.checked_add(later.days()).unwrap();
            let done = Due::Floating(today.at(12, 0, 0, 0)).instant(&Zone::utc()).unwrap();
            let jumped = recurrence.next(&position, done, &Zone::utc()).map(|next| next.due().date());
            let looped = walk(&recurrence, &position, 5000).into_iter().find(|day| *day > today);
            prop_assert_eq!(jumped, looped);
        }
    }

    #[test]
    fn the_next_is_never_the_current(rule in rules(), (overflow, catch_up) in policies(), from in days(), later in -400..400_i32) {
        let recurrence = Recurrence { catch_up, overflow, ..Recurrence::of(rule) };
        if let Ok(position) = recurrence.first(&Due::Date(from)) {
            let done = from.checked_add(later.days()).unwrap();
            let done = Due::Floating(done.at(12, 0, 0, 0)).instant(&Zone::utc()).unwrap();
            if let Some(next) = recurrence.next(&position, done, &Zone::utc()) {
                prop_assert!(next.key.at.date() > position.key.at.date());
                prop_assert_ne!(&next.key, &position.key);
                prop_assert_eq!(&recurrence.next(&position, done, &Zone::utc()).unwrap().key, &next.key);
            }
        }
    }

    // Not for FromCompletion: an interval of named days counted from another day may come round sooner.
    #[test]
    fn what_is_passed_over_lies_between(rule in ended_rules(), (overflow, _) in policies(), from in days(), later in -400..400_i32) {
        let recurrence = Recurrence { overflow, ..Recurrence::of(rule) };
        let Ok(position) = recurrence.first(&Due::Date(from)) else { return Ok(()); };
        let done = position.due().date().checked_add(later.days()).unwrap();
        let owner = Zone::utc();
        let done = Due::Date(done).ordering_instant(&owner).unwrap();
        let (mut dates, count) = recurrence.passed_over(&position, done, &owner, usize::MAX);
        prop_assert_eq!(dates.len(), count);
        dates.extend(recurrence.next(&position, done, &owner).map(|next| next.due()));
        prop_assert_eq!(recurrence.upcoming(&position, dates.len(), &owner), dates);
    }

    #[test]
    fn later_completion_never_gives_an_earlier_date(rule in rules(), (overflow, catch_up) in policies(), from in days(), first in 0..900_i32, more in 0..900_i32) {
        let catch_up = if catch_up == CatchUp::FromCompletion { CatchUp::OneStep } else { catch_up };
        let recurrence = Recurrence { catch_up, overflow, ..Recurrence::of(rule) };
        if let Ok(position) = recurrence.first(&Due::Date(from)) {
            let next = |days: i32| {
                let done = from.checked_add(days.days()).unwrap();
                let done = Due::Floating(done.at(12, 0, 0, 0)).instant(&Zone::utc()).unwrap();
                recurrence.next(&position, done, &Zone::utc()).map(|next| next.due().date())
            };
            if let (Some(early), Some(late)) = (next(first), next(first + more)) {
                prop_assert!(late >= early);
            }
        }
    }

    #[test]
    fn clamped_days_stay_in_their_month(from in days(), interval in 1..14_u32) {
        let recurrence = Recurrence {
            anchor: Anchor::Schedule,
            catch_up: CatchUp::NextFuture,
            overflow: Overflow::Clamp,
            ..Recurrence::of(Rule::every(Frequency::Monthly, interval))
        };
        let position = recurrence.first(&Due::Date(from)).unwrap();
        let mut expected = from.first_of_month();
        for day in walk(&recurrence, &position, 30) {
            expected = expected.checked_add(i32::try_from(interval).unwrap().months()).unwrap();
            prop_assert_eq!(day.first_of_month(), expected);
            prop_assert_eq!(day.day(), from.day().min(day.days_in_month()));
        }
    }
}

#[test]
fn every_clock_change_keeps_one_occurrence_per_local_day() {
    let daily = rule("FREQ=DAILY");
    let names = [
        "America/Santiago",
        "Africa/Cairo",
        "Asia/Beirut",
        "America/Havana",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
        "Europe/Dublin",
        "America/Sao_Paulo",
        "Asia/Tehran",
        "Antarctica/Troll",
    ];
    for name in names {
        let place = zone(name);
        for time in ["00:00", "00:30", "01:30", "02:30", "23:45"] {
            let mut position = start(&daily, &format!("2026-01-01T{time}[{name}]"));
            let mut expected = position.due().date();
            for _ in 0..800 {
                let done = position.due().instant(&place).unwrap();
                position = daily.next(&position, done, &place).unwrap();
                expected = expected.tomorrow().unwrap();
                assert_eq!(
                    position.key.at.to_string(),
                    format!("{expected}T{time}"),
                    "{name}"
                );
            }
        }
    }
}

#[test]
fn no_zone_loses_a_day_at_any_clock_change() {
    let daily = rule("FREQ=DAILY");
    let (from, to): (Timestamp, Timestamp) = (
        "2020-01-01T00:00:00Z".parse().unwrap(),
        "2041-01-01T00:00:00Z".parse().unwrap(),
    );
    let mut changes = 0;
    for name in jiff::tz::db().available() {
        let Ok(place) = Zone::parse(name.as_str()) else {
            continue;
        };
        for change in place
            .rules()
            .following(from)
            .take_while(|change| change.timestamp() < to)
        {
            changes += 1;
            let local = change
                .timestamp()
                .to_zoned_datetime(place.rules().clone())
                .datetime();
            for time in ["00:00", "00:30", "01:30", "02:30", "23:30"] {
                let first = local.date().checked_sub(2.days()).unwrap();
                let mut position = start(&daily, &format!("{first}T{time}[{name}]"));
                let mut instant = position.due().instant(&place).unwrap();
                let mut expected = first;
                for _ in 0..4 {
                    position = daily.next(&position, instant, &place).unwrap();
                    expected = expected.tomorrow().unwrap();
                    assert_eq!(
                        position.key.at.to_string(),
                        format!("{expected}T{time}"),
                        "{name}"
                    );
                    let next = position.due().instant(&place).unwrap();
                    assert!(next > instant, "{name} {expected}");
                    instant = next;
                }
            }
        }
    }
    assert!(changes > 1000, "{changes}");
}

//! Leaving out single occurrences, and adding some.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::OccurrenceKey;

fn next(recurrence: &Recurrence, from: &str) -> OccurrencePosition {
    start(recurrence, from)
}

fn dates(recurrence: &Recurrence, from: &OccurrencePosition, count: usize) -> Vec<Due> {
    recurrence.upcoming_from(Some(from), count, &zone("Europe/Rome"))
}

#[test]
fn a_key_names_an_occurrence_to_come_or_none() {
    let rome = zone("Europe/Rome");
    for (rule_text, from, comes, comes_not) in [
        (
            "FREQ=WEEKLY;BYDAY=MO",
            "2026-11-30",
            vec!["0/2026-11-30", "0/2026-12-07", "0/2127-12-01"],
            vec![
                "0/2026-11-23",
                "0/2026-12-01",
                "1/2026-12-07",
                "0/2026-12-07T00:00",
                "0/2026-12-07#1",
            ],
        ),
        (
            "FREQ=DAILY;BYHOUR=9,18",
            "2026-11-30T09:00",
            vec!["0/2026-11-30T18:00", "0/2026-12-01T09:00"],
            vec!["0/2026-11-30T10:00", "0/2026-12-01"],
        ),
        (
            "FREQ=DAILY;COUNT=3",
            "2026-11-30",
            vec!["0/2026-12-02"],
            vec!["0/2026-12-03"],
        ),
        // The clocks skip 02:30 on that day, and the occurrence is still there.
        (
            "FREQ=DAILY",
            "2027-03-27T02:30[Europe/Rome]",
            vec!["0/2027-03-28T02:30"],
            vec!["0/2027-03-28T03:30"],
        ),
    ] {
        let recurrence = rule(rule_text);
        let position = next(&recurrence, from);
        let is_coming = |key: &&str| {
            let key: OccurrenceKey = key.parse().unwrap();
            recurrence.is_coming(&position, &key, &rome)
        };
        assert!(comes.iter().all(is_coming), "{rule_text}");
        assert!(!comes_not.iter().any(is_coming), "{rule_text}");
    }
    let counted = completion("FREQ=DAILY");
    let position = next(&counted, "2026-11-30");
    assert!(!counted.is_coming(&position, &position.key, &rome));
    assert_eq!(counted.coming_key(&position, 0, &position.due()), None);
}

#[test]
fn a_day_that_the_rule_leaves_out_cannot_be_added() {
    let mut recurrence = rule("FREQ=DAILY");
    recurrence
        .exclude
        .push(crate::recurrence::Exclusion::Weekday(
            jiff::civil::Weekday::Sunday,
        ));
    let rome = zone("Europe/Rome");
    let from = due("2026-11-30");
    assert_eq!(recurrence.with(&from, &due("2026-12-06"), &rome), None);
    let left_out = recurrence.without(&from, &due("2026-12-05"), &rome);
    assert_eq!(
        left_out.with(&from, &due("2026-12-05"), &rome),
        Some(recurrence)
    );
}

fn rules() -> impl Strategy<Value = (Recurrence, Due)> {
    let fixed = vec![
        ("FREQ=DAILY", "2026-11-30"),
        ("FREQ=WEEKLY;BYDAY=MO,TH", "2026-11-30"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "2026-12-31"),
        ("FREQ=DAILY;COUNT=40", "2026-11-30T09:00"),
        ("FREQ=HOURLY;INTERVAL=7", "2026-11-30T09:00"),
        (
            "FREQ=DAILY;BYHOUR=2,3;BYMINUTE=30",
            "2027-03-20T02:30[Europe/Rome]",
        ),
        (
            "FREQ=DAILY;BYHOUR=2,3;BYMINUTE=30",
            "2026-10-20T02:30[Europe/Rome]",
        ),
    ];
    select(fixed).prop_map(|(text, from)| {
        let recurrence = rule(text);
        let position = next(&recurrence, from);
        (recurrence, position.due())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_left_out_is_gone_and_can_come_back((recurrence, from) in rules(), picks in proptest::collection::vec(1..20_usize, 1..6)) {
        let rome = zone("Europe/Rome");
        let position = recurrence.first(&from).unwrap();
        let before = dates(&recurrence, &position, 30);
        let mut changed = recurrence.clone();
        let mut expected = before.clone();
        for pick in &picks {
            let at = &before[*pick];
            changed = changed.without(&position.start, at, &rome);
            // Another one at the same instant does not come in its place.
            expected.retain(|due| due != at);
        }
        prop_assert_eq!(dates(&changed, &position, expected.len()), expected);
        // It can be written and read.
        let text = changed.to_string();
        prop_assert_eq!(Recurrence::parse(&text, changed.overflow).unwrap().to_string(), text);
        for pick in &picks {
            changed = changed.with(&position.start, &before[*pick], &rome).unwrap();
        }
        prop_assert_eq!(changed, recurrence);
    }

    #[test]
    fn what_is_added_comes_once_and_can_go((recurrence, from) in rules(), days in 1..15_i64) {
        let rome = zone("Europe/Rome");
        let position = recurrence.first(&from).unwrap();
        let civil = position.due().civil();
        let civil = civil.checked_add(jiff::ToSpan::days(days)).unwrap();
        // A time that no rule of these has.
        let civil = match from.time() {
            Some(_) => civil.date().at(13, 17, 0, 0),
            None => civil,
        };
        let at = position.start.at(civil);
        let before = dates(&recurrence, &position, 60);
        let added = recurrence.with(&position.start, &at, &rome).unwrap();
        let after = dates(&added, &position, 60);
        prop_assert_eq!(after.iter().filter(|due| **due == at).count(), 1);
        let without = added.without(&position.start, &at, &rome);
        if before.contains(&at) {
            prop_assert_eq!(&added, &recurrence);
        } else {
            prop_assert_eq!(without, recurrence);
        }
    }
}

#[test]
fn a_series_ends_before_an_occurrence() {
    let rome = zone("Europe/Rome");
    for (rule_text, from, key, expected) in [
        (
            "FREQ=MONTHLY;BYMONTHDAY=1",
            "2026-12-01",
            "0/2027-02-01",
            vec!["2026-12-01", "2027-01-01"],
        ),
        (
            "FREQ=DAILY;BYHOUR=9,18",
            "2026-11-30T09:00",
            "0/2026-12-01T18:00",
            vec!["2026-11-30T09:00", "2026-11-30T18:00", "2026-12-01T09:00"],
        ),
        (
            "FREQ=WEEKLY;BYDAY=MO;COUNT=5",
            "2026-11-30",
            "0/2026-12-14",
            vec!["2026-11-30", "2026-12-07"],
        ),
        (
            "FREQ=DAILY;UNTIL=20261231",
            "2026-11-30",
            "0/2026-12-02",
            vec!["2026-11-30", "2026-12-01"],
        ),
        // The other rule has ended by then, and does not begin again.
        (
            "RRULE:FREQ=DAILY;COUNT=2\nRRULE:FREQ=MONTHLY;BYMONTHDAY=15;COUNT=2",
            "2026-11-30",
            "0/2027-01-15",
            vec!["2026-11-30", "2026-12-01", "2026-12-15"],
        ),
        (
            "RRULE:FREQ=MONTHLY;BYMONTHDAY=1\nRDATE:20261210,20270210",
            "2026-12-01",
            "0/2027-01-01",
            vec!["2026-12-01", "2026-12-10"],
        ),
        (
            "FREQ=DAILY",
            "2026-11-30T09:00[America/New_York]",
            "0/2026-12-02T09:00",
            vec![
                "2026-11-30T09:00[America/New_York]",
                "2026-12-01T09:00[America/New_York]",
            ],
        ),
    ] {
        let recurrence = Recurrence::parse(rule_text, Overflow::Clamp).unwrap();
        let first = next(&recurrence, from);
        let ended = recurrence.before(&first.start, &key.parse().unwrap(), &rome);
        let left = dates(&ended, &first, 10);
        let left: Vec<String> = left.iter().map(ToString::to_string).collect();
        assert_eq!(left, expected, "{rule_text}");
        let again = Recurrence::parse(&ended.to_string(), ended.overflow).unwrap();
        assert_eq!(again.rules, ended.rules, "{rule_text}");
    }
}

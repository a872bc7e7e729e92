use super::*;
use crate::SeriesId;

fn due(text: &str) -> Due {
    Due::parse(text).unwrap()
}

fn rule(text: &str) -> Recurrence {
    Recurrence::parse(text, crate::recurrence::Overflow::Clamp).unwrap()
}

fn series_ref(text: &str, start: &str) -> SeriesRef {
    let recurrence = rule(text);
    SeriesRef {
        id: SeriesId(uuid::Uuid::from_u128(1)),
        position: recurrence.first(&due(start)).unwrap(),
        recurrence,
        follows: None,
        ends: false,
    }
}

/// The occurrence that comes `steps` after the first.
fn later(mut series: SeriesRef, steps: usize) -> SeriesRef {
    let dates = series
        .recurrence
        .upcoming(&series.position, steps, &Zone::utc());
    series.position.key = OccurrenceKey::new(0, dates.last().unwrap(), None);
    series
}

#[test]
fn a_time_alone_keeps_the_day_of_the_task() {
    // Wednesday 6 January 2027, 10:00 in Rome.
    let rome = Zone::parse("Europe/Rome").unwrap();
    let now = "2027-01-06T09:00:00Z".parse().unwrap();
    let context = crate::grammar::Context::new(now, rome.clone());
    let meant = |text: &str, from: &str| {
        let parsed = crate::grammar::whole_due(text, &context).unwrap();
        let from = (!from.is_empty()).then(|| due(from));
        let parsed = parsed.for_task(from.as_ref(), now, &rome);
        (parsed.due.to_string(), parsed.doubts)
    };
    for (text, from, expected) in [
        ("4pm", "2027-01-08", "2027-01-08T16:00"),
        ("4pm", "2027-01-08T09:00", "2027-01-08T16:00"),
        ("at 9", "2027-01-08T11:00", "2027-01-08T09:00"),
        ("noon", "2027-01-06", "2027-01-06T12:00"),
        ("in the evening", "2027-01-08", "2027-01-08T19:00"),
        (
            "4pm",
            "2027-01-08T09:00[Asia/Tokyo]",
            "2027-01-08T16:00[Asia/Tokyo]",
        ),
        (
            "9am Tokyo time",
            "2027-01-08",
            "2027-01-08T09:00[Asia/Tokyo]",
        ),
        // A day is said, or there is none to keep.
        ("today 4pm", "2027-01-08", "2027-01-06T16:00"),
        ("tonight", "2027-01-08", "2027-01-06T22:00"),
        ("in 2 hours", "2027-01-08", "2027-01-06T12:00"),
        ("eod", "2027-01-08", "2027-01-06"),
        ("4pm", "", "2027-01-06T16:00"),
    ] {
        assert_eq!(meant(text, from), (expected.to_owned(), vec![]), "{text}");
    }
    let (late, doubts) = meant("9am", "2027-01-04T08:00");
    assert_eq!(late, "2027-01-07T09:00");
    assert_eq!(
        doubts,
        ["that time has already passed on the day of the task, so it was read as 2027-01-07T09:00"]
    );
}

#[test]
fn a_target_keeps_what_was_not_said() {
    for (from, to, meant) in [
        ("2026-11-20", "2026-11-27", "2026-11-27"),
        ("2026-11-20", "2026-11-27T09:00", "2026-11-27T09:00"),
        ("2026-11-20T09:00", "2026-11-27", "2026-11-27T09:00"),
        (
            "2026-11-20T09:00[Asia/Tokyo]",
            "2026-11-27",
            "2026-11-27T09:00[Asia/Tokyo]",
        ),
        (
            "2026-11-20T09:00[Asia/Tokyo]",
            "2026-11-27T10:00",
            "2026-11-27T10:00[Asia/Tokyo]",
        ),
        (
            "2026-11-20T09:00",
            "2026-11-27T10:00[Asia/Tokyo]",
            "2026-11-27T10:00[Asia/Tokyo]",
        ),
    ] {
        assert_eq!(target(Some(&due(from)), due(to)), due(meant), "{from} {to}");
    }
    assert_eq!(target(None, due("2026-11-27")), due("2026-11-27"));
}

#[test]
fn the_one_day_of_a_rule_moves() {
    for (text, from, to, expected) in [
        (
            "FREQ=WEEKLY;BYDAY=MO",
            "2026-11-23",
            "2026-11-25",
            "FREQ=WEEKLY;BYDAY=WE",
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
            "2026-11-23",
            "2026-12-03",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH",
        ),
        (
            "FREQ=MONTHLY;BYMONTHDAY=-1",
            "2026-11-30",
            "2026-11-29",
            "FREQ=MONTHLY;BYMONTHDAY=-2",
        ),
        (
            "FREQ=MONTHLY;BYDAY=-1FR",
            "2026-11-27",
            "2026-11-26",
            "FREQ=MONTHLY;BYDAY=-1TH",
        ),
        (
            "FREQ=MONTHLY;BYDAY=2MO",
            "2026-12-14",
            "2026-12-15",
            "FREQ=MONTHLY;BYDAY=3TU",
        ),
        (
            "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
            "2026-11-26",
            "2026-12-04",
            "FREQ=YEARLY;BYMONTH=12;BYDAY=1FR",
        ),
        ("FREQ=DAILY", "2026-11-23", "2026-11-25", "FREQ=DAILY"),
        ("FREQ=MONTHLY", "2026-11-23", "2026-12-25", "FREQ=MONTHLY"),
        (
            "FREQ=DAILY;BYHOUR=9;BYMINUTE=0",
            "2026-11-23T09:00",
            "2026-11-24T18:30",
            "FREQ=DAILY;BYHOUR=18;BYMINUTE=30",
        ),
        // A day that the rule has anyway leaves it unchanged, however many days it names.
        (
            "FREQ=WEEKLY;BYDAY=MO,TH",
            "2026-11-23",
            "2026-11-26",
            "FREQ=WEEKLY;BYDAY=MO,TH",
        ),
    ] {
        let moved = moved(&rule(text), &due(from), &due(to)).unwrap();
        assert_eq!(moved, rule(expected), "{text} to {to}: {moved}");
    }
}

#[test]
fn a_rule_that_does_not_say_what_moves_is_refused() {
    for (text, from, to) in [
        ("FREQ=WEEKLY;BYDAY=MO,TH", "2026-11-23", "2026-11-24"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", "2026-12-01", "2026-12-02"),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1",
            "2026-12-01",
            "2026-12-03",
        ),
        (
            "RRULE:FREQ=WEEKLY;BYDAY=MO\nRRULE:FREQ=MONTHLY;BYMONTHDAY=3",
            "2026-11-23",
            "2026-11-24",
        ),
        ("FREQ=YEARLY;BYDAY=20MO", "2027-05-17", "2027-05-18"),
        (
            "FREQ=DAILY;BYHOUR=9,18",
            "2026-11-23T09:00",
            "2026-11-23T10:00",
        ),
        (
            "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261130",
            "2026-11-23",
            "2026-12-08",
        ),
    ] {
        let refused = moved(&rule(text), &due(from), &due(to)).unwrap_err();
        assert_eq!(refused.code, "ambiguous_move", "{text}");
        assert!(refused.hint.is_some());
    }
}

#[test]
fn what_follows_starts_a_new_epoch() {
    let monday = later(
        series_ref("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-11-23"),
        1,
    );
    let to = due("2026-12-09");
    let (recurrence, position) = series(&monday, &to, Scope::Following).unwrap();
    assert_eq!(position.start, to);
    assert_eq!(position.due(), to);
    assert_eq!(
        recurrence.upcoming(&position, 2, &Zone::utc()),
        [due("2026-12-23"), due("2027-01-06")]
    );
}

#[test]
fn all_of_a_series_moves_with_its_start() {
    for (text, start, steps, to, starts, then) in [
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
            "2026-11-23",
            1,
            "2026-12-09",
            "2026-11-25",
            "2026-12-23",
        ),
        (
            "FREQ=DAILY",
            "2026-11-23T09:00",
            3,
            "2026-11-26T07:00",
            "2026-11-23T07:00",
            "2026-11-27T07:00",
        ),
        // From the 31st by way of 28 February to the 27th: no start of then leads there.
        (
            "FREQ=MONTHLY",
            "2026-12-31",
            2,
            "2027-02-27",
            "2027-02-27",
            "2027-03-27",
        ),
    ] {
        let current = later(series_ref(text, start), steps);
        let to = due(to);
        let (recurrence, position) = series(&current, &to, Scope::All).unwrap();
        assert_eq!(position.start, due(starts), "{text}");
        assert_eq!(position.due(), to, "{text}");
        assert_eq!(
            recurrence.upcoming(&position, 1, &Zone::utc()),
            [due(then)],
            "{text}"
        );
    }
}

#[test]
fn a_start_before_all_dates_begins_at_the_target() {
    let mut current = series_ref("FREQ=DAILY", "1900-01-01");
    current.position.key = OccurrenceKey::new(0, &due("2026-11-23"), None);
    let to = due("1950-01-01");
    let (_, position) = series(&current, &to, Scope::All).unwrap();
    assert_eq!(position.start, to);
}

#[test]
fn as_many_are_left_as_there_were() {
    for scope in [Scope::Following, Scope::All] {
        for (text, left) in [
            ("FREQ=DAILY;COUNT=5", 2),
            ("FREQ=MONTHLY;COUNT=3", 0),
            ("FREQ=WEEKLY;UNTIL=20270101", 3),
        ] {
            let current = later(series_ref(text, "2026-11-23"), 2);
            let before = current
                .recurrence
                .upcoming(&current.position, 10, &Zone::utc())
                .len();
            assert_eq!(before, left, "{text}");
            let to = current.position.due();
            let to = to.at(to.civil().tomorrow().unwrap());
            let (recurrence, position) = series(&current, &to, scope).unwrap();
            let after = recurrence.upcoming(&position, 10, &Zone::utc()).len();
            assert_eq!(after, left, "{text} {scope:?}");
        }
    }
}

#[test]
fn scopes_by_name() {
    for (text, scope) in [
        ("this", Scope::This),
        ("this_and_following", Scope::Following),
        ("all", Scope::All),
    ] {
        assert_eq!(Scope::parse(text), Ok(scope));
    }
    assert_eq!(Scope::parse("All").unwrap_err().code, "invalid_scope");
}

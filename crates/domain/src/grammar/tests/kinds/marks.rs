//! Kinds around marks, conflicts and other languages.

use super::*;

#[test]
fn a_date_behind_a_mark_is_a_date() {
    check(&[
        ("Shopping @ fri", "Shopping | 2027-01-08"),
        ("Shopping due:tomorrow", "Shopping | 2027-01-07"),
        ("Shopping due:2026-12-05", "Shopping | 2026-12-05"),
        ("call @24/4 14:30", "call | 2027-04-24T14:30"),
    ]);
    check_remarks(&[
        (
            "call @friday 9:00",
            "call | 2027-01-08T09:00",
            "write #friday for a tag",
        ),
        (
            "call @every friday",
            "call | 2027-01-08 | FREQ=WEEKLY;BYDAY=FR",
            "write #every for a tag",
        ),
    ]);
}

#[test]
fn a_written_instant_is_read_in_the_zone_of_the_writer() {
    let contradicts = whole_due("2027-01-11T15:00+05:00[Europe/Rome]", &wednesday());
    assert!(contradicts.is_err(), "{contradicts:?}");
    let parsed = whole_due("2027-01-11T15:00Z", &wednesday()).unwrap();
    assert_eq!(parsed.due.to_string(), "2027-01-11T16:00[Europe/Rome]");
    assert!(parsed.doubts[0].contains("2027-01-11T16:00[Europe/Rome]"));
    check_remarks(&[(
        "call 2027-01-11T15:00:00+02:00",
        "call | 2027-01-11T14:00[Europe/Rome]",
        "read in your time zone",
    )]);
}

#[test]
fn a_time_of_today_that_has_passed_is_told() {
    check_remarks(&[
        (
            "call today 9am",
            "call | 2027-01-06T09:00",
            "already passed",
        ),
        (
            "call today at 9",
            "call | 2027-01-06T09:00",
            "already passed",
        ),
    ]);
}

#[test]
fn a_conflict_names_both() {
    check_remarks(&[
        (
            "move dentist friday tuesday",
            "move dentist friday | 2027-01-12",
            "'friday' was ignored: 'tuesday' is used",
        ),
        (
            "buy p1 milk p2",
            "buy p1 milk |  |  | !medium",
            "'p1' was ignored: 'p2' is used",
        ),
        (
            "swim every monday or so every tuesday",
            "swim every monday or so | 2027-01-12 | FREQ=WEEKLY;BYDAY=TU",
            "'every monday' was ignored: 'every tuesday' is used",
        ),
    ]);
}

#[test]
fn a_mark_before_a_noun_is_doubtful() {
    check_remarks(&[
        (
            "Hire p1 engineer",
            "Hire engineer |  |  | !high",
            "belongs to the title",
        ),
        (
            "Learn C# p2 course",
            "Learn C# course |  |  | !medium",
            "belongs to the title",
        ),
        (
            "Discuss @home remote policy",
            "Discuss remote policy |  |  | #home",
            "belongs to the title",
        ),
        (
            "Fix bug in 15:00 timezone parser",
            "Fix bug in 15:00 timezone parser",
            "was left in the title",
        ),
        (
            "Test 10:30 edge case",
            "Test edge case | 2027-01-06T10:30",
            "belongs to the title",
        ),
    ]);
    check(&[
        ("Martin Luther King's speech", "Martin Luther King's speech"),
        ("file it #\"home office\"", "file it |  |  | #home office"),
        (
            "file it #[home office] friday",
            "file it | 2027-01-08 |  | #home office",
        ),
    ]);
}

#[test]
fn a_date_in_another_language_is_told() {
    for line in [
        "morgen um 9 Uhr Zahnarzt",
        "Zahnarzt am 5. März",
        "chiamare mamma lunedì alle 9",
        "rdv demain 17h",
        "llamar a mamá mañana a las 5",
        "приходи завтра в 9",
        "日曜日 買い物",
        "明天 milk",
    ] {
        let parsed = quick_add(line, &wednesday());
        assert_eq!(told(&parsed), line);
        assert!(
            parsed.warnings()[0].starts_with("dates are read in English"),
            "{line}"
        );
    }
}

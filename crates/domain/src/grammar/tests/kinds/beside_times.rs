//! What stands beside a time: its zone, how long it takes, and minutes in words.

use super::*;

#[test]
fn a_zone_may_stand_behind_a_comma_or_in_brackets() {
    check(&[
        (
            "clean friday 5pm (London time)",
            "clean | 2027-01-08T17:00[Europe/London]",
        ),
        (
            "clean friday 5pm, London time",
            "clean | 2027-01-08T17:00[Europe/London]",
        ),
        (
            "9:00 Europe/Rome,friday clean",
            "clean | 2027-01-08T09:00[Europe/Rome]",
        ),
    ]);
    let parsed = quick_add("9:00 Europe/Rome(every day) clean", &wednesday());
    assert!(
        !told(&parsed).contains("Europe/Rome clean"),
        "{}",
        told(&parsed)
    );
}

#[test]
fn tomorrow_is_that_of_the_writer_in_any_zone() {
    let at = |now: &str| Context::new(now.parse().unwrap(), rome());
    for (now, line, expected) in [
        (
            "2027-01-06T03:00:00Z",
            "tomorrow 9am New York time clean",
            "clean | 2027-01-07T09:00[America/New_York]",
        ),
        (
            "2027-01-07T22:00:00Z",
            "tomorrow 9am Tokyo time clean",
            "clean | 2027-01-08T09:00[Asia/Tokyo]",
        ),
        // Wednesday 15:00 in Tokyo was four hours ago.
        (
            "2027-01-06T10:00:00Z",
            "wednesday 15:00 Tokyo time clean",
            "clean | 2027-01-13T15:00[Asia/Tokyo]",
        ),
    ] {
        assert_eq!(told(&quick_add(line, &at(now))), expected, "{now} {line}");
    }
}

#[test]
fn a_duration_may_stand_between_commas() {
    check(&[
        (
            "friday at 5, 45 minutes clean the garage",
            "clean the garage | 2027-01-08T17:00 |  | +45",
        ),
        (
            "friday 5pm, 45 minutes: clean",
            "clean | 2027-01-08T17:00 |  | +45",
        ),
        (
            "clean at 5, 45 minutes, friday",
            "clean | 2027-01-08T17:00 |  | +45",
        ),
        (
            "5pm for 1h:every workday clean",
            "clean | 2027-01-06T17:00 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR | +60",
        ),
    ]);
    check_remarks(&[(
        "clean friday 9am 1h 2h",
        "clean 1h | 2027-01-08T09:00 |  | +120",
        "'1h' was ignored: '2h' is used",
    )]);
}

#[test]
fn a_time_in_words_or_with_a_letter_is_read() {
    check(&[
        ("ring friday five thirty pm", "ring | 2027-01-08T17:30"),
        ("five thirty pm friday ring", "ring | 2027-01-08T17:30"),
        ("ring twelve thirty pm", "ring | 2027-01-06T12:30"),
        ("ring friday 17:00h", "ring | 2027-01-08T17:00"),
        ("ring friday 17:00hrs", "ring | 2027-01-08T17:00"),
        ("ring this time next week", "ring | 2027-01-13T10:00"),
        ("ring this time next month", "ring | 2027-02-06T10:00"),
    ]);
    for line in ["ring tomorrow 17:75", "15:99 is no time"] {
        let said = quick_add(line, &wednesday()).warnings();
        assert!(
            said.iter().any(|said| said.contains("no such time")),
            "{line}"
        );
    }
}

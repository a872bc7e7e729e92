//! What looks temporal and stays in the title is named in a remark.

use super::*;

/// Checks that each line has a remark that contains a text, whatever else is read.
fn check_named(cases: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (line, words) in cases {
        let said = quick_add(line, &wednesday()).warnings();
        if !said.iter().any(|said| said.contains(words)) {
            wrong.push(format!("{line:?}: {words:?} {said:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_time_beside_a_day_is_named() {
    check_named(&[
        ("dinner 19h", "'19h'"),
        ("8ish ring Olga", "'8ish'"),
        ("ring friday T17:00", "'T17:00'"),
        ("paint 9 to 5 friday", "'9 to 5'"),
        ("friday 9 to 5 paint", "'9 to 5'"),
        ("ring friday 2 to 3", "'2 to 3'"),
        ("ring friday 10 and 11", "'10 and 11'"),
        ("ring friday at 10 or 11", "'or 11'"),
    ]);
}

#[test]
fn a_stretch_of_time_without_a_day_is_named() {
    check_named(&[
        ("ring later this week", "'later this week'"),
        ("ring in the new year", "'in the new year'"),
        ("ring this summer", "'this summer'"),
        ("ring in spring", "'in spring'"),
        ("ring late afternoon", "'late afternoon'"),
        ("ring evening", "'evening'"),
        ("ring afternoon", "'afternoon'"),
        (
            "ring afternoon of next friday",
            "'afternoon of next friday'",
        ),
        ("ring morning of 15 jan", "'morning of 15 jan'"),
        ("ring on the morning of the 15th", "'morning of the 15th'"),
    ]);
}

#[test]
fn a_number_that_counts_no_days_is_named() {
    check_named(&[
        ("ring in 99999 days", "'in 99999 days'"),
        ("ring in -3 days", "'in -3 days'"),
        ("ring in 2.5 days", "'in 2.5 days'"),
        ("ring in half a year", "'in half a year'"),
    ]);
}

#[test]
fn a_date_or_rule_as_programs_write_it_is_named() {
    check_named(&[
        ("ring 2027-W03-1", "'2027-W03-1'"),
        ("ring semi-annually", "'semi-annually'"),
        ("ring 0 9 * * 1-5", "'0 9 * * 1-5'"),
        ("ring FREQ=DAILY;INTERVAL=2", "FREQ=DAILY"),
    ]);
}

#[test]
fn a_duration_that_is_none_is_named() {
    check_named(&[
        ("clean friday 5pm for 0 min", "'for 0 min'"),
        ("clean friday 5pm for 10081 min", "'for 10081 min'"),
    ]);
}

#[test]
fn a_mark_that_is_none_is_named() {
    check_named(&[
        ("ring #🎉", "'#🎉'"),
        ("ring #\"unclosed", "'#\"unclosed'"),
        ("ring #[unclosed", "'#[unclosed'"),
        ("ring friday !99999999m", "'!99999999m'"),
    ]);
}

#[test]
fn the_title_of_an_ordinary_line_is_left_alone() {
    for line in [
        "watch the summer games friday",
        "read evening news friday",
        "buy 2 or 3 apples friday",
        "issue #5",
        "drive for 20 minutes",
    ] {
        let parsed = quick_add(line, &wednesday());
        assert_eq!(parsed.warnings(), [""; 0], "{line}");
    }
}

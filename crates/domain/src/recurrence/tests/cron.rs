//! Rules in the form of cron.

use super::*;

#[test]
fn cron_text() {
    for (cron, at, expected) in [
        (
            "0 9 * * 1-5",
            "2027-01-01T00:00",
            vec!["2027-01-01T09:00", "2027-01-04T09:00"],
        ),
        (
            "*/20 9-10 * * *",
            "2027-01-04T09:30",
            vec!["2027-01-04T09:40", "2027-01-04T10:00", "2027-01-04T10:20"],
        ),
        (
            "30 8 1,15 * *",
            "2027-01-04T00:00",
            vec!["2027-01-15T08:30", "2027-02-01T08:30"],
        ),
        (
            "0 0 31 * *",
            "2027-01-31T00:00",
            vec!["2027-01-31T00:00", "2027-03-31T00:00"],
        ),
        (
            "0 12 13 * FRI",
            "2027-01-01T00:00",
            vec!["2027-01-01T12:00", "2027-01-08T12:00", "2027-01-13T12:00"],
        ),
        (
            "0 9 * jan,jul sun",
            "2027-01-25T00:00",
            vec!["2027-01-31T09:00", "2027-07-04T09:00"],
        ),
        ("0 9 * * 7", "2027-01-01T00:00", vec!["2027-01-03T09:00"]),
        (
            "0 9 * * 5#3",
            "2027-01-01T00:00",
            vec!["2027-01-15T09:00", "2027-02-19T09:00"],
        ),
        ("0 9 * * 5L", "2027-01-01T00:00", vec!["2027-01-29T09:00"]),
        (
            "0 9 L * *",
            "2027-01-01T00:00",
            vec!["2027-01-31T09:00", "2027-02-28T09:00"],
        ),
        (
            "15 * * * *",
            "2027-01-01T00:00",
            vec!["2027-01-01T00:15", "2027-01-01T01:15"],
        ),
    ] {
        assert_eq!(expand(cron, at, expected.len()), expected, "{cron}");
    }
    for cron in [
        "60 9 * * *",
        "0 24 * * *",
        "0 9 32 * *",
        "0 9 * 13 *",
        "0 9 * * 8",
        "*/0 9 * * *",
        "5-1 9 * * *",
        "0 9 * * FOO",
    ] {
        let refused = Recurrence::parse(cron, Overflow::Skip).expect_err(cron);
        assert_eq!(refused.code, "invalid_cron", "{cron}");
        assert!(refused.hint.is_some());
    }
}

#[test]
fn cron_of_workdays_has_a_sentence() {
    let words = |cron: &str| Recurrence::parse(cron, Overflow::Clamp).unwrap().describe();
    assert_eq!(words("0 9 * * 1-5"), "every weekday, always at 09:00");
    assert_eq!(words("0 9,17 * * *"), "every day at 09:00 and 17:00");
}

//! Where a series ends: COUNT, UNTIL, and rules that match nothing. 4 January 2027 is a Monday.

use super::*;

#[test]
fn count_includes_what_was_missed() {
    let five = rule("FREQ=DAILY;COUNT=5");
    assert_eq!(next(&five, "2027-01-04", "2027-01-06"), "2027-01-07");
    assert_eq!(next(&five, "2027-01-04", "2027-01-07"), "2027-01-08");
    assert_eq!(next(&five, "2027-01-04", "2027-01-08"), "over");
    assert_eq!(dates(&five, "2027-01-04", 9).len(), 5);
}

#[test]
fn until_is_inclusive() {
    let until = rule("FREQ=DAILY;UNTIL=20270106");
    assert_eq!(
        dates(&until, "2027-01-04", 9),
        ["2027-01-04", "2027-01-05", "2027-01-06"]
    );
    assert_eq!(next(&until, "2027-01-04", "2027-01-06"), "over");
    assert_eq!(dates(&until, "2027-01-04T23:59", 9).len(), 3);
    let floating = rule("FREQ=DAILY;UNTIL=20270106T090000");
    assert_eq!(dates(&floating, "2027-01-04T09:00", 9).len(), 3);
    assert_eq!(dates(&floating, "2027-01-04T09:01", 9).len(), 2);
    let instant = rule("FREQ=DAILY;UNTIL=20270106T080000Z");
    assert_eq!(dates(&instant, "2027-01-04T09:00[Europe/Rome]", 9).len(), 3);
    assert_eq!(dates(&instant, "2027-01-04T09:01[Europe/Rome]", 9).len(), 2);
}

#[test]
fn until_of_another_kind_is_refused() {
    for (text, at) in [
        ("FREQ=DAILY;UNTIL=20270106T090000", "2027-01-04"),
        ("FREQ=DAILY;UNTIL=20270106T090000Z", "2027-01-04"),
        ("FREQ=DAILY;UNTIL=20270106T090000Z", "2027-01-04T09:00"),
        (
            "FREQ=DAILY;UNTIL=20270106T090000",
            "2027-01-04T09:00[Europe/Rome]",
        ),
    ] {
        let refused = rule(text).first(&due(at)).unwrap_err();
        assert_eq!(
            (refused.field.as_str(), refused.code),
            ("/recurrence/rrule", "invalid_until")
        );
        assert!(refused.hint.is_some());
    }
}

#[test]
fn what_never_matches_is_refused() {
    for text in [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=YEARLY;BYMONTH=1;BYYEARDAY=200",
        "FREQ=YEARLY;BYMONTH=6;BYWEEKNO=1;BYDAY=MO",
        "FREQ=DAILY;UNTIL=20261231",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=9",
    ] {
        let refused = strict(text).first(&due("2027-01-04")).expect_err(text);
        assert_eq!(refused.code, "rule_never_matches", "{text}");
        assert!(refused.hint.is_some());
    }
    assert!(
        strict("FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29")
            .first(&due("2028-01-04"))
            .is_ok()
    );
}

#[test]
fn ten_years_untouched_is_one_jump() {
    assert_eq!(
        next(&rule("FREQ=DAILY"), "2027-01-04", "2037-06-15"),
        "2037-06-16"
    );
    assert_eq!(
        next(&rule("FREQ=WEEKLY;INTERVAL=3"), "2027-01-04", "2037-06-15"),
        "2037-06-22"
    );
    assert_eq!(
        next(&rule("FREQ=MONTHLY"), "2027-01-31", "2037-06-15"),
        "2037-06-30"
    );
    assert_eq!(
        next(&rule("FREQ=DAILY;COUNT=1000"), "2027-01-04", "2037-06-15"),
        "over"
    );
    let started = std::time::Instant::now();
    for _ in 0..1000 {
        assert_eq!(
            next(&rule("FREQ=DAILY"), "1900-01-01", "2199-06-15"),
            "2199-06-16"
        );
    }
    assert!(started.elapsed().as_secs() < 5);
}

#[test]
fn nothing_is_due_beyond_2200() {
    assert_eq!(
        next(&rule("FREQ=DAILY"), "2200-12-31", "2200-12-31"),
        "over"
    );
    assert_eq!(
        next(
            &completion("FREQ=YEARLY;INTERVAL=1000"),
            "2027-01-04",
            "2027-01-04"
        ),
        "over"
    );
    assert_eq!(
        next(
            &completion("FREQ=MONTHLY;INTERVAL=1000"),
            "2027-01-04",
            "2027-01-04"
        ),
        "2110-05-04"
    );
    assert!(Due::parse("2200-12-31").is_ok() && Due::parse("2201-01-01").is_err());
}

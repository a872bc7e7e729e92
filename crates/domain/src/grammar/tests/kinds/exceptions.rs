//! What a rule leaves out, in any words that say so.

use super::*;

const NOT_SUNDAY: &str = "gym | 2027-01-06 | RRULE:FREQ=DAILY\nX-TASKWIRE-EXCLUDE:SU";

#[test]
fn words_that_leave_a_day_out_do_not_start_the_rule_there() {
    for words in [
        "except",
        "except for",
        "except on",
        "excluding",
        "apart from",
        "aside from",
        "other than",
        "but",
        "but not",
        "but not on",
        "not",
        "not on",
        "never on",
        "without",
        "with the exception of",
        "besides",
        "bar",
        "barring",
        "minus",
        "save",
    ] {
        for day in ["sunday", "sundays"] {
            let line = format!("gym every day {words} {day}");
            assert_eq!(told(&quick_add(&line, &wednesday())), NOT_SUNDAY, "{line}");
            let line = format!("gym every day, {words} {day}");
            assert_eq!(told(&quick_add(&line, &wednesday())), NOT_SUNDAY, "{line}");
        }
    }
    for words in [
        "except",
        "apart from",
        "but",
        "but not on",
        "not",
        "not on",
        "without",
        "other than",
    ] {
        let line = format!("every day gym {words} sunday");
        assert_eq!(told(&quick_add(&line, &wednesday())), NOT_SUNDAY, "{line}");
    }
}

#[test]
fn what_is_left_out_may_be_of_any_kind() {
    check(&[
        (
            "gym every day apart from sunday and 24 dec",
            "gym | 2027-01-06 | RRULE:FREQ=DAILY\nX-TASKWIRE-EXCLUDE:SU,--1224",
        ),
        (
            "gym every weekday not friday or in august",
            "gym | 2027-01-06 | RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR\nX-TASKWIRE-EXCLUDE:FR,--08",
        ),
        (
            "choir every thurs 7:30-9pm not in august",
            "choir | 2027-01-07T19:30 | RRULE:FREQ=WEEKLY;BYDAY=TH\nX-TASKWIRE-EXCLUDE:--08 | +90",
        ),
        (
            "choir every thurs except 24th and 31st dec",
            "choir | 2027-01-07 | RRULE:FREQ=WEEKLY;BYDAY=TH\nX-TASKWIRE-EXCLUDE:--1224,--1231",
        ),
        (
            "choir every thurs except over xmas",
            "choir | 2027-01-07 | RRULE:FREQ=WEEKLY;BYDAY=TH\nX-TASKWIRE-EXCLUDE:--1225",
        ),
        (
            "gym every day except tomorrow",
            "gym | 2027-01-06 | RRULE:FREQ=DAILY\nEXDATE;VALUE=DATE:20270107",
        ),
        (
            "gym every friday except next friday",
            "gym | 2027-01-08 | RRULE:FREQ=WEEKLY;BYDAY=FR\nEXDATE;VALUE=DATE:20270115",
        ),
        (
            "gym except 24 dec, tuesdays every 2 weeks",
            "gym | 2027-01-12 | RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU\nX-TASKWIRE-EXCLUDE:--1224",
        ),
        (
            "except weekends and 24 dec, on tuesdays and thursdays gym",
            "gym | 2027-01-07 | RRULE:FREQ=WEEKLY;BYDAY=TU,TH\nX-TASKWIRE-EXCLUDE:SA,SU,--1224",
        ),
        (
            "gym every day except next week",
            "gym | 2027-01-06 | RRULE:FREQ=DAILY\nX-TASKWIRE-EXCLUDE:20270111/20270117",
        ),
    ]);
}

#[test]
fn days_without_a_year_are_left_out_every_year() {
    const SEASON: &str = "gym | 2027-01-06 | RRULE:FREQ=DAILY\nX-TASKWIRE-EXCLUDE:--1224/--0102";
    for days in [
        "dec 24 - jan 2",
        "24 dec to 2 jan",
        "from 24 dec until 2 jan",
        "from dec 24 to jan 2",
        "between 24 dec and 2 jan",
    ] {
        let line = format!("gym every day except {days}");
        assert_eq!(told(&quick_add(&line, &wednesday())), SEASON, "{line}");
    }
    check(&[(
        "gym every day except 24 dec to 2 jan 2028",
        "gym | 2027-01-06 | RRULE:FREQ=DAILY\nX-TASKWIRE-EXCLUDE:20271224/20280102",
    )]);
}

#[test]
fn a_day_that_no_rule_can_leave_out_is_told() {
    for (line, title) in [
        ("gym every day not on easter", "gym every day not on easter"),
        ("gym every day but the 1st", "gym every day but the 1st"),
        (
            "gym every day apart from the 1st",
            "gym every day apart from the 1st",
        ),
    ] {
        let parsed = quick_add(line, &wednesday());
        assert_eq!(told(&parsed), title);
        assert!(!parsed.remarks.is_empty(), "{line}");
    }
    let parsed = quick_add("every day gym apart from easter", &wednesday());
    assert!(parsed.title.contains("apart from easter"), "{parsed:?}");
    assert!(!parsed.remarks.is_empty());
}

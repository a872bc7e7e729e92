//! Hours and lengths that were read as one another, bare hours, midnight, and times that contradict each other.

use super::*;

#[test]
fn an_hour_and_a_length_are_told_apart() {
    check_remarks(&[
        (
            "gym every mon 1h",
            "gym 1h | 2027-01-11 | FREQ=WEEKLY;BYDAY=MO",
            "a duration needs a time of day",
        ),
        (
            "gym friday 2h",
            "gym 2h | 2027-01-08",
            "a duration needs a time of day",
        ),
        (
            "gym friday 8h",
            "gym | 2027-01-08T08:00",
            "read as the time 08:00",
        ),
    ]);
    check(&[
        ("gym friday 17h", "gym | 2027-01-08T17:00"),
        (
            "gym every mon 17h",
            "gym | 2027-01-11T17:00 | FREQ=WEEKLY;BYDAY=MO",
        ),
        ("gym in 3 days 17h", "gym | 2027-01-09T17:00"),
        ("gym in 3 days 2h", "gym | 2027-01-09T12:00"),
        ("gym 0900 day after tomorrow", "gym | 2027-01-08T09:00"),
        ("gym 17h tomorrow", "gym | 2027-01-07T17:00"),
        ("gym 17h30 tomorrow", "gym | 2027-01-07T17:30"),
        ("gym 0900 tomorrow", "gym | 2027-01-07T09:00"),
        ("pay 1500 tomorrow", "pay 1500 | 2027-01-07"),
        ("9-10 friday gym", "gym | 2027-01-08T09:00 |  | +60"),
        ("read chapters 3-5 friday", "read chapters 3-5 | 2027-01-08"),
    ]);
}

#[test]
fn a_number_behind_a_month_may_be_the_hour() {
    check_remarks(&[(
        "gym every day until june 8 in the evening",
        "gym | 2027-01-06T19:00 | FREQ=DAILY;UNTIL=20270608",
        "8 was read as the day of the month",
    )]);
    check(&[
        (
            "gym every day until june at 8 in the evening",
            "gym | 2027-01-06T20:00 | FREQ=DAILY;UNTIL=20270630",
        ),
        (
            "gym end of march 8 in the evening",
            "gym | 2027-03-31T20:00",
        ),
    ]);
}

#[test]
fn a_bare_hour_behind_a_day_is_a_time() {
    check_remarks(&[
        (
            "gym tmrw 5",
            "gym | 2027-01-07T17:00",
            "5am for the morning",
        ),
        ("gym fri 11", "gym | 2027-01-08T11:00", "read as the hour"),
        (
            "movie tonight 8",
            "movie | 2027-01-06T20:00",
            "read as the hour",
        ),
        (
            "drinks fri night 8",
            "drinks | 2027-01-08T20:00",
            "read as the hour",
        ),
        (
            "submit friday by 5",
            "submit | 2027-01-08T17:00",
            "5am for the morning",
        ),
        (
            "submit by 5 today",
            "submit | 2027-01-06T17:00",
            "5am for the morning",
        ),
        (
            "meet half 7 friday",
            "meet | 2027-01-08T07:30",
            "read as the time 07:30",
        ),
        ("submit by 5", "submit by 5", "write pm"),
    ]);
    check(&[
        ("gym 8ish friday", "gym | 2027-01-08T08:00"),
        ("gym friday ~5pm", "gym | 2027-01-08T17:00"),
        ("gym friday approx 5pm", "gym | 2027-01-08T17:00"),
        (
            "choir every friday night 8",
            "choir | 2027-01-08T20:00 | FREQ=WEEKLY;BYDAY=FR",
        ),
        ("meet Sam 7", "meet Sam 7"),
        ("buy tomorrow 5 apples", "buy 5 apples | 2027-01-07"),
        ("cut in half 2 pieces", "cut in half 2 pieces"),
    ]);
}

#[test]
fn midnight_and_the_hours_behind_it_belong_to_the_night() {
    check_remarks(&[
        (
            "submit by midnight friday",
            "submit | 2027-01-09T00:00",
            "the end of that day",
        ),
        (
            "submit friday midnight",
            "submit | 2027-01-08T00:00",
            "the start of that day",
        ),
        (
            "submit today midnight",
            "submit | 2027-01-07T00:00",
            "the end of that day",
        ),
        (
            "party friday night 1am",
            "party | 2027-01-09T01:00",
            "01:00 of the day after",
        ),
        (
            "party every friday night 1am",
            "party | 2027-01-08T01:00 | FREQ=WEEKLY;BYDAY=FR",
            "the named day itself",
        ),
    ]);
    check(&[
        ("submit friday by midnight", "submit | 2027-01-09T00:00"),
        ("submit by midnight", "submit | 2027-01-07T00:00"),
        ("party friday night at 1", "party | 2027-01-09T01:00"),
    ]);
    // On the Friday itself it is still the coming night.
    let friday = Context::new("2027-01-08T09:00:00Z".parse().unwrap(), rome());
    for line in ["call friday night 1am", "call by 1am friday night"] {
        assert_eq!(
            told(&quick_add(line, &friday)),
            "call | 2027-01-09T01:00",
            "{line}"
        );
    }
}

#[test]
fn an_elapsed_hour_that_comes_twice_is_told() {
    // The clocks go back from 03:00 to 02:00.
    let autumn = Context::new("2027-10-30T23:30:00Z".parse().unwrap(), rome());
    let twice = |line: &str| {
        let said = quick_add(line, &autumn).warnings();
        said.iter().any(|said| said.contains("comes twice"))
    };
    assert!(twice("call in 2 hours"));
    assert!(!twice("call in 1 hour"));
    assert!(!twice("call in 3 hours"));
}

#[test]
fn what_contradicts_itself_is_told() {
    check_remarks(&[
        (
            "gym friday 9am in the evening",
            "gym | 2027-01-08T09:00",
            "do not go together",
        ),
        (
            "gym friday morning 5pm",
            "gym | 2027-01-08T17:00",
            "do not go together",
        ),
        (
            "gym every day 9am in the evening",
            "gym | 2027-01-07T09:00 | FREQ=DAILY",
            "do not go together",
        ),
        (
            "gym friday 5pm-4pm",
            "gym | 2027-01-08T17:00 |  | +1380",
            "23 hours later",
        ),
        (
            "gym every fri 5pm-4pm",
            "gym | 2027-01-08T17:00 | FREQ=WEEKLY;BYDAY=FR | +1380",
            "23 hours later",
        ),
    ]);
    check(&[
        ("gym friday 10pm-6am", "gym | 2027-01-08T22:00 |  | +480"),
        ("gym friday evening 8pm", "gym | 2027-01-08T20:00"),
    ]);
}

#[test]
fn several_days_are_a_rule_or_are_pointed_out() {
    check_remarks(&[
        (
            "gym mon wed fri 6am",
            "gym | 2027-01-08T06:00 | FREQ=WEEKLY;BYDAY=MO,WE,FR",
            "every week on monday, wednesday and friday",
        ),
        (
            "Mon & Thu gym",
            "gym | 2027-01-07 | FREQ=WEEKLY;BYDAY=MO,TH",
            "every week on monday and thursday",
        ),
        (
            "gym mon wed fri 6am till june",
            "gym | 2027-01-08T06:00 | FREQ=WEEKLY;BYDAY=MO,WE,FR;UNTIL=20270630",
            "every week on monday, wednesday and friday",
        ),
        (
            "yoga tue/thu 7-8pm",
            "yoga | 2027-01-07T19:00 | FREQ=WEEKLY;BYDAY=TU,TH | +60",
            "every week on tuesday and thursday",
        ),
        (
            "gym tues or weds 5pm",
            "gym tues or weds 5pm",
            "several days",
        ),
        (
            "ask if mon or tues works",
            "ask if mon or tues works",
            "several days",
        ),
        ("dinner fri/sat", "dinner fri/sat", "several days"),
        ("trip fri-sun", "trip fri-sun", "several days"),
        (
            "gym 3, 10 and 17 dec",
            "gym 3, 10 and 17 dec",
            "several days",
        ),
        (
            "gym 3rd 10th 17th dec 5pm",
            "gym 3rd 10th 17th dec 5pm",
            "several days",
        ),
        ("trip 19/12 - 26/12", "trip 19/12 - 26/12", "several days"),
        ("trip 19/12-26/12", "trip 19/12-26/12", "several days"),
        (
            "gym monday friday",
            "gym monday | 2027-01-08",
            "'monday' was ignored",
        ),
    ]);
}

#[test]
fn a_number_beside_a_day_is_pointed_out() {
    let instead = "write at before it if it is the time";
    check_remarks(&[
        ("dentist 10 fri", "dentist 10 | 2027-01-08", instead),
        ("shift 7-3 tmrw", "shift 7-3 | 2027-01-07", instead),
        ("lunch 12-1 mon", "lunch 12-1 | 2027-01-11", instead),
        ("call 1730 tomorrow", "call 1730 | 2027-01-07", instead),
        (
            "dinner tmrw 7 w/ Jane",
            "dinner 7 w/ Jane | 2027-01-07",
            instead,
        ),
        (
            "gym every mon 8",
            "gym 8 | 2027-01-11 | FREQ=WEEKLY;BYDAY=MO",
            instead,
        ),
        (
            "collect after 3 tmrw",
            "collect after 3 | 2027-01-07",
            "write pm",
        ),
    ]);
    for line in [
        "read chapters 3-5 friday",
        "read page 12 friday",
        "buy tomorrow 5 apples",
        "pay M 10 friday",
        "run 10 miles friday",
    ] {
        let parsed = quick_add(line, &wednesday());
        assert!(parsed.remarks.is_empty(), "{line}: {:?}", parsed.remarks);
    }
}

#[test]
fn a_day_that_loses_is_named() {
    check_remarks(&[
        (
            "party fri 8pm or so on sat",
            "party or so | 2027-01-09T20:00",
            "the day of 'fri 8pm' was ignored: 'on sat'",
        ),
        (
            "party fri 8pm not sat",
            "party not sat | 2027-01-08T20:00",
            "'not sat' was left",
        ),
        (
            "dinner thurs 7pm (was wed)",
            "dinner (was wed) | 2027-01-07T19:00",
            "'was wed' was left",
        ),
    ]);
    check(&[
        ("tuesday morning next week", " | 2027-01-12T09:00"),
        ("next week dentist tue 9am", "dentist | 2027-01-12T09:00"),
        ("thu dentist next week", "dentist | 2027-01-14"),
    ]);
}

#[test]
fn parts_of_weekdays_in_the_plural_are_a_rule() {
    check(&[
        (
            "weigh in monday mornings",
            "weigh in | 2027-01-11T09:00 | FREQ=WEEKLY;BYDAY=MO",
        ),
        (
            "football sunday mornings 10am",
            "football | 2027-01-10T10:00 | FREQ=WEEKLY;BYDAY=SU",
        ),
        ("drinks fri eve", "drinks | 2027-01-08T19:00"),
        ("call friday Eve", "call Eve | 2027-01-08"),
        ("call thu a.m.", "call | 2027-01-07T09:00"),
        (
            "check weekly on mon am",
            "check | 2027-01-11T09:00 | FREQ=WEEKLY;BYDAY=MO",
        ),
        (
            "block fri am for writing",
            "block for writing | 2027-01-08T09:00",
        ),
        ("call 3p mon", "call | 2027-01-11T15:00"),
        ("shift mon 10p-11p", "shift | 2027-01-11T22:00 |  | +60"),
        ("call fri@3", "call | 2027-01-08T15:00"),
        ("mail fri@example.com", "mail fri@example.com"),
        ("pay 9th of month", "pay | 2027-01-09"),
    ]);
    check_remarks(&[
        ("tablet mornings", "tablet mornings", "every morning"),
        ("pay mum 3/4", "pay mum 3/4", "if it is the day"),
        (
            "drops 4x daily",
            "drops 4x | 2027-01-06 | FREQ=DAILY",
            "the times of day",
        ),
        (
            "call tom 3pm",
            "call | 2027-01-07T15:00",
            "quote it if it is a name",
        ),
    ]);
}

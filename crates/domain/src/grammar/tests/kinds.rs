//! Kinds of phrases that were lost beside others or read wrongly, on Wednesday 6 January 2027, 10:00 in Rome.

mod apart;
mod apart_times;
mod beside_times;
mod casual;
mod company;
mod corrections;
mod exceptions;
mod glued;
mod hours;
mod languages;
mod left_over;
mod lost;
mod marks;
mod named;
mod past;
mod plain;
mod pointed;
mod relative;
mod reminding;
mod separators;
mod shorthand;
mod silence;
mod telling;
mod undated;
mod weeks;

use super::composition::wednesday;
use super::*;

/// Checks what each line means.
fn check(cases: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (line, expected) in cases {
        let parsed = quick_add(line, &wednesday());
        if told(&parsed) != *expected {
            wrong.push(format!(
                "{line:?}\n   found {:?} {:?}\n  wanted {expected:?}",
                told(&parsed),
                parsed.warnings()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Checks that each line has a remark that contains a text.
fn check_remarks(cases: &[(&str, &str, &str)]) {
    let mut wrong = Vec::new();
    for (line, expected, remark) in cases {
        let parsed = quick_add(line, &wednesday());
        let is_said = parsed.warnings().iter().any(|said| said.contains(remark));
        if told(&parsed) != *expected || !is_said {
            wrong.push(format!(
                "{line:?}\n   found {:?} {:?}\n  wanted {expected:?} {remark:?}",
                told(&parsed),
                parsed.warnings()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_date_stays_beside_a_time() {
    check(&[
        (
            "Send report end of month at 5pm",
            "Send report | 2027-01-31T17:00",
        ),
        (
            "Send report end of week at 5pm",
            "Send report | 2027-01-10T17:00",
        ),
        (
            "Send report end of january at 5pm",
            "Send report | 2027-01-31T17:00",
        ),
        (
            "Send report end of year at 5pm",
            "Send report | 2027-12-31T17:00",
        ),
        (
            "Send report end of quarter at 5pm",
            "Send report | 2027-03-31T17:00",
        ),
        (
            "Send report beginning of february at 5pm",
            "Send report | 2027-02-01T17:00",
        ),
        ("Send report the 15th 5pm", "Send report | 2027-01-15T17:00"),
        ("Send report 15th 17:30", "Send report | 2027-01-15T17:30"),
        (
            "Send report friday the 15th 5pm",
            "Send report | 2027-01-15T17:00",
        ),
        (
            "Send report christmas, 5pm",
            "Send report | 2027-12-25T17:00",
        ),
        (
            "Send report 5th of next month at 5pm",
            "Send report | 2027-02-05T17:00",
        ),
        ("Send report 15th evening", "Send report | 2027-01-15T19:00"),
    ]);
}

#[test]
fn a_number_before_a_part_of_the_day_is_an_hour() {
    check(&[
        ("Dinner 8 tonight", "Dinner | 2027-01-06T20:00"),
        ("Dinner 8 this evening", "Dinner | 2027-01-06T20:00"),
        ("Dinner 9 tomorrow evening", "Dinner | 2027-01-07T21:00"),
        ("Dinner at 730 in the evening", "Dinner | 2027-01-06T19:30"),
        (
            "order pizza for 8 tonight",
            "order pizza for 8 | 2027-01-06T22:00",
        ),
    ]);
}

#[test]
fn a_range_keeps_its_date() {
    check(&[
        (
            "Call 9:30 until 11:00 on friday",
            "Call | 2027-01-08T09:30 |  | +90",
        ),
        ("Call friday 2-3pm", "Call | 2027-01-08T14:00 |  | +60"),
    ]);
    check_remarks(&[("trip 13-15 july", "trip 13-15 july", "several days")]);
}

#[test]
fn a_frequency_comes_first() {
    check(&[
        (
            "monthly on the 1st pay rent",
            "pay rent | 2027-02-01 | FREQ=MONTHLY;BYMONTHDAY=1",
        ),
        (
            "weekly on mon and thu gym",
            "gym | 2027-01-07 | FREQ=WEEKLY;BYDAY=MO,TH",
        ),
        (
            "quarterly on the 15th file VAT",
            "file VAT | 2027-01-15 | FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15",
        ),
        (
            "biweekly on tuesday bins",
            "bins | 2027-01-12 | FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
        ),
        (
            "bins tuesdays every 2 weeks",
            "bins | 2027-01-12 | FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
        ),
        (
            "bins alternate tuesdays",
            "bins | 2027-01-12 | FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
        ),
        (
            "swim every mon at 9 5 times",
            "swim | 2027-01-11T09:00 | FREQ=WEEKLY;BYDAY=MO;COUNT=5",
        ),
        (
            "water every! 3 hours",
            "water | 2027-01-06T13:00 | !FREQ=HOURLY;INTERVAL=3",
        ),
        (
            "water every 2 weeks when done",
            "water | 2027-01-06 | !FREQ=WEEKLY;INTERVAL=2",
        ),
    ]);
    check_remarks(&[
        (
            "pay every 27",
            "pay | 2027-01-27 | FREQ=MONTHLY;BYMONTHDAY=27",
            "every 27 days",
        ),
        (
            "brush teeth three times daily",
            "brush teeth three times daily",
            "names no times of day",
        ),
        (
            "visit every 3 months on friday",
            "visit every 3 months on friday",
            "did not understand",
        ),
    ]);
}

#[test]
fn quarters_are_those_of_the_calendar() {
    check(&[
        (
            "close each quarter on the last day",
            "close | 2027-03-31 | FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1",
        ),
        (
            "review first Monday of each quarter",
            "review | 2027-04-05 | FREQ=YEARLY;BYMONTH=1,4,7,10;BYDAY=1MO",
        ),
        (
            "pay first working day of each quarter",
            "pay | 2027-04-01 | FREQ=MONTHLY;BYMONTH=1,4,7,10;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1",
        ),
        (
            "close last day of each quarter",
            "close | 2027-03-31 | FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1",
        ),
    ]);
}

#[test]
fn figures_are_a_date_before_a_word() {
    check(&[
        ("dentist 14/4 bring card", "dentist bring card | 2027-04-14"),
        ("14/4 dentist", "dentist | 2027-04-14"),
        (
            "dentist 14/4 every year",
            "dentist | 2027-04-14 | FREQ=YEARLY",
        ),
        ("read 3/4 of the book", "read 3/4 of the book"),
        ("1/2 cup", "1/2 cup"),
        ("pay 15.01.28", "pay 15.01.28"),
        ("pay on 15.01.28", "pay | 2028-01-15"),
        ("pay 15 jan '28", "pay | 2028-01-15"),
        ("pay 15 jan 28", "pay | 2028-01-15"),
        ("pay Feb13", "pay | 2027-02-13"),
        ("pay 2027-3-3", "pay | 2027-03-03"),
        ("pay 2015-3-3", "pay | 2015-03-03"),
        ("pay Jul 18, Sun", "pay | 2027-07-18"),
        ("Task 14/4 90m", "Task 90m | 2027-04-14"),
    ]);
}

#[test]
fn times_are_written_in_many_ways() {
    check(&[
        ("call in a quarter of an hour", "call | 2027-01-06T10:15"),
        ("call in 1/2 hour", "call | 2027-01-06T10:30"),
        ("call 3 oclock pm", "call | 2027-01-06T15:00"),
        ("call 3:30 p m", "call | 2027-01-06T15:30"),
        ("call 330 p.m.", "call | 2027-01-06T15:30"),
        ("call 15h30", "call | 2027-01-06T15:30"),
        ("call tomorrow 1730", "call | 2027-01-07T17:30"),
        ("call at 20 minutes to 2pm", "call | 2027-01-06T13:40"),
        ("call this time tomorrow", "call | 2027-01-07T10:00"),
        ("call at lunch tomorrow", "call | 2027-01-07T12:00"),
    ]);
}

#[test]
fn days_are_counted_in_many_ways() {
    check(&[
        ("pay 20th of the next month", "pay | 2027-02-20"),
        ("pay within 3 days", "pay | 2027-01-09"),
        ("pay no later than friday", "pay | 2027-01-08"),
        ("pay +5 days", "pay | 2027-01-11"),
        ("pay 2 fridays from now", "pay | 2027-01-15"),
        ("pay a week hence", "pay | 2027-01-13"),
        ("pay on the ides of march", "pay | 2027-03-15"),
        ("pay tom 5pm", "pay | 2027-01-07T17:00"),
        ("pay upcoming 3 days", "pay | 2027-01-09"),
    ]);
    check_remarks(&[
        (
            "pay before friday",
            "pay | 2027-01-07",
            "the day before: Thursday 7 January 2027",
        ),
        (
            "pay monday of this week",
            "pay monday of this week",
            "is in the past",
        ),
        ("buy milk tom", "buy milk tom", "write tmr"),
    ]);
}

//! Lines as people type them in passing: several ordinals, days in brackets, what was moved, misspelt words.

use super::*;

#[test]
fn several_weekdays_of_a_month_are_a_rule() {
    let said = "read as every month on";
    check_remarks(&[
        (
            "garden club 2nd and 4th tues of the month 7pm",
            "garden club | 2027-01-12T19:00 | FREQ=MONTHLY;BYDAY=2TU,4TU",
            said,
        ),
        (
            "garden club 1st and 3rd friday 5pm",
            "garden club | 2027-01-15T17:00 | FREQ=MONTHLY;BYDAY=1FR,3FR",
            said,
        ),
    ]);
    check(&[
        ("read 2nd and 4th chapter", "read 2nd and 4th chapter"),
        (
            "club every 2nd and 4th tues 7pm",
            "club | 2027-01-12T19:00 | FREQ=MONTHLY;BYDAY=2TU,4TU",
        ),
    ]);
}

#[test]
fn a_short_weekday_in_brackets_is_the_day() {
    check(&[
        ("[mon] backup laptop", "backup laptop | 2027-01-11"),
        ("(sat) backup laptop", "backup laptop | 2027-01-09"),
        ("backup laptop (sun)", "backup laptop | 2027-01-10"),
    ]);
}

#[test]
fn a_short_weekday_before_a_condition_is_told() {
    check_remarks(&[
        (
            "mow lawn sat if dry",
            "mow lawn sat if dry",
            "'sat' was left in the title; write on before it if it is the day",
        ),
        (
            "picnic sun unless it rains",
            "picnic sun unless it rains",
            "'sun' was left in the title",
        ),
    ]);
    check(&[("she sat if allowed", "she sat if allowed")]);
}

#[test]
fn today_or_tomorrow_is_several_days() {
    check_remarks(&[
        (
            "call plumber today/tomorrow",
            "call plumber today/tomorrow",
            "several days",
        ),
        (
            "call plumber today or tomorrow",
            "call plumber today or tomorrow",
            "several days",
        ),
        (
            "call plumber tomorrow/friday",
            "call plumber tomorrow/friday",
            "several days",
        ),
    ]);
}

#[test]
fn what_was_moved_is_due_on_the_new_day() {
    check(&[
        (
            "standup moved to friday 3pm",
            "standup moved | 2027-01-08T15:00",
        ),
        (
            "dentist rescheduled to 14 jan",
            "dentist rescheduled | 2027-01-14",
        ),
    ]);
    check_remarks(&[(
        "standup moved to friday 3pm (was thurs)",
        "standup moved (was thurs) | 2027-01-08T15:00",
        "'was thurs'",
    )]);
}

#[test]
fn misspelt_months_and_rules_are_read_or_told() {
    check_remarks(&[
        (
            "holiday 5 augst",
            "holiday | 2027-08-05",
            "'augst' was read as august",
        ),
        (
            "holiday 5 agust",
            "holiday | 2027-08-05",
            "'agust' was read as august",
        ),
        (
            "holiday 5 apirl",
            "holiday | 2027-04-05",
            "'apirl' was read as april",
        ),
        (
            "pay rent ever month",
            "pay rent ever month",
            "did not understand 'ever month' as a rule",
        ),
        (
            "review next weak",
            "review next weak",
            "'next weak' was left in the title",
        ),
    ]);
    check(&[
        ("best trip ever", "best trip ever"),
        ("call Augusta", "call Augusta"),
        ("fix the weak spot", "fix the weak spot"),
        ("txt bob tmr nite", "txt bob | 2027-01-07T22:00"),
    ]);
}

#[test]
fn letters_of_units_count_from_now() {
    check(&[
        ("call hmrc 3d from now", "call hmrc | 2027-01-09"),
        ("call hmrc 2w from now", "call hmrc | 2027-01-20"),
        ("call hmrc 2h from now", "call hmrc | 2027-01-06T12:00"),
    ]);
}

#[test]
fn a_date_that_says_what_the_task_is_about_is_told() {
    let quote = "quote it if it belongs to the title";
    check_remarks(&[
        (
            "prep for monday meeting",
            "prep meeting | 2027-01-11",
            quote,
        ),
        (
            "ask about 4th of july party",
            "ask about party | 2027-07-04",
            quote,
        ),
        (
            "14th mum bday",
            "14th mum bday",
            "'14th' was left in the title",
        ),
        (
            "the 14th mum bday",
            "the 14th mum bday",
            "'14th' was left in the title",
        ),
    ]);
    check(&[
        ("ask bob about 5 march", "ask bob about | 2027-03-05"),
        ("1st draft of essay", "1st draft of essay"),
    ]);
}

//! Remarks on conflicts, and what is left as the title.

use super::*;

#[test]
fn a_conflict_names_both_sides() {
    check_remarks(&[
        (
            "dentist friday 10am monday",
            "dentist | 2027-01-11T10:00",
            "the day of 'friday 10am' was ignored: 'monday' is used",
        ),
        (
            "dentist fri 10am 11am",
            "dentist | 2027-01-08T11:00",
            "the time of 'fri 10am' was ignored: '11am' is used",
        ),
    ]);
}

#[test]
fn no_mark_of_what_was_taken_stays_in_the_title() {
    check(&[
        (
            "ring every day - 5pm Olga",
            "ring Olga | 2027-01-06T17:00 | FREQ=DAILY",
        ),
        (
            "friday (at 5pm, 1h): clean",
            "clean | 2027-01-08T17:00 |  | +60",
        ),
        ("today (5pm (2h)) ring", "ring | 2027-01-06T17:00 |  | +120"),
        (
            "ring every day 6 p.m. sharp",
            "ring | 2027-01-06T18:00 | FREQ=DAILY",
        ),
    ]);
}

#[test]
fn remarks_that_were_left_out_are_told() {
    let line = "friday was mentioned, #🎉 ".repeat(20);
    let said = quick_add(&line, &wednesday()).warnings();
    assert_eq!(said.len(), 11, "{said:?}");
    assert!(said[10].contains("further remarks"), "{said:?}");
}

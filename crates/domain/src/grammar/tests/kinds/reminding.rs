//! Reminders in words: which day and time they mean, several of them, and beside days that need company.

use super::*;

#[test]
fn a_part_of_the_day_before_has_its_usual_hours() {
    check(&[
        (
            "party sat 8pm remind me the evening before",
            "party | 2027-01-09T20:00 |  | -1500",
        ),
        (
            "party sat 8pm remind me the evening before at 8",
            "party | 2027-01-09T20:00 |  | -1440",
        ),
        (
            "party sat 8pm remind me the evening before at 8:30",
            "party | 2027-01-09T20:00 |  | -1410",
        ),
        (
            "party sat 8pm remind me the morning before at 8",
            "party | 2027-01-09T20:00 |  | -2160",
        ),
        (
            "party sat 8pm remind me the afternoon before at 3",
            "party | 2027-01-09T20:00 |  | -1740",
        ),
        (
            "party sat 8pm remind me the night before",
            "party | 2027-01-09T20:00 |  | -1320",
        ),
        (
            "party sat 8pm remind me the night before at 1",
            "party | 2027-01-09T20:00 |  | -1140",
        ),
        (
            "party sat 8pm remind me the morning of",
            "party | 2027-01-09T20:00 |  | -660",
        ),
        (
            "party sat 8pm remind me on the day",
            "party | 2027-01-09T20:00 |  | -660",
        ),
    ]);
    check_remarks(&[(
        "party sat 8pm remind me the day before at 6",
        "party | 2027-01-09T20:00 |  | -1560",
        "write 6am for the morning",
    )]);
}

#[test]
fn a_reminder_behind_a_date_does_not_move_it() {
    check(&[
        (
            "party sat 8pm reminder thursday",
            "party | 2027-01-09T20:00 |  | -3540",
        ),
        (
            "party sat 8pm reminder at 4pm",
            "party | 2027-01-09T20:00 |  | -240",
        ),
        (
            "party sat 8pm, reminder friday 6pm",
            "party | 2027-01-09T20:00 |  | -1560",
        ),
        (
            "party sat 8pm p1 reminder on friday at 6pm",
            "party | 2027-01-09T20:00 |  | !high -1560",
        ),
        (
            "party sat 8pm at Bob's, reminder at 4pm",
            "party at Bob's | 2027-01-09T20:00 |  | -240",
        ),
        (
            "party sat 8pm remind friday",
            "party | 2027-01-09T20:00 |  | -2100",
        ),
        (
            "party sat 8pm alert 30 min before",
            "party | 2027-01-09T20:00 |  | -30",
        ),
        (
            "party sat 8pm notify me 30 min before",
            "party | 2027-01-09T20:00 |  | -30",
        ),
        ("write a reminder friday", "write a reminder | 2027-01-08"),
        (
            "send reminder to Bob friday",
            "send reminder to Bob | 2027-01-08",
        ),
    ]);
}

#[test]
fn a_day_that_needs_company_has_it_in_a_reminder() {
    check(&[
        (
            "party sat remind me the day before",
            "party | 2027-01-09 |  | -1440",
        ),
        (
            "party sat, remind me the day before at 6pm",
            "party | 2027-01-09 |  | -900",
        ),
        (
            "party sat with a reminder 1 day before",
            "party | 2027-01-09 |  | -1440",
        ),
        (
            "rent 15th reminder 1 day before",
            "rent | 2027-01-15 |  | -1440",
        ),
        ("party sat, #home", "party | 2027-01-09 |  | #home"),
    ]);
}

#[test]
fn each_of_several_reminders_is_set() {
    check(&[
        (
            "party sat 8pm remind me an hour before and day before",
            "party | 2027-01-09T20:00 |  | -60 -1440",
        ),
        (
            "party sat 8pm remind me friday and saturday at noon",
            "party | 2027-01-09T20:00 |  | -2100 -480",
        ),
        (
            "party sat 8pm remind me at 9am and at 10am",
            "party | 2027-01-09T20:00 |  | -660 -600",
        ),
        (
            "party sat 8pm remind me 1 hour before and at noon",
            "party | 2027-01-09T20:00 |  | -60 -480",
        ),
        (
            "party sat 8pm remind me tomorrow and 1 hour before",
            "party | 2027-01-09T20:00 |  | -60 at 2027-01-07T09:00",
        ),
        (
            "party sat 8pm with reminders thursday and friday",
            "party | 2027-01-09T20:00 |  | -3540 -2100",
        ),
        (
            "remind me tomorrow at 9 and friday at 10 to call Ann",
            "call Ann | 2027-01-08T10:00 |  | -0 at 2027-01-07T09:00",
        ),
    ]);
}

#[test]
fn a_reminder_that_cannot_be_before_is_told() {
    check_remarks(&[
        (
            "party sat 8pm remind me at 10pm",
            "party | 2027-01-09T20:00 |  | -1320",
            "read as 22:00 on the day before",
        ),
        (
            "party 12 jan 8pm remind me 12 jan 10pm",
            "party | 2027-01-12T20:00 |  | at 2027-01-12T22:00",
            "comes after the task is due",
        ),
        (
            "party sat 8pm bring cake thursday",
            "party bring cake | 2027-01-07T20:00",
            "the day of 'sat 8pm' was ignored: 'thursday' is used",
        ),
    ]);
}

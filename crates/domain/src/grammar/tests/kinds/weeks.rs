//! Weeks by their number, and days that begin a rule of months or years.

use super::*;

#[test]
fn a_week_by_its_number_says_its_days() {
    let days = "week 12 is 22 to 28 March 2027";
    check_remarks(&[
        ("report week 12", "report week 12", days),
        ("report in week 12", "report in week 12", days),
        ("report week 12 of 2027", "report week 12 of 2027", days),
        (
            "report week 12 5pm",
            "report week 12 | 2027-01-06T17:00",
            days,
        ),
        ("report monday week 12", "report | 2027-03-22", days),
        (
            "report friday of week 12 5pm",
            "report | 2027-03-26T17:00",
            days,
        ),
        ("report fri, week 12", "report | 2027-03-26", days),
        ("report week 12 friday", "report | 2027-03-26", days),
        ("report end of week 12", "report | 2027-03-28", days),
        ("report start of week 12", "report | 2027-03-22", days),
        (
            "report monday week 53",
            "report | 2032-12-27",
            "week 53 is 27 December to 2 January",
        ),
    ]);
    check(&[
        ("read week 3 notes", "read week 3 notes"),
        ("report monday week", "report | 2027-01-18"),
    ]);
}

#[test]
fn a_weekday_that_begins_a_rule_of_months_is_told() {
    check_remarks(&[
        (
            "gym on friday every 3 months",
            "gym | 2027-01-08 | FREQ=MONTHLY;INTERVAL=3",
            "repeats on day 8 of the month; write for example 'every 3 months on the 1st friday'",
        ),
        (
            "Jo's birthday on 29 feb every year",
            "Jo's birthday | 2028-02-29 | FREQ=YEARLY",
            "without 29 February it is the 28th",
        ),
    ]);
    let plain = quick_add("rent 8 jan every month", &wednesday());
    assert_eq!(plain.warnings(), [""; 0]);
}

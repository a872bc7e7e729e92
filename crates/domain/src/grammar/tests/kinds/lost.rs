//! Days and rules that were lost beside a time.

use super::*;

#[test]
fn a_semicolon_parts_no_rule_from_its_time() {
    check(&[
        (
            "last day of each quarter; 5pm books",
            "books | 2027-03-31T17:00 | FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1",
        ),
        (
            "gym each monday; 5pm",
            "gym | 2027-01-11T17:00 | FREQ=WEEKLY;BYDAY=MO",
        ),
        (
            "gym every monday; 5pm",
            "gym | 2027-01-11T17:00 | FREQ=WEEKLY;BYDAY=MO",
        ),
    ]);
}

#[test]
fn a_past_period_before_a_time_is_told() {
    for period in ["month", "week", "year", "quarter"] {
        let line = format!("buy milk last {period} 5pm");
        check_remarks(&[(line.as_str(), line.as_str(), "is in the past")]);
    }
    let line = "ring day before yesterday";
    check_remarks(&[(line, line, "is in the past")]);
}

#[test]
fn quarters_are_those_of_the_calendar() {
    check(&[
        (
            "pay every quarter on the 1st",
            "pay | 2027-04-01 | FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=1",
        ),
        (
            "pay every quarter on the 15th",
            "pay | 2027-01-15 | FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=15",
        ),
    ]);
}

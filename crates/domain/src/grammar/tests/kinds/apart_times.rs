//! Times that stand apart from their day or rule, and months that were taken for words.

use super::*;

#[test]
fn a_clear_time_counts_beside_a_day_elsewhere() {
    for (time, hour) in [
        ("noon", "12:00"),
        ("half past 9", "09:30"),
        ("8ish", "08:00"),
        ("15h30", "15:30"),
        ("19h", "19:00"),
        ("at 1600", "16:00"),
    ] {
        let line = format!("{time} ring Olga friday");
        let expected = format!("ring Olga | 2027-01-08T{hour}");
        check_remarks(&[(line.as_str(), expected.as_str(), "read as the time")]);
        let line = format!("{time} lunch every friday");
        let expected = format!("lunch | 2027-01-08T{hour} | FREQ=WEEKLY;BYDAY=FR");
        check_remarks(&[(line.as_str(), expected.as_str(), "read as the time")]);
        let line = format!("{time}, every friday lunch");
        assert_eq!(told(&quick_add(&line, &wednesday())), expected, "{line}");
        let line = format!("lunch {time}, every friday");
        assert_eq!(told(&quick_add(&line, &wednesday())), expected, "{line}");
    }
}

#[test]
fn mar_and_may_before_a_day_are_months() {
    check(&[
        ("mar 3 ring Olga", "ring Olga | 2027-03-03"),
        ("ring mar 3 Olga", "ring Olga | 2027-03-03"),
        ("mar 3 noon ring", "ring | 2027-03-03T12:00"),
        ("in the evening may 3 ring", "ring | 2027-05-03T19:00"),
    ]);
}

//! Days and months with points, as people write them who put the day first.

use super::*;

#[test]
fn a_day_and_month_with_points_are_the_day_of_a_time() {
    check(&[
        ("dentist 15.1. 8:20", "dentist | 2027-01-15T08:20"),
        ("dentist 15.01. 8:20", "dentist | 2027-01-15T08:20"),
        ("Termin 8.4. 9:30", "Termin | 2027-04-08T09:30"),
        ("Termin 8. Apr 9:30", "Termin | 2027-04-08T09:30"),
        ("meeting 15.jan 10am", "meeting | 2027-01-15T10:00"),
        ("meeting 15. jan 10am", "meeting | 2027-01-15T10:00"),
        ("meeting on 15. january", "meeting | 2027-01-15"),
        ("meeting jan/15 10am", "meeting | 2027-01-15T10:00"),
    ]);
    for line in ["15.1. dentist 8:20", "dentist 15.1 8:20"] {
        let parsed = quick_add(line, &wednesday());
        let said = parsed.warnings();
        assert!(
            said.iter().any(|said| said.contains("'15.1")),
            "{line}: {said:?}"
        );
    }
    // An item of a list, and a number with a point.
    for line in ["1. march to the store", "read chapter 3.1. first"] {
        assert_eq!(told(&quick_add(line, &wednesday())), line);
    }
}

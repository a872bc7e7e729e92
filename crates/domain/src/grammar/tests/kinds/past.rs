//! Days that have passed, in lines and as bounds of lists.

use super::*;

#[test]
fn the_start_of_this_month_is_not_that_of_the_next() {
    for line in [
        "report start of this month",
        "report at the start of this month",
        "report beginning of this year",
        "report start of this week",
        "start of this month report",
    ] {
        let parsed = quick_add(line, &wednesday());
        assert_eq!(told(&parsed), line);
        assert!(!parsed.remarks.is_empty(), "{line}");
    }
    check(&[
        ("report start of the month", "report | 2027-02-01"),
        ("report end of this month", "report | 2027-01-31"),
        ("report mid this month", "report | 2027-01-15"),
    ]);
    let bounds = |text: &str| bound(text, &wednesday()).unwrap().to_string();
    assert_eq!(bounds("start of this month"), "2027-01-01");
    assert_eq!(bounds("the start of this week"), "2027-01-04");
    assert_eq!(bounds("beginning of this year"), "2027-01-01");
}

#[test]
fn hours_ago_bound_a_list() {
    for (text, expected) in [
        ("2 hours ago", "2027-01-06T08:00"),
        ("an hour ago", "2027-01-06T09:00"),
        ("30 minutes ago", "2027-01-06T09:30"),
        ("90m ago", "2027-01-06T08:30"),
        ("1 day and 2 hours ago", "2027-01-05T08:00"),
        ("3 days ago", "2027-01-03"),
        ("now", "2027-01-06T10:00"),
        ("right now", "2027-01-06T10:00"),
    ] {
        let found = bound(text, &wednesday()).unwrap();
        assert_eq!(found.to_string(), expected, "{text}");
    }
}

#[test]
fn a_bound_of_what_has_happened_is_the_last_such_day() {
    for (text, expected) in [
        ("1 nov", "2026-11-01"),
        ("1/11", "2026-11-01"),
        ("5 jan", "2027-01-05"),
        ("6 jan", "2027-01-06"),
        ("7 jan", "2026-01-07"),
        ("29 feb", "2024-02-29"),
        ("friday", "2027-01-01"),
        ("monday", "2027-01-04"),
        ("friday 5pm", "2027-01-01T17:00"),
        ("the 15th", "2026-12-15"),
        ("christmas", "2026-12-25"),
        ("end of november", "2026-11-30"),
        ("5pm", "2027-01-05T17:00"),
        ("9am", "2027-01-06T09:00"),
        ("yesterday", "2027-01-05"),
        ("today", "2027-01-06"),
        ("tomorrow", "2027-01-07"),
        ("1 nov 2027", "2027-11-01"),
        ("2027-11-01", "2027-11-01"),
    ] {
        let found = past_bound(text, &wednesday()).unwrap();
        assert_eq!(found.to_string(), expected, "{text}");
    }
    assert!(past_bound("soon", &wednesday()).is_err());
}

#[test]
fn a_remark_on_figures_names_the_date_that_is_used() {
    check_remarks(&[
        (
            "x 6/1 9am",
            "x | 2028-01-06T09:00",
            "read as 6 January 2028",
        ),
        (
            "9am x 6/1",
            "x | 2028-01-06T09:00",
            "read as 6 January 2028",
        ),
        (
            "x 6/1 5pm",
            "x | 2027-01-06T17:00",
            "read as 6 January 2027, not 1 June 2027",
        ),
        (
            "x 7/1",
            "x | 2027-01-07",
            "read as 7 January 2027, not 1 July 2027",
        ),
    ]);
}

#[test]
fn a_line_that_is_too_long_is_told() {
    let line = "pay p1 ".repeat(1_200);
    let parsed = quick_add(&line, &wednesday());
    assert_eq!(parsed.title, line.trim());
    assert!(parsed.warnings()[0].contains("longer than 8192 bytes"));
}

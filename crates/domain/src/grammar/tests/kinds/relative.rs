//! Words that change the date of a task.

use super::*;

/// What the words make of a task that is due at `from`, on Wednesday 6 January 2027, 10:00 in Rome.
fn moved(from: &str, text: &str) -> String {
    let from = Due::parse(from).unwrap();
    match whole_due_for(text, Some(&from), &wednesday()) {
        Ok(parsed) => parsed.due.to_string(),
        Err(refused) => refused.detail,
    }
}

#[test]
fn lengths_count_from_the_date_of_the_task() {
    for (text, expected) in [
        ("an hour later", "2027-01-08T15:00"),
        ("1 hour later", "2027-01-08T15:00"),
        ("half an hour earlier", "2027-01-08T13:30"),
        ("30 mins later", "2027-01-08T14:30"),
        ("delay 30 min", "2027-01-08T14:30"),
        ("bring forward an hour", "2027-01-08T13:00"),
        ("push a week", "2027-01-15T14:00"),
        ("postpone by 2 days", "2027-01-10T14:00"),
        ("one week later", "2027-01-15T14:00"),
        ("a day later", "2027-01-09T14:00"),
        ("2 days earlier", "2027-01-06T14:00"),
        ("1 day before", "2027-01-07T14:00"),
        ("the next day", "2027-01-09T14:00"),
        ("next day", "2027-01-09T14:00"),
        ("the day after", "2027-01-09T14:00"),
        ("day before", "2027-01-07T14:00"),
        ("the following monday", "2027-01-11T14:00"),
        ("the following friday", "2027-01-15T14:00"),
        ("12 hours later", "2027-01-09T02:00"),
        ("+1 week", "2027-01-15T14:00"),
        ("+1h", "2027-01-08T15:00"),
        ("-2 days", "2027-01-06T14:00"),
        ("P7D", "2027-01-15T14:00"),
        ("+P1W", "2027-01-15T14:00"),
        ("-P2D", "2027-01-06T14:00"),
        ("PT90M", "2027-01-08T15:30"),
        ("p1dt2h", "2027-01-09T16:00"),
        ("P1M", "2027-02-08T14:00"),
        ("P1Y", "2028-01-08T14:00"),
        ("a week after", "2027-01-15T14:00"),
    ] {
        assert_eq!(moved("2027-01-08T14:00", text), expected, "{text}");
    }
    assert_eq!(moved("2027-01-08", "a week later"), "2027-01-15");
    assert_eq!(
        moved("2027-01-08T09:00[America/New_York]", "an hour later"),
        "2027-01-08T10:00[America/New_York]"
    );
    assert!(moved("2027-01-08", "an hour later").contains("due on a date without a time"));
    assert!(moved("2027-01-08", "PT1H").contains("due on a date without a time"));
    for text in [
        "P",
        "PT",
        "P1.5D",
        "P-1D",
        "P1H",
        "P7D later",
        "P99999999999D",
    ] {
        let said = moved("2027-01-08T14:00", text);
        assert!(said.contains("is not a due date"), "{text}: {said}");
    }
    let refused = whole_due_for("an hour later", None, &wednesday()).unwrap_err();
    assert_eq!(refused.code, "invalid_due");
    assert!(refused.detail.contains("it has none"), "{}", refused.detail);
}

#[test]
fn the_same_time_is_that_of_the_task() {
    for (text, expected) in [
        ("same time next week", "2027-01-15T14:00"),
        ("next week at same time", "2027-01-15T14:00"),
        ("next week same day", "2027-01-15T14:00"),
        ("next month same day", "2027-02-08T14:00"),
        ("same time tomorrow", "2027-01-07T14:00"),
        ("tomorrow same time", "2027-01-07T14:00"),
        ("same time thursday", "2027-01-07T14:00"),
        ("monday at the same time", "2027-01-11T14:00"),
        ("monday, same time", "2027-01-11T14:00"),
        ("friday same time", "2027-01-08T14:00"),
        (
            "wednesday of the week after next, same time",
            "2027-01-20T14:00",
        ),
    ] {
        assert_eq!(moved("2027-01-08T14:00", text), expected, "{text}");
    }
    // On the day itself, once that time has passed, it is the next such day.
    assert_eq!(
        moved("2027-01-04T09:00", "wednesday same time"),
        "2027-01-13T09:00"
    );
    assert_eq!(
        moved("2027-01-04T11:00", "wednesday same time"),
        "2027-01-06T11:00"
    );
    assert_eq!(
        moved("2027-01-04T09:00", "same time today"),
        "2027-01-06T09:00"
    );
    // One that is long overdue goes to the week to come.
    assert_eq!(
        moved("2026-12-04T14:00", "same time next week"),
        "2027-01-15T14:00"
    );
}

#[test]
fn words_that_only_say_that_it_changes_are_no_part_of_the_date() {
    for (text, expected) in [
        ("make it thursday", "2027-01-07"),
        ("no, thursday", "2027-01-07"),
        ("to friday at 4pm", "2027-01-08T16:00"),
        ("move to 4pm", "2027-01-06T16:00"),
        ("move it to monday", "2027-01-11"),
        ("monday instead", "2027-01-11"),
        ("it is on tuesday", "2027-01-12"),
        ("actually make it tuesday 9am", "2027-01-12T09:00"),
        ("make it an hour later", "2027-01-08T15:00"),
        ("wednesday of the week after next", "2027-01-20"),
    ] {
        assert_eq!(moved("2027-01-08T14:00", text), expected, "{text}");
    }
    for text in [
        "make it",
        "no",
        "to",
        "instead",
        "same time",
        "someday",
        "make it make it make it make it x",
    ] {
        assert!(
            moved("2027-01-08T14:00", text).contains("is not a due date"),
            "{text}"
        );
    }
}

#[test]
fn a_moment_counted_from_now_is_the_same_in_the_zone_of_the_task() {
    let tokyo = Due::parse("2027-01-08T09:00[Asia/Tokyo]").unwrap();
    let here = wednesday();
    let parsed = whole_due_for("in 2 hours", Some(&tokyo), &here).unwrap();
    let moved = parsed.for_task(Some(&tokyo), here.now, &here.zone);
    assert_eq!(moved.due.to_string(), "2027-01-06T20:00[Asia/Tokyo]");
    // A time alone that has passed on the day of the task is the next one by its own clock.
    let past = Due::parse("2027-01-05T09:00[Asia/Tokyo]").unwrap();
    let parsed = whole_due_for("20:00", Some(&past), &here).unwrap();
    let moved = parsed.for_task(Some(&past), here.now, &here.zone);
    assert_eq!(moved.due.to_string(), "2027-01-06T20:00[Asia/Tokyo]");
}

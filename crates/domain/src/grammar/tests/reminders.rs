//! Reminders in words.

use super::*;

#[test]
fn reminders_are_read_in_words() {
    for (text, expected) in [
        (
            "add dentist tomorrow remind me 1 hour before",
            "add dentist | 2027-01-05 |  | -60",
        ),
        (
            "dentist tomorrow 3pm, remind me an hour before",
            "dentist | 2027-01-05T15:00 |  | -60",
        ),
        (
            "dentist tomorrow 3pm with a reminder 30 min before",
            "dentist | 2027-01-05T15:00 |  | -30",
        ),
        (
            "dentist tomorrow 3pm remind 15m",
            "dentist | 2027-01-05T15:00 |  | -15",
        ),
        (
            "dentist tomorrow 3pm reminder 1h p1",
            "dentist | 2027-01-05T15:00 |  | !high -60",
        ),
        (
            "dentist tomorrow 3pm remind me 15 minutes early #health",
            "dentist | 2027-01-05T15:00 |  | #health -15",
        ),
        (
            "dentist tomorrow 3pm remind me 1 day and 1 hour before",
            "dentist | 2027-01-05T15:00 |  | -1440 -60",
        ),
        (
            "dentist friday 3pm and remind me the evening before",
            "dentist | 2027-01-08T15:00 |  | -1260",
        ),
        (
            "pay rent friday, remind me the evening before",
            "pay rent | 2027-01-08 |  | -900",
        ),
        (
            "dentist friday 3pm remind me the day before at 6pm",
            "dentist | 2027-01-08T15:00 |  | -1260",
        ),
        (
            "dentist friday remind me 2 days before",
            "dentist | 2027-01-08 |  | -2880",
        ),
        (
            "dentist friday 3pm remind me when it is due",
            "dentist | 2027-01-08T15:00 |  | -0",
        ),
        (
            "remind me 1 hour before the dentist tomorrow 3pm",
            "the dentist | 2027-01-05T15:00 |  | -60",
        ),
        (
            "remind me 1 day before to pay rent on friday",
            "pay rent | 2027-01-08 |  | -1440",
        ),
        (
            "standup every weekday at 9:30 remind me 10 min before",
            "standup | 2027-01-05T09:30 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR | -10",
        ),
    ] {
        let parsed = add(text);
        assert_eq!(told(&parsed), expected, "{text}");
        assert!(parsed.remarks.is_empty(), "{text}: {:?}", parsed.remarks);
    }
}

#[test]
fn what_is_no_reminder_stays_in_the_title() {
    for text in [
        "remind me to call mum",
        "buy reminder cards",
        "remind mum 1 hour before the game",
        "write the reminder letter",
    ] {
        assert_eq!(told(&add(text)), text, "{text}");
    }
}

#[test]
fn a_reminder_that_cannot_be_set_is_named() {
    for text in [
        "dentist remind me 1 hour before",
        "dentist tomorrow remind me now and then",
    ] {
        let parsed = add(text);
        assert!(parsed.reminders.is_empty(), "{text}");
        assert!(!parsed.remarks.is_empty(), "{text}");
        assert!(
            parsed.title.contains("remind me"),
            "{text}: {}",
            parsed.title
        );
    }
}

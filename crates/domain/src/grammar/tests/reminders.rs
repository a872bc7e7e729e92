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
            "dentist | 2027-01-08T15:00 |  | -1200",
        ),
        (
            "pay rent friday, remind me the evening before",
            "pay rent | 2027-01-08 |  | -840",
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
fn a_reminder_has_a_time_of_its_own() {
    for (text, expected) in [
        (
            "remind me tomorrow at 9 to call mum",
            "call mum | 2027-01-05T09:00 |  | -0",
        ),
        (
            "call mum, remind me tomorrow at 9 to call",
            "call mum, to call | 2027-01-05T09:00 |  | -0",
        ),
        (
            "pay rent friday remind me on thursday",
            "pay rent | 2027-01-08 |  | -1440",
        ),
        (
            "pay rent friday 22 jan remind me on thursday at 18:00",
            "pay rent | 2027-01-22 |  | -900",
        ),
        (
            "dentist friday 3pm, remind me at 8",
            "dentist | 2027-01-08T15:00 |  | -420",
        ),
        (
            "party 23 jan, remind me tomorrow at 17:00 to buy a gift",
            "party, to buy a gift | 2027-01-23 |  | at 2027-01-05T17:00",
        ),
        (
            "party 23 jan remind me on 20 jan",
            "party | 2027-01-23 |  | at 2027-01-20T09:00",
        ),
        (
            "set a reminder for tomorrow at 9 to call mum p1",
            "call mum | 2027-01-05T09:00 |  | !high -0",
        ),
        (
            "call mum friday with a reminder on wednesday",
            "call mum | 2027-01-08 |  | -2880",
        ),
        (
            "pay rent every friday remind me on thursday",
            "pay rent | 2027-01-08 | FREQ=WEEKLY;BYDAY=FR | -1440",
        ),
        (
            "remind me every weekday at 9 to stand up",
            "stand up | 2027-01-05T09:00 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR | -0",
        ),
        (
            "please remind me to call mum tomorrow",
            "call mum | 2027-01-05 |  | -0",
        ),
        (
            "remind me to call the dentist friday 3pm, remind me 1 hour before",
            "call the dentist | 2027-01-08T15:00 |  | -60",
        ),
    ] {
        let parsed = add(text);
        assert_eq!(told(&parsed), expected, "{text}");
        assert!(parsed.remarks.is_empty(), "{text}: {:?}", parsed.remarks);
    }
}

#[test]
fn a_reminder_that_may_be_wrong_is_pointed_out() {
    for (text, expected, remark) in [
        (
            "pay rent friday remind me on 20 jan",
            "pay rent | 2027-01-08 |  | at 2027-01-20T09:00",
            "after the task is due",
        ),
        (
            "dentist friday 3pm remind me at 20:00",
            "dentist | 2027-01-08T15:00 |  | -1140",
            "read as 20:00 on the day before",
        ),
        (
            "pay rent every friday remind me tomorrow at 17:00",
            "pay rent | 2027-01-08 | FREQ=WEEKLY;BYDAY=FR | at 2027-01-05T17:00",
            "fires once",
        ),
        (
            "remind me tomorrow at 5 to call mum",
            "call mum | 2027-01-05T17:00 |  | -0",
            "am for the morning",
        ),
        (
            "pay rent friday remind me on 1 jan 2027",
            "pay rent remind me on 1 jan 2027 | 2027-01-08",
            "is in the past",
        ),
        (
            "take pills every day remind me at 20:00",
            "take pills remind me at 20:00 | 2027-01-04 | FREQ=DAILY",
            "write that time in the rule",
        ),
        (
            "remind me to call mum",
            "remind me to call mum",
            "no reminder is set",
        ),
        (
            "call mum, remind me yesterday",
            "call mum, remind me yesterday",
            "did not understand a reminder here",
        ),
    ] {
        let parsed = add(text);
        assert_eq!(told(&parsed), expected, "{text}");
        let told = parsed.warnings();
        assert!(
            told.iter().any(|told| told.contains(remark)),
            "{text}: {told:?}"
        );
    }
}

#[test]
fn what_is_no_reminder_stays_in_the_title() {
    for text in [
        "remind me to call mum",
        "buy reminder cards",
        "remind mum 1 hour before the game",
        "write the reminder letter",
        "read the reminder on the door",
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

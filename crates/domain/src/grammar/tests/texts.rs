//! Due values and rules as whole texts: what they mean, and why others are refused.

use super::*;

const DUE: &[(&str, &str)] = &[
    ("2027-02-01", "2027-02-01"),
    (
        " 2027-02-01T09:00[Europe/Rome] ",
        "2027-02-01T09:00[Europe/Rome]",
    ),
    ("2027-02-01 09:00", "2027-02-01T09:00"),
    ("2027-02-01 at 9", "2027-02-01T09:00"),
    ("today", "2027-01-04"),
    ("tomorrow", "2027-01-05"),
    ("Tomorrow 5pm", "2027-01-05T17:00"),
    ("tonight", "2027-01-04T22:00"),
    ("this evening", "2027-01-04T19:00"),
    ("tomorrow morning", "2027-01-05T09:00"),
    ("in the morning", "2027-01-05T09:00"),
    ("noon", "2027-01-04T12:00"),
    ("midnight", "2027-01-05T00:00"),
    ("next friday at noon", "2027-01-15T12:00"),
    ("by friday", "2027-01-08"),
    ("monday", "2027-01-04"),
    ("monday 9am", "2027-01-11T09:00"),
    ("friday week", "2027-01-15"),
    ("next week", "2027-01-11"),
    ("next month", "2027-02-01"),
    ("this weekend", "2027-01-09"),
    ("on the 1st", "2027-02-01"),
    ("the 1st", "2027-02-01"),
    ("1st", "2027-02-01"),
    ("in 2 hours", "2027-01-04T12:00"),
    ("in 3 workdays", "2027-01-07"),
    ("in a fortnight", "2027-01-18"),
    ("2027-01-11T15:00Z", "2027-01-11T16:00[Europe/Rome]"),
    ("5pm", "2027-01-04T17:00"),
    ("at 9", "2027-01-05T09:00"),
    ("half past 11", "2027-01-04T11:30"),
    ("sat", "2027-01-09"),
    ("14/4", "2027-04-14"),
    ("3/4", "2027-04-03"),
    ("14.04.2027", "2027-04-14"),
    ("2027/04/14 8:00", "2027-04-14T08:00"),
    ("1 dec 2026", "2026-12-01"),
    ("christmas", "2027-12-25"),
    ("thanksgiving at 6pm", "2027-11-25T18:00"),
    ("3 days before christmas", "2027-12-22"),
    ("eom", "2027-01-31"),
    ("eod", "2027-01-04"),
    ("end of next month", "2027-02-28"),
    ("mid february", "2027-02-15"),
    ("friday the 13th", "2027-08-13"),
    (
        "tomorrow 9am Europe/London",
        "2027-01-05T09:00[Europe/London]",
    ),
    ("17:00 UTC", "2027-01-04T17:00[UTC]"),
    ("9am tokyo time tomorrow", "2027-01-05T09:00[Asia/Tokyo]"),
];

/// Texts that are no due value, and a part of the reason.
const NOT_DUE: &[(&str, &str)] = &[
    ("", "is not a due date"),
    (" ", "is not a due date"),
    ("soon", "is not a due date"),
    ("tomorrow-ish", "is not a due date"),
    ("buy milk tomorrow", "is not a due date"),
    ("tomorrow then", "is not a due date"),
    ("every day", "is a rule, not a date"),
    ("mondays", "is a rule, not a date"),
    ("31 feb", "is not a due date"),
    ("4/14", "with the day first"),
    ("31/2/2027", "with the day first"),
    ("2026-02-30", "is not a due date"),
    ("2026-12-01T09:00[EST]", "EST"),
    ("yesterday", "is in the past"),
    ("2 days ago", "is in the past"),
    ("last friday", "is not a due date"),
    ("at", "is not a due date"),
    ("5", "is not a due date"),
    ("5pm EST", "is not a due date"),
    ("\"tomorrow\"", "is not a due date"),
    ("#tomorrow", "is not a due date"),
    ("june", "is not a due date"),
];

#[test]
fn a_due_text_is_read_whole() {
    for (text, expected) in DUE {
        let read = due(text, &here()).unwrap_or_else(|refused| panic!("{text:?}: {refused}"));
        assert_eq!(read.to_string(), *expected, "{text}");
    }
    for (text, reason) in NOT_DUE {
        let refused = due(text, &here()).expect_err(text);
        assert_eq!(refused.field, "/due", "{text}");
        assert!(refused.hint.is_some(), "{text}");
        assert!(
            refused.detail.contains(reason),
            "{text}: {}",
            refused.detail
        );
    }
    assert!(due(&"tomorrow ".repeat(200_000), &here()).is_err());
}

const RULE: &[(&str, &str)] = &[
    ("every day", "FREQ=DAILY 2027-01-04"),
    ("Every Monday at 9", "FREQ=WEEKLY;BYDAY=MO 2027-01-11T09:00"),
    ("after 10 days", "FREQ=DAILY;INTERVAL=10 2027-01-04"),
    ("every! 3 days", "FREQ=DAILY;INTERVAL=3 2027-01-04"),
    ("daily", "FREQ=DAILY 2027-01-04"),
    ("mondays", "FREQ=WEEKLY;BYDAY=MO 2027-01-04"),
    (
        "weekdays at 9",
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR 2027-01-05T09:00",
    ),
    ("once a week", "FREQ=WEEKLY 2027-01-04"),
    (
        "the last day of every month",
        "FREQ=MONTHLY;BYMONTHDAY=-1 2027-01-31",
    ),
    (
        "every 2 weeks on monday and sunday, weeks from sunday",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU 2027-01-04",
    ),
    ("every hour", "FREQ=HOURLY 2027-01-04T11:00"),
    (
        "every 12 hours starting tomorrow at 9pm",
        "FREQ=HOURLY;INTERVAL=12 2027-01-05T21:00",
    ),
    (
        "every thanksgiving",
        "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH 2027-11-25",
    ),
    ("FREQ=WEEKLY;BYDAY=FR", "FREQ=WEEKLY;BYDAY=FR 2027-01-08"),
    ("rrule:freq=daily;count=3", "FREQ=DAILY;COUNT=3 2027-01-04"),
    (
        "FREQ=DAILY;BYHOUR=9,17;BYMINUTE=0",
        "FREQ=DAILY;BYHOUR=9,17;BYMINUTE=0 2027-01-04T17:00",
    ),
    (
        "RRULE:FREQ=DAILY\nEXDATE;VALUE=DATE:20270104",
        "RRULE:FREQ=DAILY\nEXDATE;VALUE=DATE:20270104 2027-01-05",
    ),
    (
        "by the rule RRULE:FREQ=DAILY X-TASKWIRE-EXCLUDE:MO,20270105",
        "RRULE:FREQ=DAILY\nEXDATE;VALUE=DATE:20270105\nX-TASKWIRE-EXCLUDE:MO 2027-01-06",
    ),
    (
        "every 15th or the next workday",
        "FREQ=MONTHLY;BYMONTHDAY=15;X-TASKWIRE-SHIFT=NEXT 2027-01-15",
    ),
];

/// Texts that are no rule, and a part of the reason.
const NOT_RULE: &[(&str, &str)] = &[
    ("", "is not a rule"),
    ("monday", "is not a rule"),
    ("tomorrow", "is not a rule"),
    ("every", "is not a rule"),
    ("every day or so", "is not a rule"),
    ("run every day", "is not a rule"),
    ("after 3 days of rain", "is not a rule"),
    ("3 days", "is not a rule"),
    ("every 0 days", "is not a rule"),
    ("every 10001 days", "is not a rule"),
    ("every 2 mondays", "is not a rule"),
    ("every day 5 times until 1 jun", "is not a rule"),
    ("every day 1001 times", "is not a rule"),
    ("every! month, catch up", "is not a rule"),
    ("every 30 feb", "is not a rule"),
    ("every day until yesterday", "is not a rule"),
    ("every day until 1 jan 2020", "ends before its first date"),
    ("every monday except mondays", "excluded"),
    ("twice a week", "names no days"),
    ("3 times per month", "names no days"),
    ("FREQ=FORTNIGHTLY", "FORTNIGHTLY"),
    ("FREQ=YEARLY;BYMONTHDAY=13", "differently"),
    ("by the rule FREQ=WEEKLY", "is not a rule"),
];

#[test]
fn a_rule_text_is_read_whole() {
    for (text, expected) in RULE {
        let (recurrence, due) =
            rule(text, &here()).unwrap_or_else(|refused| panic!("{text:?}: {refused}"));
        assert_eq!(format!("{recurrence} {due}"), *expected, "{text}");
        assert_eq!(recurrence.first(&due).unwrap().due(), due, "{text}");
    }
    for (text, reason) in NOT_RULE {
        let refused = rule(text, &here()).expect_err(text);
        assert_eq!(refused.field, "/recurrence/text", "{text}");
        assert!(refused.hint.is_some(), "{text}");
        assert!(
            refused.detail.contains(reason),
            "{text}: {}",
            refused.detail
        );
    }
    assert!(rule(&"every ".repeat(200_000), &here()).is_err());
}

//! Remarks: phrases that may mean something else, and phrases that were not understood.

use super::*;

/// Text, what it means, and a part of what is said about it.
const UNSURE: &[(&str, &str, &str)] = &[
    (
        "pay 12/11",
        "pay | 2027-11-12",
        "read as 12 November 2027, not 11 December 2027",
    ),
    ("pay on 3/1", "pay | 2028-01-03", "not 1 March 2027"),
    ("pay 4/5/2027", "pay | 2027-05-04", "not 5 April 2027"),
    (
        "review 9/11",
        "review | 2027-11-09",
        "not 11 September 2027",
    ),
    ("pay in a few days", "pay | 2027-01-07", "a few"),
    ("pay in a few hours", "pay | 2027-01-04T13:00", "a few"),
    (
        "pay friday 14 jan",
        "pay | 2027-01-14",
        "14 January 2027 is a Thursday",
    ),
    (
        "pay tue 2027-01-06",
        "pay | 2027-01-06",
        "6 January 2027 is a Wednesday",
    ),
    (
        "call tomorrow at 3",
        "call | 2027-01-05T15:00",
        "am for the morning",
    ),
    (
        "call at 5 today",
        "call | 2027-01-04T17:00",
        "am for the morning",
    ),
    (
        "call friday at half past 4",
        "call | 2027-01-08T16:30",
        "am for the morning",
    ),
    (
        "call friday midnight",
        "call | 2027-01-08T00:00",
        "start of that day",
    ),
    (
        "call tomorrow at 5pm EST",
        "call EST | 2027-01-05T17:00",
        "America/New_York",
    ),
    (
        "swim every second friday",
        "swim | 2027-01-08 | FREQ=MONTHLY;BYDAY=2FR",
        "every other friday",
    ),
    (
        "swim every 2nd friday",
        "swim | 2027-01-08 | FREQ=MONTHLY;BYDAY=2FR",
        "every other friday",
    ),
    (
        "swim every 2nd workday",
        "swim | 2027-01-04 | FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=2",
        "every 2 workdays",
    ),
    (
        "swim biweekly",
        "swim | 2027-01-04 | FREQ=WEEKLY;INTERVAL=2",
        "every 2 weeks",
    ),
    (
        "swim bimonthly",
        "swim | 2027-01-04 | FREQ=MONTHLY;INTERVAL=2",
        "every 2 months",
    ),
    (
        "swim every day at 5",
        "swim | 2027-01-04T17:00 | FREQ=DAILY",
        "am for the morning",
    ),
    (
        "swim every sunday starting 28 dec",
        "swim | 2028-01-02 | FREQ=WEEKLY;BYDAY=SU",
        "read as 28 December 2027; write the year if you mean 28 December 2026",
    ),
    (
        "pay on 1 jan",
        "pay | 2028-01-01",
        "write the year if you mean 1 January 2027",
    ),
    (
        "pay end of december",
        "pay | 2027-12-31",
        "write the year if you mean 31 December 2026",
    ),
    ("pay on 1 jan 2027", "pay | 2027-01-01", "is in the past"),
];

#[test]
fn what_may_mean_something_else_is_pointed_out() {
    let mut wrong = Vec::new();
    for (text, expected, remark) in UNSURE.iter().chain(super::tables::UNSURE) {
        let parsed = add(text);
        let shown = matches!(
            parsed.remarks.as_slice(),
            [said] if said.doubt == Doubt::Unsure && said.text.contains(remark)
        );
        if told(&parsed).trim() != *expected || !shown {
            wrong.push(format!(
                "{text:?}\n   found {:?} {:?}\n  wanted {expected:?}",
                told(&parsed),
                parsed.remarks
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_year_out_of_reach_is_told() {
    for text in [
        "x 31 dec 1850",
        "x on 31/12/1850",
        "x end of june 2300",
        "x every day until 1 jan 2300",
        "x every day until june 2300",
        "x every day except 24 dec 2300",
    ] {
        let parsed = add(text);
        let told = parsed.remarks.iter().any(|remark| {
            remark.doubt == Doubt::NotUnderstood && remark.text.contains("1900 to 2200")
        });
        assert!(told, "{text}: {:?}", parsed.remarks);
    }
}

/// Text that stays a title, and the part that is pointed out.
const REFUSED: &[(&str, &str)] = &[
    ("call evry tues", "evry tues"),
    ("sing every blue moon", "every blue"),
    ("swim every month on friday", "every month on friday"),
    ("swim every 2 mondays", "every 2 mondays"),
    ("swim every other 27th", "every other 27th"),
    ("swim every 30 feb", "every 30 feb"),
    ("swim every second", "every second"),
    ("swim every 0 days", "every 0 days"),
    ("swim every 10001 days", "every 10001"),
    ("swim every monday or tuesday", "every monday or tuesday"),
    ("swim every day until doomsday", "every day until"),
    (
        "swim every day until 1 jan 2020",
        "every day until 1 jan 2020",
    ),
    (
        "swim every day from monday to friday",
        "every day from monday to friday",
    ),
    (
        "swim every day between 1 feb and 10 feb",
        "every day between 1 feb and 10 feb",
    ),
    ("swim every 1 jan and july", "every 1 jan and july"),
    (
        "swim every 1st monday of the year",
        "every 1st monday of the year",
    ),
    ("swim every mon at 8, tue", "every mon at 8, tue"),
    (
        "swim every 2 hours at 9 and 17",
        "every 2 hours at 9 and 17",
    ),
    (
        "swim every day except the 13th",
        "every day except the 13th",
    ),
    ("swim every monday and 15th", "every monday and 15th"),
    (
        "swim every mon at 8 and every tue at 9 5 times",
        "every mon at 8 and every tue at 9 5 times",
    ),
    ("swim twice a week", "twice a week"),
    ("swim twice daily", "twice daily"),
    ("swim every day 3 times a day", "every day 3 times a day"),
    ("swim every quarter hour", "every quarter hour"),
    ("swim every hour and a half", "every hour and a"),
    ("swim every day on friday", "every day on friday"),
    ("swim every day from june", "every day from june"),
    ("swim 3 times a week", "3 times a week"),
    ("swim three times per month", "three times per month"),
    ("swim twice a day", "twice a day"),
    ("lunch at 25:00", "at 25:00"),
    ("lunch 25:00", "25:00"),
    ("25:00 is no time", "25:00"),
    ("13pm is no time", "13pm"),
    ("yesterday", "yesterday"),
    ("2 days ago", "2 days ago"),
    ("last monday", "last monday"),
    ("lunch at 9:75", "at 9:75"),
    ("lunch at 13pm", "at 13pm"),
    ("lunch @ 26:30", "@ 26:30"),
    ("call mum yesterday", "yesterday"),
    ("call mum yesterday at 9", "yesterday at 9"),
    ("call mum 3 days ago", "3 days ago"),
    ("call mum last friday", "last friday"),
    ("pay 31 feb", "31 feb"),
    ("pay 2026-02-30", "2026-02-30"),
    ("pay 31/2/2027", "31/2/2027"),
    ("pay on 4/14", "4/14"),
    ("pay 4/14", "4/14"),
    ("pay by 32/1", "32/1"),
    ("pay 2027/13/01", "2027/13/01"),
    ("pay 30.02.2027", "30.02.2027"),
];

#[test]
fn what_is_not_understood_stays_with_a_remark() {
    let mut wrong = Vec::new();
    for (text, part) in REFUSED.iter().chain(super::tables::REFUSED) {
        let parsed = add(text);
        let shown = matches!(
            parsed.remarks.as_slice(),
            [said] if said.doubt == Doubt::NotUnderstood && text[said.start..said.end] == **part
        );
        if parsed.title != *text || parsed.due.is_some() || parsed.recurrence.is_some() || !shown {
            wrong.push(format!(
                "{text:?}: {:?} {:?}",
                told(&parsed),
                parsed.remarks
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_hour_that_does_not_exist_is_told_beside_a_day() {
    let parsed = add("call tomorrow 24:00");
    assert_eq!(told(&parsed), "call 24:00 | 2027-01-05");
    assert_eq!(
        parsed.warnings(),
        ["did not understand '24:00': there is no such time of day"]
    );
}

#[test]
fn a_list_may_begin_on_a_day_that_has_passed() {
    for (text, expected) in [
        ("yesterday", "2027-01-03"),
        ("yesterday at 17:00", "2027-01-03T17:00"),
        ("3 days ago", "2027-01-01"),
        ("a week ago", "2026-12-28"),
        ("last friday", "2027-01-01"),
        ("last monday", "2026-12-28"),
        ("last week", "2026-12-28"),
        ("last month", "2026-12-01"),
        ("last year", "2026-01-01"),
        ("tomorrow", "2027-01-05"),
        ("2026-12-24", "2026-12-24"),
    ] {
        assert_eq!(
            bound(text, &here()).unwrap().to_string(),
            expected,
            "{text}"
        );
        let is_past = expected < "2027-01-04" && !text.starts_with("2026");
        assert_eq!(due(text, &here()).is_err(), is_past, "{text}");
    }
    for text in [
        "",
        "sometime",
        "yesterday tomorrow",
        "99999 years ago",
        "ago",
    ] {
        assert!(bound(text, &here()).is_err(), "{text}");
    }
}

#[test]
fn a_due_text_and_a_rule_text_have_the_doubts_of_a_line() {
    for text in [
        "tomorrow at 5",
        "at 5 today",
        "friday midnight",
        "3 jan",
        "end of december",
        "3/1",
        "at 9",
    ] {
        assert_eq!(
            whole_due(text, &here()).unwrap().doubts,
            add(&format!("x {text}")).warnings(),
            "{text}"
        );
    }
    for text in [
        "every day at 5",
        "every sunday starting 28 dec",
        "every second friday",
        "biweekly",
    ] {
        assert_eq!(
            parse_rule(text, &here()).unwrap().doubts,
            add(&format!("x {text}")).warnings(),
            "{text}"
        );
    }
}

#[test]
fn a_rule_that_is_too_fine_stays_in_the_title() {
    for rule in [
        "every minute",
        "every 5 minutes",
        "every 59 minutes",
        "every half hour",
        "every 30 min between 9 and 17",
        "every 20 seconds",
        "every day at 9:00 and 9:30",
    ] {
        let line = format!("stretch {rule}");
        let parsed = add(&line);
        assert_eq!(parsed.title, line);
        assert_eq!(parsed.recurrence, None, "{line}");
        assert_eq!(
            parsed.warnings(),
            [format!(
                "'{rule}' is more than once an hour, so it was left in the title"
            )]
        );
    }
}

//! How long something takes: ranges of times, and lengths beside a date and a time.

use super::*;
use crate::grammar::tests::composition::wednesday;

/// Ranges of times on Monday 4 January 2027, 10:00 in Rome.
const RANGES: &[(&str, &str)] = &[
    ("meet 9-10am tomorrow", "meet | 2027-01-05T09:00 |  | +60"),
    ("meet 11-1pm tomorrow", "meet | 2027-01-05T11:00 |  | +120"),
    (
        "meet tomorrow from 9 to 10",
        "meet | 2027-01-05T09:00 |  | +60",
    ),
    (
        "meet friday 14:00-15:30",
        "meet | 2027-01-08T14:00 |  | +90",
    ),
    (
        "meet tomorrow between 9am and 11am",
        "meet | 2027-01-05T09:00 |  | +120",
    ),
    (
        "swim every day from 9 to 10",
        "swim | 2027-01-05T09:00 | FREQ=DAILY | +60",
    ),
    ("call mon 9-11", "call | 2027-01-11T09:00 |  | +120"),
    ("call mon 9-11am", "call | 2027-01-11T09:00 |  | +120"),
    ("call tues 8-9pm", "call | 2027-01-05T20:00 |  | +60"),
    (
        "call tues from 8 to 9pm",
        "call | 2027-01-05T20:00 |  | +60",
    ),
    ("call 8pm-9pm", "call | 2027-01-04T20:00 |  | +60"),
    ("call 8-9pm", "call | 2027-01-04T20:00 |  | +60"),
    ("call 8:30-9:30", "call | 2027-01-05T08:30 |  | +60"),
    ("fix tomorrow at 5-6", "fix | 2027-01-05T17:00 |  | +60"),
    (
        "Meeting with John tomorrow from 2pm to 3pm",
        "Meeting with John | 2027-01-05T14:00 |  | +60",
    ),
    (
        "Meeting with John tomorrow 2-3pm",
        "Meeting with John | 2027-01-05T14:00 |  | +60",
    ),
    (
        "Meeting with John tomorrow between 2 and 3pm",
        "Meeting with John | 2027-01-05T14:00 |  | +60",
    ),
    ("Thu 14:00-15:00 call", "call | 2027-01-07T14:00 |  | +60"),
    ("gym tomorrow 9-10", "gym | 2027-01-05T09:00 |  | +60"),
    ("gym friday 17-18", "gym | 2027-01-08T17:00 |  | +60"),
    (
        "friday 3-5pm chapters",
        "chapters | 2027-01-08T15:00 |  | +120",
    ),
    ("dinner 7-9pm fri", "dinner | 2027-01-08T19:00 |  | +120"),
    (
        "dinner 7pm-9pm @ Joe's fri",
        "dinner @ Joe's | 2027-01-08T19:00 |  | +120",
    ),
    (
        "dinner every fri from 7 to 9",
        "dinner | 2027-01-08T07:00 | FREQ=WEEKLY;BYDAY=FR | +120",
    ),
    (
        "dinner every fri 7-9pm",
        "dinner | 2027-01-08T19:00 | FREQ=WEEKLY;BYDAY=FR | +120",
    ),
];

fn check(cases: &[(&str, &str)], context: &Context, are_silent: bool) {
    let mut wrong = Vec::new();
    for (line, expected) in cases {
        let parsed = quick_add(line, context);
        let is_early = |told: &String| told.ends_with("am for the morning");
        let is_silent = parsed.warnings().iter().all(is_early);
        if told(&parsed) != *expected || is_silent != are_silent {
            wrong.push(format!(
                "{line:?}\n   found {:?} {:?}\n  wanted {expected:?}",
                told(&parsed),
                parsed.warnings()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_range_of_times_says_how_long() {
    check(RANGES, &here(), true);
    check(
        &[
            (
                "shift friday 22:00-6:00",
                "shift | 2027-01-08T22:00 |  | +480",
            ),
            ("work monday 9-5", "work | 2027-01-11T09:00 |  | +480"),
            ("lunch friday 11-1", "lunch | 2027-01-08T11:00 |  | +120"),
            (
                "dinner friday 8-10 in the evening",
                "dinner | 2027-01-08T20:00 |  | +120",
            ),
            (
                "class every mon 9-10, tue 14-15",
                "class | 2027-01-11T09:00 | RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0\nRRULE:FREQ=WEEKLY;BYDAY=TU;BYHOUR=14;BYMINUTE=0 | +60",
            ),
        ],
        &wednesday(),
        true,
    );
}

#[test]
fn a_length_beside_a_time_is_the_duration() {
    check(
        &[
            (
                "meeting tomorrow 5pm for 1h",
                "meeting | 2027-01-07T17:00 |  | +60",
            ),
            (
                "meeting tomorrow 5pm 90m",
                "meeting | 2027-01-07T17:00 |  | +90",
            ),
            (
                "meeting tomorrow 5pm, 1h30",
                "meeting | 2027-01-07T17:00 |  | +90",
            ),
            (
                "meeting tomorrow 5pm (45m) with Ann",
                "meeting with Ann | 2027-01-07T17:00 |  | +45",
            ),
            (
                "meeting tomorrow 5pm for half an hour #work p1",
                "meeting | 2027-01-07T17:00 |  | !high #work +30",
            ),
            (
                "meeting tomorrow 5pm 90 minutes",
                "meeting | 2027-01-07T17:00 |  | +90",
            ),
            (
                "meeting for 2 hours tomorrow at 17:00",
                "meeting | 2027-01-07T17:00 |  | +120",
            ),
            (
                "tomorrow 5pm meeting with Ann for 20 minutes",
                "meeting with Ann | 2027-01-07T17:00 |  | +20",
            ),
            (
                "run every day at 7am for 30 min",
                "run | 2027-01-07T07:00 | FREQ=DAILY | +30",
            ),
            (
                "check the oven in 2 hours for 5 minutes",
                "check the oven | 2027-01-06T12:00 |  | +5",
            ),
        ],
        &wednesday(),
        true,
    );
}

#[test]
fn what_is_no_duration_or_a_second_one_is_told() {
    check(
        &[
            ("Task 14/4 90m", "Task 90m | 2027-04-14"),
            ("meeting tomorrow for 1h", "meeting for 1h | 2027-01-07"),
            (
                "sprint tomorrow 9am 100m final",
                "sprint final | 2027-01-07T09:00 |  | +100",
            ),
            (
                "call tomorrow 2-3pm for 2h",
                "call | 2027-01-07T14:00 |  | +120",
            ),
            (
                "hike tomorrow 9am for 200 hours",
                "hike for 200 hours | 2027-01-07T09:00",
            ),
            (
                "class every mon 9-10 and 14:00-16:00",
                "class | 2027-01-11T09:00 | FREQ=WEEKLY;BYDAY=MO;BYHOUR=9,14;BYMINUTE=0",
            ),
        ],
        &wednesday(),
        false,
    );
    check(
        &[
            ("bake for 45 minutes", "bake for 45 minutes"),
            (
                "tomorrow 9am walk for 20 minutes then rest",
                "walk for 20 minutes then rest | 2027-01-07T09:00",
            ),
        ],
        &wednesday(),
        true,
    );
}

#[test]
fn whole_texts_say_how_long() {
    for (text, value, minutes) in [
        ("tomorrow 5pm for 1h", "2027-01-07T17:00", 60),
        ("for 1h tomorrow 5pm", "2027-01-07T17:00", 60),
        ("friday 2-3pm", "2027-01-08T14:00", 60),
        ("9:30-11:00", "2027-01-07T09:30", 90),
        ("tomorrow 5pm 90m", "2027-01-07T17:00", 90),
    ] {
        let read = whole_due(text, &wednesday()).unwrap();
        assert_eq!(read.due.to_string(), value, "{text}");
        assert_eq!(read.duration.unwrap().minutes(), minutes, "{text}");
        assert!(due(text, &wednesday()).is_err(), "{text}");
    }
    let rule = parse_rule("every monday at 9 for 45 min", &wednesday()).unwrap();
    assert_eq!(rule.duration.unwrap().minutes(), 45);
    for text in ["tomorrow for 1h", "14/4 90m"] {
        let refused = whole_due(text, &wednesday()).unwrap_err();
        assert_eq!(
            (refused.code, refused.field.as_str()),
            ("duration_without_time", "/due")
        );
    }
}

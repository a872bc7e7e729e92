//! What phrases mean on Monday 4 January 2027, 10:00 in Rome.

use super::*;

const PHRASES: &[(&str, &str)] = &[
    // Days.
    ("buy milk today", "buy milk | 2027-01-04"),
    ("buy milk tomorrow", "buy milk | 2027-01-05"),
    ("Tomorrow buy milk", "buy milk | 2027-01-05"),
    ("buy milk tmrw", "buy milk | 2027-01-05"),
    ("buy milk the day after tomorrow", "buy milk | 2027-01-06"),
    ("buy milk tonight", "buy milk | 2027-01-04T22:00"),
    ("call mum tonight at 8", "call mum | 2027-01-04T20:00"),
    ("gym monday", "gym | 2027-01-04"),
    ("gym monday at 9", "gym | 2027-01-11T09:00"),
    ("gym monday at 11", "gym | 2027-01-04T11:00"),
    ("gym on Friday", "gym | 2027-01-08"),
    ("gym fri", "gym | 2027-01-08"),
    ("gym this friday", "gym | 2027-01-08"),
    ("gym next friday", "gym | 2027-01-15"),
    ("gym next monday", "gym | 2027-01-11"),
    ("gym sat", "gym | 2027-01-09"),
    ("gym on sun with Bob", "gym with Bob | 2027-01-10"),
    ("plan the trip this weekend", "plan the trip | 2027-01-09"),
    ("plan the trip next weekend", "plan the trip | 2027-01-16"),
    ("plan next week", "plan | 2027-01-11"),
    ("budget next month", "budget | 2027-02-01"),
    ("file taxes next year", "file taxes | 2028-01-01"),
    ("finish report by friday", "finish report | 2027-01-08"),
    ("report due friday", "report | 2027-01-08"),
    ("report due on friday 5pm", "report | 2027-01-08T17:00"),
    // Dates.
    ("pay 2027-02-01", "pay | 2027-02-01"),
    ("pay on 2027-02-01 at 9", "pay | 2027-02-01T09:00"),
    ("pay 2027-02-01 17:30", "pay | 2027-02-01T17:30"),
    ("pay 2027-02-01T09:00", "pay | 2027-02-01T09:00"),
    (
        "pay 2026-12-01T09:00[Europe/Rome]",
        "pay | 2026-12-01T09:00[Europe/Rome]",
    ),
    ("pay 1 dec", "pay | 2027-12-01"),
    ("pay dec 1", "pay | 2027-12-01"),
    ("pay Dec. 1", "pay | 2027-12-01"),
    ("pay 1st dec", "pay | 2027-12-01"),
    ("pay december 1st", "pay | 2027-12-01"),
    ("pay on the 1st of December", "pay | 2027-12-01"),
    ("pay on the first of december", "pay | 2027-12-01"),
    ("pay 1 dec 2028", "pay | 2028-12-01"),
    ("pay December 1st, 2028", "pay | 2028-12-01"),
    ("pay 3 jan", "pay | 2028-01-03"),
    ("pay 4 jan", "pay | 2027-01-04"),
    ("pay 4 jan at 9", "pay | 2028-01-04T09:00"),
    ("pay 3 jan 2020", "pay | 2020-01-03"),
    ("pay 29 feb", "pay | 2028-02-29"),
    ("pay march 5", "pay | 2027-03-05"),
    ("pay may 5 at noon", "pay | 2027-05-05T12:00"),
    ("pay 1st", "pay | 2027-02-01"),
    ("pay on the 1st", "pay | 2027-02-01"),
    ("pay the 27th", "pay | 2027-01-27"),
    ("pay by the 31st", "pay | 2027-01-31"),
    ("on the 15th pay rent", "pay rent | 2027-01-15"),
    ("pay in 3 days", "pay | 2027-01-07"),
    ("pay in two weeks", "pay | 2027-01-18"),
    ("pay in a week", "pay | 2027-01-11"),
    ("pay in 1 month", "pay | 2027-02-04"),
    ("pay in 2 years", "pay | 2029-01-04"),
    ("pay in 2 hours", "pay | 2027-01-04T12:00"),
    ("pay in 90 minutes", "pay | 2027-01-04T11:30"),
    ("pay in an hour", "pay | 2027-01-04T11:00"),
    // Times.
    ("call 5pm", "call | 2027-01-04T17:00"),
    ("call at 5pm", "call | 2027-01-04T17:00"),
    ("call 5:30pm", "call | 2027-01-04T17:30"),
    ("call 5:30 pm", "call | 2027-01-04T17:30"),
    ("call at 5.30pm", "call | 2027-01-04T17:30"),
    ("call at 5 p.m. tomorrow", "call | 2027-01-05T17:00"),
    ("call 12am", "call | 2027-01-05T00:00"),
    ("call 12pm", "call | 2027-01-04T12:00"),
    ("call 17:00", "call | 2027-01-04T17:00"),
    ("call 9:00", "call | 2027-01-05T09:00"),
    ("call at 9", "call | 2027-01-05T09:00"),
    ("call at 10", "call | 2027-01-05T10:00"),
    ("call at 11 with Ann", "call with Ann | 2027-01-04T11:00"),
    ("call at 9 o'clock tomorrow", "call | 2027-01-05T09:00"),
    ("call at noon", "call | 2027-01-04T12:00"),
    ("call noon", "call | 2027-01-04T12:00"),
    ("call at midnight", "call | 2027-01-05T00:00"),
    ("call tomorrow 5pm", "call | 2027-01-05T17:00"),
    ("call 5pm tomorrow", "call | 2027-01-05T17:00"),
    ("call tomorrow at 17:45", "call | 2027-01-05T17:45"),
    ("tomorrow call mum at 5pm", "call mum | 2027-01-05T17:00"),
    ("call friday, 5pm", "call | 2027-01-08T17:00"),
    ("call tomorrow morning", "call | 2027-01-05T09:00"),
    ("call tomorrow afternoon", "call | 2027-01-05T12:00"),
    ("call friday evening", "call | 2027-01-08T19:00"),
    ("call friday night", "call | 2027-01-08T22:00"),
    ("call friday evening at 8", "call | 2027-01-08T20:00"),
    ("call this evening", "call | 2027-01-04T19:00"),
    ("call in the morning", "call | 2027-01-05T09:00"),
    ("call at night", "call | 2027-01-04T22:00"),
    ("tonight at 12", "| 2027-01-05T00:00"),
    // Marks.
    ("buy milk p1", "buy milk |  |  | !high"),
    ("buy milk P2 #shop", "buy milk |  |  | !medium #shop"),
    ("p3 buy milk", "buy milk |  |  | !low"),
    ("buy milk p4", "buy milk |  |  | !none"),
    ("buy milk !high", "buy milk |  |  | !high"),
    ("buy milk !low @home", "buy milk |  |  | !low #home"),
    (
        "#work/now #käse, buy milk",
        "buy milk |  |  | #work/now #käse",
    ),
    ("buy #shop milk #Shop", "buy milk |  |  | #shop"),
    ("call tomorrow 5pm !30m", "call | 2027-01-05T17:00 |  | -30"),
    (
        "call tomorrow 5pm !1h !1 day before",
        "call | 2027-01-05T17:00 |  | -60 -1440",
    ),
    (
        "call tomorrow 5pm !2 weeks",
        "call | 2027-01-05T17:00 |  | -20160",
    ),
    (
        "call tomorrow !15 min p1 #a",
        "call | 2027-01-05 |  | !high #a -15",
    ),
    // Rules.
    (
        "water plants every day",
        "water plants | 2027-01-04 | FREQ=DAILY",
    ),
    (
        "water plants daily",
        "water plants | 2027-01-04 | FREQ=DAILY",
    ),
    (
        "water plants every day at 9",
        "water plants | 2027-01-05T09:00 | FREQ=DAILY",
    ),
    (
        "water plants every day at 9pm",
        "water plants | 2027-01-04T21:00 | FREQ=DAILY",
    ),
    (
        "water plants every morning",
        "water plants | 2027-01-05T09:00 | FREQ=DAILY",
    ),
    (
        "water plants every 3 days",
        "water plants | 2027-01-04 | FREQ=DAILY;INTERVAL=3",
    ),
    (
        "water plants every other day",
        "water plants | 2027-01-04 | FREQ=DAILY;INTERVAL=2",
    ),
    (
        "water plants every! 3 days",
        "water plants | 2027-01-04 | !FREQ=DAILY;INTERVAL=3",
    ),
    (
        "water plants ev mon",
        "water plants | 2027-01-04 | FREQ=WEEKLY;BYDAY=MO",
    ),
    ("review every week", "review | 2027-01-04 | FREQ=WEEKLY"),
    ("review weekly", "review | 2027-01-04 | FREQ=WEEKLY"),
    (
        "review weekly on friday",
        "review | 2027-01-08 | FREQ=WEEKLY;BYDAY=FR",
    ),
    (
        "review every 2 weeks",
        "review | 2027-01-04 | FREQ=WEEKLY;INTERVAL=2",
    ),
    (
        "review every 2 weeks on tuesday",
        "review | 2027-01-05 | FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
    ),
    (
        "review every other monday at 9",
        "review | 2027-01-11T09:00 | FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
    ),
    (
        "review every fortnight",
        "review | 2027-01-04 | FREQ=WEEKLY;INTERVAL=2",
    ),
    (
        "gym every monday and thursday",
        "gym | 2027-01-04 | FREQ=WEEKLY;BYDAY=MO,TH",
    ),
    (
        "gym every mon, wed and fri 18:00",
        "gym | 2027-01-04T18:00 | FREQ=WEEKLY;BYDAY=MO,WE,FR",
    ),
    (
        "gym every tue-thu",
        "gym | 2027-01-05 | FREQ=WEEKLY;BYDAY=TU,WE,TH",
    ),
    ("gym every sat", "gym | 2027-01-09 | FREQ=WEEKLY;BYDAY=SA"),
    (
        "standup every weekday 9:30",
        "standup | 2027-01-05T09:30 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    ),
    (
        "standup 9:30 every weekday",
        "standup | 2027-01-05T09:30 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    ),
    (
        "relax every weekend",
        "relax | 2027-01-09 | FREQ=WEEKLY;BYDAY=SA",
    ),
    ("rent every month", "rent | 2027-01-04 | FREQ=MONTHLY"),
    (
        "rent monthly on the 1st",
        "rent | 2027-02-01 | FREQ=MONTHLY;BYMONTHDAY=1",
    ),
    (
        "rent every 1st",
        "rent | 2027-02-01 | FREQ=MONTHLY;BYMONTHDAY=1",
    ),
    (
        "rent every 27th at 8",
        "rent | 2027-01-27T08:00 | FREQ=MONTHLY;BYMONTHDAY=27",
    ),
    (
        "rent every month on the 1st and 15th",
        "rent | 2027-01-15 | FREQ=MONTHLY;BYMONTHDAY=1,15",
    ),
    (
        "rent every 31st",
        "rent | 2027-01-31 | FREQ=MONTHLY;BYMONTHDAY=31",
    ),
    (
        "rent every last day",
        "rent | 2027-01-31 | FREQ=MONTHLY;BYMONTHDAY=-1",
    ),
    (
        "rent every last day of the month",
        "rent | 2027-01-31 | FREQ=MONTHLY;BYMONTHDAY=-1",
    ),
    (
        "rent on the last day of every month",
        "rent | 2027-01-31 | FREQ=MONTHLY;BYMONTHDAY=-1",
    ),
    (
        "club every 3rd friday",
        "club | 2027-01-15 | FREQ=MONTHLY;BYDAY=3FR",
    ),
    (
        "club every third friday 8pm",
        "club | 2027-01-15T20:00 | FREQ=MONTHLY;BYDAY=3FR",
    ),
    (
        "club every 1st and 3rd friday",
        "club | 2027-01-15 | FREQ=MONTHLY;BYDAY=1FR,3FR",
    ),
    (
        "club every last friday",
        "club | 2027-01-29 | FREQ=MONTHLY;BYDAY=-1FR",
    ),
    (
        "club every 3 months on the 3rd friday",
        "club | 2027-01-15 | FREQ=MONTHLY;INTERVAL=3;BYDAY=3FR",
    ),
    (
        "report every last workday",
        "report | 2027-01-29 | FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    ),
    (
        "report every first workday of the month",
        "report | 2027-02-01 | FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1",
    ),
    (
        "tax every quarter",
        "tax | 2027-01-04 | FREQ=MONTHLY;INTERVAL=3",
    ),
    ("tax every year", "tax | 2027-01-04 | FREQ=YEARLY"),
    (
        "tax every 14 apr",
        "tax | 2027-04-14 | FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=14",
    ),
    (
        "tax every 14 jan, 14 apr",
        "tax | 2027-01-14 | FREQ=YEARLY;BYMONTH=1,4;BYMONTHDAY=14",
    ),
    (
        "tax every year on April 14",
        "tax | 2027-04-14 | FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=14",
    ),
    (
        "vote every 1st wed jan, 1st wed jul",
        "vote | 2027-01-06 | FREQ=YEARLY;BYMONTH=1,7;BYDAY=1WE",
    ),
    (
        "run every day starting tomorrow",
        "run | 2027-01-05 | FREQ=DAILY",
    ),
    ("run every day from 1 feb", "run | 2027-02-01 | FREQ=DAILY"),
    ("run tomorrow every day", "run | 2027-01-05 | FREQ=DAILY"),
    (
        "run every monday starting 1 feb until 1 jun",
        "run | 2027-02-01 | FREQ=WEEKLY;BYDAY=MO;UNTIL=20270601",
    ),
    (
        "run every day for 3 weeks",
        "run | 2027-01-04 | FREQ=DAILY;UNTIL=20270124",
    ),
    (
        "run every day 5 times",
        "run | 2027-01-04 | FREQ=DAILY;COUNT=5",
    ),
    (
        "run every day at 7 for 5 times",
        "run | 2027-01-05T07:00 | FREQ=DAILY;COUNT=5",
    ),
    (
        "run every day 7:00 until 2027-02-01 p1 #fit !10m",
        "run | 2027-01-05T07:00 | FREQ=DAILY;UNTIL=20270201 | !high #fit -10",
    ),
    // More of both.
    ("pay monday next week", "pay | 2027-01-11"),
    ("pay next week on friday", "pay | 2027-01-15"),
    ("pay at the end of the month", "pay | 2027-01-31"),
    ("pay by end of january", "pay | 2027-01-31"),
    ("pay by the end of next month", "pay | 2027-02-28"),
    ("pay by end of week", "pay | 2027-01-10"),
    ("party on halloween", "party | 2027-10-31"),
    ("party on new year's eve 9pm", "party | 2027-12-31T21:00"),
    (
        "flowers every valentine's day",
        "flowers | 2027-02-14 | FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=14",
    ),
    (
        "flowers every new year's day",
        "flowers | 2028-01-01 | FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1",
    ),
    ("check the oven in 20m", "check the oven | 2027-01-04T10:20"),
    ("call in half an hour", "call | 2027-01-04T10:30"),
    ("call in an hour and a half", "call | 2027-01-04T11:30"),
    ("5 days from now call", "call | 2027-01-09"),
    ("call @ 5pm", "call | 2027-01-04T17:00"),
    ("call in the evening at 5:30", "call | 2027-01-04T17:30"),
    (
        "water every third day",
        "water | 2027-01-04 | FREQ=DAILY;INTERVAL=3",
    ),
    (
        "water every 2nd week on monday",
        "water | 2027-01-04 | FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
    ),
    (
        "water every 3rd day of the month",
        "water | 2027-02-03 | FREQ=MONTHLY;BYMONTHDAY=3",
    ),
    (
        "water every 2nd workday",
        "water | 2027-01-04 | FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=2",
    ),
    (
        "water on the last workday of the month",
        "water on the last workday of the month",
    ),
    (
        "water every 2, 15 and 27",
        "water | 2027-01-15 | FREQ=MONTHLY;BYMONTHDAY=2,15,27",
    ),
    (
        "water every day in june and july",
        "water | 2027-06-01 | FREQ=DAILY;BYMONTH=6,7",
    ),
    (
        "water every friday in may",
        "water | 2027-05-07 | FREQ=WEEKLY;BYMONTH=5;BYDAY=FR",
    ),
    (
        "water every day except weekends",
        "water | 2027-01-04 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    ),
    (
        "water every weekday at 9 except friday",
        "water | 2027-01-05T09:00 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH",
    ),
    (
        "water every monday to thursday",
        "water | 2027-01-04 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH",
    ),
    (
        "run every day for 2 hours",
        "run for 2 hours | 2027-01-04 | FREQ=DAILY",
    ),
    (
        "rent every day until the end of the month",
        "rent | 2027-01-04 | FREQ=DAILY;UNTIL=20270131",
    ),
    ("call foo() tomorrow (now)", "call foo() (now) | 2027-01-05"),
    (
        "Pay rent (tomorrow) quickly",
        "Pay rent quickly | 2027-01-05",
    ),
    ("tomorrow - call", "call | 2027-01-05"),
    (
        "backup every evening at 8",
        "backup | 2027-01-04T20:00 | FREQ=DAILY",
    ),
    (
        "backup every night at 2",
        "backup | 2027-01-05T02:00 | FREQ=DAILY",
    ),
    (
        "backup every day at 8 in the evening",
        "backup | 2027-01-04T20:00 | FREQ=DAILY",
    ),
    (
        "backup every day starting at 9pm",
        "backup | 2027-01-04T21:00 | FREQ=DAILY",
    ),
    (
        "vote every first monday of january and july",
        "vote | 2027-01-04 | FREQ=YEARLY;BYMONTH=1,7;BYDAY=1MO",
    ),
    (
        "run every day from 1 feb to 10 feb",
        "run | 2027-02-01 | FREQ=DAILY;UNTIL=20270210",
    ),
    (
        "rent every month on the first",
        "rent | 2027-02-01 | FREQ=MONTHLY;BYMONTHDAY=1",
    ),
    (
        "rent every first of the month",
        "rent | 2027-02-01 | FREQ=MONTHLY;BYMONTHDAY=1",
    ),
    (
        "lunch tomorrow !1 hour before at noon",
        "lunch | 2027-01-05T12:00 |  | -60",
    ),
    (
        "club every first and third friday",
        "club | 2027-01-15 | FREQ=MONTHLY;BYDAY=1FR,3FR",
    ),
    (
        "bike every day to work",
        "bike to work | 2027-01-04 | FREQ=DAILY",
    ),
    (
        "pills every day before lunch",
        "pills before lunch | 2027-01-04 | FREQ=DAILY",
    ),
    ("pay on the last day of the month", "pay | 2027-01-31"),
    // Literals and leftovers.
    (
        "read \"tomorrow never dies\" tomorrow",
        "read \"tomorrow never dies\" | 2027-01-05",
    ),
    ("sing \\tomorrow tomorrow", "sing tomorrow | 2027-01-05"),
    ("use \\#home", "use #home"),
    (
        "Buy milk tomorrow, then bread",
        "Buy milk, then bread | 2027-01-05",
    ),
    ("Pay rent (tomorrow)", "Pay rent | 2027-01-05"),
    ("today", "| 2027-01-04"),
    ("call tomorrow!", "call! | 2027-01-05"),
];

#[test]
fn phrases_mean_what_they_say() {
    assert!(PHRASES.len() >= 120);
    let mut wrong = Vec::new();
    for (text, expected) in PHRASES {
        let parsed = add(text);
        let found = told(&parsed);
        if found.trim() != *expected || !parsed.warnings().is_empty() {
            wrong.push(format!(
                "{text:?}\n   found {found:?} {:?}\n  wanted {expected:?}",
                parsed.warnings()
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn what_is_not_understood_stays_with_a_warning() {
    for (text, title) in [
        ("call evry tues", "call evry tues"),
        ("sing every blue moon", "sing every blue moon"),
        ("swim every 5 hours", "swim every 5 hours"),
        ("swim every 2 workdays", "swim every 2 workdays"),
        ("swim every month on friday", "swim every month on friday"),
        (
            "swim every day until 1 jan 2020",
            "swim every day until 1 jan 2020",
        ),
        ("swim every 30 feb", "swim every 30 feb"),
        ("swim every second", "swim every second"),
        (
            "swim every day from monday to friday",
            "swim every day from monday to friday",
        ),
        (
            "swim every day between 1 feb and 10 feb",
            "swim every day between 1 feb and 10 feb",
        ),
        ("swim every 1 jan and july", "swim every 1 jan and july"),
        (
            "swim every 2 days before month end",
            "swim every 2 days before month end",
        ),
        (
            "swim every monday or tuesday",
            "swim every monday or tuesday",
        ),
        (
            "swim every 15th, or the workday before",
            "swim every 15th, or the workday before",
        ),
        ("pay 31 feb", "pay 31 feb"),
        ("pay 2026-02-30", "pay 2026-02-30"),
        ("swim every 1 jan, 2 feb", "swim every 1 jan, 2 feb"),
        (
            "swim every morning and evening",
            "swim every morning and evening",
        ),
        (
            "swim every day at 9am and 5pm",
            "swim every day at 9am and 5pm",
        ),
        (
            "swim every mon at 8pm, tue at 9pm",
            "swim every mon at 8pm, tue at 9pm",
        ),
        (
            "swim every day except 24 dec",
            "swim every day except 24 dec",
        ),
        (
            "swim every day until doomsday",
            "swim every day until doomsday",
        ),
        (
            "swim every 1st monday of the year",
            "swim every 1st monday of the year",
        ),
    ] {
        let parsed = add(text);
        assert_eq!(parsed.title, title);
        assert!(!parsed.warnings().is_empty(), "{text}");
        assert!(parsed.recurrence.is_none(), "{text}");
    }
}

#[test]
fn of_several_dates_the_last_wins() {
    let parsed = add("move dentist friday tuesday");
    assert_eq!(told(&parsed), "move dentist friday | 2027-01-05");
    assert_eq!(
        parsed.warnings(),
        ["'friday' is ambiguous: the last of its kind was taken"]
    );
    let parsed = add("buy p1 milk p2");
    assert_eq!(told(&parsed), "buy p1 milk |  |  | !medium");
    assert_eq!(parsed.warnings().len(), 1);
}

#[test]
fn a_rule_with_its_own_time_leaves_another_alone() {
    let parsed = add("call about 5pm every day at 11");
    assert_eq!(
        told(&parsed),
        "call about 5pm | 2027-01-04T11:00 | FREQ=DAILY"
    );
    assert_eq!(parsed.warnings().len(), 1);
}

#[test]
fn an_hour_of_today_that_is_over_is_pointed_out() {
    let parsed = add("buy milk at 5 today");
    assert_eq!(told(&parsed), "buy milk | 2027-01-04T05:00");
    assert_eq!(parsed.warnings().len(), 1);
}

#[test]
fn policies_can_be_said() {
    let (recurrence, _) = rule(
        "every month on the 31st, skip short months, catch up",
        &here(),
    )
    .unwrap();
    assert_eq!(recurrence.overflow, crate::recurrence::Overflow::Skip);
    assert_eq!(recurrence.catch_up, crate::recurrence::CatchUp::OneStep);
    assert!(rule("every! month, catch up", &here()).is_err());
}

#[test]
fn spans_say_what_was_taken() {
    let text = "bùy milk tomorrow at 5pm p1 #shop";
    let parsed = add(text);
    let spans: Vec<(&str, SpanKind)> = parsed
        .spans
        .iter()
        .map(|span| (&text[span.start..span.end], span.kind))
        .collect();
    assert_eq!(
        spans,
        [
            ("tomorrow at 5pm", SpanKind::Due),
            ("p1", SpanKind::Priority),
            ("#shop", SpanKind::Tag)
        ]
    );
}

#[test]
fn the_zone_says_which_day_it_is() {
    let kiritimati = Zone::parse("Pacific/Kiritimati").unwrap();
    let late: Timestamp = "2027-01-04T12:00:00Z".parse().unwrap();
    assert_eq!(
        quick_add("x today", &Context::new(late, kiritimati.clone()))
            .due
            .unwrap()
            .to_string(),
        "2027-01-05"
    );
    assert_eq!(
        quick_add("x today", &Context::new(late, rome()))
            .due
            .unwrap()
            .to_string(),
        "2027-01-04"
    );
}

#[test]
fn hours_from_now_are_elapsed_hours() {
    let new_york = Zone::parse("America/New_York").unwrap();
    let before_gap: Timestamp = "2027-03-14T06:30:00Z".parse().unwrap();
    let due = quick_add("x in 1 hour", &Context::new(before_gap, new_york.clone()))
        .due
        .unwrap();
    assert_eq!(due.to_string(), "2027-03-14T03:30");
}

#[test]
fn a_due_text_is_read_whole() {
    for (text, expected) in [
        ("2027-02-01", "2027-02-01"),
        (
            " 2027-02-01T09:00[Europe/Rome] ",
            "2027-02-01T09:00[Europe/Rome]",
        ),
        ("2027-02-01 09:00", "2027-02-01T09:00"),
        ("2027-02-01 at 9", "2027-02-01T09:00"),
        ("tomorrow", "2027-01-05"),
        ("Tomorrow 5pm", "2027-01-05T17:00"),
        ("next friday at noon", "2027-01-15T12:00"),
        ("by friday", "2027-01-08"),
        ("on the 1st", "2027-02-01"),
        ("in 2 hours", "2027-01-04T12:00"),
        ("5pm", "2027-01-04T17:00"),
        ("sat", "2027-01-09"),
    ] {
        assert_eq!(due(text, &here()).unwrap().to_string(), expected);
    }
    for text in [
        "",
        " ",
        "soon",
        "tomorrow-ish",
        "buy milk tomorrow",
        "tomorrow then",
        "every day",
        "31 feb",
        "14/4",
        "2026-02-30",
        "2026-12-01T09:00[EST]",
        "2026-12-01T09:00Z",
        "at",
        "5",
        "\"tomorrow\"",
        "#tomorrow",
    ] {
        let refused = due(text, &here()).expect_err(text);
        assert_eq!(
            (refused.field.as_str(), refused.hint.is_some()),
            ("/due", true),
            "{text}"
        );
    }
    assert!(due(&"tomorrow ".repeat(200_000), &here()).is_err());
}

#[test]
fn a_rule_text_is_read_whole() {
    for (text, expected) in [
        ("every day", "FREQ=DAILY 2027-01-04"),
        ("Every Monday at 9", "FREQ=WEEKLY;BYDAY=MO 2027-01-11T09:00"),
        ("after 10 days", "FREQ=DAILY;INTERVAL=10 2027-01-04"),
        ("daily", "FREQ=DAILY 2027-01-04"),
        (
            "the last day of every month",
            "FREQ=MONTHLY;BYMONTHDAY=-1 2027-01-31",
        ),
        (
            "every 2 weeks on monday and sunday, weeks from sunday",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU 2027-01-04",
        ),
    ] {
        let (recurrence, due) = rule(text, &here()).unwrap();
        assert_eq!(format!("{} {due}", recurrence), expected);
        assert_eq!(recurrence.first(&due).unwrap().due(), due);
    }
    for text in [
        "",
        "monday",
        "every",
        "every day or so",
        "run every day",
        "every 0 days",
        "every 1001 days",
        "every hour",
        "every day 5 times until 1 jun",
        "every day 1001 times",
        "every 30 feb",
        "every day until yesterday",
        "every day until 1 jan 2020",
    ] {
        let refused = rule(text, &here()).expect_err(text);
        assert_eq!(
            (refused.field.as_str(), refused.hint.is_some()),
            ("/recurrence/text", true),
            "{text}"
        );
    }
    assert!(rule(&"every ".repeat(200_000), &here()).is_err());
}

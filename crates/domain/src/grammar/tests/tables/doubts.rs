//! Lines as people type them: what is pointed out.

/// Text, what it means, and a part of what is said about it.
pub(in super::super) const UNSURE: &[(&str, &str, &str)] = &[
    (
        "every day at 5 pills",
        "pills | 2027-01-05T05:00 | FREQ=DAILY",
        "add pm",
    ),
    (
        "lunch thanksgiving",
        "lunch | 2027-11-25",
        "read as the date; quote it if it only says w",
    ),
    (
        "plan christmas",
        "plan | 2027-12-25",
        "read as the date; quote it if it only says w",
    ),
    (
        "watch halloween",
        "watch | 2027-10-31",
        "read as the date; quote it if it only says w",
    ),
    (
        "call 17:00 in Rome",
        "call | 2027-01-04T17:00[Europe/Rome]",
        "the time was read as one of Europe/Rome; quo",
    ),
    (
        "call tomorrow at 17:00 in Rome",
        "call | 2027-01-05T17:00[Europe/Rome]",
        "the time was read as one of Europe/Rome; quo",
    ),
    (
        "call tomorrow 9am PST",
        "call PST | 2027-01-05T09:00",
        "'PST' was not taken as a time zone; write a ",
    ),
    (
        "call at 9am PST tomorrow",
        "call PST | 2027-01-05T09:00",
        "'PST' was not taken as a time zone; write a ",
    ),
    (
        "call 9am EST",
        "call EST | 2027-01-05T09:00",
        "'EST' was not taken as a time zone; write a ",
    ),
    (
        "call tomorrow 10am ET",
        "call ET | 2027-01-05T10:00",
        "'ET' was not taken as a time zone; write a n",
    ),
    (
        "call tomorrow 10am PT",
        "call PT | 2027-01-05T10:00",
        "'PT' was not taken as a time zone; write a n",
    ),
    (
        "call tomorrow 8am in new york",
        "call | 2027-01-05T08:00[America/New_York]",
        "the time was read as one of America/New_York",
    ),
    (
        "submit in a few weeks",
        "submit | 2027-01-25",
        "how many are a few was guessed",
    ),
    (
        "swim mon-fri at 8",
        "swim | 2027-01-05T08:00 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        "read as every week from monday to friday",
    ),
    (
        "swim mon - fri at 8",
        "swim | 2027-01-05T08:00 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        "read as every week from monday to friday",
    ),
    (
        "swim monday to friday at 8",
        "swim | 2027-01-05T08:00 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        "read as every week from monday to friday",
    ),
    (
        "swim monday through friday at 8am",
        "swim | 2027-01-05T08:00 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        "read as every week from monday to friday",
    ),
    (
        "swim bi-weekly",
        "swim | 2027-01-04 | FREQ=WEEKLY;INTERVAL=2",
        "read as every 2 weeks; it may also mean twic",
    ),
    (
        "swim bi-weekly on monday",
        "swim | 2027-01-04 | FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
        "read as every 2 weeks; it may also mean twic",
    ),
    (
        "swim biweekly on friday at 10",
        "swim | 2027-01-08T10:00 | FREQ=WEEKLY;INTERVAL=2;BYDAY=FR",
        "read as every 2 weeks; it may also mean twic",
    ),
    (
        "swim every second monday",
        "swim | 2027-01-11 | FREQ=MONTHLY;BYDAY=2MO",
        "read as the 2nd monday of the month; write '",
    ),
    (
        "swim every few days",
        "swim | 2027-01-04 | FREQ=DAILY;INTERVAL=3",
        "how many are a few was guessed",
    ),
    (
        "swim every 3rd workday",
        "swim | 2027-01-05 | FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=3",
        "read as workday 3 of the month; write 'every",
    ),
    (
        "call mon 9-11",
        "call | 2027-01-11T09:00",
        "only the beginning was taken: a task has no ",
    ),
    (
        "call mon 9-11am",
        "call | 2027-01-11T09:00",
        "only the beginning was taken: a task has no ",
    ),
    (
        "call tomorrow at 12am",
        "call | 2027-01-05T00:00",
        "midnight was read as the beginning of that d",
    ),
    (
        "call tomorrow 12:00am",
        "call | 2027-01-05T00:00",
        "midnight was read as the beginning of that d",
    ),
    (
        "call tomorrow 00:00",
        "call | 2027-01-05T00:00",
        "midnight was read as the beginning of that d",
    ),
    (
        "call today at 5",
        "call | 2027-01-04T05:00",
        "read as the early morning; add pm if the aft",
    ),
    (
        "call today at 5:00",
        "call | 2027-01-04T05:00",
        "read as the early morning; add pm if the aft",
    ),
    (
        "call tues 8-9pm",
        "call | 2027-01-05T20:00",
        "only the beginning was taken: a task has no ",
    ),
    (
        "call tues from 8 to 9pm",
        "call | 2027-01-05T20:00",
        "only the beginning was taken: a task has no ",
    ),
    (
        "call 8pm-9pm",
        "call | 2027-01-04T20:00",
        "only the beginning was taken: a task has no ",
    ),
    (
        "call 8-9pm",
        "call | 2027-01-04T20:00",
        "only the beginning was taken: a task has no ",
    ),
    (
        "call 8:30-9:30",
        "call | 2027-01-05T08:30",
        "only the beginning was taken: a task has no ",
    ),
    (
        "call 12/1",
        "call | 2027-01-12",
        "read as 12 January 2027, not 1 December 2027",
    ),
    (
        "call 1/5 at 10",
        "call | 2027-05-01T10:00",
        "read as 1 May 2027, not 5 January 2027",
    ),
    (
        "call 01/05",
        "call | 2027-05-01",
        "read as 1 May 2027, not 5 January 2027",
    ),
    (
        "call easter",
        "call | 2027-03-28",
        "read as the date; quote it if it only says w",
    ),
    (
        "fix tomorrow at 5 at the office",
        "fix at the office | 2027-01-05T05:00",
        "read as the early morning; add pm if the aft",
    ),
    (
        "fix tomorrow at 5 with Bob",
        "fix with Bob | 2027-01-05T05:00",
        "read as the early morning; add pm if the aft",
    ),
    (
        "fix tomorrow at 5, call Bob",
        "fix, call Bob | 2027-01-05T05:00",
        "read as the early morning; add pm if the aft",
    ),
    (
        "fix tomorrow at 5. Call Bob",
        "fix. Call Bob | 2027-01-05T05:00",
        "read as the early morning; add pm if the aft",
    ),
    (
        "fix tomorrow at 5; call Bob",
        "fix; call Bob | 2027-01-05T05:00",
        "read as the early morning; add pm if the aft",
    ),
    (
        "fix tomorrow at 5: call Bob",
        "fix: call Bob | 2027-01-05T05:00",
        "read as the early morning; add pm if the aft",
    ),
    (
        "fix tomorrow at 5 (urgent)",
        "fix (urgent) | 2027-01-05T05:00",
        "read as the early morning; add pm if the aft",
    ),
    (
        "fix tomorrow at 5 - urgent",
        "fix - urgent | 2027-01-05T05:00",
        "read as the early morning; add pm if the aft",
    ),
    (
        "fix tomorrow at 5 p1",
        "fix | 2027-01-05T05:00 |  | !high",
        "read as the early morning; add pm if the aft",
    ),
    (
        "fix tomorrow at 5 for Bob",
        "fix for Bob | 2027-01-05T05:00",
        "read as the early morning; add pm if the aft",
    ),
    (
        "fix tomorrow at 5 or 6",
        "fix or 6 | 2027-01-05T05:00",
        "read as the early morning; add pm if the aft",
    ),
    (
        "fix tomorrow at 5-6",
        "fix | 2027-01-05T05:00",
        "only the beginning was taken: a task has no ",
    ),
    (
        "Call grandma this sunday at 4",
        "Call grandma | 2027-01-10T04:00",
        "read as the early morning; add pm if the aft",
    ),
    (
        "Meeting with John tomorrow from 2pm to 3pm",
        "Meeting with John | 2027-01-05T14:00",
        "only the beginning was taken: a task has no ",
    ),
    (
        "Meeting with John tomorrow 2-3pm",
        "Meeting with John | 2027-01-05T14:00",
        "only the beginning was taken: a task has no ",
    ),
    (
        "Meeting with John tomorrow between 2 and 3pm",
        "Meeting with John | 2027-01-05T14:00",
        "only the beginning was taken: a task has no ",
    ),
    (
        "Pick up kids at 3:15",
        "Pick up kids | 2027-01-05T03:15",
        "read as the early morning; add pm if the aft",
    ),
    (
        "Pick up kids at 3:15 every weekday",
        "Pick up kids | 2027-01-05T03:15 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        "read as the early morning; add pm if the aft",
    ),
    (
        "Anna birthday 12/3",
        "Anna birthday | 2027-03-12",
        "read as 12 March 2027, not 3 December 2027",
    ),
    (
        "Follow up 3/2",
        "Follow up | 2027-02-03",
        "read as 3 February 2027, not 2 March 2027",
    ),
    (
        "Follow up 3/2/27",
        "Follow up | 2027-02-03",
        "read as 3 February 2027, not 2 March 2027",
    ),
    (
        "Buy milk and eggs at 5",
        "Buy milk and eggs | 2027-01-05T05:00",
        "read as the early morning; add pm if the aft",
    ),
    (
        "Buy milk at 5 on the way home",
        "Buy milk on the way home | 2027-01-05T05:00",
        "read as the early morning; add pm if the aft",
    ),
    (
        "Thu 14:00-15:00 call",
        "call | 2027-01-07T14:00",
        "only the beginning was taken: a task has no ",
    ),
    (
        "Call tomorrow at 7pm CET",
        "Call CET | 2027-01-05T19:00",
        "'CET' was not taken as a time zone; write a ",
    ),
    (
        "Wake up at 6 every day",
        "Wake up | 2027-01-05T06:00 | FREQ=DAILY",
        "read as the early morning; add pm if the aft",
    ),
    (
        "Wake up every day at 6 except weekends",
        "Wake up | 2027-01-05T06:00 | RRULE:FREQ=DAILY\nX-TASKWIRE-EXCLUDE:SA,SU",
        "read as the early morning; add pm if the aft",
    ),
    (
        "Wake up every day except weekends at 6",
        "Wake up | 2027-01-05T06:00 | RRULE:FREQ=DAILY\nX-TASKWIRE-EXCLUDE:SA,SU",
        "read as the early morning; add pm if the aft",
    ),
    (
        "Wake up at 6am mon-fri",
        "Wake up | 2027-01-05T06:00 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        "read as every week from monday to friday",
    ),
    (
        "biweekly",
        "| 2027-01-04 | FREQ=WEEKLY;INTERVAL=2",
        "read as every 2 weeks; it may also mean twic",
    ),
    (
        "conference mon-wed at 9",
        "conference | 2027-01-05T09:00 | FREQ=WEEKLY;BYDAY=MO,TU,WE",
        "read as every week from monday to wednesday",
    ),
    (
        "party sat-sun 10pm",
        "party | 2027-01-09T22:00 | FREQ=WEEKLY;BYDAY=SA,SU",
        "read as every week from saturday to sunday",
    ),
    (
        "gym tomorrow 9-10",
        "gym | 2027-01-05T09:00",
        "only the beginning was taken: a task has no ",
    ),
    (
        "gym friday 17-18",
        "gym | 2027-01-08T17:00",
        "only the beginning was taken: a task has no ",
    ),
    (
        "friday 3-5pm chapters",
        "chapters | 2027-01-08T15:00",
        "only the beginning was taken: a task has no ",
    ),
    (
        "17:00 in Rome tomorrow",
        "| 2027-01-05T17:00[Europe/Rome]",
        "the time was read as one of Europe/Rome; quo",
    ),
    (
        "call 9am ET tomorrow",
        "call ET | 2027-01-05T09:00",
        "'ET' was not taken as a time zone; write a n",
    ),
    (
        "every day at 9am PST",
        "PST | 2027-01-05T09:00 | FREQ=DAILY",
        "'PST' was not taken as a time zone; write a ",
    ),
    (
        "every day at 9am in Tokyo",
        "| 2027-01-05T09:00[Asia/Tokyo] | FREQ=DAILY",
        "the time was read as one of Asia/Tokyo; quot",
    ),
    (
        "meet 2 people at 2",
        "meet 2 people | 2027-01-05T02:00",
        "read as the early morning; add pm if the aft",
    ),
    (
        "pickup @ 5",
        "pickup | 2027-01-05T05:00",
        "read as the early morning; add pm if the aft",
    ),
    (
        "pickup @5:30",
        "pickup | 2027-01-05T05:30",
        "read as the early morning; add pm if the aft",
    ),
    (
        "dinner 7-9pm fri",
        "dinner | 2027-01-08T19:00",
        "only the beginning was taken: a task has no ",
    ),
    (
        "dinner 7pm-9pm @ Joe's fri",
        "dinner @ Joe's | 2027-01-08T19:00",
        "only the beginning was taken: a task has no ",
    ),
    (
        "dinner every fri from 7 to 9",
        "dinner | 2027-01-08T07:00 | FREQ=WEEKLY;BYDAY=FR",
        "only the beginning was taken: a task has no ",
    ),
    (
        "dinner every fri 7-9pm",
        "dinner | 2027-01-08T19:00 | FREQ=WEEKLY;BYDAY=FR",
        "only the beginning was taken: a task has no ",
    ),
    (
        "dinner every 2nd fri",
        "dinner | 2027-01-08 | FREQ=MONTHLY;BYDAY=2FR",
        "read as the 2nd friday of the month; write '",
    ),
    (
        "lunch easter",
        "lunch | 2027-03-28",
        "read as the date; quote it if it only says w",
    ),
];

/// Text that stays a title, and the part that is pointed out.
pub(in super::super) const REFUSED: &[(&str, &str)] = &[
    ("swim every day to friday", "every day to friday"),
    ("swim every weekday from 9am", "every weekday from 9am"),
    ("swim every last mon, tue", "every last mon, tue"),
    ("swim every year on my birthday", "every year on"),
    ("swim every ! 2 weeks", "every ! 2 weeks"),
    ("swim every m/w/f", "every m"),
    ("swim every mwf", "every mwf"),
    ("swim every easter", "every easter"),
    ("swim every month on 1", "every month on 1"),
    (
        "swim every first monday of the quarter",
        "every first monday of the quarter",
    ),
    ("swim twice a month", "twice a month"),
    ("swim three times a week", "three times a week"),
    ("swim every 2 or 3 days", "every 2 or 3 days"),
    ("swim every 2-3 days", "every 2-3 days"),
    ("swim every mo", "every mo"),
    ("swim every tu and th", "every tu"),
    ("swim every 28", "every 28"),
    ("swim every 12/25", "every 12/25"),
    ("swim every 25/12", "every 25/12"),
    ("swim every birthday", "every birthday"),
    ("swim every summer", "every summer"),
    ("swim every time", "every time"),
    ("swim every spring", "every spring"),
    ("swim every leap year", "every leap year"),
    ("call 12/25", "12/25"),
    ("call 2027-1-5", "2027-1-5"),
    ("call 2027-01-11T15:00Z", "2027-01-11T15:00Z"),
    (
        "call 2027-01-11T15:00:00+02:00",
        "2027-01-11T15:00:00+02:00",
    ),
    ("50/50", "50/50"),
    ("4/20", "4/20"),
    (
        "Submit timesheet every friday before 5pm",
        "every friday before 5pm",
    ),
    ("Clean gutters twice a year", "twice a year"),
    ("Clean gutters every spring", "every spring"),
    ("Antibiotics 3 times a day for 7 days", "3 times a day"),
    ("Cancel trial on 1/31", "1/31"),
    (
        "Wake up every weekday at 6 except holidays",
        "every weekday at 6 except",
    ),
    ("every week until i die", "every week until"),
    ("every day until further notice", "every day until"),
    ("renew AAA by 3/31/2027", "3/31/2027"),
    ("dinner every month on a friday", "every month on a friday"),
    (
        "dinner every friday of the month",
        "every friday of the month",
    ),
    ("dinner every fri or sat", "every fri or sat"),
    (
        "dinner every last friday of quarter",
        "every last friday of quarter",
    ),
    ("dinner every three mondays", "every three mondays"),
    ("dinner every 3 mondays", "every 3 mondays"),
    ("every easter", "every easter"),
    ("every year on easter", "every year on easter"),
    ("every easter monday", "every easter monday"),
];

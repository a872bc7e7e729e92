//! Rules beyond Todoist's: several times, exceptions, moves to workdays, policies.

pub(super) const BEYOND: &[(&str, &str)] = &[
    (
        "swim ⟦every day at 9:00 and 17:00⟧",
        "swim | 2027-01-04T17:00 | FREQ=DAILY;BYHOUR=9,17;BYMINUTE=0",
    ),
    (
        "swim ⟦every day at 9am, 1pm and 5pm⟧",
        "swim | 2027-01-04T13:00 | FREQ=DAILY;BYHOUR=9,13,17;BYMINUTE=0",
    ),
    (
        "swim ⟦every day at 9 and 17⟧",
        "swim | 2027-01-04T17:00 | FREQ=DAILY;BYHOUR=9,17;BYMINUTE=0",
    ),
    (
        "swim ⟦every day at 8:00 and 18:30⟧",
        "swim | 2027-01-04T18:30 | RRULE:FREQ=DAILY;BYHOUR=8;BYMINUTE=0\nRRULE:FREQ=DAILY;BYHOUR=18;BYMINUTE=30",
    ),
    (
        "swim ⟦every morning and evening⟧",
        "swim | 2027-01-04T19:00 | FREQ=DAILY;BYHOUR=9,19;BYMINUTE=0",
    ),
    (
        "swim ⟦every mon and fri at 9am and 5pm⟧",
        "swim | 2027-01-04T17:00 | FREQ=WEEKLY;BYDAY=MO,FR;BYHOUR=9,17;BYMINUTE=0",
    ),
    (
        "swim ⟦every day, always at 9⟧",
        "swim | 2027-01-05T09:00 | FREQ=DAILY;BYHOUR=9;BYMINUTE=0",
    ),
    (
        "swim ⟦every mon at 8pm, tue at 9pm⟧",
        "swim | 2027-01-04T20:00 | RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=20;BYMINUTE=0\nRRULE:FREQ=WEEKLY;BYDAY=TU;BYHOUR=21;BYMINUTE=0",
    ),
    (
        "swim ⟦every mon 8pm and every tue and wed at 21:30⟧",
        "swim | 2027-01-04T20:00 | RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=20;BYMINUTE=0\nRRULE:FREQ=WEEKLY;BYDAY=TU,WE;BYHOUR=21;BYMINUTE=30",
    ),
    (
        "swim ⟦every monday and every 15th at 9⟧",
        "swim | 2027-01-11T09:00 | RRULE:FREQ=WEEKLY;BYDAY=MO\nRRULE:FREQ=MONTHLY;BYMONTHDAY=15",
    ),
    (
        "swim ⟦every 15th and last workday⟧",
        "swim | 2027-01-15 | RRULE:FREQ=MONTHLY;BYMONTHDAY=15\nRRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    ),
    (
        "swim ⟦every hour between 9 and 17 on weekdays⟧",
        "swim | 2027-01-04T11:00 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9,10,11,12,13,14,15,16,17;BYMINUTE=0",
    ),
    (
        "swim ⟦every 2 hours from 9am to 5pm⟧",
        "swim | 2027-01-04T11:00 | FREQ=DAILY;BYHOUR=9,11,13,15,17;BYMINUTE=0",
    ),
    (
        "swim ⟦every 3 hours on weekdays from 8:30 to 18:00⟧",
        "swim | 2027-01-04T11:30 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=8,11,14,17;BYMINUTE=30",
    ),
    // Excluded and added dates.
    (
        "swim ⟦every day except weekends⟧",
        "swim | 2027-01-04 | RRULE:FREQ=DAILY\nX-TASKWIRE-EXCLUDE:SA,SU",
    ),
    (
        "swim ⟦every day except mondays⟧",
        "swim | 2027-01-05 | RRULE:FREQ=DAILY\nX-TASKWIRE-EXCLUDE:MO",
    ),
    (
        "swim ⟦every day excluding fri and sat⟧",
        "swim | 2027-01-04 | RRULE:FREQ=DAILY\nX-TASKWIRE-EXCLUDE:FR,SA",
    ),
    (
        "swim ⟦every weekday at 11 except friday⟧",
        "swim | 2027-01-04T11:00 | RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR\nX-TASKWIRE-EXCLUDE:FR",
    ),
    (
        "swim ⟦every day except 24 dec⟧",
        "swim | 2027-01-04 | RRULE:FREQ=DAILY\nX-TASKWIRE-EXCLUDE:--1224",
    ),
    (
        "swim ⟦every day except on christmas⟧",
        "swim | 2027-01-04 | RRULE:FREQ=DAILY\nX-TASKWIRE-EXCLUDE:--1225",
    ),
    (
        "swim ⟦every day except in august⟧",
        "swim | 2027-01-04 | RRULE:FREQ=DAILY\nX-TASKWIRE-EXCLUDE:--08",
    ),
    (
        "swim ⟦every day except july and august⟧",
        "swim | 2027-01-04 | RRULE:FREQ=DAILY\nX-TASKWIRE-EXCLUDE:--07,--08",
    ),
    (
        "swim ⟦every day except 1 jul to 14 jul⟧",
        "swim | 2027-01-04 | RRULE:FREQ=DAILY\nX-TASKWIRE-EXCLUDE:--0701/--0714",
    ),
    (
        "swim ⟦every day except 20 dec to 3 jan⟧",
        "swim | 2027-01-04 | RRULE:FREQ=DAILY\nX-TASKWIRE-EXCLUDE:--1220/--0103",
    ),
    (
        "swim ⟦every day except 2027-07-01⟧",
        "swim | 2027-01-04 | RRULE:FREQ=DAILY\nEXDATE;VALUE=DATE:20270701",
    ),
    (
        "swim ⟦every day except 1 july 2027⟧",
        "swim | 2027-01-04 | RRULE:FREQ=DAILY\nEXDATE;VALUE=DATE:20270701",
    ),
    (
        "swim ⟦every day except saturday, sunday and 24 dec until 1 mar⟧",
        "swim | 2027-01-04 | RRULE:FREQ=DAILY;UNTIL=20270301\nX-TASKWIRE-EXCLUDE:SA,SU,--1224",
    ),
    (
        "swim ⟦every monday, plus 1 jul 2027⟧",
        "swim | 2027-01-04 | RRULE:FREQ=WEEKLY;BYDAY=MO\nRDATE;VALUE=DATE:20270701",
    ),
    // Moves.
    (
        "swim ⟦every 15th or the next workday⟧",
        "swim | 2027-01-15 | FREQ=MONTHLY;BYMONTHDAY=15;X-TASKWIRE-SHIFT=NEXT",
    ),
    (
        "swim ⟦every 15th, or the workday before⟧",
        "swim | 2027-01-15 | FREQ=MONTHLY;BYMONTHDAY=15;X-TASKWIRE-SHIFT=PREVIOUS",
    ),
    (
        "swim ⟦every 15th, or the workday after⟧",
        "swim | 2027-01-15 | FREQ=MONTHLY;BYMONTHDAY=15;X-TASKWIRE-SHIFT=NEXT",
    ),
    (
        "swim ⟦every month on the 15th or nearest workday⟧",
        "swim | 2027-01-15 | FREQ=MONTHLY;BYMONTHDAY=15;X-TASKWIRE-SHIFT=NEAREST",
    ),
    (
        "swim ⟦the 15th of every month or the previous workday⟧",
        "swim | 2027-01-15 | FREQ=MONTHLY;BYMONTHDAY=15;X-TASKWIRE-SHIFT=PREVIOUS",
    ),
    (
        "swim ⟦every 31st or the next business day at 9⟧",
        "swim | 2027-02-01T09:00 | FREQ=MONTHLY;BYMONTHDAY=31;X-TASKWIRE-SHIFT=NEXT",
    ),
    (
        "swim ⟦every last workday before the 15th⟧",
        "swim | 2027-01-14 | FREQ=MONTHLY;BYMONTHDAY=15;X-TASKWIRE-SHIFT=-1",
    ),
    (
        "swim ⟦every month 2 workdays before the 1st⟧",
        "swim | 2027-01-28 | FREQ=MONTHLY;BYMONTHDAY=1;X-TASKWIRE-SHIFT=-2",
    ),
    (
        "swim ⟦every 2 workdays before the 1st⟧",
        "swim | 2027-01-28 | FREQ=MONTHLY;BYMONTHDAY=1;X-TASKWIRE-SHIFT=-2",
    ),
    (
        "swim ⟦every first workday after the 15th⟧",
        "swim | 2027-01-18 | FREQ=MONTHLY;BYMONTHDAY=15;X-TASKWIRE-SHIFT=1",
    ),
    (
        "swim ⟦every month on the workday before the 15th⟧",
        "swim | 2027-01-14 | FREQ=MONTHLY;BYMONTHDAY=15;X-TASKWIRE-SHIFT=-1",
    ),
    (
        "swim ⟦every 2 days before month end⟧",
        "swim | 2027-01-29 | FREQ=MONTHLY;BYMONTHDAY=-3",
    ),
    (
        "swim ⟦every month 2 days before the end of the month⟧",
        "swim | 2027-01-29 | FREQ=MONTHLY;BYMONTHDAY=-3",
    ),
    (
        "swim ⟦every month on the day before the 1st⟧",
        "swim | 2027-01-31 | FREQ=MONTHLY;BYMONTHDAY=-1",
    ),
    (
        "swim ⟦every 3 days before the 15th⟧",
        "swim | 2027-01-12 | FREQ=MONTHLY;BYMONTHDAY=12",
    ),
    // Interval and ordinal.
    (
        "swim ⟦every 3 months on the 3rd friday⟧",
        "swim | 2027-01-15 | FREQ=MONTHLY;INTERVAL=3;BYDAY=3FR",
    ),
    (
        "swim ⟦every 2 months on the last workday⟧",
        "swim | 2027-01-29 | FREQ=MONTHLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    ),
    (
        "swim ⟦every 2 years on the 1st monday of may⟧",
        "swim | 2027-05-03 | FREQ=YEARLY;INTERVAL=2;BYMONTH=5;BYDAY=1MO",
    ),
    (
        "swim ⟦every day at 9 Europe/London⟧",
        "swim | 2027-01-05T09:00[Europe/London] | FREQ=DAILY",
    ),
    (
        "swim ⟦every monday at 9am New York time⟧",
        "swim | 2027-01-04T09:00[America/New_York] | FREQ=WEEKLY;BYDAY=MO",
    ),
    (
        "swim ⟦every 2 weeks on monday and sunday, weeks from sunday⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU",
    ),
    (
        "swim ⟦every day by the rule FREQ=DAILY;BYDAY=MO⟧",
        "swim | 2027-01-04 | FREQ=DAILY;BYDAY=MO",
    ),
    (
        "swim ⟦by the rule RRULE:FREQ=DAILY X-TASKWIRE-EXCLUDE:20270701/20270714⟧",
        "swim | 2027-01-04 | RRULE:FREQ=DAILY\nX-TASKWIRE-EXCLUDE:20270701/20270714",
    ),
    (
        "pay ⟦on the last workday before the 15th of every month⟧",
        "pay | 2027-01-14 | FREQ=MONTHLY;BYMONTHDAY=15;X-TASKWIRE-SHIFT=-1",
    ),
    (
        "pay ⟦2 days before the end of every month⟧",
        "pay | 2027-01-29 | FREQ=MONTHLY;BYMONTHDAY=-3",
    ),
];

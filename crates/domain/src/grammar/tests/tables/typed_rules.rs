//! Lines as people type them: rules.

pub(super) const TYPED_RULES: &[(&str, &str)] = &[
    (
        "sweep leaves ⟦every halloween⟧",
        "sweep leaves | 2027-10-31 | FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=31",
    ),
    (
        "call mom ⟦every mother's day at 10⟧",
        "call mom | 2027-05-09T10:00 | FREQ=YEARLY;BYMONTH=5;BYDAY=2SU",
    ),
    (
        "⟦every evening⟧ take pills ⟦for 3 weeks⟧",
        "take pills | 2027-01-04T19:00 | FREQ=DAILY;UNTIL=20270124",
    ),
    (
        "take pills ⟦every evening for 3 weeks starting tomorrow⟧",
        "take pills | 2027-01-05T19:00 | FREQ=DAILY;UNTIL=20270125",
    ),
    (
        "take pills ⟦every evening starting tomorrow for 3 weeks⟧",
        "take pills | 2027-01-05T19:00 | FREQ=DAILY;UNTIL=20270125",
    ),
    (
        "⟦every day until friday⟧ water plants",
        "water plants | 2027-01-04 | FREQ=DAILY;UNTIL=20270108",
    ),
    (
        "⟦starting 1 feb⟧ pay rent ⟦every month⟧",
        "pay rent | 2027-02-01 | FREQ=MONTHLY",
    ),
    (
        "⟦from 1 feb⟧ pay rent ⟦every month⟧",
        "pay rent | 2027-02-01 | FREQ=MONTHLY",
    ),
    (
        "gym ⟦every monday from 1 feb⟧",
        "gym | 2027-02-01 | FREQ=WEEKLY;BYDAY=MO",
    ),
    (
        "⟦every monday from 1 feb⟧ gym",
        "gym | 2027-02-01 | FREQ=WEEKLY;BYDAY=MO",
    ),
    (
        "⟦starting tomorrow⟧ water plants ⟦every day⟧",
        "water plants | 2027-01-05 | FREQ=DAILY",
    ),
    (
        "⟦starting next monday⟧ run ⟦every day at 7⟧",
        "run | 2027-01-11T07:00 | FREQ=DAILY",
    ),
    (
        "⟦until june⟧ water plants ⟦every day⟧",
        "water plants | 2027-01-04 | FREQ=DAILY;UNTIL=20270630",
    ),
    (
        "water plants ⟦every day until june⟧",
        "water plants | 2027-01-04 | FREQ=DAILY;UNTIL=20270630",
    ),
    (
        "water plants ⟦every day, until june⟧",
        "water plants | 2027-01-04 | FREQ=DAILY;UNTIL=20270630",
    ),
    (
        "⟦every monday⟧ gym ⟦until 1 june⟧",
        "gym | 2027-01-04 | FREQ=WEEKLY;BYDAY=MO;UNTIL=20270601",
    ),
    (
        "⟦every monday⟧ gym ⟦starting 1 feb until 1 june⟧",
        "gym | 2027-02-01 | FREQ=WEEKLY;BYDAY=MO;UNTIL=20270601",
    ),
    (
        "⟦every day⟧ take pills 5 times",
        "take pills 5 times | 2027-01-04 | FREQ=DAILY",
    ),
    (
        "⟦every day at 9⟧ take pills ⟦until friday⟧",
        "take pills | 2027-01-05T09:00 | FREQ=DAILY;UNTIL=20270108",
    ),
    (
        "⟦every 2 days from tomorrow⟧ swim",
        "swim | 2027-01-05 | FREQ=DAILY;INTERVAL=2",
    ),
    (
        "swim ⟦every 2 days from tomorrow until march 1⟧",
        "swim | 2027-01-05 | FREQ=DAILY;INTERVAL=2;UNTIL=20270301",
    ),
    (
        "swim ⟦every 2 days beginning tomorrow⟧",
        "swim | 2027-01-05 | FREQ=DAILY;INTERVAL=2",
    ),
    (
        "swim ⟦every 2 days starting on monday⟧",
        "swim | 2027-01-04 | FREQ=DAILY;INTERVAL=2",
    ),
    (
        "swim ⟦every week till the end of the year⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;UNTIL=20271231",
    ),
    (
        "swim ⟦every week until the end of march⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;UNTIL=20270331",
    ),
    (
        "swim ⟦every week until end of month⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;UNTIL=20270131",
    ),
    (
        "swim ⟦every day until next friday⟧",
        "swim | 2027-01-04 | FREQ=DAILY;UNTIL=20270115",
    ),
    (
        "swim ⟦every day until tomorrow⟧",
        "swim | 2027-01-04 | FREQ=DAILY;UNTIL=20270105",
    ),
    (
        "swim ⟦every day for a week⟧",
        "swim | 2027-01-04 | FREQ=DAILY;UNTIL=20270110",
    ),
    (
        "swim ⟦every day for the next 3 days⟧",
        "swim | 2027-01-04 | FREQ=DAILY;UNTIL=20270106",
    ),
    (
        "swim ⟦every day this week⟧",
        "swim | 2027-01-04 | FREQ=DAILY;UNTIL=20270110",
    ),
    (
        "swim ⟦every day next week⟧",
        "swim | 2027-01-11 | FREQ=DAILY;UNTIL=20270117",
    ),
    (
        "swim ⟦every day in february⟧",
        "swim | 2027-02-01 | FREQ=DAILY;BYMONTH=2",
    ),
    (
        "swim ⟦every monday in march⟧",
        "swim | 2027-03-01 | FREQ=WEEKLY;BYMONTH=3;BYDAY=MO",
    ),
    (
        "swim ⟦every day⟧ during summer",
        "swim during summer | 2027-01-04 | FREQ=DAILY",
    ),
    (
        "swim ⟦every day for 2 weeks from monday⟧",
        "swim | 2027-01-04 | FREQ=DAILY;UNTIL=20270117",
    ),
    (
        "swim ⟦for 3 weeks⟧ ⟦every day⟧",
        "swim | 2027-01-04 | FREQ=DAILY;UNTIL=20270124",
    ),
    (
        "swim ⟦every day ending friday⟧",
        "swim | 2027-01-04 | FREQ=DAILY;UNTIL=20270108",
    ),
    (
        "swim ⟦every day through friday⟧",
        "swim | 2027-01-04 | FREQ=DAILY;UNTIL=20270108",
    ),
    (
        "swim ⟦from 1 feb to 10 feb⟧ ⟦every day⟧",
        "swim | 2027-02-01 | FREQ=DAILY;UNTIL=20270210",
    ),
    (
        "swim ⟦tomorrow⟧ ⟦every day⟧",
        "swim | 2027-01-05 | FREQ=DAILY",
    ),
    (
        "swim ⟦every day⟧ ⟦tomorrow⟧",
        "swim | 2027-01-05 | FREQ=DAILY",
    ),
    (
        "swim ⟦on friday⟧ ⟦every week⟧",
        "swim | 2027-01-08 | FREQ=WEEKLY",
    ),
    (
        "swim ⟦friday⟧ ⟦every 2 weeks⟧",
        "swim | 2027-01-08 | FREQ=WEEKLY;INTERVAL=2",
    ),
    (
        "swim ⟦monday 9am⟧ ⟦every week⟧",
        "swim | 2027-01-11T09:00 | FREQ=WEEKLY",
    ),
    (
        "swim ⟦1 feb⟧ ⟦every month⟧",
        "swim | 2027-02-01 | FREQ=MONTHLY",
    ),
    (
        "swim ⟦on the 1st every month⟧",
        "swim | 2027-02-01 | FREQ=MONTHLY;BYMONTHDAY=1",
    ),
    (
        "swim ⟦the 1st of every month⟧",
        "swim | 2027-02-01 | FREQ=MONTHLY;BYMONTHDAY=1",
    ),
    (
        "swim ⟦1st of the month every month⟧",
        "swim | 2027-02-01 | FREQ=MONTHLY;BYMONTHDAY=1",
    ),
    (
        "swim ⟦every day at 9 and 21⟧",
        "swim | 2027-01-04T21:00 | FREQ=DAILY;BYHOUR=9,21;BYMINUTE=0",
    ),
    (
        "swim ⟦every 2 hours between 9am and 5pm on weekdays⟧",
        "swim | 2027-01-04T11:00 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9,11,13,15,17;BYMINUTE=0",
    ),
    (
        "swim ⟦every 2 hours on weekdays between 9am and 5pm⟧",
        "swim | 2027-01-04T11:00 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9,11,13,15,17;BYMINUTE=0",
    ),
    (
        "swim ⟦every 4 hours⟧",
        "swim | 2027-01-04T11:00 | FREQ=HOURLY;INTERVAL=4",
    ),
    (
        "swim ⟦every 60 minutes⟧",
        "swim | 2027-01-04T10:01 | FREQ=MINUTELY;INTERVAL=60",
    ),
    (
        "stretch ⟦every 90 min between 9:30 and 16:00 on weekdays⟧",
        "stretch | 2027-01-04T11:00 | RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=11,14;BYMINUTE=0\nRRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9,12,15;BYMINUTE=30",
    ),
    (
        "swim ⟦every 90 minutes⟧",
        "swim | 2027-01-04T10:01 | FREQ=MINUTELY;INTERVAL=90",
    ),
    (
        "swim ⟦every morning at 7⟧",
        "swim | 2027-01-05T07:00 | FREQ=DAILY",
    ),
    (
        "swim ⟦every weekday morning⟧",
        "swim | 2027-01-05T09:00 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    ),
    (
        "swim ⟦every fri night⟧",
        "swim | 2027-01-08T22:00 | FREQ=WEEKLY;BYDAY=FR",
    ),
    (
        "swim ⟦every friday night at 8⟧",
        "swim | 2027-01-08T20:00 | FREQ=WEEKLY;BYDAY=FR",
    ),
    (
        "swim ⟦every 1st and 15th at noon⟧",
        "swim | 2027-01-15T12:00 | FREQ=MONTHLY;BYMONTHDAY=1,15",
    ),
    (
        "swim ⟦every 31st⟧",
        "swim | 2027-01-31 | FREQ=MONTHLY;BYMONTHDAY=31",
    ),
    (
        "swim ⟦every feb 29⟧",
        "swim | 2027-02-28 | FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    ),
    (
        "swim ⟦every 2nd to last day⟧",
        "swim | 2027-01-30 | FREQ=MONTHLY;BYMONTHDAY=-2",
    ),
    (
        "swim ⟦every second to last friday⟧",
        "swim | 2027-01-22 | FREQ=MONTHLY;BYDAY=-2FR",
    ),
    (
        "swim ⟦every second last friday⟧",
        "swim | 2027-01-22 | FREQ=MONTHLY;BYDAY=-2FR",
    ),
    (
        "swim ⟦every quarter⟧",
        "swim | 2027-01-04 | FREQ=MONTHLY;INTERVAL=3",
    ),
    (
        "swim ⟦every half year⟧",
        "swim | 2027-01-04 | FREQ=MONTHLY;INTERVAL=6",
    ),
    (
        "swim ⟦every half a year⟧",
        "swim | 2027-01-04 | FREQ=MONTHLY;INTERVAL=6",
    ),
    (
        "swim ⟦every other week on tue and thu⟧",
        "swim | 2027-01-05 | FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH",
    ),
    (
        "swim ⟦every 3rd week⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;INTERVAL=3",
    ),
    (
        "swim ⟦every 2nd month on the 10th⟧",
        "swim | 2027-01-10 | FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=10",
    ),
    (
        "swim ⟦every 10 of month⟧",
        "swim | 2027-01-10 | FREQ=MONTHLY;BYMONTHDAY=10",
    ),
    (
        "swim ⟦every 10th of month⟧",
        "swim | 2027-01-10 | FREQ=MONTHLY;BYMONTHDAY=10",
    ),
    (
        "swim ⟦every 10th of the month⟧",
        "swim | 2027-01-10 | FREQ=MONTHLY;BYMONTHDAY=10",
    ),
    (
        "swim ⟦every 1 jan and 1 jul⟧",
        "swim | 2027-07-01 | FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=1",
    ),
    (
        "swim ⟦every jan 1st, apr 1st, jul 1st, oct 1st⟧",
        "swim | 2027-04-01 | FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=1",
    ),
    (
        "swim ⟦every month on the last weekday⟧",
        "swim | 2027-01-29 | FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    ),
    (
        "swim ⟦every week day⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    ),
    (
        "swim ⟦every monday, wednesday & friday at 6:30pm⟧",
        "swim | 2027-01-04T18:30 | FREQ=WEEKLY;BYDAY=MO,WE,FR",
    ),
    (
        "swim ⟦each mon/wed/fri⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;BYDAY=MO,WE,FR",
    ),
    (
        "swim ⟦every mon/wed/fri⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;BYDAY=MO,WE,FR",
    ),
    (
        "swim ⟦every mon / wed / fri⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;BYDAY=MO,WE,FR",
    ),
    (
        "swim ⟦every monday-friday at 8⟧",
        "swim | 2027-01-05T08:00 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    ),
    (
        "swim ⟦weekdays at 7am⟧",
        "swim | 2027-01-05T07:00 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    ),
    (
        "swim ⟦daily at 8pm⟧",
        "swim | 2027-01-04T20:00 | FREQ=DAILY",
    ),
    ("swim ⟦daily 8pm⟧", "swim | 2027-01-04T20:00 | FREQ=DAILY"),
    (
        "swim ⟦weekly on friday⟧",
        "swim | 2027-01-08 | FREQ=WEEKLY;BYDAY=FR",
    ),
    (
        "swim ⟦weekly friday⟧",
        "swim | 2027-01-08 | FREQ=WEEKLY;BYDAY=FR",
    ),
    (
        "swim ⟦weekly on fridays at 9⟧",
        "swim | 2027-01-08T09:00 | FREQ=WEEKLY;BYDAY=FR",
    ),
    (
        "swim ⟦monthly on the first monday⟧",
        "swim | 2027-01-04 | FREQ=MONTHLY;BYDAY=1MO",
    ),
    (
        "swim ⟦monthly first monday⟧",
        "swim | 2027-01-04 | FREQ=MONTHLY;BYDAY=1MO",
    ),
    (
        "swim ⟦monthly on the 15th⟧",
        "swim | 2027-01-15 | FREQ=MONTHLY;BYMONTHDAY=15",
    ),
    (
        "swim ⟦monthly 15th⟧",
        "swim | 2027-01-15 | FREQ=MONTHLY;BYMONTHDAY=15",
    ),
    (
        "swim ⟦yearly on march 3rd⟧",
        "swim | 2027-03-03 | FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=3",
    ),
    (
        "swim ⟦yearly march 3⟧",
        "swim | 2027-03-03 | FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=3",
    ),
    (
        "swim ⟦every fortnight⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;INTERVAL=2",
    ),
    (
        "swim ⟦every fortnight on monday⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
    ),
    (
        "swim ⟦every workday at 17:00 except fridays⟧",
        "swim | 2027-01-04T17:00 | RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR\nX-TASKWIRE-EXCLUDE:FR",
    ),
    (
        "swim ⟦every! 2 weeks on monday⟧",
        "swim | 2027-01-04 | !FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
    ),
    ("swim ⟦every!day⟧", "swim | 2027-01-04 | !FREQ=DAILY"),
    ("swim ⟦ev! day⟧", "swim | 2027-01-04 | !FREQ=DAILY"),
    (
        "swim ⟦ev! 3 days⟧",
        "swim | 2027-01-04 | !FREQ=DAILY;INTERVAL=3",
    ),
    ("swim ⟦ev mon⟧", "swim | 2027-01-04 | FREQ=WEEKLY;BYDAY=MO"),
    (
        "swim ⟦every weekend⟧",
        "swim | 2027-01-09 | FREQ=WEEKLY;BYDAY=SA,SU",
    ),
    (
        "swim ⟦every weekend at 10⟧",
        "swim | 2027-01-09T10:00 | FREQ=WEEKLY;BYDAY=SA,SU",
    ),
    (
        "swim ⟦every sat and sun at 10⟧",
        "swim | 2027-01-09T10:00 | FREQ=WEEKLY;BYDAY=SA,SU",
    ),
    (
        "swim ⟦every saturday morning⟧",
        "swim | 2027-01-09T09:00 | FREQ=WEEKLY;BYDAY=SA",
    ),
    (
        "swim ⟦every sunday evening at 6⟧",
        "swim | 2027-01-10T18:00 | FREQ=WEEKLY;BYDAY=SU",
    ),
    (
        "swim ⟦every other day at 9pm⟧",
        "swim | 2027-01-04T21:00 | FREQ=DAILY;INTERVAL=2",
    ),
    (
        "swim ⟦every other monday and thursday⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
    ),
    (
        "swim ⟦every second day⟧",
        "swim | 2027-01-04 | FREQ=DAILY;INTERVAL=2",
    ),
    (
        "swim ⟦every second week⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;INTERVAL=2",
    ),
    (
        "swim ⟦every third thursday⟧",
        "swim | 2027-01-21 | FREQ=MONTHLY;BYDAY=3TH",
    ),
    (
        "swim ⟦every 3rd thursday of the month⟧",
        "swim | 2027-01-21 | FREQ=MONTHLY;BYDAY=3TH",
    ),
    (
        "swim ⟦every 2 weeks on monday and friday⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR",
    ),
    (
        "swim ⟦every two weeks⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;INTERVAL=2",
    ),
    (
        "swim ⟦every three months on the 1st⟧",
        "swim | 2027-02-01 | FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1",
    ),
    (
        "swim ⟦every couple of days⟧",
        "swim | 2027-01-04 | FREQ=DAILY;INTERVAL=2",
    ),
    (
        "swim ⟦every day except sunday⟧",
        "swim | 2027-01-04 | RRULE:FREQ=DAILY\nX-TASKWIRE-EXCLUDE:SU",
    ),
    (
        "swim ⟦every day but sunday⟧",
        "swim | 2027-01-04 | RRULE:FREQ=DAILY\nX-TASKWIRE-EXCLUDE:SU",
    ),
    (
        "swim ⟦every day except for mondays⟧",
        "swim | 2027-01-05 | RRULE:FREQ=DAILY\nX-TASKWIRE-EXCLUDE:MO",
    ),
    (
        "swim ⟦every mon, tues, wed⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;BYDAY=MO,TU,WE",
    ),
    (
        "swim ⟦every tuesday and thursday 5:30pm⟧",
        "swim | 2027-01-05T17:30 | FREQ=WEEKLY;BYDAY=TU,TH",
    ),
    (
        "swim ⟦every tue thu⟧",
        "swim | 2027-01-05 | FREQ=WEEKLY;BYDAY=TU,TH",
    ),
    (
        "swim ⟦every tue,thu⟧",
        "swim | 2027-01-05 | FREQ=WEEKLY;BYDAY=TU,TH",
    ),
    (
        "swim ⟦every tue,thu,sat 7am⟧",
        "swim | 2027-01-05T07:00 | FREQ=WEEKLY;BYDAY=TU,TH,SA",
    ),
    (
        "swim ⟦every day 9am and 9pm⟧",
        "swim | 2027-01-04T21:00 | FREQ=DAILY;BYHOUR=9,21;BYMINUTE=0",
    ),
    (
        "swim ⟦every day 9am, 3pm, 9pm⟧",
        "swim | 2027-01-04T15:00 | FREQ=DAILY;BYHOUR=9,15,21;BYMINUTE=0",
    ),
    (
        "swim ⟦every day @ 9am⟧",
        "swim | 2027-01-05T09:00 | FREQ=DAILY",
    ),
    (
        "swim ⟦every day at noon and midnight⟧",
        "swim | 2027-01-04T12:00 | FREQ=DAILY;BYHOUR=12,0;BYMINUTE=0",
    ),
    (
        "swim ⟦every day at 9am until dec 31⟧",
        "swim | 2027-01-05T09:00 | FREQ=DAILY;UNTIL=20271231",
    ),
    (
        "swim ⟦every jan 15⟧",
        "swim | 2027-01-15 | FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=15",
    ),
    (
        "swim ⟦every 15 jan⟧",
        "swim | 2027-01-15 | FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=15",
    ),
    (
        "swim ⟦every 15th of january⟧",
        "swim | 2027-01-15 | FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=15",
    ),
    (
        "swim ⟦every january 15th⟧",
        "swim | 2027-01-15 | FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=15",
    ),
    (
        "swim ⟦every january 15th at 9⟧",
        "swim | 2027-01-15T09:00 | FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=15",
    ),
    (
        "swim ⟦every january⟧",
        "swim | 2028-01-01 | FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1",
    ),
    (
        "swim ⟦every jan, apr, jul, oct⟧",
        "swim | 2027-04-01 | FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=1",
    ),
    (
        "swim ⟦every year on jan 15⟧",
        "swim | 2027-01-15 | FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=15",
    ),
    (
        "swim ⟦every year on the 15th of january⟧",
        "swim | 2027-01-15 | FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=15",
    ),
    ("swim ⟦every year⟧", "swim | 2027-01-04 | FREQ=YEARLY"),
    (
        "swim ⟦every year on christmas⟧",
        "swim | 2027-12-25 | FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25",
    ),
    (
        "swim ⟦every year on thanksgiving⟧",
        "swim | 2027-11-25 | FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
    ),
    (
        "swim ⟦every 3rd friday of march⟧",
        "swim | 2027-03-19 | FREQ=YEARLY;BYMONTH=3;BYDAY=3FR",
    ),
    (
        "swim ⟦every last friday of the month⟧",
        "swim | 2027-01-29 | FREQ=MONTHLY;BYDAY=-1FR",
    ),
    (
        "swim ⟦every last friday⟧",
        "swim | 2027-01-29 | FREQ=MONTHLY;BYDAY=-1FR",
    ),
    (
        "swim ⟦every last day of the month⟧",
        "swim | 2027-01-31 | FREQ=MONTHLY;BYMONTHDAY=-1",
    ),
    (
        "swim ⟦every last day of month⟧",
        "swim | 2027-01-31 | FREQ=MONTHLY;BYMONTHDAY=-1",
    ),
    (
        "swim ⟦every last day of february⟧",
        "swim | 2027-02-28 | FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1",
    ),
    (
        "swim ⟦every last workday⟧",
        "swim | 2027-01-29 | FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    ),
    (
        "swim ⟦every first day of the month⟧",
        "swim | 2027-02-01 | FREQ=MONTHLY;BYMONTHDAY=1",
    ),
    (
        "swim ⟦every first of the month⟧",
        "swim | 2027-02-01 | FREQ=MONTHLY;BYMONTHDAY=1",
    ),
    (
        "swim ⟦every 1st of the month⟧",
        "swim | 2027-02-01 | FREQ=MONTHLY;BYMONTHDAY=1",
    ),
    (
        "swim ⟦every 1st⟧",
        "swim | 2027-02-01 | FREQ=MONTHLY;BYMONTHDAY=1",
    ),
    (
        "swim ⟦every month on the 1st and 15th⟧",
        "swim | 2027-01-15 | FREQ=MONTHLY;BYMONTHDAY=1,15",
    ),
    (
        "swim ⟦every month on day 1⟧",
        "swim | 2027-02-01 | FREQ=MONTHLY;BYMONTHDAY=1",
    ),
    (
        "swim ⟦every month on last day⟧",
        "swim | 2027-01-31 | FREQ=MONTHLY;BYMONTHDAY=-1",
    ),
    (
        "swim ⟦every month at the end⟧",
        "swim | 2027-01-31 | FREQ=MONTHLY;BYMONTHDAY=-1",
    ),
    (
        "swim ⟦every end of month⟧",
        "swim | 2027-01-31 | FREQ=MONTHLY;BYMONTHDAY=-1",
    ),
    (
        "swim ⟦every month end⟧",
        "swim | 2027-01-31 | FREQ=MONTHLY;BYMONTHDAY=-1",
    ),
    (
        "swim ⟦at the end of every month⟧",
        "swim | 2027-01-31 | FREQ=MONTHLY;BYMONTHDAY=-1",
    ),
    (
        "swim ⟦end of every month⟧",
        "swim | 2027-01-31 | FREQ=MONTHLY;BYMONTHDAY=-1",
    ),
    (
        "swim ⟦end of each quarter⟧",
        "swim | 2027-03-31 | FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1",
    ),
    (
        "swim ⟦every quarter end⟧",
        "swim | 2027-03-31 | FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1",
    ),
    (
        "swim ⟦every last day of the quarter⟧",
        "swim | 2027-03-31 | FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1",
    ),
    (
        "swim ⟦every 15 days⟧",
        "swim | 2027-01-04 | FREQ=DAILY;INTERVAL=15",
    ),
    (
        "swim ⟦every 100 days⟧",
        "swim | 2027-01-04 | FREQ=DAILY;INTERVAL=100",
    ),
    (
        "swim ⟦every hour from 9 to 17⟧",
        "swim | 2027-01-04T11:00 | FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16,17;BYMINUTE=0",
    ),
    (
        "swim ⟦every hour starting at 9⟧",
        "swim | 2027-01-05T09:00 | FREQ=HOURLY",
    ),
    (
        "swim ⟦every other hour⟧",
        "swim | 2027-01-04T11:00 | FREQ=HOURLY;INTERVAL=2",
    ),
    (
        "swim ⟦every 3 workdays⟧",
        "swim | 2027-01-04 | FREQ=DAILY;INTERVAL=3;X-TASKWIRE-STEP=WORKDAY",
    ),
    (
        "swim ⟦every working day at 9⟧",
        "swim | 2027-01-05T09:00 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    ),
    (
        "swim ⟦on weekdays⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    ),
    (
        "swim ⟦weekends⟧",
        "swim | 2027-01-09 | FREQ=WEEKLY;BYDAY=SA,SU",
    ),
    ("swim ⟦mondays⟧", "swim | 2027-01-04 | FREQ=WEEKLY;BYDAY=MO"),
    (
        "swim ⟦on mondays and wednesdays at 7⟧",
        "swim | 2027-01-06T07:00 | FREQ=WEEKLY;BYDAY=MO,WE",
    ),
    (
        "swim ⟦mondays at 7⟧",
        "swim | 2027-01-11T07:00 | FREQ=WEEKLY;BYDAY=MO",
    ),
    (
        "swim ⟦tuesdays & thursdays 6pm⟧",
        "swim | 2027-01-05T18:00 | FREQ=WEEKLY;BYDAY=TU,TH",
    ),
    (
        "swim ⟦every night at 10⟧",
        "swim | 2027-01-04T22:00 | FREQ=DAILY",
    ),
    (
        "swim ⟦every night at 11:30⟧",
        "swim | 2027-01-04T23:30 | FREQ=DAILY",
    ),
    ("swim ⟦every noon⟧", "swim | 2027-01-04T12:00 | FREQ=DAILY"),
    (
        "swim ⟦every midnight⟧",
        "swim | 2027-01-05T00:00 | FREQ=DAILY",
    ),
    ("swim ⟦nightly⟧", "swim | 2027-01-04T22:00 | FREQ=DAILY"),
    (
        "swim ⟦nightly at 9⟧",
        "swim | 2027-01-04T21:00 | FREQ=DAILY",
    ),
    (
        "swim ⟦every day in the morning⟧",
        "swim | 2027-01-05T09:00 | FREQ=DAILY",
    ),
    (
        "swim ⟦every day in the morning and evening⟧",
        "swim | 2027-01-04T19:00 | FREQ=DAILY;BYHOUR=9,19;BYMINUTE=0",
    ),
    (
        "swim ⟦every monday and friday morning⟧",
        "swim | 2027-01-08T09:00 | FREQ=WEEKLY;BYDAY=MO,FR",
    ),
    (
        "swim ⟦every monday morning and friday evening⟧",
        "swim | 2027-01-08T19:00 | RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0\nRRULE:FREQ=WEEKLY;BYDAY=FR;BYHOUR=19;BYMINUTE=0",
    ),
    (
        "swim ⟦once every two weeks⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;INTERVAL=2",
    ),
    (
        "swim ⟦every weds⟧",
        "swim | 2027-01-06 | FREQ=WEEKLY;BYDAY=WE",
    ),
    ("swim ⟦everyday⟧", "swim | 2027-01-04 | FREQ=DAILY"),
    (
        "swim ⟦everyday at 9⟧",
        "swim | 2027-01-05T09:00 | FREQ=DAILY",
    ),
    ("swim ⟦every  day⟧", "swim | 2027-01-04 | FREQ=DAILY"),
    ("swim ⟦every 1 day⟧", "swim | 2027-01-04 | FREQ=DAILY"),
    (
        "swim ⟦every 1 week on mon⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;BYDAY=MO",
    ),
    (
        "swim ⟦every 2nd, 15th, 27th⟧",
        "swim | 2027-01-15 | FREQ=MONTHLY;BYMONTHDAY=2,15,27",
    ),
    (
        "swim ⟦every 3rd⟧",
        "swim | 2027-02-03 | FREQ=MONTHLY;BYMONTHDAY=3",
    ),
    (
        "swim ⟦every 5th⟧",
        "swim | 2027-01-05 | FREQ=MONTHLY;BYMONTHDAY=5",
    ),
    (
        "swim ⟦every 4th of july⟧",
        "swim | 2027-07-04 | FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=4",
    ),
    (
        "swim ⟦every july 4th⟧",
        "swim | 2027-07-04 | FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=4",
    ),
    (
        "swim ⟦every new year's eve⟧",
        "swim | 2027-12-31 | FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31",
    ),
    (
        "swim ⟦every new year⟧",
        "swim | 2028-01-01 | FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1",
    ),
    (
        "call ⟦every tuesday next month⟧",
        "call | 2027-02-02 | FREQ=WEEKLY;BYDAY=TU;UNTIL=20270228",
    ),
    (
        "⟦every day at 9⟧ take pills",
        "take pills | 2027-01-05T09:00 | FREQ=DAILY",
    ),
    (
        "⟦every friday night⟧ club",
        "club | 2027-01-08T22:00 | FREQ=WEEKLY;BYDAY=FR",
    ),
    (
        "fix ⟦EVERY DAY AT 9AM⟧",
        "fix | 2027-01-05T09:00 | FREQ=DAILY",
    ),
    (
        "Pay rent ⟦on the 1st of every month at 9am⟧ ⟦#bills⟧ ⟦p2⟧",
        "Pay rent | 2027-02-01T09:00 | FREQ=MONTHLY;BYMONTHDAY=1 | !medium #bills",
    ),
    (
        "Take out trash ⟦every Tuesday and Friday night⟧",
        "Take out trash | 2027-01-05T22:00 | FREQ=WEEKLY;BYDAY=TU,FR",
    ),
    (
        "Water plants ⟦every 3 days⟧",
        "Water plants | 2027-01-04 | FREQ=DAILY;INTERVAL=3",
    ),
    (
        "water the plants ⟦every 3 days starting today⟧",
        "water the plants | 2027-01-04 | FREQ=DAILY;INTERVAL=3",
    ),
    (
        "Team standup ⟦every weekday at 9:30am⟧",
        "Team standup | 2027-01-05T09:30 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    ),
    (
        "Standup ⟦weekdays 9:30⟧",
        "Standup | 2027-01-05T09:30 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    ),
    (
        "Submit timesheet ⟦every friday⟧ ⟦by 5pm⟧",
        "Submit timesheet | 2027-01-08T17:00 | FREQ=WEEKLY;BYDAY=FR",
    ),
    (
        "Submit expenses ⟦by the 25th of every month⟧",
        "Submit expenses | 2027-01-25 | FREQ=MONTHLY;BYMONTHDAY=25",
    ),
    (
        "Submit expenses ⟦on the 25th every month⟧",
        "Submit expenses | 2027-01-25 | FREQ=MONTHLY;BYMONTHDAY=25",
    ),
    (
        "Submit expenses ⟦the 25th of each month⟧",
        "Submit expenses | 2027-01-25 | FREQ=MONTHLY;BYMONTHDAY=25",
    ),
    (
        "Renew insurance ⟦every year on march 12⟧",
        "Renew insurance | 2027-03-12 | FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=12",
    ),
    (
        "Renew insurance ⟦every march 12⟧",
        "Renew insurance | 2027-03-12 | FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=12",
    ),
    (
        "Call grandma ⟦every sunday at 4 pm⟧",
        "Call grandma | 2027-01-10T16:00 | FREQ=WEEKLY;BYDAY=SU",
    ),
    (
        "Call grandma ⟦on sundays⟧",
        "Call grandma | 2027-01-10 | FREQ=WEEKLY;BYDAY=SU",
    ),
    (
        "Pick up kids ⟦every weekday at 3:15pm⟧",
        "Pick up kids | 2027-01-04T15:15 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    ),
    (
        "Gym ⟦every mon wed fri 6am⟧",
        "Gym | 2027-01-06T06:00 | FREQ=WEEKLY;BYDAY=MO,WE,FR",
    ),
    (
        "Read 20 pages ⟦every night⟧",
        "Read 20 pages | 2027-01-04T22:00 | FREQ=DAILY",
    ),
    (
        "Read 20 pages ⟦every night⟧ before bed",
        "Read 20 pages before bed | 2027-01-04T22:00 | FREQ=DAILY",
    ),
    (
        "Read 20 pages ⟦daily⟧",
        "Read 20 pages | 2027-01-04 | FREQ=DAILY",
    ),
    (
        "Do 50 pushups ⟦every day⟧",
        "Do 50 pushups | 2027-01-04 | FREQ=DAILY",
    ),
    (
        "Do 3x10 squats ⟦every other day⟧",
        "Do 3x10 squats | 2027-01-04 | FREQ=DAILY;INTERVAL=2",
    ),
    (
        "Drink water ⟦every 2 hours⟧",
        "Drink water | 2027-01-04T11:00 | FREQ=HOURLY;INTERVAL=2",
    ),
    (
        "Drink 2 liters of water ⟦every day⟧",
        "Drink 2 liters of water | 2027-01-04 | FREQ=DAILY",
    ),
    (
        "Meditate ⟦for 10 minutes⟧ ⟦every morning⟧",
        "Meditate | 2027-01-05T09:00 | FREQ=DAILY | +10",
    ),
    (
        "Meditate ⟦every morning⟧ ⟦for 10 minutes⟧",
        "Meditate | 2027-01-05T09:00 | FREQ=DAILY | +10",
    ),
    (
        "Meditate 10 min ⟦every morning at 6:30⟧",
        "Meditate 10 min | 2027-01-05T06:30 | FREQ=DAILY",
    ),
    (
        "Practice guitar 30 min ⟦daily⟧",
        "Practice guitar 30 min | 2027-01-04 | FREQ=DAILY",
    ),
    (
        "Practice guitar ⟦every day⟧ for 30 minutes",
        "Practice guitar for 30 minutes | 2027-01-04 | FREQ=DAILY",
    ),
    (
        "Review OKRs ⟦every quarter⟧",
        "Review OKRs | 2027-01-04 | FREQ=MONTHLY;INTERVAL=3",
    ),
    (
        "Review OKRs ⟦quarterly⟧",
        "Review OKRs | 2027-01-04 | FREQ=MONTHLY;INTERVAL=3",
    ),
    (
        "Review OKRs ⟦at the end of each quarter⟧",
        "Review OKRs | 2027-03-31 | FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1",
    ),
    (
        "Backup laptop ⟦every 1st saturday⟧",
        "Backup laptop | 2027-02-06 | FREQ=MONTHLY;BYDAY=1SA",
    ),
    (
        "Backup laptop ⟦first saturday of every month⟧",
        "Backup laptop | 2027-02-06 | FREQ=MONTHLY;BYDAY=1SA",
    ),
    (
        "Backup laptop ⟦the first saturday of each month⟧",
        "Backup laptop | 2027-02-06 | FREQ=MONTHLY;BYDAY=1SA",
    ),
    (
        "Change filter ⟦every 3 months⟧",
        "Change filter | 2027-01-04 | FREQ=MONTHLY;INTERVAL=3",
    ),
    (
        "Change filter ⟦every 90 days⟧",
        "Change filter | 2027-01-04 | FREQ=DAILY;INTERVAL=90",
    ),
    (
        "Change oil ⟦every 6 months starting march 1⟧",
        "Change oil | 2027-03-01 | FREQ=MONTHLY;INTERVAL=6",
    ),
    (
        "Birthday Anna ⟦every 12 march⟧",
        "Birthday Anna | 2027-03-12 | FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=12",
    ),
    (
        "Anna's birthday ⟦every year on march 12⟧",
        "Anna's birthday | 2027-03-12 | FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=12",
    ),
    (
        "Mom's bday ⟦every may 5th⟧",
        "Mom's bday | 2027-05-05 | FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=5",
    ),
    (
        "Anniversary ⟦every june 20⟧",
        "Anniversary | 2027-06-20 | FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=20",
    ),
    (
        "Pay credit card ⟦every 15th⟧",
        "Pay credit card | 2027-01-15 | FREQ=MONTHLY;BYMONTHDAY=15",
    ),
    (
        "Pay credit card ⟦monthly on the 15th⟧",
        "Pay credit card | 2027-01-15 | FREQ=MONTHLY;BYMONTHDAY=15",
    ),
    (
        "Payday ⟦every other friday⟧",
        "Payday | 2027-01-08 | FREQ=WEEKLY;INTERVAL=2;BYDAY=FR",
    ),
    (
        "Payday ⟦every last workday⟧",
        "Payday | 2027-01-29 | FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    ),
    (
        "Payday ⟦last workday of every month⟧",
        "Payday | 2027-01-29 | FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    ),
    (
        "Payday ⟦last business day of each month⟧",
        "Payday | 2027-01-29 | FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    ),
    (
        "Retro ⟦every other thursday at 4pm⟧",
        "Retro | 2027-01-07T16:00 | FREQ=WEEKLY;INTERVAL=2;BYDAY=TH",
    ),
    (
        "Retro ⟦every 2 weeks on thursday at 16:00⟧",
        "Retro | 2027-01-07T16:00 | FREQ=WEEKLY;INTERVAL=2;BYDAY=TH",
    ),
    (
        "1:1 with boss ⟦every other week on monday at 10⟧",
        "1:1 with boss | 2027-01-11T10:00 | FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
    ),
    (
        "1:1 with boss ⟦every tuesday 10am⟧",
        "1:1 with boss | 2027-01-05T10:00 | FREQ=WEEKLY;BYDAY=TU",
    ),
    (
        "Newsletter ⟦every first monday at 8am⟧",
        "Newsletter | 2027-02-01T08:00 | FREQ=MONTHLY;BYDAY=1MO",
    ),
    (
        "Invoice clients ⟦at end of every month⟧",
        "Invoice clients | 2027-01-31 | FREQ=MONTHLY;BYMONTHDAY=-1",
    ),
    (
        "Clean house ⟦every weekend⟧",
        "Clean house | 2027-01-09 | FREQ=WEEKLY;BYDAY=SA,SU",
    ),
    (
        "Mow lawn ⟦every week from april to september⟧",
        "Mow lawn | 2027-04-05 | FREQ=WEEKLY;BYMONTH=4,5,6,7,8,9",
    ),
    (
        "Mow lawn ⟦every week⟧ in summer",
        "Mow lawn in summer | 2027-01-04 | FREQ=WEEKLY",
    ),
    (
        "Mow lawn ⟦every saturday from april until october⟧",
        "Mow lawn | 2027-04-03 | FREQ=WEEKLY;BYMONTH=4,5,6,7,8,9,10;BYDAY=SA",
    ),
    (
        "Mow lawn ⟦every 10 days from april 1 to oct 15⟧",
        "Mow lawn | 2027-04-01 | FREQ=DAILY;INTERVAL=10;UNTIL=20271015",
    ),
    (
        "Vitamin D ⟦daily until march⟧",
        "Vitamin D | 2027-01-04 | FREQ=DAILY;UNTIL=20270331",
    ),
    (
        "Vitamin D ⟦daily for 8 weeks⟧",
        "Vitamin D | 2027-01-04 | FREQ=DAILY;UNTIL=20270228",
    ),
    (
        "Antibiotics ⟦every 8 hours for 7 days⟧",
        "Antibiotics | 2027-01-04T11:00 | FREQ=HOURLY;INTERVAL=8;UNTIL=20270110",
    ),
    (
        "Antibiotics ⟦every 12 hours until friday⟧",
        "Antibiotics | 2027-01-04T11:00 | FREQ=HOURLY;INTERVAL=12;UNTIL=20270108",
    ),
    (
        "Antibiotics ⟦every day at 8am, 2pm and 8pm for 10 days⟧",
        "Antibiotics | 2027-01-04T14:00 | FREQ=DAILY;BYHOUR=8,14,20;BYMINUTE=0;UNTIL=20270113",
    ),
    (
        "Antibiotics ⟦every day at 8, 14 and 20⟧",
        "Antibiotics | 2027-01-04T14:00 | FREQ=DAILY;BYHOUR=8,14,20;BYMINUTE=0",
    ),
    (
        "Stretch ⟦every hour on weekdays⟧",
        "Stretch | 2027-01-04T11:00 | FREQ=HOURLY;BYDAY=MO,TU,WE,TH,FR",
    ),
    (
        "Stretch ⟦every hour from 9am to 5pm on weekdays⟧",
        "Stretch | 2027-01-04T11:00 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9,10,11,12,13,14,15,16,17;BYMINUTE=0",
    ),
    (
        "Stretch ⟦every hour 9-5⟧",
        "Stretch | 2027-01-04T11:00 | FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16,17;BYMINUTE=0",
    ),
    (
        "Stretch ⟦every 2h⟧",
        "Stretch | 2027-01-04T11:00 | FREQ=HOURLY;INTERVAL=2",
    ),
    (
        "Stretch ⟦every 2 hrs⟧",
        "Stretch | 2027-01-04T11:00 | FREQ=HOURLY;INTERVAL=2",
    ),
    (
        "Stretch ⟦every 3d⟧",
        "Stretch | 2027-01-04 | FREQ=DAILY;INTERVAL=3",
    ),
    (
        "Stretch ⟦every 2w⟧",
        "Stretch | 2027-01-04 | FREQ=WEEKLY;INTERVAL=2",
    ),
    (
        "Stretch ⟦ev 3 days⟧",
        "Stretch | 2027-01-04 | FREQ=DAILY;INTERVAL=3",
    ),
    (
        "Wake up ⟦6am⟧ ⟦weekdays⟧",
        "Wake up | 2027-01-05T06:00 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    ),
    (
        "Lock door ⟦every night at 11⟧",
        "Lock door | 2027-01-04T23:00 | FREQ=DAILY",
    ),
    (
        "Lock door ⟦nightly at 11⟧",
        "Lock door | 2027-01-04T23:00 | FREQ=DAILY",
    ),
    (
        "Take pill ⟦every morning and evening⟧",
        "Take pill | 2027-01-04T19:00 | FREQ=DAILY;BYHOUR=9,19;BYMINUTE=0",
    ),
    (
        "Take pill ⟦every morning, noon and night⟧",
        "Take pill | 2027-01-04T12:00 | FREQ=DAILY;BYHOUR=9,12,22;BYMINUTE=0",
    ),
    (
        "Take pill ⟦every day morning and evening⟧",
        "Take pill | 2027-01-04T19:00 | FREQ=DAILY;BYHOUR=9,19;BYMINUTE=0",
    ),
    (
        "Take pill ⟦every day⟧ at breakfast",
        "Take pill at breakfast | 2027-01-04 | FREQ=DAILY",
    ),
    (
        "Feed cat ⟦twice daily at 8 and 18⟧",
        "Feed cat | 2027-01-04T18:00 | FREQ=DAILY;BYHOUR=8,18;BYMINUTE=0",
    ),
    (
        "Feed cat ⟦at 8am and 6pm every day⟧",
        "Feed cat | 2027-01-04T18:00 | FREQ=DAILY;BYHOUR=8,18;BYMINUTE=0",
    ),
    (
        "Feed cat ⟦at 8 and 18 every day⟧",
        "Feed cat | 2027-01-04T18:00 | FREQ=DAILY;BYHOUR=8,18;BYMINUTE=0",
    ),
    (
        "Feed cat ⟦every day⟧ 8 & 18",
        "Feed cat 8 & 18 | 2027-01-04 | FREQ=DAILY",
    ),
    (
        "Feed cat ⟦8:00, 18:00 daily⟧",
        "Feed cat | 2027-01-04T18:00 | FREQ=DAILY;BYHOUR=8,18;BYMINUTE=0",
    ),
    (
        "⟦every! 3 weeks⟧ water orchid",
        "water orchid | 2027-01-04 | !FREQ=WEEKLY;INTERVAL=3",
    ),
    (
        "⟦every! month on the 1st⟧ pay",
        "pay | 2027-02-01 | !FREQ=MONTHLY;BYMONTHDAY=1",
    ),
    (
        "check ⟦every! 10 days⟧",
        "check | 2027-01-04 | !FREQ=DAILY;INTERVAL=10",
    ),
    (
        "pay rent ⟦every month for 3 years⟧",
        "pay rent | 2027-01-04 | FREQ=MONTHLY;UNTIL=20300103",
    ),
    (
        "book a room for 2 weeks ⟦every july⟧",
        "book a room for 2 weeks | 2027-07-01 | FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=1",
    ),
    (
        "visit mum for 3 days ⟦every month⟧",
        "visit mum for 3 days | 2027-01-04 | FREQ=MONTHLY",
    ),
    (
        "fast for 2 days ⟦every 2 weeks⟧",
        "fast for 2 days | 2027-01-04 | FREQ=WEEKLY;INTERVAL=2",
    ),
    (
        "rent a car ⟦from friday⟧ ⟦every month⟧",
        "rent a car | 2027-01-08 | FREQ=MONTHLY",
    ),
    (
        "run from home ⟦every day⟧",
        "run from home | 2027-01-04 | FREQ=DAILY",
    ),
    (
        "work ⟦from 9 to 5⟧ ⟦every day⟧",
        "work | 2027-01-05T09:00 | FREQ=DAILY | +480",
    ),
    (
        "work from home ⟦every friday⟧",
        "work from home | 2027-01-08 | FREQ=WEEKLY;BYDAY=FR",
    ),
    (
        "train from Rome ⟦every monday⟧",
        "train from Rome | 2027-01-04 | FREQ=WEEKLY;BYDAY=MO",
    ),
    (
        "learn from mistakes ⟦every day⟧",
        "learn from mistakes | 2027-01-04 | FREQ=DAILY",
    ),
    ("⟦every day starting now⟧", "| 2027-01-04 | FREQ=DAILY"),
    (
        "⟦every week starting next week⟧",
        "| 2027-01-11 | FREQ=WEEKLY",
    ),
    (
        "work until late ⟦every day⟧",
        "work until late | 2027-01-04 | FREQ=DAILY",
    ),
    (
        "open until 5pm ⟦every day⟧",
        "open until 5pm | 2027-01-04 | FREQ=DAILY",
    ),
    (
        "sleep until 9 ⟦every sunday⟧",
        "sleep until 9 | 2027-01-10 | FREQ=WEEKLY;BYDAY=SU",
    ),
    (
        "leave milk ⟦until friday⟧ ⟦every day⟧",
        "leave milk | 2027-01-04 | FREQ=DAILY;UNTIL=20270108",
    ),
    (
        "do it but slowly ⟦every day⟧",
        "do it but slowly | 2027-01-04 | FREQ=DAILY",
    ),
    (
        "⟦every day⟧ but only if needed",
        "but only if needed | 2027-01-04 | FREQ=DAILY",
    ),
    (
        "⟦every monday but 1 feb⟧",
        "| 2027-01-04 | RRULE:FREQ=WEEKLY;BYDAY=MO\nX-TASKWIRE-EXCLUDE:--0201",
    ),
    (
        "weekly review ⟦every friday⟧",
        "weekly review | 2027-01-08 | FREQ=WEEKLY;BYDAY=FR",
    ),
    (
        "weekly review ⟦fridays⟧",
        "weekly review | 2027-01-08 | FREQ=WEEKLY;BYDAY=FR",
    ),
    (
        "⟦every day at 9am Tokyo time⟧",
        "| 2027-01-05T09:00[Asia/Tokyo] | FREQ=DAILY",
    ),
    (
        "⟦every day at 9 Europe/Rome⟧",
        "| 2027-01-05T09:00[Europe/Rome] | FREQ=DAILY",
    ),
    (
        "dinner ⟦every friday in may⟧",
        "dinner | 2027-05-07 | FREQ=WEEKLY;BYMONTH=5;BYDAY=FR",
    ),
    (
        "dinner ⟦every friday in may and june⟧",
        "dinner | 2027-05-07 | FREQ=WEEKLY;BYMONTH=5,6;BYDAY=FR",
    ),
    (
        "dinner ⟦every may⟧",
        "dinner | 2027-05-01 | FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=1",
    ),
    (
        "dinner ⟦every friday until may⟧",
        "dinner | 2027-01-08 | FREQ=WEEKLY;BYDAY=FR;UNTIL=20270531",
    ),
    (
        "dinner ⟦every friday till 1/5⟧",
        "dinner | 2027-01-08 | FREQ=WEEKLY;BYDAY=FR;UNTIL=20270501",
    ),
    (
        "dinner ⟦every friday for 5 weeks⟧",
        "dinner | 2027-01-08 | FREQ=WEEKLY;BYDAY=FR;UNTIL=20270211",
    ),
    (
        "dinner ⟦every friday 5 times⟧",
        "dinner | 2027-01-08 | FREQ=WEEKLY;BYDAY=FR;COUNT=5",
    ),
    (
        "dinner ⟦every friday, 5 times⟧",
        "dinner | 2027-01-08 | FREQ=WEEKLY;BYDAY=FR;COUNT=5",
    ),
    (
        "dinner ⟦every fri + sat⟧",
        "dinner | 2027-01-08 | FREQ=WEEKLY;BYDAY=FR,SA",
    ),
    (
        "dinner ⟦every fri&sat⟧",
        "dinner | 2027-01-08 | FREQ=WEEKLY;BYDAY=FR,SA",
    ),
    (
        "dinner ⟦every fri/sat at 7⟧",
        "dinner | 2027-01-08T07:00 | FREQ=WEEKLY;BYDAY=FR,SA",
    ),
    (
        "dinner ⟦every 2nd and 4th fri⟧",
        "dinner | 2027-01-08 | FREQ=MONTHLY;BYDAY=2FR,4FR",
    ),
    (
        "dinner ⟦every second and fourth friday⟧",
        "dinner | 2027-01-08 | FREQ=MONTHLY;BYDAY=2FR,4FR",
    ),
    (
        "dinner ⟦every 1st, 3rd friday⟧",
        "dinner | 2027-01-15 | FREQ=MONTHLY;BYDAY=1FR,3FR",
    ),
    (
        "dinner ⟦every 1st & 3rd friday at 7⟧",
        "dinner | 2027-01-15T07:00 | FREQ=MONTHLY;BYDAY=1FR,3FR",
    ),
    (
        "dinner ⟦every first and last friday⟧",
        "dinner | 2027-01-29 | FREQ=MONTHLY;BYDAY=1FR,-1FR",
    ),
    (
        "dinner ⟦every third friday of each month⟧",
        "dinner | 2027-01-15 | FREQ=MONTHLY;BYDAY=3FR",
    ),
    (
        "dinner ⟦every 3rd friday of every month at 7pm⟧",
        "dinner | 2027-01-15T19:00 | FREQ=MONTHLY;BYDAY=3FR",
    ),
    (
        "dinner ⟦every month on the third friday at 7pm⟧",
        "dinner | 2027-01-15T19:00 | FREQ=MONTHLY;BYDAY=3FR",
    ),
    (
        "dinner ⟦every month on 3rd fri⟧",
        "dinner | 2027-01-15 | FREQ=MONTHLY;BYDAY=3FR",
    ),
    (
        "dinner ⟦every month 3rd fri⟧",
        "dinner | 2027-01-15 | FREQ=MONTHLY;BYDAY=3FR",
    ),
    (
        "dinner ⟦every month the 3rd⟧",
        "dinner | 2027-02-03 | FREQ=MONTHLY;BYMONTHDAY=3",
    ),
    (
        "dinner ⟦every month 15th⟧",
        "dinner | 2027-01-15 | FREQ=MONTHLY;BYMONTHDAY=15",
    ),
    (
        "dinner ⟦every month on 15th⟧",
        "dinner | 2027-01-15 | FREQ=MONTHLY;BYMONTHDAY=15",
    ),
    (
        "dinner ⟦every month 1st and 15th⟧",
        "dinner | 2027-01-15 | FREQ=MONTHLY;BYMONTHDAY=1,15",
    ),
    (
        "dinner ⟦every week friday⟧",
        "dinner | 2027-01-08 | FREQ=WEEKLY;BYDAY=FR",
    ),
    (
        "dinner ⟦every week on friday and saturday⟧",
        "dinner | 2027-01-08 | FREQ=WEEKLY;BYDAY=FR,SA",
    ),
    (
        "dinner ⟦every 2 weeks friday⟧",
        "dinner | 2027-01-08 | FREQ=WEEKLY;INTERVAL=2;BYDAY=FR",
    ),
    (
        "dinner ⟦every 2 weeks fri at 7⟧",
        "dinner | 2027-01-08T07:00 | FREQ=WEEKLY;INTERVAL=2;BYDAY=FR",
    ),
    (
        "dinner ⟦every year 1 may⟧",
        "dinner | 2027-05-01 | FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=1",
    ),
    (
        "dinner ⟦every year may 1⟧",
        "dinner | 2027-05-01 | FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=1",
    ),
    (
        "dinner ⟦every year on 1st of may⟧",
        "dinner | 2027-05-01 | FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=1",
    ),
    (
        "dinner ⟦every day 7pm⟧",
        "dinner | 2027-01-04T19:00 | FREQ=DAILY",
    ),
    (
        "dinner ⟦every day⟧ 19",
        "dinner 19 | 2027-01-04 | FREQ=DAILY",
    ),
    (
        "dinner ⟦every day at seven⟧",
        "dinner | 2027-01-05T07:00 | FREQ=DAILY",
    ),
    (
        "dinner ⟦every day at 7 in the evening⟧",
        "dinner | 2027-01-04T19:00 | FREQ=DAILY",
    ),
    (
        "dinner ⟦every day at half past seven⟧",
        "dinner | 2027-01-05T07:30 | FREQ=DAILY",
    ),
    (
        "dinner ⟦every evening at 7⟧",
        "dinner | 2027-01-04T19:00 | FREQ=DAILY",
    ),
    (
        "dinner ⟦every evening 7⟧",
        "dinner | 2027-01-04T19:00 | FREQ=DAILY",
    ),
    (
        "dinner ⟦each evening⟧",
        "dinner | 2027-01-04T19:00 | FREQ=DAILY",
    ),
    (
        "dinner ⟦every fifth day⟧",
        "dinner | 2027-01-04 | FREQ=DAILY;INTERVAL=5",
    ),
    (
        "dinner ⟦every five days⟧",
        "dinner | 2027-01-04 | FREQ=DAILY;INTERVAL=5",
    ),
    (
        "dinner ⟦every 5th day of the month⟧",
        "dinner | 2027-01-05 | FREQ=MONTHLY;BYMONTHDAY=5",
    ),
    (
        "dinner ⟦every 5 day⟧",
        "dinner | 2027-01-04 | FREQ=DAILY;INTERVAL=5",
    ),
    (
        "dinner ⟦every 1 months⟧",
        "dinner | 2027-01-04 | FREQ=MONTHLY",
    ),
    (
        "dinner ⟦every third monday⟧",
        "dinner | 2027-01-18 | FREQ=MONTHLY;BYDAY=3MO",
    ),
    (
        "dinner ⟦every monday morning, wednesday evening⟧",
        "dinner | 2027-01-06T19:00 | RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0\nRRULE:FREQ=WEEKLY;BYDAY=WE;BYHOUR=19;BYMINUTE=0",
    ),
    (
        "dinner ⟦every monday at 8am and wednesday at 7pm⟧",
        "dinner | 2027-01-06T19:00 | RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=0\nRRULE:FREQ=WEEKLY;BYDAY=WE;BYHOUR=19;BYMINUTE=0",
    ),
    (
        "dinner ⟦every monday 8am, wednesday 7pm⟧",
        "dinner | 2027-01-06T19:00 | RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=0\nRRULE:FREQ=WEEKLY;BYDAY=WE;BYHOUR=19;BYMINUTE=0",
    ),
    (
        "dinner ⟦every monday at 8am; wednesday at 7pm⟧",
        "dinner | 2027-01-06T19:00 | RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=0\nRRULE:FREQ=WEEKLY;BYDAY=WE;BYHOUR=19;BYMINUTE=0",
    ),
    (
        "dinner ⟦mondays 8am and wednesdays 7pm⟧",
        "dinner | 2027-01-06T19:00 | RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=0\nRRULE:FREQ=WEEKLY;BYDAY=WE;BYHOUR=19;BYMINUTE=0",
    ),
    (
        "call mum ⟦every year on mother's day⟧",
        "call mum | 2027-05-09 | FREQ=YEARLY;BYMONTH=5;BYDAY=2SU",
    ),
    (
        "swim ⟦every hour 22-2⟧",
        "swim | 2027-01-04T22:00 | FREQ=DAILY;BYHOUR=22,23,0,1,2;BYMINUTE=0",
    ),
    (
        "swim ⟦every hour 9am-5pm⟧",
        "swim | 2027-01-04T11:00 | FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16,17;BYMINUTE=0",
    ),
    (
        "swim ⟦every hour between 9 and 5⟧",
        "swim | 2027-01-04T11:00 | FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16,17;BYMINUTE=0",
    ),
    (
        "⟦remind me⟧ ⟦every friday to⟧ call mum",
        "call mum | 2027-01-08 | FREQ=WEEKLY;BYDAY=FR | -0",
    ),
    (
        "⟦remind me to⟧ call mum ⟦every friday at 5pm⟧",
        "call mum | 2027-01-08T17:00 | FREQ=WEEKLY;BYDAY=FR | -0",
    ),
    (
        "set alarm ⟦7 am⟧ ⟦every weekday⟧",
        "set alarm | 2027-01-05T07:00 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    ),
    (
        "⟦every day until the 15th⟧",
        "| 2027-01-04 | FREQ=DAILY;UNTIL=20270115",
    ),
    (
        "⟦every day till the 15th of feb⟧",
        "| 2027-01-04 | FREQ=DAILY;UNTIL=20270215",
    ),
    (
        "⟦every day up to the 15th⟧",
        "| 2027-01-04 | FREQ=DAILY;UNTIL=20270115",
    ),
    (
        "⟦every day at 8⟧ vitamins",
        "vitamins | 2027-01-05T08:00 | FREQ=DAILY",
    ),
    (
        "take ⟦every day at 8⟧ vitamins",
        "take vitamins | 2027-01-05T08:00 | FREQ=DAILY",
    ),
    (
        "⟦every monday at 19⟧ drinks with Bob",
        "drinks with Bob | 2027-01-04T19:00 | FREQ=WEEKLY;BYDAY=MO",
    ),
    (
        "⟦every weekday at 9⟧ standup",
        "standup | 2027-01-05T09:00 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    ),
    (
        "⟦daily at 8⟧ Vitamins",
        "Vitamins | 2027-01-05T08:00 | FREQ=DAILY",
    ),
    (
        "meet ⟦every monday⟧ at 10 Downing Street",
        "meet at 10 Downing Street | 2027-01-04 | FREQ=WEEKLY;BYDAY=MO",
    ),
    (
        "run ⟦every monday⟧ at 9 km pace",
        "run at 9 km pace | 2027-01-04 | FREQ=WEEKLY;BYDAY=MO",
    ),
    (
        "x ⟦2 days before month end every month⟧",
        "x | 2027-01-29 | FREQ=MONTHLY;BYMONTHDAY=-3",
    ),
    (
        "pay ⟦on the 15th or the next workday every month⟧",
        "pay | 2027-01-15 | FREQ=MONTHLY;BYMONTHDAY=15;X-TASKWIRE-SHIFT=NEXT",
    ),
    (
        "report ⟦on the last workday every month⟧",
        "report | 2027-01-29 | FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    ),
    (
        "report ⟦on the first monday every month⟧",
        "report | 2027-01-04 | FREQ=MONTHLY;BYDAY=1MO",
    ),
    (
        "pay ⟦on the 1st and 15th every month⟧",
        "pay | 2027-01-15 | FREQ=MONTHLY;BYMONTHDAY=1,15",
    ),
    (
        "pay ⟦last friday monthly at 9⟧",
        "pay | 2027-01-29T09:00 | FREQ=MONTHLY;BYDAY=-1FR",
    ),
    (
        "pay ⟦on the 31st every 2 months⟧",
        "pay | 2027-01-31 | FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=31",
    ),
    (
        "pay ⟦3 workdays before the 15th every month⟧",
        "pay | 2027-01-12 | FREQ=MONTHLY;BYMONTHDAY=15;X-TASKWIRE-SHIFT=-3",
    ),
    (
        "pay ⟦on the 15th at 9 every month until june⟧",
        "pay | 2027-01-15T09:00 | FREQ=MONTHLY;BYMONTHDAY=15;UNTIL=20270630",
    ),
    (
        "pay ⟦month end monthly⟧",
        "pay | 2027-01-31 | FREQ=MONTHLY;BYMONTHDAY=-1",
    ),
    (
        "on the 1st floor ⟦every month⟧ clean",
        "on the 1st floor clean | 2027-01-04 | FREQ=MONTHLY",
    ),
];

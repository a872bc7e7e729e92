//! The recurrences of Todoist's grammar.

pub(super) const RULES: &[(&str, &str)] = &[
    ("swim ⟦every day⟧", "swim | 2027-01-04 | FREQ=DAILY"),
    ("swim ⟦Every Day⟧", "swim | 2027-01-04 | FREQ=DAILY"),
    ("swim ⟦ev day⟧", "swim | 2027-01-04 | FREQ=DAILY"),
    ("swim ⟦each day⟧", "swim | 2027-01-04 | FREQ=DAILY"),
    ("swim ⟦every single day⟧", "swim | 2027-01-04 | FREQ=DAILY"),
    ("⟦every day⟧ swim", "swim | 2027-01-04 | FREQ=DAILY"),
    ("⟦Daily⟧: swim", "swim | 2027-01-04 | FREQ=DAILY"),
    ("swim ⟦weekly⟧", "swim | 2027-01-04 | FREQ=WEEKLY"),
    ("swim ⟦monthly⟧", "swim | 2027-01-04 | FREQ=MONTHLY"),
    (
        "swim ⟦quarterly⟧",
        "swim | 2027-01-04 | FREQ=MONTHLY;INTERVAL=3",
    ),
    ("swim ⟦yearly⟧", "swim | 2027-01-04 | FREQ=YEARLY"),
    ("swim ⟦annually⟧", "swim | 2027-01-04 | FREQ=YEARLY"),
    (
        "swim ⟦fortnightly⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;INTERVAL=2",
    ),
    ("swim ⟦hourly⟧", "swim | 2027-01-04T11:00 | FREQ=HOURLY"),
    (
        "swim ⟦weekly on mon and thu⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;BYDAY=MO,TH",
    ),
    (
        "swim ⟦yearly on 1 may⟧",
        "swim | 2027-05-01 | FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=1",
    ),
    ("swim ⟦once a week⟧", "swim | 2027-01-04 | FREQ=WEEKLY"),
    ("swim ⟦once a day⟧", "swim | 2027-01-04 | FREQ=DAILY"),
    ("swim ⟦once per month⟧", "swim | 2027-01-04 | FREQ=MONTHLY"),
    (
        "swim ⟦once every 2 months⟧",
        "swim | 2027-01-04 | FREQ=MONTHLY;INTERVAL=2",
    ),
    (
        "swim ⟦every! 2 weeks⟧",
        "swim | 2027-01-04 | !FREQ=WEEKLY;INTERVAL=2",
    ),
    ("swim ⟦every! month⟧", "swim | 2027-01-04 | !FREQ=MONTHLY"),
    (
        "swim ⟦every! 27th⟧",
        "swim | 2027-01-27 | !FREQ=MONTHLY;BYMONTHDAY=27",
    ),
    (
        "swim ⟦every! other day⟧",
        "swim | 2027-01-04 | !FREQ=DAILY;INTERVAL=2",
    ),
    (
        "swim ⟦every other week⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;INTERVAL=2",
    ),
    (
        "swim ⟦every other month⟧",
        "swim | 2027-01-04 | FREQ=MONTHLY;INTERVAL=2",
    ),
    (
        "swim ⟦every other year⟧",
        "swim | 2027-01-04 | FREQ=YEARLY;INTERVAL=2",
    ),
    (
        "swim ⟦every other friday⟧",
        "swim | 2027-01-08 | FREQ=WEEKLY;INTERVAL=2;BYDAY=FR",
    ),
    (
        "swim ⟦every other weekend⟧",
        "swim | 2027-01-09 | FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU",
    ),
    (
        "swim ⟦every 5 days⟧",
        "swim | 2027-01-04 | FREQ=DAILY;INTERVAL=5",
    ),
    (
        "swim ⟦every three weeks⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;INTERVAL=3",
    ),
    (
        "swim ⟦every 6 months⟧",
        "swim | 2027-01-04 | FREQ=MONTHLY;INTERVAL=6",
    ),
    (
        "swim ⟦every 2 years⟧",
        "swim | 2027-01-04 | FREQ=YEARLY;INTERVAL=2",
    ),
    (
        "swim ⟦every 2 quarters⟧",
        "swim | 2027-01-04 | FREQ=MONTHLY;INTERVAL=6",
    ),
    ("swim ⟦every 1 week⟧", "swim | 2027-01-04 | FREQ=WEEKLY"),
    ("swim ⟦every hour⟧", "swim | 2027-01-04T11:00 | FREQ=HOURLY"),
    (
        "swim ⟦every 2 hours⟧",
        "swim | 2027-01-04T11:00 | FREQ=HOURLY;INTERVAL=2",
    ),
    (
        "swim ⟦every 12 hours starting at 9pm⟧",
        "swim | 2027-01-04T21:00 | FREQ=HOURLY;INTERVAL=12",
    ),
    (
        "swim ⟦every 8 hours at 12:00⟧",
        "swim | 2027-01-04T12:00 | FREQ=HOURLY;INTERVAL=8",
    ),
    (
        "swim ⟦every workday⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    ),
    (
        "swim ⟦every business day⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    ),
    (
        "swim ⟦every 4 workdays⟧",
        "swim | 2027-01-04 | FREQ=DAILY;INTERVAL=4;X-TASKWIRE-STEP=WORKDAY",
    ),
    (
        "swim ⟦every other workday⟧",
        "swim | 2027-01-04 | FREQ=DAILY;INTERVAL=2;X-TASKWIRE-STEP=WORKDAY",
    ),
    (
        "swim ⟦every mon, fri⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;BYDAY=MO,FR",
    ),
    (
        "swim ⟦every mon wed fri⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;BYDAY=MO,WE,FR",
    ),
    (
        "swim ⟦every tue & thu⟧",
        "swim | 2027-01-05 | FREQ=WEEKLY;BYDAY=TU,TH",
    ),
    (
        "swim ⟦every mon-fri⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    ),
    (
        "swim ⟦every monday to friday⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    ),
    (
        "swim ⟦every wed through fri⟧",
        "swim | 2027-01-06 | FREQ=WEEKLY;BYDAY=WE,TH,FR",
    ),
    (
        "swim ⟦each tuesday⟧",
        "swim | 2027-01-05 | FREQ=WEEKLY;BYDAY=TU",
    ),
    (
        "swim ⟦every 2 weeks on mon and wed⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE",
    ),
    (
        "swim ⟦every 3rd week on tue⟧",
        "swim | 2027-01-05 | FREQ=WEEKLY;INTERVAL=3;BYDAY=TU",
    ),
    (
        "swim ⟦every 27th⟧",
        "swim | 2027-01-27 | FREQ=MONTHLY;BYMONTHDAY=27",
    ),
    (
        "swim ⟦every 2, 15, 27⟧",
        "swim | 2027-01-15 | FREQ=MONTHLY;BYMONTHDAY=2,15,27",
    ),
    (
        "swim ⟦every 1st, 15th⟧",
        "swim | 2027-01-15 | FREQ=MONTHLY;BYMONTHDAY=1,15",
    ),
    (
        "swim ⟦every 1st and last day of the month⟧",
        "swim | 2027-01-31 | FREQ=MONTHLY;BYMONTHDAY=1,-1",
    ),
    (
        "swim ⟦every 2nd last day⟧",
        "swim | 2027-01-30 | FREQ=MONTHLY;BYMONTHDAY=-2",
    ),
    (
        "swim ⟦every 3rd friday at 8pm⟧",
        "swim | 2027-01-15T20:00 | FREQ=MONTHLY;BYDAY=3FR",
    ),
    (
        "swim ⟦every 2nd and 4th thursday⟧",
        "swim | 2027-01-14 | FREQ=MONTHLY;BYDAY=2TH,4TH",
    ),
    (
        "swim ⟦every last sunday⟧",
        "swim | 2027-01-31 | FREQ=MONTHLY;BYDAY=-1SU",
    ),
    (
        "swim ⟦every month on the second tuesday⟧",
        "swim | 2027-01-12 | FREQ=MONTHLY;BYDAY=2TU",
    ),
    (
        "swim ⟦every month on the last friday⟧",
        "swim | 2027-01-29 | FREQ=MONTHLY;BYDAY=-1FR",
    ),
    (
        "swim ⟦last friday of every month⟧",
        "swim | 2027-01-29 | FREQ=MONTHLY;BYDAY=-1FR",
    ),
    (
        "swim ⟦on the first monday of each month⟧",
        "swim | 2027-01-04 | FREQ=MONTHLY;BYDAY=1MO",
    ),
    (
        "swim ⟦1st of every month⟧",
        "swim | 2027-02-01 | FREQ=MONTHLY;BYMONTHDAY=1",
    ),
    (
        "swim ⟦the 15th of each month⟧",
        "swim | 2027-01-15 | FREQ=MONTHLY;BYMONTHDAY=15",
    ),
    (
        "swim ⟦on the 15th of every 2 months⟧",
        "swim | 2027-01-15 | FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=15",
    ),
    (
        "swim ⟦every quarter on the 1st⟧",
        "swim | 2027-04-01 | FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=1",
    ),
    (
        "swim ⟦every 15th workday⟧",
        "swim | 2027-01-21 | FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=15",
    ),
    (
        "swim ⟦every first workday⟧",
        "swim | 2027-02-01 | FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1",
    ),
    (
        "swim ⟦every last workday at 17:00⟧",
        "swim | 2027-01-29T17:00 | FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    ),
    (
        "swim ⟦every 2nd workday of the month⟧",
        "swim | 2027-01-04 | FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=2",
    ),
    (
        "swim ⟦every january 27th⟧",
        "swim | 2027-01-27 | FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=27",
    ),
    (
        "swim ⟦every 27 jan at 9⟧",
        "swim | 2027-01-27T09:00 | FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=27",
    ),
    (
        "swim ⟦every year on 14 jan⟧",
        "swim | 2027-01-14 | FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=14",
    ),
    (
        "swim ⟦every jan⟧",
        "swim | 2028-01-01 | FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1",
    ),
    (
        "swim ⟦every june and july⟧",
        "swim | 2027-06-01 | FREQ=YEARLY;BYMONTH=6,7;BYMONTHDAY=1",
    ),
    (
        "swim ⟦every day in january⟧",
        "swim | 2027-01-04 | FREQ=DAILY;BYMONTH=1",
    ),
    (
        "swim ⟦every monday in june, july and august⟧",
        "swim | 2027-06-07 | FREQ=WEEKLY;BYMONTH=6,7,8;BYDAY=MO",
    ),
    (
        "swim ⟦every 14 jan, 14 apr, 15 jun, 15 sep⟧",
        "swim | 2027-01-14 | RRULE:FREQ=YEARLY;BYMONTH=1,4;BYMONTHDAY=14\nRRULE:FREQ=YEARLY;BYMONTH=6,9;BYMONTHDAY=15",
    ),
    (
        "swim ⟦every 1st wed jan, 3rd thu jul⟧",
        "swim | 2027-01-06 | RRULE:FREQ=YEARLY;BYMONTH=1;BYDAY=1WE\nRRULE:FREQ=YEARLY;BYMONTH=7;BYDAY=3TH",
    ),
    (
        "swim ⟦every thanksgiving⟧",
        "swim | 2027-11-25 | FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
    ),
    (
        "swim ⟦every black friday⟧",
        "swim | 2027-11-26 | FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=23,24,25,26,27,28,29;BYDAY=FR",
    ),
    (
        "swim ⟦every mother's day⟧",
        "swim | 2027-05-09 | FREQ=YEARLY;BYMONTH=5;BYDAY=2SU",
    ),
    (
        "swim ⟦every christmas eve at 6pm⟧",
        "swim | 2027-12-24T18:00 | FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24",
    ),
    (
        "swim ⟦every halloween⟧",
        "swim | 2027-10-31 | FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=31",
    ),
    (
        "swim ⟦every new year day⟧",
        "swim | 2028-01-01 | FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1",
    ),
    (
        "swim ⟦every morning⟧",
        "swim | 2027-01-05T09:00 | FREQ=DAILY",
    ),
    (
        "swim ⟦every afternoon⟧",
        "swim | 2027-01-04T12:00 | FREQ=DAILY",
    ),
    (
        "swim ⟦every evening⟧",
        "swim | 2027-01-04T19:00 | FREQ=DAILY",
    ),
    ("swim ⟦every night⟧", "swim | 2027-01-04T22:00 | FREQ=DAILY"),
    (
        "swim ⟦every evening at 8⟧",
        "swim | 2027-01-04T20:00 | FREQ=DAILY",
    ),
    (
        "swim ⟦every monday morning⟧",
        "swim | 2027-01-11T09:00 | FREQ=WEEKLY;BYDAY=MO",
    ),
    (
        "swim ⟦every weekday evening⟧",
        "swim | 2027-01-04T19:00 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    ),
    (
        "swim ⟦every day at noon⟧",
        "swim | 2027-01-04T12:00 | FREQ=DAILY",
    ),
    (
        "swim ⟦at 9⟧ ⟦every day⟧",
        "swim | 2027-01-05T09:00 | FREQ=DAILY",
    ),
    (
        "⟦9pm⟧ swim ⟦every day⟧",
        "swim | 2027-01-04T21:00 | FREQ=DAILY",
    ),
    (
        "swim ⟦every day starting tomorrow⟧",
        "swim | 2027-01-05 | FREQ=DAILY",
    ),
    (
        "swim ⟦every other day starting next monday⟧",
        "swim | 2027-01-11 | FREQ=DAILY;INTERVAL=2",
    ),
    (
        "swim ⟦every day starting in 3 days⟧",
        "swim | 2027-01-07 | FREQ=DAILY",
    ),
    (
        "swim ⟦every friday from 1 feb until 1 mar⟧",
        "swim | 2027-02-05 | FREQ=WEEKLY;BYDAY=FR;UNTIL=20270301",
    ),
    (
        "swim ⟦every day until friday⟧",
        "swim | 2027-01-04 | FREQ=DAILY;UNTIL=20270108",
    ),
    (
        "swim ⟦every day till 31 jan⟧",
        "swim | 2027-01-04 | FREQ=DAILY;UNTIL=20270131",
    ),
    (
        "swim ⟦every day ending 2027-02-01⟧",
        "swim | 2027-01-04 | FREQ=DAILY;UNTIL=20270201",
    ),
    (
        "swim ⟦every day through 31 jan⟧",
        "swim | 2027-01-04 | FREQ=DAILY;UNTIL=20270131",
    ),
    (
        "swim ⟦every day until june⟧",
        "swim | 2027-01-04 | FREQ=DAILY;UNTIL=20270630",
    ),
    (
        "swim ⟦every day until june 2028⟧",
        "swim | 2027-01-04 | FREQ=DAILY;UNTIL=20280630",
    ),
    (
        "swim ⟦every day until end of year⟧",
        "swim | 2027-01-04 | FREQ=DAILY;UNTIL=20271231",
    ),
    (
        "swim ⟦every day from 1 feb to 10 feb⟧",
        "swim | 2027-02-01 | FREQ=DAILY;UNTIL=20270210",
    ),
    (
        "swim ⟦every week for 3 months⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;UNTIL=20270403",
    ),
    (
        "swim ⟦every day for 10 occurrences⟧",
        "swim | 2027-01-04 | FREQ=DAILY;COUNT=10",
    ),
    (
        "swim ⟦every month 3 times⟧",
        "swim | 2027-01-04 | FREQ=MONTHLY;COUNT=3",
    ),
    (
        "swim ⟦every day at 17:00 until 2027-06-01T17:00⟧",
        "swim | 2027-01-04T17:00 | FREQ=DAILY;UNTIL=20270601T170000",
    ),
    (
        "swim ⟦on mondays⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;BYDAY=MO",
    ),
    (
        "swim ⟦mondays and thursdays⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;BYDAY=MO,TH",
    ),
    (
        "swim ⟦on Tuesdays at 9⟧",
        "swim | 2027-01-05T09:00 | FREQ=WEEKLY;BYDAY=TU",
    ),
    (
        "swim ⟦tuesdays 18:00⟧",
        "swim | 2027-01-05T18:00 | FREQ=WEEKLY;BYDAY=TU",
    ),
    (
        "swim ⟦weekdays⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    ),
    (
        "swim ⟦weekdays at 11⟧",
        "swim | 2027-01-04T11:00 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    ),
    (
        "swim ⟦on weekends⟧",
        "swim | 2027-01-09 | FREQ=WEEKLY;BYDAY=SA,SU",
    ),
    (
        "submit report ⟦every last workday at 17:00 starting 1 dec until june⟧ ⟦p1⟧ ⟦#work⟧ ⟦!30m⟧",
        "submit report | 2027-12-31T17:00 | FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;UNTIL=20280630 | !high #work -30",
    ),
    (
        "swim ⟦every month on day 15⟧",
        "swim | 2027-01-15 | FREQ=MONTHLY;BYMONTHDAY=15",
    ),
    (
        "swim ⟦every day from june to august⟧",
        "swim | 2027-06-01 | FREQ=DAILY;BYMONTH=6,7,8",
    ),
    (
        "swim ⟦every monday from november to february⟧",
        "swim | 2027-01-04 | FREQ=WEEKLY;BYMONTH=11,12,1,2;BYDAY=MO",
    ),
    (
        "swim ⟦every monday at 9 starting in march⟧",
        "swim | 2027-03-01T09:00 | FREQ=WEEKLY;BYDAY=MO",
    ),
    (
        "swim ⟦every day starting june⟧",
        "swim | 2027-06-01 | FREQ=DAILY",
    ),
    (
        "swim ⟦every day around 6pm⟧",
        "swim | 2027-01-04T18:00 | FREQ=DAILY",
    ),
    (
        "rent ⟦due on 1st of each month⟧",
        "rent | 2027-02-01 | FREQ=MONTHLY;BYMONTHDAY=1",
    ),
    (
        "rent ⟦by the 5th of every month⟧",
        "rent | 2027-01-05 | FREQ=MONTHLY;BYMONTHDAY=5",
    ),
    (
        "swim ⟦every hour on weekdays⟧",
        "swim | 2027-01-04T11:00 | FREQ=HOURLY;BYDAY=MO,TU,WE,TH,FR",
    ),
    (
        "swim ⟦every friday the 13th⟧",
        "swim | 2027-08-13 | FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR",
    ),
    (
        "clean ⟦every monday⟧ 1st floor",
        "clean 1st floor | 2027-01-04 | FREQ=WEEKLY;BYDAY=MO",
    ),
];

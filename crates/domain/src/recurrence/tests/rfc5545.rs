//! Every example of RFC 5545 section 3.8.5.3, with the dates listed there. Each starts at 9:00 in New York as given.

use super::*;

/// The dates of a rule from `at`, `month/day` each, and its year where it changes.
fn listed(text: &str, at: &str, count: usize) -> String {
    let mut year = String::new();
    let mut said = Vec::new();
    for date in dates(
        &strict(text),
        &format!("{at}T09:00[America/New_York]"),
        count,
    ) {
        assert!(date.ends_with("T09:00[America/New_York]"), "{date}");
        let (this, rest) = date.split_at(4);
        if this != year {
            year = this.to_owned();
            said.push(format!("{year}:"));
        }
        said.push(rest[1..6].to_owned());
    }
    said.join(" ")
}

#[test]
fn the_examples_give_the_listed_dates() {
    let wrong: Vec<String> = EXAMPLES
        .iter()
        .filter_map(|(text, at, expected)| {
            let count = expected
                .split(' ')
                .filter(|word| !word.ends_with(':'))
                .count();
            let found = listed(text, at, count);
            (found != *expected)
                .then(|| format!("{text} from {at}\n  found {found}\n wanted {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_bounded_examples_end() {
    for (text, at, count) in [
        ("FREQ=DAILY;COUNT=10", "1997-09-02", 10),
        ("FREQ=DAILY;UNTIL=19971224T000000Z", "1997-09-02", 113),
        (
            "FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA",
            "1998-01-01",
            93,
        ),
        (
            "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1",
            "1998-01-01",
            93,
        ),
        ("FREQ=WEEKLY;UNTIL=19971224T000000Z", "1997-09-02", 17),
        (
            "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
            "1997-09-02",
            10,
        ),
        (
            "FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR",
            "1997-09-05",
            4,
        ),
    ] {
        let at = format!("{at}T09:00[America/New_York]");
        assert_eq!(dates(&strict(text), &at, 200).len(), count, "{text}");
    }
}

/// The wall-clock times of a rule from 9:00 on 2 September 1997 in New York.
fn times(text: &str, count: usize) -> String {
    let start = due("1997-09-02T09:00[America/New_York]");
    let recurrence = Recurrence::parse(text, Overflow::Skip).unwrap();
    let times: Vec<String> = recurrence
        .expand(&start, count)
        .iter()
        .map(|found| {
            found
                .zoned
                .as_ref()
                .unwrap()
                .strftime("%d %H:%M")
                .to_string()
        })
        .collect();
    times.join(", ")
}

#[test]
fn every_third_hour_until_the_listed_end() {
    // The text has UNTIL=19970902T170000Z, which is 13:00 in New York; erratum 3883 corrects it to 17:00 there.
    assert_eq!(
        times("FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z", 9),
        "02 09:00, 02 12:00, 02 15:00"
    );
    assert_eq!(
        times("FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z", 9),
        "02 09:00, 02 12:00"
    );
}

#[test]
fn every_fifteen_and_every_ninety_minutes() {
    assert_eq!(
        times("FREQ=MINUTELY;INTERVAL=15;COUNT=6", 9),
        "02 09:00, 02 09:15, 02 09:30, 02 09:45, 02 10:00, 02 10:15"
    );
    assert_eq!(
        times("FREQ=MINUTELY;INTERVAL=90;COUNT=4", 9),
        "02 09:00, 02 10:30, 02 12:00, 02 13:30"
    );
}

#[test]
fn every_twenty_minutes_of_the_working_day_said_in_two_ways() {
    let daily = times(
        "FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40",
        60,
    );
    let minutely = times(
        "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16",
        60,
    );
    assert_eq!(daily, minutely);
    let all: Vec<&str> = daily.split(", ").collect();
    assert_eq!(all[..4], ["02 09:00", "02 09:20", "02 09:40", "02 10:00"]);
    assert_eq!(
        all[22..26],
        ["02 16:20", "02 16:40", "03 09:00", "03 09:20"]
    );
}

#[test]
fn friday_the_thirteenth_without_its_start() {
    let recurrence = Recurrence::parse(
        "EXDATE;TZID=America/New_York:19970902T090000\nRRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
        Overflow::Skip,
    )
    .unwrap();
    let found = recurrence.expand(&due("1997-09-02T09:00[America/New_York]"), 5);
    let days: Vec<String> = found
        .iter()
        .map(|found| found.scheduled.date().to_string())
        .collect();
    assert_eq!(
        days,
        [
            "1998-02-13",
            "1998-03-13",
            "1998-11-13",
            "1999-08-13",
            "2000-10-13"
        ]
    );
}

#[test]
fn an_invalid_day_is_left_out_as_section_3_3_10_says() {
    // "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5" of the section's last example, by the expansion as well.
    let rule = strict("FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5");
    let found = rule.expand(&due("2007-01-15T09:00[America/New_York]"), 9);
    assert_eq!(found.len(), 5);
}

/// Rule, start, and the dates listed.
const EXAMPLES: &[(&str, &str, &str)] = &[
    (
        "FREQ=DAILY;COUNT=10",
        "1997-09-02",
        "1997: 09-02 09-03 09-04 09-05 09-06 09-07 09-08 09-09 09-10 09-11",
    ),
    (
        "FREQ=DAILY;INTERVAL=2",
        "1997-09-02",
        "1997: 09-02 09-04 09-06 09-08 09-10 09-12",
    ),
    (
        "FREQ=DAILY;INTERVAL=10;COUNT=5",
        "1997-09-02",
        "1997: 09-02 09-12 09-22 10-02 10-12",
    ),
    (
        "FREQ=WEEKLY;COUNT=10",
        "1997-09-02",
        "1997: 09-02 09-09 09-16 09-23 09-30 10-07 10-14 10-21 10-28 11-04",
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
        "1997-09-02",
        "1997: 09-02 09-16 09-30 10-14 10-28 11-11 11-25 12-09 12-23 1998: 01-06 01-20 02-03 02-17",
    ),
    (
        "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH",
        "1997-09-02",
        "1997: 09-02 09-04 09-09 09-11 09-16 09-18 09-23 09-25 09-30 10-02",
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
        "1997-09-01",
        "1997: 09-01 09-03 09-05 09-15 09-17 09-19 09-29 10-01 10-03 10-13 10-15 10-17 10-27 10-29 10-31 11-10 11-12 \
      11-14 11-24 11-26 11-28 12-08 12-10 12-12 12-22",
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
        "1997-09-02",
        "1997: 09-02 09-04 09-16 09-18 09-30 10-02 10-14 10-16",
    ),
    (
        "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
        "1997-09-05",
        "1997: 09-05 10-03 11-07 12-05 1998: 01-02 02-06 03-06 04-03 05-01 06-05",
    ),
    (
        "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
        "1997-09-07",
        "1997: 09-07 09-28 11-02 11-30 1998: 01-04 01-25 03-01 03-29 05-03 05-31",
    ),
    (
        "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO",
        "1997-09-22",
        "1997: 09-22 10-20 11-17 12-22 1998: 01-19 02-16",
    ),
    (
        "FREQ=MONTHLY;BYMONTHDAY=-3",
        "1997-09-28",
        "1997: 09-28 10-29 11-28 12-29 1998: 01-29 02-26",
    ),
    (
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
        "1997-09-02",
        "1997: 09-02 09-15 10-02 10-15 11-02 11-15 12-02 12-15 1998: 01-02 01-15",
    ),
    (
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
        "1997-09-30",
        "1997: 09-30 10-01 10-31 11-01 11-30 12-01 12-31 1998: 01-01 01-31 02-01",
    ),
    (
        "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
        "1997-09-10",
        "1997: 09-10 09-11 09-12 09-13 09-14 09-15 1999: 03-10 03-11 03-12 03-13",
    ),
    (
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
        "1997-09-02",
        "1997: 09-02 09-09 09-16 09-23 09-30 11-04 11-11 11-18 11-25 1998: 01-06 01-13 01-20 01-27 03-03 03-10 03-17 \
      03-24 03-31",
    ),
    (
        "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
        "1997-06-10",
        "1997: 06-10 07-10 1998: 06-10 07-10 1999: 06-10 07-10 2000: 06-10 07-10 2001: 06-10 07-10",
    ),
    (
        "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
        "1997-03-10",
        "1997: 03-10 1999: 01-10 02-10 03-10 2001: 01-10 02-10 03-10 2003: 01-10 02-10 03-10",
    ),
    (
        "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
        "1997-01-01",
        "1997: 01-01 04-10 07-19 2000: 01-01 04-09 07-18 2003: 01-01 04-10 07-19 2006: 01-01",
    ),
    (
        "FREQ=YEARLY;BYDAY=20MO",
        "1997-05-19",
        "1997: 05-19 1998: 05-18 1999: 05-17",
    ),
    (
        "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
        "1997-05-12",
        "1997: 05-12 1998: 05-11 1999: 05-17",
    ),
    (
        "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
        "1997-03-13",
        "1997: 03-13 03-20 03-27 1998: 03-05 03-12 03-19 03-26 1999: 03-04 03-11 03-18 03-25",
    ),
    (
        "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8",
        "1997-06-05",
        "1997: 06-05 06-12 06-19 06-26 07-03 07-10 07-17 07-24 07-31 08-07 08-14 08-21 08-28 1998: 06-04 06-11",
    ),
    // The example excludes its start, Tuesday 2 September; here the first match is the start.
    (
        "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
        "1997-09-02",
        "1998: 02-13 03-13 11-13 1999: 08-13 2000: 10-13",
    ),
    (
        "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
        "1997-09-13",
        "1997: 09-13 10-11 11-08 12-13 1998: 01-10 02-07 03-07 04-11 05-09 06-13",
    ),
    (
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        "1996-11-05",
        "1996: 11-05 2000: 11-07 2004: 11-02",
    ),
    (
        "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3",
        "1997-09-04",
        "1997: 09-04 10-07 11-06",
    ),
    (
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
        "1997-09-29",
        "1997: 09-29 10-30 11-27 12-30 1998: 01-29 02-26 03-30",
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
        "1997-08-05",
        "1997: 08-05 08-10 08-19 08-24",
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
        "1997-08-05",
        "1997: 08-05 08-17 08-19 08-31",
    ),
    (
        "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
        "2007-01-15",
        "2007: 01-15 01-30 02-15 03-15 03-30",
    ),
];

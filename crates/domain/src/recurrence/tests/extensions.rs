//! Extensions of RRULE: unions, exclusions, workdays, shifts and SKIP.

use super::super::{Exclusion, Shift};
use super::*;

#[test]
fn monday_at_8_and_tuesday_at_9() {
    let text = "RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=0\nRRULE:FREQ=WEEKLY;BYDAY=TU;BYHOUR=9;BYMINUTE=0";
    assert_eq!(
        expand(text, "2027-01-01T00:00", 4),
        [
            "2027-01-04T08:00",
            "2027-01-05T09:00",
            "2027-01-11T08:00",
            "2027-01-12T09:00"
        ]
    );
    let series = Recurrence::parse(text, Overflow::Clamp).unwrap();
    assert_eq!(
        next(&series, "2027-01-04T00:00", "2027-01-04T09:00"),
        "2027-01-05T09:00"
    );
}

#[test]
fn a_date_of_two_rules_comes_once() {
    let text = "RRULE:FREQ=WEEKLY;BYDAY=FR\nRRULE:FREQ=MONTHLY;BYMONTHDAY=15";
    assert_eq!(
        expand(text, "2027-01-12", 4),
        ["2027-01-15", "2027-01-22", "2027-01-29", "2027-02-05"]
    );
}

#[test]
fn each_rule_of_a_union_keeps_its_own_phase() {
    let text = "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO\nRRULE:FREQ=WEEKLY;INTERVAL=3;BYDAY=TU";
    let series = Recurrence::parse(text, Overflow::Clamp).unwrap();
    let found = dates(&series, "2027-01-06", 5);
    assert_eq!(
        found,
        [
            "2027-01-18",
            "2027-01-26",
            "2027-02-01",
            "2027-02-15",
            "2027-02-16"
        ]
    );
}

#[test]
fn added_and_excluded_dates() {
    let text = "RRULE:FREQ=WEEKLY;BYDAY=MO\nRDATE;VALUE=DATE:20270106\nEXDATE;VALUE=DATE:20270111";
    assert_eq!(
        expand(text, "2027-01-04", 4),
        ["2027-01-04", "2027-01-06", "2027-01-18", "2027-01-25"]
    );
    let timed = "FREQ=DAILY\nEXDATE:20270105T090000,20270107\nRDATE:20270104T120000";
    assert_eq!(
        expand(timed, "2027-01-04T09:00", 4),
        [
            "2027-01-04T09:00",
            "2027-01-04T12:00",
            "2027-01-06T09:00",
            "2027-01-08T09:00"
        ]
    );
    let zoned = "FREQ=DAILY\nEXDATE:20270105T080000Z";
    assert_eq!(
        expand(zoned, "2027-01-04T09:00[Europe/Rome]", 2),
        [
            "2027-01-04T09:00[Europe/Rome]",
            "2027-01-06T09:00[Europe/Rome]"
        ]
    );
}

#[test]
fn excluded_dates_use_up_the_count() {
    assert_eq!(
        expand(
            "FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20270105",
            "2027-01-04",
            9
        ),
        ["2027-01-04", "2027-01-06"]
    );
}

#[test]
fn standing_exclusions() {
    let text = "FREQ=DAILY\nX-TASKWIRE-EXCLUDE:SA,SU,--0106,20270108/20270112";
    assert_eq!(
        expand(text, "2027-01-04", 4),
        ["2027-01-04", "2027-01-05", "2027-01-07", "2027-01-13"]
    );
    assert_eq!(
        expand("FREQ=MONTHLY\nX-TASKWIRE-EXCLUDE:--08", "2027-07-04", 2),
        ["2027-07-04", "2027-09-04"]
    );
    // Days of every year, also across its end.
    assert_eq!(
        expand(
            "FREQ=DAILY\nX-TASKWIRE-EXCLUDE:--1224/--0102,--0105/--0107",
            "2026-12-22",
            6
        ),
        [
            "2026-12-22",
            "2026-12-23",
            "2027-01-03",
            "2027-01-04",
            "2027-01-08",
            "2027-01-09"
        ]
    );
    // A day at a time where the rule is much finer.
    assert_eq!(
        expand(
            "FREQ=SECONDLY\nX-TASKWIRE-EXCLUDE:20270104/20991231",
            "2027-01-04T00:00",
            1
        ),
        ["2100-01-01T00:00"]
    );
}

#[test]
fn a_rule_whose_every_date_is_excluded_is_refused() {
    for text in [
        "FREQ=WEEKLY;BYDAY=MO\nX-TASKWIRE-EXCLUDE:MO",
        "FREQ=MINUTELY\nX-TASKWIRE-EXCLUDE:MO,TU,WE,TH,FR,SA,SU",
        "FREQ=DAILY;COUNT=1\nEXDATE;VALUE=DATE:20270104",
    ] {
        let series = Recurrence::parse(text, Overflow::Clamp).unwrap();
        let refused = series.first(&due("2027-01-04T08:00")).unwrap_err();
        assert_eq!(refused.code, "rule_never_matches");
        assert!(refused.detail.contains("excluded"), "{}", refused.detail);
    }
}

#[test]
fn steps_in_workdays() {
    assert_eq!(
        expand(
            "FREQ=DAILY;INTERVAL=3;X-TASKWIRE-STEP=WORKDAY",
            "2027-01-04",
            4
        ),
        ["2027-01-04", "2027-01-07", "2027-01-12", "2027-01-15"]
    );
    // Begun on a Saturday, the first is the Monday after it.
    assert_eq!(
        expand(
            "FREQ=DAILY;INTERVAL=2;X-TASKWIRE-STEP=WORKDAY",
            "2027-01-02",
            3
        ),
        ["2027-01-04", "2027-01-06", "2027-01-08"]
    );
    let every_third = rule("FREQ=DAILY;INTERVAL=3;X-TASKWIRE-STEP=WORKDAY");
    assert_eq!(next(&every_third, "2027-01-04", "2027-01-08"), "2027-01-12");
    let after_done = completion("FREQ=DAILY;INTERVAL=3;X-TASKWIRE-STEP=WORKDAY");
    assert_eq!(next(&after_done, "2027-01-04", "2027-01-08"), "2027-01-13");
    // Saturday is no workday, so Monday is the first after it.
    assert_eq!(next(&after_done, "2027-01-04", "2027-01-09"), "2027-01-13");
}

#[test]
fn dates_roll_to_a_workday() {
    // 15 May 2027 is a Saturday, 15 August a Sunday.
    let days = |shift: &str| {
        let text = format!("FREQ=MONTHLY;BYMONTH=5,8;BYMONTHDAY=15;X-TASKWIRE-SHIFT={shift}");
        expand(&text, "2027-05-01", 2)
    };
    assert_eq!(days("NEXT"), ["2027-05-17", "2027-08-16"]);
    assert_eq!(days("PREVIOUS"), ["2027-05-14", "2027-08-13"]);
    assert_eq!(days("NEAREST"), ["2027-05-14", "2027-08-16"]);
    assert_eq!(days("-1"), ["2027-05-14", "2027-08-13"]);
    assert_eq!(days("2"), ["2027-05-18", "2027-08-17"]);
}

#[test]
fn a_workday_before_the_first_lies_in_the_month_before() {
    let rule = rule("FREQ=MONTHLY;BYMONTHDAY=1;X-TASKWIRE-SHIFT=-1");
    assert_eq!(
        dates(&rule, "2027-01-04", 4),
        ["2027-01-29", "2027-02-26", "2027-03-31", "2027-04-30"]
    );
    // A date that moved past the day from which it is looked for still counts.
    let rolled = strict("FREQ=MONTHLY;BYMONTHDAY=15;X-TASKWIRE-SHIFT=NEXT");
    assert_eq!(start(&rolled, "2027-05-16").due(), due("2027-05-17"));
    assert_eq!(next(&rolled, "2027-05-16", "2027-05-17"), "2027-06-15");
}

#[test]
fn rolled_dates_never_come_twice() {
    let text = "FREQ=DAILY;X-TASKWIRE-SHIFT=NEXT";
    assert_eq!(
        expand(text, "2027-01-08", 3),
        ["2027-01-08", "2027-01-11", "2027-01-12"]
    );
}

#[test]
fn skip_of_rfc_7529() {
    let days = |skip: &str| {
        let text = format!("RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP={skip};COUNT=4");
        expand(&text, "2014-01-31", 9)
    };
    // The table of RFC 7529 section 4.1.
    assert_eq!(
        days("OMIT"),
        ["2014-01-31", "2014-03-31", "2014-05-31", "2014-07-31"]
    );
    assert_eq!(
        days("BACKWARD"),
        ["2014-01-31", "2014-02-28", "2014-03-31", "2014-04-30"]
    );
    assert_eq!(
        days("FORWARD"),
        ["2014-01-31", "2014-03-01", "2014-03-31", "2014-05-01"]
    );
    let leap = |skip: &str| {
        let text = format!("RSCALE=GREGORIAN;FREQ=YEARLY;SKIP={skip}");
        expand(&text, "2016-02-29", 3)
    };
    assert_eq!(leap("OMIT"), ["2016-02-29", "2020-02-29", "2024-02-29"]);
    assert_eq!(leap("BACKWARD"), ["2016-02-29", "2017-02-28", "2018-02-28"]);
    assert_eq!(leap("FORWARD"), ["2016-02-29", "2017-03-01", "2018-03-01"]);
}

#[test]
fn a_day_carried_forward_comes_once() {
    let found = expand(
        "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=1,30,31;SKIP=FORWARD",
        "2027-02-01",
        4,
    );
    assert_eq!(
        found,
        ["2027-02-01", "2027-03-01", "2027-03-30", "2027-03-31"]
    );
    let jumped = Recurrence::parse(
        "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=FORWARD",
        Overflow::Skip,
    )
    .unwrap();
    let found = jumped.expand_after(&due("2027-01-31"), Some(&due("2027-02-28")), 1);
    assert_eq!(found[0].scheduled, due("2027-03-01"));
}

#[test]
fn the_text_of_everything_reads_back() {
    for text in [
        "FREQ=WEEKLY;BYDAY=MO",
        "RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=8\nRRULE:FREQ=WEEKLY;BYDAY=TU;BYHOUR=9",
        "RRULE:FREQ=DAILY\nRDATE;VALUE=DATE:20270106\nRDATE:20270106T090000,20270107T080000Z",
        "RRULE:FREQ=DAILY\nEXDATE;VALUE=DATE:20270106\nX-TASKWIRE-EXCLUDE:SA,--12,--1224,20270701/20270714",
        "FREQ=DAILY;INTERVAL=3;X-TASKWIRE-STEP=WORKDAY",
        "FREQ=MONTHLY;BYMONTHDAY=15;X-TASKWIRE-SHIFT=-2",
    ] {
        let read = Recurrence::parse(text, Overflow::Clamp).unwrap();
        assert_eq!(read.to_string(), text);
        assert_eq!(
            Recurrence::parse(&read.interchange(), Overflow::Skip).unwrap(),
            read
        );
    }
    let folded = Recurrence::parse("RRULE:FREQ=WEE\r\n KLY;BYDAY=MO\r\n", Overflow::Clamp).unwrap();
    assert_eq!(folded.to_string(), "FREQ=WEEKLY;BYDAY=MO");
}

#[test]
fn bad_text_is_refused_by_name() {
    for text in [
        "",
        "EXDATE:20270106",
        "EXRULE:FREQ=DAILY",
        "DTSTART:20270101\nRRULE:FREQ=DAILY",
        "FREQ=DAILY\nEXDATE:soon",
        "FREQ=DAILY\nX-TASKWIRE-EXCLUDE:--13",
        "FREQ=DAILY\nX-TASKWIRE-EXCLUDE:--0230",
        "FREQ=DAILY\nX-TASKWIRE-EXCLUDE:20270714/20270701",
        "FREQ=DAILY\nX-TASKWIRE-ANCHOR:SOMETIME",
        "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=OMIT\nRSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD",
        &"RRULE:FREQ=DAILY\n".repeat(9),
        &"x".repeat(20_000),
    ] {
        let refused = Recurrence::parse(text, Overflow::Clamp).expect_err(text);
        assert!(refused.field.starts_with("/recurrence"), "{refused}");
        assert!(refused.hint.is_some(), "{refused}");
    }
}

#[test]
fn a_completion_passes_over_what_is_excluded() {
    let series = Recurrence {
        exclude: vec![Exclusion::Weekday(jiff::civil::Weekday::Saturday)],
        ..completion("FREQ=WEEKLY;BYDAY=SA,SU")
    };
    assert_eq!(next(&series, "2027-01-03", "2027-01-07"), "2027-01-10");
}

#[test]
fn the_exhausted_shift_keeps_order() {
    // Monotone: no shift may put a later date before an earlier one.
    for shift in [
        Shift::Next,
        Shift::Previous,
        Shift::Nearest,
        Shift::Workdays(5),
        Shift::Workdays(-5),
    ] {
        let daily = Recurrence::of(Rule {
            shift: Some(shift),
            ..Rule::every(super::super::Frequency::Daily, 1)
        });
        let found = daily.expand(&due("2027-01-01"), 60);
        assert!(
            found
                .windows(2)
                .all(|pair| pair[0].scheduled.date() < pair[1].scheduled.date()),
            "{shift:?}"
        );
    }
}

#[test]
fn rules_that_come_too_close_together_are_refused() {
    let check = |text: &str| {
        Recurrence::parse(text, Overflow::Clamp)
            .unwrap()
            .check_min_interval()
    };
    for text in [
        "FREQ=MINUTELY",
        "FREQ=MINUTELY;INTERVAL=59",
        "FREQ=SECONDLY;INTERVAL=1000",
        "FREQ=MINUTELY;INTERVAL=90;BYSECOND=0,30",
        "FREQ=HOURLY;INTERVAL=2;BYMINUTE=0,30",
        "FREQ=DAILY;BYHOUR=9;BYMINUTE=0,30",
        "RRULE:FREQ=DAILY;BYHOUR=9;BYMINUTE=0\nRRULE:FREQ=DAILY;BYHOUR=9;BYMINUTE=15",
        "RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0\nRRULE:FREQ=MONTHLY;BYMONTHDAY=15;BYHOUR=9;BYMINUTE=10",
        "RRULE:FREQ=DAILY;BYHOUR=23;BYMINUTE=50\nRRULE:FREQ=DAILY;BYHOUR=0;BYMINUTE=10",
    ] {
        assert_eq!(check(text).expect_err(text).code, "rule_too_fine");
    }
    for text in [
        "FREQ=HOURLY",
        "FREQ=MINUTELY;INTERVAL=60",
        "FREQ=MINUTELY;INTERVAL=90",
        "FREQ=MINUTELY;INTERVAL=120;BYMINUTE=0,30",
        "RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0\nRRULE:FREQ=WEEKLY;BYDAY=TU;BYHOUR=9;BYMINUTE=15",
        "RRULE:FREQ=DAILY;BYHOUR=9;BYMINUTE=0\nRRULE:FREQ=DAILY;BYHOUR=10;BYMINUTE=0",
    ] {
        check(text).expect(text);
    }
}

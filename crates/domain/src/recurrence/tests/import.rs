//! Rules of other programs: parts that they take from the start, long intervals, SKIP of RFC 7529 and week-years.

use super::*;

#[test]
fn what_a_rule_lacks_is_the_starts() {
    for (text, at, rule, remark) in [
        (
            "FREQ=YEARLY;BYWEEKNO=20",
            "2027-05-19",
            "FREQ=YEARLY;BYWEEKNO=20;BYDAY=WE",
            "BYWEEKNO has no BYDAY",
        ),
        (
            "RRULE:FREQ=YEARLY;BYMONTHDAY=15,16",
            "2027-03-01T09:00",
            "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=15,16",
            "BYMONTHDAY has no BYMONTH",
        ),
    ] {
        let (recurrence, remarks) = Recurrence::import(text, Overflow::Skip, &due(at)).unwrap();
        assert_eq!(recurrence.to_string(), rule);
        let [said] = remarks.as_slice() else {
            panic!("{remarks:?}");
        };
        assert!(said.contains(remark), "{said}");
        // Elsewhere both spellings are offered.
        assert_eq!(
            Recurrence::parse(text, Overflow::Skip).unwrap_err().code,
            "ambiguous_rule"
        );
    }
    let plain = Recurrence::import("FREQ=DAILY", Overflow::Skip, &due("2027-01-04")).unwrap();
    assert!(plain.1.is_empty());
}

#[test]
fn an_interval_may_be_longer_than_any_series() {
    assert_eq!(
        expand("FREQ=DAILY;INTERVAL=40000", "2027-01-04", 3),
        ["2027-01-04", "2136-07-11"]
    );
    for frequency in ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"] {
        let text = format!("FREQ={frequency};INTERVAL=999999999");
        assert_eq!(expand(&text, "2027-01-04", 3), ["2027-01-04"]);
        // Counted from the completion, it is over.
        assert_eq!(next(&completion(&text), "2027-01-04", "2027-01-05"), "over");
        let words = rule(&text).describe();
        assert_eq!(
            words,
            format!(
                "every {} by the rule {text}",
                match frequency {
                    "DAILY" => "day",
                    "WEEKLY" => "week",
                    "MONTHLY" => "month",
                    _ => "year",
                }
            )
        );
    }
    for frequency in ["HOURLY", "MINUTELY", "SECONDLY"] {
        let text = format!("FREQ={frequency};INTERVAL=999999999");
        assert_eq!(expand(&text, "2027-01-04T09:00", 1), ["2027-01-04T09:00"]);
        let _ = next(&completion(&text), "2027-01-04T09:00", "2027-01-05");
    }
}

#[test]
fn a_day_counted_from_the_end_is_skipped_or_moved() {
    let monthly = |skip: &str| format!("RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=-31;SKIP={skip}");
    assert_eq!(
        expand(&monthly("OMIT"), "2015-01-01", 4),
        ["2015-01-01", "2015-03-01", "2015-05-01", "2015-07-01"]
    );
    assert_eq!(
        expand(&monthly("FORWARD"), "2015-01-01", 4),
        ["2015-01-01", "2015-02-01", "2015-03-01", "2015-04-01"]
    );
    assert_eq!(
        expand(&monthly("BACKWARD"), "2015-01-01", 7),
        [
            "2015-01-01",
            "2015-01-31",
            "2015-03-01",
            "2015-03-31",
            "2015-05-01",
            "2015-05-31",
            "2015-07-01"
        ]
    );
    // One jump finds what a walk finds.
    let jumped = Recurrence::parse(&monthly("BACKWARD"), Overflow::Skip).unwrap();
    let found = jumped.expand_after(&due("2015-01-01"), Some(&due("2015-03-30")), 1);
    assert_eq!(found[0].scheduled.to_string(), "2015-03-31");
}

#[test]
fn a_day_that_only_leap_years_have_is_skipped_or_moved() {
    let yearly =
        |day: &str, skip: &str| format!("RSCALE=GREGORIAN;FREQ=YEARLY;BYYEARDAY={day};SKIP={skip}");
    assert_eq!(
        expand(&yearly("366", "OMIT"), "2012-12-31", 2),
        ["2012-12-31", "2016-12-31"]
    );
    assert_eq!(
        expand(&yearly("366", "FORWARD"), "2012-12-31", 5),
        [
            "2012-12-31",
            "2014-01-01",
            "2015-01-01",
            "2016-01-01",
            "2016-12-31"
        ]
    );
    assert_eq!(
        expand(&yearly("366", "BACKWARD"), "2012-12-31", 3),
        ["2012-12-31", "2013-12-31", "2014-12-31"]
    );
    assert_eq!(
        expand(&yearly("-366", "FORWARD"), "2012-01-01", 3),
        ["2012-01-01", "2013-01-01", "2014-01-01"]
    );
    assert_eq!(
        expand(&yearly("-366", "BACKWARD"), "2012-01-01", 5),
        [
            "2012-01-01",
            "2012-12-31",
            "2013-12-31",
            "2014-12-31",
            "2016-01-01"
        ]
    );
    assert_eq!(
        expand(&yearly("1,366", "FORWARD"), "2013-01-01", 3),
        ["2013-01-01", "2014-01-01", "2015-01-01"]
    );
}

#[test]
fn an_interval_of_weeks_with_numbers_counts_week_years() {
    // 30 December 2024 is in week 1 of 2025.
    assert_eq!(
        expand(
            "FREQ=YEARLY;INTERVAL=2;BYWEEKNO=1;BYDAY=MO",
            "2024-12-30",
            4
        ),
        ["2024-12-30", "2027-01-04", "2029-01-01", "2030-12-30"]
    );
    // 3 January 2027 is in week 53 of 2026.
    assert_eq!(
        expand(
            "FREQ=YEARLY;INTERVAL=6;BYWEEKNO=53;BYDAY=SU",
            "2027-01-03",
            2
        ),
        ["2027-01-03", "2033-01-02"]
    );
}

#[test]
fn an_hour_is_between_several_rules_of_times() {
    let rules = |texts: &[&str]| {
        let lines: Vec<String> = texts.iter().map(|text| format!("RRULE:{text}")).collect();
        Recurrence::parse(&lines.join("\n"), Overflow::Skip)
            .unwrap()
            .check_min_interval()
            .is_ok()
    };
    let at = |day: &str, hour: u8, minute: u8| {
        format!("FREQ=WEEKLY;BYDAY={day};BYHOUR={hour};BYMINUTE={minute}")
    };
    assert!(rules(&[&at("MO", 20, 0), &at("TU", 21, 0)]));
    assert!(rules(&[&at("MO", 20, 0), &at("TU", 20, 0)]));
    // Half an hour apart, but on different days.
    assert!(rules(&[&at("MO", 20, 0), &at("WE", 20, 30)]));
    assert!(!rules(&[&at("MO", 20, 0), &at("MO", 20, 30)]));
    // On both sides of midnight.
    assert!(!rules(&[&at("MO", 23, 45), &at("TU", 0, 15)]));
    assert!(rules(&[
        "FREQ=WEEKLY;BYDAY=MO",
        "FREQ=MONTHLY;BYMONTHDAY=1"
    ]));
}

//! Times of day, rules finer than a day, and what clock changes do to them.

use super::*;

/// The expanded occurrences, with the offset if the start has a zone.
fn expand(text: &str, at: &str, count: usize) -> Vec<String> {
    let recurrence = Recurrence::parse(text, Overflow::Skip).unwrap();
    recurrence
        .expand(&due(at), count)
        .iter()
        .map(|found| match &found.zoned {
            Some(zoned) => zoned.strftime("%m-%d %H:%M%z").to_string(),
            None => found.scheduled.to_string(),
        })
        .collect()
}

#[test]
fn several_times_a_day_in_order() {
    assert_eq!(
        expand(
            "FREQ=DAILY;BYHOUR=17,9;BYMINUTE=30,0",
            "2027-01-04T10:00",
            5
        ),
        [
            "2027-01-04T17:00",
            "2027-01-04T17:30",
            "2027-01-05T09:00",
            "2027-01-05T09:30",
            "2027-01-05T17:00",
        ]
    );
}

#[test]
fn what_the_rule_leaves_open_is_the_starts() {
    assert_eq!(
        expand("FREQ=DAILY;BYHOUR=9", "2027-01-04T08:15:30", 2),
        ["2027-01-04T09:15:30", "2027-01-05T09:15:30"]
    );
    assert_eq!(
        expand("FREQ=HOURLY;INTERVAL=6", "2027-01-04T08:15:30", 3),
        [
            "2027-01-04T08:15:30",
            "2027-01-04T14:15:30",
            "2027-01-04T20:15:30"
        ]
    );
    assert_eq!(
        expand("FREQ=MINUTELY;INTERVAL=25", "2027-01-04T23:50:10", 2),
        ["2027-01-04T23:50:10", "2027-01-05T00:15:10"]
    );
}

#[test]
fn limits_of_fine_rules() {
    assert_eq!(
        expand(
            "FREQ=HOURLY;BYHOUR=22,3;BYDAY=FR;BYMONTH=2",
            "2027-01-04T08:00",
            3
        ),
        ["2027-02-05T03:00", "2027-02-05T22:00", "2027-02-12T03:00"]
    );
    assert_eq!(
        expand(
            "FREQ=SECONDLY;INTERVAL=7;BYSECOND=3;BYMINUTE=59;BYHOUR=23",
            "2027-01-04T08:00:00",
            3
        ),
        [
            "2027-01-07T23:59:03",
            "2027-01-14T23:59:03",
            "2027-01-21T23:59:03"
        ]
    );
    assert_eq!(
        expand(
            "FREQ=HOURLY;BYMINUTE=50,10,30;BYSETPOS=1,-1",
            "2027-01-04T08:20",
            3
        ),
        ["2027-01-04T08:50", "2027-01-04T09:10", "2027-01-04T09:50"]
    );
    assert_eq!(
        expand(
            "FREQ=HOURLY;INTERVAL=100;BYYEARDAY=-1",
            "2027-01-04T08:00",
            2
        ),
        ["2029-12-31T00:00", "2035-12-31T16:00"]
    );
}

#[test]
fn positions_count_occurrences_not_days() {
    assert_eq!(
        expand(
            "FREQ=MONTHLY;BYDAY=MO;BYHOUR=9,17;BYSETPOS=-1,2",
            "2027-01-01T00:00",
            4
        ),
        [
            "2027-01-04T17:00",
            "2027-01-25T17:00",
            "2027-02-01T17:00",
            "2027-02-22T17:00"
        ]
    );
}

#[test]
fn twelve_hours_from_nine_stay_nine() {
    let found = expand(
        "FREQ=HOURLY;INTERVAL=12",
        "2027-03-13T21:00[America/New_York]",
        4,
    );
    assert_eq!(
        found,
        [
            "03-13 21:00-0500",
            "03-14 09:00-0400",
            "03-14 21:00-0400",
            "03-15 09:00-0400"
        ]
    );
}

#[test]
fn an_hour_that_a_gap_moves_onto_the_next_comes_once() {
    assert_eq!(
        expand("FREQ=HOURLY", "2027-03-14T00:00[America/New_York]", 4),
        [
            "03-14 00:00-0500",
            "03-14 01:00-0500",
            "03-14 03:00-0400",
            "03-14 04:00-0400"
        ]
    );
    assert_eq!(
        expand(
            "FREQ=HOURLY;BYMINUTE=0,30",
            "2027-03-14T01:30[America/New_York]",
            4
        ),
        [
            "03-14 01:30-0500",
            "03-14 03:00-0400",
            "03-14 03:30-0400",
            "03-14 04:00-0400"
        ]
    );
    // The rule has nothing else at 03:00, so the moved occurrence takes it.
    assert_eq!(
        expand(
            "FREQ=HOURLY;INTERVAL=2",
            "2027-03-14T00:00[America/New_York]",
            3
        ),
        ["03-14 00:00-0500", "03-14 03:00-0400", "03-14 04:00-0400"]
    );
}

#[test]
fn the_repeated_hour_comes_twice_only_in_steps_of_one() {
    assert_eq!(
        expand("FREQ=HOURLY", "2027-11-07T00:00[America/New_York]", 4),
        [
            "11-07 00:00-0400",
            "11-07 01:00-0400",
            "11-07 01:00-0500",
            "11-07 02:00-0500"
        ]
    );
    assert_eq!(
        expand(
            "FREQ=HOURLY;BYMINUTE=0,30",
            "2027-11-07T01:00[America/New_York]",
            5
        ),
        [
            "11-07 01:00-0400",
            "11-07 01:30-0400",
            "11-07 01:00-0500",
            "11-07 01:30-0500",
            "11-07 02:00-0500"
        ]
    );
    assert_eq!(
        expand(
            "FREQ=HOURLY;INTERVAL=1",
            "2027-11-07T01:00[America/New_York]",
            1
        ),
        ["11-07 01:00-0400"]
    );
    assert_eq!(
        expand(
            "FREQ=HOURLY;INTERVAL=3",
            "2027-11-07T01:00[America/New_York]",
            2
        ),
        ["11-07 01:00-0400", "11-07 04:00-0500"]
    );
}

#[test]
fn a_date_with_a_rule_of_times_becomes_timed() {
    let rule = strict("FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=30");
    assert_eq!(start(&rule, "2027-01-01").due(), due("2027-01-04T08:30"));
}

#[test]
fn times_already_past_today_are_left_out_by_next_future() {
    let rule = strict("FREQ=DAILY;BYHOUR=8,12,18;BYMINUTE=0");
    assert_eq!(
        next(&rule, "2027-01-04T08:00", "2027-01-04T08:05"),
        "2027-01-04T12:00"
    );
    assert_eq!(
        next(&rule, "2027-01-04T08:00", "2027-01-04T12:05"),
        "2027-01-04T18:00"
    );
    assert_eq!(
        next(&rule, "2027-01-04T08:00", "2027-01-09T18:05"),
        "2027-01-10T08:00"
    );
}

#[test]
fn hours_after_completion_are_elapsed_hours() {
    let rule = completion("FREQ=HOURLY;INTERVAL=8");
    // The clocks of Rome go forward at 2:00 on 28 March 2027.
    assert_eq!(
        next(&rule, "2027-03-27T20:00", "2027-03-27T22:30"),
        "2027-03-28T07:30"
    );
    // Named hours: the first after the moment it was done.
    let named = completion("FREQ=DAILY;BYHOUR=8,20;BYMINUTE=0");
    assert_eq!(
        next(&named, "2027-01-04T08:00", "2027-01-04T10:00"),
        "2027-01-04T20:00"
    );
}

#[test]
fn hours_that_the_interval_never_reaches_are_refused() {
    for text in [
        "FREQ=HOURLY;INTERVAL=24;BYHOUR=5",
        "FREQ=HOURLY;INTERVAL=2;BYHOUR=9",
        "FREQ=MINUTELY;INTERVAL=60;BYMINUTE=30",
        "FREQ=SECONDLY;INTERVAL=60;BYSECOND=30",
        "FREQ=MINUTELY;BYSECOND=0,30;BYSETPOS=16",
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MINUTELY;BYYEARDAY=366;BYMONTHDAY=1",
    ] {
        let refused = rule(text).first(&due("2027-01-04T08:00")).expect_err(text);
        assert_eq!(refused.code, "rule_never_matches", "{text}");
    }
}

#[test]
fn seconds_untouched_for_a_century_are_one_jump() {
    let rule = strict("FREQ=SECONDLY;INTERVAL=7");
    let from = due("1927-01-01T00:00:00");
    let found = rule.expand_after(&from, Some(&due("2027-01-01T00:00:00")), 1);
    let elapsed = "2027-01-01T00:00Z"
        .parse::<Timestamp>()
        .unwrap()
        .as_second()
        - "1927-01-01T00:00Z"
            .parse::<Timestamp>()
            .unwrap()
            .as_second();
    let ahead = 7 - elapsed % 7;
    assert_eq!(
        found[0].scheduled.to_string(),
        format!("2027-01-01T00:00:{ahead:02}")
    );
}

#[test]
fn apia_has_no_30_december_2011() {
    let found = expand("FREQ=DAILY", "2011-12-29T10:00[Pacific/Apia]", 3);
    assert_eq!(
        found,
        ["12-29 10:00-1000", "12-31 10:00+1400", "01-01 10:00+1400"]
    );
    let dates = expand("FREQ=DAILY", "2011-12-29", 3);
    assert_eq!(dates, ["2011-12-29", "2011-12-30", "2011-12-31"]);
}

#[test]
fn a_slot_that_a_gap_moved_may_still_come() {
    // 02:30 is moved to 03:30 that day, and the first was completed at 03:10.
    let rule = strict("FREQ=DAILY;BYHOUR=2;BYMINUTE=30");
    let place = zone("America/New_York");
    let position = start(&rule, "2027-03-13T02:30[America/New_York]");
    let at = |text: &str| due(text).instant(&place).unwrap();
    let next = |done: &str| {
        let next = rule.next(&position, at(done), &place).unwrap();
        next.key.at.to_string()
    };
    assert_eq!(
        next("2027-03-14T03:10[America/New_York]"),
        "2027-03-14T02:30"
    );
    assert_eq!(
        next("2027-03-14T03:40[America/New_York]"),
        "2027-03-15T02:30"
    );
    // The day that Apia never had is moved to the day after it.
    let daily = strict("FREQ=DAILY");
    let apia = zone("Pacific/Apia");
    let position = start(&daily, "2011-12-28T10:00[Pacific/Apia]");
    let done = due("2011-12-31T09:00[Pacific/Apia]")
        .instant(&apia)
        .unwrap();
    let next = daily.next(&position, done, &apia).unwrap();
    assert_eq!(next.key.at.to_string(), "2011-12-31T10:00");
}

#[test]
fn only_what_occurs_can_stand_for_a_moved_slot() {
    // 03:00 lies beyond the end, so 02:00, which the gap moves there, is the last.
    assert_eq!(
        expand(
            "FREQ=HOURLY;UNTIL=20270314T065959Z",
            "2027-03-14T00:00[America/New_York]",
            9
        ),
        ["03-14 00:00-0500", "03-14 01:00-0500"]
    );
    assert_eq!(
        expand(
            "FREQ=HOURLY\nEXDATE:20270314T030000",
            "2027-03-14T01:00[America/New_York]",
            3
        ),
        ["03-14 01:00-0500", "03-14 03:00-0400", "03-14 04:00-0400"]
    );
}

#[test]
fn what_comes_of_a_floating_series_is_what_its_owner_will_see() {
    let hourly = rule("FREQ=HOURLY");
    let position = start(&hourly, "2027-03-28T00:00");
    let upcoming: Vec<String> = hourly
        .upcoming(&position, 3, &zone("Europe/Rome"))
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        upcoming,
        ["2027-03-28T01:00", "2027-03-28T03:00", "2027-03-28T04:00"]
    );
}

#[test]
fn what_a_skipped_half_hour_moves_keeps_the_order_in_time() {
    // Lord Howe Island puts its clocks forward by half an hour: 02:10 is shown as 02:40, after 02:30 has been.
    assert_eq!(
        expand(
            "FREQ=MINUTELY;INTERVAL=10",
            "2026-10-04T01:50[Australia/Lord_Howe]",
            6
        ),
        [
            "10-04 01:50+1030",
            "10-04 02:30+1100",
            "10-04 02:40+1100",
            "10-04 02:50+1100",
            "10-04 03:00+1100",
            "10-04 03:10+1100",
        ]
    );
    assert_eq!(
        expand(
            "FREQ=MINUTELY;INTERVAL=25",
            "2026-10-04T01:50[Australia/Lord_Howe]",
            4
        ),
        [
            "10-04 01:50+1030",
            "10-04 02:40+1100",
            "10-04 02:45+1100",
            "10-04 03:05+1100",
        ]
    );
}

//! One test per decision on late, early, short months, clock changes and ends. 4 January 2027 is a Monday.

use super::*;

#[test]
fn late_keeps_phase_and_parity() {
    assert_eq!(
        next(&rule("FREQ=WEEKLY"), "2027-01-04", "2027-01-20"),
        "2027-01-25"
    );
    assert_eq!(
        next(&rule("FREQ=WEEKLY;INTERVAL=2"), "2027-01-04", "2027-01-20"),
        "2027-02-01"
    );
}

#[test]
fn late_one_step_may_still_be_overdue() {
    let one = |text| Recurrence {
        catch_up: CatchUp::OneStep,
        ..rule(text)
    };
    assert_eq!(
        next(&one("FREQ=WEEKLY"), "2027-01-04", "2027-01-20"),
        "2027-01-11"
    );
    assert_eq!(
        next(&one("FREQ=WEEKLY;INTERVAL=2"), "2027-01-04", "2027-01-20"),
        "2027-01-18"
    );
}

#[test]
fn late_from_completion_restarts_the_series() {
    let from = |text| Recurrence {
        catch_up: CatchUp::FromCompletion,
        ..rule(text)
    };
    assert_eq!(
        next(&from("FREQ=WEEKLY"), "2027-01-04", "2027-01-20"),
        "2027-01-27"
    );
    assert_eq!(
        next(&from("FREQ=WEEKLY;BYDAY=MO"), "2027-01-04", "2027-01-20"),
        "2027-01-25"
    );
    let weekly = from("FREQ=WEEKLY");
    let rome_zone = zone("Europe/Rome");
    let position = weekly
        .next(
            &start(&weekly, "2027-01-04"),
            rome("2027-01-20"),
            &rome_zone,
        )
        .unwrap();
    assert_eq!(position.key.to_string(), "1/2027-01-27");
    assert_eq!(position.start, due("2027-01-27"));
    let on_time = weekly
        .next(&position, rome("2027-01-27"), &rome_zone)
        .unwrap();
    assert_eq!(on_time.key.to_string(), "1/2027-02-03");
}

#[test]
fn a_series_that_restarts_keeps_its_count() {
    let five = Recurrence {
        catch_up: CatchUp::FromCompletion,
        ..rule("FREQ=DAILY;COUNT=5")
    };
    let mut position = start(&five, "2027-01-04");
    let mut keys = vec![position.key.to_string()];
    let mut done = due("2027-01-06");
    while let Some(next) = five.next(&position, rome(&done.to_string()), &zone("Europe/Rome")) {
        keys.push(next.key.to_string());
        done = next.due().at(next
            .due()
            .civil()
            .checked_add(jiff::Span::new().days(2))
            .unwrap());
        position = next;
    }
    assert_eq!(
        keys,
        [
            "0/2027-01-04",
            "1/2027-01-07#1",
            "2/2027-01-10#2",
            "3/2027-01-13#3",
            "4/2027-01-16#4"
        ]
    );
    let restarted = OccurrencePosition {
        start: due("2027-01-07"),
        key: "1/2027-01-07#1".parse().unwrap(),
    };
    let on_time = five
        .next(&restarted, rome("2027-01-07"), &zone("Europe/Rome"))
        .unwrap();
    assert_eq!(on_time.key.to_string(), "1/2027-01-08#2");
    assert_eq!(five.upcoming(&restarted, 9, &Zone::utc()).len(), 3);
}

#[test]
fn early_goes_on_after_the_current_key() {
    assert_eq!(
        next(&rule("FREQ=WEEKLY"), "2027-01-11", "2027-01-08"),
        "2027-01-18"
    );
}

#[test]
fn done_today_does_not_return_today() {
    assert_eq!(
        next(&rule("FREQ=DAILY"), "2027-01-04", "2027-01-08"),
        "2027-01-09"
    );
}

#[test]
fn overdue_may_land_later_today() {
    let every_other = rule("FREQ=DAILY;INTERVAL=2");
    let at = "2027-01-04T08:00";
    assert_eq!(
        next(&every_other, at, "2027-01-08T07:45"),
        "2027-01-08T08:00"
    );
    assert_eq!(
        next(&every_other, at, "2027-01-08T08:15"),
        "2027-01-10T08:00"
    );
}

#[test]
fn completion_counts_from_the_day_it_was_done() {
    assert_eq!(
        next(
            &completion("FREQ=DAILY;INTERVAL=3"),
            "2027-01-04",
            "2027-01-20"
        ),
        "2027-01-23"
    );
    assert_eq!(
        next(
            &completion("FREQ=DAILY;INTERVAL=3"),
            "2027-01-04T08:00",
            "2027-01-20T23:30"
        ),
        "2027-01-23T08:00"
    );
    assert_eq!(
        next(
            &completion("FREQ=DAILY;INTERVAL=3"),
            "2027-01-20",
            "2027-01-04"
        ),
        "2027-01-07"
    );
}

#[test]
fn completion_has_no_anchor_day() {
    let monthly = completion("FREQ=MONTHLY");
    assert_eq!(next(&monthly, "2027-01-31", "2027-01-31"), "2027-02-28");
    assert_eq!(next(&monthly, "2027-02-28", "2027-02-28"), "2027-03-28");
    let position = start(&monthly, "2027-01-31");
    let dues: Vec<String> = monthly
        .upcoming(&position, 2, &Zone::utc())
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(dues, ["2027-02-28", "2027-03-28"]);
}

#[test]
fn completion_follows_a_named_day() {
    assert_eq!(
        next(
            &completion("FREQ=MONTHLY;BYMONTHDAY=27"),
            "2027-01-27",
            "2027-02-03"
        ),
        "2027-02-27"
    );
    assert_eq!(
        next(
            &completion("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"),
            "2027-01-04",
            "2027-01-06"
        ),
        "2027-01-18"
    );
}

#[test]
fn completion_keys_count_up_and_end_the_series() {
    let three = completion("FREQ=DAILY;COUNT=3");
    let mut position = start(&three, "2027-01-04");
    let mut keys = vec![position.key.to_string()];
    while let Some(next) = three.next(&position, rome("2027-01-04"), &zone("Europe/Rome")) {
        keys.push(next.key.to_string());
        position = next;
    }
    assert_eq!(keys, ["0/2027-01-04", "0/2027-01-05#1", "0/2027-01-05#2"]);
}

#[test]
fn completion_cannot_catch_up_otherwise() {
    let odd = Recurrence {
        catch_up: CatchUp::NextFuture,
        ..completion("FREQ=DAILY")
    };
    let refused = odd.first(&due("2027-01-04")).unwrap_err();
    assert_eq!(
        (refused.field.as_str(), refused.code),
        ("/recurrence/catch_up", "invalid_catch_up")
    );
}

#[test]
fn the_first_date_counts_only_if_it_matches() {
    assert_eq!(
        start(&rule("FREQ=WEEKLY;BYDAY=MO"), "2027-01-04").due(),
        due("2027-01-04")
    );
    assert_eq!(
        start(&rule("FREQ=WEEKLY;BYDAY=MO"), "2027-01-05").due(),
        due("2027-01-11")
    );
    assert_eq!(
        dates(&rule("FREQ=WEEKLY;BYDAY=MO;COUNT=2"), "2027-01-05", 5),
        ["2027-01-11", "2027-01-18"]
    );
}

#[test]
fn month_ends_are_clamped_and_come_back() {
    assert_eq!(
        dates(&rule("FREQ=MONTHLY"), "2027-01-31", 4),
        ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]
    );
    assert_eq!(
        dates(&strict("FREQ=MONTHLY"), "2027-01-31", 3),
        ["2027-01-31", "2027-03-31", "2027-05-31"]
    );
    assert_eq!(
        dates(&rule("FREQ=MONTHLY;INTERVAL=3"), "2026-11-29", 2),
        ["2026-11-29", "2027-02-28"]
    );
    assert_eq!(
        next(&rule("FREQ=MONTHLY"), "2027-01-31", "2027-03-01"),
        "2027-03-31"
    );
}

#[test]
fn leap_days_are_clamped_or_skipped() {
    assert_eq!(
        dates(&rule("FREQ=YEARLY"), "2028-02-29", 5),
        [
            "2028-02-29",
            "2029-02-28",
            "2030-02-28",
            "2031-02-28",
            "2032-02-29"
        ]
    );
    assert_eq!(
        dates(&strict("FREQ=YEARLY"), "2096-02-29", 2),
        ["2096-02-29", "2104-02-29"]
    );
}

#[test]
fn clamped_days_that_collide_come_once() {
    assert_eq!(
        dates(&rule("FREQ=MONTHLY;BYMONTHDAY=30,31"), "2027-01-30", 5),
        [
            "2027-01-30",
            "2027-01-31",
            "2027-02-28",
            "2027-03-30",
            "2027-03-31"
        ]
    );
}

#[test]
fn a_missing_fifth_friday_is_skipped() {
    assert_eq!(
        dates(&rule("FREQ=MONTHLY;BYDAY=5FR"), "2027-01-01", 3),
        ["2027-01-29", "2027-04-30", "2027-07-30"]
    );
}

#[test]
fn a_month_day_from_the_start_survives_a_short_first_month() {
    assert_eq!(
        dates(&rule("FREQ=YEARLY;BYMONTH=2,3"), "2027-01-31", 4),
        ["2027-02-28", "2027-03-31", "2028-02-29", "2028-03-31"]
    );
}

#[test]
fn a_gap_moves_the_instant_and_not_the_key() {
    let daily = rule("FREQ=DAILY");
    let new_york = zone("America/New_York");
    let mut position = start(&daily, "2027-03-13T02:30");
    let mut instants = Vec::new();
    for _ in 0..2 {
        let done = position.due().instant(&new_york).unwrap();
        position = daily.next(&position, done, &new_york).unwrap();
        instants.push((
            position.key.to_string(),
            position.due().instant(&new_york).unwrap().to_string(),
        ));
    }
    assert_eq!(
        instants[0],
        ("0/2027-03-14T02:30".into(), "2027-03-14T07:30:00Z".into())
    );
    assert_eq!(
        instants[1],
        ("0/2027-03-15T02:30".into(), "2027-03-15T06:30:00Z".into())
    );
}

#[test]
fn a_gap_at_midnight_does_not_lose_the_day() {
    for (name, at, day) in [
        ("America/Santiago", "2026-09-05T00:00", "2026-09-06T00:00"),
        ("Africa/Cairo", "2026-04-23T00:00", "2026-04-24T00:00"),
        ("Asia/Beirut", "2026-03-28T00:00", "2026-03-29T00:00"),
        ("America/Havana", "2026-03-07T00:30", "2026-03-08T00:30"),
    ] {
        let daily = rule("FREQ=DAILY");
        let place = zone(name);
        let position = start(&daily, &format!("{at}[{name}]"));
        let done = position.due().instant(&place).unwrap();
        let next = daily.next(&position, done, &place).unwrap();
        assert_eq!(next.due().to_string(), format!("{day}[{name}]"));
        assert_eq!(daily.upcoming(&position, 1, &Zone::utc()), [next.due()]);
    }
}

#[test]
fn an_overlap_takes_the_first_instance() {
    let daily = rule("FREQ=DAILY");
    let new_york = zone("America/New_York");
    let position = start(&daily, "2027-11-06T01:30");
    let next = daily
        .next(
            &position,
            position.due().instant(&new_york).unwrap(),
            &new_york,
        )
        .unwrap();
    assert_eq!(
        next.due().instant(&new_york).unwrap().to_string(),
        "2027-11-07T05:30:00Z"
    );
}

#[test]
fn a_day_that_never_existed_appears_once() {
    let daily = rule("FREQ=DAILY");
    assert_eq!(
        dates(&daily, "2011-12-29T09:00[Pacific/Apia]", 3),
        [
            "2011-12-29T09:00[Pacific/Apia]",
            "2011-12-31T09:00[Pacific/Apia]",
            "2012-01-01T09:00[Pacific/Apia]"
        ]
    );
    assert_eq!(
        dates(&daily, "2011-12-30T09:00[Pacific/Apia]", 2),
        [
            "2011-12-31T09:00[Pacific/Apia]",
            "2012-01-01T09:00[Pacific/Apia]"
        ]
    );
    assert_eq!(
        dates(&daily, "2011-12-29", 3),
        ["2011-12-29", "2011-12-30", "2011-12-31"]
    );
    let apia = zone("Pacific/Apia");
    let position = start(&daily, "2011-12-29T09:00");
    let next = daily
        .next(&position, position.due().instant(&apia).unwrap(), &apia)
        .unwrap();
    assert_eq!(next.key.to_string(), "0/2011-12-31T09:00");
}

#[test]
fn the_week_start_decides_what_two_weeks_are() {
    assert_eq!(
        dates(&rule("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU"), "2027-01-04", 4),
        ["2027-01-04", "2027-01-10", "2027-01-18", "2027-01-24"]
    );
    assert_eq!(
        dates(
            &rule("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU"),
            "2027-01-04",
            4
        ),
        ["2027-01-04", "2027-01-17", "2027-01-18", "2027-01-31"]
    );
}

#[test]
fn set_positions_choose_from_the_whole_week() {
    assert_eq!(
        dates(
            &rule("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=2,4"),
            "2027-01-07",
            4
        ),
        ["2027-01-07", "2027-01-12", "2027-01-14", "2027-01-19"]
    );
}

#[test]
fn count_includes_what_was_missed() {
    let five = rule("FREQ=DAILY;COUNT=5");
    assert_eq!(next(&five, "2027-01-04", "2027-01-06"), "2027-01-07");
    assert_eq!(next(&five, "2027-01-04", "2027-01-07"), "2027-01-08");
    assert_eq!(next(&five, "2027-01-04", "2027-01-08"), "over");
    assert_eq!(dates(&five, "2027-01-04", 9).len(), 5);
}

#[test]
fn until_is_inclusive() {
    let until = rule("FREQ=DAILY;UNTIL=20270106");
    assert_eq!(
        dates(&until, "2027-01-04", 9),
        ["2027-01-04", "2027-01-05", "2027-01-06"]
    );
    assert_eq!(next(&until, "2027-01-04", "2027-01-06"), "over");
    assert_eq!(dates(&until, "2027-01-04T23:59", 9).len(), 3);
    let floating = rule("FREQ=DAILY;UNTIL=20270106T090000");
    assert_eq!(dates(&floating, "2027-01-04T09:00", 9).len(), 3);
    assert_eq!(dates(&floating, "2027-01-04T09:01", 9).len(), 2);
    let instant = rule("FREQ=DAILY;UNTIL=20270106T080000Z");
    assert_eq!(dates(&instant, "2027-01-04T09:00[Europe/Rome]", 9).len(), 3);
    assert_eq!(dates(&instant, "2027-01-04T09:01[Europe/Rome]", 9).len(), 2);
}

#[test]
fn until_of_another_kind_is_refused() {
    for (text, at) in [
        ("FREQ=DAILY;UNTIL=20270106T090000", "2027-01-04"),
        ("FREQ=DAILY;UNTIL=20270106T090000Z", "2027-01-04"),
        ("FREQ=DAILY;UNTIL=20270106T090000Z", "2027-01-04T09:00"),
        (
            "FREQ=DAILY;UNTIL=20270106T090000",
            "2027-01-04T09:00[Europe/Rome]",
        ),
    ] {
        let refused = rule(text).first(&due(at)).unwrap_err();
        assert_eq!(
            (refused.field.as_str(), refused.code),
            ("/recurrence/rrule", "invalid_until")
        );
        assert!(refused.hint.is_some());
    }
}

#[test]
fn what_never_matches_is_refused() {
    for text in [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=YEARLY;BYMONTH=1;BYYEARDAY=200",
        "FREQ=YEARLY;BYMONTH=6;BYWEEKNO=1;BYDAY=MO",
        "FREQ=DAILY;UNTIL=20261231",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=9",
    ] {
        let refused = strict(text).first(&due("2027-01-04")).expect_err(text);
        assert_eq!(refused.code, "rule_never_matches", "{text}");
        assert!(refused.hint.is_some());
    }
    assert!(
        strict("FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29")
            .first(&due("2028-01-04"))
            .is_ok()
    );
}

#[test]
fn ten_years_untouched_is_one_jump() {
    assert_eq!(
        next(&rule("FREQ=DAILY"), "2027-01-04", "2037-06-15"),
        "2037-06-16"
    );
    assert_eq!(
        next(&rule("FREQ=WEEKLY;INTERVAL=3"), "2027-01-04", "2037-06-15"),
        "2037-06-22"
    );
    assert_eq!(
        next(&rule("FREQ=MONTHLY"), "2027-01-31", "2037-06-15"),
        "2037-06-30"
    );
    assert_eq!(
        next(&rule("FREQ=DAILY;COUNT=1000"), "2027-01-04", "2037-06-15"),
        "over"
    );
    let started = std::time::Instant::now();
    for _ in 0..1000 {
        assert_eq!(
            next(&rule("FREQ=DAILY"), "1900-01-01", "2199-06-15"),
            "2199-06-16"
        );
    }
    assert!(started.elapsed().as_secs() < 5);
}

#[test]
fn nothing_is_due_beyond_2200() {
    assert_eq!(
        next(&rule("FREQ=DAILY"), "2200-12-31", "2200-12-31"),
        "over"
    );
    assert_eq!(
        next(
            &completion("FREQ=YEARLY;INTERVAL=1000"),
            "2027-01-04",
            "2027-01-04"
        ),
        "over"
    );
    assert_eq!(
        next(
            &completion("FREQ=MONTHLY;INTERVAL=1000"),
            "2027-01-04",
            "2027-01-04"
        ),
        "2110-05-04"
    );
    assert!(Due::parse("2200-12-31").is_ok() && Due::parse("2201-01-01").is_err());
}

#[test]
fn a_fixed_zone_stays_when_its_owner_travels() {
    let daily = rule("FREQ=DAILY");
    let position = start(&daily, "2027-01-04T09:00[Asia/Tokyo]");
    // 4 January 23:30 in Rome is already the 5th in Tokyo, before nine.
    let next = daily
        .next(&position, rome("2027-01-04T23:30"), &zone("Europe/Rome"))
        .unwrap();
    assert_eq!(next.due().to_string(), "2027-01-05T09:00[Asia/Tokyo]");
    let next = daily
        .next(&position, rome("2027-01-05T01:30"), &zone("Europe/Rome"))
        .unwrap();
    assert_eq!(next.due().to_string(), "2027-01-06T09:00[Asia/Tokyo]");
}

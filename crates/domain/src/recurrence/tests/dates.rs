//! Dates that a month, a year or a day does not have, and which dates count. 4 January 2027 is a Monday.

use super::*;

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

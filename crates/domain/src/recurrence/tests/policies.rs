//! One test per policy on occurrences that are completed late, early or today. 4 January 2027 is a Monday.

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
fn early_completion_continues_after_the_current_key() {
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

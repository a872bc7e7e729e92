//! Parts of a date or a rule that stand apart from each other, and what is said of parts that lack the rest.

use super::*;

#[test]
fn what_belongs_to_a_rule_reads_apart_from_it() {
    check(&[
        (
            "Physio every tue #health 10 times",
            "Physio | 2027-01-12 | FREQ=WEEKLY;BYDAY=TU;COUNT=10 | #health",
        ),
        (
            "Physio every tue p1 #health, 10 times",
            "Physio | 2027-01-12 | FREQ=WEEKLY;BYDAY=TU;COUNT=10 | !high #health",
        ),
        (
            "10 times every tue physio",
            "physio | 2027-01-12 | FREQ=WEEKLY;BYDAY=TU;COUNT=10",
        ),
        (
            "every tue call mom for 5 times",
            "call mom | 2027-01-12 | FREQ=WEEKLY;BYDAY=TU;COUNT=5",
        ),
        (
            "every tue call mom until june",
            "call mom | 2027-01-12 | FREQ=WEEKLY;BYDAY=TU;UNTIL=20270630",
        ),
        (
            "until june every tue call mom",
            "call mom | 2027-01-12 | FREQ=WEEKLY;BYDAY=TU;UNTIL=20270630",
        ),
        (
            "every day meditate except weekends",
            "meditate | 2027-01-06 | RRULE:FREQ=DAILY\nX-TASKWIRE-EXCLUDE:SA,SU",
        ),
        (
            "every day walk the dog #home except in august",
            "walk the dog | 2027-01-06 | RRULE:FREQ=DAILY\nX-TASKWIRE-EXCLUDE:--08 | #home",
        ),
        (
            "every 15th send invoices or the next workday",
            "send invoices | 2027-01-15 | FREQ=MONTHLY;BYMONTHDAY=15;X-TASKWIRE-SHIFT=NEXT",
        ),
        (
            "every day pills at 9 and 17:00",
            "pills | 2027-01-06T17:00 | FREQ=DAILY;BYHOUR=9,17;BYMINUTE=0",
        ),
        (
            "until june first monday of each quarter review",
            "review | 2027-04-05 | FREQ=YEARLY;BYMONTH=1,4,7,10;BYDAY=1MO;UNTIL=20270630",
        ),
        (
            "every day open the shop from 9 to 17",
            "open the shop | 2027-01-07T09:00 | FREQ=DAILY | +480",
        ),
    ]);
    check_remarks(&[
        (
            "every day do pushups 50 times",
            "do pushups 50 times | 2027-01-06 | FREQ=DAILY",
            "'50 times' was left in the title",
        ),
        (
            "water plants until june",
            "water plants until june",
            "'until june' was left in the title",
        ),
        (
            "vacation from july 1 to july 15",
            "vacation from july 1 to july 15",
            "is several days",
        ),
    ]);
}

#[test]
fn a_day_and_a_time_read_apart_from_each_other() {
    check(&[
        (
            "end of month: pay the rent 5pm",
            "pay the rent | 2027-01-31T17:00",
        ),
        ("call bob before friday 5pm", "call bob | 2027-01-08T17:00"),
        (
            "call bob before 5pm on friday",
            "call bob | 2027-01-08T17:00",
        ),
        ("call bob friday before noon", "call bob | 2027-01-08T12:00"),
        (
            "friday: meeting between 9 and 10am",
            "meeting | 2027-01-08T09:00 |  | +60",
        ),
        (
            "meeting between 9 and 10 on friday",
            "meeting | 2027-01-08T09:00 |  | +60",
        ),
        (
            "friday team meeting from 9:30 to 11",
            "team meeting | 2027-01-08T09:30 |  | +90",
        ),
        (
            "in the evening call Ann friday",
            "call Ann | 2027-01-08T19:00",
        ),
        (
            "every tue in the evening clean",
            "clean | 2027-01-12T19:00 | FREQ=WEEKLY;BYDAY=TU",
        ),
        (
            "meet Bob 17:30 90m a week from friday",
            "meet Bob | 2027-01-15T17:30 |  | +90",
        ),
        (
            "Send report 5pm - christmas (45m) to Ann",
            "Send report to Ann | 2027-12-25T17:00 |  | +45",
        ),
        (
            "5pm - christmas 90m to Ann",
            "to Ann | 2027-12-25T17:00 |  | +90",
        ),
    ]);
    check_remarks(&[
        (
            "end of month pay the rent 5pm",
            "pay the rent | 2027-01-31T17:00",
            "quote it if it belongs to the title",
        ),
        (
            "call Bob between 5pm and 6pm",
            "call Bob between 5pm and 6pm",
            "write it right beside its day",
        ),
        (
            "choose between 2 and 3 friday",
            "choose | 2027-01-08T14:00 |  | +60",
            "read as 14:00",
        ),
        (
            "at 17 clean the car on friday",
            "clean the car | 2027-01-08T17:00",
            "read as the time 17:00",
        ),
        (
            "friday look at 5 houses",
            "look at 5 houses | 2027-01-08",
            "'at 5' was left in the title",
        ),
        (
            "lunch tomorrow 12.30",
            "lunch | 2027-01-07T12:30",
            "read as the time 12:30",
        ),
        (
            "lunch 12.30 with Ann tomorrow",
            "lunch 12.30 with Ann | 2027-01-07",
            "'12.30' was left in the title",
        ),
    ]);
}

#[test]
fn a_time_whose_date_was_refused_is_not_todays() {
    for (line, part) in [
        ("meet 31 feb 5pm", "31 feb"),
        ("meet 5pm 31 feb", "31 feb"),
        ("at 5pm meet Ann on 30/2", "30/2"),
        ("meet 2027-02-30 at 17:00", "2027-02-30"),
        ("trip july 1 to july 15 5pm", "july 1 to july 15"),
        ("report 3 days ago at 5pm", "3 days ago at 5pm"),
        ("gym every tue and a half 5pm", "every tue"),
    ] {
        let parsed = quick_add(line, &wednesday());
        assert_eq!(told(&parsed), line);
        let said = parsed.warnings();
        assert!(
            said.iter().any(|said| said.contains(part)),
            "{line}: {said:?}"
        );
    }
}

#[test]
fn what_only_looks_like_a_date_is_pointed_out() {
    for (line, part) in [
        ("july 1 to july 15", "july 1 to july 15"),
        ("trip 1 july - 15 july", "1 july - 15 july"),
        ("trip friday to monday", "friday to monday"),
        ("closed since monday", "since monday"),
        ("open until friday 5pm", "until friday"),
        ("visit Rome in april", "in april"),
        ("visit Rome in april 2028", "in april 2028"),
        ("pay taxes by april", "by april"),
        ("pay taxes april", "april"),
        ("launch in 2028", "in 2028"),
        ("call back by 5", "by 5"),
        ("call back in 5", "in 5"),
        ("call after 5pm", "after 5pm"),
        ("submit 3 days later", "3 days later"),
        ("invite all except friday", "except friday"),
    ] {
        let parsed = quick_add(line, &wednesday());
        assert_eq!(told(&parsed), line);
        let is_said = parsed
            .remarks
            .iter()
            .any(|said| line[said.start..said.end].contains(part));
        assert!(is_said, "{line}: {:?}", parsed.remarks);
    }
    for line in [
        "call April",
        "the june issue",
        "clean the 1st floor",
        "book the 8:30 train",
        "prepare the Monday report",
        "read 3/4 of the book",
        "half of the cake",
        "buy 5 apples",
    ] {
        assert_eq!(quick_add(line, &wednesday()).warnings(), [""; 0], "{line}");
    }
}

#[test]
fn weekends_have_two_days() {
    check(&[
        (
            "jog on weekends",
            "jog | 2027-01-09 | FREQ=WEEKLY;BYDAY=SA,SU",
        ),
        (
            "jog weekends at 9",
            "jog | 2027-01-09T09:00 | FREQ=WEEKLY;BYDAY=SA,SU",
        ),
        ("jog this weekend", "jog | 2027-01-09"),
        ("jog next weekend", "jog | 2027-01-16"),
    ]);
    check_remarks(&[
        (
            "jog every weekend",
            "jog | 2027-01-09 | FREQ=WEEKLY;BYDAY=SA,SU",
            "'every saturday' for once a weekend",
        ),
        (
            "jog every other weekend",
            "jog | 2027-01-09 | FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU",
            "'every saturday' for once a weekend",
        ),
    ]);
    // Both days are in one week, on whatever day the writer's begins.
    let context = Context {
        week_start: jiff::civil::Weekday::Sunday,
        ..wednesday()
    };
    let (recurrence, first) = rule("every other weekend", &context).unwrap();
    let dates: Vec<String> = recurrence
        .expand(&first, 4)
        .iter()
        .map(|found| found.scheduled.to_string())
        .collect();
    assert_eq!(
        dates,
        ["2027-01-09", "2027-01-10", "2027-01-23", "2027-01-24"]
    );
}

#[test]
fn a_moment_of_today_that_has_passed_is_told() {
    for line in [
        "call today 9am",
        "call today at 9",
        "call at 9:00 today",
        "call this morning",
    ] {
        let parsed = quick_add(line, &wednesday());
        assert_eq!(told(&parsed), "call | 2027-01-06T09:00");
        let said = parsed.warnings();
        assert!(
            said.iter().any(|said| said.contains("already passed")),
            "{line}: {said:?}"
        );
    }
}

#[test]
fn a_leap_day_says_what_it_is_in_other_years() {
    check_remarks(&[(
        "party every feb 29",
        "party | 2027-02-28 | FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        "in a year without 29 February it is the 28th",
    )]);
    check(&[(
        "party every feb 29, skip short months",
        "party | 2028-02-29 | FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    )]);
}

#[test]
fn policies_and_exceptions_are_read_in_front_of_their_rule_and_behind_the_task() {
    const COMPLETED: &str = "water plants | 2027-01-06 | !FREQ=DAILY;INTERVAL=3";
    for line in [
        "water plants every 3 days when done",
        "water plants every 3 days after it's done",
        "water plants every 3 days once done",
        "every 3 days, water plants, after completion",
        "after completion, water plants every 3 days",
    ] {
        let parsed = quick_add(line, &wednesday());
        assert_eq!(told(&parsed), COMPLETED, "{line}");
        assert!(parsed.remarks.is_empty(), "{line}: {:?}", parsed.remarks);
    }
    for line in [
        "water plants when done every 3 days",
        "when done water plants every 3 days",
        "every 3 days water plants when done",
    ] {
        check_remarks(&[(line, COMPLETED, "counted from each completion")]);
    }
    check(&[
        (
            "except in august gym every day at 9",
            "gym | 2027-01-07T09:00 | RRULE:FREQ=DAILY\nX-TASKWIRE-EXCLUDE:--08",
        ),
        (
            "gym except weekends every day",
            "gym | 2027-01-06 | RRULE:FREQ=DAILY\nX-TASKWIRE-EXCLUDE:SA,SU",
        ),
        // Nothing that is no rule has a policy.
        ("call Ann when done", "call Ann when done"),
        ("send it when done friday", "send it when done | 2027-01-08"),
    ]);
    let parsed = quick_add("skip short months pay rent every 31st", &wednesday());
    assert_eq!(parsed.title, "pay rent");
    assert_eq!(
        parsed.recurrence.unwrap().overflow,
        crate::recurrence::Overflow::Skip
    );
    for line in [
        "catch up: water plants every 3 days",
        "water plants, catch up, every 3 days",
        "every 3 days, water plants, catch up",
        "water plants every 3 days #home, catch up",
        "restarting when late water plants every 3 days",
    ] {
        let parsed = quick_add(line, &wednesday());
        assert_eq!(parsed.title, "water plants", "{line}");
        let recurrence = parsed.recurrence.unwrap();
        assert_ne!(
            recurrence.catch_up,
            crate::recurrence::CatchUp::default(),
            "{line}"
        );
    }
}

#[test]
fn catching_up_with_somebody_is_what_to_do() {
    check(&[
        (
            "every friday catch up with Bob",
            "catch up with Bob | 2027-01-08 | FREQ=WEEKLY;BYDAY=FR",
        ),
        (
            "every friday, catch up on email",
            "catch up on email | 2027-01-08 | FREQ=WEEKLY;BYDAY=FR",
        ),
        (
            "every monday 9am catch up call with Anna",
            "catch up call with Anna | 2027-01-11T09:00 | FREQ=WEEKLY;BYDAY=MO",
        ),
        (
            "call Bob every friday, catch up on news",
            "call Bob, catch up on news | 2027-01-08 | FREQ=WEEKLY;BYDAY=FR",
        ),
        (
            "catch up with Bob every friday",
            "catch up with Bob | 2027-01-08 | FREQ=WEEKLY;BYDAY=FR",
        ),
    ]);
}

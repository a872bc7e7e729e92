//! Random rules from random starts: nothing panics or hangs, dates rise, a jump finds what a walk finds, and text and
//! words read back. `TASKWIRE_RANDOM_INPUTS`, `TASKWIRE_RANDOM_SEED` and `TASKWIRE_RANDOM_FIRST` say how many rules, which,
//! and from which number on.

use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::Span;
use jiff::civil::Date;

use super::oracle::Seeded;
use super::*;

const PARTS: &[&str] = &[
    "INTERVAL=1",
    "INTERVAL=2",
    "INTERVAL=13",
    "INTERVAL=999999999",
    "BYDAY=MO",
    "BYDAY=MO,TU,WE,TH,FR",
    "BYDAY=-1FR",
    "BYDAY=2MO,-2SU",
    "BYDAY=20MO",
    "BYMONTHDAY=1",
    "BYMONTHDAY=31",
    "BYMONTHDAY=-31,-1",
    "BYMONTHDAY=29,30",
    "BYMONTH=2",
    "BYMONTH=1,12",
    "BYMONTH=6,7,8",
    "BYYEARDAY=366",
    "BYYEARDAY=1,-366",
    "BYYEARDAY=100",
    "BYWEEKNO=1",
    "BYWEEKNO=53,-1",
    "BYWEEKNO=20",
    "BYHOUR=0",
    "BYHOUR=2,3",
    "BYHOUR=9,17",
    "BYMINUTE=0,30",
    "BYMINUTE=59",
    "BYSECOND=0",
    "BYSETPOS=1",
    "BYSETPOS=-1,2",
    "COUNT=1",
    "COUNT=7",
    "UNTIL=20301231",
    "UNTIL=20260101T000000Z",
    "WKST=SU",
    "WKST=TH",
    "SKIP=FORWARD",
    "SKIP=BACKWARD",
    "SKIP=OMIT",
    "RSCALE=GREGORIAN",
    "X-TASKWIRE-STEP=WORKDAY",
    "X-TASKWIRE-SHIFT=NEXT",
    "X-TASKWIRE-SHIFT=PREVIOUS",
    "X-TASKWIRE-SHIFT=-3",
];

const LINES: &[&str] = &[
    "EXDATE:20270104",
    "RDATE:20280229",
    "X-TASKWIRE-EXCLUDE:SA,SU",
    "X-TASKWIRE-EXCLUDE:--08,--1224",
    "X-TASKWIRE-ANCHOR:COMPLETION",
    "X-TASKWIRE-CATCH-UP:ONE-STEP",
    "X-TASKWIRE-OVERFLOW:FORWARD",
];

fn text(random: &mut Seeded) -> String {
    let frequencies = [
        "YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY",
    ];
    let mut text = String::new();
    for index in 0..=random.below(2) {
        if index > 0 {
            text.push('\n');
        }
        text.push_str("RRULE:FREQ=");
        text.push_str(random.one(&frequencies));
        for _ in 0..random.below(5) {
            text.push(';');
            text.push_str(random.one(PARTS));
        }
    }
    for _ in 0..random.below(3) {
        text.push('\n');
        text.push_str(random.one(LINES));
    }
    text
}

fn small(number: usize) -> i8 {
    i8::try_from(number).unwrap()
}

fn check(random: &mut Seeded, text: &str) {
    let overflow = [Overflow::Clamp, Overflow::Skip, Overflow::Forward][random.below(3)];
    let Ok(recurrence) = Recurrence::parse(text, overflow) else {
        return;
    };
    // What is left out may come back in another order.
    let written = recurrence.interchange();
    let again = Recurrence::parse(&written, Overflow::Skip).unwrap();
    assert_eq!(again.interchange(), written);
    let days = Span::new().days(i64::try_from(random.below(40_000)).unwrap());
    let date = Date::constant(1990, 1, 1).checked_add(days).unwrap();
    let at = date.at(small(random.below(24)), small(random.below(60)), 0, 0);
    let start = match random.below(4) {
        0 => Due::Date(date),
        1 => Due::Floating(at),
        2 => Due::Zoned(at, zone("America/New_York")),
        _ => Due::Zoned(at, zone("Africa/Cairo")),
    };
    let Ok(position) = recurrence.first(&start) else {
        return;
    };
    let found = recurrence.expand(&position.start, 20);
    for pair in found.windows(2) {
        match (&pair[0].zoned, &pair[1].zoned) {
            // The wall clock goes back where an hour comes twice; time does not.
            (Some(earlier), Some(later)) => assert!(earlier < later),
            _ => assert!(pair[0].scheduled.civil() < pair[1].scheduled.civil()),
        }
    }
    if let Some(middle) = found.get(found.len() / 2) {
        let jumped = recurrence.expand_after(&position.start, Some(&middle.scheduled), 1);
        let mut after = found.iter();
        let walked = after.find(|found| found.scheduled.civil() > middle.scheduled.civil());
        if let (Some(jumped), Some(walked)) = (jumped.first(), walked) {
            assert_eq!(jumped.scheduled, walked.scheduled);
        }
    }
    let owner = zone("Europe/Rome");
    if let Some(done) = position.due().ordering_instant(&owner) {
        let _ = recurrence.next(&position, done, &owner);
    }
    let _ = recurrence.describe();
}

/// Looks at so many rules.
fn look_at_random_rules(count: u64) {
    let number = |name: &str, default: u64| {
        std::env::var(name).map_or(default, |text: String| text.parse().unwrap())
    };
    let seed = number("TASKWIRE_RANDOM_SEED", 2027);
    let count = number("TASKWIRE_RANDOM_INPUTS", count);
    let first = number("TASKWIRE_RANDOM_FIRST", 0);
    for index in first..first + count {
        let mut random = Seeded(seed.wrapping_mul(1_000_003).wrapping_add(index));
        let text = text(&mut random);
        let found = catch_unwind(AssertUnwindSafe(|| check(&mut random, &text)));
        assert!(found.is_ok(), "seed {seed}, rule {index}: {text:?}");
    }
    println!("{count} rules");
}

#[test]
fn random_rules_are_consistent() {
    look_at_random_rules(2_000);
}

#[test]
#[ignore = "runs long; TASKWIRE_RANDOM_INPUTS says how long"]
fn many_random_rules_are_consistent() {
    look_at_random_rules(1_000_000);
}

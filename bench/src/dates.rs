//! Dates: the next occurrence of rules compared with the `rrule` crate, and the cost of parsing a line.

use std::hint::black_box;
use std::time::{Duration, Instant};

use taskwire_domain::recurrence::Overflow;
use taskwire_domain::{Due, Recurrence, Zone, grammar};

/// Rounds of each measurement; the median counts.
const ROUNDS: usize = 15;
/// Length of one round.
const ROUND: Duration = Duration::from_millis(40);

/// A name, a rule, its start, and the value after which the next one is computed.
const RULES: &[(&str, &str, &str, &str)] = &[
    (
        "daily",
        "FREQ=DAILY",
        "2027-01-04T09:00:00",
        "2027-01-20T09:00:00",
    ),
    (
        "daily, ten years untouched",
        "FREQ=DAILY",
        "2017-01-04T09:00:00",
        "2027-01-20T09:00:00",
    ),
    (
        "every 2 weeks on Mon and Wed",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE",
        "2027-01-04T09:00:00",
        "2027-01-20T09:00:00",
    ),
    (
        "3rd Friday",
        "FREQ=MONTHLY;BYDAY=3FR",
        "2027-01-15T09:00:00",
        "2027-01-20T09:00:00",
    ),
    (
        "last workday",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "2027-01-29T09:00:00",
        "2027-02-01T09:00:00",
    ),
    (
        "monthly on the 31st",
        "FREQ=MONTHLY;BYMONTHDAY=31",
        "2027-01-31T09:00:00",
        "2027-02-01T09:00:00",
    ),
    (
        "yearly",
        "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=14",
        "2027-01-14T09:00:00",
        "2027-02-01T09:00:00",
    ),
    (
        "hourly",
        "FREQ=HOURLY",
        "2027-01-04T09:00:00",
        "2027-01-20T09:00:00",
    ),
    (
        "RFC: 20th Monday of the year",
        "FREQ=YEARLY;BYDAY=20MO",
        "1997-05-19T09:00:00",
        "1997-05-20T09:00:00",
    ),
    (
        "RFC: Monday of week 20",
        "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
        "1997-05-12T09:00:00",
        "1997-05-13T09:00:00",
    ),
    (
        "RFC: Friday the 13th",
        "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
        "1998-02-13T09:00:00",
        "1998-11-14T09:00:00",
    ),
    (
        "RFC: US election day",
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        "1996-11-05T09:00:00",
        "1996-11-06T09:00:00",
    ),
    (
        "RFC: every 20 min 9:00 to 16:40",
        "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16",
        "1997-09-02T09:00:00",
        "1997-09-02T16:40:00",
    ),
    (
        "RFC: the same, daily",
        "FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40",
        "1997-09-02T09:00:00",
        "1997-09-02T16:40:00",
    ),
];

const LINES: &[&str] = &[
    "buy milk",
    "buy milk tomorrow 5pm p1 #shopping",
    "submit report every last workday at 17:00 starting 1 dec until june p1 #work !30m",
    "call Ann about the monitor she may sell in march, then write up the second draft for the weekly report",
];

/// Prints the medians; asserts nothing.
pub(crate) fn run() -> anyhow::Result<()> {
    println!(
        "The next occurrence, {ROUNDS} rounds of {} ms each; medians.\n",
        ROUND.as_millis()
    );
    println!(
        "{:<34}{:>12}{:>14}{:>9}",
        "", "taskwire", "rrule crate", "ratio"
    );
    for (name, rule, start, after) in RULES {
        let recurrence = Recurrence::parse(rule, Overflow::Skip)?;
        let (start_due, after_due) = (Due::parse(start)?, Due::parse(after)?);
        let mine = median(|| {
            black_box(recurrence.expand_after(black_box(&start_due), Some(&after_due), 1));
        });
        let theirs = other(rule, start, after)?;
        println!(
            "{name:<34}{:>9.2} µs{:>11.2} µs{:>8.0}x",
            micros(mine),
            micros(theirs),
            micros(theirs) / micros(mine)
        );
    }
    let zone = Zone::parse("Europe/Rome")?;
    let now = "2027-01-04T09:00:00Z".parse()?;
    let context = grammar::Context::new(now, zone);
    println!("\nReading a line.\n");
    for line in LINES {
        let taken = median(|| {
            black_box(grammar::quick_add(black_box(line), &context));
        });
        let clipped: String = line.chars().take(60).collect();
        println!("{clipped:<62}{:>9.2} µs", micros(taken));
    }
    Ok(())
}

/// The other engine, whose start is parsed once; it iterates from the start to the requested date.
fn other(rule: &str, start: &str, after: &str) -> anyhow::Result<Duration> {
    let compact = start.replace([':', '-'], "");
    let set: rrule::RRuleSet = format!("DTSTART:{compact}Z\nRRULE:{rule}").parse()?;
    let after: jiff::civil::DateTime = after.parse()?;
    let after = after
        .to_zoned_datetime(jiff::tz::TimeZone::UTC)?
        .timestamp();
    let second = after.as_second();
    Ok(median(|| {
        let next = set.into_iter().find(|at| at.timestamp() > second);
        black_box(next);
    }))
}

/// The time of one call: the median of several rounds of many calls.
fn median(mut call: impl FnMut()) -> Duration {
    let mut rounds: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            let mut calls = 0_u32;
            while begun.elapsed() < ROUND {
                for _ in 0..16 {
                    call();
                }
                calls += 16;
            }
            begun.elapsed() / calls
        })
        .collect();
    rounds.sort_unstable();
    rounds.get(ROUNDS / 2).copied().unwrap_or_default()
}

fn micros(taken: Duration) -> f64 {
    taken.as_secs_f64() * 1e6
}

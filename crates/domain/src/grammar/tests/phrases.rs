//! The meaning of phrases on Monday 4 January 2027, 10:00 in Rome, and which words were taken.

use std::fmt::Write as _;

use super::tables::{ALL, MONTH_FIRST, moments};
use super::*;

/// Removes the brackets of `pay ⟦tomorrow⟧` and returns their positions.
fn unmarked(marked: &str) -> (String, Vec<(usize, usize)>) {
    let (mut text, mut spans, mut start) = (String::new(), Vec::new(), 0);
    for c in marked.chars() {
        match c {
            '⟦' => start = text.len(),
            '⟧' => spans.push((start, text.len())),
            c => text.push(c),
        }
    }
    (text, spans)
}

fn check(tables: &[&[(&str, &str)]], context: &Context) {
    let mut wrong = String::new();
    for (marked, expected) in tables.iter().copied().flatten() {
        let (text, spans) = unmarked(marked);
        let parsed = quick_add(&text, context);
        let found: Vec<(usize, usize)> = parsed
            .spans
            .iter()
            .map(|span| (span.start, span.end))
            .collect();
        // Dates that passed, or have no year, are pointed out: `remarks` tests that.
        let is_plain = parsed.warnings().iter().all(|told| {
            told.contains("; write the year if you mean ")
                || told == "this date is in the past"
                || told.starts_with("a duration needs a time of day")
                || told.ends_with("quote it if it belongs to the title")
                || told.starts_with("read as a date; write #")
                || told.starts_with("read as both Saturday and Sunday")
                || told.starts_with("in a year without 29 February")
                || told.starts_with("read as the time ")
                || told == "that time has already passed today"
                || told.contains("was left in the title")
        });
        if told(&parsed).trim() != *expected || found != spans || !is_plain {
            let words: Vec<&str> = found
                .iter()
                .map(|(start, end)| &text[*start..*end])
                .collect();
            writeln!(
                wrong,
                "{marked:?}\n   found {:?} {words:?} {:?}\n  wanted {expected:?}",
                told(&parsed),
                parsed.warnings()
            )
            .unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn phrases_mean_what_they_say() {
    assert!(ALL.iter().map(|table| table.len()).sum::<usize>() >= 400);
    check(ALL, &here());
}

#[test]
fn phrases_mean_what_they_say_at_other_moments() {
    for (now, table) in [
        ("2027-01-10T19:30:00Z", moments::SUNDAY_EVENING),
        ("2027-12-31T18:00:00Z", moments::LAST_DAY_OF_THE_YEAR),
        ("2027-02-28T09:00:00Z", moments::LAST_DAY_OF_FEBRUARY),
        ("2027-03-27T22:30:00Z", moments::BEFORE_THE_SHORT_NIGHT),
        ("2027-10-30T22:10:00Z", moments::IN_THE_LONG_NIGHT),
    ] {
        check(&[table], &Context::new(now.parse().unwrap(), rome()));
    }
}

#[test]
fn figures_follow_the_order_of_day_and_month() {
    let context = Context {
        date_order: DateOrder::MonthFirst,
        ..here()
    };
    check(&[MONTH_FIRST], &context);
}

#[test]
fn of_several_dates_the_last_wins() {
    let parsed = add("move dentist friday tuesday");
    assert_eq!(told(&parsed), "move dentist friday | 2027-01-05");
    assert_eq!(
        parsed.warnings(),
        ["'friday' was ignored: 'tuesday' is used"]
    );
    let parsed = add("buy p1 milk p2");
    assert_eq!(told(&parsed), "buy p1 milk |  |  | !medium");
    assert_eq!(parsed.warnings().len(), 1);
}

#[test]
fn a_rule_with_its_own_time_leaves_another_alone() {
    let parsed = add("call about 5pm every day at 11");
    assert_eq!(
        told(&parsed),
        "call about 5pm | 2027-01-04T11:00 | FREQ=DAILY"
    );
    assert_eq!(parsed.warnings().len(), 1);
}

#[test]
fn an_hour_of_today_that_is_over_is_pointed_out() {
    let parsed = add("buy milk at 8 today");
    assert_eq!(told(&parsed), "buy milk | 2027-01-04T08:00");
    assert_eq!(parsed.warnings().len(), 1);
}

#[test]
fn policies_can_be_said() {
    let (recurrence, _) = rule(
        "every month on the 31st, skip short months, catch up",
        &here(),
    )
    .unwrap();
    assert_eq!(recurrence.overflow, crate::recurrence::Overflow::Skip);
    assert_eq!(recurrence.catch_up, crate::recurrence::CatchUp::OneStep);
    assert!(rule("every! month, catch up", &here()).is_err());
}

#[test]
fn spans_say_what_was_taken() {
    let text = "bùy milk tomorrow at 5pm p1 #shop";
    let parsed = add(text);
    let spans: Vec<(&str, SpanKind)> = parsed
        .spans
        .iter()
        .map(|span| (&text[span.start..span.end], span.kind))
        .collect();
    assert_eq!(
        spans,
        [
            ("tomorrow at 5pm", SpanKind::Due),
            ("p1", SpanKind::Priority),
            ("#shop", SpanKind::Tag)
        ]
    );
}

#[test]
fn of_several_times_the_last_wins() {
    let parsed = add("call at 5pm tomorrow or so at 6pm");
    assert_eq!(told(&parsed), "call or so | 2027-01-05T18:00");
    assert_eq!(
        parsed.warnings(),
        ["the time of 'at 5pm tomorrow' was ignored: 'at 6pm' is used"]
    );
    assert!(add("call tomorrow or so at 6pm").remarks.is_empty());
}

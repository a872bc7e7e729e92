//! What phrases mean on Monday 4 January 2027, 10:00 in Rome, and which words were taken.

use std::fmt::Write as _;

use super::tables::{ALL, MONTH_FIRST};
use super::*;

/// Takes the marks out of `pay ⟦tomorrow⟧` and answers where they stood.
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
        if told(&parsed).trim() != *expected || found != spans || !parsed.remarks.is_empty() {
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
        ["'friday' is ambiguous: the last of its kind was taken"]
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
    let parsed = add("buy milk at 5 today");
    assert_eq!(told(&parsed), "buy milk | 2027-01-04T05:00");
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
fn the_zone_says_which_day_it_is() {
    let kiritimati = Zone::parse("Pacific/Kiritimati").unwrap();
    let late: Timestamp = "2027-01-04T12:00:00Z".parse().unwrap();
    assert_eq!(
        quick_add("x today", &Context::new(late, kiritimati.clone()))
            .due
            .unwrap()
            .to_string(),
        "2027-01-05"
    );
    assert_eq!(
        quick_add("x today", &Context::new(late, rome()))
            .due
            .unwrap()
            .to_string(),
        "2027-01-04"
    );
}

#[test]
fn hours_from_now_are_elapsed_hours() {
    let new_york = Zone::parse("America/New_York").unwrap();
    let before_gap: Timestamp = "2027-03-14T06:30:00Z".parse().unwrap();
    let due = quick_add("x in 1 hour", &Context::new(before_gap, new_york.clone()))
        .due
        .unwrap();
    assert_eq!(due.to_string(), "2027-03-14T03:30");
}

#[test]
fn a_due_text_is_read_whole() {
    for (text, expected) in [
        ("2027-02-01", "2027-02-01"),
        (
            " 2027-02-01T09:00[Europe/Rome] ",
            "2027-02-01T09:00[Europe/Rome]",
        ),
        ("2027-02-01 09:00", "2027-02-01T09:00"),
        ("2027-02-01 at 9", "2027-02-01T09:00"),
        ("tomorrow", "2027-01-05"),
        ("Tomorrow 5pm", "2027-01-05T17:00"),
        ("next friday at noon", "2027-01-15T12:00"),
        ("by friday", "2027-01-08"),
        ("on the 1st", "2027-02-01"),
        ("in 2 hours", "2027-01-04T12:00"),
        ("5pm", "2027-01-04T17:00"),
        ("sat", "2027-01-09"),
    ] {
        assert_eq!(due(text, &here()).unwrap().to_string(), expected);
    }
    for text in [
        "",
        " ",
        "soon",
        "tomorrow-ish",
        "buy milk tomorrow",
        "tomorrow then",
        "every day",
        "31 feb",
        "2026-02-30",
        "2026-12-01T09:00[EST]",
        "2026-12-01T09:00Z",
        "at",
        "5",
        "\"tomorrow\"",
        "#tomorrow",
    ] {
        let refused = due(text, &here()).expect_err(text);
        assert_eq!(
            (refused.field.as_str(), refused.hint.is_some()),
            ("/due", true),
            "{text}"
        );
    }
    assert!(due(&"tomorrow ".repeat(200_000), &here()).is_err());
}

#[test]
fn a_rule_text_is_read_whole() {
    for (text, expected) in [
        ("every day", "FREQ=DAILY 2027-01-04"),
        ("Every Monday at 9", "FREQ=WEEKLY;BYDAY=MO 2027-01-11T09:00"),
        ("after 10 days", "FREQ=DAILY;INTERVAL=10 2027-01-04"),
        ("daily", "FREQ=DAILY 2027-01-04"),
        (
            "the last day of every month",
            "FREQ=MONTHLY;BYMONTHDAY=-1 2027-01-31",
        ),
        (
            "every 2 weeks on monday and sunday, weeks from sunday",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU 2027-01-04",
        ),
    ] {
        let (recurrence, due) = rule(text, &here()).unwrap();
        assert_eq!(format!("{recurrence} {due}"), expected);
        assert_eq!(recurrence.first(&due).unwrap().due(), due);
    }
    for text in [
        "",
        "monday",
        "every",
        "every day or so",
        "run every day",
        "every 0 days",
        "every 1001 days",
        "every day 5 times until 1 jun",
        "every day 1001 times",
        "every 30 feb",
        "every day until yesterday",
        "every day until 1 jan 2020",
    ] {
        let refused = rule(text, &here()).expect_err(text);
        assert_eq!(
            (refused.field.as_str(), refused.hint.is_some()),
            ("/recurrence/text", true),
            "{text}"
        );
    }
    assert!(rule(&"every ".repeat(200_000), &here()).is_err());
}

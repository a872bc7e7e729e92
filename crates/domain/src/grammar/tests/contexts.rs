//! Settings of the writer: the zone, the current time, the first day of the week, and text to leave alone.

use jiff::civil::Weekday;

use super::*;

fn on(now: &str) -> Context {
    Context::new(now.parse().unwrap(), rome())
}

fn due_of(text: &str, context: &Context) -> String {
    quick_add(text, context)
        .due
        .map_or_else(String::new, |due| due.to_string())
}

#[test]
fn the_zone_says_which_day_it_is() {
    let kiritimati = Zone::parse("Pacific/Kiritimati").unwrap();
    let late: Timestamp = "2027-01-04T12:00:00Z".parse().unwrap();
    assert_eq!(
        due_of("x today", &Context::new(late, kiritimati)),
        "2027-01-05"
    );
    assert_eq!(due_of("x today", &Context::new(late, rome())), "2027-01-04");
}

#[test]
fn hours_from_now_are_elapsed_hours() {
    let new_york = Zone::parse("America/New_York").unwrap();
    let before_gap: Timestamp = "2027-03-14T06:30:00Z".parse().unwrap();
    let context = Context::new(before_gap, new_york);
    assert_eq!(due_of("x in 1 hour", &context), "2027-03-14T03:30");
}

#[test]
fn a_time_elsewhere_is_past_when_it_is_past_there() {
    // 10:00 in Rome is 18:00 in Tokyo and 04:00 in New York.
    assert_eq!(
        due_of("x 5pm Tokyo time", &here()),
        "2027-01-05T17:00[Asia/Tokyo]"
    );
    assert_eq!(
        due_of("x 7pm Tokyo time", &here()),
        "2027-01-04T19:00[Asia/Tokyo]"
    );
    assert_eq!(
        due_of("x 5am New York time", &here()),
        "2027-01-04T05:00[America/New_York]"
    );
}

#[test]
fn the_week_begins_where_the_writer_says() {
    // Sunday 10 January 2027.
    let monday = on("2027-01-10T09:00:00Z");
    let sunday = Context {
        week_start: Weekday::Sunday,
        ..monday.clone()
    };
    let saturday = Context {
        week_start: Weekday::Saturday,
        ..monday.clone()
    };
    for (text, by_monday, by_sunday, by_saturday) in [
        ("x next friday", "2027-01-15", "2027-01-22", "2027-01-22"),
        ("x next sunday", "2027-01-17", "2027-01-17", "2027-01-17"),
        ("x next week", "2027-01-11", "2027-01-18", "2027-01-18"),
        ("x end of week", "2027-01-10", "2027-01-16", "2027-01-15"),
        ("x this weekend", "2027-01-10", "2027-01-10", "2027-01-10"),
        ("x next weekend", "2027-01-16", "2027-01-16", "2027-01-16"),
        ("x friday", "2027-01-15", "2027-01-15", "2027-01-15"),
        ("x sunday", "2027-01-10", "2027-01-10", "2027-01-10"),
    ] {
        assert_eq!(due_of(text, &monday), by_monday, "{text}, Monday");
        assert_eq!(due_of(text, &sunday), by_sunday, "{text}, Sunday");
        assert_eq!(due_of(text, &saturday), by_saturday, "{text}, Saturday");
    }
}

#[test]
fn a_rule_keeps_the_week_where_it_matters() {
    let sunday = Context {
        week_start: Weekday::Sunday,
        ..here()
    };
    for (text, week_start) in [
        ("every 2 weeks on monday and sunday", Weekday::Sunday),
        ("every 2 weeks on monday and thursday", Weekday::Monday),
        ("every 2 weeks on sunday", Weekday::Monday),
        ("every week on monday and sunday", Weekday::Monday),
        (
            "every 2 weeks on monday and sunday, weeks from monday",
            Weekday::Monday,
        ),
        (
            "every 2 weeks on monday and sunday, weeks from saturday",
            Weekday::Saturday,
        ),
    ] {
        let (recurrence, _) = rule(text, &sunday).unwrap();
        assert_eq!(recurrence.rules[0].week_start, week_start, "{text}");
    }
}

#[test]
fn what_is_ignored_stays_in_the_title() {
    let text = "read tomorrow never dies tomorrow p1";
    let first = 5..13;
    let parsed = quick_add_ignoring(text, &here(), std::slice::from_ref(&first));
    assert_eq!(
        told(&parsed),
        "read tomorrow never dies | 2027-01-05 |  | !high"
    );
    assert!(parsed.remarks.is_empty());
    let parsed = quick_add_ignoring(text, &here(), &[5..13, 25..33, 34..36]);
    assert_eq!(parsed.title, text);
    let rule = 4..16;
    let parsed = quick_add_ignoring(
        "run every monday at 9 friday",
        &here(),
        std::slice::from_ref(&rule),
    );
    assert_eq!(told(&parsed), "run every monday | 2027-01-08T09:00");
    // A range may touch a part of a word, lie outside the text or be empty.
    let odd = [4..6, 90..99, 2..2];
    let parsed = quick_add_ignoring("run tomorrow", &here(), &odd);
    assert_eq!(parsed.title, "run tomorrow");
}

#[test]
fn the_last_days_of_a_year_lead_into_the_next() {
    let context = on("2027-12-31T09:00:00Z");
    for (text, expected) in [
        ("x tomorrow", "2028-01-01"),
        ("x 1 jan", "2028-01-01"),
        ("x 31 dec", "2027-12-31"),
        ("x 31 dec at 9", "2028-12-31T09:00"),
        ("x eoy", "2027-12-31"),
        ("x mid january", "2028-01-15"),
        ("x next month", "2028-01-01"),
        ("x next year", "2028-01-01"),
        ("x next quarter", "2028-01-01"),
        ("x in 2 months", "2028-02-29"),
        ("x on christmas", "2028-12-25"),
        ("x 3 days before christmas", "2028-12-22"),
        ("x the day before new year's day", "2027-12-31"),
        ("x friday week", "2028-01-07"),
    ] {
        assert_eq!(due_of(text, &context), expected, "{text}");
    }
}

#[test]
fn workdays_skip_the_weekend() {
    // Saturday 9 January 2027.
    let saturday = on("2027-01-09T09:00:00Z");
    for (text, expected) in [
        ("x in 1 workday", "2027-01-11"),
        ("x in 5 workdays", "2027-01-15"),
        ("x in 6 workdays", "2027-01-18"),
        ("x 1 workday before monday", "2027-01-15"),
        ("x 5 workdays before 1 feb", "2027-01-25"),
    ] {
        assert_eq!(due_of(text, &saturday), expected, "{text}");
    }
}

#[test]
fn easter_is_reckoned() {
    for (year, expected) in [
        (2024, "2024-03-31"),
        (2025, "2025-04-20"),
        (2026, "2026-04-05"),
        (2038, "2038-04-25"),
        (2049, "2049-04-18"),
        (2076, "2076-04-19"),
        (2100, "2100-03-28"),
        (2160, "2160-03-23"),
    ] {
        let parsed = add(&format!("lunch easter {year}"));
        assert_eq!(told(&parsed), format!("lunch | {expected}"));
    }
}

//! Operators, periods and priorities as people write them, and what is refused because it could mean something else.

use super::*;

fn same(cases: &[(&str, &str)]) {
    for (text, same) in cases {
        assert_eq!(read(text), read(same), "{text}");
    }
}

fn refused(cases: &[(&str, usize, &str, &str)]) {
    for (text, column, detail, hint) in cases {
        let why = parse(text, &context(), NONE).expect_err(text);
        let said = format!("Column {column}: ");
        assert!(why.detail.starts_with(&said), "{text}: {}", why.detail);
        assert!(why.detail.contains(detail), "{text}: {}", why.detail);
        let given = why.hint.unwrap();
        assert!(given.contains(hint), "{text}: {given}");
    }
}

#[test]
fn words_between_conditions_are_operators() {
    same(&[
        ("today or tomorrow", "today | tomorrow"),
        ("p1 or overdue", "p1 | overdue"),
        ("p1 OR overdue AND #work", "p1 | overdue & #work"),
        ("today and not #work", "today & !#work"),
        ("not overdue", "!overdue"),
        ("not (today or #a)", "!(today | #a)"),
        ("(today | overdue) and #work", "(today | overdue) & #work"),
        ("(today) or milk", "today | milk"),
        ("milk and (today)", "milk & today"),
        ("milk and !p3", "milk & !p3"),
        ("#home office and p1", "#\"home office\" & p1"),
        ("due < +7d or no:due", "due < +7d | no:due"),
        ("due:none or p1 | no tag", "no:due | p1 | no:tag"),
        (
            "\"black and white\" and today",
            "\"black and white\" & today",
        ),
        ("next 7 days or no date", "next 7 days | no:due"),
        ("this week & not completed", "this week & !completed"),
        // After text: and contains: everything up to a symbol is text.
        ("text:milk or eggs & p1", "(text:milk or eggs) & p1"),
        ("contains:this or that", "contains:\"this or that\""),
    ]);
    // Within words it is one of them.
    assert_eq!(read("do not disturb"), words(&["do", "not", "disturb"]));
    assert_eq!(read("sandy android"), words(&["sandy", "android"]));
}

#[test]
fn a_word_that_may_be_an_operator_is_refused() {
    refused(&[
        ("milk and eggs", 6, "\"and\" may be", "double quotes"),
        ("p1 & milk or eggs", 11, "\"or\" may be", "Write |"),
        (
            "#research and development",
            11,
            "\"and\" may be",
            "#\"black",
        ),
        ("milk or today", 6, "\"or\" may be", "Write |"),
        ("not urgent", 1, "\"not\" may be", "Write !"),
        ("and milk", 1, "\"and\" may be", "Write &"),
        ("today or", 9, "missing", "today"),
        ("or", 1, "missing", "today"),
        ("today and or p1", 11, "missing", "today"),
        ("é today or milk", 9, "\"or\" may be", "Write |"),
    ]);
    let all = [SavedFilter {
        name: crate::FilterName::parse("Rock and Roll").unwrap(),
        text: "#music".into(),
    }];
    let known = Saved::Known(&all);
    let named = parse("@rock and roll", &context(), known).unwrap();
    assert_eq!(named, tag("music"));
    let both = parse("@rock and roll and today", &context(), known);
    assert!(both.is_err(), "{both:?}");
    let both = parse("@\"rock and roll\" and today", &context(), known).unwrap();
    assert_eq!(both.conjuncts().len(), 2);
}

#[test]
fn a_condition_is_not_searched_for() {
    refused(&[
        ("p5", 1, "\"p5\" is not a priority", "p1 (high)"),
        ("#a | P0", 6, "\"P0\" is not a priority", "p4 (none)"),
        ("today p1", 7, "An operator is missing", "double quotes"),
        ("overdue this week", 9, "An operator is missing", "& (and)"),
        ("today not overdue", 7, "An operator is missing", "& (and)"),
        ("no due p1 today", 8, "An operator is missing", "& (and)"),
        ("buy milk #home", 10, "An operator is missing", "& (and)"),
        ("today #work", 7, "An operator is missing", "& (and)"),
        ("milk @work", 6, "An operator is missing", "& (and)"),
        ("2026-02-30", 1, "\"2026-02-30\" is not a date", "such as"),
        ("+20000d", 1, "out of range", "10000"),
    ]);
    for text in [
        "\"p5\"",
        "p5 paper",
        "call mom today",
        "issue #12",
        "C# course",
        "a@b.example",
    ] {
        let found = read(text);
        assert!(
            found.any(&|part| matches!(part, Filter::Words(_))),
            "{text}"
        );
    }
}

#[test]
fn a_date_outside_the_years_says_so() {
    refused(&[
        (
            "due < 9999-12-31",
            7,
            "The year 9999 is outside 1900 to 2200",
            "2200",
        ),
        (
            "due:2026-12-01..2300-01-01",
            17,
            "The year 2300 is outside",
            "1900",
        ),
        (
            "due < 2026-02-30",
            7,
            "\"2026-02-30\" is not a date: ",
            "exists",
        ),
        ("due < +99999d", 7, "\"+99999d\" is out of range", "10000"),
        ("created > -20000y", 11, "out of range", "10000"),
    ]);
}

#[test]
fn a_number_of_days_is_a_period() {
    let week = due(Some("2026-11-19T23:00:00Z"), Some("2026-11-26T23:00:00Z"));
    for text in [
        "next 7 days",
        "7 days",
        "due:next 7 days",
        "Next 1 week",
        "due:today..<+7d",
    ] {
        assert_eq!(read(text), week, "{text}");
    }
    let fortnight = due(Some("2026-11-19T23:00:00Z"), Some("2026-12-03T23:00:00Z"));
    assert_eq!(read("next 2 weeks"), fortnight);
    let past = due(Some("2026-11-13T23:00:00Z"), Some("2026-11-20T23:00:00Z"));
    assert_eq!(read("last 7 days"), past);
    assert_eq!(read("past 7 days"), past);
    let hours = due(Some("2026-11-20T12:00:00Z"), Some("2026-11-22T12:00:00Z"));
    assert_eq!(read("next 48 hours"), hours);
    for text in ["next 0 days", "next 99999 days", "next seven things"] {
        assert!(
            !matches!(parse(text, &context(), NONE), Ok(Filter::Within(..))),
            "{text}"
        );
    }
}

#[test]
fn tags_are_named_with_their_columns() {
    let all = [SavedFilter {
        name: crate::FilterName::parse("w").unwrap(),
        text: "p1 & #work".into(),
    }];
    let (_, tags) =
        parse_with_tags("é & !#a or tag:b | @w", &context(), Saved::Known(&all)).unwrap();
    let named: Vec<(&str, usize)> = tags
        .iter()
        .map(|tag| (tag.name.as_str(), tag.column))
        .collect();
    assert_eq!(named, [("a", 6), ("b", 12), ("work", 20)]);
}

//! The language of filters.

use jiff::Timestamp;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::grammar::Context;
use crate::{Priority, Status, TagName, Zone};

mod in_words;

/// Friday, 20 November 2026, 13:00 in Rome.
fn context() -> Context {
    let now = "2026-11-20T12:00:00Z".parse().unwrap();
    Context::new(now, Zone::parse("Europe/Rome").unwrap())
}

/// No filter is saved.
const NONE: Saved<'static> = Saved::Known(&[]);

fn read(text: &str) -> Filter {
    parse(text, &context(), NONE).unwrap_or_else(|why| panic!("{text}: {why}"))
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn due(from: Option<&str>, before: Option<&str>) -> Filter {
    let range = Range {
        from: from.map(at),
        before: before.map(at),
    };
    Filter::Within(Moment::Due, range)
}

fn words(terms: &[&str]) -> Filter {
    let term = |text: &&str| Term {
        words: crate::words::sought(text),
        is_exact: text.starts_with('"'),
    };
    Filter::Words(terms.iter().map(term).collect())
}

fn tag(name: &str) -> Filter {
    Filter::Tag(TagName::parse(name).unwrap())
}

fn not(filter: Filter) -> Filter {
    Filter::Not(Box::new(filter))
}

#[test]
fn reads_conditions() {
    let today = due(Some("2026-11-19T23:00:00Z"), Some("2026-11-20T23:00:00Z"));
    for (text, expected) in [
        ("today", today.clone()),
        ("due:today", today.clone()),
        ("due = today", today.clone()),
        ("due:2026-11-20..2026-11-20", today),
        ("due < +7d", due(None, Some("2026-11-26T23:00:00Z"))),
        ("due <= +7d", due(None, Some("2026-11-27T23:00:00Z"))),
        ("due>-1w", due(Some("2026-11-13T23:00:00Z"), None)),
        ("due >= yesterday", due(Some("2026-11-18T23:00:00Z"), None)),
        (
            "due < 2026-11-20T17:00",
            due(None, Some("2026-11-20T16:00:00Z")),
        ),
        (
            "due <= 2026-11-20T17:00",
            due(None, Some("2026-11-20T16:00:00.000001Z")),
        ),
        ("due < now", due(None, Some("2026-11-20T12:00:00Z"))),
        (
            "this week",
            due(Some("2026-11-15T23:00:00Z"), Some("2026-11-22T23:00:00Z")),
        ),
        ("due > next month", due(Some("2026-12-31T23:00:00Z"), None)),
        ("due:none", Filter::Undated),
        ("no:due", Filter::Undated),
        ("no:tag", Filter::Untagged),
        ("no:priority", Filter::Priority(Priority::None)),
        ("overdue", Filter::Overdue),
        ("is:recurring", Filter::Recurring),
        ("parent:12", Filter::Parent(12)),
        ("no:parent", Filter::NoParent),
        ("parent = none", Filter::NoParent),
        ("Status:Completed", Filter::Status(Status::Completed)),
        ("p1", Filter::Priority(Priority::High)),
        ("priority: low", Filter::Priority(Priority::Low)),
        ("#work", tag("work")),
        ("# \"big & small\"", tag("big & small")),
        ("tag:work", tag("work")),
        ("changed:ai", Filter::ChangedBy(ChangedBy::Ai)),
        ("buy milk", words(&["buy", "milk"])),
        ("\"exact phrase\"", words(&["\"exact phrase"])),
        ("text:monday", words(&["monday"])),
        ("contains:\"50%\"", Filter::Contains("50%".into())),
        ("hello! you", words(&["hello", "you"])),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
    let completed = Filter::Within(
        Moment::Completed,
        Range {
            from: Some(at("2026-11-12T23:00:00Z")),
            before: None,
        },
    );
    assert_eq!(read("completed >= last friday"), completed);
}

#[test]
fn operators_have_an_order() {
    let (a, b, c) = (tag("a"), tag("b"), tag("c"));
    let all = |parts: &[&Filter]| Filter::All(parts.iter().map(|part| (*part).clone()).collect());
    let any = |parts: &[&Filter]| Filter::Any(parts.iter().map(|part| (*part).clone()).collect());
    for (text, expected) in [
        ("#a | #b & #c", any(&[&a, &all(&[&b, &c])])),
        ("(#a | #b) & #c", all(&[&any(&[&a, &b]), &c])),
        ("!#a & #b", all(&[&not(a.clone()), &b])),
        ("!(#a & #b)", not(all(&[&a, &b]))),
        ("!!#a", not(not(a.clone()))),
        ("#a&&#b||#c", any(&[&all(&[&a, &b]), &c])),
        ("  ( #a )  ", a.clone()),
        (
            "milk -soy & #a",
            all(&[&all(&[&words(&["milk"]), &not(words(&["soy"]))]), &a]),
        ),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
    let whole =
        "(today | overdue) & #work & !p3 & due < +7d & \"exact phrase\" & no:due & changed:ai";
    assert_eq!(read(whole).conjuncts().len(), 7);
}

#[test]
fn a_mistake_is_named_with_its_column_and_what_would_be_right() {
    for (text, column, detail, hint) in [
        ("", 1, "missing", "today"),
        ("#a &", 5, "missing", "today"),
        ("& #a", 1, "missing", "today"),
        ("#a | | #b", 6, "missing", "today"),
        ("(#a", 1, "not closed", ")"),
        ("#a)", 3, "closes nothing", "Remove"),
        ("é \"abc", 3, "not closed", "second"),
        ("#a (#b)", 4, "operator", "&"),
        ("prio:high", 1, "no field \"prio\"", "Known fields"),
        (
            "priorty:high",
            1,
            "no field \"priorty\"",
            "Did you mean \"priority\"?",
        ),
        (
            "deu < friday",
            1,
            "no field \"deu\"",
            "Did you mean \"due\"?",
        ),
        ("#a & due < someday", 12, "not a date", "+7d"),
        ("due:friday..gibberish", 13, "not a date", "+7d"),
        (
            "due:2026-12-02..2026-12-01",
            5,
            "before it begins",
            "earlier",
        ),
        ("priority > low", 1, "cannot be compared", "priority:"),
        ("status:finished", 8, "not a status", "completed"),
        ("changed:gemini", 9, "not known", "ai"),
        ("no:title", 4, "not known", "due"),
        ("parent:x", 8, "not the number of a task", "no:parent"),
        ("parent:0", 8, "not the number of a task", "parent:12"),
        ("status:", 8, "missing", "Write one"),
        ("#a & ...", 6, "no word", "Write a word"),
        ("#", 2, "empty", "name"),
    ] {
        let why = parse(text, &context(), NONE).unwrap_err();
        assert_eq!((why.field.as_str(), why.code), ("filter", "invalid_filter"));
        let said = format!("Column {column}: ");
        assert!(why.detail.starts_with(&said), "{text}: {}", why.detail);
        assert!(why.detail.contains(detail), "{text}: {}", why.detail);
        assert!(
            why.hint.as_ref().unwrap().contains(hint),
            "{text}: {:?}",
            why.hint
        );
    }
    for deep in ["(".repeat(40), "!".repeat(500), "(!".repeat(20)] {
        let why = parse(&format!("{deep}#a"), &context(), NONE).unwrap_err();
        assert!(why.detail.contains("too deeply"), "{}", why.detail);
    }
    let long = parse(&"a".repeat(1001), &context(), NONE).unwrap_err();
    assert!(long.hint.unwrap().contains("1000"));
}

#[test]
fn a_search_accepts_everything() {
    for (text, expected) in [
        ("", words(&[])),
        ("\"'*()&|!", words(&[])),
        ("milk OR \"two eggs", words(&["milk", "or", "two-eggs"])),
        ("-spam", not(words(&["spam"]))),
        ("e-mail", words(&["e-mail"])),
        ("AT&T", words(&["at t"])),
    ] {
        assert_eq!(search(text), expected, "{text}");
    }
}

fn condition() -> impl Strategy<Value = String> {
    let fixed = [
        "today",
        "overdue",
        "#work",
        "#home office",
        "!p3",
        "due < +7d",
        "due >= last monday",
        "no:due",
        "changed:ai",
        "completed:this week",
        "\"exact phrase\"",
        "buy milk -soy",
        "日本語",
        "tag:\"a | b\"",
        "recurring",
        "parent:12",
        "no:parent",
        "skipped",
        "updated:2026-01-01..2026-02-01",
        "created < now",
        "text:\"monday\" tuesday",
        "e-mail",
        "👍🏽 ok",
        "-\"a b\" -c",
        "contains:\"x y\"",
        "no:recurrence",
        "next friday",
        "status:open",
    ];
    prop_oneof![
        8 => select(fixed.to_vec()).prop_map(str::to_owned),
        2 => "\\PC{1,12}".prop_filter("no operators", |text| !text.contains(['(', ')', '|', '&', '!', '"'])),
    ]
}

fn expression() -> impl Strategy<Value = String> {
    condition().prop_recursive(4, 24, 4, |inner| {
        (
            proptest::collection::vec(inner, 1..4),
            select(vec![" & ", "|"]),
            any::<bool>(),
        )
            .prop_map(|(parts, operator, is_negated)| {
                let not = if is_negated { "!" } else { "" };
                format!("{not}({})", parts.join(operator))
            })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_printed_tree_means_the_same(text in expression()) {
        if let Ok(filter) = parse(&text, &context(), NONE) {
            let printed = filter.to_string();
            if printed.chars().count() <= LENGTH_MAX {
                prop_assert_eq!(parse(&printed, &context(), NONE), Ok(filter), "{}", printed);
            }
        }
    }

    #[test]
    fn no_text_makes_it_fail(text in "\\PC{0,40}") {
        let _ = parse(&text, &context(), NONE);
        let _ = search(&text);
    }
}

fn saved(name: &str, text: &str) -> SavedFilter {
    SavedFilter {
        name: crate::FilterName::parse(name).unwrap(),
        text: text.into(),
    }
}

#[test]
fn a_name_means_what_was_saved() {
    let all = [
        saved("work", "#work & !p4"),
        saved("Two Words", "today | overdue"),
        saved("ärger", "p1"),
    ];
    let read = |text: &str| parse(text, &context(), Saved::Known(&all)).unwrap();
    for (text, same) in [
        ("@work", "#work & !p4"),
        ("@WORK & today", "(#work & !p4) & today"),
        ("!@work", "!(#work & !p4)"),
        ("@two words | p1", "(today | overdue) | p1"),
        ("@ \"two words\"", "today | overdue"),
        ("@ÄRGER", "p1"),
    ] {
        assert_eq!(read(text), read(same), "{text}");
    }
}

#[test]
fn a_name_that_means_nothing_is_refused_at_its_column() {
    let mut all = vec![saved("work", "#work"), saved("home", "tag:")];
    for (text, column, detail, hint) in [
        (
            "#a & @wrk",
            6,
            "no saved filter \"wrk\"",
            "Did you mean \"@work\"?",
        ),
        ("@work today", 1, "no saved filter", "Write & (and)"),
        (
            "@shopping",
            1,
            "no saved filter",
            "Saved filters: @work, @home. A tag is written \"#shopping\".",
        ),
        ("#a | @", 6, "missing", "@work"),
        (
            "@home",
            1,
            "The saved filter \"home\" cannot be read: Column 5: ",
            "Write one",
        ),
    ] {
        let why = parse(text, &context(), Saved::Known(&all)).unwrap_err();
        assert_eq!(why.code, "invalid_filter");
        let said = format!("Column {column}: ");
        assert!(why.detail.starts_with(&said), "{text}: {}", why.detail);
        assert!(why.detail.contains(detail), "{text}: {}", why.detail);
        assert!(why.hint.as_ref().unwrap().contains(hint), "{text}: {why:?}");
    }
    let none = parse("@work", &context(), NONE).unwrap_err();
    assert!(none.hint.unwrap().contains("No filter is saved."));
    // One that is saved uses no other, so none leads back to itself.
    let nested = parse("p1 & @work", &context(), Saved::Refused).unwrap_err();
    assert!(
        nested
            .detail
            .starts_with("Column 6: A saved filter cannot use")
    );
    // Together they stay as long as a statement may be.
    all.push(saved("long", &format!("{}a", "a|".repeat(499))));
    let known = Saved::Known(&all);
    assert!(parse("@long & p1", &context(), known).is_ok());
    let long = parse("@long & @long", &context(), known).unwrap_err();
    assert!(long.detail.starts_with("Column 9: "), "{}", long.detail);
}

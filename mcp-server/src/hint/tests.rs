//! All advice of the API, through every tool.

use std::path::Path;

use taskwire_domain::contract::ProblemField;

use super::*;
use crate::tools::vocabulary;

/// Errors that the API can return to the tools: code, field, and status.
const PROBLEMS: &[(&str, &str, u16)] = &[
    ("already_completed", "", 409),
    ("already_skipped", "", 409),
    ("ambiguous_move", "/recurrence", 422),
    ("body_too_large", "", 413),
    ("conflicting_tags", "/tags", 422),
    ("empty_tag", "/add_tags/0", 422),
    ("empty_title", "/title", 422),
    ("idempotency_key_reused", "Idempotency-Key", 422),
    ("insufficient_scope", "", 403),
    ("internal", "", 500),
    ("invalid_character", "/notes", 422),
    ("invalid_cursor", "cursor", 422),
    ("invalid_due", "/due", 422),
    ("invalid_occurrence", "/occurrence", 422),
    ("invalid_priority", "/priority", 422),
    ("invalid_recurrence", "/recurrence/text", 422),
    ("invalid_recurrence", "/due", 422),
    ("invalid_reminder", "/reminders/0/at", 422),
    ("invalid_reminder", "/reminders/0/minutes_before", 422),
    ("invalid_rule", "/recurrence/rrule", 422),
    ("invalid_search", "q", 422),
    ("invalid_snooze", "/until", 422),
    ("invalid_tag", "/tags/0", 422),
    ("invalid_until", "/recurrence/rrule", 422),
    ("invalid_weekday", "/expected_weekday", 422),
    ("not_found", "", 404),
    ("not_recurring", "", 409),
    ("not_recurring", "/occurrence", 409),
    ("not_recurring", "/recurrence", 409),
    ("reminder_without_due", "/reminders/0", 422),
    ("rule_for_one", "/recurrence", 422),
    ("rule_never_matches", "/recurrence/rrule", 422),
    ("rule_too_fine", "/recurrence", 422),
    ("series_has_open_task", "", 409),
    ("series_without_due", "/due", 422),
    ("successor_changed", "", 409),
    ("task_deleted", "", 409),
    ("task_not_open", "", 409),
    ("too_long", "/text", 422),
    ("too_many_reminders", "/reminders", 422),
    ("too_many_tags", "/tags", 422),
    ("two_rules", "/due", 422),
    ("unauthorized", "", 401),
    ("unavailable", "", 503),
    ("version_mismatch", "If-Match", 412),
    ("weekday_mismatch", "/expected_weekday", 422),
    ("wrong_occurrence", "/occurrence", 409),
];

fn problem((code, pointer, status): (&str, &str, u16), hint: Option<&str>) -> Problem {
    Problem {
        kind: "about:blank".into(),
        title: "Refused".into(),
        status,
        detail: "It is not so.".into(),
        code: code.into(),
        errors: Vec::from([ProblemField {
            pointer: pointer.into(),
            detail: "It is wrong.".into(),
        }]),
        hint: hint.map(ToOwned::to_owned),
        request_id: None,
        retry_after_seconds: None,
    }
}

/// Every hint in the source of the API: the string literals after `.hint(`, and after calls that
/// create a conflict.
fn advice_of_the_api() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut open = vec![root.join("api/src"), root.join("crates/domain/src")];
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(
                std::fs::read_dir(path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
            continue;
        }
        let source = std::fs::read_to_string(path).unwrap_or_default();
        for begin in ["hint(", "conflict(", "never(", "refused(", "=> \""] {
            for (at, _) in source.match_indices(begin) {
                found.extend(literals(source[at..].chars().take(600)));
            }
        }
    }
    found
}

/// The string literals of source text, up to the end of the statement.
fn literals(source: impl Iterator<Item = char>) -> Vec<String> {
    let (mut found, mut open, mut escaped) = (Vec::new(), None::<String>, false);
    for c in source {
        match &mut open {
            None if c == '"' => open = Some(String::new()),
            None if c == ';' => break,
            None => {}
            Some(text) if escaped => {
                escaped = false;
                text.push(c);
            }
            Some(_) if c == '\\' => escaped = true,
            Some(_) if c == '"' => found.extend(open.take()),
            Some(text) => text.push(c),
        }
    }
    found
}

/// Words of the API that no tool may say, found without [`names_only_arguments`].
fn speaks_of_http(hint: &str) -> Option<&'static str> {
    [
        "\"rrule\"",
        "\"at\"",
        "If-Match",
        "Idempotency-Key",
        "catch_up",
        "\"minutes_before",
        "\": null",
        "recurrence text",
        "Content-Type",
        "Authorization",
        "\"parse\"",
        "\"series\"",
        "\"text\"",
        "/docs",
    ]
    .into_iter()
    .find(|word| hint.contains(word))
}

#[test]
fn every_hint_names_only_what_the_tool_takes() {
    let advice = advice_of_the_api();
    for known in [
        "Reopen it first.",
        "To make it a single task, also send \"recurrence\": null.",
    ] {
        assert!(
            advice.iter().any(|text| text == known),
            "{known} is not found any more"
        );
    }
    for tool in ToolName::ALL {
        let words = vocabulary(tool);
        for case in PROBLEMS {
            let own = of(words, &problem(*case, None));
            let translated = advice
                .iter()
                .map(|text| of(words, &problem(*case, Some(text))));
            for hint in translated.chain([own]).flatten() {
                assert!(
                    names_only_arguments(&hint, words),
                    "{tool:?} {case:?}: {hint}"
                );
                assert_eq!(speaks_of_http(&hint), None, "{tool:?} {case:?}: {hint}");
            }
        }
    }
}

#[test]
fn advice_about_another_kind_of_request_is_not_passed_on() {
    let update = vocabulary(ToolName::Update);
    for hint in [
        "To make it a single task, also send \"recurrence\": null.",
        "Send words such as \"every day\", or send an RRULE as \"rrule\".",
        "Send \"due\" too, or a reminder with \"at\".",
        "Omit catch_up, or send from_completion.",
        "Send it as the recurrence text; \"due\" can then be omitted.",
        "Try again with the same Idempotency-Key; nothing is done twice.",
        "Send \"series\": true to complete the open task of the series.",
        "See /docs, or send a JSON body.",
    ] {
        assert!(!names_only_arguments(hint, update), "{hint}");
    }
    for hint in [
        "Send a date as \"due\", or omit \"recurrence\".",
        "Send the intended date, such as \"next friday\", or \"expected_weekday\": \"monday\" if it is right.",
        "Send one such as FREQ=WEEKLY;BYDAY=MO, or an RRULE in the zone Europe/Rome at 2026-12-01T09:00.",
    ] {
        assert!(names_only_arguments(hint, update), "{hint}");
    }
    assert!(!names_only_arguments(
        "Send \"due\", or leave it out.",
        vocabulary(ToolName::Complete)
    ));
}

//! The API's errors are described with the names of the tool's arguments.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::service::Service;

both_databases!(every_refusal_names_what_the_tool_takes);

/// The tool's argument names, at every level.
fn arguments(schema: &Value, names: &mut BTreeSet<String>) {
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        names.insert(name.clone());
        arguments(property, names);
    }
    if schema["items"].is_object() {
        arguments(&schema["items"], names);
    }
}

/// Words that name a field: in backticks, or with an underscore.
fn fields(text: &str) -> impl Iterator<Item = &str> {
    let quoted = text.split('`').skip(1).step_by(2);
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    // The path of an item's field ends with it.
    let quoted = quoted.map(|path| path.rsplit('.').next().unwrap_or(path));
    let quoted = quoted.map(|name| name.split('[').next().unwrap_or(name));
    quoted.chain(words.filter(|word| word.contains('_')))
}

/// Tools with arguments that their schema allows but the API refuses, and the expected text of the result. A list is
/// that of `tasks`, and `LONG` a text that is too long for any field.
const REFUSED: &[(&str, &str, &str)] = &[
    ("tasks_add", r#"[{"title": ""}]"#, "title"),
    ("tasks_add", r#"[{"title": "LONG"}]"#, "title"),
    ("tasks_add", r#"[{"quick": "LONG"}]"#, "`title` and `notes`"),
    ("tasks_add", r#"[{"title": "x", "notes": "LONG"}]"#, "notes"),
    (
        "tasks_add",
        r#"[{"title": "x", "priority": "soon"}]"#,
        "priority",
    ),
    ("tasks_add", r#"[{"title": "x", "tags": [" "]}]"#, "tags"),
    (
        "tasks_add",
        r#"[{"title": "x", "due": "blursday"}]"#,
        "Send a date",
    ),
    (
        "tasks_add",
        r#"[{"title": "x", "due": "friday", "expected_weekday": "monday"}]"#,
        "expected_weekday",
    ),
    (
        "tasks_add",
        r#"[{"title": "x", "expected_weekday": "monday"}]"#,
        "\"due\"",
    ),
    (
        "tasks_add",
        r#"[{"title": "x", "due": "friday", "expected_weekday": "x"}]"#,
        "expected_weekday",
    ),
    (
        "tasks_add",
        r#"[{"title": "x", "due": "every monday", "recurrence": "every day"}]"#,
        "\"recurrence\"",
    ),
    (
        "tasks_add",
        r#"[{"title": "x", "recurrence": "now and then"}]"#,
        "RRULE such as FREQ=",
    ),
    (
        "tasks_add",
        r#"[{"title": "x", "recurrence": "FREQ=SOMETIMES"}]"#,
        "recurrence",
    ),
    (
        "tasks_add",
        r#"[{"title": "x", "recurrence": "FREQ=SECONDLY"}]"#,
        "recurrence",
    ),
    (
        "tasks_add",
        r#"[{"title": "x", "reminders_minutes_before": [10]}]"#,
        "`due`, or send date-times as `remind_at`",
    ),
    (
        "tasks_add",
        r#"[{"title": "x", "due": "friday", "reminders_minutes_before": [-1]}]"#,
        "reminders_minutes_before",
    ),
    (
        "tasks_add",
        r#"[{"title": "x", "remind_at": ["soon"]}]"#,
        "remind_at",
    ),
    (
        "tasks_update",
        r#"[{"number": 99, "title": "x"}]"#,
        "tasks_find",
    ),
    (
        "tasks_update",
        r#"[{"number": 3, "due": null}]"#,
        "in `clear`",
    ),
    (
        "tasks_update",
        r#"[{"number": 3, "clear": ["due"]}]"#,
        "\"recurrence\" in `clear`",
    ),
    (
        "tasks_update",
        r#"[{"number": 1, "recurrence": "now and then"}]"#,
        "RRULE such as FREQ=",
    ),
    (
        "tasks_update",
        r#"[{"number": 2, "reminders_minutes_before": [10]}]"#,
        "`remind_at`",
    ),
    (
        "tasks_update",
        r#"[{"number": 1, "add_tags": ["a"], "remove_tags": ["a"]}]"#,
        "remove_tags",
    ),
    (
        "tasks_update",
        r#"[{"number": 1, "add_tags": ["a,b"]}]"#,
        "add_tags",
    ),
    (
        "tasks_update",
        r#"[{"number": 1, "title": "x", "expected_version": 9}]"#,
        "current version is 1",
    ),
    (
        "tasks_update",
        r#"[{"number": 4, "title": "x"}]"#,
        "tasks_reopen",
    ),
    (
        "tasks_reschedule",
        r#"[{"number": 1, "due": "every monday"}]"#,
        "\"recurrence\"",
    ),
    (
        "tasks_reschedule",
        r#"[{"number": 1, "due": "friday", "scope": "this_and_following", "recurrence": "every day"}]"#,
        "recurrence",
    ),
    (
        "tasks_reschedule",
        r#"[{"number": 3, "due": "friday", "recurrence": "every day"}]"#,
        "\"scope\"",
    ),
    (
        "tasks_reschedule",
        r#"[{"number": 3, "due": "friday", "occurrence": "x"}]"#,
        "occurrence",
    ),
    (
        "tasks_reschedule",
        r#"[{"number": 3, "due": "friday", "occurrence": "0/2026-01-01"}]"#,
        "`occurrence`",
    ),
    (
        "tasks_reschedule",
        r#"[{"number": 1, "due": "friday", "occurrence": "0/2026-01-01"}]"#,
        "`occurrence`",
    ),
    (
        "tasks_complete",
        r#"[{"number": 1, "occurrence": "0/2026-01-01"}]"#,
        "Omit `occurrence`",
    ),
    (
        "tasks_complete",
        r#"[{"number": 3, "occurrence": "0/2026-01-01"}]"#,
        "`occurrence`",
    ),
    ("tasks_complete", "[4]", "tasks_reopen"),
    (
        "tasks_reschedule",
        r#"[{"number": 1, "skip": 1}]"#,
        "tasks_complete",
    ),
    (
        "tasks_reschedule",
        r#"[{"number": 1, "skip": 2}]"#,
        "tasks_complete",
    ),
    (
        "tasks_reschedule",
        r#"[{"number": 3, "skip": 1, "reason": "LONG"}]"#,
        "reason",
    ),
    (
        "tasks_reschedule",
        r#"[{"number": 4, "skip": 1}]"#,
        "tasks_",
    ),
    ("tasks_reschedule", r#"[{"number": 3}]"#, "`tasks[0].due`"),
    (
        "tasks_reschedule",
        r#"[{"number": 3, "due": "friday", "skip": 1}]"#,
        "exclude each other",
    ),
    (
        "tasks_reschedule",
        r#"[{"number": 3, "skip": 1, "scope": "all"}]"#,
        "belongs to a move",
    ),
    (
        "tasks_reschedule",
        r#"[{"number": 3, "due": "friday", "reason": "x"}]"#,
        "belongs to `skip`",
    ),
    ("changes_undo", "{}", "`turn`"),
    (
        "changes_undo",
        r#"{"changes": ["last", "last"]}"#,
        "send it alone",
    ),
    ("changes_undo", r#"{"changes": ["5"]}"#, "`changes[0]`"),
    (
        "changes_undo",
        r#"{"changes": ["018f0000-0000-7000-8000-000000000001"]}"#,
        "There is no such change",
    ),
    (
        "changes_undo",
        r#"{"turn": "nothing"}"#,
        "There is no such change",
    ),
    (
        "tags_change",
        r#"{"tag": "hame", "action": "delete"}"#,
        "`tag` is not an existing tag: did you mean \"home\"?",
    ),
    (
        "tags_change",
        r#"{"tag": "home", "action": "merge", "to": "nowhere"}"#,
        "`to` is not an existing tag",
    ),
    (
        "tags_change",
        r#"{"tag": "home", "action": "rename"}"#,
        "`to` is missing",
    ),
    (
        "tags_change",
        r#"{"tag": "home", "action": "delete", "to": "x"}"#,
        "omit it",
    ),
    (
        "tags_change",
        r#"{"tag": "home", "action": "recolor", "to": "blue"}"#,
        "#rrggbb",
    ),
    (
        "tags_change",
        r#"{"tag": "home", "action": "rename", "to": "a,b"}"#,
        "comma",
    ),
    ("tasks_history", r#"{"number": 99}"#, "tasks_find"),
    ("tasks_history", r#"{"since": "blursday"}"#, "`since`"),
    ("tasks_delete", r#"{"numbers": [99]}"#, "tasks_find"),
    ("tasks_find", r#"{"due_before": "blursday"}"#, "due_before"),
    (
        "tasks_find",
        r#"{"due_after": "every monday"}"#,
        "due_after",
    ),
    ("tasks_find", r#"{"priority": "soon"}"#, "priority"),
    ("tasks_find", r#"{"tag": ","}"#, "tag"),
    ("tasks_find", r#"{"query": "LONG"}"#, "query"),
    (
        "tasks_find",
        r#"{"filter": "today | p9"}"#,
        "filter: Column 9: \"p9\" is not a priority",
    ),
    (
        "tasks_find",
        r#"{"filter": "today & #nowhere"}"#,
        "filter: Column 9: Unknown tag",
    ),
    (
        "tasks_find",
        r#"{"filter": "prio:high"}"#,
        "filter: Column 1: There is no field",
    ),
    ("tasks_find", r#"{"cursor": "x"}"#, "`cursor`"),
    ("tasks_agenda", r#"{"from": "blursday"}"#, "from"),
    ("tasks_agenda", r#"{"from": "every monday"}"#, "from"),
];

fn parsed(text: &str) -> Value {
    let text = text.replace("LONG", &"x".repeat(30_000));
    match serde_json::from_str(&text).unwrap() {
        Value::Array(items) => json!({"tasks": items}),
        call => call,
    }
}

async fn every_refusal_names_what_the_tool_takes(db: TestDb) {
    let service = Service::open(db).await;
    let pipe = &service.pipe;
    pipe.call(
        "tasks_add",
        json!({"tasks": [
            {"title": "a", "due": "2026-12-01"}, {"title": "b", "tags": ["home"]}, {"title": "c", "recurrence": "every day"}, {"title": "d"},
        ]}),
    )
    .await;
    pipe.call("tasks_delete", json!({"numbers": [4]})).await;
    let tools = pipe.tools().await;
    let tools = tools.as_array().unwrap();
    let names: Vec<&str> = tools
        .iter()
        .map(|tool| tool["name"].as_str().unwrap())
        .collect();
    let events = service.events().await;
    for (tool, shown, expected) in REFUSED {
        let text = pipe.refused(tool, parsed(shown)).await;
        assert!(text.contains(expected), "{tool} {shown}: {text}");
        let schema = tools.iter().find(|other| other["name"] == *tool).unwrap();
        let mut known = BTreeSet::new();
        arguments(&schema["inputSchema"], &mut known);
        // Values to choose from, and names in results.
        known.extend(
            ["this_and_following", "day_first", "next_cursor", "change"].map(str::to_owned),
        );
        for field in fields(&text) {
            assert!(
                known.contains(field) || names.contains(&field),
                "{tool} {shown} names {field}: {text}"
            );
        }
        for foreign in [
            "\"rrule\"",
            "\"at\"",
            "If-Match",
            "Idempotency",
            "null",
            "\"text\"",
            "\"series\"",
            "JSON",
        ] {
            assert!(
                !text.contains(foreign),
                "{tool} {shown} says {foreign}: {text}"
            );
        }
    }
    assert_eq!(service.events().await, events, "nothing was changed");
}

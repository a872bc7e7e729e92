//! Errors about a value of the wrong type: plain words, the field, and what is accepted.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    a_body_is_refused_in_plain_words,
    a_value_inside_is_refused_in_plain_words,
    a_list_of_lists_is_refused_in_plain_words,
    a_parameter_is_refused_in_plain_words
);

/// Words that no response may contain: terms of the JSON reader, of Rust and of serde.
const FOREIGN: [&str; 14] = [
    "struct",
    "elements",
    "i64",
    "u32",
    "sequence",
    "map,",
    "invalid type",
    "invalid value",
    "invalid length",
    "digit",
    "parse",
    "variant",
    "target type",
    "`",
];

fn said(problem: &Value) -> (String, String, String) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let told = (
        text(&problem["errors"][0]["pointer"]),
        text(&problem["errors"][0]["detail"]),
        text(&problem["hint"]),
    );
    for word in FOREIGN {
        assert!(
            !told.1.contains(word) && !told.2.contains(word),
            "{problem}"
        );
    }
    told
}

async fn refuse(app: &App, body: &Value, expected: (&str, &str, &str)) {
    let problem = app.post("/api/v1/tasks", body.clone()).await.expect(422);
    let (pointer, detail, hint) = said(&problem);
    assert_eq!((&*pointer, &*detail, &*hint), expected, "{body}");
}

async fn a_body_is_refused_in_plain_words(db: TestDb) {
    let app = App::open(db).await;
    for (body, pointer, detail, hint) in [
        (
            json!([]),
            "",
            "Expected an object, got a list.",
            "Send an object.",
        ),
        (
            json!("x"),
            "",
            "Expected an object, got \"x\".",
            "Send an object.",
        ),
        (
            json!(5),
            "",
            "Expected an object, got 5.",
            "Send an object.",
        ),
        (
            json!(null),
            "",
            "Expected an object, got null.",
            "Send an object.",
        ),
        (
            json!({"title": 5}),
            "/title",
            "Expected a string, got 5.",
            "Send a string.",
        ),
        (
            json!({"title": true}),
            "/title",
            "Expected a string, got true.",
            "Send a string.",
        ),
        (
            json!({"title": ["x"]}),
            "/title",
            "Expected a string, got a list.",
            "Send a string.",
        ),
        (
            json!({"title": {}}),
            "/title",
            "Expected a string, got an object.",
            "Send a string.",
        ),
    ] {
        refuse(&app, &body, (pointer, detail, hint)).await;
    }
}

async fn a_value_inside_is_refused_in_plain_words(db: TestDb) {
    let app = App::open(db).await;
    for (body, pointer, detail, hint) in [
        (
            json!({"title": null}),
            "/title",
            "\"title\" cannot be null.",
            "Send a string, or omit the field.",
        ),
        (
            json!({"title": "x", "tags": [null]}),
            "/tags/0",
            "An item of \"tags\" cannot be null.",
            "Send a string, or omit the item.",
        ),
        (
            json!({"title": "x", "tags": "home"}),
            "/tags",
            "Expected a list, got \"home\".",
            "Send a list.",
        ),
        (
            json!({"title": "x", "reminders": [{"minutes_before": 1.5}]}),
            "/reminders/0/minutes_before",
            "Expected a whole number, got 1.5.",
            "Send a whole number.",
        ),
        (
            json!({"title": "x", "reminders": [{"minutes_before": 1e300}]}),
            "/reminders/0/minutes_before",
            "Expected a whole number, got 1e+300.",
            "Send a whole number.",
        ),
        (
            json!({"title": "x", "reminders": [{"minutes_before": 18_446_744_073_709_551_615_u64}]}),
            "/reminders/0/minutes_before",
            "18446744073709551615 is out of range.",
            "Send a whole number closer to 0.",
        ),
        (
            json!({"title": "x", "reminders": ["1h"]}),
            "/reminders/0",
            "Expected an object, got \"1h\".",
            "Send an object.",
        ),
        (
            json!({"title": "x", "recurrence": 5}),
            "/recurrence",
            "Expected a rule as a string or an object, got 5.",
            "Send a rule as a string or an object.",
        ),
    ] {
        refuse(&app, &body, (pointer, detail, hint)).await;
    }
}

async fn a_list_of_lists_is_refused_in_plain_words(db: TestDb) {
    let app = App::open(db).await;
    for (ignore, pointer, detail) in [
        (
            json!([[1]]),
            "/ignore/0",
            "Expected a list of 2 items, got 1.",
        ),
        (json!([[-1, 2]]), "/ignore/0/0", "-1 is out of range."),
        (
            json!([["a", 2]]),
            "/ignore/0/0",
            "Expected a whole number of 0 or more, got \"a\".",
        ),
    ] {
        let body = json!({"text": "x", "ignore": ignore});
        let problem = app.post("/api/v1/tasks/quick", body).await.expect(422);
        let told = said(&problem);
        assert!(told.0.starts_with(pointer), "{problem}");
        assert_eq!(told.1, detail);
    }
}

async fn a_parameter_is_refused_in_plain_words(db: TestDb) {
    let app = App::open(db).await;
    for (query, detail, hint) in [
        (
            "limit=-1",
            "Expected a whole number of 0 or more, got \"-1\".",
            "Send a whole number of 0 or more.",
        ),
        (
            "limit=ten",
            "Expected a whole number of 0 or more, got \"ten\".",
            "Send a whole number of 0 or more.",
        ),
        (
            "limit=",
            "Expected a whole number of 0 or more, got \"\".",
            "Send a whole number of 0 or more.",
        ),
        (
            "limit=99999999999",
            "99999999999 is out of range.",
            "Send a whole number of 0 or more.",
        ),
        (
            "overdue=yes",
            "Expected true or false, got \"yes\".",
            "Send true or false.",
        ),
    ] {
        let problem = app.get(&format!("/api/v1/tasks?{query}")).await.expect(422);
        let pointer = query.split('=').next().unwrap();
        assert_eq!(
            said(&problem),
            (pointer.into(), detail.into(), hint.into()),
            "{query}"
        );
    }
}

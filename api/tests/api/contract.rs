//! The OpenAPI document: it is the one checked in, it is complete, and responses match it.

pub(crate) mod declared;
mod links;
mod schema;

pub(crate) use schema::resolve;

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::hostile::{create_fixtures, operations};
use crate::support::App;

/// Set to rewrite the document.
const UPDATE: &str = "UPDATE_SNAPSHOTS";

fn document() -> Value {
    serde_json::to_value(taskwire_api::document()).unwrap()
}

#[test]
fn the_document_is_the_one_checked_in() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
    let mut current = serde_json::to_string_pretty(&taskwire_api::document()).unwrap();
    current.push('\n');
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(&path, &current).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let first = kept
        .lines()
        .zip(current.lines())
        .position(|(kept, current)| kept != current);
    assert!(
        kept == current,
        "docs/openapi.json is not what the code says, from line {:?}; run this test with {UPDATE}=1 and review the change",
        first.map(|line| line + 1)
    );
}

#[test]
fn the_document_is_of_a_version_that_tools_read() {
    let version = document()["openapi"].as_str().unwrap().to_owned();
    assert!(version.starts_with("3.1."), "{version}");
}

#[test]
fn every_operation_says_what_it_is_and_how_it_refuses() {
    let document = document();
    let mut open = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for operation in operations().iter().filter(|one| !one.is_internal()) {
        let what = format!("{} {}", operation.method, operation.template);
        let contract = &operation.contract;
        let summary = contract["summary"].as_str().unwrap_or_default();
        assert!(!summary.is_empty(), "{what}: no summary");
        assert!(!summary.contains("[`"), "{what}: {summary}");
        assert!(
            ids.insert(contract["operationId"].to_string()),
            "{what}: {}",
            contract["operationId"]
        );
        let tag = &contract["tags"][0];
        let tags = document["tags"].as_array().unwrap();
        assert!(
            tags.iter().any(|known| known["name"] == *tag),
            "{what}: {tag}"
        );
        if operation.is_open() {
            open.insert(what.clone());
        }
        // Each refusal is named by its status, with its codes and an example.
        for (status, response) in contract["responses"].as_object().unwrap() {
            assert!(status.parse::<u16>().is_ok(), "{what}: {status}");
            if status.as_str() >= "400" {
                let response = schema::resolve(&document, response);
                let media = &response["content"]["application/problem+json"];
                let schema = &media["schema"]["allOf"];
                assert_eq!(schema[0]["$ref"], "#/components/schemas/Problem", "{what}");
                let codes = schema[1]["properties"]["code"]["enum"].as_array().unwrap();
                assert!(codes.contains(&media["example"]["code"]), "{what} {status}");
                assert_eq!(media["example"]["status"].to_string(), *status, "{what}");
            }
        }
        // Everything in braces is described, and nothing else.
        let explained: BTreeSet<&str> = operation.parameters("path").into_iter().collect();
        assert_eq!(
            explained,
            operation.segments().into_iter().collect(),
            "{what}"
        );
        for parameter in contract["parameters"].as_array().into_iter().flatten() {
            let text = parameter["description"].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{what}: {}", parameter["name"]);
        }
        let responses = contract["responses"].as_object().unwrap();
        assert!(
            responses.keys().any(|status| status.starts_with('2')),
            "{what}"
        );
        if let Some(created) = responses.get("201") {
            let headers = &created["headers"];
            assert!(headers["Location"].is_object(), "{what}: no Location");
        }
    }
    assert_eq!(
        open.into_iter().collect::<Vec<_>>(),
        [
            "GET /api/v1/sign-up",
            "GET /healthz",
            "GET /metrics",
            "GET /readyz",
            "POST /api/v1/session",
            "POST /api/v1/users"
        ]
    );
    assert_eq!(document["security"], json!([{"token": []}]));
    assert_eq!(
        document["components"]["securitySchemes"]["token"]["scheme"],
        "bearer"
    );
}

/// Every value of a name, anywhere.
fn all_named<'a>(value: &'a Value, name: &str, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(fields) => {
            for (key, field) in fields {
                if key == name {
                    found.push(field);
                }
                all_named(field, name, found);
            }
        }
        Value::Array(items) => {
            for item in items {
                all_named(item, name, found);
            }
        }
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_field_is_described() {
    let document = document();
    let mut references = Vec::new();
    all_named(&document, "$ref", &mut references);
    assert!(references.len() > 20);
    for reference in references {
        let path = reference.as_str().unwrap().strip_prefix('#').unwrap();
        assert!(document.pointer(path).is_some(), "{path}");
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        let parts = std::iter::once(schema).chain(schema["allOf"].as_array().into_iter().flatten());
        for (field, shape) in
            parts.flat_map(|part| part["properties"].as_object().into_iter().flatten())
        {
            // A nullable field is declared so next to the reference.
            let text = shape["description"]
                .as_str()
                .or(shape["oneOf"][0]["description"].as_str())
                .unwrap_or_default();
            assert!(!text.is_empty(), "{name}.{field}: {shape}");
        }
    }
}

/// The texts of all source files below a folder.
fn sources(folder: &Path, all: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, all);
        } else {
            let text = std::fs::read_to_string(&path).unwrap();
            all.push((path.display().to_string(), text));
        }
    }
}

#[test]
fn use_cases_know_nothing_of_http() {
    let mut all = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/service"),
        &mut all,
    );
    assert!(all.len() > 10);
    for (path, text) in all {
        for foreign in [
            "axum",
            "utoipa",
            "crate::auth",
            "crate::error",
            "crate::extract",
            "crate::mutation",
            "crate::reader",
            "crate::resource",
        ] {
            assert!(!text.contains(foreign), "{path} knows {foreign}");
        }
    }
}

both_databases!(
    answers_are_as_the_document_says,
    the_document_and_the_page_are_served,
);

/// A request and its status: method and path, with placeholders for its parameters.
const REQUESTS: [(u16, &str, &str); 28] = [
    (201, "POST /api/v1/tasks", FULL),
    (201, "POST /api/v1/tasks", r#"{"title": "Bare"}"#),
    (422, "POST /api/v1/tasks", r#"{"title": ""}"#),
    (
        201,
        "POST /api/v1/tasks/quick",
        r#"{"text": "milk tomorrow #shop"}"#,
    ),
    (200, "GET /api/v1/tasks?limit=2", ""),
    (422, "GET /api/v1/tasks?limit=0", ""),
    (200, "GET /api/v1/tasks/{task}", ""),
    (
        200,
        "PATCH /api/v1/tasks/{task}",
        r#"{"notes": "more", "tags": null}"#,
    ),
    (200, "POST /api/v1/tasks/{task}/complete", "{}"),
    (200, "POST /api/v1/tasks/{task}/reopen", ""),
    (200, "DELETE /api/v1/tasks/{task}", ""),
    (409, "PATCH /api/v1/tasks/{task}", r#"{"title": "x"}"#),
    (200, "POST /api/v1/tasks/{task}/restore", ""),
    (200, "GET /api/v1/tags", ""),
    (201, "POST /api/v1/tags", r#"{"name": "errands"}"#),
    (409, "POST /api/v1/tags", r#"{"name": "Errands"}"#),
    (200, "GET /api/v1/audit", ""),
    (200, "GET /api/v1/session", ""),
    (401, "POST /api/v1/session", r#"{"code": "x"}"#),
    (200, "PATCH /api/v1/me", r#"{"zone": "Asia/Tokyo"}"#),
    (
        201,
        "POST /api/v1/tokens",
        r#"{"label": "x", "expires_in_days": 3}"#,
    ),
    (200, "GET /api/v1/tokens", ""),
    (200, "GET /api/v1/conversations", ""),
    (
        200,
        "GET /api/v1/conversations/{conversation}?include=model",
        "",
    ),
    (
        200,
        "PUT /api/v1/conversations/{conversation}/messages/{message}",
        r#"{"role": "user", "parts": [], "model": {}}"#,
    ),
    (
        200,
        "POST /api/v1/conversations/{conversation}/approvals/{approval}/claim",
        r#"{"approved": true}"#,
    ),
    (
        409,
        "POST /api/v1/conversations/{conversation}/approvals/{approval}/claim",
        r#"{"approved": true}"#,
    ),
    (200, "GET /readyz", ""),
];

const FULL: &str = r#"{"title": "Pay rent", "notes": "n", "priority": "high", "tags": ["home"],
    "due": "2026-12-01T09:00[Europe/Rome]", "recurrence": {"rrule": "FREQ=MONTHLY;BYMONTHDAY=1"},
    "reminders": [{"minutes_before": 720}, {"at": "2026-11-30T20:00"}]}"#;

async fn answers_are_as_the_document_says(db: TestDb) {
    let app = App::open(db).await;
    let document = document();
    create_fixtures(&app).await;
    for (status, asked, body) in REQUESTS {
        let (method, address) = asked.split_once(' ').unwrap();
        let template = address.split('?').next().unwrap();
        let path = address
            .replace("{task}", "1")
            .replace("{conversation}", "talk")
            .replace("{message}", "hello")
            .replace("{approval}", "ask");
        let mut call = app.call(method, &path);
        if !body.is_empty() {
            call = call.body("application/json", body);
        }
        let reply = call.send().await;
        let answer = reply.expect(status);
        let what = format!("{asked} {status}");
        let contract = &document["paths"][template][method.to_lowercase()]["responses"];
        let response = schema::resolve(&document, &contract[status.to_string()]);
        let kind = if status < 400 {
            "application/json"
        } else {
            "application/problem+json"
        };
        assert_eq!(reply.header("content-type"), kind, "{what}");
        let schema = &response["content"][kind]["schema"];
        assert!(schema.is_object(), "{what}: not in the document");
        let mut found = String::new();
        schema::faults(&document, schema, &answer, "", &mut found);
        assert!(found.is_empty(), "{what}:\n{found}{answer}");
        // Every response is in the document.
        let mut names = BTreeSet::new();
        schema::known_names(&document, schema, &mut names);
        for name in answer.as_object().unwrap().keys() {
            assert!(
                names.contains(name),
                "{what}: {name} is not in the document"
            );
        }
    }
}

async fn the_document_and_the_page_are_served(db: TestDb) {
    let app = App::open(db).await;
    let served = app.anonymous("GET", "/api/v1/openapi.json").send().await;
    assert_eq!(served.expect(200), document());
    assert_eq!(served.header("content-type"), "application/json");
    let page = app.anonymous("GET", "/docs").send().await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").starts_with("text/html"));
    let text = page.text();
    assert!(!text.contains("<script"), "the page needs no script");
    for operation in operations() {
        let row = format!(
            "<b class=m>{}</b> <code>{}</code>",
            operation.method, operation.template
        );
        assert_eq!(text.contains(&row), !operation.is_internal(), "{row}");
    }
    let document = document();
    for name in document["components"]["schemas"]
        .as_object()
        .unwrap()
        .keys()
    {
        assert!(text.contains(&format!("id=\"{name}\"")), "{name}");
    }
}

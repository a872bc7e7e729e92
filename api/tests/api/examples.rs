//! The examples of the contract are real requests with their responses.

mod requests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Map, Value, json};
use taskwire_testkit::{TestDb, both_databases};

use self::requests::REQUESTS;
use crate::audit;
use crate::dead_letters;
use crate::hostile::operations;
use crate::support::App;

both_databases!(the_examples_are_those_of_the_file);

/// Set to write the file again.
const UPDATE: &str = "UPDATE_SNAPSHOTS";

/// The operations that would end the account, or whose response is not JSON; only their bodies are examples.
const BODIES: &[(&str, &str)] = &[
    (
        "set_password",
        r#"{"current_password": "correct horse battery", "new_password": "battery staple correct"}"#,
    ),
    (
        "delete_account",
        r#"{"name": "Zoe", "password": "battery staple correct"}"#,
    ),
];

/// Responses that are text.
const TEXTS: &[(&str, &str)] = &[
    (
        "export_account",
        "{\"kind\":\"user\",\"name\":\"Ada\",\"zone\":\"Europe/Rome\"}\n",
    ),
    (
        "follow_events",
        "id: 42\nevent: task.completed.v1\ndata: {\"specversion\":\"1.0\",\"type\":\"task.completed.v1\"}\n\n",
    ),
    ("metrics", "# TYPE taskwire_tasks gauge\ntaskwire_tasks 3\n"),
];

/// What an operation's response names for later requests.
fn learn(id: &str, answer: &Value, names: &mut BTreeMap<&'static str, String>) {
    let mut set = |name, value: &Value| {
        names.insert(name, value.as_str().unwrap().to_owned());
    };
    match id {
        "create_task" => {
            set("task", &answer["id"]);
            set("series", &answer["series"]);
        }
        "create_tag" => set("tag", &answer["id"]),
        "list_tags" => {
            let all = answer["items"].as_array().unwrap();
            let other = all.iter().find(|tag| tag["name"] == "Finance").unwrap();
            set("other_tag", &other["id"]);
            let home = all.iter().find(|tag| tag["name"] == "home").unwrap();
            set("tag", &home["id"]);
        }
        "create_channel" => set("channel", &answer["id"]),
        "create_filter" => set("filter", &answer["id"]),
        "list_changes" => set("change", &answer["items"][0]["id"]),
        "list_notifications" => set("notification", &answer["items"][0]["id"]),
        "create_token" => set("token", &answer["id"]),
        "list_grants" => set("grant", &answer["items"][0]["id"]),
        "create_invitation" => set("invitation", &answer["id"]),
        _ => {}
    }
}

/// Replaces what is secret, or differs from run to run.
fn mask(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(mask),
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                match name.as_str() {
                    "token" | "code" | "secret" | "push_key" if field.is_string() => {
                        *field = json!("shown-once");
                    }
                    "next_cursor" if field.is_string() => *field = json!("opaque"),
                    "version" if field.is_string() => *field = json!("1.0.0"),
                    "last_used_at" => *field = Value::Null,
                    _ => mask(field),
                }
            }
        }
        _ => {}
    }
}

/// Fires a reminder, so that there is a notification, and stores an event that a consumer gave up on.
async fn prepare(app: &App) -> String {
    let task = json!({"title": "Call Zoe", "due": "2026-11-20T13:31", "reminders": [{"minutes_before": 30}]});
    let call = app.call("POST", "/api/v1/tasks").json(&task);
    call.header("taskwire-chat-turn", "turn-1")
        .send()
        .await
        .expect(201);
    app.at("2026-11-20T12:01:01Z");
    let fire = "/api/v1/internal/reminders/fire";
    let fire = app.service("POST", fire, app.ada.id());
    fire.send().await.expect(200);
    crate::oauth::grant(app, &app.ada).await;
    dead_letters::give_up(app, 2, "{}").await.to_string()
}

/// The examples as they are now.
async fn examples(app: &App) -> Value {
    let operations = operations();
    let method = |id: &str| {
        let mut all = operations.iter();
        let id = id.split(' ').next().unwrap();
        let found = all.find(|operation| operation.contract["operationId"] == id);
        found.unwrap_or_else(|| panic!("{id}")).method.clone()
    };
    let mut all = Map::new();
    let mut names = BTreeMap::new();
    let mut event = None;
    for (id, path, body) in REQUESTS {
        if *id == "create_tag" {
            // From here on there is a notification.
            event = Some(prepare(app).await);
        }
        if *id == "list_audit" {
            audit::write_down(app, app.ada.id()).await;
        }
        if let Some(event) = event.take() {
            names.insert("event", event);
        }
        let filled = |text: &str| {
            let fill = |text: String, (name, value): (&&str, &String)| {
                text.replace(&format!("{{{name}}}"), value)
            };
            names.iter().fold(text.to_owned(), fill)
        };
        let path = format!("/api/v1/{}", filled(path)).replace("/api/v1/../..", "");
        let mut call = app.call(&method(id), &path);
        let mut example = json!({});
        if !body.is_empty() {
            let body: Value = serde_json::from_str(&filled(body)).unwrap();
            call = call.json(&body);
            example["request"] = body;
        }
        let reply = call.send().await;
        assert!(reply.status.is_success(), "{id}: {}", reply.text());
        let mut answer = reply.json();
        learn(id, &answer, &mut names);
        if !answer.is_null() {
            mask(&mut answer);
            example["status"] = reply.status.as_u16().into();
            example["response"] = answer;
        }
        all.insert((*id).to_owned(), example);
    }
    for (id, body) in BODIES {
        let body: Value = serde_json::from_str(body).unwrap();
        all.insert((*id).to_owned(), json!({"request": body}));
    }
    for (id, text) in TEXTS {
        all.insert((*id).to_owned(), json!({"status": 200, "response": text}));
    }
    all.into()
}

async fn the_examples_are_those_of_the_file(db: TestDb) {
    let app = App::open(db).await;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/openapi/examples.json");
    let current = serde_json::to_string_pretty(&examples(&app).await).unwrap() + "\n";
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(&path, &current).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    let mut lines = kept.lines().zip(current.lines());
    let differs = lines.find(|(kept, current)| kept != current);
    assert!(
        kept == current,
        "api/src/openapi/examples.json differs from the responses, first {differs:?}; run this test with {UPDATE}=1"
    );
}

#[test]
fn every_operation_has_examples() {
    let document = serde_json::to_value(taskwire_api::document()).unwrap();
    let mut missing = BTreeSet::new();
    for operation in operations().iter().filter(|one| !one.is_internal()) {
        let body = &operation.contract["requestBody"]["content"];
        let responses = operation.contract["responses"].as_object().unwrap();
        let successes = responses
            .iter()
            .filter(|(status, _)| status.starts_with('2'));
        let contents = successes.map(|(_, response)| &response["content"]);
        for content in contents.chain([body]) {
            for (_, media) in content.as_object().into_iter().flatten() {
                if media["example"].is_null() {
                    missing.insert(operation.name());
                }
            }
        }
        // Refusals have one too.
        for (status, response) in responses
            .iter()
            .filter(|(status, _)| status.as_str() >= "400")
        {
            let response = crate::contract::resolve(&document, response);
            for (_, media) in response["content"].as_object().unwrap() {
                assert!(!media["example"].is_null(), "{} {status}", operation.name());
            }
        }
    }
    assert!(missing.is_empty(), "without an example: {missing:?}");
}

//! Every event matches the JSON Schema of its type, and the examples are real events.
//!
//! [`App::events`] checks the events of all other tests against their schemas too.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use taskwire_domain::EventKind;
use taskwire_testkit::{TestDb, both_databases};
use uuid::Uuid;

use crate::support::{App, schemas};

both_databases!(every_type_matches_its_schema_and_its_example);

/// Set to rewrite the examples.
const UPDATE: &str = "UPDATE_SNAPSHOTS";

async fn request(app: &App, method: &str, path: &str, body: Value) -> Value {
    let call = app
        .call(method, path)
        .header("taskwire-client", "claude-code/2.1")
        .header(
            "traceparent",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        );
    let call = if body.is_null() {
        call
    } else {
        call.json(&body)
    };
    let reply = call.send().await;
    assert!(
        reply.status.is_success(),
        "{method} {path}: {}",
        reply.text()
    );
    serde_json::from_str(&reply.text()).unwrap_or_default()
}

/// A week with a daily task and a single one, which causes every type of event.
async fn week(app: &App) {
    let plants = json!({
        "title": "Water the plants", "tags": ["Home"], "due": "2026-11-21T09:00",
        "recurrence": {"rrule": "FREQ=DAILY"}, "reminders": [{"minutes_before": 30}],
    });
    request(app, "POST", "/api/v1/tasks", plants).await;
    let notes = json!({"notes": "Also those on the balcony."});
    request(app, "PATCH", "/api/v1/tasks/1", notes).await;
    app.at("2026-11-21T07:30:00Z");
    let service = app.service("POST", "/api/v1/internal/reminders/fire", app.ada.id());
    assert_eq!(service.send().await.expect(200)["fired"], 1);
    app.at("2026-11-21T08:05:00Z");
    let done = request(app, "POST", "/api/v1/tasks/1/complete", Value::Null).await;
    app.advance(&done).await;
    // The next occurrence is withdrawn, and revived.
    request(app, "POST", "/api/v1/tasks/1/reopen", Value::Null).await;
    let done = request(app, "POST", "/api/v1/tasks/1/complete", Value::Null).await;
    app.advance(&done).await;
    app.at("2026-11-22T06:00:00Z");
    let reason = json!({"reason": "It rained."});
    let skipped = request(app, "POST", "/api/v1/tasks/2/skip", reason).await;
    app.advance(&skipped).await;
    request(app, "POST", "/api/v1/tasks/2/reopen", Value::Null).await;
    let task = json!({"title": "Buy a watering can", "priority": "low"});
    request(app, "POST", "/api/v1/tasks", task).await;
    let later = json!({"due": "2026-11-25", "reminders": [{"at": "2026-11-24T18:00"}]});
    request(app, "PATCH", "/api/v1/tasks/4", later).await;
    request(app, "PATCH", "/api/v1/me", json!({"zone": "Asia/Tokyo"})).await;
    request(app, "DELETE", "/api/v1/tasks/4", Value::Null).await;
    request(app, "POST", "/api/v1/tasks/4/restore", Value::Null).await;
    request(app, "DELETE", "/api/v1/tasks/4", Value::Null).await;
    request(app, "DELETE", "/api/v1/trash", Value::Null).await;
    let tag = request(app, "POST", "/api/v1/tags", json!({"name": "Garden"})).await;
    let tag = format!("/api/v1/tags/{}", tag["id"].as_str().unwrap());
    request(app, "PATCH", &tag, json!({"name": "Balcony"})).await;
    request(app, "DELETE", &tag, Value::Null).await;
}

/// Puts ids in the order of their appearance for ids, so that an example changes only with the shape of its event.
fn number_ids(value: &mut Value, known: &mut BTreeMap<String, String>) {
    match value {
        Value::String(text) if Uuid::try_parse(text).is_ok() => {
            let number = known.len() as u128 + 1;
            let id = Uuid::from_u128((0x0199_0000_0000_7000_8000_0000_0000_0000) | number);
            text.clone_from(known.entry(text.clone()).or_insert(id.to_string()));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| number_ids(item, known)),
        Value::Object(fields) => {
            // In the order of their names, not in that of the map.
            let names: BTreeSet<String> = fields.keys().cloned().collect();
            for name in names {
                number_ids(&mut fields[&name], known);
            }
        }
        _ => {}
    }
}

async fn every_type_matches_its_schema_and_its_example(db: TestDb) {
    let app = App::open(db).await;
    week(&app).await;
    let mut known = BTreeMap::new();
    let mut first: BTreeMap<String, Value> = BTreeMap::new();
    for mut event in app.events().await {
        number_ids(&mut event, &mut known);
        let kind = event["type"].as_str().unwrap().to_owned();
        first.entry(kind).or_insert(event);
    }
    let all: BTreeSet<&str> = EventKind::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(
        first.keys().map(String::as_str).collect::<BTreeSet<_>>(),
        all
    );
    for (kind, event) in first {
        let path = schemas::folder().join(format!("examples/{kind}.json"));
        if std::env::var_os(UPDATE).is_some() {
            let text = serde_json::to_string_pretty(&event).unwrap();
            std::fs::write(&path, text + "\n").unwrap();
        }
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let kept: Value = serde_json::from_str(&text).unwrap_or_default();
        assert!(
            kept == event,
            "docs/schemas/examples/{kind}.json is not what the API writes; run this test with {UPDATE}=1 and review the change\n{event:#}"
        );
    }
}

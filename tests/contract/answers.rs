//! The reaction of a sidecar to each response of an app, and its envelope.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use taskwire_testkit::{LocalServer, eventually};

use crate::app::LIMIT;
use crate::differences::is_not_found_dead_lettered;
use crate::environment::Environment;

/// Status and body by the word that an event carries, and whether that ends on the dead-letter topic, and after how
/// many deliveries.
const ANSWERS: [(&str, u16, &str, bool, usize); 12] = [
    ("empty", 204, "", false, 1),
    ("text", 200, "thank you", false, 1),
    ("object", 200, "{}", false, 1),
    ("array", 200, "[]", false, 1),
    ("success", 200, r#"{"status":"SUCCESS"}"#, false, 1),
    ("retry", 200, r#"{"status":"RETRY"}"#, true, 3),
    ("unknown", 200, r#"{"status":"done"}"#, true, 3),
    ("drop", 200, r#"{"status":"DROP"}"#, true, 1),
    ("not found", 404, "", true, 1),
    ("refused", 401, "", true, 3),
    ("failed", 500, "", true, 3),
    ("busy", 503, r#"{"status":"SUCCESS"}"#, true, 3),
];

#[derive(Clone, Default)]
struct Seen {
    events: Arc<Mutex<HashMap<String, Vec<Value>>>>,
    dead: Arc<Mutex<Vec<Value>>>,
}

async fn answer(State(seen): State<Seen>, Json(event): Json<Value>) -> Response {
    let word = event["data"].as_str().unwrap_or_default().to_owned();
    let answer = ANSWERS.iter().find(|(name, ..)| *name == word).unwrap();
    seen.events
        .lock()
        .unwrap()
        .entry(word)
        .or_default()
        .push(event);
    (StatusCode::from_u16(answer.1).unwrap(), answer.2).into_response()
}

async fn keep(State(seen): State<Seen>, Json(event): Json<Value>) {
    seen.dead.lock().unwrap().push(event["data"].clone());
}

pub(crate) async fn all(environment: &Environment) {
    let seen = Seen::default();
    let subscriptions = json!([
        {"pubsubname": "taskpubsub", "topic": "answers", "route": "/answer", "deadLetterTopic": "answers.dlq"},
        {"pubsubname": "taskpubsub", "topic": "answers.dlq", "route": "/dead"},
    ]);
    let router = Router::new()
        .route("/dapr/subscribe", get(|| async { Json(subscriptions) }))
        .route("/dapr/config", get(|| async { Json(json!({})) }))
        .route("/healthz", get(|| async {}))
        .route("/answer", post(answer))
        .route("/dead", post(keep))
        .with_state(seen.clone());
    let app = LocalServer::start(router).await;
    let _sidecar = environment.second_sidecar("task-answers", app.port()).await;
    for (word, ..) in ANSWERS {
        let path = "/v1.0/publish/taskpubsub/answers?metadata.partitionKey=one";
        assert_eq!(environment.post(path, &json!(word)).await, 204);
    }
    let expected: Vec<Value> = ANSWERS
        .iter()
        .filter(|answer| answer.3)
        .filter(|answer| answer.1 != 404 || is_not_found_dead_lettered(environment.broker))
        .map(|answer| json!(answer.0))
        .collect();
    eventually(LIMIT, || async {
        (*seen.dead.lock().unwrap() == expected).then_some(())
    })
    .await;
    let events = seen.events.lock().unwrap();
    for (word, .., times) in ANSWERS {
        assert_eq!(events[word].len(), times, "{word}");
        assert!(
            events[word]
                .iter()
                .all(|event| event["id"] == events[word][0]["id"])
        );
    }
    // A body without an envelope gets one.
    let event = &events["empty"][0];
    assert_eq!(event["source"], "task-audit");
    assert_eq!(event["type"], "com.dapr.event.sent");
    assert_eq!(event["datacontenttype"], "application/json");
    assert_eq!(event["specversion"], "1.0");
    assert!(event["traceid"].is_string() && event["id"].is_string());
}

//! What a sender does, and what a person sets up.

use serde_json::{Value, json};
use taskwire_domain::Clock;

use crate::support::{App, Call};

pub(super) const HOOK: &str = "https://example.com/hook";

/// Asks for messages, after telling what became of earlier ones.
async fn exchange(app: &App, outcomes: Value) -> Vec<Value> {
    let call = app.service("POST", "/api/v1/internal/deliveries", app.ada.id());
    let body = json!({"outcomes": outcomes, "limit": 50});
    let orders = call.json(&body).send().await.expect(200);
    orders["orders"].as_array().unwrap().clone()
}

pub(super) async fn orders(app: &App) -> Vec<Value> {
    exchange(app, json!([])).await
}

pub(super) async fn fire(app: &App) {
    let fire = app.service("POST", "/api/v1/internal/reminders/fire", app.ada.id());
    fire.send().await.expect(200);
}

fn outcome(order: &Value, result: Value) -> Value {
    let mut outcome = json!({"claims": order["claims"], "owner": order["owner"]});
    outcome["result"] = result;
    outcome
}

/// Tells that all were sent.
pub(super) async fn sent(app: &App, orders: &[Value]) -> Vec<Value> {
    let now = app.clock.now();
    let all: Vec<Value> = orders
        .iter()
        .map(|order| outcome(order, json!({"result": "sent", "at": now})))
        .collect();
    exchange(app, json!(all)).await
}

pub(super) async fn failed(app: &App, order: &Value, result: Value) {
    exchange(app, json!([outcome(order, result)])).await;
}

pub(super) async fn webhook(app: &App, more: Value) -> Value {
    let mut body = json!({"kind": "webhook", "address": HOOK});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    app.post("/api/v1/channels", body).await.expect(201)
}

/// A task whose reminder fires at 19:00 in Rome, which is now.
pub(super) async fn remind(app: &App, more: Value) -> Value {
    let mut body = json!({"title": "Call <Ann>", "due": "2026-11-20T20:00",
        "reminders": [{"minutes_before": 60}]});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    let task = app.task(body).await;
    app.at("2026-11-20T18:00:00Z");
    fire(app).await;
    task
}

pub(super) async fn deliveries(app: &App) -> Vec<Value> {
    let page = app.get("/api/v1/deliveries").await.expect(200);
    page["items"].as_array().unwrap().clone()
}

/// The path of a link in a message.
pub(super) fn path_of(url: &Value) -> String {
    let url = url.as_str().unwrap();
    url.strip_prefix("https://tasks.example.com")
        .unwrap()
        .to_owned()
}

pub(super) async fn press(app: &App, url: &Value) -> String {
    page(app.anonymous("POST", &path_of(url)), 200).await
}

/// The text of a page.
pub(super) async fn page(call: Call, status: u16) -> String {
    let reply = call.send().await;
    assert_eq!(reply.status.as_u16(), status, "{}", reply.text());
    reply.text()
}

pub(super) async fn settings(app: &App, body: Value) -> Value {
    let reply = app.patch("/api/v1/notifications/settings", body).await;
    reply.expect(200)
}

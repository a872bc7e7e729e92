//! The story: a weekly task is created, completed and advanced, a reminder is delivered, and everything is in the audit
//! log.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use taskwire_domain::{Clock, SystemClock};
use taskwire_parts::{AppId, Broker};
use taskwire_testkit::eventually;

use crate::LIMIT;
use crate::stream::Event;
use crate::world::World;
use crate::{foreign, letters, record, traces};

#[tokio::test]
async fn over_kafka() {
    tell(Broker::Kafka).await;
}

#[tokio::test]
async fn over_redis() {
    tell(Broker::Redis).await;
}

async fn tell(broker: Broker) {
    let Some(world) = World::start(broker).await else {
        return;
    };
    apps_call_each_other(&world).await;
    a_series_is_advanced_and_a_reminder_is_delivered(&world).await;
    the_chat_reaches_the_tasks(&world).await;
    mcp_reaches_the_tasks(&world).await;
    everything_is_audited(&world).await;
    traces::one_trace_leads_over_the_broker(&world).await;
    if broker == Broker::Kafka {
        foreign::the_example_reads_what_is_audited(&world).await;
    }
    letters::a_forged_event_is_refused(&world).await;
    letters::an_event_that_cannot_be_handled_is_dead_lettered(&world).await;
    everything_is_audited(&world).await;
}

async fn everything_is_audited(world: &World) {
    let events = record::replay(&world.rest).await;
    record::check_order(&events);
    record::audit(&world.rest, &events).await;
}

/// By their app ids.
async fn apps_call_each_other(world: &World) {
    for (caller, callee) in [
        (AppId::Recurrence, AppId::Api),
        (AppId::Reminder, AppId::Api),
        (AppId::Mcp, AppId::Api),
        (AppId::Chat, AppId::Api),
        (AppId::Chat, AppId::Mcp),
    ] {
        let to = [("dapr-app-id", callee.as_str())];
        // A sidecar refuses calls to its app until its next health check, if one took too long.
        eventually(LIMIT, || async {
            let answer = world
                .sidecar(caller, Method::GET, "/healthz", &to, "")
                .await;
            (answer.status == 200).then_some(())
        })
        .await;
    }
    // Other requests are refused.
    let answer = world
        .sidecar(AppId::Audit, Method::POST, "/v1.0/shutdown", &[], "")
        .await;
    assert_eq!(answer.status, 404, "{}", answer.text());
}

async fn a_series_is_advanced_and_a_reminder_is_delivered(world: &World) {
    let World { rest, live, .. } = world;
    let at = SystemClock.now() + SignedDuration::from_millis(500);
    let task = json!({"title": "water the plants", "due": "2031-01-07", "recurrence": "every week",
        "reminders": [{"at": at.to_string()}]});
    let task = rest.post("/api/v1/tasks", &task).await;
    let is_told = |event: &Event| event.kind == "reminder.due.v1" && task["id"] == event.subject();
    live.until("the reminder", is_told).await;
    let notifications = rest.get("/api/v1/notifications").await;
    assert_eq!(
        notifications["items"][0]["task"]["number"], task["number"],
        "{notifications}"
    );

    let complete = format!("/api/v1/tasks/{}/complete", task["number"]);
    rest.post(&complete, &json!({})).await;
    let is_next = |event: &Event| {
        event.kind == "task.created.v1"
            && event.after()["title"] == task["title"]
            && event.after()["number"] != task["number"]
    };
    let next = live.until("the next occurrence", is_next).await;
    assert_eq!(next.after()["due"], "2031-01-14");
    assert_eq!(
        next.data["data"]["actor"]["client"],
        json!("taskwire-recurrence")
    );
}

async fn the_chat_reaches_the_tasks(world: &World) {
    let words = "Please remind me every week: \"feed the cat\", from \"2031-02-01\" on.";
    let content = json!({"id": "c1", "trigger": "submit-message", "messages": [
        {"id": "u1", "role": "user", "parts": [{"type": "text", "text": words}]},
    ]});
    let answer = world
        .rest
        .send(Method::POST, "/api/v1/chat", Some(&content))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.text().contains("Very well"), "{}", answer.text());
    created_via(world, "feed the cat", "chat").await;
}

async fn mcp_reaches_the_tasks(world: &World) {
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": "tasks_add", "arguments": {"tasks": [{"title": "buy milk"}]}}});
    let answer = world
        .rest
        .http
        .post(format!("{}/mcp", world.rest.base))
        .bearer_auth(&world.rest.token)
        .header("accept", "application/json, text/event-stream")
        .json(&call)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    created_via(world, "buy milk", "mcp").await;
}

async fn created_via(world: &World, title: &str, via: &str) {
    let is_created =
        |event: &Event| event.kind == "task.created.v1" && event.after()["title"] == title;
    let event = world.live.until(title, is_created).await;
    assert_eq!(event.data["data"]["actor"]["via"], Value::from(via));
    world.audited(event.after()).await;
}

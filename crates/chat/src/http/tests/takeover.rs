//! Replicas whose store is unavailable, and turns that lose their lease.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::fixture::{Fixture, until, user_message};
use super::read::Stream;
use super::replicas::{Reader, Replicas, chunks, problem};
use crate::Timings;
use crate::turn_state::test_store::{Connection, MemoryStore};

const STREAM: &str = "/api/v1/chat/c1/stream";
const STOP: &str = "/api/v1/chat/c1/stop";

/// Replicas that follow commands, over a store in memory.
fn replicas() -> (Fixture, Fixture, Connection) {
    let store = Arc::new(MemoryStore::default());
    let replicas = Replicas::over(store, None, Timings::default());
    (
        replicas.first,
        replicas.second,
        replicas.connection.unwrap(),
    )
}

/// Posts until no other turn is in the way.
async fn read_in_the_end(fixture: &Fixture, body: &Value) -> Stream {
    loop {
        let response = fixture.post(body).await;
        if response.status() != 409 {
            return Stream::read(response).await;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

fn assert_added_once(fixture: &Fixture, why: &str) {
    assert_eq!(fixture.tasks.titles().len(), 1, "{why}");
    let keys = fixture.tasks.keys.lock().unwrap().clone();
    assert!(keys.iter().all(|key| *key == keys[0]), "{why}: {keys:?}");
    let kept = fixture.api.messages("c1");
    let roles: Vec<&str> = kept.iter().map(|message| message.role.as_str()).collect();
    assert_eq!(roles, ["user", "assistant"], "{why}");
    let parts = kept[1].parts.as_array().unwrap();
    let calls = parts.iter().filter(|part| part["type"] == "dynamic-tool");
    let states: Vec<&Value> = calls.map(|call| &call["state"]).collect();
    assert_eq!(states, ["output-available"], "{why}");
}

#[tokio::test(start_paused = true)]
async fn nothing_begins_while_the_store_is_unreachable() {
    let (first, _, connection) = replicas();
    connection.cut();
    let message = user_message("u1", "add a");
    let refused = first.post(&message).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.headers()["retry-after"], "5");
    assert_eq!(problem(refused).await["code"], "turn_state_unavailable");
    assert_eq!(first.command("GET", STREAM).await.status(), 503);
    assert_eq!(first.command("POST", STOP).await.status(), 503);
    assert!(first.tasks.called().is_empty());
    connection.reconnect();
    let stream = first.read(&message).await;
    assert!(stream.text().starts_with("Added #1 a"));
    assert_added_once(&first, "after the store is back");
}

#[tokio::test(start_paused = true)]
async fn a_store_that_goes_away_at_any_step_loses_no_message_and_doubles_no_call() {
    let mut refusals = 0;
    for step in 0..100 {
        let why = format!("cut after {step} requests");
        let (first, second, connection) = replicas();
        connection.cut_after(step);
        let message = user_message("u1", "add a");
        let response = first.post(&message).await;
        if response.status() == 503 {
            refusals += 1;
        } else {
            chunks(response).await;
        }
        let was_whole = connection.is_connected();
        // A client whose request failed sends the same message again, to whichever replica responds.
        let stream = read_in_the_end(&second, &message).await;
        assert!(
            stream.text().starts_with("Added #1 a"),
            "{why}: {}",
            stream.text()
        );
        assert_added_once(&second, &why);
        connection.reconnect();
        assert_eq!(
            first.send_text("u2", "list").await.finish(),
            "stop",
            "{why}"
        );
        if was_whole {
            assert!(step > 5, "a turn asks the store more often than that");
            assert!(refusals > 0, "a turn without a lease is refused");
            return;
        }
    }
    panic!("the turn asks the store too often");
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_lost_its_lease_neither_calls_nor_stores_anything() {
    let (first, second, connection) = replicas();
    let hold = first.tasks.permits.acquire_many(100).await.unwrap();
    let near = first.post(&user_message("u1", "add a")).await;
    until(|| !first.tasks.called().is_empty()).await;
    let far = Reader::new(second.command("GET", STREAM).await);
    let far = far.until("tool-input-available").await;
    connection.cut();
    let puts = first.api.puts.lock().unwrap().len();
    let (near, far) = tokio::join!(chunks(near), far.rest());
    let error = near.last().unwrap();
    assert_eq!(
        error["errorText"],
        "The turn was interrupted. Completed steps are saved."
    );
    assert_eq!(far, near);
    // The call was in progress and ends now; nobody is left to store its outcome.
    drop(hold);
    tokio::time::sleep(Duration::from_mins(1)).await;
    assert_eq!(first.api.puts.lock().unwrap().len(), puts);
    let calls = first.tasks.called().len();
    let closed = Stream::read(second.command("GET", STREAM).await).await;
    let notices = closed.notices();
    let mut notices = notices.iter();
    assert!(notices.any(|notice| notice.contains("interrupted")));
    assert_eq!(
        first.tasks.called().len(),
        calls + 1,
        "asked for under its key"
    );
    assert_added_once(&second, "the turn is closed");
}

#[tokio::test(start_paused = true)]
async fn a_buffer_that_fails_costs_only_the_stream_elsewhere() {
    let (first, second, connection) = replicas();
    connection.refuse("stream:");
    let hold = first.tasks.permits.acquire_many(100).await.unwrap();
    let near = first.post(&user_message("u1", "add a")).await;
    until(|| !first.tasks.called().is_empty()).await;
    let far = second.command("GET", STREAM).await;
    drop(hold);
    let near = Stream::read(near).await;
    assert_eq!(near.finish(), "stop");
    assert_eq!(chunks(far).await.last().unwrap()["type"], "error");
    assert_added_once(&first, "the turn is not disturbed");
}

#[tokio::test(start_paused = true)]
async fn a_buffer_is_complete_after_an_outage() {
    let (first, second, connection) = replicas();
    connection.refuse("stream:");
    let hold = first.tasks.permits.acquire_many(100).await.unwrap();
    let near = first.post(&user_message("u1", "add a")).await;
    until(|| !first.tasks.called().is_empty()).await;
    let far = second.command("GET", STREAM).await;
    tokio::time::sleep(Duration::from_secs(20)).await;
    connection.reconnect();
    drop(hold);
    let (near, far) = tokio::join!(Stream::read(near), Stream::read(far));
    assert_eq!(far.0, near.0);
}

#[tokio::test(start_paused = true)]
async fn a_stream_elsewhere_ends_when_the_store_does_not_come_back() {
    let (first, second, _) = replicas();
    let store = Arc::new(MemoryStore::default());
    let connection = Connection::new(store);
    let near = first.replica(shared(&connection), 10);
    let far = second.replica(shared(&connection), 11);
    let _hold = first.tasks.permits.acquire_many(100).await.unwrap();
    let running = near.post(&user_message("u1", "add a")).await;
    until(|| !first.tasks.called().is_empty()).await;
    let reader = far.command("GET", STREAM).await;
    connection.cut();
    let (running, reader) = tokio::join!(chunks(running), chunks(reader));
    assert_eq!(running.last().unwrap()["type"], "error");
    assert_eq!(reader.last().unwrap()["type"], "error");
    let again = json!({"id": "c1", "trigger": "regenerate-message", "messages": []});
    assert_eq!(far.post(&again).await.status(), 503);
}

fn shared(connection: &Connection) -> crate::TurnState {
    crate::TurnState::Shared {
        store: Arc::new(connection.clone()),
        timings: Timings::default(),
    }
}

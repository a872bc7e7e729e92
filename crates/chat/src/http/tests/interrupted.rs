//! Turns that are stopped, left, and resumed.

use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::json;
use taskwire_testkit::gemini::{FakeGemini, Fault, Reply};

use super::fixture::{Fixture, until, user_message};
use super::read::Stream;

#[tokio::test]
async fn stopping_during_text_ends_the_request_to_the_model() {
    let fixture = Fixture::with(vec![
        Reply::Fault(Fault::Hang("once upon a".into())),
        Reply::text("ok"),
    ])
    .await;
    let response = fixture.post(&user_message("u1", "tell me")).await;
    until(|| fixture.gemini.as_ref().unwrap().open_streams() == 1).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(
        fixture
            .command("POST", "/api/v1/chat/c1/stop")
            .await
            .status(),
        204
    );
    let stream = Stream::read(response).await;
    assert_eq!(stream.of("abort").count(), 1);
    until(|| fixture.gemini.as_ref().unwrap().open_streams() == 0).await;
    assert!(
        fixture.api.messages("c1")[1]
            .parts
            .to_string()
            .contains("once upon a")
    );
    assert_eq!(fixture.send_text("u2", "go on").await.text(), "ok");
    assert_eq!(
        fixture.requests()[1]["messages"][2]["content"],
        "once upon a"
    );
}

#[tokio::test]
async fn stopping_during_a_write_lets_it_finish() {
    let fixture = Fixture::with(vec![
        Reply::calls([
            taskwire_testkit::gemini::Call::new("tasks_add", json!({"tasks": [{"title": "a"}]})),
            taskwire_testkit::gemini::Call::new("tasks_add", json!({"tasks": [{"title": "b"}]})),
        ]),
        Reply::text("ok"),
    ])
    .await;
    let hold = fixture.tasks.permits.acquire_many(100).await.unwrap();
    let response = fixture.post(&user_message("u1", "add both")).await;
    until(|| !fixture.tasks.called().is_empty()).await;
    fixture.command("POST", "/api/v1/chat/c1/stop").await;
    drop(hold);
    let stream = Stream::read(response).await;
    assert_eq!(stream.of("tool-output-available").count(), 1);
    assert_eq!(
        stream.of("tool-output-error").next().unwrap()["errorText"],
        "Stopped before it ran."
    );
    assert_eq!(fixture.tasks.finished.load(Ordering::SeqCst), 1);
    // The history is closed, so the next request is accepted.
    assert_eq!(fixture.send_text("u2", "and?").await.text(), "ok");
    let sent = fixture.requests()[1]["messages"].to_string();
    assert!(sent.contains(r#"{\"status\":\"cancelled\"}"#), "{sent}");
}

#[tokio::test]
async fn a_reader_who_comes_back_sees_everything() {
    let fixture = Fixture::with(vec![Reply::Slow(
        Duration::from_millis(300),
        "here it is".into(),
    )])
    .await;
    let first = fixture.post(&user_message("u1", "hi")).await;
    drop(first);
    let second = fixture.command("GET", "/api/v1/chat/c1/stream").await;
    assert_eq!(second.status(), 200);
    assert_eq!(fixture.post(&user_message("u2", "hi")).await.status(), 409);
    let stream = Stream::read(second).await;
    assert_eq!(stream.text(), "here it is");
    let runs = &fixture.chat.inner.runs;
    let running = runs.find(uuid::Uuid::from_u128(1), "c1").await.unwrap();
    assert!(running.is_none());
    assert_eq!(
        fixture
            .command("GET", "/api/v1/chat/c1/stream")
            .await
            .status(),
        204
    );
    assert_eq!(
        fixture
            .command("POST", "/api/v1/chat/c1/stop")
            .await
            .status(),
        204
    );
}

#[tokio::test]
async fn a_turn_without_readers_is_cancelled() {
    let gemini = FakeGemini::start(vec![Reply::Fault(Fault::Hang("hm".into()))])
        .await
        .unwrap();
    let fixture = Fixture::new(Some(gemini), |limits| {
        limits.orphan_timeout = Duration::from_millis(20);
    });
    let response = fixture.post(&user_message("u1", "hi")).await;
    until(|| fixture.gemini.as_ref().unwrap().open_streams() == 1).await;
    drop(response);
    until(|| fixture.gemini.as_ref().unwrap().open_streams() == 0).await;
    until(|| fixture.api.messages("c1").len() == 2).await;
}

#[tokio::test]
async fn comments_keep_the_connection_alive() {
    let script = vec![Reply::Slow(Duration::from_millis(200), "late".into())];
    let gemini = FakeGemini::start(script).await.unwrap();
    let fixture = Fixture::new(Some(gemini), |limits| {
        limits.keep_alive = Duration::from_millis(20);
    });
    let response = fixture.post(&user_message("u1", "hi")).await;
    let body = axum::body::to_bytes(response.into_body(), 1 << 20)
        .await
        .unwrap();
    assert!(String::from_utf8_lossy(&body).contains(": keep-alive\n\n"));
}

#[tokio::test]
async fn a_message_is_stored_even_when_nothing_else_works() {
    let fixture = Fixture::with(vec![Reply::Fault(Fault::BadKey)]).await;
    let stream = fixture.send_text("u1", "plan my week").await;
    assert!(stream.notices()[0].contains("does not accept the configured key"));
    assert_eq!(
        fixture.api.messages("c1")[0].parts[0]["text"],
        "plan my week"
    );
}

use std::collections::HashMap;

use axum::body::{Body, to_bytes};
use axum::http::Method;
use taskwire_domain::EventKind;
use tower::ServiceExt;

use super::super::failure_store::FailureStoreFuture;
use super::super::letter::Undeliverable;
use super::*;
use crate::Handling;
use crate::cloud_event::tests::event;

const TOKEN: &str = "the token of the app";

/// Returns the scripted outcomes, and panics when there are none left.
struct Scripted(Mutex<Vec<Outcome>>, Mutex<Vec<Delivery>>);

impl Handler for Scripted {
    fn name(&self) -> &'static str {
        "audit"
    }

    fn topics(&self) -> &'static [Topic] {
        &[Topic::TaskEvents]
    }

    fn handle<'a>(&'a self, delivery: &'a Delivery) -> Handling<'a> {
        self.1.lock().unwrap().push(delivery.clone());
        let outcome = self.0.lock().unwrap().pop();
        Box::pin(async move { outcome.expect("the handler panics") })
    }
}

#[derive(Default)]
struct MemoryFailureStore {
    failures: Mutex<HashMap<EventId, u32>>,
    letters: Mutex<Vec<Undeliverable>>,
    is_broken: std::sync::atomic::AtomicBool,
}

impl MemoryFailureStore {
    fn answer<T: Send + 'static>(&self, value: T) -> FailureStoreFuture<'_, T> {
        let is_broken = self.is_broken.load(std::sync::atomic::Ordering::SeqCst);
        let answer = if is_broken {
            Err(FailureStoreError("away".into()))
        } else {
            Ok(value)
        };
        Box::pin(async move { answer })
    }
}

impl FailureStore for MemoryFailureStore {
    fn count_failure<'a>(
        &'a self,
        event: &'a CloudEvent,
        _: &'a str,
    ) -> FailureStoreFuture<'a, u32> {
        let mut failures = self.failures.lock().unwrap();
        let count = failures.entry(event.id).or_default();
        *count += 1;
        self.answer(*count)
    }

    fn forget_failures(&self, event: EventId) -> FailureStoreFuture<'_, ()> {
        self.failures.lock().unwrap().remove(&event);
        self.answer(())
    }

    fn dead_letter(&self, record: Undeliverable) -> FailureStoreFuture<'_, ()> {
        self.letters.lock().unwrap().push(record);
        self.answer(())
    }

    fn check(&self) -> FailureStoreFuture<'_, ()> {
        self.answer(())
    }
}

struct App {
    router: Router,
    handler: Arc<Scripted>,
    kept: Arc<MemoryFailureStore>,
}

impl App {
    fn new(outcomes: impl IntoIterator<Item = Outcome>) -> Self {
        let mut outcomes: Vec<Outcome> = outcomes.into_iter().collect();
        outcomes.reverse();
        let handler = Arc::new(Scripted(Mutex::new(outcomes), Mutex::default()));
        let kept = Arc::new(MemoryFailureStore::default());
        let token = Secret::new(TOKEN);
        let subscriber = Subscriber::new(
            Arc::<Scripted>::clone(&handler),
            Arc::<MemoryFailureStore>::clone(&kept),
            "taskpubsub",
            token,
        );
        let more = Router::new().route("/wake", any(|| async { StatusCode::NO_CONTENT }));
        Self {
            router: subscriber.router(more),
            handler,
            kept,
        }
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: impl Into<Body>,
    ) -> (StatusCode, String) {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = token {
            request = request.header(API_TOKEN, token);
        }
        let request = request.body(body.into()).unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    /// The status in the response to a delivery.
    async fn deliver(&self, topic: &str, body: impl Into<Body>) -> String {
        let path = format!("/events/{topic}");
        let (status, body) = self.call(Method::POST, &path, Some(TOKEN), body).await;
        assert_eq!(status, StatusCode::OK);
        let answer: Value = serde_json::from_str(&body).unwrap();
        answer["status"].as_str().unwrap().to_owned()
    }
}

fn created() -> CloudEvent {
    CloudEvent::from_event(&event(1, 2, EventKind::TaskCreated)).for_broker(Some(42))
}

#[tokio::test]
async fn an_outcome_becomes_what_the_sidecar_does_next() {
    let app = App::new([
        Outcome::Ack,
        Outcome::Unavailable("the database is away".into()),
        Outcome::Retry("not now".into()),
        Outcome::Drop("never".into()),
    ]);
    let mut answers = Vec::new();
    for _ in 0..5 {
        answers.push(app.deliver("task-events", created().to_json()).await);
    }
    // The last one panicked, which may be temporary.
    assert_eq!(answers, ["SUCCESS", "RETRY", "RETRY", "DROP", "RETRY"]);
    let deliveries = app.handler.1.lock().unwrap();
    assert!(deliveries.iter().all(|delivery| delivery.seq == Some(42)));
}

#[tokio::test]
async fn an_event_that_fails_too_often_is_given_up_and_an_outage_is_not_its_fault() {
    let attempts = ATTEMPTS;
    let outcomes = (0..attempts).flat_map(|_| {
        [
            Outcome::Unavailable("away".into()),
            Outcome::Retry("poison".into()),
        ]
    });
    let app = App::new(outcomes);
    let mut answers = Vec::new();
    for _ in 0..2 * attempts {
        answers.push(app.deliver("task-events", created().to_json()).await);
    }
    assert_eq!(answers.pop().as_deref(), Some("DROP"));
    assert!(
        answers.iter().all(|answer| answer == "RETRY"),
        "{answers:?}"
    );
}

#[tokio::test]
async fn a_failure_that_cannot_be_counted_is_not_final() {
    let app = App::new([Outcome::Drop("never".into())]);
    app.kept
        .is_broken
        .store(true, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(
        app.deliver("task-events", created().to_json()).await,
        "RETRY"
    );
}

#[tokio::test]
async fn a_record_that_is_not_an_event_is_given_up_at_once() {
    let app = App::new([]);
    for body in ["", "{}", "no json", "[]"] {
        assert_eq!(app.deliver("task-events", body).await, "DROP", "{body}");
    }
    assert_eq!(app.deliver("task-events", &b"\xff\xfe"[..]).await, "DROP");
    // A topic that this consumer does not follow, from a wrong subscription.
    assert_eq!(app.deliver("reminders", created().to_json()).await, "DROP");
    assert!(app.handler.1.lock().unwrap().is_empty());
}

#[tokio::test]
async fn an_event_that_is_not_for_the_topic_is_passed_over() {
    let app = App::new([]);
    let reminder = CloudEvent::from_event(&event(1, 2, EventKind::ReminderDue));
    assert_eq!(
        app.deliver("task-events", reminder.to_json()).await,
        "SUCCESS"
    );
    assert!(app.handler.1.lock().unwrap().is_empty());
}

#[tokio::test]
async fn nothing_is_done_without_the_token_of_the_app() {
    let app = App::new([]);
    for token in [
        None,
        Some(""),
        Some("the token of the ap"),
        Some("the token of the app "),
    ] {
        for (method, path) in [
            (Method::GET, "/dapr/subscribe"),
            (Method::GET, "/dapr/config"),
            (Method::POST, "/events/task-events"),
            (Method::POST, "/dead-letters/task-events"),
            (Method::POST, "/wake"),
            (Method::POST, "/elsewhere"),
        ] {
            let (status, _) = app.call(method, path, token, created().to_json()).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{path} {token:?}");
        }
    }
    assert!(app.handler.1.lock().unwrap().is_empty());
    assert!(app.kept.letters.lock().unwrap().is_empty());
    let (status, _) = app.call(Method::GET, "/healthz", None, "").await;
    assert_eq!(status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn nothing_is_answered_with_404() {
    let app = App::new([]);
    for (method, path) in [
        (Method::POST, "/events"),
        (Method::POST, "/elsewhere"),
        (Method::GET, "/events/task-events"),
        (Method::PUT, "/"),
    ] {
        let (status, _) = app.call(method, path, Some(TOKEN), "").await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
    }
    let (status, body) = app.call(Method::GET, "/dapr/config", Some(TOKEN), "").await;
    assert_eq!((status, &*body), (StatusCode::OK, "{}"));
    let (status, _) = app.call(Method::OPTIONS, "/wake", Some(TOKEN), "").await;
    assert_eq!(status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn each_topic_has_a_dead_letter_topic_with_a_subscription_of_its_own() {
    let app = App::new([]);
    let (_, body) = app
        .call(Method::GET, "/dapr/subscribe", Some(TOKEN), "")
        .await;
    let subscriptions: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        subscriptions,
        json!([
            {
                "pubsubname": "taskpubsub",
                "topic": "task-events",
                "route": "/events/task-events",
                "deadLetterTopic": "task-events.audit.dlq",
            },
            {
                "pubsubname": "taskpubsub",
                "topic": "task-events.audit.dlq",
                "route": "/dead-letters/task-events",
                "metadata": { "rawPayload": "true" },
            },
        ])
    );
}

#[tokio::test]
async fn every_dead_letter_is_kept_and_waits_only_for_the_store() {
    let app = App::new([]);
    let path = "/dead-letters/task-events";
    let keep = |body: String| app.call(Method::POST, path, Some(TOKEN), body);
    let (_, answer) = keep(created().to_json()).await;
    assert_eq!(answer, "{\"status\":\"SUCCESS\"}");
    let (_, answer) = keep("garbage".into()).await;
    assert_eq!(answer, "{\"status\":\"SUCCESS\"}");
    let letters = app.kept.letters.lock().unwrap().clone();
    assert_eq!(letters[0].event, created().id);
    assert_eq!(letters[1].payload, "garbage");
    app.kept
        .is_broken
        .store(true, std::sync::atomic::Ordering::SeqCst);
    let (_, answer) = keep(created().to_json()).await;
    assert_eq!(answer, "{\"status\":\"RETRY\"}");
    let (status, _) = app.call(Method::GET, "/healthz", None, "").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn an_event_that_is_handled_at_last_has_not_failed() {
    let app = App::new([Outcome::Retry("not now".into()), Outcome::Ack]);
    let text = created().to_json();
    assert_eq!(app.deliver("task-events", text.clone()).await, "RETRY");
    assert_eq!(app.kept.failures.lock().unwrap().len(), 1);
    assert_eq!(app.deliver("task-events", text).await, "SUCCESS");
    assert!(app.kept.failures.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_record_that_is_too_large_does_not_block_those_behind_it() {
    let app = App::new([]);
    let large = vec![b' '; BODY_MAX + 1];
    assert_eq!(app.deliver("task-events", large.clone()).await, "DROP");
    let path = "/dead-letters/task-events";
    let (status, body) = app.call(Method::POST, path, Some(TOKEN), large).await;
    assert_eq!((status, &*body), (StatusCode::OK, r#"{"status":"DROP"}"#));
    assert!(app.kept.letters.lock().unwrap().is_empty());
}

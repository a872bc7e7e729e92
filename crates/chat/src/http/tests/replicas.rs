//! Two replicas of the chat and one conversation. The same scenarios run with the state in memory, where both are one
//! process, over a store in memory, and over real ones behind a real sidecar.

mod real_store;

use std::sync::Arc;
use std::time::Duration;

use axum::body::BodyDataStream;
use axum::http::StatusCode;
use axum::response::Response;
use futures::StreamExt;
use serde_json::{Value, json};
use taskwire_messaging::dapr::StateStore;
use taskwire_testkit::gemini::{FakeGemini, Fault, Reply, Script, tool_results};

use self::real_store::RealStore;
use super::fixture::{Fixture, until, user_message};
use super::read::Stream;
use crate::turn_state::test_store::{Connection, MemoryStore};
use crate::{Timings, TurnState};

/// The place of the shared state.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Backend {
    Memory,
    Store,
    Redis,
    Postgres,
}

pub(super) struct Replicas {
    pub(super) first: Fixture,
    pub(super) second: Fixture,
    /// The first replica's connection to the store.
    pub(super) connection: Option<Connection>,
    _store: Option<RealStore>,
}

impl Replicas {
    /// Two replicas; `None` if this machine does not have the store.
    async fn start(backend: Backend, gemini: Option<FakeGemini>, timings: Timings) -> Option<Self> {
        let (store, real): (Arc<dyn StateStore>, _) = match backend {
            Backend::Memory => {
                let first = Fixture::new(gemini, |_| {});
                return Some(Self {
                    second: first.clone(),
                    first,
                    connection: None,
                    _store: None,
                });
            }
            Backend::Store => (Arc::new(MemoryStore::default()), None),
            Backend::Redis | Backend::Postgres => {
                let real = RealStore::start(backend).await?;
                (Arc::new(real.component()), Some(real))
            }
        };
        let replicas = Self::over(store, gemini, timings);
        Some(Self {
            _store: real,
            ..replicas
        })
    }

    /// Two replicas that share a store.
    pub(super) fn over(
        store: Arc<dyn StateStore>,
        gemini: Option<FakeGemini>,
        timings: Timings,
    ) -> Self {
        let base = Fixture::new(gemini, |_| {});
        let near = Connection::new(Arc::clone(&store));
        let shared = |store: Arc<dyn StateStore>| TurnState::Shared { store, timings };
        Self {
            first: base.replica(shared(Arc::new(near.clone())), 8),
            second: base.replica(shared(store), 9),
            connection: Some(near),
            _store: None,
        }
    }
}

/// Often enough that tests do not wait.
fn quick() -> Timings {
    Timings {
        renew_every: Duration::from_millis(100),
        flush_every: Duration::from_millis(10),
        poll_every: Duration::from_millis(10),
        ..Timings::default()
    }
}

/// A stream that is read in pieces, and may be interrupted.
pub(super) struct Reader {
    frames: BodyDataStream,
    text: String,
}

impl Reader {
    pub(super) fn new(response: Response) -> Self {
        assert_eq!(response.status(), StatusCode::OK);
        Self {
            frames: response.into_body().into_data_stream(),
            text: String::new(),
        }
    }

    /// Reads until a chunk of this kind has come.
    pub(super) async fn until(mut self, kind: &str) -> Self {
        let kind = format!("\"type\":\"{kind}\"");
        while !self.text.contains(&kind) {
            let frame = self.frames.next().await.expect("the stream continues");
            self.text
                .push_str(std::str::from_utf8(&frame.unwrap()).unwrap());
        }
        self
    }

    /// Reads to the end, and returns all chunks.
    pub(super) async fn rest(mut self) -> Vec<Value> {
        while let Some(frame) = self.frames.next().await {
            self.text
                .push_str(std::str::from_utf8(&frame.unwrap()).unwrap());
        }
        parse(&self.text)
    }
}

/// The chunks of a stream that may have been interrupted.
pub(super) async fn chunks(response: Response) -> Vec<Value> {
    Reader::new(response).rest().await
}

fn parse(text: &str) -> Vec<Value> {
    let text = text.strip_suffix("data: [DONE]\n\n").expect("an end");
    let frames = text.split_terminator("\n\n");
    let data = frames.filter_map(|frame| frame.strip_prefix("data: "));
    data.map(|data| serde_json::from_str(data).unwrap())
        .collect()
}

pub(super) async fn problem(response: Response) -> Value {
    let body = axum::body::to_bytes(response.into_body(), 1 << 16).await;
    serde_json::from_slice(&body.unwrap()).unwrap()
}

/// A model that adds a task if there is no result yet, and then says this.
async fn adds_and_says(text: String) -> Option<FakeGemini> {
    let script = Script::from_fn(move |request: &Value| match tool_results(request).last() {
        None => Reply::call("tasks_add", json!({"tasks": [{"title": "a"}]})),
        Some(_) => Reply::text(text.clone()),
    });
    Some(FakeGemini::start(script).await.unwrap())
}

async fn one_turn_at_a_time(backend: Backend) {
    let script = vec![
        Reply::Fault(Fault::Hang("once upon a".into())),
        Reply::text("ok"),
    ];
    let gemini = Some(FakeGemini::start(script).await.unwrap());
    let Some(replicas) = Replicas::start(backend, gemini, quick()).await else {
        return;
    };
    let Replicas { first, second, .. } = &replicas;
    let running = first.post(&user_message("u1", "tell me")).await;
    until(|| first.gemini.as_ref().unwrap().open_streams() == 1).await;
    let refused = second.post(&user_message("u2", "and?")).await;
    assert_eq!(refused.status(), 409);
    assert_eq!(problem(refused).await["code"], "turn_running");
    assert_eq!(
        first.api.messages("c1").len(),
        1,
        "the message is not stored"
    );
    let stop = "/api/v1/chat/c1/stop";
    assert_eq!(second.command("POST", stop).await.status(), 204);
    let stream = Stream::read(running).await;
    assert_eq!(stream.of("abort").count(), 1);
    assert_eq!(second.send_text("u2", "go on").await.text(), "ok");
    assert_eq!(second.command("POST", stop).await.status(), 204);
}

async fn a_stream_resumes_on_the_other_replica(backend: Backend) {
    // More than one segment.
    let words: Vec<String> = (0..3000).map(|number| format!("word{number}")).collect();
    let text = words.join(" ");
    let gemini = adds_and_says(text.clone()).await;
    let Some(replicas) = Replicas::start(backend, gemini, quick()).await else {
        return;
    };
    let Replicas { first, second, .. } = &replicas;
    let hold = first.tasks.permits.acquire_many(100).await.unwrap();
    let near = first.post(&user_message("u1", "add a")).await;
    until(|| !first.tasks.called().is_empty()).await;
    let stream = "/api/v1/chat/c1/stream";
    let far = second.command("GET", stream).await;
    let late = second.command("GET", stream).await;
    assert_eq!(
        (far.status(), late.status()),
        (StatusCode::OK, StatusCode::OK)
    );
    drop(hold);
    let (near, far) = tokio::join!(Stream::read(near), Stream::read(far));
    assert_eq!(near.text(), text);
    assert_eq!(far.0, near.0);
    // A reader that comes to it later finds all of it too.
    assert_eq!(Stream::read(late).await.0, near.0);
    assert_eq!(second.command("GET", stream).await.status(), 204);
    assert_eq!(first.tasks.called(), ["tasks_add"]);
}

async fn the_next_message_follows_at_once(backend: Backend) {
    let Some(replicas) = Replicas::start(backend, None, quick()).await else {
        return;
    };
    for number in 0..10 {
        let replica = if number % 2 == 0 {
            &replicas.first
        } else {
            &replicas.second
        };
        let stream = replica.send_text(&format!("u{number}"), "list").await;
        assert_eq!(stream.finish(), "stop");
        // A refused message leaves the conversation free too.
        let nothing = json!({"id": "c1", "trigger": "submit-message", "messageId": "x", "messages": [
            {"id": "x", "role": "assistant", "parts": []}]});
        assert!(replica.post(&nothing).await.status().is_client_error());
    }
    assert_eq!(replicas.first.api.messages("c1").len(), 20);
}

async fn a_replica_that_is_gone_is_replaced(backend: Backend) {
    let timings = Timings {
        lease_ttl: Duration::from_secs(2),
        lease_valid: Duration::from_millis(1500),
        end_grace: Duration::from_millis(300),
        ..quick()
    };
    let gemini = adds_and_says("added".into()).await;
    let Some(replicas) = Replicas::start(backend, gemini, timings).await else {
        return;
    };
    let Replicas { first, second, .. } = &replicas;
    let Some(connection) = &replicas.connection else {
        return;
    };
    let hold = first.tasks.permits.acquire_many(100).await.unwrap();
    let near = first.post(&user_message("u1", "add a")).await;
    until(|| !first.tasks.called().is_empty()).await;
    let far = second.command("GET", "/api/v1/chat/c1/stream").await;
    let far = Reader::new(far).until("tool-input-available").await;
    // Like a killed process: it writes nothing any more, and its call is still in progress.
    connection.cut();
    let (near, far) = tokio::join!(chunks(near), far.rest());
    assert_eq!(near.last().unwrap()["type"], "error");
    assert_eq!(far, near);
    let puts = first.api.puts.lock().unwrap().len();
    drop(hold);
    let again = json!({"id": "c1", "trigger": "regenerate-message", "messages": []});
    let stream = loop {
        let response = second.post(&again).await;
        if response.status() != 409 {
            break Stream::read(response).await;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    assert_eq!(stream.text(), "added");
    assert_eq!(first.tasks.titles().len(), 1);
    let keys = first.tasks.keys.lock().unwrap().clone();
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    assert!(first.api.puts.lock().unwrap().len() > puts);
    assert_eq!(second.send_text("u2", "thanks").await.finish(), "stop");
    connection.reconnect();
    assert_eq!(first.send_text("u3", "thanks").await.finish(), "stop");
    assert_eq!(first.api.messages("c1").len(), 6);
}

/// The scenarios for each backend.
macro_rules! scenarios {
    ($($place:ident: $backend:expr;)*) => {$(
        mod $place {
            use super::Backend;

            #[tokio::test]
            async fn one_turn_at_a_time() {
                super::one_turn_at_a_time($backend).await;
            }

            #[tokio::test]
            async fn a_stream_resumes_on_the_other_replica() {
                super::a_stream_resumes_on_the_other_replica($backend).await;
            }

            #[tokio::test]
            async fn the_next_message_follows_at_once() {
                super::the_next_message_follows_at_once($backend).await;
            }

            #[tokio::test]
            async fn a_replica_that_is_gone_is_replaced() {
                super::a_replica_that_is_gone_is_replaced($backend).await;
            }
        }
    )*};
}

scenarios! {
    in_memory: Backend::Memory;
    in_a_store: Backend::Store;
    in_redis: Backend::Redis;
    in_postgres: Backend::Postgres;
}

//! The chat with all its dependencies.

use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use rand::SeedableRng;
use rmcp::ServiceExt;
use serde_json::{Value, json};
use taskwire_client::{Client, Secret};
use taskwire_domain::{Clock, Ids};
use taskwire_testkit::gemini::{FakeGemini, Script};
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

use super::api::{Api, TestClock};
use super::read::Stream;
use super::tasks::{Handler, Tasks};
use crate::{Chat, ChatConfig, Gemini, Limits, Model, ModelConfig, ToolServer, TurnState, router};

#[derive(Clone)]
pub(super) struct Fixture {
    pub(super) api: Arc<Api>,
    pub(super) tasks: Arc<Tasks>,
    pub(super) clock: Arc<TestClock>,
    pub(super) gemini: Option<Arc<FakeGemini>>,
    limits: Limits,
    pub(super) chat: Chat,
    pub(super) app: Router,
}

impl Fixture {
    pub(super) async fn with(script: impl Into<Script> + Send) -> Self {
        Self::new(Some(FakeGemini::start(script).await.unwrap()), |_| {})
    }

    pub(super) fn without_model() -> Self {
        Self::new(None, |_| {})
    }

    pub(super) fn new(gemini: Option<FakeGemini>, change: impl FnOnce(&mut Limits)) -> Self {
        let clock = Arc::new(TestClock(Mutex::new(
            "2026-11-20T10:00:00Z".parse().unwrap(),
        )));
        let api = Arc::new(Api {
            kept: Mutex::default(),
            is_down: AtomicBool::new(false),
            is_full: AtomicBool::new(false),
            refuses_answers: AtomicBool::new(false),
            clock: Arc::clone(&clock),
            puts: Mutex::default(),
        });
        let tasks = Arc::new(Tasks {
            rows: Mutex::default(),
            calls: Mutex::default(),
            keys: Mutex::default(),
            answers: Mutex::default(),
            left: Mutex::default(),
            items: Mutex::default(),
            permits: Semaphore::new(100),
            finished: AtomicUsize::new(0),
        });
        let mut limits = Limits::default();
        change(&mut limits);
        let gemini = gemini.map(Arc::new);
        let chat = chat(
            &api,
            &tasks,
            gemini.as_deref(),
            limits,
            TurnState::Memory,
            7,
        );
        Self {
            api,
            tasks,
            clock,
            gemini,
            limits,
            app: router(chat.clone()),
            chat,
        }
    }

    /// Another replica of the chat over the same API, tools and model.
    pub(super) fn replica(&self, turn_state: TurnState, seed: u64) -> Self {
        let gemini = self.gemini.as_deref();
        let chat = chat(
            &self.api,
            &self.tasks,
            gemini,
            self.limits,
            turn_state,
            seed,
        );
        Self {
            app: router(chat.clone()),
            chat,
            ..self.clone()
        }
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Response {
        self.app.clone().oneshot(request).await.unwrap()
    }

    pub(super) async fn post(&self, body: &Value) -> Response {
        let request = Request::post("/api/v1/chat")
            .header("authorization", "Bearer alice")
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        self.send(request).await
    }

    /// Posts and reads the stream to its end.
    pub(super) async fn read(&self, body: &Value) -> Stream {
        let response = self.post(body).await;
        assert_eq!(response.status(), StatusCode::OK);
        Stream::read(response).await
    }

    pub(super) async fn send_text(&self, id: &str, text: &str) -> Stream {
        self.read(&user_message(id, text)).await
    }

    /// Answers the questions of a stream as `ai` does: with the whole assistant message.
    pub(super) async fn click(&self, stream: &Stream, approved: bool) -> Stream {
        self.read(&clicked(stream, approved)).await
    }

    pub(super) async fn command(&self, method: &str, path: &str) -> Response {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", "Bearer alice");
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub(super) fn requests(&self) -> Vec<Value> {
        self.gemini.as_ref().unwrap().requests()
    }
}

fn chat(
    api: &Arc<Api>,
    tasks: &Arc<Tasks>,
    gemini: Option<&FakeGemini>,
    limits: Limits,
    turn_state: TurnState,
    seed: u64,
) -> Chat {
    let clock = Arc::clone(&api.clock) as Arc<dyn Clock>;
    let server = Handler(Arc::clone(tasks));
    let connect = move |_: Secret| {
        let (near, far) = tokio::io::duplex(64 * 1024);
        let server = server.clone();
        tokio::spawn(async move {
            if let Ok(running) = server.serve(far).await {
                drop(running.waiting().await);
            }
        });
        near
    };
    let ids = Arc::new(Ids::new(rand::rngs::StdRng::seed_from_u64(seed)));
    let model = gemini.map(|fake| {
        let config = ModelConfig {
            base_url: fake.url().into(),
            api_key: Some(Secret::new("key").into()),
            models: vec!["first".into(), "second".into()],
            reasoning_effort: None,
            idle_timeout: crate::IdleTimeout::default(),
        };
        let http = reqwest::Client::builder().build().unwrap();
        let gemini = Gemini::new(config, http, Arc::clone(&clock), Arc::clone(&ids));
        let gemini = gemini.unwrap().unwrap();
        Arc::new(gemini.with_pause(Duration::from_millis(1))) as Arc<dyn Model>
    });
    Chat::new(ChatConfig {
        client: Client::in_process(api.router()),
        tools: ToolServer::InProcess(Arc::new(connect)),
        model,
        turn_state,
        clock,
        ids,
        limits,
    })
}

pub(super) fn user_message(id: &str, text: &str) -> Value {
    json!({"id": "c1", "trigger": "submit-message", "messages": [
        {"id": id, "role": "user", "parts": [{"type": "text", "text": text}]},
    ]})
}

pub(super) fn clicked(stream: &Stream, approved: bool) -> Value {
    let parts: Vec<Value> = stream
        .of("tool-approval-request")
        .map(|ask| {
            json!({"type": "dynamic-tool", "toolName": "tasks_delete", "toolCallId": ask["toolCallId"],
                "state": "approval-responded", "input": {"numbers": [1, 2, 3, 4, 5]},
                "approval": {"id": ask["approvalId"], "approved": approved}})
        })
        .collect();
    json!({"id": "c1", "trigger": "submit-message", "messageId": stream.message(), "messages": [
        {"id": stream.message(), "role": "assistant", "parts": parts},
    ]})
}

/// Waits until a condition holds.
pub(super) async fn until(is_so: impl Fn() -> bool + Send + Sync) {
    let wait = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), wait)
        .await
        .expect("the condition was not met in time");
}

//! The API in memory, as far as the chat uses it.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use axum::{Json, Router};
use jiff::Timestamp;
use serde_json::{Value, json};
use taskwire_domain::Clock;
use taskwire_domain::contract::{Conversation, StoredMessage};
use uuid::Uuid;

#[derive(Debug)]
pub(super) struct TestClock(pub(super) Mutex<Timestamp>);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

#[derive(Default)]
pub(super) struct Stored {
    conversations: HashMap<(String, String), Vec<StoredMessage>>,
    approvals: HashMap<String, Value>,
    used: HashSet<String>,
}

/// The API, as far as the chat uses it.
pub(super) struct Api {
    pub(super) kept: Mutex<Stored>,
    pub(super) is_down: AtomicBool,
    /// Nothing can be written, because the disk is full.
    pub(super) is_full: AtomicBool,
    /// Messages of the assistant are not stored.
    pub(super) refuses_answers: AtomicBool,
    pub(super) clock: Arc<TestClock>,
    /// Each assistant message as it was stored, to see what a crash would have left.
    pub(super) puts: Mutex<Vec<Value>>,
}

fn problem(status: u16, code: &str) -> Response {
    let body = json!({"type": "about:blank", "title": code, "status": status, "detail": code, "code": code});
    (StatusCode::from_u16(status).unwrap(), Json(body)).into_response()
}

type ApiState = State<Arc<Api>>;

impl Api {
    #[expect(clippy::result_large_err, reason = "the error is the response to send")]
    fn user(&self, headers: &HeaderMap) -> Result<String, Response> {
        if self.is_down.load(Ordering::SeqCst) {
            return Err(problem(503, "unavailable"));
        }
        let token = headers
            .get("authorization")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        match token {
            "Bearer alice" => Ok("alice".into()),
            "Bearer bob" => Ok("bob".into()),
            _ => Err(problem(401, "unauthenticated")),
        }
    }

    pub(super) fn router(self: &Arc<Self>) -> Router {
        Router::new()
            .route("/api/v1/session", get(session))
            .route("/api/v1/conversations/{id}", get(conversation))
            .route(
                "/api/v1/conversations/{id}/messages/{message}",
                put(put_message),
            )
            .route(
                "/api/v1/conversations/{id}/messages/{message}",
                delete(truncate),
            )
            .route(
                "/api/v1/conversations/{id}/approvals/{approval}",
                put(put_approval),
            )
            .route(
                "/api/v1/conversations/{id}/approvals/{approval}/claim",
                post(claim),
            )
            .with_state(Arc::clone(self))
    }

    /// Resets a conversation to what a kill would have left: the person's message, and the answer as it was stored at
    /// this point.
    pub(super) fn kill_at(&self, conversation: &str, put: usize) {
        let body = self.puts.lock().unwrap()[put].clone();
        let key = ("alice".to_owned(), conversation.to_owned());
        let mut kept = self.kept.lock().unwrap();
        let last = kept
            .conversations
            .get_mut(&key)
            .unwrap()
            .last_mut()
            .unwrap();
        assert_eq!(last.role, "assistant");
        last.parts = body["parts"].clone();
        last.model = Some(body["model"].clone());
    }

    /// Stores a message as another program, or an earlier version, would have.
    pub(super) fn store(
        &self,
        conversation: &str,
        id: &str,
        role: &str,
        parts: &Value,
        model: Value,
    ) {
        let message = StoredMessage {
            id: id.into(),
            role: role.into(),
            parts: parts.clone(),
            model: Some(model),
            created_at: self.clock.now(),
        };
        let key = ("alice".to_owned(), conversation.to_owned());
        let mut kept = self.kept.lock().unwrap();
        kept.conversations.entry(key).or_default().push(message);
    }

    /// Keeps only the person's messages of a conversation.
    pub(super) fn forget_answers(&self, conversation: &str) {
        let key = ("alice".to_owned(), conversation.to_owned());
        let mut kept = self.kept.lock().unwrap();
        let messages = kept.conversations.get_mut(&key).unwrap();
        messages.retain(|message| message.role == "user");
    }

    pub(super) fn messages(&self, conversation: &str) -> Vec<StoredMessage> {
        let key = ("alice".to_owned(), conversation.to_owned());
        self.kept
            .lock()
            .unwrap()
            .conversations
            .get(&key)
            .cloned()
            .unwrap_or_default()
    }
}

async fn session(State(api): ApiState, headers: HeaderMap) -> Result<Response, Response> {
    let name = api.user(&headers)?;
    let id = if name == "alice" {
        Uuid::from_u128(1)
    } else {
        Uuid::from_u128(2)
    };
    Ok(
        Json(json!({"user": {"id": id, "name": name, "zone": "Europe/Rome"}, "token": null}))
            .into_response(),
    )
}

async fn conversation(
    State(api): ApiState,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let user = api.user(&headers)?;
    let kept = api.kept.lock().unwrap();
    let messages = kept
        .conversations
        .get(&(user, id.clone()))
        .ok_or_else(|| problem(404, "not_found"))?;
    let answer = Conversation {
        id,
        title: String::new(),
        messages: messages.clone(),
    };
    Ok(Json(answer).into_response())
}

async fn put_message(
    State(api): ApiState,
    headers: HeaderMap,
    Path((id, message)): Path<(String, String)>,
    Json(body): Json<Value>,
) -> Result<Response, Response> {
    let user = api.user(&headers)?;
    if api.is_full.load(Ordering::SeqCst) {
        return Err(problem(507, "disk_full"));
    }
    if body["role"] == "assistant" {
        if api.refuses_answers.load(Ordering::SeqCst) {
            return Err(problem(422, "refused"));
        }
        api.puts.lock().unwrap().push(body.clone());
    }
    let stored = StoredMessage {
        id: message.clone(),
        role: body["role"].as_str().unwrap().into(),
        parts: body["parts"].clone(),
        model: Some(body["model"].clone()),
        created_at: api.clock.now(),
    };
    let mut kept = api.kept.lock().unwrap();
    let messages = kept.conversations.entry((user, id)).or_default();
    match messages.iter_mut().find(|known| known.id == message) {
        Some(known) => *known = stored.clone(),
        None => messages.push(stored.clone()),
    }
    Ok(Json(StoredMessage {
        model: None,
        ..stored
    })
    .into_response())
}

async fn truncate(
    State(api): ApiState,
    headers: HeaderMap,
    Path((id, message)): Path<(String, String)>,
) -> Result<StatusCode, Response> {
    let user = api.user(&headers)?;
    let mut kept = api.kept.lock().unwrap();
    let messages = kept
        .conversations
        .get_mut(&(user, id))
        .ok_or_else(|| problem(404, "not_found"))?;
    let at = messages
        .iter()
        .position(|known| known.id == message)
        .ok_or_else(|| problem(404, "not_found"))?;
    messages.truncate(at);
    Ok(StatusCode::NO_CONTENT)
}

async fn put_approval(
    State(api): ApiState,
    headers: HeaderMap,
    Path((id, approval)): Path<(String, String)>,
    Json(mut body): Json<Value>,
) -> Result<StatusCode, Response> {
    body["owner"] = json!([api.user(&headers)?, id]);
    api.kept.lock().unwrap().approvals.insert(approval, body);
    Ok(StatusCode::NO_CONTENT)
}

async fn claim(
    State(api): ApiState,
    headers: HeaderMap,
    Path((id, approval)): Path<(String, String)>,
    Json(body): Json<Value>,
) -> Result<Response, Response> {
    let user = api.user(&headers)?;
    let mut kept = api.kept.lock().unwrap();
    let known = kept
        .approvals
        .get(&approval)
        .filter(|known| known["owner"] == json!([user, id]))
        .cloned();
    let known = known.ok_or_else(|| problem(404, "not_found"))?;
    if !kept.used.insert(approval.clone()) {
        return Err(problem(409, "approval_used"));
    }
    let expires: Timestamp = known["expires_at"].as_str().unwrap().parse().unwrap();
    if expires <= api.clock.now() {
        return Err(problem(410, "approval_expired"));
    }
    Ok(Json(json!({
        "id": approval, "message": known["message"], "tool_call": known["tool_call"], "tool": known["tool"],
        "arguments": known["arguments"], "approved": body["approved"],
    }))
    .into_response())
}

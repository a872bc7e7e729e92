//! A fake model endpoint that behaves like Gemini's OpenAI-compatible one, over real HTTP on a free local port.
//!
//! It streams tool calls without an index, signs the first call of a step and requires the signature back, repeats the
//! usage in every chunk, ends tool calls with `stop`, and refuses what Gemini refuses, in Gemini's own error format.
//! Its replies are scripted.

mod check;
mod record;
mod reply;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::Value;

use record::Record;

pub use reply::{Call, Fault, Reply};

/// The replies of the fake, request by request.
pub enum Script {
    /// These in order; after the last one it fails with 500.
    Replies(VecDeque<Reply>),
    /// The result of the function for the request.
    Function(Box<dyn Fn(&Value) -> Reply + Send + Sync>),
}

impl Script {
    /// Replies to each request with the result of a function; see also [`last_user_text`] and [`tool_results`].
    pub fn from_fn(answer: impl Fn(&Value) -> Reply + Send + Sync + 'static) -> Self {
        Self::Function(Box::new(answer))
    }
}

impl From<Vec<Reply>> for Script {
    fn from(replies: Vec<Reply>) -> Self {
        Self::Replies(replies.into())
    }
}

/// A running fake; it ends when this is dropped.
pub struct FakeGemini {
    url: String,
    shared: Arc<Shared>,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for FakeGemini {
    fn drop(&mut self) {
        self.server.abort();
    }
}

pub(crate) struct Shared {
    script: Mutex<Script>,
    record: Mutex<Record>,
    /// Number of replies being streamed; falls to zero when the client disconnects.
    open: Arc<AtomicUsize>,
    /// The one key that is taken; any if there is none.
    key: Mutex<Option<String>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl FakeGemini {
    /// Listens on a free port of 127.0.0.1.
    pub async fn start(script: impl Into<Script> + Send) -> anyhow::Result<Self> {
        let shared = Arc::new(Shared {
            script: Mutex::new(script.into()),
            record: Mutex::default(),
            open: Arc::default(),
            key: Mutex::default(),
        });
        let app = Router::new()
            .route("/v1beta/openai/chat/completions", post(completions))
            .route("/v1beta/openai/models", get(models))
            .with_state(Arc::clone(&shared));
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}/v1beta/openai", listener.local_addr()?);
        let server = tokio::spawn(async move {
            // The server runs until this is dropped.
            drop(axum::serve(listener, app).await);
        });
        Ok(Self {
            url,
            shared,
            server,
        })
    }

    /// The base URL to configure, without a trailing slash.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The bodies received so far, including refused ones.
    pub fn requests(&self) -> Vec<Value> {
        lock(&self.shared.record).requests.clone()
    }

    /// Number of replies being streamed at this moment.
    pub fn open_streams(&self) -> usize {
        self.shared.open.load(Ordering::SeqCst)
    }

    /// Takes only this key from now on.
    pub fn accept_only(&self, key: &str) {
        *lock(&self.shared.key) = Some(key.to_owned());
    }

    /// Adds replies to a list script.
    pub fn push(&self, replies: impl IntoIterator<Item = Reply>) {
        if let Script::Replies(list) = &mut *lock(&self.shared.script) {
            list.extend(replies);
        }
    }
}

/// The text of the newest user message of a request.
pub fn last_user_text(request: &Value) -> &str {
    let messages = request["messages"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    let newest = messages.iter().rfind(|message| message["role"] == "user");
    newest
        .and_then(|message| message["content"].as_str())
        .unwrap_or_default()
}

/// The tool results that follow the newest user message, parsed.
pub fn tool_results(request: &Value) -> Vec<Value> {
    let messages = request["messages"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    let turn = messages
        .iter()
        .rev()
        .take_while(|message| message["role"] != "user");
    let mut results: Vec<Value> = turn
        .filter(|message| message["role"] == "tool")
        .map(|message| {
            let content = message["content"].as_str().unwrap_or_default();
            serde_json::from_str(content).unwrap_or(Value::Null)
        })
        .collect();
    results.reverse();
    results
}

/// The list of models, for a key that is taken.
async fn models(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let bearer = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok());
    match &*lock(&shared.key) {
        Some(key) if bearer != Some(&format!("Bearer {key}")) => {
            reply::refusal(400, "INVALID_ARGUMENT", "API key not valid.")
        }
        _ => axum::Json(serde_json::json!({
            "object": "list",
            "data": [{"id": "models/gemini-test", "object": "model"}],
        }))
        .into_response(),
    }
}

async fn completions(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Ok(request) = serde_json::from_slice::<Value>(&body) else {
        return reply::refusal(400, "INVALID_ARGUMENT", "Invalid JSON payload received.");
    };
    let bearer = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok());
    let refused = {
        let mut record = lock(&shared.record);
        record.requests.push(request.clone());
        check::request(&request, &record.signatures).err()
    };
    if bearer.is_none_or(|value| value.len() <= "Bearer ".len()) {
        return reply::refusal(
            401,
            "UNAUTHENTICATED",
            "Request is missing required authentication credential.",
        );
    }
    if let Some(key) = &*lock(&shared.key)
        && bearer != Some(&format!("Bearer {key}"))
    {
        return reply::refusal(
            400,
            "INVALID_ARGUMENT",
            "API key not valid. Please pass a valid API key.",
        );
    }
    if let Some(why) = refused {
        return reply::refusal(400, "INVALID_ARGUMENT", &why);
    }
    let next = match &mut *lock(&shared.script) {
        Script::Replies(list) => list.pop_front(),
        Script::Function(answer) => Some(answer(&request)),
    };
    match next {
        Some(next) => {
            let model = request["model"].as_str().unwrap_or_default();
            let mut record = lock(&shared.record);
            reply::respond(next, model, &mut record, &shared.open)
        }
        None => reply::refusal(500, "INTERNAL", "The script of the fake model is over."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn finds_the_newest_user_text_and_its_results() {
        let request = json!({"messages": [
            {"role": "user", "content": "one"},
            {"role": "tool", "content": "{\"old\":1}"},
            {"role": "user", "content": "two"},
            {"role": "assistant"},
            {"role": "tool", "content": "{\"a\":1}"},
            {"role": "tool", "content": "{\"b\":2}"},
        ]});
        assert_eq!(last_user_text(&request), "two");
        assert_eq!(tool_results(&request), [json!({"a": 1}), json!({"b": 2})]);
    }
}

//! Replies of the fake, and their HTTP responses.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use serde_json::{Value, json};

use super::record::Record;

/// A reply of the model.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Streamed text.
    Text(String),
    /// Tool calls, after some text or none; the first call is signed.
    Calls(String, Vec<Call>),
    /// These chunks as they are, then `[DONE]`.
    Chunks(Vec<Value>),
    /// Text after a pause, to observe what happens meanwhile.
    Slow(Duration, String),
    /// A fault.
    Fault(Fault),
}

impl Reply {
    /// Streamed text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// One tool call.
    pub fn call(name: &str, arguments: Value) -> Self {
        Self::calls([Call::new(name, arguments)])
    }

    /// Several tool calls at once.
    pub fn calls(calls: impl IntoIterator<Item = Call>) -> Self {
        Self::Calls(String::new(), calls.into_iter().collect())
    }
}

/// A tool call of the model.
#[derive(Clone, Debug)]
pub struct Call {
    name: String,
    arguments: Value,
    id: Option<String>,
}

impl Call {
    /// A call with an id of the fake's choosing.
    pub fn new(name: &str, arguments: Value) -> Self {
        Self {
            name: name.to_owned(),
            arguments,
            id: None,
        }
    }

    /// The same call with this id, which may be empty.
    #[must_use]
    pub fn id(mut self, id: &str) -> Self {
        self.id = Some(id.to_owned());
        self
    }
}

/// A fault of the endpoint.
#[derive(Clone, Debug)]
pub enum Fault {
    /// 429 for this minute, with a delay such as `1s`.
    PerMinute(String),
    /// 429 for the rest of the day.
    PerDay,
    /// 503 before any data.
    Unavailable,
    /// 404: no such model.
    UnknownModel,
    /// 401: the key is not valid.
    BadKey,
    /// The connection breaks after this text.
    Cut(String),
    /// An error in the stream after this text: code and status name.
    InBand(String, u16, String),
    /// A success without text or calls.
    Empty,
    /// The model made a malformed call.
    Malformed,
    /// The stream ends after this text without a finish reason.
    NoFinish(String),
    /// 200 with a JSON body instead of a stream.
    NotAStream,
    /// 200 with an HTML page, like one from a gateway.
    Html,
    /// The prompt was blocked.
    Blocked,
    /// The reply was stopped for safety after this text.
    Safety(String),
    /// Nothing more is sent after this text, and the connection stays open.
    Hang(String),
}

/// Gemini's error envelope: an array around the error, an integer code.
pub(super) fn refusal(code: u16, status: &str, message: &str) -> Response {
    envelope(code, status, message, &json!([]))
}

fn envelope(code: u16, status: &str, message: &str, details: &Value) -> Response {
    let body = json!([{"error": {"code": code, "message": message, "status": status, "details": details}}]);
    let code = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (code, axum::Json(body)).into_response()
}

/// Counts a reply while it is being streamed, however it ends.
struct Open(Arc<AtomicUsize>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

enum End {
    Done,
    Close,
    Cut,
    Hang,
}

struct Wire<'a> {
    model: &'a str,
    open: &'a Arc<AtomicUsize>,
}

impl Wire<'_> {
    fn chunk(&self, delta: &Value, finish: Option<&str>) -> Value {
        let mut choice = json!({"delta": delta, "index": 0});
        if let Some(finish) = finish {
            choice["finish_reason"] = json!(finish);
        }
        json!({
            "id": "fake", "object": "chat.completion.chunk", "created": 1, "model": self.model, "choices": [choice],
            "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 150},
        })
    }

    fn text(&self, text: &str) -> Vec<Value> {
        let mut pieces: Vec<String> = vec![String::new()];
        for word in text.split_inclusive(' ') {
            match pieces.last_mut() {
                Some(last) if last.len() < 12 => last.push_str(word),
                _ => pieces.push(word.to_owned()),
            }
        }
        let pieces = pieces.iter().filter(|piece| !piece.is_empty());
        pieces
            .map(|piece| self.chunk(&json!({"role": "assistant", "content": piece}), None))
            .collect()
    }

    fn stop(&self, finish: &str) -> Value {
        self.chunk(&json!({"role": "assistant"}), Some(finish))
    }

    fn stream(&self, chunks: &[Value], end: End) -> Response {
        self.stream_after(Duration::ZERO, chunks, end)
    }

    fn stream_after(&self, pause: Duration, chunks: &[Value], end: End) -> Response {
        self.open.fetch_add(1, Ordering::SeqCst);
        let guard = Open(Arc::clone(self.open));
        let mut frames: Vec<String> = chunks
            .iter()
            .map(|chunk| format!("data: {chunk}\n\n"))
            .collect();
        if matches!(end, End::Done) {
            frames.push("data: [DONE]\n\n".to_owned());
        }
        let said = futures::stream::iter(frames).map(|frame| Ok(Bytes::from(frame)));
        let rest = futures::stream::once(async move {
            match end {
                End::Hang => std::future::pending().await,
                End::Cut => {
                    // The text must leave the socket before the connection breaks.
                    tokio::time::sleep(Duration::from_millis(30)).await;
                    Err(std::io::Error::other("cut"))
                }
                End::Done | End::Close => Ok(Bytes::new()),
            }
        });
        let wait = futures::stream::once(async move {
            tokio::time::sleep(pause).await;
            Ok(Bytes::from_static(b": hello\n\n"))
        });
        let body = wait.chain(said).chain(rest).map(move |frame| {
            let _open = &guard;
            frame
        });
        let mut response = Response::new(Body::from_stream(body));
        let kind = axum::http::HeaderValue::from_static("text/event-stream");
        response.headers_mut().insert("content-type", kind);
        response
    }
}

pub(super) fn respond(
    reply: Reply,
    model: &str,
    record: &mut Record,
    open: &Arc<AtomicUsize>,
) -> Response {
    let wire = Wire { model, open };
    match reply {
        Reply::Text(text) => {
            let mut chunks = wire.text(&text);
            chunks.push(wire.stop("stop"));
            wire.stream(&chunks, End::Done)
        }
        Reply::Slow(pause, text) => {
            let mut chunks = wire.text(&text);
            chunks.push(wire.stop("stop"));
            wire.stream_after(pause, &chunks, End::Done)
        }
        Reply::Calls(text, calls) => {
            let mut chunks = wire.text(&text);
            for (position, call) in calls.into_iter().enumerate() {
                record.calls += 1;
                let id = call.id.unwrap_or_else(|| format!("call_{}", record.calls));
                let function = json!({"name": call.name, "arguments": call.arguments.to_string()});
                let mut entry = json!({"function": function, "id": id, "type": "function"});
                if position == 0 {
                    entry["extra_content"] =
                        json!({"google": {"thought_signature": record.sign()}});
                }
                chunks.push(wire.chunk(&json!({"role": "assistant", "tool_calls": [entry]}), None));
            }
            chunks.push(wire.stop("stop"));
            wire.stream(&chunks, End::Done)
        }
        Reply::Chunks(chunks) => {
            record.add_signatures(&Value::Array(chunks.clone()));
            wire.stream(&chunks, End::Done)
        }
        Reply::Fault(fault) => fail(fault, &wire),
    }
}

fn fail(fault: Fault, wire: &Wire<'_>) -> Response {
    match fault {
        Fault::PerMinute(delay) => quota(
            "GenerateRequestsPerMinutePerProjectPerModel-FreeTier",
            &delay,
        ),
        Fault::PerDay => quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier", "58s"),
        Fault::Unavailable => refusal(
            503,
            "UNAVAILABLE",
            "The model is overloaded. Please try again later.",
        ),
        Fault::UnknownModel => refusal(
            404,
            "NOT_FOUND",
            "models/x is not found for API version v1main.",
        ),
        Fault::BadKey => refusal(
            401,
            "UNAUTHENTICATED",
            "API key not valid. Please pass a valid API key.",
        ),
        Fault::Cut(text) => wire.stream(&wire.text(&text), End::Cut),
        Fault::InBand(text, code, status) => {
            let mut chunks = wire.text(&text);
            chunks.push(
                json!({"error": {"code": code, "message": "in the stream", "status": status}}),
            );
            wire.stream(&chunks, End::Close)
        }
        Fault::Empty => wire.stream(&[wire.stop("stop")], End::Done),
        Fault::Malformed => wire.stream(
            &[wire.stop("function_call_filter: MALFORMED_FUNCTION_CALL")],
            End::Done,
        ),
        Fault::NoFinish(text) => wire.stream(&wire.text(&text), End::Close),
        Fault::NotAStream => {
            axum::Json(json!({"choices": [{"message": {"content": "hello"}}]})).into_response()
        }
        Fault::Html => axum::response::Html("<html>Bad gateway</html>").into_response(),
        Fault::Blocked => wire.stream(
            &[json!({"promptFeedback": {"blockReason": "SAFETY"}})],
            End::Done,
        ),
        Fault::Safety(text) => {
            let mut chunks = wire.text(&text);
            chunks.push(wire.stop("SAFETY"));
            wire.stream(&chunks, End::Done)
        }
        Fault::Hang(text) => wire.stream(&wire.text(&text), End::Hang),
    }
}

fn quota(id: &str, delay: &str) -> Response {
    let details = json!([
        {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaId": id}]},
        {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay},
    ]);
    let message = format!("You exceeded your current quota. Please retry in {delay}.");
    envelope(429, "RESOURCE_EXHAUSTED", &message, &details)
}

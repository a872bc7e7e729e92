//! Receivers, and orders to them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use taskwire_domain::contract::{
    ChannelSecrets, DeliveryClaim, DeliveryOrder, Message, MessageAction, SendResult,
};
use taskwire_domain::{SystemClock, UserId};
use taskwire_http::Guard;
use taskwire_notify::{Mail, Sender};
use uuid::Uuid;

/// A request as it was received.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Seen {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

type Answer = (StatusCode, Vec<(&'static str, String)>);

#[derive(Clone)]
struct Shared {
    seen: Arc<Mutex<Vec<Seen>>>,
    answer: Arc<Mutex<Option<Answer>>>,
}

/// An HTTP server that answers as it is told; it ends with the test's runtime.
pub(crate) struct Receiver {
    pub(crate) base: String,
    shared: Shared,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let shared = Shared {
            seen: Arc::default(),
            answer: Arc::new(Mutex::new(Some((StatusCode::OK, vec![])))),
        };
        let router = Router::new().fallback(receive).with_state(shared.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, shared }
    }

    pub(crate) fn answers(&self, status: u16, headers: &[(&'static str, &str)]) {
        let headers = headers.iter();
        let headers = headers.map(|(name, value)| (*name, (*value).to_owned()));
        let answer = (StatusCode::from_u16(status).unwrap(), headers.collect());
        *self.shared.answer.lock().unwrap() = Some(answer);
    }

    /// From now on it takes requests and never answers.
    pub(crate) fn hangs(&self) {
        *self.shared.answer.lock().unwrap() = None;
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.shared.seen.lock().unwrap().clone()
    }

    /// The only request.
    pub(crate) fn only(&self) -> Seen {
        let seen = self.seen();
        assert_eq!(seen.len(), 1, "{seen:?}");
        seen[0].clone()
    }
}

async fn receive(
    State(shared): State<Shared>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path_and_query().unwrap().to_string();
    let seen = Seen {
        path,
        headers,
        body,
    };
    shared.seen.lock().unwrap().push(seen);
    let answer = shared.answer.lock().unwrap().clone();
    let Some((status, headers)) = answer else {
        return std::future::pending().await;
    };
    let mut response = status.into_response();
    for (name, value) in headers {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}

/// A sender that may call this machine.
pub(crate) fn sender(mail: Option<Mail>) -> Sender {
    Sender::new(Guard::Any, Arc::new(SystemClock), mail).unwrap()
}

pub(crate) const ID: Uuid = Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0001);

/// A reminder about a task.
pub(crate) fn order(kind: &str, address: &str) -> DeliveryOrder {
    let action = |name: &str, title: &str| MessageAction {
        name: name.into(),
        title: title.into(),
        url: format!("https://tasks.example.com/act/{name}"),
    };
    DeliveryOrder {
        claims: vec![DeliveryClaim { id: ID, attempt: 1 }],
        owner: UserId(Uuid::nil()),
        channel: Uuid::nil(),
        kind: kind.into(),
        address: address.into(),
        secrets: ChannelSecrets::default(),
        authorization: None,
        message: Message {
            kind: "reminder".into(),
            title: "Call <Ann> & Émile".into(),
            lines: vec!["Due today at 20:00".into(), "high priority #Work".into()],
            is_urgent: true,
            url: Some("https://tasks.example.com/".into()),
            actions: vec![action("done", "Done"), action("snooze", "Snooze 1 hour")],
            unsubscribe_url: Some("https://tasks.example.com/act/off".into()),
            due_at: "2026-11-20T18:00:00Z".parse().unwrap(),
            tasks: vec![],
        },
    }
}

/// Sends in real time with a limit.
pub(crate) async fn send(sender: &Sender, order: &DeliveryOrder) -> SendResult {
    tokio::time::timeout(Duration::from_mins(1), sender.send(order))
        .await
        .unwrap()
}

pub(crate) fn is_sent(result: &SendResult) -> bool {
    matches!(result, SendResult::Sent { .. })
}

//! A request, and its response.

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, StatusCode, header, request};
use serde_json::Value;
use tower::ServiceExt;

use super::stream::Events;
use crate::contract::declared;

/// A request to be sent.
#[must_use]
pub(crate) struct Call {
    pub(super) router: Router,
    pub(super) request: request::Builder,
    pub(super) body: Body,
}

impl Call {
    /// With this bearer token, instead of any before.
    pub(crate) fn token(mut self, token: &str) -> Self {
        let value = format!("Bearer {token}").parse().unwrap();
        self.request
            .headers_mut()
            .unwrap()
            .insert(header::AUTHORIZATION, value);
        self
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// Over a connection from this address.
    pub(crate) fn from(mut self, address: &str) -> Self {
        let peer = SocketAddr::new(address.parse().unwrap(), 50_000);
        self.request = self.request.extension(ConnectInfo(peer));
        self
    }

    /// To another process.
    pub(crate) fn to(mut self, router: &Router) -> Self {
        self.router = router.clone();
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub(crate) fn body(mut self, kind: &str, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self.header("content-type", kind)
    }

    /// Sends it and reads the whole response.
    pub(crate) async fn send(self) -> Reply {
        let request = self.request.body(self.body).unwrap();
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let response = self.router.oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        declared::check(&method, uri.path(), parts.status, &parts.headers, &bytes);
        Reply {
            asked: format!("{method} {uri}"),
            status: parts.status,
            headers: parts.headers,
            bytes,
        }
    }

    /// Sends it and reads the response, which may be compressed, without comparing it with the contract.
    pub(crate) async fn raw(self) -> Reply {
        let request = self.request.body(self.body).unwrap();
        let asked = format!("{} {}", request.method(), request.uri());
        let response = self.router.oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Reply {
            asked,
            status: parts.status,
            headers: parts.headers,
            bytes: axum::body::to_bytes(body, usize::MAX).await.unwrap(),
        }
    }

    /// Sends it and reads the response event by event.
    pub(crate) async fn listen(self) -> Events {
        let request = self.request.body(self.body).unwrap();
        let response = self.router.oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Events::new(response.into_body())
    }
}

/// A response.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    /// Method and path.
    asked: String,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Bytes,
}

impl Reply {
    /// The body as JSON; null when empty.
    pub(crate) fn json(&self) -> Value {
        if self.bytes.is_empty() {
            return Value::Null;
        }
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", self.asked, self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.bytes.to_vec()).unwrap()
    }

    /// The value of a header that must be present.
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self
            .headers
            .get(name)
            .unwrap_or_else(|| panic!("{}: no header {name}", self.asked));
        value.to_str().unwrap()
    }

    /// The body, if the status is this one.
    #[track_caller]
    pub(crate) fn expect(&self, status: u16) -> Value {
        assert_eq!(
            self.status.as_u16(),
            status,
            "{}: {}",
            self.asked,
            String::from_utf8_lossy(&self.bytes)
        );
        self.json()
    }

    /// The same task as in `first`, marked as unchanged.
    #[track_caller]
    pub(crate) fn repeats(&self, first: &Self) {
        assert_eq!(self.status, first.status, "{}", self.asked);
        let again = self.json();
        assert_eq!(again["changed"], false, "{}", self.asked);
        assert_eq!(task_of(again), task_of(first.json()), "{}", self.asked);
    }

    /// The error with this status and code, in the common format; without the request's id, which differs.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) -> Value {
        let mut problem = self.expect(status);
        assert_eq!(problem["code"], code, "{}: {problem}", self.asked);
        assert_eq!(problem["status"], status, "{problem}");
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{problem}"
        );
        let id = problem.as_object_mut().unwrap().remove("request_id");
        assert_eq!(id.unwrap(), self.header("x-request-id"), "{problem}");
        // The header for HTTP clients says the same as the member for programs behind them.
        let wait = problem
            .as_object_mut()
            .unwrap()
            .remove("retry_after_seconds");
        let header = self.headers.get("retry-after");
        assert_eq!(
            wait.map(|wait| wait.to_string()).as_deref(),
            header.map(|wait| wait.to_str().unwrap()),
            "{problem}"
        );
        problem
    }
}

/// Only the task of a change.
pub(crate) fn task_of(mut change: Value) -> Value {
    if let Some(change) = change.as_object_mut() {
        for extra in ["changed", "open", "warnings"] {
            change.remove(extra);
        }
    }
    change
}

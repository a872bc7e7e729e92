//! The endpoints for operators: liveness, readiness and metrics.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;

use crate::body::BodyLimits;
use crate::layers::with_body_limits;
use crate::problem::{problem, respond};
use crate::readiness::{Finding, Readiness};
use crate::unknown::{unknown_method, unknown_path};

type Text = Pin<Box<dyn Future<Output = String> + Send>>;

/// Measures what is only measured when somebody asks, and renders all metrics as Prometheus text. Cheap to clone.
#[derive(Clone)]
pub struct Scrape(Arc<dyn Fn() -> Text + Send + Sync>);

impl fmt::Debug for Scrape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scrape").finish_non_exhaustive()
    }
}

impl Scrape {
    /// Renders with this function.
    pub fn new<F>(render: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = String> + Send + 'static,
    {
        Self(Arc::new(move || Box::pin(render())))
    }

    /// The response to a collector of metrics.
    pub async fn response(&self) -> Response {
        let text = (self.0)().await;
        let kind = "text/plain; version=0.0.4; charset=utf-8";
        ([(header::CONTENT_TYPE, kind)], text).into_response()
    }
}

/// What the endpoints for operators show.
#[derive(Clone, Debug)]
pub struct Operations {
    /// What this process needs.
    pub readiness: Arc<Readiness>,
    /// What it has recorded.
    pub scrape: Scrape,
    /// Its version.
    pub version: &'static str,
}

/// `/healthz`, `/readyz` and `/metrics` for an internal port: without a credential, for any host name.
pub fn internal_router(operations: Operations) -> Router {
    let router = Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .with_state(operations)
        .layer(from_fn(refuse_query))
        .fallback(unknown_path)
        .method_not_allowed_fallback(unknown_method);
    let limits = BodyLimits {
        max: 1024,
        idle: Duration::from_secs(5),
        whole: Duration::from_secs(5),
    };
    with_body_limits(router, limits)
}

async fn refuse_query(request: Request, next: Next) -> Response {
    if request.uri().query().is_none_or(str::is_empty) {
        return next.run(request).await;
    }
    respond(&problem(
        StatusCode::UNPROCESSABLE_ENTITY,
        "unknown_field",
        "No query parameter is accepted here.",
    ))
}

/// The process is alive. It asks nobody: a restart would not bring back a database or a broker.
async fn healthz(State(operations): State<Operations>) -> Response {
    Json(json!({ "status": "ok", "version": operations.version })).into_response()
}

/// Whether the process can do its work, and what is in the way.
async fn readyz(State(operations): State<Operations>) -> Response {
    let readiness = &operations.readiness;
    let findings = readiness.findings().await;
    let is_missing = |finding: &Finding| finding.required && !finding.ready;
    let (code, status) = if readiness.is_stopping() {
        (StatusCode::SERVICE_UNAVAILABLE, "stopping")
    } else if findings.iter().any(is_missing) {
        (StatusCode::SERVICE_UNAVAILABLE, "not_ready")
    } else {
        (StatusCode::OK, "ready")
    };
    let body = json!({ "status": status, "version": operations.version, "checks": &*findings });
    (code, Json(body)).into_response()
}

async fn metrics(State(operations): State<Operations>) -> Response {
    operations.scrape.response().await
}

#[cfg(test)]
mod tests;

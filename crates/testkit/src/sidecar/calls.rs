//! Jobs, and calls from app to app.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, Method, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, post};
use bytes::Bytes;
use serde_json::Value;

use super::answers::{error, no_content, not_modelled};
use super::options::App;
use super::shared::{Shared, TOKEN, headers, value};

/// The header that names the app of a request.
const APP_ID: &str = "dapr-app-id";
/// Longest wait for an app.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Largest body that is forwarded.
const BODY_MAX: usize = 4 * 1024 * 1024;

pub(super) fn routes() -> Router<Arc<Shared>> {
    let job = || post(create_job).get(find_job).delete(delete_job);
    Router::new()
        .route("/v1.0/jobs/{name}", job())
        .route("/v1.0-alpha1/jobs/{name}", job())
        .route("/v1.0/invoke/{app}/method/{*path}", any(invoke))
        .fallback(invoke_by_header)
}

async fn create_job(
    State(shared): State<Arc<Shared>>,
    Path(name): Path<String>,
    body: Bytes,
) -> Response {
    let job: Value = serde_json::from_slice(&body).unwrap_or_default();
    if !job["name"].is_null() {
        return error(
            400,
            "DAPR_SCHEDULER_JOB_NAME",
            "the name belongs into the path",
        );
    }
    if job["schedule"].is_null() && job["dueTime"].is_null() {
        return error(400, "DAPR_SCHEDULER_SCHEDULE_EMPTY", "schedule is empty");
    }
    let key = (shared.options.app_id.clone(), name);
    let mut jobs = shared.backends.jobs();
    if jobs.contains_key(&key) && job["overwrite"] != true {
        return error(409, "DAPR_SCHEDULER_CREATE_JOB", "job already exists");
    }
    jobs.insert(key, job);
    no_content()
}

async fn find_job(State(shared): State<Arc<Shared>>, Path(name): Path<String>) -> Response {
    let key = (shared.options.app_id.clone(), name);
    match shared.backends.jobs().get(&key) {
        Some(job) => axum::Json(job.clone()).into_response(),
        None => error(500, "DAPR_SCHEDULER_GET_JOB", "job not found"),
    }
}

async fn delete_job(State(shared): State<Arc<Shared>>, Path(name): Path<String>) -> Response {
    let key = (shared.options.app_id.clone(), name);
    shared.backends.jobs().remove(&key);
    no_content()
}

/// When a job is due.
pub(super) fn job_due(shared: &Shared, name: &str) -> Option<String> {
    let key = (shared.options.app_id.clone(), name.to_owned());
    let job = shared.backends.jobs().get(&key)?.clone();
    job["dueTime"].as_str().map(str::to_owned)
}

/// Calls the app because a job is due; whether there is one and the app took it.
pub(super) async fn trigger_job(shared: &Shared, name: &str) -> bool {
    let key = (shared.options.app_id.clone(), name.to_owned());
    // Once: it has no schedule.
    let Some(job) = shared.backends.jobs().remove(&key) else {
        return false;
    };
    let body = job["data"].to_string();
    // An app that has no such route counts as one that has handled it.
    call_app(shared, Method::POST, &format!("/job/{name}"), body)
        .await
        .is_some_and(|status| status < 300 || status == 404)
}

/// Calls the app because a cron binding ticks; returns whether the app accepted it.
pub(super) async fn tick(shared: &Shared, binding: &str) -> bool {
    let path = format!("/{binding}");
    let wants = call_app(shared, Method::OPTIONS, &path, "").await;
    if wants.is_none_or(|status| status == 404) {
        return false;
    }
    call_app(shared, Method::POST, &path, "")
        .await
        .is_some_and(|status| status < 300)
}

async fn call_app(
    shared: &Shared,
    method: Method,
    path: &str,
    body: impl Into<Bytes>,
) -> Option<u16> {
    let app = shared.options.app.as_ref()?;
    let headers = headers([("content-type", "application/json")]);
    shared
        .call(app, method, path, headers, body.into(), TIMEOUT)
        .await
        .map(|(status, ..)| status)
}

async fn invoke(
    State(shared): State<Arc<Shared>>,
    Path((app, path)): Path<(String, String)>,
    request: Request,
) -> Response {
    pass_on(&shared, &app, &path, request).await
}

async fn invoke_by_header(
    State(shared): State<Arc<Shared>>,
    uri: Uri,
    request: Request,
) -> Response {
    let app = request
        .headers()
        .get(APP_ID)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    match app {
        Some(app) => pass_on(&shared, &app, uri.path(), request).await,
        None => not_modelled(&format!("{} {uri}", request.method())),
    }
}

async fn pass_on(shared: &Shared, app_id: &str, path: &str, request: Request) -> Response {
    let failed = |message: &str| error(500, "ERR_DIRECT_INVOKE", message);
    let app: Option<App> = shared.backends.apps().get(app_id).cloned();
    let Some(app) = app else {
        return failed("no such host");
    };
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, BODY_MAX).await else {
        return error(413, "ERR_DIRECT_INVOKE", "the body is too large");
    };
    let mut headers: HeaderMap = parts.headers;
    for name in [
        "host",
        "connection",
        "content-length",
        "transfer-encoding",
        APP_ID,
        TOKEN,
    ] {
        headers.remove(name);
    }
    headers.insert("dapr-caller-app-id", value(&shared.options.app_id));
    headers.insert("dapr-callee-app-id", value(app_id));
    let query = parts
        .uri
        .query()
        .map_or_else(String::new, |query| format!("?{query}"));
    let path = format!("{path}{query}");
    let answer = shared
        .call(&app, parts.method, &path, headers, body, TIMEOUT)
        .await;
    let Some((status, mut headers, body)) = answer else {
        return failed("the app does not answer");
    };
    for name in ["connection", "content-length", "transfer-encoding"] {
        headers.remove(name);
    }
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status.try_into().unwrap_or_default();
    *response.headers_mut() = headers;
    response
}

//! State and secret stores.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::answers::{error, no_content};
use super::backends::lock;
use super::shared::Shared;
use super::state::{Refusal, StateStore, Write};

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/v1.0/state/{store}", post(set).put(set))
        .route("/v1.0/state/{store}/bulk", post(bulk))
        .route("/v1.0/state/{store}/transaction", post(transaction))
        .route("/v1.0/state/{store}/{key}", get(read).delete(delete))
        .route("/v1.0/secrets/{store}/bulk", get(all_secrets))
        .route("/v1.0/secrets/{store}/{name}", get(secret))
}

fn unknown_store(shared: &Shared, store: &str) -> Option<Response> {
    (store != shared.options.state_store)
        .then(|| error(400, "ERR_STATE_STORE_NOT_FOUND", "state store is not found"))
}

fn full_key(shared: &Shared, key: &str) -> String {
    format!("{}||{key}", shared.options.app_id)
}

fn write(shared: &Shared, request: &Value) -> Write {
    let ttl = &request["metadata"]["ttlInSeconds"];
    let ttl = ttl
        .as_str()
        .and_then(|text| text.parse().ok())
        .or(ttl.as_u64());
    Write {
        key: full_key(shared, request["key"].as_str().unwrap_or_default()),
        value: request["value"].clone(),
        etag: request["etag"].as_str().map(str::to_owned),
        first_wins: request["options"]["concurrency"] == "first-write",
        ttl: ttl.map(Duration::from_secs),
    }
}

fn refused(refusal: Refusal) -> Response {
    match refusal {
        Refusal::Mismatch => error(409, "ERR_STATE_SAVE", "possible etag mismatch"),
        Refusal::Exists => error(500, "ERR_STATE_SAVE", "no item was updated"),
    }
}

async fn set(
    State(shared): State<Arc<Shared>>,
    Path(store): Path<String>,
    Json(requests): Json<Vec<Value>>,
) -> Response {
    if let Some(unknown) = unknown_store(&shared, &store) {
        return unknown;
    }
    let mut state = shared.backends.state();
    for request in &requests {
        if let Err(refusal) = state.set(write(&shared, request)) {
            return refused(refusal);
        }
    }
    no_content()
}

async fn read(
    State(shared): State<Arc<Shared>>,
    Path((store, key)): Path<(String, String)>,
) -> Response {
    if let Some(unknown) = unknown_store(&shared, &store) {
        return unknown;
    }
    match shared.backends.state().get(&full_key(&shared, &key)) {
        Some(stored) => (
            [(header::ETAG, stored.etag.clone())],
            Json(stored.value.clone()),
        )
            .into_response(),
        None => no_content(),
    }
}

async fn delete(
    State(shared): State<Arc<Shared>>,
    Path((store, key)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    if let Some(unknown) = unknown_store(&shared, &store) {
        return unknown;
    }
    let etag = headers
        .get(header::IF_MATCH)
        .and_then(|value| value.to_str().ok());
    let deleted = shared
        .backends
        .state()
        .delete(&full_key(&shared, &key), etag);
    deleted.map_or_else(refused, |()| no_content())
}

async fn bulk(
    State(shared): State<Arc<Shared>>,
    Path(store): Path<String>,
    Json(request): Json<Value>,
) -> Response {
    if let Some(unknown) = unknown_store(&shared, &store) {
        return unknown;
    }
    let keys = request["keys"].as_array().map_or(&[][..], Vec::as_slice);
    let state = shared.backends.state();
    let found: Vec<Value> = keys
        .iter()
        .filter_map(Value::as_str)
        .map(|key| match state.get(&full_key(&shared, key)) {
            Some(stored) => json!({"key": key, "data": stored.value, "etag": stored.etag}),
            None => json!({"key": key}),
        })
        .collect();
    Json(found).into_response()
}

async fn transaction(
    State(shared): State<Arc<Shared>>,
    Path(store): Path<String>,
    Json(request): Json<Value>,
) -> Response {
    if let Some(unknown) = unknown_store(&shared, &store) {
        return unknown;
    }
    let operations = request["operations"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    let mut state = shared.backends.state();
    let upserts = || operations.iter().filter(|one| one["operation"] == "upsert");
    // All or nothing.
    for one in upserts() {
        if let Err(refusal) = state.check(&write(&shared, &one["request"])) {
            return refused(refusal);
        }
    }
    for one in operations {
        apply(&shared, &mut state, one);
    }
    no_content()
}

fn apply(shared: &Shared, state: &mut StateStore, operation: &Value) {
    let request = &operation["request"];
    if operation["operation"] == "upsert" {
        let _ = state.set(write(shared, request));
    } else {
        let key = request["key"].as_str().unwrap_or_default();
        let _ = state.delete(&full_key(shared, key), request["etag"].as_str());
    }
}

async fn secret(
    State(shared): State<Arc<Shared>>,
    Path((store, name)): Path<(String, String)>,
) -> Response {
    let stores = lock(&shared.secrets);
    let Some(secrets) = stores.get(&store) else {
        return unknown_secret_store(&store);
    };
    match secrets.get(&name) {
        Some(secret) => Json(json!({ name: secret })).into_response(),
        None => error(500, "ERR_SECRET_GET", &format!("secret {name} not found")),
    }
}

async fn all_secrets(State(shared): State<Arc<Shared>>, Path(store): Path<String>) -> Response {
    let stores = lock(&shared.secrets);
    let Some(secrets) = stores.get(&store) else {
        return unknown_secret_store(&store);
    };
    let all = secrets
        .iter()
        .map(|(name, secret)| (name.clone(), json!({ name: secret })));
    (StatusCode::OK, Json(Value::Object(all.collect()))).into_response()
}

fn unknown_secret_store(store: &str) -> Response {
    error(
        401,
        "ERR_SECRET_STORE_NOT_FOUND",
        &format!("failed finding secret store with key {store}"),
    )
}

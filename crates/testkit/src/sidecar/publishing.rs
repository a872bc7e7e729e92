//! Publishing single events and batches.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use bytes::Bytes;
use serde_json::{Value, json};

use super::answers::{error, no_content, not_modelled};
use super::envelope::{self, Context};
use super::faults::Fault;
use super::shared::Shared;

const FAILED: &str = "ERR_PUBSUB_PUBLISH_MESSAGE";
const BAD_ENTRIES: &str = "ERR_PUBSUB_EVENTS_SER";
const NOT_FOUND: &str = "ERR_PUBSUB_NOT_FOUND";

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/v1.0/publish/{pubsub}/", post(no_topic).put(no_topic))
        .route(
            "/v1.0/publish/{pubsub}/{*topic}",
            post(publish).put(publish),
        )
        .route("/v1.0/publish/bulk/{pubsub}/{*topic}", post(bulk).put(bulk))
        .route(
            "/v1.0-alpha1/publish/bulk/{pubsub}/{*topic}",
            post(bulk).put(bulk),
        )
}

async fn no_topic() -> Response {
    error(404, "ERR_TOPIC_NAME_EMPTY", "topic is empty")
}

/// The metadata in the query, by lower-case names without `metadata.`.
fn metadata(query: BTreeMap<String, String>) -> BTreeMap<String, String> {
    query
        .into_iter()
        .filter_map(|(name, value)| Some((name.strip_prefix("metadata.")?.to_lowercase(), value)))
        .collect()
}

/// Why a request is refused before anything is published.
fn refused(shared: &Shared, pubsub: &str) -> Option<Response> {
    if shared.options.pubsub.is_empty() {
        return Some(error(
            400,
            "ERR_PUBSUB_NOT_CONFIGURED",
            "pubsub is not configured",
        ));
    }
    (pubsub != shared.options.pubsub)
        .then(|| error(404, NOT_FOUND, &format!("pubsub {pubsub} is not found")))
}

async fn publish(
    State(shared): State<Arc<Shared>>,
    Path((pubsub, topic)): Path<(String, String)>,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(refused) = refused(&shared, &pubsub) {
        return refused;
    }
    let metadata = metadata(query);
    if metadata.contains_key("ttlinseconds") {
        return not_modelled("events that expire");
    }
    let is_raw = match metadata.get("rawpayload").map(String::as_str) {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => {
            return error(
                400,
                "ERR_PUBSUB_REQUEST_METADATA",
                "rawPayload is no boolean",
            );
        }
    };
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let content_type = text(header::CONTENT_TYPE).unwrap_or_default();
    let trace = headers
        .get("traceparent")
        .and_then(|value| value.to_str().ok());
    let value = if is_raw {
        body
    } else {
        let wrapped = wrap(&shared, content_type, &body, &topic, trace);
        match wrapped {
            Some(event) => event.to_string().into(),
            None => {
                return error(
                    500,
                    "ERR_PUBSUB_CLOUD_EVENTS_SER",
                    "cannot create cloudevent",
                );
            }
        }
    };
    let key = metadata
        .get("partitionkey")
        .or(metadata.get("__key"))
        .cloned();
    let event = serde_json::from_slice(&value).unwrap_or_default();
    let fault = shared.faults.decide(&topic, key.as_deref(), event);
    let _in_flight = shared.faults.enter();
    // A separate task: the broker keeps the event even if the client disconnects.
    let storing = Arc::clone(&shared);
    let stored =
        tokio::spawn(async move { store(&storing, &topic, key.as_deref(), value, fault).await });
    match stored.await {
        Ok(Ok(())) => no_content(),
        Ok(Err((status, code))) => error(status, code, "the test wants it so"),
        Err(_) => error(500, FAILED, "the fake sidecar panicked"),
    }
}

fn wrap(
    shared: &Shared,
    content_type: &str,
    body: &[u8],
    topic: &str,
    trace: Option<&str>,
) -> Option<Value> {
    let context = Context {
        app_id: &shared.options.app_id,
        pubsub: &shared.options.pubsub,
        topic,
        // Without tracing daprd creates an empty trace.
        traceparent: trace.unwrap_or("00-00000000000000000000000000000000-0000000000000000-00"),
        id: shared.random_id(),
    };
    envelope::wrap(content_type, body, &context)
}

/// Stores an event, unless there is a fault.
async fn store(
    shared: &Shared,
    topic: &str,
    key: Option<&str>,
    value: Bytes,
    fault: Option<Fault>,
) -> Result<(), (u16, &'static str)> {
    match fault {
        Some(Fault::Answer(status, code)) => return Err((status, code)),
        Some(Fault::Hold) => shared.faults.until_released().await,
        Some(Fault::Slow(time)) => tokio::time::sleep(time).await,
        None | Some(Fault::StoreThenFail | Fault::StoreThenHang) => {}
    }
    shared
        .backends
        .append(&shared.options.app_id, topic, key, value);
    match fault {
        Some(Fault::StoreThenFail) => Err((500, FAILED)),
        Some(Fault::StoreThenHang) => std::future::pending().await,
        _ => Ok(()),
    }
}

async fn bulk(
    State(shared): State<Arc<Shared>>,
    Path((pubsub, topic)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(refused) = refused(&shared, &pubsub) {
        return refused;
    }
    let Ok(entries) = serde_json::from_slice::<Vec<Value>>(&body) else {
        return error(400, BAD_ENTRIES, "not a list of entries");
    };
    let ids: HashSet<&str> = entries
        .iter()
        .filter_map(|entry| entry["entryId"].as_str().filter(|id| !id.is_empty()))
        .collect();
    if ids.len() != entries.len() {
        return error(400, BAD_ENTRIES, "entryId is missing or not unique");
    }
    let trace = headers
        .get("traceparent")
        .and_then(|value| value.to_str().ok());
    let mut failed = Vec::new();
    for entry in &entries {
        let content_type = entry["contentType"].as_str().unwrap_or_default();
        let event = match &entry["event"] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let Some(event) = wrap(&shared, content_type, event.as_bytes(), &topic, trace) else {
            failed.push(json!({"entryId": entry["entryId"], "error": "cannot create cloudevent"}));
            continue;
        };
        let key = entry["metadata"]["partitionKey"].as_str();
        let value = event.to_string();
        let fault = shared.faults.decide(&topic, key, event);
        if let Err((_, code)) = store(&shared, &topic, key, value.into(), fault).await {
            failed.push(json!({"entryId": entry["entryId"], "error": code}));
        }
    }
    if failed.is_empty() {
        return no_content();
    }
    let body = json!({"failedEntries": failed, "errorCode": FAILED});
    (axum::http::StatusCode::INTERNAL_SERVER_ERROR, Json(body)).into_response()
}

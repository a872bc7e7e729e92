//! `/healthz`, `/readyz` and `/metrics`

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::ApiError;
use crate::extract::{Empty, Query};
use crate::failures::{NoQuery, Refusals};
use crate::state::Api;

/// The state of the server.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// Always `ok`.
    status: &'static str,
    /// The version of the server.
    version: &'static str,
}

fn ok() -> Json<Health> {
    Json(Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
    })
}

/// The process is alive.
#[utoipa::path(get, path = "/healthz", tag = "operations", security(()),
    responses((status = 200, description = "Alive", body = Health), Refusals<(NoQuery,)>))]
pub(crate) async fn healthz(_: Query<Empty>) -> Json<Health> {
    ok()
}

/// The process is ready: its database accepts writes.
#[utoipa::path(get, path = "/readyz", tag = "operations", security(()),
    responses((status = 200, description = "Ready", body = Health), Refusals<(NoQuery,)>))]
pub(crate) async fn readyz(
    State(api): State<Api>,
    _: Query<Empty>,
) -> Result<Json<Health>, ApiError> {
    match api.readiness.outage(&api.db).await? {
        None => Ok(ok()),
        Some((outage, failure)) => Err(ApiError::NotReady(outage, failure)),
    }
}

/// Measurements in Prometheus text format.
#[utoipa::path(get, path = "/metrics", tag = "operations", security(()),
    responses((status = 200, description = "Prometheus text", body = String, content_type = "text/plain"), Refusals<(NoQuery,)>))]
pub(crate) async fn metrics(State(api): State<Api>, _: Query<Empty>) -> impl IntoResponse {
    // A database that does not answer must not hide the other measurements.
    if let Err(error) = gauge_consumers(&api).await {
        tracing::warn!(%error, "Cannot measure consumer lag");
    }
    (
        [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )],
        (api.metrics)(),
    )
}

/// How far each consumer is behind the end of the event log, and what it has dead-lettered.
async fn gauge_consumers(api: &Api) -> Result<(), taskwire_store::Error> {
    let mut tx = api.db.read().await?;
    let end = tx.end_of_events().await?;
    for (consumer, position) in tx.consumer_positions().await? {
        let dead = tx.count_dead_letters(&consumer).await?;
        set("taskwire_consumer_lag_events", &consumer, end - position);
        set("taskwire_dead_letters", &consumer, dead);
    }
    Ok(())
}

fn set(name: &'static str, consumer: &str, value: i64) {
    // A gauge is a float; counts stay far below the 2^53 up to which that is exact.
    let value = u32::try_from(value.max(0)).unwrap_or(u32::MAX);
    metrics::gauge!(name, "consumer" => consumer.to_owned()).set(f64::from(value));
}

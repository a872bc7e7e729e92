//! `/healthz`, `/readyz` and `/metrics`

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{ApiError, database_worked};
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
        None => {
            database_worked();
            Ok(ok())
        }
        Some((outage, failure)) => Err(ApiError::NotReady(outage, failure)),
    }
}

/// Measurements in Prometheus text format.
#[utoipa::path(get, path = "/metrics", tag = "operations", security(()),
    responses((status = 200, description = "Prometheus text", body = String, content_type = "text/plain"), Refusals<(NoQuery,)>))]
pub(crate) async fn metrics(State(api): State<Api>, _: Query<Empty>) -> Response {
    match &api.scrape {
        Some(scrape) => scrape.response().await,
        // The route is not served then.
        None => ApiError::NotFound("such path".into()).into_response(),
    }
}

//! `/healthz`, `/readyz` and `/metrics`

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use taskwire_domain::EventId;
use utoipa::ToSchema;

use crate::error::ApiError;
use crate::extract::{Empty, Query};
use crate::failures::{NoQuery, Refusals};
use crate::state::Api;

/// The consumer that publishes events to a broker, where there is one.
const RELAY: &str = "relay";

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
    // A database that does not respond must not hide the other measurements.
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

/// How far each reader of the event log is behind its end, what each consumer has dead-lettered, and for how long the
/// oldest event has waited for the relay.
///
/// A consumer that the relay has passed gets its events from the broker: its position stands still, and only the broker
/// knows how far it is.
async fn gauge_consumers(api: &Api) -> Result<(), taskwire_store::Error> {
    let mut tx = api.db.read().await?;
    for consumer in &*api.consumers {
        let dead = tx.count_dead_letters(consumer).await?;
        set("taskwire_dead_letters", consumer, dead);
    }
    let end = tx.end_of_events().await?;
    let positions = tx.consumer_positions().await?;
    let relay = positions.iter().find(|(name, _)| name == RELAY);
    let published = relay.map_or(0, |(_, position)| *position);
    for (consumer, position) in positions {
        if position >= published {
            set("taskwire_consumer_lag_events", &consumer, end - position);
        }
        if consumer == RELAY {
            let oldest = tx.first_event_after(position).await?;
            let age = oldest.map_or(SignedDuration::ZERO, |event| age(event, api.clock.now()));
            metrics::gauge!("taskwire_relay_lag_seconds").set(age.as_secs_f64());
        }
    }
    Ok(())
}

/// The age of an event: its id contains the time (UUID version 7).
fn age(event: EventId, now: Timestamp) -> SignedDuration {
    let made = event.0.get_timestamp().and_then(|at| {
        let (seconds, nanoseconds) = at.to_unix();
        Timestamp::new(
            i64::try_from(seconds).ok()?,
            i32::try_from(nanoseconds).ok()?,
        )
        .ok()
    });
    made.map_or(SignedDuration::ZERO, |made| now.duration_since(made))
        .max(SignedDuration::ZERO)
}

fn set(name: &'static str, consumer: &str, value: i64) {
    // A gauge is a float, which is exact up to 2^53; counts stay far below.
    let value = u32::try_from(value.max(0)).unwrap_or(u32::MAX);
    metrics::gauge!(name, "consumer" => consumer.to_owned()).set(f64::from(value));
}

#[cfg(test)]
mod tests {
    use uuid::{NoContext, Timestamp as Made, Uuid};

    use super::*;

    #[test]
    fn an_event_is_as_old_as_its_id() {
        let now: Timestamp = "2026-12-01T09:00:00Z".parse().unwrap();
        let made = |seconds| EventId(Uuid::new_v7(Made::from_unix(NoContext, seconds, 0)));
        let seconds = now.as_second().unsigned_abs();
        assert_eq!(age(made(seconds - 90), now), SignedDuration::from_secs(90));
        // The clock was set back.
        assert_eq!(age(made(seconds + 5), now), SignedDuration::ZERO);
        assert_eq!(age(EventId(Uuid::nil()), now), SignedDuration::ZERO);
    }
}

//! A layered router for tests.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use taskwire_http::{AccessLog, BodyLimits, LayerOptions, with_layers};
use taskwire_testkit::{FixedClock, seeded_ids};

/// Longest wait in a test.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);

pub(crate) fn layered(router: Router, body: BodyLimits) -> Router {
    let with = LayerOptions {
        clock: Arc::new(FixedClock::at("2026-11-20T12:00:00Z")),
        ids: Arc::new(seeded_ids(1)),
        hosts: Arc::new([]),
        body,
        access_log: AccessLog::default(),
    };
    with_layers(router, &with)
}

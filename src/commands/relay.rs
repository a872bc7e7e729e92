//! The relay from the event log to the broker, as a separate process.

use axum::Router;
use axum::routing::get;
use clap::Args;
use tracing::info;

use crate::defaults::RELAY_PORT;
use crate::settings::{BusOptions, Database, Listening, SidecarOptions};
use crate::wiring::Parts;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    listening: Listening,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    bus: BusOptions,
    #[command(flatten)]
    sidecar: SidecarOptions,
}

/// Publishes until a signal. It listens for probes and metrics collectors.
pub(crate) async fn run(parts: Parts, options: Options) -> anyhow::Result<()> {
    let (listener, address) = Parts::bind(&options.listening, RELAY_PORT).await?;
    let metrics = Parts::record_metrics()?;
    let db = parts.open_existing(&options.database).await?;
    parts.forward_commit_notifications(&db);
    let relay = parts.start_relay(&db, &options.bus, &options.sidecar, address.to_string())?;
    info!(address = %address, pubsub = options.bus.pubsub, "Relay listening");
    let router = Parts::metrics_route(metrics)
        .merge(Router::new().route("/healthz", get(|| async { "ok" })));
    parts.serve(listener, router).await;
    relay.await?;
    db.close().await;
    Ok(())
}

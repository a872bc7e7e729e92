//! The relay from the event log to the broker, as a separate process.

use clap::Args;
use taskwire_consumers::Measured;
use tracing::info;

use crate::defaults::RELAY_PORT;
use crate::settings::{BusOptions, Database, InternalPort, Listening, SidecarOptions};
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
    #[command(flatten)]
    internal: InternalPort,
}

/// Publishes until a signal. It listens for probes and metrics collectors only.
pub(crate) async fn run(parts: Parts, options: Options) -> anyhow::Result<()> {
    let mut operations = parts
        .operations(&options.internal, "taskwire-relay")
        .await?;
    if !operations.has_port() {
        let (listener, _) = Parts::bind(&options.listening, RELAY_PORT).await?;
        operations.listen_instead(listener);
    }
    let address = operations.address()?;
    let db = parts.open_existing(&options.database).await?;
    parts.forward_commit_notifications(&db);
    let sidecar = options.sidecar.sidecar(parts.http.clone())?;
    operations.needs_database(&db);
    operations.needs_sidecar(&sidecar);
    operations.needs_pubsub(&sidecar, &options.bus.pubsub);
    operations.measure_log(&parts, &db, Measured::Outbox);
    let (internal, _) = operations.start();
    let relay = parts.start_relay(&db, &options.bus, sidecar, &address, &parts.cancel);
    info!(address, pubsub = options.bus.pubsub, "Relay listening");
    relay.await?;
    internal.close().await;
    db.close().await;
    Ok(())
}

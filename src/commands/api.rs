//! The REST API and the page, as a separate process. It is also the gateway: it forwards requests for the chat and MCP,
//! so that one address serves everything.

use clap::Args;
use tracing::info;

use crate::defaults::PORT;
use crate::settings::{
    Bus, BusOptions, ChatAddress, Database, Listening, McpAddress, RateLimits, Retention,
    ServiceToken, SidecarOptions,
};
use crate::wiring::Parts;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    listening: Listening,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    mcp: McpAddress,
    #[command(flatten)]
    chat: ChatAddress,
    #[command(flatten)]
    service: ServiceToken,
    #[command(flatten)]
    limits: RateLimits,
    #[command(flatten)]
    bus: BusOptions,
    #[command(flatten)]
    sidecar: SidecarOptions,
    #[command(flatten)]
    retention: Retention,
}

pub(crate) async fn run(parts: Parts, options: Options) -> anyhow::Result<()> {
    let (listener, address) = Parts::bind(&options.listening, PORT).await?;
    let service = options.service.secret(&parts.secrets).await?;
    if service.is_none() {
        tracing::warn!(
            "No --service-token is set: consumers in other processes cannot call the API, so series do not advance and reminders do not fire"
        );
    }
    let (db, _) = parts.open_migrated(&options.database).await?;
    let limits = options.limits.shared();
    let hosts = options.listening.hosts();
    let retention = options.retention.of(options.bus.bus);
    let api = parts.api(&db, service, limits, retention, hosts).await?;
    let database = parts.place(&options.database).await?;
    info!(database, address = %address, chat = %options.chat.url()?, mcp = %options.mcp.url()?, "API listening");
    let forwarded = Parts::upstream_routes(&options.mcp, &options.chat, &options.sidecar)?;
    let router = taskwire_api::router_with(api, forwarded);
    let relay = match options.bus.bus {
        Bus::Embedded => None,
        Bus::Dapr => {
            Some(parts.start_relay(&db, &options.bus, &options.sidecar, address.to_string())?)
        }
    };
    parts.serve(listener, router).await;
    if let Some(relay) = relay {
        relay.await?;
    }
    db.close().await;
    Ok(())
}

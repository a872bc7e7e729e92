//! The REST API and the page, as a separate process. It is also the gateway: it forwards requests for the chat and MCP,
//! so that one address serves everything.

use clap::Args;
use tokio_util::sync::CancellationToken;
use tracing::info;

use crate::defaults::PORT;
use crate::settings::{
    AccessLogOption, Bus, BusOptions, ChannelOptions, ChatAddress, Database, InternalPort,
    Listening, McpAddress, Migration, OAuthOptions, PublicUrlOption, RateLimits, Retention,
    ServiceToken, SidecarOptions, SignUpOption,
};
use crate::wiring::{ApiSettings, Parts};

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    listening: Listening,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    migration: Migration,
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
    #[command(flatten)]
    sign_up: SignUpOption,
    #[command(flatten)]
    public_url: PublicUrlOption,
    #[command(flatten)]
    oauth: OAuthOptions,
    #[command(flatten)]
    channels: ChannelOptions,
    #[command(flatten)]
    internal: InternalPort,
    #[command(flatten)]
    access_log: AccessLogOption,
}

pub(crate) async fn run(parts: Parts, options: Options) -> anyhow::Result<()> {
    let oauth = options.oauth.settings(options.public_url.elsewhere())?;
    let (listener, address) = Parts::bind(&options.listening, PORT).await?;
    let mut operations = parts.operations(&options.internal, "taskwire-api").await?;
    let service = options.service.secret(&parts.secrets).await?;
    if service.is_none() {
        tracing::warn!(
            "No --service-token is set: consumers in other processes cannot call the API, so series do not advance and reminders do not fire"
        );
    }
    let db = parts
        .open_for_server(&options.database, options.migration)
        .await?;
    let settings = ApiSettings {
        limits: options.limits.shared(),
        retention: options.retention.ages(),
        access_log: options.access_log.log(),
        sign_up: options.sign_up.sign_up(),
        oauth,
        notify: options
            .channels
            .notify(&options.public_url.elsewhere(), None),
        hosts: options.listening.hosts(),
    };
    let sidecar = match options.bus.bus {
        Bus::Embedded => None,
        Bus::Dapr => Some(options.sidecar.sidecar(parts.http.clone())?),
    };
    // Writes work without it, and the relay catches up.
    if let Some(sidecar) = &sidecar {
        operations.uses_sidecar(sidecar);
    }
    let (api, internal) = parts.api(&db, service, settings, operations).await?;
    let database = parts.place(&options.database).await?;
    info!(database, address = %address, chat = %options.chat.url()?, mcp = %options.mcp.url()?, "API listening");
    let forwarded = Parts::upstream_routes(&options.mcp, &options.chat, &options.sidecar)?;
    let router = taskwire_api::router_with(api, forwarded);
    // It publishes what the last requests write, so it stops after them.
    let requests_ended = CancellationToken::new();
    let relay = sidecar.map(|sidecar| {
        parts.start_relay(
            &db,
            &options.bus,
            sidecar,
            &address.to_string(),
            &requests_ended,
        )
    });
    parts.serve(listener, router).await;
    requests_ended.cancel();
    if let Some(relay) = relay {
        relay.await?;
    }
    internal.close().await;
    db.close().await;
    Ok(())
}

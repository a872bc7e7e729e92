//! The chat, as a separate process.

use axum::Router;
use axum::routing::get;
use clap::Args;
use taskwire_chat::{ToolServer, TurnState};
use tracing::info;

use crate::defaults::CHAT_PORT;
use crate::settings::{
    AccessLogOption, ApiAddress, InternalPort, Listening, McpAddress, ModelOptions, SidecarOptions,
    StateOptions,
};
use crate::wiring::Parts;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    listening: Listening,
    #[command(flatten)]
    api: ApiAddress,
    #[command(flatten)]
    mcp: McpAddress,
    #[command(flatten)]
    model: ModelOptions,
    #[command(flatten)]
    sidecar: SidecarOptions,
    #[command(flatten)]
    state: StateOptions,
    #[command(flatten)]
    internal: InternalPort,
    #[command(flatten)]
    access_log: AccessLogOption,
}

pub(crate) async fn run(parts: Parts, options: Options) -> anyhow::Result<()> {
    let (listener, address) = Parts::bind(&options.listening, CHAT_PORT).await?;
    let mcp = options.mcp.url()?;
    let (url, headers) = options.sidecar.target(mcp.clone())?;
    let tools = ToolServer::Http {
        url: url.to_string(),
        http: parts.http_with(headers)?,
    };
    let api = parts.remote_api(&options.api, &options.sidecar)?;
    let mut operations = parts.operations(&options.internal, "taskwire-chat").await?;
    operations.needs_api(&api);
    let state = options
        .state
        .turn_state(&options.sidecar, parts.http.clone())?;
    if let TurnState::Shared { store, .. } = &state {
        operations.needs_state(store);
        // That the store works says more.
        operations.uses_sidecar(&options.sidecar.sidecar(parts.http.clone())?);
    }
    let (internal, _) = operations.start();
    let chat = parts.chat(api, tools, &options.model, state).await?;
    info!(address = %address, mcp = %mcp, "Chat listening");
    let router = taskwire_chat::router(chat.clone())
        .merge(Router::new().route("/healthz", get(|| async { "ok" })));
    let router = parts.with_layers(router, &options.listening, options.access_log.log());
    parts.serve(listener, router).await;
    chat.shutdown().await;
    internal.close().await;
    Ok(())
}

//! The chat, as a process of its own.

use axum::Router;
use axum::routing::get;
use taskwire_chat::ToolServer;
use tracing::info;

use crate::defaults::CHAT_PORT;
use crate::wiring::Parts;

pub(crate) async fn run(parts: Parts) -> anyhow::Result<()> {
    let (listener, address) = parts.bind(CHAT_PORT).await?;
    let mcp = parts.settings.mcp_url()?;
    let tools = ToolServer::Http {
        url: mcp.to_string(),
        http: parts.http.clone(),
    };
    let chat = parts.chat(parts.remote_api()?, tools)?;
    info!(address = %address, mcp = %mcp, "Chat listening");
    let router = taskwire_chat::router(chat.clone())
        .merge(Router::new().route("/healthz", get(|| async { "ok" })));
    parts.serve(listener, parts.surround(router)).await;
    chat.shutdown().await;
    Ok(())
}

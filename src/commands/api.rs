//! The REST API and the page, as a process of its own. It is the front door: it passes the chat and MCP on, so that one
//! address serves everything.

use tracing::info;

use crate::defaults::PORT;
use crate::wiring::{Parts, redacted};

pub(crate) async fn run(parts: Parts) -> anyhow::Result<()> {
    let (listener, address) = parts.bind(PORT).await?;
    let db = parts.database().await?;
    let service = parts.settings.service_token()?;
    if service.is_none() {
        tracing::warn!(
            "No --service-token is set: consumers in other processes cannot call the API, so series do not advance and reminders do not fire"
        );
    }
    let api = parts.api(&db, service, parts.settings.limits()?).await?;
    info!(database = %redacted(&parts.settings.database()?), address = %address, chat = %parts.settings.chat_url()?, mcp = %parts.settings.mcp_url()?, "API listening");
    let router = taskwire_api::router_with(api, parts.upstream_routes()?);
    parts.serve(listener, router).await;
    db.close().await;
    Ok(())
}

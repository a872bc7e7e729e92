//! The MCP server, over HTTP or over standard input and output.

use axum::Router;
use axum::routing::get;
use clap::Args;
use taskwire_mcp::TaskServer;
use tracing::info;

use super::serve::{AllInOne, ensure_token};
use crate::data;
use crate::defaults::MCP_PORT;
use crate::wiring::Parts;

#[derive(Args)]
pub(crate) struct Options {
    /// Serve one client over standard input and output, as MCP hosts start it
    #[arg(long)]
    stdio: bool,
}

pub(crate) async fn run(parts: Parts, options: Options) -> anyhow::Result<()> {
    if options.stdio {
        return stdio(parts).await;
    }
    let (listener, address) = parts.bind(MCP_PORT).await?;
    let client = parts.remote_api()?;
    info!(address = %address, api = %parts.settings.api_url()?, "MCP server listening");
    let router = parts
        .mcp(client)
        .merge(Router::new().route("/healthz", get(|| async { "ok" })));
    parts.serve(listener, parts.surround(router)).await;
    Ok(())
}

/// Uses the running server if there is one, and otherwise starts the whole service in this process, on the same
/// data folder: an MCP host can start it without anything else running.
async fn stdio(parts: Parts) -> anyhow::Result<()> {
    let folder = parts.settings.data_dir()?;
    let token = parts
        .settings
        .token
        .clone()
        .map(taskwire_client::Secret::new);
    let remote = parts.remote_api()?;
    let running = parts.settings.api_url.is_some() || is_running(&parts).await;
    if running {
        let token = token.or_else(|| data::read_token(&folder)).ok_or_else(|| {
            anyhow::anyhow!(
                "no token found: set TASKWIRE_TOKEN, or start `taskwire serve` once to create one"
            )
        })?;
        taskwire_mcp::serve_stdio(
            TaskServer::fixed(remote.with_token(token)),
            parts.cancel.clone(),
        )
        .await?;
        return Ok(());
    }
    data::prepare(&folder)?;
    let service = AllInOne::start(&parts).await?;
    let own = ensure_token(&parts, &service.client, &service.db).await?;
    let client = service.client.with_token(token.unwrap_or(own));
    taskwire_mcp::serve_stdio(TaskServer::fixed(client), parts.cancel.clone()).await?;
    parts.cancel.cancel();
    service.stop().await;
    Ok(())
}

async fn is_running(parts: &Parts) -> bool {
    let Ok(url) = parts
        .settings
        .api_url()
        .and_then(|url| Ok(url.join("/healthz")?))
    else {
        return false;
    };
    let answer = parts
        .http
        .get(url)
        .timeout(std::time::Duration::from_secs(1))
        .send()
        .await;
    answer.is_ok_and(|answer| answer.status().is_success())
}

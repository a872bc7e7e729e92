//! The MCP server, over HTTP or over standard input and output.

mod entry;
mod entry_json;
mod entry_yaml;
mod hosts;
mod install;

use anyhow::Context;
use axum::Router;
use axum::routing::get;
use clap::Args;
use taskwire_http::PublicUrl;
use taskwire_mcp::TaskServer;
use tracing::info;

use self::entry::Entry;
use self::hosts::Host;
use super::serve::{Backend, ensure_token};
use crate::data;
use crate::defaults::MCP_PORT;
use crate::settings::{
    AccessLogOption, ApiAddress, ChannelOptions, Database, InternalPort, Listening, McpModeOption,
    PublicUrlOption, Retention, ServiceToken, SidecarOptions, UserToken,
};
use crate::wiring::{ApiSettings, Parts};

#[derive(Args)]
pub(crate) struct Options {
    /// Serve one client over standard input and output, as MCP hosts start it
    #[arg(long)]
    stdio: bool,
    /// Write Taskwire into the configuration of an MCP host, which then starts it with --stdio; show the change
    #[arg(long, value_name = "HOST", conflicts_with_all = ["stdio", "uninstall"])]
    install: Option<Host>,
    /// Take it out again
    #[arg(long, value_name = "HOST", conflicts_with = "stdio")]
    uninstall: Option<Host>,
    /// With --install or --uninstall: only show the change
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    mode: McpModeOption,
    #[command(flatten)]
    listening: Listening,
    #[command(flatten)]
    api: ApiAddress,
    #[command(flatten)]
    token: UserToken,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    sidecar: SidecarOptions,
    #[command(flatten)]
    retention: Retention,
    #[command(flatten)]
    channels: ChannelOptions,
    #[command(flatten)]
    internal: InternalPort,
    #[command(flatten)]
    access_log: AccessLogOption,
    #[command(flatten)]
    service: ServiceToken,
    #[command(flatten)]
    public_url: PublicUrlOption,
}

pub(crate) async fn run(parts: Parts, options: Options) -> anyhow::Result<()> {
    if let Some(host) = options.install {
        return install::install(host, &entry(&parts, &options)?, options.dry_run);
    }
    if let Some(host) = options.uninstall {
        return install::uninstall(host, options.dry_run);
    }
    if options.stdio {
        return stdio(parts, options).await;
    }
    let (listener, address) = Parts::bind(&options.listening, MCP_PORT).await?;
    let client = parts.remote_api(&options.api, &options.sidecar)?;
    let mut operations = parts.operations(&options.internal, "taskwire-mcp").await?;
    operations.needs_api(&client);
    let (internal, _) = operations.start();
    info!(address = %address, api = %options.api.url(&parts.installation)?, "MCP server listening");
    let service = options.service.secret(&parts.secrets).await?;
    let public_url = options.public_url.elsewhere();
    if service.is_none() && public_url != PublicUrl::Unknown {
        anyhow::bail!(
            "--public-url needs the same --service-token as the API: tokens of OAuth cannot be checked without it"
        );
    }
    let router = parts
        .mcp(
            client,
            &options.listening,
            options.mode.mode(),
            service,
            public_url,
        )
        .merge(Router::new().route("/healthz", get(|| async { "ok" })));
    let router = parts.with_layers(router, &options.listening, options.access_log.log());
    parts.serve(listener, router).await;
    internal.close().await;
    Ok(())
}

/// How a host starts this program for what the options select.
fn entry(parts: &Parts, options: &Options) -> anyhow::Result<Entry> {
    let mut arguments = vec!["mcp".to_owned(), "--stdio".to_owned()];
    arguments.extend(parts.installation.selected()?);
    if let Some(mode) = options.mode.selected() {
        arguments.extend(["--mcp-mode".to_owned(), mode]);
    }
    if let Some(address) = &options.api.api_url {
        arguments.extend(["--api-url".to_owned(), address.to_string()]);
    }
    Ok(Entry {
        command: install::program()?.display().to_string(),
        arguments,
        token: options.token.configured(),
    })
}

/// Uses the running server if there is one, and otherwise starts the whole service in this process, on the same
/// data folder: an MCP host can start it without anything else running.
async fn stdio(parts: Parts, options: Options) -> anyhow::Result<()> {
    let remote = parts.remote_api(&options.api, &options.sidecar)?;
    let running = options.api.api_url.is_some() || is_running(&parts, &options.api).await;
    if running {
        let token = options.token.find(&parts.installation)?.context(
            "no token found: set TASKWIRE_TOKEN, or start `taskwire serve` once to create one",
        )?;
        let address = options.api.url(&parts.installation)?;
        let server = TaskServer::fixed(remote.with_token(token))
            .with_mode(options.mode.mode())
            .with_state_key(parts.state_key(None))
            .with_server(address.as_str().trim_end_matches('/'));
        taskwire_mcp::serve_stdio(server, parts.cancel.clone()).await?;
        return Ok(());
    }
    // Everything that `serve` runs except servers with a port: nobody else can reach it.
    data::prepare(&parts.installation.data_dir()?)?;
    let settings = ApiSettings {
        limits: taskwire_api::Limits::default(),
        retention: options.retention.ages(),
        access_log: options.access_log.log(),
        sign_up: taskwire_api::SignUp::Closed,
        oauth: taskwire_api::OAuth::default(),
        notify: options.channels.notify(&PublicUrl::Unknown, None),
        hosts: Vec::new(),
    };
    let operations = parts
        .operations(&InternalPort::default(), "taskwire-mcp")
        .await?;
    let (db, _) = parts.open_migrated(&options.database).await?;
    let backend = Backend::start(&parts, db, None, settings, &options.channels, operations).await?;
    let own = ensure_token(&parts, &backend).await?;
    let token = options.token.configured().unwrap_or(own);
    let client = backend.client.with_token(token);
    let server = TaskServer::fixed(client)
        .with_mode(options.mode.mode())
        .with_state_key(parts.state_key(None));
    taskwire_mcp::serve_stdio(server, parts.cancel.clone()).await?;
    parts.cancel.cancel();
    backend.stop().await;
    Ok(())
}

async fn is_running(parts: &Parts, api: &ApiAddress) -> bool {
    let Ok(url) = api
        .url(&parts.installation)
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

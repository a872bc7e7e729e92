//! Everything in one process.

use clap::Args;
use jiff::SignedDuration;
use taskwire_api::{Api, admin};
use taskwire_chat::TurnState;
use taskwire_client::{Client, Secret, SharedSecret};
use taskwire_consumers::Deps;
use taskwire_domain::Zone;
use taskwire_store::Db;
use tracing::info;

use crate::data;
use crate::defaults::{LOCAL_USER, PORT};
use crate::listen::Origin;
use crate::logging::print_line;
use crate::settings::{
    AccessLogOption, ChannelOptions, Database, InternalPort, Listening, McpModeOption, Migration,
    ModelOptions, OAuthOptions, PublicUrlOption, RateLimits, Retention, ServiceToken, SignUpOption,
};
use crate::wiring::{ApiSettings, InternalServer, Operations, Parts};

/// How long the printed link is valid.
const LINK: SignedDuration = SignedDuration::from_hours(1);

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    listening: Listening,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    migration: Migration,
    #[command(flatten)]
    service: ServiceToken,
    #[command(flatten)]
    limits: RateLimits,
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
    model: ModelOptions,
    #[command(flatten)]
    mcp_mode: McpModeOption,
    #[command(flatten)]
    internal: InternalPort,
    #[command(flatten)]
    access_log: AccessLogOption,
}

/// The API and the consumers in this process.
pub(crate) struct Backend {
    /// Calls the API without a socket.
    pub(crate) client: Client,
    /// The credential of the services in this process.
    service: SharedSecret,
    api: Api,
    consumers: tokio::task::JoinHandle<()>,
    internal: InternalServer,
    db: Db,
}

impl Backend {
    /// Starts the API on the database, and the consumers with it.
    pub(crate) async fn start(
        parts: &Parts,
        db: Db,
        service: Option<SharedSecret>,
        settings: ApiSettings,
        channels: &ChannelOptions,
        operations: Operations,
    ) -> anyhow::Result<Self> {
        let sender = channels.sender(parts.clock.clone())?;
        let service = service.unwrap_or_else(|| {
            Secret::new(taskwire_api::generate_secret(&parts.ids, "svc_")).into()
        });
        let (api, internal) = parts
            .api(&db, Some(service.clone()), settings, operations)
            .await?;
        let client = Client::in_process(taskwire_api::router(api.clone()));
        let consumers = tokio::spawn(taskwire_consumers::run_all(Deps {
            db: db.clone(),
            client: client.with_token(service.clone()),
            clock: parts.clock.clone(),
            cancel: parts.cancel.clone(),
            sender: Some(sender),
            seed: parts.seed(),
        }));
        Ok(Self {
            client,
            service,
            api,
            consumers,
            internal,
            db,
        })
    }

    /// Stops the tasks that run next to a server.
    pub(crate) async fn stop(self) {
        let _ = self.consumers.await;
        self.internal.close().await;
        self.db.close().await;
    }
}

pub(crate) async fn run(parts: Parts, options: Options) -> anyhow::Result<()> {
    let public_url = options.public_url.here();
    let oauth = options.oauth.settings(public_url.clone())?;
    let folder = parts.installation.data_dir()?;
    data::prepare(&folder)?;
    // Both before anything is written: a second server must not change the first one's data.
    let lock = data::lock(&folder).await?;
    let listening = &options.listening;
    let (listener, address) = Parts::bind(listening, PORT).await?;
    let operations = parts.operations(&options.internal, "taskwire").await?;
    let service = options.service.secret(&parts.secrets).await?;
    let limits = if listening.listen().is_loopback() {
        options.limits.on_loopback()
    } else {
        options.limits.shared()
    };
    let settings = ApiSettings {
        limits,
        retention: options.retention.ages(),
        access_log: options.access_log.log(),
        sign_up: options.sign_up.sign_up(),
        oauth,
        notify: options
            .channels
            .notify(&public_url, Some(format!("http://{address}"))),
        hosts: listening.hosts(),
    };
    let db = parts
        .open_for_server(&options.database, options.migration)
        .await?;
    let backend =
        Backend::start(&parts, db, service, settings, &options.channels, operations).await?;
    let client = &backend.client;
    let tools = Parts::tools_in_process(client.clone());
    let chat = parts
        .chat(client.clone(), tools, &options.model, TurnState::Memory)
        .await?;
    let others = parts
        .mcp(
            client.clone(),
            listening,
            options.mcp_mode.mode(),
            Some(backend.service.clone()),
            public_url,
        )
        .merge(taskwire_chat::router(chat.clone()));
    let router = taskwire_api::router_with(backend.api.clone(), others);
    ensure_token(&parts, &backend).await?;
    lock.announce(&address)?;
    greet(&parts, &backend, &address).await?;
    let database = parts.place(&options.database).await?;
    info!(database, address = %address, "Listening");
    parts.serve(listener, router).await;
    chat.shutdown().await;
    backend.stop().await;
    Ok(())
}

/// Tells the person who started the server how to use it.
async fn greet(parts: &Parts, backend: &Backend, address: &Origin) -> anyhow::Result<()> {
    let now = parts.clock.now();
    let code = admin::sign_in_code(&backend.db, &parts.ids, now, LOCAL_USER, LINK).await?;
    print_line(&format!(
        "Taskwire is ready. Open this link, which works once:\n\n  http://{address}/#code={}\n",
        code.expose()
    ));
    print_line(&format!(
        "MCP clients:  http://{address}/mcp   (token in {})",
        data::token_file(&parts.installation.data_dir()?).display()
    ));
    print_line(&format!("REST:         http://{address}/docs"));
    Ok(())
}

/// Ensures that the local user exists and that the token in the data folder works.
pub(crate) async fn ensure_token(parts: &Parts, backend: &Backend) -> anyhow::Result<Secret> {
    let folder = parts.installation.data_dir()?;
    // One process creates the token, and others that start at the same moment find it.
    let _lock = data::lock_token(&folder).await?;
    let now = parts.clock.now();
    let Backend { client, db, .. } = backend;
    admin::ensure_user(db, &parts.ids, now, LOCAL_USER, &system_zone()).await?;
    if let Some(token) = data::read_token(&folder)
        && client.with_token(token.clone()).session().await.is_ok()
    {
        return Ok(token);
    }
    let token = admin::create_token(db, &parts.ids, now, LOCAL_USER, "token file", None).await?;
    data::write_token(&folder, &token)?;
    Ok(token)
}

/// The zone of this machine, as the initial zone of its user; the page and the API can change it.
fn system_zone() -> Zone {
    jiff::tz::TimeZone::try_system()
        .ok()
        .and_then(|zone| Zone::parse(zone.iana_name()?).ok())
        .unwrap_or_else(Zone::utc)
}

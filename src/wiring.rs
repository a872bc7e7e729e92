//! Wires the parts together.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::http::HeaderMap;
use rand::SeedableRng;
use rand::rngs::{StdRng, SysRng};
use taskwire_api::{Api, Schedule};
use taskwire_chat::{Chat, ChatConfig, Gemini, Limits, Model, ToolServer, TurnState};
use taskwire_client::{Client, SharedSecret};
use taskwire_consumers::{Consumer, Measured, RelayDeps, relay, supervise};
use taskwire_domain::{Clock, Ids, SystemClock};
use taskwire_http::{
    AccessLog, BodyLimits, ConnectionLimits, LayerOptions, PublicUrl, Upstream, forward,
};
use taskwire_mcp::{HttpOptions, Mode, StateKey, TaskServer};
use taskwire_messaging::dapr::{Publisher, Sidecar};
use taskwire_store::Db;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::info;

use crate::listen::Origin;
use crate::settings::{
    ApiAddress, BusOptions, ChatAddress, Installation, Listening, McpAddress, ModelOptions,
    Secrets, SidecarOptions, http_client,
};

mod database;
mod operations;
mod signals;

pub(crate) use operations::{InternalServer, Operations};

/// Longest pause in a response of a process behind the API; its streams send something every 15 seconds.
const UPSTREAM_READ_TIMEOUT: Duration = Duration::from_mins(1);
/// The resources that all parts share.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) installation: Installation,
    /// What is read again while the program runs.
    pub(crate) secrets: Secrets,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<Ids>,
    /// One client: one pool, one CA store, one set of timeouts.
    pub(crate) http: reqwest::Client,
    /// Cancelled by SIGINT and SIGTERM.
    pub(crate) cancel: CancellationToken,
}

/// The settings of an API.
pub(crate) struct ApiSettings {
    pub(crate) limits: taskwire_api::Limits,
    pub(crate) retention: taskwire_api::Retention,
    pub(crate) access_log: AccessLog,
    pub(crate) sign_up: taskwire_api::SignUp,
    pub(crate) oauth: taskwire_api::OAuth,
    pub(crate) notify: taskwire_api::Notify,
    /// Host names that it accepts.
    pub(crate) hosts: Vec<String>,
}

impl Parts {
    /// Prepares what every part shares.
    pub(crate) fn new(installation: Installation) -> anyhow::Result<Self> {
        let rng = StdRng::try_from_rng(&mut SysRng)
            .context("the system's random number generator is not available")?;
        let http = http_client(HeaderMap::new())?;
        let cancel = CancellationToken::new();
        signals::survive_file_size_limit();
        tokio::spawn(signals::stop_on_signal(cancel.clone()));
        Ok(Self {
            installation,
            secrets: Secrets::new(cancel.clone()),
            clock: Arc::new(SystemClock),
            ids: Arc::new(Ids::new(rng)),
            http,
            cancel,
        })
    }

    /// Starts the API on a database, and the internal port.
    pub(crate) async fn api(
        &self,
        db: &Db,
        service: Option<SharedSecret>,
        settings: ApiSettings,
        mut operations: Operations,
    ) -> anyhow::Result<(Api, InternalServer)> {
        let started = Arc::<OnceLock<Api>>::default();
        operations.needs_database_of(Arc::clone(&started), db);
        operations.measure_log(self, db, Measured::All);
        let is_public = !operations.has_port();
        let (internal, scrape) = operations.start();
        let api = Api::start(taskwire_api::Config {
            db: db.clone(),
            clock: Arc::clone(&self.clock),
            ids: Arc::clone(&self.ids),
            service,
            hosts: settings.hosts,
            limits: settings.limits,
            access_log: settings.access_log,
            consumers: Consumer::ALL.iter().map(|one| one.as_str()).collect(),
            retention: settings.retention,
            sign_up: settings.sign_up,
            oauth: settings.oauth,
            notify: settings.notify,
            scrape: is_public.then_some(scrape),
            shutdown: self.cancel.clone(),
        })
        .await
        .context("cannot start the API")?;
        let _ = started.set(api.clone());
        let housekeeper = api.clone();
        let cancel = self.cancel.clone();
        tokio::spawn(async move {
            supervise("housekeeping", &cancel, || {
                let api = housekeeper.clone();
                async move { api.housekeep(Schedule::default()).await }
            })
            .await;
        });
        self.forward_commit_notifications(db);
        Ok((api, internal))
    }

    /// Forwards notifications of commits between processes. On SQLite other processes poll.
    pub(crate) fn forward_commit_notifications(&self, db: &Db) {
        if !db.forwards_notifications() {
            return;
        }
        let (db, cancel) = (db.clone(), self.cancel.clone());
        tokio::spawn(async move {
            supervise("commit notifications", &cancel, || {
                let db = db.clone();
                async move { db.forward_notifications().await }
            })
            .await;
        });
    }

    /// Receives what other processes say of requested replays, in a process that reads no events from the database.
    pub(crate) fn receive_replays(&self, db: &Db) {
        if !db.forwards_notifications() {
            return;
        }
        let (db, cancel) = (db.clone(), self.cancel.clone());
        tokio::spawn(async move {
            supervise("notifications of replays", &cancel, || {
                let db = db.clone();
                async move { db.receive_replays().await }
            })
            .await;
        });
    }

    /// The API of another process.
    pub(crate) fn remote_api(
        &self,
        api: &ApiAddress,
        sidecar: &SidecarOptions,
    ) -> anyhow::Result<Client> {
        let (url, headers) = sidecar.target(api.url(&self.installation)?)?;
        Ok(Client::http(url, self.http_with(headers)?))
    }

    /// The HTTP client whose requests carry these headers.
    pub(crate) fn http_with(&self, headers: HeaderMap) -> anyhow::Result<reqwest::Client> {
        if headers.is_empty() {
            return Ok(self.http.clone());
        }
        http_client(headers)
    }

    /// Publishes the event log through the sidecar until `cancel`, while no other process does. `address` is that of
    /// this process, for people.
    pub(crate) fn start_relay(
        &self,
        db: &Db,
        bus: &BusOptions,
        sidecar: Sidecar,
        address: &str,
        cancel: &CancellationToken,
    ) -> JoinHandle<()> {
        let publisher = Publisher::new(sidecar, &bus.pubsub);
        let deps = RelayDeps {
            db: db.clone(),
            publisher,
            clock: Arc::clone(&self.clock),
            cancel: cancel.clone(),
            seed: self.seed(),
            // In a cluster all pods listen at the same address.
            holder: format!("{} ({address})", machine()),
        };
        let cancel = cancel.clone();
        tokio::spawn(async move {
            supervise("relay of events", &cancel, || relay(deps.clone())).await;
        })
    }

    /// A random number that decides the jitter of pauses.
    pub(crate) fn seed(&self) -> u64 {
        let mut seed = [0; 8];
        self.ids.fill(&mut seed);
        u64::from_le_bytes(seed)
    }

    /// The key that authenticates what MCP clients send back with a confirmation. Without the credential of the services
    /// it is that of this process alone.
    pub(crate) fn state_key(&self, service: Option<&SharedSecret>) -> StateKey {
        service.map_or_else(
            || {
                let mut key = [0; 32];
                self.ids.fill(&mut key);
                key.into()
            },
            |service| service.clone().into(),
        )
    }

    /// The MCP endpoint.
    pub(crate) fn mcp(
        &self,
        client: Client,
        listening: &Listening,
        mode: Mode,
        service: Option<SharedSecret>,
        public_url: PublicUrl,
    ) -> Router {
        let mut allowed_origins: Vec<String> =
            ["http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*"]
                .into_iter()
                .map(Into::into)
                .collect();
        for host in &listening.allowed_host {
            // On any port: the API may forward the request from a port other than the one on which this process
            // listens.
            allowed_origins.push(format!("https://{host}:*"));
            allowed_origins.push(format!("http://{host}:*"));
        }
        taskwire_mcp::router(
            client,
            HttpOptions {
                allowed_hosts: listening.hosts(),
                allowed_origins,
                mode,
                state_key: Some(self.state_key(service.as_ref())),
                service,
                public_url,
                clock: Some(Arc::clone(&self.clock)),
                cancel: self.cancel.clone(),
            },
        )
    }

    /// The chat over an API and an MCP server.
    pub(crate) async fn chat(
        &self,
        client: Client,
        tools: ToolServer,
        model: &ModelOptions,
        turn_state: TurnState,
    ) -> anyhow::Result<Chat> {
        let model = Gemini::new(
            model.config(&self.secrets).await?,
            self.http.clone(),
            Arc::clone(&self.clock),
            Arc::clone(&self.ids),
        )
        .context("cannot use the model's configuration")?;
        if model.is_none() {
            info!(
                "No model key is configured: the chat understands only simple commands. Set GEMINI_API_KEY to use a model"
            );
        }
        Ok(Chat::new(ChatConfig {
            client,
            tools,
            model: model.map(|model| Arc::new(model) as Arc<dyn Model>),
            clock: Arc::clone(&self.clock),
            ids: Arc::clone(&self.ids),
            limits: Limits::default(),
            turn_state,
        }))
    }

    /// Tools from an MCP server in this process.
    pub(crate) fn tools_in_process(client: Client) -> ToolServer {
        ToolServer::InProcess(Arc::new(move |token| {
            taskwire_mcp::serve_duplex(TaskServer::fixed(client.with_token(token)))
        }))
    }

    /// The routes that the API forwards to the processes that serve the chat and MCP.
    pub(crate) fn upstream_routes(
        mcp: &McpAddress,
        chat: &ChatAddress,
        sidecar: &SidecarOptions,
    ) -> anyhow::Result<Router> {
        let http = |headers| {
            taskwire_http::client(UPSTREAM_READ_TIMEOUT, headers)
                .context("cannot prepare the HTTP client")
        };
        let (endpoint, mcp_headers) = sidecar.target(mcp.url()?)?;
        let (base, chat_headers) = sidecar.target(chat.url()?)?;
        let mcp = Upstream {
            name: "mcp",
            title: "The MCP server",
            path: Some(endpoint.path().to_owned()),
            base: endpoint,
            http: http(mcp_headers)?,
        };
        let chat = Upstream {
            name: "chat",
            title: "The chat",
            base,
            path: None,
            http: http(chat_headers)?,
        };
        Ok(Router::new()
            .route("/mcp", forward(mcp))
            .route("/api/v1/chat", forward(chat.clone()))
            .route("/api/v1/chat/{*rest}", forward(chat)))
    }

    /// The layers of a part that runs alone, with its responses for unknown paths; the API's router already has both.
    pub(crate) fn with_layers(
        &self,
        router: Router,
        listening: &Listening,
        access_log: AccessLog,
    ) -> Router {
        let with = LayerOptions {
            clock: Arc::clone(&self.clock),
            ids: Arc::clone(&self.ids),
            hosts: listening.hosts().into(),
            body: BodyLimits::default(),
            access_log,
        };
        let router = router
            .fallback(taskwire_http::unknown_path)
            .method_not_allowed_fallback(taskwire_http::unknown_method);
        taskwire_http::with_layers(router, &with)
    }

    /// Binds the address to listen on, with this port if none is configured.
    pub(crate) async fn bind(
        listening: &Listening,
        port: u16,
    ) -> anyhow::Result<(TcpListener, Origin)> {
        let listen = listening.listen();
        let listener = listen.bind(port, "--listen").await?;
        let origin = listen.origin(listener.local_addr()?.port());
        Ok((listener, origin))
    }

    /// Serves until a signal, then waits for requests in progress.
    pub(crate) async fn serve(&self, listener: TcpListener, router: Router) {
        let limits = ConnectionLimits::default();
        taskwire_http::serve(listener, router, limits, self.cancel.clone()).await;
    }
}

/// The name of this machine: in a cluster that of the pod.
fn machine() -> String {
    let system = rustix::system::uname();
    system.nodename().to_string_lossy().into_owned()
}

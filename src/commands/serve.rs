//! Everything in one process.

use jiff::SignedDuration;
use taskwire_api::admin;
use taskwire_client::{Client, Secret};
use taskwire_consumers::Deps;
use taskwire_domain::Zone;
use tracing::info;

use crate::data;
use crate::defaults::{LOCAL_USER, PORT};
use crate::logging::say;
use crate::wiring::{Parts, redacted};

/// How long the printed link works.
const LINK: SignedDuration = SignedDuration::from_hours(1);

/// The whole service in this process.
pub(crate) struct AllInOne {
    /// Calls the API without a socket.
    pub(crate) client: Client,
    /// REST, the page, MCP and the chat.
    pub(crate) router: axum::Router,
    /// Ends the chat's turns.
    pub(crate) chat: taskwire_chat::Chat,
    /// The consumers, running.
    pub(crate) consumers: tokio::task::JoinHandle<()>,
    /// The database.
    pub(crate) db: taskwire_store::Db,
}

impl AllInOne {
    /// Wires everything together and starts the consumers.
    pub(crate) async fn start(parts: &Parts) -> anyhow::Result<Self> {
        let db = parts.database().await?;
        let service = match parts.settings.service_token()? {
            Some(secret) => secret,
            None => Secret::new(taskwire_api::generate_secret(&parts.ids, "svc_")),
        };
        let limits = parts.settings.limits_of_one_machine()?;
        let api = parts.api(&db, Some(service.clone()), limits).await?;
        let client = Client::in_process(taskwire_api::router(api.clone()));
        let chat = parts.chat(client.clone(), Parts::tools_in_process(client.clone()))?;
        let mut seed = [0; 8];
        parts.ids.fill(&mut seed);
        let consumers = tokio::spawn(taskwire_consumers::run_all(Deps {
            db: db.clone(),
            client: client.with_token(service),
            clock: parts.clock.clone(),
            cancel: parts.cancel.clone(),
            seed: u64::from_le_bytes(seed),
        }));
        let others = parts
            .mcp(client.clone())
            .merge(taskwire_chat::router(chat.clone()));
        let router = taskwire_api::router_with(api, others);
        Ok(Self {
            client,
            router,
            chat,
            consumers,
            db,
        })
    }

    /// Ends what runs beside the server.
    pub(crate) async fn stop(self) {
        self.chat.shutdown().await;
        let _ = self.consumers.await;
        self.db.close().await;
    }
}

pub(crate) async fn run(parts: Parts) -> anyhow::Result<()> {
    let folder = parts.settings.data_dir()?;
    data::prepare(&folder)?;
    // Both before anything is written: a second server must not touch the first one's data.
    let lock = data::lock(&folder).await?;
    let (listener, address) = parts.bind(PORT).await?;
    let service = AllInOne::start(&parts).await?;
    ensure_token(&parts, &service.client, &service.db).await?;
    lock.announce(&address)?;
    let code =
        admin::sign_in_code(&service.db, &parts.ids, parts.clock.now(), LOCAL_USER, LINK).await?;
    say(&format!(
        "Taskwire is ready. Open this link, which works once:\n\n  http://{address}/#code={}\n",
        code.expose()
    ));
    say(&format!(
        "MCP clients:  http://{address}/mcp   (token in {})",
        data::token_file(&folder).display()
    ));
    say(&format!("REST:         http://{address}/docs"));
    info!(database = %redacted(&parts.settings.database()?), address = %address, "Listening");
    parts.serve(listener, service.router.clone()).await;
    service.stop().await;
    Ok(())
}

/// Makes sure that the local user is there and that the token in the data folder works.
pub(crate) async fn ensure_token(
    parts: &Parts,
    client: &Client,
    db: &taskwire_store::Db,
) -> anyhow::Result<Secret> {
    let folder = parts.settings.data_dir()?;
    let now = parts.clock.now();
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

/// The zone this machine is in, as a first guess of where its one user is; the page and the API can change it.
fn system_zone() -> Zone {
    jiff::tz::TimeZone::try_system()
        .ok()
        .and_then(|zone| Zone::parse(zone.iana_name()?).ok())
        .unwrap_or_else(Zone::utc)
}

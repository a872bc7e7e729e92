//! The event consumers, as separate processes.

use anyhow::{Context, bail};
use axum::Router;
use axum::routing::get;
use clap::{Args, ValueEnum};
use taskwire_consumers::{Consumer, Deps, Measured, Subscription};
use taskwire_http::BodyLimits;
use taskwire_messaging::dapr::Sidecar;
use taskwire_store::Db;
use tracing::info;

use crate::defaults::CONSUMER_PORT;
use crate::settings::{
    ApiAddress, AppToken, Bus, BusOptions, ChannelOptions, Database, InternalPort, JobOptions,
    Listening, ServiceToken, SidecarOptions,
};
use crate::wiring::{Operations, Parts};

#[derive(Args)]
pub(crate) struct Options {
    /// The consumer
    which: Which,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    api: ApiAddress,
    #[command(flatten)]
    service: ServiceToken,
    #[command(flatten)]
    bus: BusOptions,
    #[command(flatten)]
    sidecar: SidecarOptions,
    #[command(flatten)]
    app_token: AppToken,
    #[command(flatten)]
    jobs: JobOptions,
    #[command(flatten)]
    channels: ChannelOptions,
    #[command(flatten)]
    listening: Listening,
    #[command(flatten)]
    internal: InternalPort,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Which {
    /// Writes the audit log
    Audit,
    /// Creates the next occurrence of a completed one
    Recurrence,
    /// Fires reminders
    Reminder,
    /// All of them
    All,
}

impl Options {
    /// The name of the process in traces.
    pub(crate) fn service_name(&self) -> &'static str {
        match self.which {
            Which::Audit => "taskwire-audit",
            Which::Recurrence => "taskwire-recurrence",
            Which::Reminder => "taskwire-reminder",
            Which::All => "taskwire-consumers",
        }
    }
}

pub(crate) async fn run(parts: Parts, options: Options) -> anyhow::Result<()> {
    let service = options
        .service
        .secret(&parts.secrets)
        .await?
        .context("a consumer needs the same --service-token as the API")?;
    let one = match options.which {
        Which::Audit => Some(Consumer::Audit),
        Which::Recurrence => Some(Consumer::Recurrence),
        Which::Reminder => Some(Consumer::Reminder),
        Which::All => None,
    };
    let client = parts
        .remote_api(&options.api, &options.sidecar)?
        .with_token(service);
    let sends = matches!(options.which, Which::Reminder | Which::All);
    let sender = if sends {
        Some(options.channels.sender(parts.clock.clone())?)
    } else {
        None
    };
    let deps = |db: &Db| Deps {
        db: db.clone(),
        client: client.clone(),
        clock: parts.clock.clone(),
        cancel: parts.cancel.clone(),
        sender: sender.clone(),
        seed: parts.seed(),
    };
    let mut operations = parts
        .operations(&options.internal, options.service_name())
        .await?;
    let jobs = options
        .jobs
        .sidecar(options.bus.bus, &options.sidecar, parts.http.clone())?;
    match (options.bus.bus, one) {
        (Bus::Embedded, one) => {
            let db = parts.open_existing(&options.database).await?;
            parts.forward_commit_notifications(&db);
            operations.needs_database(&db);
            // The audit log calls nobody.
            if one != Some(Consumer::Audit) {
                operations.needs_api(&client);
            }
            let measured = one.map_or(Measured::Consumers, Measured::Consumer);
            operations.measure_log(&parts, &db, measured);
            let (internal, _) = operations.start();
            info!(
                consumer = one.map_or("all", Consumer::as_str),
                "Consumer started"
            );
            match one {
                Some(one) => Box::pin(taskwire_consumers::run(one, deps(&db))).await,
                None => Box::pin(taskwire_consumers::run_all(deps(&db))).await,
            }
            internal.close().await;
            db.close().await;
            Ok(())
        }
        (Bus::Dapr, Some(one)) => {
            behind_sidecar(&parts, &options, one, jobs, deps, operations).await
        }
        (Bus::Dapr, None) => bail!(
            "with --bus dapr each consumer is an app of its own: start `taskwire consumer audit`, `recurrence` and `reminder`"
        ),
    }
}

/// Serves the endpoints for the sidecar, until a signal.
async fn behind_sidecar(
    parts: &Parts,
    options: &Options,
    consumer: Consumer,
    jobs: Option<Sidecar>,
    deps: impl Fn(&Db) -> Deps,
    mut operations: Operations,
) -> anyhow::Result<()> {
    let app_token = options.app_token.secret(&parts.secrets).await?;
    let (listener, address) = Parts::bind(&options.listening, CONSUMER_PORT).await?;
    let db = parts.open_existing(&options.database).await?;
    parts.receive_replays(&db);
    operations.needs_database(&db);
    let sidecar = options.sidecar.sidecar(parts.http.clone())?;
    operations.needs_sidecar(&sidecar);
    operations.needs_pubsub(&sidecar, &options.bus.pubsub);
    let has_port = operations.has_port();
    let (internal, scrape) = operations.start();
    let Subscription { router, background } =
        taskwire_consumers::subscribe(consumer, deps(&db), &options.bus.pubsub, app_token, jobs);
    info!(
        consumer = consumer.as_str(),
        address = %address,
        pubsub = options.bus.pubsub,
        "Consumer listening for its sidecar"
    );
    let mut router = taskwire_http::measured(router);
    if !has_port {
        let metrics = get(move || async move { scrape.response().await });
        router = router.merge(Router::new().route("/metrics", metrics));
    }
    // Its size is limited by the subscriber, which may not refuse a record without a word to the sidecar.
    let limits = BodyLimits {
        max: usize::MAX,
        ..BodyLimits::default()
    };
    let router = taskwire_http::with_body_limits(router, limits);
    parts.serve(listener, router).await;
    background.await?;
    internal.close().await;
    db.close().await;
    Ok(())
}

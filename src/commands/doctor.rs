//! Checks the configuration, and that each part can be reached and works.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use taskwire_store::{Db, Schema, WriteProbe};

use crate::logging::causes;
use crate::settings::ChannelOptions;
use crate::settings::{
    ApiAddress, Bus, BusOptions, ChatAddress, Database, McpAddress, ModelOptions, SidecarOptions,
    StateOptions, UserToken,
};
use crate::wiring::Parts;

mod broker;
mod machine;
mod model;
mod notifications;
mod report;
mod servers;

use report::{Finding, Format, Report, TIMEOUT, within};
use servers::{Part, Server};

/// Longest time of each of the checks that take longer.
const DEEP_LIMIT: Duration = Duration::from_secs(10);
/// Longest time to read a whole file.
const INTEGRITY_LIMIT: Duration = Duration::from_mins(2);

#[derive(Args)]
pub(crate) struct Options {
    /// Check also what takes longer or writes something: the database's log and clock, the sidecar and its components,
    /// the relay, dead letters, the model's key, disk space and permissions
    #[arg(long)]
    deep: bool,
    /// How the results are printed
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    api: ApiAddress,
    #[command(flatten)]
    token: UserToken,
    #[command(flatten)]
    model: ModelOptions,
    #[command(flatten)]
    channels: ChannelOptions,
    #[command(flatten)]
    chat: ChatAddress,
    #[command(flatten)]
    mcp: McpAddress,
    #[command(flatten)]
    bus: BusOptions,
    #[command(flatten)]
    sidecar: SidecarOptions,
    #[command(flatten)]
    state: StateOptions,
}

/// Prints one line per part; fails if something that is configured does not work.
pub(crate) async fn run(parts: Parts, options: Options) -> anyhow::Result<ExitCode> {
    let mut report = Report::new();
    report.add("version", Finding::ok(env!("TASKWIRE_VERSION")));
    report.add("data folder", folder(&parts)?);
    let (finding, db) = database(&parts, &options.database).await?;
    report.add("database", finding);
    let (finding, server) =
        servers::server(&parts, &options.api, &options.sidecar, &options.database).await;
    report.add("server", finding);
    let server = server.as_ref();
    let token = servers::token(&parts, &options.token, server, db.as_ref());
    report.add("token", token.await?);
    for part in [
        Part {
            name: "chat",
            path: "/api/v1/chat",
            configured: options.chat.chat_url.as_ref(),
        },
        Part {
            name: "mcp",
            path: "/mcp",
            configured: options.mcp.mcp_url.as_ref(),
        },
    ] {
        report.add(part.name, part.ask(server).await);
    }
    let model = model::check(&parts, &options.model, options.deep);
    report.add("model", within(DEEP_LIMIT, model).await);
    let mail = notifications::mail(&options.channels);
    report.add("e-mail", within(DEEP_LIMIT, mail).await);
    if let Some(db) = &db {
        let push = notifications::push(db);
        report.add("web push", within(DEEP_LIMIT, push).await);
    }
    if options.deep {
        deep(&parts, &options, db.as_ref(), server, &mut report).await?;
    }
    if let Some(db) = db {
        db.close().await;
    }
    report.print(options.format)?;
    Ok(if report.is_healthy() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// What takes longer or writes something.
async fn deep(
    parts: &Parts,
    options: &Options,
    db: Option<&Db>,
    server: Option<&Server>,
    report: &mut Report,
) -> anyhow::Result<()> {
    let folder = parts.installation.data_dir()?;
    report.add("permissions", machine::permissions(&folder));
    let file = db.and_then(Db::file);
    let place = file.as_deref().and_then(std::path::Path::parent);
    report.add("disk", machine::disk(place.unwrap_or(&folder)));
    let mut inspection = None;
    if let Some(db) = db {
        report.add("migrations", within(DEEP_LIMIT, migrations(db)).await);
        report.add("writes", within(DEEP_LIMIT, writes(db)).await);
        if let Some(file) = &file {
            let whole = within(INTEGRITY_LIMIT, integrity(db, file)).await;
            report.add("integrity", whole);
        }
        let log = async {
            let read = async {
                let mut tx = db.read().await?;
                let events = tx.end_of_events().await? - tx.events_pruned_through().await?;
                Ok::<_, taskwire_store::Error>((tx.inspect().await?, events))
            };
            match read.await {
                Ok((found, events)) => {
                    let finding = machine::log(&found, events);
                    inspection = Some(found);
                    finding
                }
                Err(error) => Finding::bad(error.to_string()),
            }
        };
        report.add("event log", within(DEEP_LIMIT, log).await);
    }
    let clock = machine::clock(parts, inspection.as_ref(), server);
    report.add("clock", within(DEEP_LIMIT, clock).await);
    let expected = broker::Expected {
        place: options.sidecar.place()?,
        pubsub: (options.bus.bus == Bus::Dapr).then_some(&*options.bus.pubsub),
        state: options.state.store(),
    };
    let sidecar = options.sidecar.sidecar(parts.http.clone())?;
    let found = tokio::time::timeout(DEEP_LIMIT, broker::sidecar(&sidecar, &expected)).await;
    let late = || {
        vec![(
            "sidecar",
            Finding::bad(format!("{} does not respond", expected.place)),
        )]
    };
    report.add_all(found.unwrap_or_else(|_| late()));
    if let Some(db) = db {
        let now = parts.clock.now();
        report.add("relay", within(DEEP_LIMIT, broker::relay(db, now)).await);
        report.add("consumers", within(DEEP_LIMIT, broker::consumers(db)).await);
        let letters = broker::dead_letters(db);
        report.add("dead letters", within(DEEP_LIMIT, letters).await);
    }
    Ok(())
}

/// Whether this version and the database have the same migrations.
async fn migrations(db: &Db) -> Finding {
    let known = db.newest_migration();
    match db.schema().await {
        Ok(Schema::Newer(newer)) => Finding::ok(format!(
            "{}, of a newer version; this one ends at {known} and works with it",
            newer.migration
        )),
        Ok(schema) => schema.problem().map_or_else(
            || Finding::ok(format!("{known}, the newest of this version")),
            Finding::bad,
        ),
        Err(error) => Finding::bad(error.to_string()),
    }
}

/// Whether the pages of an SQLite file fit together.
async fn integrity(db: &Db, file: &std::path::Path) -> Finding {
    let name = file.display();
    let damage = async { db.read().await?.damage().await };
    match damage.await {
        Ok(None) => Finding::ok(format!("{name} is whole")),
        Ok(Some(damage)) => Finding::fail(
            format!("{name} is damaged: {damage}"),
            "Stop the server and restore a backup; docs/runbooks/backup-and-restore.md says how",
        ),
        Err(error) => Finding::bad(error.to_string()),
    }
}

/// Whether the database takes large changes. The second one returns the space of the first.
async fn writes(db: &Db) -> Finding {
    let written = async {
        db.check_writes(WriteProbe::Large).await?;
        db.check_writes(WriteProbe::Small).await
    };
    match written.await {
        Ok(()) => Finding::ok("a row was written"),
        Err(error) => Finding::fail(
            error.to_string(),
            "See docs/runbooks/disk-full.md; a replica or a read-only role cannot be written either",
        ),
    }
}

fn folder(parts: &Parts) -> anyhow::Result<Finding> {
    let folder = parts.installation.data_dir()?;
    let place = folder.display().to_string();
    Ok(if folder.is_dir() {
        Finding::ok(place)
    } else {
        Finding::absent(format!("{place} (created at the first start)"))
    })
}

/// The database too, if it can be used.
async fn database(parts: &Parts, database: &Database) -> anyhow::Result<(Finding, Option<Db>)> {
    let place = match parts.place(database).await {
        Ok(place) => place,
        Err(error) => return Ok((Finding::bad(causes(&error)), None)),
    };
    if database.database_url.is_none() && !std::path::Path::new(&place).exists() {
        let finding = Finding::absent(format!("{place} (created at the first start)"));
        return Ok((finding, None));
    }
    let db = match tokio::time::timeout(TIMEOUT, parts.connect(database, false)).await {
        Ok(Ok(db)) => db,
        Ok(Err(error)) => return Ok((Finding::bad(causes(&error)), None)),
        Err(_) => return Ok((Finding::bad(format!("{place} does not respond")), None)),
    };
    let look = async {
        if let Some(why) = db.schema().await?.problem() {
            return Ok(Err(why));
        }
        Ok::<_, taskwire_store::Error>(Ok(db.read().await?.end_of_events().await?))
    };
    Ok(match tokio::time::timeout(DEEP_LIMIT, look).await {
        Ok(Ok(Ok(end))) => (
            Finding::ok(format!("{place} ({}, {end} events)", db.kind())),
            Some(db),
        ),
        Ok(Ok(Err(why))) => (Finding::bad(format!("{place} {why}")), None),
        Ok(Err(error)) => (Finding::bad(format!("{place}: {error}")), None),
        // Somebody else holds a lock.
        Err(_) => {
            let why = format!("{place} did not answer within {DEEP_LIMIT:?}");
            (Finding::bad(why), None)
        }
    })
}

//! Lists, replays and discards events that a consumer gave up on. Works directly on the database, so that
//! it works with any bus, and while other parts are down.

use anyhow::{bail, ensure};
use clap::{Args, Subcommand};
use taskwire_api::dead_letter;
use taskwire_consumers::Consumer;
use taskwire_domain::EventId;
use taskwire_store::{Db, DeadLetter};

use crate::logging::print_line;
use crate::settings::Database;
use crate::wiring::Parts;

/// Dead letters per read.
const PAGE: i64 = 500;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    database: Database,
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// List dead letters, oldest first
    List {
        /// Only those of this consumer: audit, recurrence or reminder
        #[arg(long, value_parser = consumer)]
        consumer: Option<Consumer>,
        /// One JSON object per line
        #[arg(long)]
        json: bool,
    },
    /// Show a dead letter with its event
    Show(Which),
    /// Queue dead letters for replay, after the cause is fixed
    Replay(Selection),
    /// Delete dead letters permanently
    Discard(Selection),
}

#[derive(Args)]
struct Which {
    /// Consumer: audit, recurrence or reminder
    #[arg(value_parser = consumer)]
    consumer: Consumer,
    /// Id of the event, from `list`
    #[arg(value_parser = event_id)]
    event: EventId,
}

/// One dead letter, or all of a consumer.
#[derive(Args)]
struct Selection {
    /// Consumer: audit, recurrence or reminder
    #[arg(value_parser = consumer)]
    consumer: Consumer,
    /// Ids of events, from `list`
    #[arg(value_parser = event_id, conflicts_with = "all")]
    events: Vec<EventId>,
    /// All dead letters of the consumer
    #[arg(long)]
    all: bool,
}

pub(crate) async fn run(parts: Parts, options: Options) -> anyhow::Result<()> {
    let db = parts.open_existing(&options.database).await?;
    match options.action {
        Action::List { consumer, json } => {
            let mut count = 0;
            for letter in all(&db, consumer).await? {
                count += 1;
                print_line(&if json {
                    serde_json::to_string(&dead_letter::view(&letter))?
                } else {
                    line(&letter)
                });
            }
            if count == 0 && !json {
                print_line("There are no dead letters.");
            }
        }
        Action::Show(Which { consumer, event }) => {
            let mut tx = db.read().await?;
            let found = tx.find_dead_letter(consumer.as_str(), event).await?;
            let Some(letter) = found else {
                bail!("no such dead letter; see `taskwire deadletter list`")
            };
            let shown = dead_letter::view_with_event(&letter);
            print_line(&serde_json::to_string_pretty(&shown)?);
        }
        Action::Replay(which) => {
            let now = parts.clock.now();
            let consumer = which.consumer.as_str();
            let events = which.events(&db).await?;
            let mut tx = db.begin().await?;
            for &event in &events {
                ensure!(
                    tx.request_replay(consumer, event, now).await?,
                    "{consumer} has no dead letter {event}; nothing is replayed"
                );
            }
            tx.commit().await?;
            db.announce_replays().await;
            print_line(&format!(
                "{} queued for replay by the {consumer} consumer; those that fail are listed again with their reason.",
                counted(events.len())
            ));
        }
        Action::Discard(which) => {
            let consumer = which.consumer.as_str();
            let events = which.events(&db).await?;
            let mut tx = db.begin().await?;
            for &event in &events {
                ensure!(
                    tx.remove_dead_letter(consumer, event).await?,
                    "{consumer} has no dead letter {event}; nothing is deleted"
                );
            }
            tx.commit().await?;
            print_line(&format!("{} deleted.", counted(events.len())));
        }
    }
    db.close().await;
    Ok(())
}

impl Selection {
    async fn events(self, db: &Db) -> anyhow::Result<Vec<EventId>> {
        if !self.all {
            ensure!(
                !self.events.is_empty(),
                "name events by their ids, from `taskwire deadletter list`, or all of the {} consumer with --all",
                self.consumer.as_str()
            );
            return Ok(self.events);
        }
        let letters = all(db, Some(self.consumer)).await?;
        Ok(letters.into_iter().map(|letter| letter.event).collect())
    }
}

/// Every dead letter, oldest first.
async fn all(db: &Db, consumer: Option<Consumer>) -> anyhow::Result<Vec<DeadLetter>> {
    let mut letters = Vec::new();
    let mut after = None;
    loop {
        let page = db
            .read()
            .await?
            .dead_letters(consumer.map(Consumer::as_str), after, PAGE)
            .await?;
        let Some(last) = page.last() else {
            break;
        };
        after = Some((last.at, last.event));
        letters.extend(page);
    }
    Ok(letters)
}

fn line(letter: &DeadLetter) -> String {
    let replay = match letter.replay_at {
        None => "",
        Some(_) => "  (queued for replay)",
    };
    format!(
        "{}  {:10} {}  {} attempts  {}{replay}",
        letter.at.strftime("%Y-%m-%d %H:%M:%SZ"),
        letter.consumer,
        letter.event,
        letter.attempts,
        letter.error,
    )
}

fn counted(count: usize) -> String {
    match count {
        1 => "1 dead letter".into(),
        _ => format!("{count} dead letters"),
    }
}

fn consumer(text: &str) -> Result<Consumer, &'static str> {
    Consumer::parse(text).ok_or("it must be audit, recurrence or reminder")
}

fn event_id(text: &str) -> Result<EventId, &'static str> {
    text.parse()
        .map_err(|_| "it must be an id from `taskwire deadletter list`")
}

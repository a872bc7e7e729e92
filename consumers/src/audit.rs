//! The audit log: one line per event.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use taskwire_domain::{Clock, EventId};
use taskwire_messaging::{CloudEvent, Delivery, Handler, Handling, Outcome, Topic};
use taskwire_store::{AuditRow, Db, Error, Tx};
use tokio::sync::{Semaphore, oneshot};
use tracing::debug;

use crate::consumer::Consumer;
use crate::outcome;

/// Events handled at the same time: those that arrive during a commit go into the next one.
pub(crate) const CONCURRENCY: usize = 64;
/// Commits at the same time. SQLite has one writer; a remote database needs several to keep up.
const WRITERS: usize = 4;

/// Writes the audit log. Lines of several events commit together: a commit each would take half of SQLite's only
/// writer away from the requests that cause the events.
#[derive(Debug)]
pub struct Audit {
    db: Db,
    clock: Arc<dyn Clock>,
    /// Pending lines, written by the first task that gets a transaction.
    waiting: Mutex<Vec<Line>>,
    writers: Semaphore,
}

#[derive(Debug)]
struct Line {
    event: EventId,
    row: AuditRow,
    answer: oneshot::Sender<Outcome>,
}

impl Audit {
    /// An audit consumer that writes to `db`.
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self {
            db,
            clock,
            waiting: Mutex::default(),
            writers: Semaphore::new(WRITERS),
        }
    }

    async fn record(&self, delivery: &Delivery) -> Outcome {
        let row = match line_of(&delivery.event, delivery.seq) {
            Ok(row) => row,
            Err(reason) => return Outcome::Drop(reason),
        };
        let (answer, answered) = oneshot::channel();
        let line = Line {
            event: delivery.event.id,
            row,
            answer,
        };
        self.waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(line);
        self.write_waiting().await;
        // Already written, perhaps by another task, which may also have been dropped before its commit.
        answered
            .await
            .unwrap_or_else(|_| Outcome::Retry("its commit was cancelled".into()))
    }

    /// Writes all lines that are pending when the transaction begins; often another task has taken them by then.
    async fn write_waiting(&self) {
        let Ok(_writer) = self.writers.acquire().await else {
            return;
        };
        if self.is_nothing_waiting() {
            return;
        }
        let tx = self.db.begin().await;
        let mut lines =
            std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        if lines.is_empty() {
            return;
        }
        // The same order in every process, so that two that write the same events cannot deadlock.
        lines.sort_by_key(|line| line.event);
        let written = match tx {
            Ok(tx) => self.write(tx, &lines).await,
            Err(error) => Err(error),
        };
        match written {
            Ok(()) => {
                debug!(count = lines.len(), "Wrote audit lines");
                for line in lines {
                    let _ = line.answer.send(Outcome::Ack);
                }
            }
            Err(error) if error.is_outage() || lines.len() == 1 => {
                for line in lines {
                    let _ = line.answer.send(outcome::of_store(&error));
                }
            }
            // A line that cannot be written must not prevent the others.
            Err(_) => {
                for line in lines {
                    let written = match self.db.begin().await {
                        Ok(tx) => self.write(tx, std::slice::from_ref(&line)).await,
                        Err(error) => Err(error),
                    };
                    let outcome =
                        written.map_or_else(|error| outcome::of_store(&error), |()| Outcome::Ack);
                    let _ = line.answer.send(outcome);
                }
            }
        }
    }

    fn is_nothing_waiting(&self) -> bool {
        self.waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_empty()
    }

    async fn write(&self, mut tx: Tx, lines: &[Line]) -> Result<(), Error> {
        let now = self.clock.now();
        // Events may arrive after their owner's account was deleted.
        let mut owners = BTreeMap::new();
        for line in lines {
            owners.entry(line.row.owner).or_insert(false);
        }
        for (owner, exists) in &mut owners {
            *exists = tx.hold_user(*owner).await?;
        }
        for line in lines {
            let is_new = tx
                .receive(Consumer::Audit.as_str(), line.event, now)
                .await?;
            if is_new && owners.get(&line.row.owner) == Some(&true) {
                tx.insert_audit(&line.row).await?;
            }
        }
        tx.commit().await
    }
}

fn line_of(event: &CloudEvent, seq: Option<i64>) -> Result<AuditRow, String> {
    let data = event.data().map_err(|error| error.to_string())?;
    let seq = seq.ok_or("its position in the event log is unknown")?;
    Ok(AuditRow::new(
        event.owner,
        seq,
        event.id,
        &event.kind,
        event.time,
        data.clone(),
    ))
}

impl Handler for Audit {
    fn name(&self) -> &'static str {
        Consumer::Audit.as_str()
    }

    fn topics(&self) -> &'static [Topic] {
        Consumer::Audit.topics()
    }

    fn handle<'a>(&'a self, delivery: &'a Delivery) -> Handling<'a> {
        Box::pin(self.record(delivery))
    }
}

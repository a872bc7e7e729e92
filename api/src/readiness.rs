//! Whether the database can be written: what `/readyz` answers.

use std::time::Duration;

use taskwire_store::{Db, Error, Outage};
use tokio::sync::Mutex;
use tokio::time::Instant;

/// How long an answer holds, so that asking often costs nothing.
const KEPT: Duration = Duration::from_secs(1);

/// Asks the database, and keeps the answer for a moment.
#[derive(Debug, Default)]
pub(crate) struct Readiness {
    /// Locked while the database is asked, so that many who ask at once cause one write.
    last: Mutex<Option<Answer>>,
}

#[derive(Debug)]
struct Answer {
    at: Instant,
    outage: Option<(Outage, String)>,
}

impl Readiness {
    /// Why the database cannot be written; none when it can.
    pub(crate) async fn outage(&self, db: &Db) -> Result<Option<(Outage, String)>, Error> {
        let mut last = self.last.lock().await;
        if let Some(answer) = &*last
            && answer.at.elapsed() < KEPT
        {
            return Ok(answer.outage.clone());
        }
        let outage = match db.check_writes().await {
            Ok(()) => None,
            Err(error) => match error.outage() {
                Some(outage) => Some((outage, error.to_string())),
                None => return Err(error),
            },
        };
        *last = Some(Answer {
            at: Instant::now(),
            outage: outage.clone(),
        });
        Ok(outage)
    }
}

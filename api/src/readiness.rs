//! Whether the database can be written, for `/readyz`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use taskwire_store::{Db, Error, Outage, WriteProbe};
use tokio::sync::Mutex;
use tokio::time::Instant;

/// How long a result is cached, so that frequent requests cost nothing.
const CACHE_TTL: Duration = Duration::from_secs(1);

/// Checks the database, and caches the result for a moment.
#[derive(Debug, Default)]
pub(crate) struct Readiness {
    /// Locked while the database is asked, so that many who ask at once cause one write.
    last: Mutex<Option<Answer>>,
    /// A request found the disk full since a large write succeeded. Small writes may still fit then.
    is_disk_full: AtomicBool,
}

#[derive(Debug)]
struct Answer {
    at: Instant,
    outage: Option<(Outage, String)>,
}

impl Readiness {
    /// Notes that a request was refused because the disk is full.
    pub(crate) fn record_full_disk(&self) {
        self.is_disk_full.store(true, Ordering::Relaxed);
    }

    /// Why the database cannot be written; none when it can.
    pub(crate) async fn outage(&self, db: &Db) -> Result<Option<(Outage, String)>, Error> {
        let mut last = self.last.lock().await;
        let was_full = self.is_disk_full.load(Ordering::Relaxed);
        if let Some(answer) = &*last
            && answer.at.elapsed() < CACHE_TTL
            // That small writes fit says nothing about the one that did not.
            && (answer.outage.is_some() || !was_full)
        {
            return Ok(answer.outage.clone());
        }
        let probe = if was_full {
            WriteProbe::Large
        } else {
            WriteProbe::Small
        };
        let outage = match db.check_writes(probe).await {
            Ok(()) => None,
            Err(error) => match error.outage() {
                Some(outage) => Some((outage, error.to_string())),
                None => return Err(error),
            },
        };
        match &outage {
            None if was_full => self.is_disk_full.store(false, Ordering::Relaxed),
            // The probe is a write as well.
            Some((Outage::DiskFull, _)) => self.record_full_disk(),
            _ => {}
        }
        *last = Some(Answer {
            at: Instant::now(),
            outage: outage.clone(),
        });
        Ok(outage)
    }
}

//! Checks that the database accepts writes, for `/readyz`.

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
    /// Locked during the check, so that many requests at once cause one write.
    last: Mutex<Option<Answer>>,
    /// A request has found the disk full, and no large write has succeeded since. Small writes may still fit.
    is_disk_full: AtomicBool,
}

#[derive(Debug)]
struct Answer {
    at: Instant,
    outage: Option<(Outage, String)>,
}

impl Readiness {
    /// Records that a request was refused because the disk is full.
    pub(crate) fn record_full_disk(&self) {
        self.is_disk_full.store(true, Ordering::Relaxed);
    }

    /// Why the database cannot be written; `None` when it can.
    pub(crate) async fn outage(&self, db: &Db) -> Result<Option<(Outage, String)>, Error> {
        let mut last = self.last.lock().await;
        let was_full = self.is_disk_full.load(Ordering::Relaxed);
        if let Some(answer) = &*last
            && answer.at.elapsed() < CACHE_TTL
            // That a small write fits says nothing about the one that did not.
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
            // The probe is a write too.
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

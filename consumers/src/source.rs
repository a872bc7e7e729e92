//! Notes in the database how a consumer gets its events.

use std::time::Duration;

use taskwire_store::{Db, Error};
use tracing::warn;

use crate::consumer::Consumer;

/// Pause before a retry when the database did not respond.
const PAUSE: Duration = Duration::from_secs(1);

/// How a consumer gets its events.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Source {
    /// It reads the log: what it has not read is kept.
    Log,
    /// From a broker, to which the relay publishes: what the relay has not published is kept.
    Broker,
}

/// Notes it at the start of the consumer, when the database responds. It decides which events may be deleted, which are
/// weeks old.
pub(crate) async fn note_source(db: &Db, consumer: Consumer, source: Source) {
    while let Err(error) = note(db, consumer, source).await {
        warn!(consumer = consumer.as_str(), %error, "Cannot note how the consumer gets its events; retrying until the database responds");
        tokio::time::sleep(PAUSE).await;
    }
}

async fn note(db: &Db, consumer: Consumer, source: Source) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    tx.set_follows(consumer.as_str(), source == Source::Log)
        .await?;
    tx.commit().await
}

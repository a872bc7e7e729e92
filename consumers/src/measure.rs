//! Measures how far the event log has been read, for metrics.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use taskwire_domain::{Clock, EventId};
use taskwire_messaging::dapr::Relay;
use taskwire_store::{Db, Error, Tx};
use taskwire_telemetry::metric;

use crate::consumer::Consumer;

/// What a process measures of the event log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Measured {
    /// Everything.
    All,
    /// What waits for the relay.
    Outbox,
    /// What waits for this consumer.
    Consumer(Consumer),
    /// What waits for any consumer.
    Consumers,
}

impl Measured {
    fn has_outbox(self) -> bool {
        matches!(self, Self::All | Self::Outbox)
    }

    fn has_consumer(self, name: &str) -> bool {
        match self {
            Self::All | Self::Consumers => true,
            Self::Outbox => false,
            Self::Consumer(consumer) => consumer.as_str() == name,
        }
    }
}

/// Measures the event log of a database each time it is asked to.
#[derive(Debug)]
pub struct LogMeasure {
    db: Db,
    clock: Arc<dyn Clock>,
    what: Measured,
    /// The consumers that had a lag at the last measurement.
    lagging: Mutex<BTreeSet<String>>,
}

impl LogMeasure {
    /// Measures `what` of the log of `db`.
    pub fn new(db: Db, clock: Arc<dyn Clock>, what: Measured) -> Self {
        Self {
            db,
            clock,
            what,
            lagging: Mutex::default(),
        }
    }

    /// Measures now. What cannot be read keeps its last value.
    pub async fn measure(&self) -> Result<(), Error> {
        let mut tx = self.db.read().await?;
        if self.what == Measured::All {
            for consumer in Consumer::ALL {
                let dead = tx.count_dead_letters(consumer.as_str()).await?;
                metrics::gauge!(metric::DEAD_LETTERS, "consumer" => consumer.as_str())
                    .set(float(dead));
            }
            let overdue = tx.count_overdue_deliveries(self.clock.now()).await?;
            metrics::gauge!(metric::CHANNEL_BACKLOG).set(float(overdue));
        }
        let end = tx.end_of_events().await?;
        let positions = tx.consumer_positions().await?;
        let relay = positions.iter().find(|(name, _)| name == Relay::NAME);
        let published = relay.map(|(_, position)| *position);
        if let Some(published) = published
            && self.what.has_outbox()
        {
            self.measure_outbox(&mut tx, published, end).await?;
        }
        let others = positions.iter().filter(|(name, position)| {
            // A consumer that the relay has passed gets its events from the broker: its position stands still, and only the
            // broker knows how far it is.
            name != Relay::NAME && published.is_none_or(|published| *position >= published)
        });
        let mut lagging = self.lagging.lock().unwrap_or_else(PoisonError::into_inner);
        let mut before = std::mem::take(&mut *lagging);
        for (consumer, position) in others {
            if self.what.has_consumer(consumer) {
                lag(consumer, end - position);
                before.remove(consumer);
                lagging.insert(consumer.clone());
            }
        }
        // Passed by the relay since the last time.
        for consumer in before {
            lag(&consumer, 0);
        }
        Ok(())
    }

    async fn measure_outbox(&self, tx: &mut Tx, published: i64, end: i64) -> Result<(), Error> {
        let oldest = tx.first_event_after(published).await?;
        let age = oldest.map_or(SignedDuration::ZERO, |event| age(event, self.clock.now()));
        metrics::gauge!(metric::OUTBOX_EVENTS).set(float(end - published));
        metrics::gauge!(metric::OUTBOX_OLDEST_AGE).set(age.as_secs_f64());
        Ok(())
    }
}

fn lag(consumer: &str, events: i64) {
    metrics::gauge!(metric::CONSUMER_LAG_EVENTS, "consumer" => consumer.to_owned())
        .set(float(events));
}

/// A gauge is a float, which is exact up to 2^53; counts stay far below.
fn float(count: i64) -> f64 {
    f64::from(u32::try_from(count.max(0)).unwrap_or(u32::MAX))
}

/// The age of an event: its id contains the time (UUID version 7).
fn age(event: EventId, now: Timestamp) -> SignedDuration {
    let made = event.0.get_timestamp().and_then(|at| {
        let (seconds, nanoseconds) = at.to_unix();
        Timestamp::new(
            i64::try_from(seconds).ok()?,
            i32::try_from(nanoseconds).ok()?,
        )
        .ok()
    });
    made.map_or(SignedDuration::ZERO, |made| now.duration_since(made))
        .max(SignedDuration::ZERO)
}

#[cfg(test)]
mod tests {
    use uuid::{NoContext, Timestamp as Made, Uuid};

    use super::*;

    #[test]
    fn an_event_is_as_old_as_its_id() {
        let now: Timestamp = "2026-12-01T09:00:00Z".parse().unwrap();
        let made = |seconds| EventId(Uuid::new_v7(Made::from_unix(NoContext, seconds, 0)));
        let seconds = now.as_second().unsigned_abs();
        assert_eq!(age(made(seconds - 90), now), SignedDuration::from_secs(90));
        // The clock was set back.
        assert_eq!(age(made(seconds + 5), now), SignedDuration::ZERO);
        assert_eq!(age(EventId(Uuid::nil()), now), SignedDuration::ZERO);
    }
}

//! Failures and dead letters of a consumer behind a broker, in the database.

use std::sync::Arc;
use std::time::Duration;

use taskwire_domain::{Clock, EventId, UserId};
use taskwire_messaging::CloudEvent;
use taskwire_messaging::dapr::{
    FailureStore, FailureStoreError, FailureStoreFuture, Undeliverable,
};
use taskwire_store::{Db, DeadLetter, Error, RecordPlace};
use uuid::Uuid;

use crate::consumer::Consumer;

/// Longest wait for the database when the sidecar checks whether deliveries can be handled; the sidecar has a timeout
/// of its own.
const CHECK_TIMEOUT: Duration = Duration::from_millis(400);

/// Failures and dead letters of one consumer, in the database.
#[derive(Debug)]
pub(crate) struct DbFailureStore {
    db: Db,
    consumer: Consumer,
    clock: Arc<dyn Clock>,
}

impl DbFailureStore {
    pub(crate) fn new(db: Db, consumer: Consumer, clock: Arc<dyn Clock>) -> Self {
        Self {
            db,
            consumer,
            clock,
        }
    }

    async fn count(&self, event: &CloudEvent, reason: &str) -> Result<u32, Error> {
        let mut tx = self.db.begin().await?;
        let consumer = self.consumer.as_str();
        let attempts = tx
            .delivery_failed(consumer, event.id, reason, self.clock.now())
            .await?;
        tx.commit().await?;
        Ok(attempts)
    }

    async fn insert_dead_letter(&self, record: Undeliverable) -> Result<(), Error> {
        let consumer = self.consumer.as_str();
        let mut tx = self.db.begin().await?;
        let failures = tx.delivery_failures(consumer, record.event).await?;
        let (attempts, error) = failures.map_or((0, record.reason), |failures| {
            (failures.attempts, failures.error)
        });
        tx.insert_dead_letter(&DeadLetter {
            consumer: consumer.into(),
            event: record.event,
            owner: record.owner.unwrap_or(UserId(Uuid::nil())),
            seq: record.seq.unwrap_or(0),
            attempts,
            error,
            payload: record.payload,
            at: self.clock.now(),
            replay_at: None,
            place: Some(RecordPlace {
                topic: record.place.topic,
                partition: record.place.partition,
                offset: record.place.offset,
            }),
        })
        .await?;
        tx.forget_failures(consumer, record.event).await?;
        tx.commit().await
    }

    async fn check_readable(&self) -> Result<(), Error> {
        let mut tx = self.db.read().await?;
        tx.consumer_position(self.consumer.as_str()).await.map(drop)
    }
}

fn store_error(error: &Error) -> FailureStoreError {
    FailureStoreError(error.to_string())
}

impl FailureStore for DbFailureStore {
    fn count_failure<'a>(
        &'a self,
        event: &'a CloudEvent,
        reason: &'a str,
    ) -> FailureStoreFuture<'a, u32> {
        Box::pin(async move {
            self.count(event, reason)
                .await
                .map_err(|error| store_error(&error))
        })
    }

    fn forget_failures(&self, event: EventId) -> FailureStoreFuture<'_, ()> {
        Box::pin(async move {
            let forget = async {
                let mut tx = self.db.begin().await?;
                tx.forget_failures(self.consumer.as_str(), event).await?;
                tx.commit().await
            };
            forget.await.map_err(|error: Error| store_error(&error))
        })
    }

    fn dead_letter(&self, record: Undeliverable) -> FailureStoreFuture<'_, ()> {
        Box::pin(async move {
            self.insert_dead_letter(record)
                .await
                .map_err(|error| store_error(&error))
        })
    }

    fn check(&self) -> FailureStoreFuture<'_, ()> {
        Box::pin(async move {
            match tokio::time::timeout(CHECK_TIMEOUT, self.check_readable()).await {
                Ok(answer) => answer.map_err(|error| store_error(&error)),
                Err(_) => Err(FailureStoreError(
                    "the database did not respond in time".into(),
                )),
            }
        })
    }
}

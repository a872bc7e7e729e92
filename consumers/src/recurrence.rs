//! Creates the next occurrence of a series after one has ended.

use std::sync::Arc;
use std::time::Duration;

use taskwire_client::{Claim, Client};
use taskwire_domain::{Clock, TaskId, Trace, TraceParent, Via};
use taskwire_messaging::{CloudEvent, Delivery, Handler, Handling, Outcome, Topic};
use taskwire_store::{Db, Error};
use tracing::{debug, info};

use crate::consumer::Consumer;
use crate::outcome;

/// Longest wait for the API's response: less than a handler may take, because a hanging API is not the event's fault.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(8);

/// Asks the API to advance a series. The API does so once per completed occurrence; the event's id is the key of the
/// request, so a repeated delivery gets the first response.
#[derive(Debug)]
pub struct RecurrenceConsumer {
    db: Db,
    client: Client,
    clock: Arc<dyn Clock>,
}

impl RecurrenceConsumer {
    /// A consumer that asks through `client`, which must have the service credential.
    pub fn new(db: Db, client: &Client, clock: Arc<dyn Clock>) -> Self {
        let client = client.with_claim(Claim {
            via: Some(Via::Consumer),
            client: Some("taskwire-recurrence".into()),
            ..Claim::default()
        });
        Self { db, client, clock }
    }

    async fn advance(&self, event: &CloudEvent) -> Outcome {
        let completed = match event.data() {
            // The completed task; its successor has a different id.
            Ok(data) => data.after.as_ref().or(data.before.as_ref()),
            Err(error) => return Outcome::Drop(error.to_string()),
        };
        let Some(completed) = completed else {
            return Outcome::Drop("it names no task".into());
        };
        match self.is_known(event).await {
            Ok(false) => {}
            Ok(true) => {
                debug!("Event was handled before");
                return Outcome::Ack;
            }
            Err(error) => return outcome::of_store(&error),
        }
        let task = TaskId(completed.id);
        // The next occurrence belongs to the trace in which this one was completed.
        let client = self.client.on_behalf_of(event.owner).with_trace(Trace {
            traceparent: event.traceparent.as_deref().and_then(TraceParent::parse),
            ..Trace::default()
        });
        let key = event.id.to_string();
        let answer = tokio::time::timeout(ANSWER_TIMEOUT, client.advance_series(task, &key)).await;
        let Ok(answer) = answer else {
            return Outcome::Unavailable("the API did not respond in time".into());
        };
        match answer {
            Ok(Some(next)) => {
                info!(task.id = %task, next.id = %next.id, "Created the next occurrence");
            }
            Ok(None) => debug!(task.id = %task, "Series has no next occurrence"),
            Err(error) => match self.is_owner_gone(event, &error).await {
                // The account was deleted, and its series with it.
                Ok(true) => {}
                Ok(false) => return outcome::of_client(&error),
                Err(error) => return outcome::of_store(&error),
            },
        }
        match self.remember(event).await {
            Ok(()) => Outcome::Ack,
            Err(error) => outcome::of_store(&error),
        }
    }

    async fn is_known(&self, event: &CloudEvent) -> Result<bool, Error> {
        let mut tx = self.db.read().await?;
        tx.was_received(Consumer::Recurrence.as_str(), event.id)
            .await
    }

    /// Whether the API refused because the owner's account was deleted.
    async fn is_owner_gone(
        &self,
        event: &CloudEvent,
        refusal: &taskwire_client::Error,
    ) -> Result<bool, Error> {
        if refusal.status() != Some(404) {
            return Ok(false);
        }
        let mut tx = self.db.read().await?;
        Ok(tx.find_user(event.owner).await?.is_none())
    }

    async fn remember(&self, event: &CloudEvent) -> Result<(), Error> {
        let mut tx = self.db.begin().await?;
        tx.receive(Consumer::Recurrence.as_str(), event.id, self.clock.now())
            .await?;
        tx.commit().await
    }
}

impl Handler for RecurrenceConsumer {
    fn name(&self) -> &'static str {
        Consumer::Recurrence.as_str()
    }

    fn topics(&self) -> &'static [Topic] {
        Consumer::Recurrence.topics()
    }

    fn handle<'a>(&'a self, delivery: &'a Delivery) -> Handling<'a> {
        Box::pin(self.advance(&delivery.event))
    }
}

//! Dead letters, for operators with a token that has the scope `admin`.

use taskwire_domain::contract::{DeadLetterQuery, DeadLetterView, Page};
use uuid::Uuid;

use crate::{Client, Error};

impl Client {
    /// The events that consumers gave up on, of all users, oldest first.
    pub async fn list_dead_letters(
        &self,
        query: &DeadLetterQuery,
    ) -> Result<Page<DeadLetterView>, Error> {
        self.get("/dead-letters").query(query)?.send().await
    }

    /// One dead letter with its event.
    pub async fn get_dead_letter(
        &self,
        consumer: &str,
        event: Uuid,
    ) -> Result<DeadLetterView, Error> {
        self.get(&path(consumer, event, "")).send().await
    }

    /// Has the consumer handle it again.
    pub async fn replay_dead_letter(
        &self,
        consumer: &str,
        event: Uuid,
        key: Option<&str>,
    ) -> Result<DeadLetterView, Error> {
        self.post(&path(consumer, event, "/replay"))
            .idempotency_key(key)
            .send()
            .await
    }

    /// Discards it. It cannot be handled again.
    pub async fn discard_dead_letter(
        &self,
        consumer: &str,
        event: Uuid,
        key: Option<&str>,
    ) -> Result<(), Error> {
        self.delete(&path(consumer, event, ""))
            .idempotency_key(key)
            .send_empty()
            .await
    }
}

fn path(consumer: &str, event: Uuid, action: &str) -> String {
    let segment: String = url::form_urlencoded::byte_serialize(consumer.as_bytes()).collect();
    format!(
        "/dead-letters/{}/{event}{action}",
        segment.replace('+', "%20")
    )
}

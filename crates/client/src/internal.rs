//! Requests of Taskwire's own consumers; refused without the service credential.

use taskwire_domain::TaskId;
use taskwire_domain::contract::{FiredReminders, TaskView};

use crate::{Client, Error};

impl Client {
    /// Creates the successor of a completed occurrence, once; `None` if the series has ended, or if the occurrence is
    /// no longer completed or already has its successor.
    pub async fn advance_series(
        &self,
        completed: TaskId,
        key: &str,
    ) -> Result<Option<TaskView>, Error> {
        self.post(&format!("/internal/tasks/{completed}/advance"))
            .idempotency_key(Some(key))
            .send()
            .await
    }

    /// Fires the due reminders of all users, at most one batch.
    pub async fn fire_reminders(&self) -> Result<FiredReminders, Error> {
        self.post("/internal/reminders/fire").send().await
    }
}

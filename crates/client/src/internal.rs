//! Requests of Taskwire's own services; most are refused without the service credential.

use taskwire_domain::contract::{
    Delegate, Delegation, DeliveryExchange, DeliveryOrders, FiredReminders, TaskView,
};
use taskwire_domain::{Secret, TaskId};

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

    /// Exchanges the token of a client for an internal credential. `token` is absent if this client has it itself.
    pub async fn delegate(
        &self,
        token: Option<&Secret>,
        server: Option<String>,
    ) -> Result<Delegation, Error> {
        let body = Delegate {
            token: token.map(|token| token.expose().to_owned()),
            server,
        };
        let call = self.post("/internal/credentials").json(&body)?;
        call.send().await
    }

    /// Fires the due reminders of all users, at most one batch.
    pub async fn fire_reminders(&self) -> Result<FiredReminders, Error> {
        self.post("/internal/reminders/fire").send().await
    }

    /// Says what became of messages over channels, and asks for those to send next.
    pub async fn exchange_deliveries(
        &self,
        exchange: &DeliveryExchange,
    ) -> Result<DeliveryOrders, Error> {
        let call = self.post("/internal/deliveries").json(exchange)?;
        call.send().await
    }
}

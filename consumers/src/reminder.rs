//! Reminders: wakes the sweep that fires them, and records their delivery.

use std::sync::Arc;

use taskwire_domain::contract::ReminderView;
use taskwire_domain::{Clock, EventKind, ReminderId, TaskId};
use taskwire_messaging::{CloudEvent, Delivery, Handler, Handling, Outcome, Topic};
use taskwire_store::{Db, DeliveryRow, Error};
use tracing::debug;

use crate::consumer::Consumer;
use crate::outcome;

mod lanes;
mod sender;
mod sweep;
mod timer;
mod waker;

pub(crate) use sender::Deliveries;
pub use sweep::Sweep;
pub use timer::Timer;
pub use waker::Waker;

/// The channel through which a reminder reaches its owner: the event stream of the page.
const IN_APP: &str = "in_app";

/// Handles events about reminders.
#[derive(Debug)]
pub struct Reminders {
    db: Db,
    clock: Arc<dyn Clock>,
    waker: Waker,
}

impl Reminders {
    /// A consumer that records deliveries in `db` and passes new times to `waker`.
    pub fn new(db: Db, clock: Arc<dyn Clock>, waker: Waker) -> Self {
        Self { db, clock, waker }
    }

    async fn take(&self, event: &CloudEvent) -> Outcome {
        let reminder = match event.data() {
            Ok(data) => {
                for dropped in data.dropped_reminders() {
                    self.waker.cancel(dropped).await;
                }
                data.reminder.as_ref()
            }
            Err(error) => {
                // It still says that some time may have changed.
                self.waker.wake(self.clock.now());
                return Outcome::Drop(error.to_string());
            }
        };
        let Some(reminder) = reminder else {
            if !event.kind.starts_with("reminder.") {
                return Outcome::Ack;
            }
            return Outcome::Drop("it names no reminder".into());
        };
        match (event.kind(), reminder.at) {
            (Some(EventKind::ReminderScheduled), Some(at)) => {
                self.waker.schedule(ReminderId(reminder.id), at).await;
                Outcome::Ack
            }
            (Some(EventKind::ReminderScheduled), None) => {
                self.waker.wake(self.clock.now());
                Outcome::Ack
            }
            (Some(EventKind::ReminderDue), _) => self.deliver(event, reminder).await,
            _ => Outcome::Ack,
        }
    }

    async fn deliver(&self, event: &CloudEvent, reminder: &ReminderView) -> Outcome {
        let delivery = DeliveryRow {
            owner: event.owner,
            reminder: ReminderId(reminder.id),
            fire_at: reminder.at.unwrap_or(event.time),
            channel: IN_APP,
            task: TaskId(event.subject),
            delivered_at: self.clock.now(),
        };
        match self.record(event, &delivery).await {
            Ok(new) => {
                debug!(new, task.id = %delivery.task, reminder.id = %delivery.reminder, "Recorded delivery of reminder");
                Outcome::Ack
            }
            Err(error) => outcome::of_store(&error),
        }
    }

    async fn record(&self, event: &CloudEvent, delivery: &DeliveryRow) -> Result<bool, Error> {
        let mut tx = self.db.begin().await?;
        let consumer = Consumer::Reminder.as_str();
        if !tx
            .receive(consumer, event.id, delivery.delivered_at)
            .await?
        {
            return Ok(false);
        }
        // The event may arrive after its owner's account was deleted.
        let new = tx.hold_user(delivery.owner).await? && tx.insert_delivery(delivery).await?;
        tx.commit().await?;
        Ok(new)
    }
}

impl Handler for Reminders {
    fn name(&self) -> &'static str {
        Consumer::Reminder.as_str()
    }

    fn topics(&self) -> &'static [Topic] {
        Consumer::Reminder.topics()
    }

    fn handle<'a>(&'a self, delivery: &'a Delivery) -> Handling<'a> {
        Box::pin(self.take(&delivery.event))
    }
}

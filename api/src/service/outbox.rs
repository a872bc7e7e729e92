//! Writes events in the transaction of the rows that they are about.

use taskwire_domain::contract::{TagView, render};
use taskwire_domain::event::{EventData, SCHEMA_VERSION};
use taskwire_domain::{Event, EventKind, Reminder, Task};
use taskwire_messaging::CloudEvent;
use uuid::Uuid;

use super::{Context, Error};

impl Context {
    fn data(&self, sequence: i64) -> EventData {
        EventData {
            schema_version: SCHEMA_VERSION,
            sequence,
            change: self.change,
            actor: self.actor.clone(),
            before: None,
            after: None,
            reminder: None,
            reason: None,
            tag: None,
        }
    }

    /// Records that a task changed from `before` to `after`.
    pub(crate) async fn record_task(
        &mut self,
        kind: EventKind,
        before: Option<&Task>,
        after: &Task,
    ) -> Result<(), Error> {
        let data = EventData {
            before: before.map(|task| render(task, self.now, &self.zone)),
            after: Some(render(after, self.now, &self.zone)),
            ..self.data(after.version)
        };
        self.append(kind, after.id.0, after.partition_key(), data)
            .await
    }

    /// Records that an occurrence was skipped, and why.
    pub(crate) async fn record_skip(
        &mut self,
        before: &Task,
        after: &Task,
        reason: Option<String>,
    ) -> Result<(), Error> {
        let data = EventData {
            before: Some(render(before, self.now, &self.zone)),
            after: Some(render(after, self.now, &self.zone)),
            reason,
            ..self.data(after.version)
        };
        let kind = EventKind::TaskSkipped;
        self.append(kind, after.id.0, after.partition_key(), data)
            .await
    }

    /// Records an event about a reminder of `task`.
    pub(crate) async fn record_reminder(
        &mut self,
        kind: EventKind,
        task: &Task,
        reminder: &Reminder,
    ) -> Result<(), Error> {
        let data = EventData {
            after: Some(render(task, self.now, &self.zone)),
            reminder: Some(reminder.view(task, &self.zone)),
            ..self.data(task.version)
        };
        self.append(kind, task.id.0, task.partition_key(), data)
            .await
    }

    /// Records that a tag was created.
    pub(crate) async fn record_tag(&mut self, kind: EventKind, tag: TagView) -> Result<(), Error> {
        let id = tag.id;
        let data = EventData {
            tag: Some(tag),
            ..self.data(1)
        };
        self.append(kind, id, id, data).await
    }

    async fn append(
        &mut self,
        kind: EventKind,
        subject: Uuid,
        key: Uuid,
        data: EventData,
    ) -> Result<(), Error> {
        let event = Event {
            id: self.ids.next(self.now),
            kind,
            owner: self.owner,
            subject,
            key,
            time: self.now,
            data,
        };
        let payload = CloudEvent::from_event(&event)
            .with_traceparent(self.traceparent.as_ref().map(ToString::to_string))
            .to_json();
        self.tx
            .append_event(event.id, event.owner, kind.as_str(), key, &payload)
            .await?;
        self.written.push(event.id);
        Ok(())
    }
}

//! Writes events in the transaction of the rows that they are about.

use taskwire_domain::contract::{TagView, render};
use taskwire_domain::event::{EventData, SCHEMA_VERSION};
use taskwire_domain::{Event, EventKind, Reminder, Task};
use taskwire_messaging::CloudEvent;
use taskwire_store::{ChangeItem, Occurrence, TagDelta, TagRow, TaskDelta};
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
            tag_before: None,
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
        let before = before.map(shown);
        self.record_row(kind, before.as_ref(), &shown(after), None)
            .await
    }

    /// Records that an occurrence was skipped, and why.
    pub(crate) async fn record_skip(
        &mut self,
        before: &Task,
        after: &Task,
        reason: Option<String>,
    ) -> Result<(), Error> {
        let kind = EventKind::TaskSkipped;
        self.record_row(kind, Some(&shown(before)), &shown(after), reason)
            .await
    }

    /// Records that the row of a task, which may be hidden, changed: for the log, and so that it can be undone.
    pub(crate) async fn record_row(
        &mut self,
        kind: EventKind,
        before: Option<&Occurrence>,
        after: &Occurrence,
        reason: Option<String>,
    ) -> Result<(), Error> {
        let delta = TaskDelta::new(before, after)?;
        self.recorded.push(kind, ChangeItem::Task(delta));
        let task = &after.task;
        let data = EventData {
            before: before.map(|row| render(&row.task, self.now, &self.zone)),
            after: Some(render(task, self.now, &self.zone)),
            reason,
            ..self.data(task.version)
        };
        self.append(kind, task.id.0, task.partition_key(), data)
            .await
    }

    /// Records that a task in the trash was deleted for good.
    pub(crate) async fn record_purge(&mut self, row: &Occurrence) -> Result<(), Error> {
        let kind = EventKind::TaskPurged;
        // Names the task in the change, which cannot be undone.
        let delta = TaskDelta::new(Some(row), row)?;
        self.recorded.push(kind, ChangeItem::Task(delta));
        let task = &row.task;
        let data = EventData {
            before: Some(render(task, self.now, &self.zone)),
            ..self.data(task.version + 1)
        };
        self.append(kind, task.id.0, task.partition_key(), data)
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

    /// Records that a tag was created, changed or deleted.
    pub(crate) async fn record_tag(
        &mut self,
        before: Option<&TagRow>,
        after: Option<&TagRow>,
    ) -> Result<(), Error> {
        let (kind, tag, version) = match (before, after) {
            (None, Some(tag)) => (EventKind::TagCreated, tag, tag.version),
            (Some(_), Some(tag)) => (EventKind::TagUpdated, tag, tag.version),
            (Some(tag), None) => (EventKind::TagDeleted, tag, tag.version + 1),
            (None, None) => return Ok(()),
        };
        let delta = TagDelta {
            tag: tag.id,
            version,
            before: before.map(TagRow::state),
            after: after.map(TagRow::state),
        };
        self.recorded.push(kind, ChangeItem::Tag(delta));
        let data = EventData {
            tag_before: before.filter(|_| after.is_some()).map(tag_view),
            tag: Some(tag_view(tag)),
            ..self.data(version)
        };
        self.append(kind, tag.id.0, tag.id.0, data).await
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

/// The row of a task that is not hidden.
fn shown(task: &Task) -> Occurrence {
    Occurrence {
        task: task.clone(),
        withdrawn: false,
    }
}

/// A tag as its owner sees it.
pub(super) fn tag_view(tag: &TagRow) -> TagView {
    TagView {
        id: tag.id.0,
        name: tag.name.to_string(),
        color: tag.color.clone(),
    }
}

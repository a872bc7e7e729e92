//! Events: the payload of every CloudEvent.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::contract::{ReminderView, TagView, TaskView};
use crate::{Actor, ChangeId, EventId, ReminderId, Status, UserId};

macro_rules! kinds {
    ($(#[doc = $doc:literal] $name:ident = $text:literal,)*) => {
        /// The type of an event, as on the wire.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum EventKind { $(#[doc = $doc] $name,)* }

        impl EventKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The CloudEvent `type`.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// What happened, in one sentence.
            pub fn summary(self) -> &'static str {
                match self { $(Self::$name => $doc.trim_ascii(),)* }
            }

            /// Reads a CloudEvent `type`; none for one this version does not know.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)* _ => None }
            }
        }
    };
}

kinds! {
    /// A task was created.
    TaskCreated = "task.created.v1",
    /// A task changed.
    TaskUpdated = "task.updated.v1",
    /// A task was completed.
    TaskCompleted = "task.completed.v1",
    /// An occurrence was skipped.
    TaskSkipped = "task.skipped.v1",
    /// A completed or skipped task was reopened.
    TaskReopened = "task.reopened.v1",
    /// A task was moved to the trash.
    TaskDeleted = "task.deleted.v1",
    /// A task was restored from the trash.
    TaskRestored = "task.restored.v1",
    /// A task in the trash was deleted for good.
    TaskPurged = "task.purged.v1",
    /// A tag was created.
    TagCreated = "tag.created.v1",
    /// A tag got another name or colour.
    TagUpdated = "tag.updated.v1",
    /// A tag was deleted.
    TagDeleted = "tag.deleted.v1",
    /// A reminder got a new time.
    ReminderScheduled = "reminder.scheduled.v1",
    /// A reminder's time has come.
    ReminderDue = "reminder.due.v1",
}

/// One event, before it becomes a CloudEvent.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its id, the same in every delivery.
    pub id: EventId,
    /// The kind of event.
    pub kind: EventKind,
    /// Whose data it is about.
    pub owner: UserId,
    /// Id of the task or tag it is about.
    pub subject: uuid::Uuid,
    /// Events with the same key are delivered in order: the series, or the task itself.
    pub key: uuid::Uuid,
    /// When it happened.
    pub time: Timestamp,
    /// The payload.
    pub data: EventData,
}

/// The only version of the shape of [`EventData`] so far.
pub const SCHEMA_VERSION: u32 = 1;

/// The `data` of a CloudEvent.
// Its JSON Schemas are in docs/schemas/. A new field needs `skip_serializing_if`, also in what it holds: an event that was
// written before it must still match.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct EventData {
    /// Version of this payload's shape.
    pub schema_version: u32,
    /// The task's version after the event; grows by one per change, so a consumer can tell old from new.
    pub sequence: i64,
    /// The mutation this belongs to.
    #[schema(value_type = uuid::Uuid)]
    pub change: ChangeId,
    /// Who did it.
    pub actor: Actor,
    /// The task before the change, as REST shows it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schemars(with = "TaskView")]
    pub before: Option<TaskView>,
    /// The task after the change, as REST shows it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schemars(with = "TaskView")]
    pub after: Option<TaskView>,
    /// The reminder, in `reminder.*`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schemars(with = "ReminderView")]
    pub reminder: Option<ReminderView>,
    /// Why, in `task.skipped`, if a reason was given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schemars(with = "String")]
    pub reason: Option<String>,
    /// The tag before the change, in `tag.updated`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schemars(with = "TagView")]
    pub tag_before: Option<TagView>,
    /// The tag, in `tag.*`; as it was, in `tag.deleted`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schemars(with = "TagView")]
    pub tag: Option<TagView>,
}

impl EventData {
    /// The reminders that the change of a task has dropped: those that it had while it was open, and no longer has.
    pub fn dropped_reminders(&self) -> Vec<ReminderId> {
        let open = |task: &Option<TaskView>| -> Vec<uuid::Uuid> {
            let open = task
                .iter()
                .filter(|task| task.status == Status::Open.as_str());
            let reminders = open.flat_map(|task| &task.reminders);
            reminders.map(|reminder| reminder.id).collect()
        };
        let kept = open(&self.after);
        let dropped = open(&self.before).into_iter();
        dropped
            .filter(|id| !kept.contains(id))
            .map(ReminderId)
            .collect()
    }
}

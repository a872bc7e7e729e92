//! What the change of a transaction has done so far.

use taskwire_domain::{ChangeId, EventKind};
use taskwire_store::ChangeItem;

/// What a change has done so far.
#[derive(Debug, Default)]
pub(crate) struct Recorded {
    /// To each task and tag, in order.
    pub(crate) items: Vec<ChangeItem>,
    /// What the last event said of a task, or of a tag if there is no task.
    last: Option<EventKind>,
    /// What was done, if that is more than one event can say.
    pub(crate) kind: Option<&'static str>,
    /// The change that it undoes.
    pub(crate) undoes: Option<ChangeId>,
    /// Whether it cannot be undone.
    pub(crate) is_final: bool,
}

impl Recorded {
    /// Adds what was done to one task or tag.
    pub(super) fn push(&mut self, event: EventKind, item: ChangeItem) {
        if matches!(item, ChangeItem::Task(_)) || self.last.is_none() {
            self.last = Some(event);
        }
        self.items.push(item);
    }

    /// What was done.
    pub(super) fn kind(&self) -> &'static str {
        self.kind
            .or_else(|| self.last.map(kind_of))
            .unwrap_or("update")
    }
}

/// What was done, by the event that says so.
fn kind_of(event: EventKind) -> &'static str {
    match event {
        EventKind::TaskCreated => "create",
        EventKind::TaskUpdated | EventKind::ReminderScheduled | EventKind::ReminderDue => "update",
        EventKind::TaskCompleted => "complete",
        EventKind::TaskSkipped => "skip",
        EventKind::TaskReopened => "reopen",
        EventKind::TaskDeleted => "delete",
        EventKind::TaskRestored => "restore",
        EventKind::TaskPurged => "empty_trash",
        EventKind::TagCreated => "create_tag",
        EventKind::TagUpdated => "update_tag",
        EventKind::TagDeleted => "delete_tag",
    }
}

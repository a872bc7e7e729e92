//! A call of tasks_add that ran already: hosts give up waiting and send it again.

use std::time::Duration;

use jiff::Timestamp;
use taskwire_domain::contract::{ChangeQuery, ChangeView, ChangedTask, TaskView};

use super::new_task::NewItem;
use super::undo::is_own;
use crate::identity::CallContext;

/// How long ago the first call may have been.
const RECENT: Duration = Duration::from_mins(2);

/// Number of changes that are looked through; more than one call can create.
const LOOKED_AT: u32 = 100;

/// What the result of such a call says.
pub(super) const NOTE: &str = "This call ran already in the last two minutes, so nothing was added again; \
these are the tasks it created. To add the same once more, send a request_id.";

/// The tasks that this client created with the same arguments a moment ago; `None` unless all of them are there.
pub(super) async fn earlier(
    call: &CallContext,
    now: Timestamp,
    items: &[NewItem],
) -> Option<Vec<TaskView>> {
    // Programs without a name cannot be told from each other.
    call.client.claim().client.as_ref()?;
    let query = ChangeQuery {
        limit: Some(LOOKED_AT),
        cursor: None,
    };
    let changes = call.client.list_changes(&query).await.ok()?.items;
    let is_recent = |change: &ChangeView| {
        change.kind == "create"
            && change.undone_by.is_none()
            && is_own(&call.client, change)
            && now.duration_since(change.at).unsigned_abs() <= RECENT
    };
    let recent = changes.into_iter().filter(is_recent);
    let mut recent: Vec<ChangedTask> = recent.flat_map(|change| change.tasks).collect();
    if recent.len() < items.len() {
        return None;
    }
    let trying = call.client.with_dry_run();
    let mut found = Vec::new();
    for item in items {
        let wanted = item.clone().create(&trying, None).await.ok()?.task;
        let position = recent.iter().position(|task| task.title == wanted.title)?;
        let number = recent.remove(position).number.to_string();
        let task = call.client.get_task(&number).await.ok()?;
        if !is_same(&task, &wanted) {
            return None;
        }
        found.push(task);
    }
    Some(found)
}

/// Whether one is as the other was created.
fn is_same(task: &TaskView, wanted: &TaskView) -> bool {
    let shown = |task: &TaskView| {
        let reminders = task.reminders.iter();
        let reminders: Vec<_> = reminders
            .map(|reminder| (reminder.minutes_before, reminder.local.clone(), reminder.at))
            .collect();
        (
            task.notes.clone(),
            task.status.clone(),
            task.priority.clone(),
            task.tags.clone(),
            task.due.clone(),
            task.duration_minutes,
            task.recurrence.as_ref().map(|rule| rule.rrule.clone()),
            task.parent,
            reminders,
        )
    };
    shown(task) == shown(wanted)
}

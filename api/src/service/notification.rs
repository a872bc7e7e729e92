//! Notifications of the owner, read and unread.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde_json::{Value, json};
use taskwire_domain::contract::{
    NotificationQuery, NotificationView, Page, ReadNotifications, TaskView, render,
};
use taskwire_domain::{Invalid, NotificationId, TaskId};
use taskwire_store::NotificationRow;
use uuid::Uuid;

use super::{Context, Error, list};

/// Maximum number of notifications marked as read at once.
const READ_MAX: usize = 200;

/// A page of notifications, newest first.
pub(crate) async fn list(
    context: &mut Context,
    query: &NotificationQuery,
) -> Result<Page<NotificationView>, Error> {
    let limit = list::limit(query.limit)?;
    let before = match query.cursor.as_deref() {
        None => NotificationId(Uuid::max()),
        // A cursor is an id: it reveals nothing to its owner, and gives no access to other users' rows.
        Some(text) => text.parse().map_err(|_| list::bad_cursor())?,
    };
    let is_unread = query.unread.unwrap_or_default();
    let mut rows = context
        .tx
        .list_notifications(context.owner, is_unread, before, i64::from(limit) + 1)
        .await?;
    Ok(Page {
        next_cursor: list::cut(&mut rows, limit).map(|end| end.id.to_string()),
        items: views(context, &rows).await?,
    })
}

/// Marks notifications as read, all of them or none. One that is already read keeps its time.
pub(crate) async fn read(
    context: &mut Context,
    input: &ReadNotifications,
) -> Result<Page<NotificationView>, Error> {
    if !(1..=READ_MAX).contains(&input.ids.len()) {
        return Err(Invalid::new(
            "/ids",
            "invalid_length",
            format!("{} ids is out of range.", input.ids.len()),
        )
        .hint(format!("Send 1 to {READ_MAX} ids."))
        .into());
    }
    let mut rows = Vec::with_capacity(input.ids.len());
    let mut unknown = Vec::new();
    for (index, id) in input.ids.iter().enumerate() {
        let id = NotificationId(*id);
        context
            .tx
            .mark_notification_read(context.owner, id, context.now)
            .await?;
        match context.tx.find_notification(context.owner, id).await? {
            Some(row) => rows.push(row),
            None => unknown.push(
                Invalid::new(
                    format!("/ids/{index}"),
                    "unknown_notification",
                    "Unknown notification.",
                )
                .hint("Send ids from GET /api/v1/notifications."),
            ),
        }
    }
    if !unknown.is_empty() {
        return Err(Error::Invalid(unknown));
    }
    Ok(Page {
        items: views(context, &rows).await?,
        next_cursor: None,
    })
}

/// A notification for an export, which has the task on a line of its own.
pub(crate) fn export(row: &NotificationRow) -> Value {
    json!({
        "id": row.id.0,
        "kind": "reminder",
        "task_id": row.task.0,
        "reminder_id": row.reminder.0,
        "fire_at": row.fire_at,
        "created_at": row.created_at,
        "read_at": row.read_at,
    })
}

async fn views(
    context: &mut Context,
    rows: &[NotificationRow],
) -> Result<Vec<NotificationView>, Error> {
    let mut tasks: HashMap<TaskId, Option<TaskView>> = HashMap::new();
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        let task = match tasks.entry(row.task) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let task = context.tx.find_task(context.owner, row.task).await?;
                place.insert(task.map(|task| render(&task, context.now, &context.zone)))
            }
        };
        // A task's row is never removed.
        let Some(task) = task else { continue };
        views.push(NotificationView {
            id: row.id.0,
            kind: "reminder".into(),
            task: task.clone(),
            reminder_id: row.reminder.0,
            fire_at: row.fire_at,
            created_at: row.created_at,
            read_at: row.read_at,
        });
    }
    Ok(views)
}

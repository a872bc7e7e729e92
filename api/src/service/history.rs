//! The history of a task: the audit log, and what is on its way there.

use std::collections::BTreeMap;

use taskwire_domain::contract::{HistoryEntry, HistoryQuery, Page};
use taskwire_domain::{EventId, TaskId, TaskRef};
use taskwire_messaging::CloudEvent;
use taskwire_store::{AuditRow, StoredEvent};

use super::list::{cut, limit, position};
use super::{Context, Error, task};
use crate::cursor::{self, List};

/// Maximum number of events that are searched for those that are not in the audit log yet.
const UNREAD_MAX: i64 = 500;

/// A page of a task's history, newest first.
pub(crate) async fn history(
    context: &mut Context,
    task: TaskRef,
    query: &HistoryQuery,
    key: &[u8],
) -> Result<Page<HistoryEntry>, Error> {
    let size = limit(query.limit)?;
    let task = task::find(context, task).await?;
    let list = List::History(task.id);
    let before = position(context, key, list, query.cursor.as_deref())?.unwrap_or(i64::MAX);
    let count = i64::from(size) + 1;
    let lines = context
        .tx
        .list_history(context.owner, task.id, before, count)
        .await?;
    let mut rows: BTreeMap<i64, AuditRow> = lines.into_iter().map(|row| (row.seq, row)).collect();
    for row in unread(context, task.id, before).await? {
        rows.entry(row.seq).or_insert(row);
    }
    let mut rows: Vec<AuditRow> = rows.into_values().rev().collect();
    let next_cursor =
        cut(&mut rows, size).map(|end| cursor::encrypt(key, list, context.owner, end.seq));
    Ok(Page {
        items: rows
            .into_iter()
            .map(|row| HistoryEntry::of(row.entry))
            .collect(),
        next_cursor,
    })
}

/// The events of a task that the audit consumer may not have handled yet, and those about its reminders, which get a line
/// only when they are deleted.
async fn unread(context: &mut Context, task: TaskId, before: i64) -> Result<Vec<AuditRow>, Error> {
    let events = context
        .tx
        .events_not_audited(context.owner, before, UNREAD_MAX)
        .await?;
    Ok(events
        .iter()
        .filter_map(line)
        .filter(|row| row.entry.task == Some(task.0))
        .collect())
}

/// The line that the audit log will have of an event.
pub(crate) fn line(stored: &StoredEvent) -> Option<AuditRow> {
    let event = CloudEvent::parse(&stored.payload).ok()?;
    let data = event.data().ok()?.clone();
    Some(AuditRow::new(
        stored.owner,
        stored.seq,
        EventId(event.id.0),
        &event.kind,
        event.time,
        data,
    ))
}

//! Who made a change of a task, in words.

use jiff::Timestamp;
use taskwire_domain::{Actor, ChangeId, Task, Via};

use super::{Context, Error};

/// Maximum number of audit lines searched, for a change that a version before the table of changes made.
const LINES_MAX: i64 = 50;

/// Who made a change.
pub(super) struct Writer {
    pub(super) change: ChangeId,
    pub(super) at: Timestamp,
    pub(super) actor: Actor,
}

impl Writer {
    pub(super) fn in_words(&self) -> String {
        let through = match (self.actor.via, &self.actor.client) {
            (Via::Consumer, _) => " by Taskwire itself".to_owned(),
            (via, None) => format!(" through {}", via.as_str()),
            (via, Some(client)) => format!(" through {} ({client})", via.as_str()),
        };
        format!("{through} at {:.0}", self.at)
    }
}

/// Who made a change of a task; from the audit log if it is older than the table of changes.
pub(super) async fn who_wrote(
    context: &mut Context,
    task: &Task,
    change: ChangeId,
) -> Result<Option<Writer>, Error> {
    if let Some(found) = context.tx.find_change(context.owner, change).await? {
        return Ok(Some(Writer {
            change,
            at: found.at,
            actor: found.content.actor,
        }));
    }
    let lines = context
        .tx
        .list_audit(context.owner, Some(task.id), i64::MAX, LINES_MAX)
        .await?;
    let line = lines.into_iter().find(|line| line.entry.change == change.0);
    Ok(line.map(|line| Writer {
        change,
        at: line.entry.at,
        actor: line.entry.actor,
    }))
}

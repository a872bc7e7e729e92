//! The audit log: written by the audit consumer, read by the API.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use taskwire_domain::contract::{AuditEntry, ReminderView, TaskView};
use taskwire_domain::{Actor, EventId, TaskId, UserId};
use uuid::Uuid;

use crate::row::row;
use crate::task::instant;
use crate::tx::with_connection;
use crate::{Error, Tx, packed};

/// One line of the audit log, with its position.
#[derive(Clone, Debug)]
pub struct AuditRow {
    /// The owner.
    pub owner: UserId,
    /// The event's position in the log.
    pub seq: i64,
    /// The line.
    pub entry: AuditEntry,
}

row! {
    struct AuditColumns, columns: audit_columns {
        read {
            event_id: Uuid,
            owner_id: Uuid,
            seq: i64,
            kind: String,
            at: i64,
            task_id: Option<Uuid>,
            number: Option<i64>,
            change_id: Uuid,
            reason: Option<String>,
            packed: Option<Vec<u8>>,
        }
    }
}

/// A line as read from the table.
#[derive(sqlx::FromRow)]
struct AuditLine {
    #[sqlx(flatten)]
    columns: AuditColumns,
    /// The line in rows of earlier versions, which did not pack it; empty in others.
    actor: String,
    before_state: Option<String>,
    after_state: Option<String>,
}

/// The part of a line that is stored as JSON.
#[derive(Serialize, Deserialize)]
struct AuditPayload<'a> {
    actor: Cow<'a, Actor>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<Cow<'a, TaskView>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<Cow<'a, TaskView>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reminder: Option<Cow<'a, ReminderView>>,
}

impl AuditColumns {
    /// The ids in other columns of the row, which the packed text need not repeat.
    fn ids(&self) -> Vec<Uuid> {
        let row = [self.event_id, self.owner_id, self.change_id];
        row.into_iter().chain(self.task_id).collect()
    }
}

impl AuditLine {
    fn payload(&self) -> Result<AuditPayload<'static>, Error> {
        let row = &self.columns;
        let bad = |column| Error::inconsistent("audit_log", row.event_id, column);
        if let Some(packed) = &row.packed {
            let text = packed::unpack(packed, &row.ids())
                .map_err(|why| Error::packed("audit_log", row.event_id, why))?;
            return serde_json::from_str(&text).map_err(|_| bad("packed"));
        }
        let state = |text: &Option<String>, column| match text {
            Some(text) => serde_json::from_str(text)
                .map(Some)
                .map_err(|_| bad(column)),
            None => Ok(None),
        };
        Ok(AuditPayload {
            actor: serde_json::from_str(&self.actor).map_err(|_| bad("actor"))?,
            before: state(&self.before_state, "before_state")?,
            after: state(&self.after_state, "after_state")?,
            reminder: None,
        })
    }
}

impl TryFrom<AuditLine> for AuditRow {
    type Error = Error;

    fn try_from(line: AuditLine) -> Result<Self, Error> {
        let payload = line.payload()?;
        let row = line.columns;
        Ok(Self {
            owner: UserId(row.owner_id),
            seq: row.seq,
            entry: AuditEntry {
                event: row.event_id,
                kind: row.kind,
                at: instant(row.at, "audit_log", "at")?,
                task: row.task_id,
                number: row.number,
                actor: payload.actor.into_owned(),
                change: row.change_id,
                reason: row.reason,
                reminder: payload.reminder.map(Cow::into_owned),
                before: payload.before.map(Cow::into_owned),
                after: payload.after.map(Cow::into_owned),
            },
        })
    }
}

impl TryFrom<&AuditRow> for AuditColumns {
    type Error = Error;

    fn try_from(row: &AuditRow) -> Result<Self, Error> {
        let entry = &row.entry;
        let payload = AuditPayload {
            actor: Cow::Borrowed(&entry.actor),
            before: entry.before.as_ref().map(Cow::Borrowed),
            after: entry.after.as_ref().map(Cow::Borrowed),
            reminder: entry.reminder.as_ref().map(Cow::Borrowed),
        };
        let text = serde_json::to_string(&payload)
            .map_err(|_| Error::inconsistent("audit_log", entry.event, "packed"))?;
        let mut columns = Self {
            event_id: entry.event,
            owner_id: row.owner.0,
            seq: row.seq,
            kind: entry.kind.clone(),
            at: entry.at.as_microsecond(),
            task_id: entry.task,
            number: entry.number,
            change_id: entry.change,
            reason: entry.reason.clone(),
            packed: None,
        };
        let packed = packed::pack(&text, &columns.ids());
        columns.packed = Some(packed.ok_or(Error::NotPacked { table: "audit_log" })?);
        Ok(columns)
    }
}

pub(crate) mod sql {
    //! Statements on `audit_log`.

    use crate::statements::statements;

    statements! {
        INSERT = concat!("INSERT INTO audit_log (", audit_columns!(all), ", actor) VALUES (", audit_columns!(values), ", '')
            ON CONFLICT DO NOTHING");
        LIST = concat!("SELECT ", audit_columns!(read), ", actor, before_state, after_state FROM audit_log
            WHERE owner_id = $1 AND seq < $2 AND kind NOT LIKE 'reminder.%' ORDER BY seq DESC LIMIT $3");
        LIST_OF_TASK = concat!("SELECT ", audit_columns!(read), ", actor, before_state, after_state FROM audit_log
            WHERE owner_id = $1 AND task_id = $2 AND seq < $3 AND kind NOT LIKE 'reminder.%' ORDER BY seq DESC LIMIT $4");
        LIST_WITH_REMINDERS = concat!("SELECT ", audit_columns!(read), ", actor, before_state, after_state FROM audit_log
            WHERE owner_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3");
        HISTORY = concat!("SELECT ", audit_columns!(read), ", actor, before_state, after_state FROM audit_log
            WHERE owner_id = $1 AND task_id = $2 AND seq < $3 ORDER BY seq DESC LIMIT $4");
    }
}

impl Tx {
    /// Appends a line; false if the event already has one.
    pub async fn insert_audit(&mut self, row: &AuditRow) -> Result<bool, Error> {
        let columns = AuditColumns::try_from(row)?;
        let inserted = with_connection!(self, |connection| columns
            .bind(sqlx::query(sql::INSERT))
            .execute(connection)
            .await?
            .rows_affected());
        Ok(inserted == 1)
    }

    /// A user's lines about a task before `before`, those about its reminders too, newest first.
    pub async fn list_history(
        &mut self,
        owner: UserId,
        task: TaskId,
        before: i64,
        limit: i64,
    ) -> Result<Vec<AuditRow>, Error> {
        let rows: Vec<AuditLine> = with_connection!(self, |connection| {
            sqlx::query_as(sql::HISTORY)
                .bind(owner.0)
                .bind(task.0)
                .bind(before)
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(AuditRow::try_from).collect()
    }

    /// A user's lines before `before`, those about reminders too, newest first.
    pub async fn list_whole_audit(
        &mut self,
        owner: UserId,
        before: i64,
        limit: i64,
    ) -> Result<Vec<AuditRow>, Error> {
        let rows: Vec<AuditLine> = with_connection!(self, |connection| {
            sqlx::query_as(sql::LIST_WITH_REMINDERS)
                .bind(owner.0)
                .bind(before)
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(AuditRow::try_from).collect()
    }

    /// A user's lines before `before`, except those about reminders, newest first; of `task` only, if given.
    pub async fn list_audit(
        &mut self,
        owner: UserId,
        task: Option<TaskId>,
        before: i64,
        limit: i64,
    ) -> Result<Vec<AuditRow>, Error> {
        let rows: Vec<AuditLine> = with_connection!(self, |connection| match task {
            Some(task) => {
                sqlx::query_as(sql::LIST_OF_TASK)
                    .bind(owner.0)
                    .bind(task.0)
                    .bind(before)
                    .bind(limit)
                    .fetch_all(connection)
                    .await?
            }
            None => {
                sqlx::query_as(sql::LIST)
                    .bind(owner.0)
                    .bind(before)
                    .bind(limit)
                    .fetch_all(connection)
                    .await?
            }
        });
        rows.into_iter().map(AuditRow::try_from).collect()
    }
}

impl AuditRow {
    /// The line of an event.
    pub fn new(
        owner: UserId,
        seq: i64,
        event: EventId,
        kind: &str,
        at: Timestamp,
        data: taskwire_domain::event::EventData,
    ) -> Self {
        let task = data.after.as_ref().or(data.before.as_ref());
        Self {
            owner,
            seq,
            entry: AuditEntry {
                event: event.0,
                kind: kind.to_owned(),
                at,
                task: task.map(|task| task.id),
                number: task.map(|task| task.number),
                actor: data.actor,
                change: data.change.0,
                reason: data.reason,
                reminder: data.reminder,
                before: data.before,
                after: data.after,
            },
        }
    }
}

//! Changes: one row for each write, with what it did to each task and tag, so that it can be undone.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use taskwire_domain::{Actor, ChangeId, UserId};
use uuid::Uuid;

use crate::error::one_row;
use crate::row::row;
use crate::tag::TagDelta;
use crate::task::{TaskDelta, Value, instant};
use crate::tx::with_connection;
use crate::{Error, Tx, packed};

/// A change.
#[derive(Clone, PartialEq, Debug)]
pub struct ChangeRow {
    /// Its place in the order of changes; 0 until it is stored.
    pub seq: i64,
    /// The id.
    pub id: ChangeId,
    /// The owner of what changed.
    pub owner: UserId,
    /// When it was made.
    pub at: Timestamp,
    /// What was done, such as `complete`.
    pub kind: String,
    /// Whether it is one that can be undone.
    pub can_undo: bool,
    /// The change that it undid.
    pub undoes: Option<ChangeId>,
    /// The change that undid it.
    pub undone_by: Option<ChangeId>,
    /// Who made it, and what it did.
    pub content: ChangeContent,
}

/// The part of a change that is stored as compressed JSON.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ChangeContent {
    /// Who made it.
    pub actor: Actor,
    /// What it did, in order.
    pub items: Vec<ChangeItem>,
}

/// What a change did to one thing.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeItem {
    /// To a task.
    Task(TaskDelta),
    /// To a tag.
    Tag(TagDelta),
}

row! {
    struct ChangeColumns, columns: change_columns {
        read {
            id: Uuid,
            owner_id: Uuid,
            at: i64,
            kind: String,
            can_undo: bool,
            undoes: Option<Uuid>,
            undone_by: Option<Uuid>,
            packed: Vec<u8>,
        }
        write {
            chat_turn: Option<String>,
        }
    }
}

/// A change as read from the table.
#[derive(FromRow)]
struct NumberedChange {
    seq: i64,
    #[sqlx(flatten)]
    columns: ChangeColumns,
}

pub(crate) mod sql {
    //! Statements on `changes`.

    use crate::statements::statements;

    statements! {
        INSERT = concat!("INSERT INTO changes (", change_columns!(all), ") VALUES (", change_columns!(values), ")");
        FIND = concat!("SELECT seq, ", change_columns!(read), " FROM changes WHERE owner_id = $1 AND id = $2");
        LIST = concat!("SELECT seq, ", change_columns!(read), " FROM changes
            WHERE owner_id = $1 AND seq < $2 AND can_undo AND undone_by IS NULL ORDER BY seq DESC LIMIT $3");
        LIST_ALL = concat!("SELECT seq, ", change_columns!(read), " FROM changes
            WHERE owner_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3");
        OF_TURN = concat!("SELECT seq, ", change_columns!(read), " FROM changes
            WHERE owner_id = $1 AND chat_turn = $2 ORDER BY seq DESC");
        MARK_UNDONE = "UPDATE changes SET undone_by = $3 WHERE owner_id = $1 AND id = $2";
    }
}

impl TryFrom<NumberedChange> for ChangeRow {
    type Error = Error;

    fn try_from(row: NumberedChange) -> Result<Self, Error> {
        let NumberedChange { seq, columns: row } = row;
        let text = packed::unpack(&row.packed, &[row.id, row.owner_id])
            .map_err(|why| Error::packed("changes", row.id, why))?;
        Ok(Self {
            seq,
            id: ChangeId(row.id),
            owner: UserId(row.owner_id),
            at: instant(row.at, "changes", "at")?,
            kind: row.kind,
            can_undo: row.can_undo,
            undoes: row.undoes.map(ChangeId),
            undone_by: row.undone_by.map(ChangeId),
            content: serde_json::from_str(&text)
                .map_err(|_| Error::inconsistent("changes", row.id, "packed"))?,
        })
    }
}

impl Tx {
    /// Stores a change. The rows that it wrote must already have been written in this transaction, so that the order of
    /// the changes of a row is that of their commits.
    pub async fn insert_change(&mut self, change: &ChangeRow) -> Result<(), Error> {
        let text = serde_json::to_string(&change.content)
            .map_err(|_| Error::inconsistent("changes", change.id, "packed"))?;
        let row = ChangeColumns {
            id: change.id.0,
            owner_id: change.owner.0,
            at: change.at.as_microsecond(),
            kind: change.kind.clone(),
            can_undo: change.can_undo,
            undoes: change.undoes.map(|id| id.0),
            undone_by: change.undone_by.map(|id| id.0),
            packed: packed::pack(&text, &[change.id.0, change.owner.0])
                .ok_or(Error::NotPacked { table: "changes" })?,
            chat_turn: change.content.actor.chat_turn.clone(),
        };
        one_row(with_connection!(self, |connection| row
            .bind(sqlx::query(sql::INSERT))
            .execute(connection)
            .await?
            .rows_affected()))
    }

    /// A change by its id.
    pub async fn find_change(
        &mut self,
        owner: UserId,
        id: ChangeId,
    ) -> Result<Option<ChangeRow>, Error> {
        let row: Option<NumberedChange> = with_connection!(self, |connection| {
            sqlx::query_as(sql::FIND)
                .bind(owner.0)
                .bind(id.0)
                .fetch_optional(connection)
                .await?
        });
        row.map(ChangeRow::try_from).transpose()
    }

    /// A user's changes before the place `before` that can be undone, newest first.
    pub async fn list_changes(
        &mut self,
        owner: UserId,
        before: i64,
        limit: i64,
    ) -> Result<Vec<ChangeRow>, Error> {
        let rows: Vec<NumberedChange> = with_connection!(self, |connection| {
            sqlx::query_as(sql::LIST)
                .bind(owner.0)
                .bind(before)
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(ChangeRow::try_from).collect()
    }

    /// How the database reads a page of [`Tx::list_changes`]; for tests.
    #[doc(hidden)]
    pub async fn explain_changes(
        &mut self,
        owner: UserId,
        before: i64,
        limit: i64,
    ) -> Result<Vec<String>, Error> {
        let values = [
            Value::Id(owner.0),
            Value::Number(before),
            Value::Number(limit),
        ];
        self.explain(sql::LIST, values.into()).await
    }

    /// All of a user's changes before the place `before`, newest first.
    pub async fn list_all_changes(
        &mut self,
        owner: UserId,
        before: i64,
        limit: i64,
    ) -> Result<Vec<ChangeRow>, Error> {
        let rows: Vec<NumberedChange> = with_connection!(self, |connection| {
            sqlx::query_as(sql::LIST_ALL)
                .bind(owner.0)
                .bind(before)
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(ChangeRow::try_from).collect()
    }

    /// The changes that belong to a chat turn, newest first.
    pub async fn changes_of_turn(
        &mut self,
        owner: UserId,
        turn: &str,
    ) -> Result<Vec<ChangeRow>, Error> {
        let rows: Vec<NumberedChange> = with_connection!(self, |connection| {
            sqlx::query_as(sql::OF_TURN)
                .bind(owner.0)
                .bind(turn)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(ChangeRow::try_from).collect()
    }

    /// Marks a change as undone by another. The owner's row must be locked, and the change still be in effect.
    pub async fn mark_undone(
        &mut self,
        owner: UserId,
        id: ChangeId,
        by: ChangeId,
    ) -> Result<(), Error> {
        one_row(with_connection!(self, |connection| sqlx::query(
            sql::MARK_UNDONE
        )
        .bind(owner.0)
        .bind(id.0)
        .bind(by.0)
        .execute(connection)
        .await?
        .rows_affected()))
    }
}

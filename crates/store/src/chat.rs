//! Conversations, their messages, and requested approvals.

use jiff::Timestamp;
use sqlx::FromRow;
use taskwire_domain::UserId;
use taskwire_domain::contract::ConversationSummary;
use uuid::Uuid;

use crate::row::row;
use crate::task::instant;
use crate::tx::with_connection;
use crate::{Error, Tx};

/// A stored message; `parts` and `model` are JSON.
#[derive(Clone, Debug)]
pub struct MessageRow {
    /// The id, unique in its conversation.
    pub id: String,
    /// `user` or `assistant`.
    pub role: String,
    /// The parts as the page shows them.
    pub parts: String,
    /// Data to send to the model again.
    pub model: Option<String>,
    /// When it was first stored.
    pub created_at: Timestamp,
}

/// A tool call that needs approval.
#[derive(Clone, Debug)]
pub struct ApprovalRow {
    /// The id, unique in its conversation.
    pub id: String,
    /// The message.
    pub message: String,
    /// The call.
    pub tool_call: String,
    /// The tool.
    pub tool: String,
    /// Its arguments as JSON.
    pub arguments: String,
    /// When the approval expires.
    pub expires_at: Timestamp,
}

/// The result of claiming an approval.
#[derive(Clone, Debug)]
pub enum ClaimedApproval {
    /// It was claimed now.
    Now(ApprovalRow),
    /// It was claimed before.
    Used,
    /// It has expired.
    Expired,
    /// It does not exist.
    Unknown,
}

#[derive(FromRow)]
struct ConversationColumns {
    id: String,
    title: String,
    created_at: i64,
    updated_at: i64,
}

#[derive(FromRow)]
struct MessageColumns {
    id: String,
    role: String,
    parts: String,
    model: Option<String>,
    created_at: i64,
}

row! {
    struct ApprovalColumns, columns: approval_columns {
        key {
            owner_id: Uuid,
            conversation_id: String,
            id: String,
        }
        read {
            message_id: String,
            tool_call: String,
            tool: String,
            arguments: String,
            expires_at: i64,
            approved: Option<bool>,
        }
    }
}

pub(crate) mod sql {
    //! Statements on `conversations`, `messages` and `approvals`.

    use crate::statements::statements;

    statements! {
        LIST = "SELECT id, title, created_at, updated_at FROM conversations WHERE owner_id = $1
            ORDER BY updated_at DESC, id LIMIT $2";
        FIND = "SELECT id, title, created_at, updated_at FROM conversations WHERE owner_id = $1 AND id = $2";
        LIST_BY_ID = "SELECT id, title, created_at, updated_at FROM conversations
            WHERE owner_id = $1 AND id > $2 ORDER BY id LIMIT $3";
        /// Also locks the row against concurrent additions of messages.
        TOUCH = "INSERT INTO conversations (owner_id, id, title, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)
            ON CONFLICT (owner_id, id) DO UPDATE SET updated_at = excluded.updated_at";
        DELETE = "DELETE FROM conversations WHERE owner_id = $1 AND id = $2";
        DELETE_MESSAGES = "DELETE FROM messages WHERE owner_id = $1 AND conversation_id = $2";
        DELETE_APPROVALS = "DELETE FROM approvals WHERE owner_id = $1 AND conversation_id = $2";
        MESSAGES = "SELECT id, role, parts, model, created_at FROM messages
            WHERE owner_id = $1 AND conversation_id = $2 ORDER BY position";
        PUT_MESSAGE = "INSERT INTO messages (owner_id, conversation_id, id, position, role, parts, model, created_at)
            VALUES ($1, $2, $3, (SELECT COALESCE(MAX(position), 0) + 1 FROM messages
                WHERE owner_id = $1 AND conversation_id = $2), $4, $5, $6, $7)
            ON CONFLICT (owner_id, conversation_id, id)
            DO UPDATE SET role = excluded.role, parts = excluded.parts, model = excluded.model";
        TRUNCATE = "DELETE FROM messages WHERE owner_id = $1 AND conversation_id = $2 AND position >=
            (SELECT position FROM messages WHERE owner_id = $1 AND conversation_id = $2 AND id = $3)";
        PUT_APPROVAL = concat!("INSERT INTO approvals (", approval_columns!(all), ")
            VALUES (", approval_columns!(values), ") ON CONFLICT DO NOTHING");
        FIND_APPROVAL = concat!("SELECT ", approval_columns!(read), " FROM approvals
            WHERE owner_id = $1 AND conversation_id = $2 AND id = $3");
        CLAIM_APPROVAL = "UPDATE approvals SET approved = $4
            WHERE owner_id = $1 AND conversation_id = $2 AND id = $3 AND approved IS NULL";
    }
}

fn summary(row: ConversationColumns) -> Result<ConversationSummary, Error> {
    Ok(ConversationSummary {
        created_at: instant(row.created_at, "conversations", "created_at")?,
        updated_at: instant(row.updated_at, "conversations", "updated_at")?,
        id: row.id,
        title: row.title,
    })
}

impl Tx {
    /// A user's conversations, latest first.
    pub async fn list_conversations(
        &mut self,
        owner: UserId,
        limit: i64,
    ) -> Result<Vec<ConversationSummary>, Error> {
        let rows: Vec<ConversationColumns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::LIST)
                .bind(owner.0)
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(summary).collect()
    }

    /// A user's conversations after an id, in order of their ids.
    pub async fn conversations_after(
        &mut self,
        owner: UserId,
        id: &str,
        limit: i64,
    ) -> Result<Vec<ConversationSummary>, Error> {
        let rows: Vec<ConversationColumns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::LIST_BY_ID)
                .bind(owner.0)
                .bind(id)
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(summary).collect()
    }

    /// One conversation.
    pub async fn find_conversation(
        &mut self,
        owner: UserId,
        id: &str,
    ) -> Result<Option<ConversationSummary>, Error> {
        let row: Option<ConversationColumns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::FIND)
                .bind(owner.0)
                .bind(id)
                .fetch_optional(connection)
                .await?
        });
        row.map(summary).transpose()
    }

    /// The messages of a conversation, oldest first.
    pub async fn list_messages(
        &mut self,
        owner: UserId,
        conversation: &str,
    ) -> Result<Vec<MessageRow>, Error> {
        let rows: Vec<MessageColumns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::MESSAGES)
                .bind(owner.0)
                .bind(conversation)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter()
            .map(|row| {
                Ok(MessageRow {
                    created_at: instant(row.created_at, "messages", "created_at")?,
                    id: row.id,
                    role: row.role,
                    parts: row.parts,
                    model: row.model,
                })
            })
            .collect()
    }

    /// Creates a conversation, or marks it as just changed. `title` counts only for a new one.
    pub async fn touch_conversation(
        &mut self,
        owner: UserId,
        id: &str,
        title: &str,
        now: Timestamp,
    ) -> Result<(), Error> {
        with_connection!(self, |connection| sqlx::query(sql::TOUCH)
            .bind(owner.0)
            .bind(id)
            .bind(title)
            .bind(now.as_microsecond())
            .execute(connection)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Stores a message at the end of its conversation, or in its existing place.
    pub async fn put_message(
        &mut self,
        owner: UserId,
        conversation: &str,
        message: &MessageRow,
    ) -> Result<(), Error> {
        with_connection!(self, |connection| sqlx::query(sql::PUT_MESSAGE)
            .bind(owner.0)
            .bind(conversation)
            .bind(&message.id)
            .bind(&message.role)
            .bind(&message.parts)
            .bind(&message.model)
            .bind(message.created_at.as_microsecond())
            .execute(connection)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Drops a message and all after it.
    pub async fn truncate_conversation(
        &mut self,
        owner: UserId,
        conversation: &str,
        message: &str,
    ) -> Result<u64, Error> {
        Ok(with_connection!(self, |connection| sqlx::query(
            sql::TRUNCATE
        )
        .bind(owner.0)
        .bind(conversation)
        .bind(message)
        .execute(connection)
        .await?
        .rows_affected()))
    }

    /// Deletes a conversation with its messages; false if there is none.
    pub async fn delete_conversation(&mut self, owner: UserId, id: &str) -> Result<bool, Error> {
        for statement in [sql::DELETE_MESSAGES, sql::DELETE_APPROVALS] {
            with_connection!(self, |connection| sqlx::query(statement)
                .bind(owner.0)
                .bind(id)
                .execute(connection)
                .await?
                .rows_affected());
        }
        let deleted = with_connection!(self, |connection| sqlx::query(sql::DELETE)
            .bind(owner.0)
            .bind(id)
            .execute(connection)
            .await?
            .rows_affected());
        Ok(deleted == 1)
    }

    /// Stores an approval; the same id again changes nothing.
    pub async fn put_approval(
        &mut self,
        owner: UserId,
        conversation: &str,
        approval: &ApprovalRow,
    ) -> Result<(), Error> {
        let row = ApprovalColumns {
            owner_id: owner.0,
            conversation_id: conversation.into(),
            id: approval.id.clone(),
            message_id: approval.message.clone(),
            tool_call: approval.tool_call.clone(),
            tool: approval.tool.clone(),
            arguments: approval.arguments.clone(),
            expires_at: approval.expires_at.as_microsecond(),
            approved: None,
        };
        with_connection!(self, |connection| row
            .bind(sqlx::query(sql::PUT_APPROVAL))
            .execute(connection)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Claims an approval, once.
    pub async fn claim_approval(
        &mut self,
        owner: UserId,
        conversation: &str,
        id: &str,
        approved: bool,
        now: Timestamp,
    ) -> Result<ClaimedApproval, Error> {
        let row: Option<ApprovalColumns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::FIND_APPROVAL)
                .bind(owner.0)
                .bind(conversation)
                .bind(id)
                .fetch_optional(connection)
                .await?
        });
        let Some(row) = row else {
            return Ok(ClaimedApproval::Unknown);
        };
        if row.approved.is_some() {
            return Ok(ClaimedApproval::Used);
        }
        let expires_at = instant(row.expires_at, "approvals", "expires_at")?;
        if expires_at <= now {
            return Ok(ClaimedApproval::Expired);
        }
        let answered = with_connection!(self, |connection| sqlx::query(sql::CLAIM_APPROVAL)
            .bind(owner.0)
            .bind(conversation)
            .bind(id)
            .bind(approved)
            .execute(connection)
            .await?
            .rows_affected());
        if answered == 0 {
            return Ok(ClaimedApproval::Used);
        }
        Ok(ClaimedApproval::Now(ApprovalRow {
            id: row.id,
            message: row.message_id,
            tool_call: row.tool_call,
            tool: row.tool,
            arguments: row.arguments,
            expires_at,
        }))
    }
}

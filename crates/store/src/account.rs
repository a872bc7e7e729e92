//! Deletes accounts: first the credentials, at once; then all rows, in small transactions, the user's own row last.

use jiff::Timestamp;
use taskwire_domain::UserId;
use uuid::Uuid;

use crate::tx::with_connection;
use crate::{Error, Tx};

pub(crate) mod sql {
    //! Statements that delete an account.

    use crate::statements::statements;

    statements! {
        CLOSE = "UPDATE users SET deleted_at = $2, password_hash = NULL WHERE id = $1 AND deleted_at IS NULL";
        /// System: an account whose deletion has begun.
        NEXT_CLOSED = "SELECT id FROM users WHERE deleted_at IS NOT NULL ORDER BY deleted_at LIMIT 1";
        /// Waits for every transaction that writes rows of the user: those refer to this row. SQLite has one writer.
        LOCK_CLOSED_POSTGRES = "SELECT id FROM users WHERE id = $1 AND deleted_at IS NOT NULL FOR UPDATE";
        /// SQLite has one writer.
        LOCK_CLOSED_SQLITE = "SELECT id FROM users WHERE id = $1 AND deleted_at IS NOT NULL";
        /// Keeps the row until the transaction ends, so that the account is not deleted in between.
        HOLD_POSTGRES = "SELECT id FROM users WHERE id = $1 AND deleted_at IS NULL FOR KEY SHARE";
        /// SQLite has one writer.
        HOLD_SQLITE = "SELECT id FROM users WHERE id = $1 AND deleted_at IS NULL";
        TOKENS = "DELETE FROM tokens WHERE owner_id = $1";
        CODES = "DELETE FROM sign_in_codes WHERE owner_id = $1";
        INVITATIONS = "DELETE FROM invitations WHERE owner_id = $1";
        OAUTH_CODES = "DELETE FROM oauth_codes WHERE owner_id = $1";
        REFRESH_TOKENS = "DELETE FROM oauth_refresh_tokens WHERE owner_id = $1";
        /// After the refresh tokens, which refer to them.
        GRANTS = "DELETE FROM oauth_grants WHERE owner_id = $1";
        APPROVALS = "DELETE FROM approvals WHERE (owner_id, conversation_id, id) IN (
                SELECT owner_id, conversation_id, id FROM approvals WHERE owner_id = $1 LIMIT $2)";
        MESSAGES = "DELETE FROM messages WHERE (owner_id, conversation_id, id) IN (
                SELECT owner_id, conversation_id, id FROM messages WHERE owner_id = $1 LIMIT $2)";
        CONVERSATIONS = "DELETE FROM conversations WHERE (owner_id, id) IN (
                SELECT owner_id, id FROM conversations WHERE owner_id = $1 LIMIT $2)";
        CHANGES = "DELETE FROM changes WHERE seq IN (SELECT seq FROM changes WHERE owner_id = $1 LIMIT $2)";
        VOCABULARY = "DELETE FROM vocabulary WHERE (owner_id, word) IN (
                SELECT owner_id, word FROM vocabulary WHERE owner_id = $1 LIMIT $2)";
        IDEMPOTENCY = "DELETE FROM idempotency WHERE (owner_id, key, request) IN (
                SELECT owner_id, key, request FROM idempotency WHERE owner_id = $1 LIMIT $2)";
        CHANNEL_DELIVERIES = "DELETE FROM channel_deliveries WHERE id IN (
                SELECT id FROM channel_deliveries WHERE owner_id = $1 LIMIT $2)";
        CHANNELS = "DELETE FROM channels WHERE owner_id = $1";
        NOTIFICATION_SETTINGS = "DELETE FROM notification_settings WHERE owner_id = $1";
        NOTIFICATIONS = "DELETE FROM notifications WHERE id IN (
                SELECT id FROM notifications WHERE owner_id = $1 LIMIT $2)";
        REMINDERS = "DELETE FROM reminders WHERE owner_id = $1 AND task_id IN (
                SELECT id FROM tasks WHERE owner_id = $1 ORDER BY number LIMIT $2)";
        TASK_TAGS = "DELETE FROM task_tags WHERE owner_id = $1 AND task_id IN (
                SELECT id FROM tasks WHERE owner_id = $1 ORDER BY number LIMIT $2)";
        TASKS = "DELETE FROM tasks WHERE id IN (
                SELECT id FROM tasks WHERE owner_id = $1 ORDER BY number LIMIT $2)";
        /// After the tasks and their tags, whose deletion changes them.
        COUNTS = "DELETE FROM task_counts WHERE (owner_id, kind, name, number, writer) IN (
                SELECT owner_id, kind, name, number, writer FROM task_counts WHERE owner_id = $1 LIMIT $2)";
        /// After the tags of tasks, whose deletion leaves none of them unless a row was wrong.
        TAGGED = "DELETE FROM tagged_tasks WHERE (owner_id, name_key, by_due, by_urgency, task_id) IN (
                SELECT owner_id, name_key, by_due, by_urgency, task_id FROM tagged_tasks WHERE owner_id = $1 LIMIT $2)";
        TAGS = "DELETE FROM tags WHERE id IN (SELECT id FROM tags WHERE owner_id = $1 LIMIT $2)";
        FILTERS = "DELETE FROM filters WHERE id IN (SELECT id FROM filters WHERE owner_id = $1 LIMIT $2)";
        DELIVERIES = "DELETE FROM deliveries WHERE (reminder_id, fire_at, channel) IN (
                SELECT reminder_id, fire_at, channel FROM deliveries WHERE owner_id = $1 LIMIT $2)";
        DEAD_LETTERS = "DELETE FROM dead_letters WHERE (consumer, event_id) IN (
                SELECT consumer, event_id FROM dead_letters WHERE owner_id = $1 LIMIT $2)";
        EVENTS = "DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE owner_id = $1 LIMIT $2)";
        AUDIT = "DELETE FROM audit_log WHERE event_id IN (
                SELECT event_id FROM audit_log WHERE owner_id = $1 LIMIT $2)";
        /// After the tasks, whose words are found by this row. SQLite only: Postgres has no such table.
        SEARCH_OWNER_SQLITE = "DELETE FROM search_owners WHERE owner_id = $1";
        USER = "DELETE FROM users WHERE id = $1 AND deleted_at IS NOT NULL";
    }
}

/// Statements that delete the credentials of a user, of which there are few.
const CREDENTIALS: &[&str] = &[
    sql::TOKENS,
    sql::CODES,
    sql::INVITATIONS,
    sql::OAUTH_CODES,
    sql::REFRESH_TOKENS,
    sql::GRANTS,
    sql::CHANNELS,
    sql::NOTIFICATION_SETTINGS,
];

/// Statements that delete up to a number of rows of a user. A table comes before those to which it refers, and what tasks
/// lead to (events, audit lines) after the tasks. Those of one item run together.
const ROWS: &[&[&str]] = &[
    &[sql::APPROVALS],
    &[sql::MESSAGES],
    &[sql::CONVERSATIONS],
    &[sql::CHANNEL_DELIVERIES],
    &[sql::NOTIFICATIONS],
    &[sql::REMINDERS, sql::TASK_TAGS, sql::TASKS],
    &[sql::COUNTS],
    &[sql::TAGGED],
    &[sql::TAGS],
    &[sql::FILTERS],
    &[sql::VOCABULARY],
    &[sql::IDEMPOTENCY],
    &[sql::DELIVERIES],
    &[sql::EVENTS],
    &[sql::CHANGES],
    &[sql::AUDIT],
    &[sql::DEAD_LETTERS],
];

/// What a step of deleting an account did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Erased {
    /// It deleted so many rows, and more may be left.
    Rows(u64),
    /// Nothing was left, and now the user is gone too.
    User,
}

impl Tx {
    /// Begins to delete an account: nobody can sign in any longer, and its tokens and sessions end. False if there is no
    /// such user.
    pub async fn close_account(&mut self, user: UserId, now: Timestamp) -> Result<bool, Error> {
        let closed = with_connection!(self, |connection| {
            let closed = sqlx::query(sql::CLOSE)
                .bind(user.0)
                .bind(now.as_microsecond())
                .execute(&mut *connection)
                .await?
                .rows_affected();
            for statement in CREDENTIALS.iter().copied() {
                sqlx::query(statement)
                    .bind(user.0)
                    .execute(&mut *connection)
                    .await?;
            }
            closed
        });
        Ok(closed == 1)
    }

    /// An account that was closed and is not deleted yet.
    pub async fn next_closed_account(&mut self) -> Result<Option<UserId>, Error> {
        let next: Option<Uuid> = with_connection!(self, |connection| {
            sqlx::query_scalar(sql::NEXT_CLOSED)
                .fetch_optional(connection)
                .await?
        });
        Ok(next.map(UserId))
    }

    /// Deletes some rows of a closed account, at most `limit` of a table and what belongs to as many tasks. Call it in a
    /// transaction each until the user is gone.
    pub async fn erase_account(&mut self, user: UserId, limit: i64) -> Result<Erased, Error> {
        let lock = if self.is_postgres() {
            sql::LOCK_CLOSED_POSTGRES
        } else {
            sql::LOCK_CLOSED_SQLITE
        };
        let closed: Option<Uuid> = with_connection!(self, |connection| {
            sqlx::query_scalar(lock)
                .bind(user.0)
                .fetch_optional(connection)
                .await?
        });
        // Another process may have finished. One that is not closed loses nothing.
        if closed.is_none() {
            return Ok(Erased::User);
        }
        for statements in ROWS {
            let mut deleted = 0;
            for statement in statements.iter().copied() {
                deleted += with_connection!(self, |connection| sqlx::query(statement)
                    .bind(user.0)
                    .bind(limit)
                    .execute(connection)
                    .await?
                    .rows_affected());
            }
            if deleted > 0 {
                return Ok(Erased::Rows(deleted));
            }
        }
        let is_sqlite = !self.is_postgres();
        with_connection!(self, |connection| {
            if is_sqlite {
                sqlx::query(sql::SEARCH_OWNER_SQLITE)
                    .bind(user.0)
                    .execute(&mut *connection)
                    .await?;
            }
            // A version that does not know closed accounts may have created some in between.
            for statement in CREDENTIALS.iter().copied() {
                sqlx::query(statement)
                    .bind(user.0)
                    .execute(&mut *connection)
                    .await?;
            }
            sqlx::query(sql::USER)
                .bind(user.0)
                .execute(connection)
                .await?
                .rows_affected()
        });
        Ok(Erased::User)
    }

    /// Whether there is a user, who then cannot be deleted before this transaction ends. For rows that do not refer to the
    /// user's row: none must be written after the account is gone.
    pub async fn hold_user(&mut self, user: UserId) -> Result<bool, Error> {
        let statement = if self.is_postgres() {
            sql::HOLD_POSTGRES
        } else {
            sql::HOLD_SQLITE
        };
        let found: Option<Uuid> = with_connection!(self, |connection| {
            sqlx::query_scalar(statement)
                .bind(user.0)
                .fetch_optional(connection)
                .await?
        });
        Ok(found.is_some())
    }
}

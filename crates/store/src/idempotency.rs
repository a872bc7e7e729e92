//! Stored responses, so that a repeated request gets the first response.

use jiff::Timestamp;
use sqlx::FromRow;
use taskwire_domain::{ChangeId, UserId};
use uuid::Uuid;

use crate::tx::with_connection;
use crate::{Error, Tx};

/// The response to a request with an idempotency key.
#[derive(Clone, Debug, FromRow)]
pub struct StoredResponse {
    /// Hash of the request's body.
    pub fingerprint: String,
    /// HTTP status.
    pub status: i64,
    /// The body.
    pub body: String,
    /// The change that the request made, if it made one.
    pub change_id: Option<Uuid>,
}

pub(crate) mod sql {
    //! Statements on `idempotency`.

    use crate::statements::statements;

    statements! {
        RESERVE = "INSERT INTO idempotency (owner_id, key, request, fingerprint, status, body, created_at)
            VALUES ($1, $2, $3, $4, 0, '', $5) ON CONFLICT DO NOTHING";
        FIND = "SELECT fingerprint, status, body, change_id FROM idempotency WHERE owner_id = $1 AND key = $2 AND request = $3";
        KEEP = "UPDATE idempotency SET status = $4, body = $5, change_id = $6 WHERE owner_id = $1 AND key = $2 AND request = $3";
        /// System: responses of all owners expire alike.
        EXPIRE = "DELETE FROM idempotency WHERE (owner_id, key, request) IN (
                SELECT owner_id, key, request FROM idempotency WHERE created_at < $1 ORDER BY created_at LIMIT $2)";
    }
}

impl Tx {
    /// Reserves a key for this transaction. On Postgres this waits for another transaction that has reserved it.
    ///
    /// Returns the response stored under the key if it was used before; then nothing is reserved.
    pub async fn reserve_key(
        &mut self,
        owner: UserId,
        key: &str,
        request: &str,
        fingerprint: &str,
        now: Timestamp,
    ) -> Result<Option<StoredResponse>, Error> {
        let reserved = with_connection!(self, |connection| sqlx::query(sql::RESERVE)
            .bind(owner.0)
            .bind(key)
            .bind(request)
            .bind(fingerprint)
            .bind(now.as_microsecond())
            .execute(connection)
            .await?
            .rows_affected());
        if reserved == 1 {
            return Ok(None);
        }
        let kept = with_connection!(self, |connection| {
            sqlx::query_as(sql::FIND)
                .bind(owner.0)
                .bind(key)
                .bind(request)
                .fetch_one(connection)
                .await?
        });
        Ok(Some(kept))
    }

    /// Stores the response under a reserved key.
    pub async fn store_response(
        &mut self,
        owner: UserId,
        key: &str,
        request: &str,
        status: u16,
        body: &str,
        change: Option<ChangeId>,
    ) -> Result<(), Error> {
        let kept = with_connection!(self, |connection| sqlx::query(sql::KEEP)
            .bind(owner.0)
            .bind(key)
            .bind(request)
            .bind(i64::from(status))
            .bind(body)
            .bind(change.map(|change| change.0))
            .execute(connection)
            .await?
            .rows_affected());
        crate::error::one_row(kept)
    }

    /// Deletes up to `limit` responses stored before `before`; returns how many.
    pub async fn delete_expired_responses(
        &mut self,
        before: Timestamp,
        limit: i64,
    ) -> Result<u64, Error> {
        Ok(with_connection!(self, |connection| sqlx::query(
            sql::EXPIRE
        )
        .bind(before.as_microsecond())
        .bind(limit)
        .execute(connection)
        .await?
        .rows_affected()))
    }
}

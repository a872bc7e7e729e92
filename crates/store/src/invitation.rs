//! Invitations to sign up.

use jiff::Timestamp;
use sqlx::FromRow;
use taskwire_domain::{InvitationId, UserId};
use uuid::Uuid;

use crate::task::instant;
use crate::tx::with_connection;
use crate::{Error, Tx};

/// An invitation that was not used yet.
#[derive(Clone, Debug)]
pub struct InvitationRow {
    /// The id.
    pub id: InvitationId,
    /// Who invites.
    pub owner: UserId,
    /// SHA-256 of the code, in hexadecimal.
    pub hash: String,
    /// Whom it is for.
    pub label: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
}

#[derive(FromRow)]
struct InvitationColumns {
    id: Uuid,
    owner_id: Uuid,
    hash: String,
    label: String,
    created_at: i64,
    expires_at: i64,
}

impl TryFrom<InvitationColumns> for InvitationRow {
    type Error = Error;

    fn try_from(row: InvitationColumns) -> Result<Self, Error> {
        Ok(Self {
            id: InvitationId(row.id),
            owner: UserId(row.owner_id),
            hash: row.hash,
            label: row.label,
            created_at: instant(row.created_at, "invitations", "created_at")?,
            expires_at: instant(row.expires_at, "invitations", "expires_at")?,
        })
    }
}

pub(crate) mod sql {
    //! Statements on `invitations`.

    use crate::statements::statements;

    statements! {
        INSERT = "INSERT INTO invitations (id, owner_id, hash, label, created_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6)";
        LIST = "SELECT id, owner_id, hash, label, created_at, expires_at FROM invitations
            WHERE owner_id = $1 AND expires_at > $2 ORDER BY created_at, id";
        /// System: whoever signs up has no account yet.
        IS_VALID = "SELECT EXISTS (SELECT 1 FROM invitations WHERE hash = $1 AND expires_at > $2)";
        /// System: see above. Deleting it makes it single-use.
        TAKE = "DELETE FROM invitations WHERE hash = $1 AND expires_at > $2";
        DELETE = "DELETE FROM invitations WHERE owner_id = $1 AND id = $2";
        /// System: invitations that were never used.
        DROP_EXPIRED = "DELETE FROM invitations WHERE expires_at <= $1";
    }
}

impl Tx {
    /// Adds an invitation, and deletes expired ones.
    pub async fn insert_invitation(&mut self, row: &InvitationRow) -> Result<(), Error> {
        with_connection!(self, |connection| {
            sqlx::query(sql::DROP_EXPIRED)
                .bind(row.created_at.as_microsecond())
                .execute(&mut *connection)
                .await?
                .rows_affected();
            sqlx::query(sql::INSERT)
                .bind(row.id.0)
                .bind(row.owner.0)
                .bind(&row.hash)
                .bind(&row.label)
                .bind(row.created_at.as_microsecond())
                .bind(row.expires_at.as_microsecond())
                .execute(connection)
                .await?
                .rows_affected()
        });
        Ok(())
    }

    /// The invitations of a user that were not used and have not expired, oldest first.
    pub async fn list_invitations(
        &mut self,
        owner: UserId,
        now: Timestamp,
    ) -> Result<Vec<InvitationRow>, Error> {
        let rows: Vec<InvitationColumns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::LIST)
                .bind(owner.0)
                .bind(now.as_microsecond())
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(InvitationRow::try_from).collect()
    }

    /// Whether an invitation can be used.
    pub async fn is_invitation_valid(&mut self, hash: &str, now: Timestamp) -> Result<bool, Error> {
        Ok(with_connection!(self, |connection| {
            sqlx::query_scalar(sql::IS_VALID)
                .bind(hash)
                .bind(now.as_microsecond())
                .fetch_one(connection)
                .await?
        }))
    }

    /// Uses an invitation up; false if it was used, revoked, or has expired.
    pub async fn take_invitation(&mut self, hash: &str, now: Timestamp) -> Result<bool, Error> {
        let taken = with_connection!(self, |connection| sqlx::query(sql::TAKE)
            .bind(hash)
            .bind(now.as_microsecond())
            .execute(connection)
            .await?
            .rows_affected());
        Ok(taken == 1)
    }

    /// Revokes an invitation; false if the user has no such invitation.
    pub async fn delete_invitation(
        &mut self,
        owner: UserId,
        id: InvitationId,
    ) -> Result<bool, Error> {
        let deleted = with_connection!(self, |connection| sqlx::query(sql::DELETE)
            .bind(owner.0)
            .bind(id.0)
            .execute(connection)
            .await?
            .rows_affected());
        Ok(deleted == 1)
    }
}

//! Tokens and sessions.

use jiff::Timestamp;
use sqlx::FromRow;
use taskwire_domain::{GrantId, TokenId, UserId};
use uuid::Uuid;

use crate::task::instant;
use crate::tx::with_connection;
use crate::user::UserColumns;
use crate::{Error, Tx, UserRow};

/// A token or session, without its secret.
#[derive(Clone, Debug)]
pub struct TokenRow {
    /// The id.
    pub id: TokenId,
    /// The owner.
    pub owner: UserId,
    /// SHA-256 of the secret, in hexadecimal.
    pub hash: String,
    /// `session`, `api`, `oauth`, or `external` for one of another authorization server.
    pub kind: String,
    /// The purpose.
    pub label: String,
    /// The scopes, separated by spaces.
    pub scopes: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it expires.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, as far as that was noted.
    pub last_used_at: Option<Timestamp>,
    /// The program that signed in, as it named itself.
    pub client: Option<String>,
    /// The grant that an access token of OAuth comes from.
    pub grant: Option<GrantId>,
    /// The only server that may accept it; `None` for every one of this installation.
    pub audience: Option<String>,
}

/// A token with its user.
#[derive(Clone, Debug)]
pub struct Credential {
    /// The user.
    pub user: UserRow,
    /// The token.
    pub token: TokenRow,
}

#[derive(FromRow)]
struct TokenColumns {
    token_id: Uuid,
    owner_id: Uuid,
    hash: String,
    kind: String,
    label: String,
    scopes: String,
    created_at: i64,
    expires_at: Option<i64>,
    last_used_at: Option<i64>,
    client: Option<String>,
    grant_id: Option<Uuid>,
    audience: Option<String>,
}

#[derive(FromRow)]
struct CredentialColumns {
    #[sqlx(flatten)]
    user: UserColumns,
    #[sqlx(flatten)]
    token: TokenColumns,
}

impl TryFrom<TokenColumns> for TokenRow {
    type Error = Error;

    fn try_from(row: TokenColumns) -> Result<Self, Error> {
        let optional = |micros: Option<i64>, column| {
            let at = micros.map(|micros| instant(micros, "tokens", column));
            at.transpose()
        };
        Ok(Self {
            id: TokenId(row.token_id),
            owner: UserId(row.owner_id),
            hash: row.hash,
            kind: row.kind,
            label: row.label,
            scopes: row.scopes,
            created_at: instant(row.created_at, "tokens", "created_at")?,
            expires_at: optional(row.expires_at, "expires_at")?,
            last_used_at: optional(row.last_used_at, "last_used_at")?,
            client: row.client,
            grant: row.grant_id.map(GrantId),
            audience: row.audience,
        })
    }
}

pub(crate) mod sql {
    //! Statements on `tokens`.

    use crate::statements::statements;

    statements! {
        INSERT_TOKEN = "INSERT INTO tokens (id, owner_id, hash, kind, label, scopes, created_at, expires_at, client,
                grant_id, audience)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        /// System: the token identifies the owner.
        FIND_CREDENTIAL = "SELECT users.id, users.name, users.password_hash, users.zone, users.week_start,
                users.date_order, users.day_start, users.language, users.default_reminder, users.theme, users.density,
                tokens.id AS token_id, tokens.owner_id, tokens.hash, tokens.kind, tokens.label, tokens.scopes,
                tokens.created_at, tokens.expires_at, tokens.last_used_at, tokens.client, tokens.grant_id, tokens.audience
            FROM tokens JOIN users ON users.id = tokens.owner_id
            WHERE tokens.hash = $1 AND (tokens.expires_at IS NULL OR tokens.expires_at > $2)
                AND users.deleted_at IS NULL";
        /// Access tokens of grants are renewed each hour; what a person sees is the grant.
        LIST_TOKENS = "SELECT id AS token_id, owner_id, hash, kind, label, scopes, created_at, expires_at, last_used_at,
                client, grant_id, audience
            FROM tokens WHERE owner_id = $1 AND grant_id IS NULL AND (expires_at IS NULL OR expires_at > $2) ORDER BY created_at, id";
        DELETE_TOKEN = "DELETE FROM tokens WHERE owner_id = $1 AND id = $2 AND grant_id IS NULL";
        /// Of two requests with the same new token one adds it.
        INSERT_EXTERNAL_TOKEN = "INSERT INTO tokens (id, owner_id, hash, kind, label, scopes, created_at, expires_at,
                client, grant_id, audience)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (hash) DO NOTHING";
        DROP_EXPIRED_EXTERNAL = "DELETE FROM tokens WHERE owner_id = $1 AND kind = 'external' AND expires_at <= $2";
        /// System: a process checks all tokens with open event streams.
        VALID_TOKENS = "SELECT id FROM tokens
            WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            AND (expires_at IS NULL OR expires_at > $17)";
        DELETE_SESSIONS = "DELETE FROM tokens WHERE owner_id = $1 AND kind = 'session'
            AND (CAST($2 AS BOOLEAN) OR id <> $3)";
        /// Several processes may have noted the use: the first within a minute is enough.
        NOTE_USE = "UPDATE tokens SET last_used_at = $3
            WHERE owner_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at <= $4)";
    }
}

/// Number of parameters of [`sql::VALID_TOKENS`], which is fixed so that the statement is prepared once.
const TOKENS_AT_ONCE: usize = 16;

impl Tx {
    /// Adds a token.
    pub async fn insert_token(&mut self, token: &TokenRow) -> Result<(), Error> {
        self.write_token(sql::INSERT_TOKEN, token).await
    }

    /// Adds a token of another authorization server, unless it is there, and deletes those of its owner that have expired.
    pub async fn insert_external_token(
        &mut self,
        token: &TokenRow,
        now: Timestamp,
    ) -> Result<(), Error> {
        with_connection!(self, |connection| sqlx::query(sql::DROP_EXPIRED_EXTERNAL)
            .bind(token.owner.0)
            .bind(now.as_microsecond())
            .execute(connection)
            .await?
            .rows_affected());
        self.write_token(sql::INSERT_EXTERNAL_TOKEN, token).await
    }

    async fn write_token(
        &mut self,
        statement: &'static str,
        token: &TokenRow,
    ) -> Result<(), Error> {
        with_connection!(self, |connection| sqlx::query(statement)
            .bind(token.id.0)
            .bind(token.owner.0)
            .bind(&token.hash)
            .bind(&token.kind)
            .bind(&token.label)
            .bind(&token.scopes)
            .bind(token.created_at.as_microsecond())
            .bind(token.expires_at.map(Timestamp::as_microsecond))
            .bind(&token.client)
            .bind(token.grant.map(|grant| grant.0))
            .bind(&token.audience)
            .execute(connection)
            .await?
            .rows_affected());
        Ok(())
    }

    /// The owner of a token, if it is known and has not expired.
    pub async fn find_credential(
        &mut self,
        hash: &str,
        now: Timestamp,
    ) -> Result<Option<Credential>, Error> {
        let row: Option<CredentialColumns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::FIND_CREDENTIAL)
                .bind(hash)
                .bind(now.as_microsecond())
                .fetch_optional(connection)
                .await?
        });
        row.map(|row| {
            Ok(Credential {
                user: row.user.try_into()?,
                token: row.token.try_into()?,
            })
        })
        .transpose()
    }

    /// A user's tokens and sessions that have not expired, oldest first.
    pub async fn list_tokens(
        &mut self,
        owner: UserId,
        now: Timestamp,
    ) -> Result<Vec<TokenRow>, Error> {
        let rows: Vec<TokenColumns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::LIST_TOKENS)
                .bind(owner.0)
                .bind(now.as_microsecond())
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(TokenRow::try_from).collect()
    }

    /// Deletes a token; false if the user has no such token.
    pub async fn delete_token(&mut self, owner: UserId, id: TokenId) -> Result<bool, Error> {
        let deleted = with_connection!(self, |connection| sqlx::query(sql::DELETE_TOKEN)
            .bind(owner.0)
            .bind(id.0)
            .execute(connection)
            .await?
            .rows_affected());
        Ok(deleted == 1)
    }

    /// Ends the sessions of a user, except `kept`; tokens stay.
    pub async fn delete_sessions(
        &mut self,
        owner: UserId,
        kept: Option<TokenId>,
    ) -> Result<u64, Error> {
        Ok(with_connection!(self, |connection| sqlx::query(
            sql::DELETE_SESSIONS
        )
        .bind(owner.0)
        .bind(kept.is_none())
        .bind(kept.map_or(Uuid::nil(), |kept| kept.0))
        .execute(connection)
        .await?
        .rows_affected()))
    }

    /// Notes that a token was used at `now`, unless a use at or after `since` was noted before.
    pub async fn note_use(
        &mut self,
        owner: UserId,
        id: TokenId,
        now: Timestamp,
        since: Timestamp,
    ) -> Result<(), Error> {
        with_connection!(self, |connection| sqlx::query(sql::NOTE_USE)
            .bind(owner.0)
            .bind(id.0)
            .bind(now.as_microsecond())
            .bind(since.as_microsecond())
            .execute(connection)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Those of these tokens that exist and have not expired.
    pub async fn valid_tokens(
        &mut self,
        tokens: &[TokenId],
        now: Timestamp,
    ) -> Result<Vec<TokenId>, Error> {
        let mut valid = Vec::with_capacity(tokens.len());
        for asked in tokens.chunks(TOKENS_AT_ONCE) {
            // The last token fills the remaining parameters.
            let filled = asked.iter().chain(asked.last().into_iter().cycle());
            let found: Vec<Uuid> = with_connection!(self, |connection| {
                let mut query = sqlx::query_scalar(sql::VALID_TOKENS);
                for token in filled.take(TOKENS_AT_ONCE) {
                    query = query.bind(token.0);
                }
                query
                    .bind(now.as_microsecond())
                    .fetch_all(connection)
                    .await?
            });
            valid.extend(found.into_iter().map(TokenId));
        }
        Ok(valid)
    }
}

//! OAuth: clients that registered themselves, what users granted to clients, codes, and refresh tokens.

use jiff::Timestamp;
use taskwire_domain::{GrantId, TokenId, UserId};
use uuid::Uuid;

use crate::task::instant;
use crate::tx::with_connection;
use crate::{Error, Tx};

mod rows;

pub use rows::{ClientRow, CodeRow, GrantRow, RefreshRow};
use rows::{CodeColumns, GrantColumns, RefreshColumns, refresh_row};

pub(crate) mod sql {
    //! Statements on the tables of OAuth.

    use crate::statements::statements;

    statements! {
        /// System: clients belong to no user.
        INSERT_CLIENT = "INSERT INTO oauth_clients (id, name, redirect_uris, created_at) VALUES ($1, $2, $3, $4)";
        /// System: clients belong to no user.
        FIND_CLIENT = "SELECT name, redirect_uris, created_at FROM oauth_clients WHERE id = $1";
        /// System: clients belong to no user.
        COUNT_CLIENTS = "SELECT COUNT(*) FROM oauth_clients";
        /// System: registered, but never allowed anything.
        DROP_UNUSED_CLIENTS = "DELETE FROM oauth_clients WHERE created_at < $1
            AND NOT EXISTS (SELECT 1 FROM oauth_grants WHERE oauth_grants.client_id = oauth_clients.id)";
        INSERT_CODE = "INSERT INTO oauth_codes (hash, owner_id, grant_id, client_id, client_name, redirect_uri, challenge,
                resource, scopes, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        DROP_OLD_CODES = "DELETE FROM oauth_codes WHERE owner_id = $1 AND expires_at < $2";
        /// System: the code identifies the owner. Whoever marks it first has used it.
        USE_CODE = "UPDATE oauth_codes SET used_at = $2 WHERE hash = $1 AND used_at IS NULL";
        /// System: the code identifies the owner.
        FIND_CODE = "SELECT hash, owner_id, grant_id, client_id, client_name, redirect_uri, challenge, resource, scopes,
                expires_at, used_at
            FROM oauth_codes WHERE hash = $1";
        INSERT_GRANT = "INSERT INTO oauth_grants (id, owner_id, client_id, client_name, redirect_uri, resource, scopes,
                created_at, last_used_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        /// The use of an access token is noted with it; until one is used, the grant has the last renewal.
        LIST_GRANTS = "SELECT id, owner_id, client_id, client_name, redirect_uri, resource, scopes, created_at,
                COALESCE((SELECT MAX(tokens.last_used_at) FROM tokens
                    WHERE tokens.owner_id = $1 AND tokens.grant_id = oauth_grants.id), last_used_at) AS last_used_at,
                expires_at
            FROM oauth_grants WHERE owner_id = $1 AND expires_at > $2 ORDER BY created_at, id";
        LIST_ENDED_GRANTS = "SELECT id, owner_id, client_id, client_name, redirect_uri, resource, scopes, created_at,
                last_used_at, expires_at
            FROM oauth_grants WHERE owner_id = $1 AND expires_at <= $2 ORDER BY created_at, id";
        FIND_GRANT = "SELECT id, owner_id, client_id, client_name, redirect_uri, resource, scopes, created_at,
                last_used_at, expires_at
            FROM oauth_grants WHERE owner_id = $1 AND id = $2";
        RENEW_GRANT = "UPDATE oauth_grants SET last_used_at = $3, expires_at = $4 WHERE owner_id = $1 AND id = $2";
        TOKENS_OF_GRANT = "SELECT id FROM tokens WHERE owner_id = $1 AND grant_id = $2";
        DELETE_TOKENS = "DELETE FROM tokens WHERE owner_id = $1 AND grant_id = $2";
        DELETE_EXPIRED_TOKENS = "DELETE FROM tokens WHERE owner_id = $1 AND grant_id = $2 AND expires_at <= $3";
        DELETE_REFRESH = "DELETE FROM oauth_refresh_tokens WHERE owner_id = $1 AND grant_id = $2";
        DELETE_EXPIRED_REFRESH = "DELETE FROM oauth_refresh_tokens WHERE owner_id = $1 AND grant_id = $2
            AND expires_at <= $3";
        DELETE_GRANT = "DELETE FROM oauth_grants WHERE owner_id = $1 AND id = $2";
        INSERT_REFRESH = "INSERT INTO oauth_refresh_tokens (hash, owner_id, grant_id, expires_at)
            VALUES ($1, $2, $3, $4)";
        /// System: the token identifies the owner. Whoever marks it first has used it.
        USE_REFRESH = "UPDATE oauth_refresh_tokens SET used_at = $2 WHERE hash = $1 AND used_at IS NULL";
        /// System: the token identifies the owner.
        FIND_REFRESH = "SELECT hash, owner_id, grant_id, expires_at, used_at FROM oauth_refresh_tokens WHERE hash = $1";
    }
}

impl Tx {
    /// Adds a client, and deletes those that registered before `unused_since` and were never allowed anything. False,
    /// and nothing is added, if there are `most` or more.
    pub async fn insert_oauth_client(
        &mut self,
        client: &ClientRow,
        unused_since: Timestamp,
        most: i64,
    ) -> Result<bool, Error> {
        let uris = serde_json::Value::from(client.redirect_uris.clone()).to_string();
        let count: i64 = with_connection!(self, |connection| {
            sqlx::query(sql::DROP_UNUSED_CLIENTS)
                .bind(unused_since.as_microsecond())
                .execute(&mut *connection)
                .await?
                .rows_affected();
            sqlx::query_scalar(sql::COUNT_CLIENTS)
                .fetch_one(connection)
                .await?
        });
        if count >= most {
            return Ok(false);
        }
        with_connection!(self, |connection| sqlx::query(sql::INSERT_CLIENT)
            .bind(&client.id)
            .bind(&client.name)
            .bind(&uris)
            .bind(client.created_at.as_microsecond())
            .execute(connection)
            .await?
            .rows_affected());
        Ok(true)
    }

    /// A client that registered itself.
    pub async fn find_oauth_client(&mut self, id: &str) -> Result<Option<ClientRow>, Error> {
        let row: Option<(String, String, i64)> = with_connection!(self, |connection| {
            sqlx::query_as(sql::FIND_CLIENT)
                .bind(id)
                .fetch_optional(connection)
                .await?
        });
        row.map(|(name, uris, created)| {
            Ok(ClientRow {
                id: id.to_owned(),
                name,
                // Written by this module.
                redirect_uris: serde_json::from_str(&uris).unwrap_or_default(),
                created_at: instant(created, "oauth_clients", "created_at")?,
            })
        })
        .transpose()
    }

    /// Adds a code, and deletes those of its owner that expired before `old`.
    pub async fn insert_oauth_code(&mut self, code: &CodeRow, old: Timestamp) -> Result<(), Error> {
        with_connection!(self, |connection| {
            sqlx::query(sql::DROP_OLD_CODES)
                .bind(code.owner.0)
                .bind(old.as_microsecond())
                .execute(&mut *connection)
                .await?
                .rows_affected();
            sqlx::query(sql::INSERT_CODE)
                .bind(&code.hash)
                .bind(code.owner.0)
                .bind(code.grant.0)
                .bind(&code.client_id)
                .bind(&code.client_name)
                .bind(&code.redirect_uri)
                .bind(&code.challenge)
                .bind(&code.resource)
                .bind(&code.scopes)
                .bind(code.expires_at.as_microsecond())
                .execute(connection)
                .await?
                .rows_affected()
        });
        Ok(())
    }

    /// Marks a code as used; returns it, and whether this was its first use.
    pub async fn use_oauth_code(
        &mut self,
        hash: &str,
        now: Timestamp,
    ) -> Result<Option<(CodeRow, bool)>, Error> {
        let (marked, row): (u64, Option<CodeColumns>) = with_connection!(self, |connection| {
            let marked = sqlx::query(sql::USE_CODE)
                .bind(hash)
                .bind(now.as_microsecond())
                .execute(&mut *connection)
                .await?
                .rows_affected();
            let row = sqlx::query_as(sql::FIND_CODE)
                .bind(hash)
                .fetch_optional(connection)
                .await?;
            (marked, row)
        });
        row.map(|row| Ok((row.try_into()?, marked == 1)))
            .transpose()
    }

    /// Marks a refresh token as used; returns it, and whether this was its first use.
    pub async fn use_refresh_token(
        &mut self,
        hash: &str,
        now: Timestamp,
    ) -> Result<Option<(RefreshRow, bool)>, Error> {
        let (marked, row): (u64, Option<RefreshColumns>) = with_connection!(self, |connection| {
            let marked = sqlx::query(sql::USE_REFRESH)
                .bind(hash)
                .bind(now.as_microsecond())
                .execute(&mut *connection)
                .await?
                .rows_affected();
            let row = sqlx::query_as(sql::FIND_REFRESH)
                .bind(hash)
                .fetch_optional(connection)
                .await?;
            (marked, row)
        });
        row.map(|row| Ok((refresh_row(row)?, marked == 1)))
            .transpose()
    }

    /// A refresh token, used or not.
    pub async fn find_refresh_token(&mut self, hash: &str) -> Result<Option<RefreshRow>, Error> {
        let row: Option<RefreshColumns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::FIND_REFRESH)
                .bind(hash)
                .fetch_optional(connection)
                .await?
        });
        row.map(refresh_row).transpose()
    }

    /// Adds a refresh token, and deletes the expired tokens of its grant.
    pub async fn insert_refresh_token(
        &mut self,
        token: &RefreshRow,
        now: Timestamp,
    ) -> Result<(), Error> {
        with_connection!(self, |connection| {
            for statement in [sql::DELETE_EXPIRED_REFRESH, sql::DELETE_EXPIRED_TOKENS] {
                sqlx::query(statement)
                    .bind(token.owner.0)
                    .bind(token.grant.0)
                    .bind(now.as_microsecond())
                    .execute(&mut *connection)
                    .await?;
            }
            sqlx::query(sql::INSERT_REFRESH)
                .bind(&token.hash)
                .bind(token.owner.0)
                .bind(token.grant.0)
                .bind(token.expires_at.as_microsecond())
                .execute(connection)
                .await?
                .rows_affected()
        });
        Ok(())
    }

    /// Adds a grant.
    pub async fn insert_grant(&mut self, grant: &GrantRow) -> Result<(), Error> {
        with_connection!(self, |connection| sqlx::query(sql::INSERT_GRANT)
            .bind(grant.id.0)
            .bind(grant.owner.0)
            .bind(&grant.client_id)
            .bind(&grant.client_name)
            .bind(&grant.redirect_uri)
            .bind(&grant.resource)
            .bind(&grant.scopes)
            .bind(grant.created_at.as_microsecond())
            .bind(grant.last_used_at.as_microsecond())
            .bind(grant.expires_at.as_microsecond())
            .execute(connection)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Notes that the tokens of a grant were renewed; false if it has ended.
    pub async fn renew_grant(
        &mut self,
        owner: UserId,
        id: GrantId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<bool, Error> {
        let renewed = with_connection!(self, |connection| sqlx::query(sql::RENEW_GRANT)
            .bind(owner.0)
            .bind(id.0)
            .bind(now.as_microsecond())
            .bind(expires_at.as_microsecond())
            .execute(connection)
            .await?
            .rows_affected());
        Ok(renewed == 1)
    }

    /// One grant of a user.
    pub async fn find_grant(
        &mut self,
        owner: UserId,
        id: GrantId,
    ) -> Result<Option<GrantRow>, Error> {
        let row: Option<GrantColumns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::FIND_GRANT)
                .bind(owner.0)
                .bind(id.0)
                .fetch_optional(connection)
                .await?
        });
        row.map(GrantRow::try_from).transpose()
    }

    /// The grants of a user that have not ended, oldest first.
    pub async fn list_grants(
        &mut self,
        owner: UserId,
        now: Timestamp,
    ) -> Result<Vec<GrantRow>, Error> {
        self.grants(sql::LIST_GRANTS, owner, now).await
    }

    /// Deletes the grants of a user whose tokens were not renewed in time.
    pub async fn delete_ended_grants(
        &mut self,
        owner: UserId,
        now: Timestamp,
    ) -> Result<(), Error> {
        for ended in self.grants(sql::LIST_ENDED_GRANTS, owner, now).await? {
            self.delete_grant(owner, ended.id).await?;
        }
        Ok(())
    }

    async fn grants(
        &mut self,
        statement: &'static str,
        owner: UserId,
        now: Timestamp,
    ) -> Result<Vec<GrantRow>, Error> {
        let rows: Vec<GrantColumns> = with_connection!(self, |connection| {
            sqlx::query_as(statement)
                .bind(owner.0)
                .bind(now.as_microsecond())
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(GrantRow::try_from).collect()
    }

    /// Ends a grant with all its tokens; returns the ids of its access tokens, or `None` if the user has no such grant.
    pub async fn delete_grant(
        &mut self,
        owner: UserId,
        id: GrantId,
    ) -> Result<Option<Vec<TokenId>>, Error> {
        let (deleted, tokens): (u64, Vec<Uuid>) = with_connection!(self, |connection| {
            let tokens = sqlx::query_scalar(sql::TOKENS_OF_GRANT)
                .bind(owner.0)
                .bind(id.0)
                .fetch_all(&mut *connection)
                .await?;
            for statement in [sql::DELETE_TOKENS, sql::DELETE_REFRESH] {
                sqlx::query(statement)
                    .bind(owner.0)
                    .bind(id.0)
                    .execute(&mut *connection)
                    .await?;
            }
            let deleted = sqlx::query(sql::DELETE_GRANT)
                .bind(owner.0)
                .bind(id.0)
                .execute(connection)
                .await?
                .rows_affected();
            (deleted, tokens)
        });
        Ok((deleted == 1).then(|| tokens.into_iter().map(TokenId).collect()))
    }
}

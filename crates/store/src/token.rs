//! Changes to tokens and sessions after their creation.

use jiff::Timestamp;
use taskwire_domain::{TokenId, UserId};
use uuid::Uuid;

use crate::tx::with_connection;
use crate::{Error, Tx};

pub(crate) mod sql {
    //! Statements on `tokens`.

    use crate::statements::statements;

    statements! {
        /// System: a process checks all tokens with open event streams.
        VALID_TOKENS = "SELECT id FROM tokens
            WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            AND (expires_at IS NULL OR expires_at > $17)";
        DELETE_SESSIONS = "DELETE FROM tokens WHERE owner_id = $1 AND kind = 'session'";
    }
}

/// Number of parameters of [`sql::VALID_TOKENS`], which is fixed so that the statement is prepared once.
const TOKENS_AT_ONCE: usize = 16;

impl Tx {
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

    /// Ends all sessions of a user; tokens stay.
    pub async fn delete_sessions(&mut self, owner: UserId) -> Result<u64, Error> {
        Ok(with_connection!(self, |connection| sqlx::query(
            sql::DELETE_SESSIONS
        )
        .bind(owner.0)
        .execute(connection)
        .await?
        .rows_affected()))
    }
}

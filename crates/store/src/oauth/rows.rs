//! The rows of OAuth.

use jiff::Timestamp;
use sqlx::FromRow;
use taskwire_domain::{GrantId, UserId};
use uuid::Uuid;

use crate::Error;
use crate::task::instant;

/// A client that registered itself.
#[derive(Clone, Debug)]
pub struct ClientRow {
    /// The id.
    pub id: String,
    /// Its name, as it names itself.
    pub name: String,
    /// Where it may be sent codes.
    pub redirect_uris: Vec<String>,
    /// When it registered.
    pub created_at: Timestamp,
}

/// What a user allowed a client.
#[derive(Clone, Debug)]
pub struct GrantRow {
    /// The id.
    pub id: GrantId,
    /// Who allowed it.
    pub owner: UserId,
    /// The client.
    pub client_id: String,
    /// Its name, as it named itself.
    pub client_name: String,
    /// Where it was sent the code.
    pub redirect_uri: String,
    /// The server that its tokens are for.
    pub resource: String,
    /// The scopes, separated by spaces.
    pub scopes: String,
    /// When it was allowed.
    pub created_at: Timestamp,
    /// When its tokens were renewed last; in a list, when one was used last.
    pub last_used_at: Timestamp,
    /// When it ends, unless its tokens are renewed before.
    pub expires_at: Timestamp,
}

/// A code, which is exchanged for tokens once.
#[derive(Clone, Debug)]
pub struct CodeRow {
    /// SHA-256 of the code, in hexadecimal.
    pub hash: String,
    /// Who allowed it.
    pub owner: UserId,
    /// The id of the grant that it will become.
    pub grant: GrantId,
    /// The client.
    pub client_id: String,
    /// Its name, as it named itself.
    pub client_name: String,
    /// Where it was sent.
    pub redirect_uri: String,
    /// The challenge of PKCE (S256).
    pub challenge: String,
    /// The server that the tokens are for.
    pub resource: String,
    /// The scopes, separated by spaces.
    pub scopes: String,
    /// When it expires.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
}

/// A refresh token, which is exchanged for new tokens once.
#[derive(Clone, Debug)]
pub struct RefreshRow {
    /// SHA-256 of the token, in hexadecimal.
    pub hash: String,
    /// Whose grant it is.
    pub owner: UserId,
    /// The grant.
    pub grant: GrantId,
    /// When it expires.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
}

#[derive(FromRow)]
pub(super) struct GrantColumns {
    id: Uuid,
    owner_id: Uuid,
    client_id: String,
    client_name: String,
    redirect_uri: String,
    resource: String,
    scopes: String,
    created_at: i64,
    last_used_at: i64,
    expires_at: i64,
}

#[derive(FromRow)]
pub(super) struct CodeColumns {
    hash: String,
    owner_id: Uuid,
    grant_id: Uuid,
    client_id: String,
    client_name: String,
    redirect_uri: String,
    challenge: String,
    resource: String,
    scopes: String,
    expires_at: i64,
    used_at: Option<i64>,
}

pub(super) type RefreshColumns = (String, Uuid, Uuid, i64, Option<i64>);

impl TryFrom<GrantColumns> for GrantRow {
    type Error = Error;

    fn try_from(row: GrantColumns) -> Result<Self, Error> {
        let at = |micros, column| instant(micros, "oauth_grants", column);
        Ok(Self {
            id: GrantId(row.id),
            owner: UserId(row.owner_id),
            client_id: row.client_id,
            client_name: row.client_name,
            redirect_uri: row.redirect_uri,
            resource: row.resource,
            scopes: row.scopes,
            created_at: at(row.created_at, "created_at")?,
            last_used_at: at(row.last_used_at, "last_used_at")?,
            expires_at: at(row.expires_at, "expires_at")?,
        })
    }
}

impl TryFrom<CodeColumns> for CodeRow {
    type Error = Error;

    fn try_from(row: CodeColumns) -> Result<Self, Error> {
        let at = |micros, column| instant(micros, "oauth_codes", column);
        Ok(Self {
            hash: row.hash,
            owner: UserId(row.owner_id),
            grant: GrantId(row.grant_id),
            client_id: row.client_id,
            client_name: row.client_name,
            redirect_uri: row.redirect_uri,
            challenge: row.challenge,
            resource: row.resource,
            scopes: row.scopes,
            expires_at: at(row.expires_at, "expires_at")?,
            used_at: row.used_at.map(|used| at(used, "used_at")).transpose()?,
        })
    }
}

pub(super) fn refresh_row(
    (hash, owner, grant, expires, used): RefreshColumns,
) -> Result<RefreshRow, Error> {
    let at = |micros, column| instant(micros, "oauth_refresh_tokens", column);
    Ok(RefreshRow {
        hash,
        owner: UserId(owner),
        grant: GrantId(grant),
        expires_at: at(expires, "expires_at")?,
        used_at: used.map(|used| at(used, "used_at")).transpose()?,
    })
}

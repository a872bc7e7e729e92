//! Operations on users for the command line, without HTTP. Each call is one transaction.

use jiff::{SignedDuration, Timestamp};
use taskwire_domain::contract::{TokenView, UserView};
use taskwire_domain::{Ids, Invalid, Secret, TokenId, Zone};
use taskwire_store::Db;

use super::token::{ADMIN, Issue, SCOPES, issue};
use super::user::ensure;
use super::{Error, invitation, token, user};
use crate::{password, secret};

/// Ensures that a user exists.
pub async fn ensure_user(
    db: &Db,
    ids: &Ids,
    now: Timestamp,
    name: &str,
    zone: &Zone,
) -> Result<UserView, Error> {
    let mut tx = db.begin().await?;
    let user = ensure(&mut tx, ids, now, name, zone).await?;
    tx.commit().await?;
    Ok(user::view(&user))
}

/// Creates an API token for a user, and the user if there is none of that name.
pub async fn create_token(
    db: &Db,
    ids: &Ids,
    now: Timestamp,
    name: &str,
    label: &str,
    wanted: Option<&[String]>,
) -> Result<Secret, Error> {
    let label = token::label(label)?;
    let scopes = token::scopes(wanted, &[&SCOPES[..], &[ADMIN]].concat())?;
    let mut tx = db.begin().await?;
    let user = ensure(&mut tx, ids, now, name, &Zone::utc()).await?;
    let wanted = Issue {
        kind: "api",
        label,
        scopes: &scopes,
        expires_at: None,
        client: None,
    };
    let (_, token) = issue(&mut tx, ids, user.id, now, &wanted).await?;
    tx.commit().await?;
    Ok(token)
}

/// A user's tokens and sessions that have not expired.
pub async fn list_tokens(db: &Db, now: Timestamp, name: &str) -> Result<Vec<TokenView>, Error> {
    let mut tx = db.read().await?;
    let user = tx
        .find_user_by_name(name)
        .await?
        .ok_or_else(|| Error::NotFound(format!("user {name:?}")))?;
    Ok(tx
        .list_tokens(user.id, now)
        .await?
        .iter()
        .map(|token| token::view(token, None))
        .collect())
}

/// Revokes a token of a user.
pub async fn revoke_token(db: &Db, name: &str, id: TokenId) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let user = tx
        .find_user_by_name(name)
        .await?
        .ok_or_else(|| Error::NotFound(format!("user {name:?}")))?;
    if !tx.delete_token(user.id, id).await? {
        return Err(Error::NotFound(format!("token {id} of {name:?}")));
    }
    tx.commit().await?;
    Ok(())
}

/// Sets the password with which a user signs in on the page, and ends the existing sessions: a user who changes a
/// password may do so because another person knows it. Tokens stay valid.
pub async fn set_password(
    db: &Db,
    ids: &Ids,
    now: Timestamp,
    name: &str,
    text: &str,
) -> Result<(), Error> {
    let hash = password::hash(ids, text)?;
    let mut tx = db.begin().await?;
    let user = ensure(&mut tx, ids, now, name, &Zone::utc()).await?;
    tx.lock_user(user.id).await?;
    tx.set_password(user.id, &hash).await?;
    tx.delete_sessions(user.id, None).await?;
    tx.commit().await?;
    Ok(())
}

/// Creates a code that signs a browser in, once, within `life`.
pub async fn sign_in_code(
    db: &Db,
    ids: &Ids,
    now: Timestamp,
    name: &str,
    life: SignedDuration,
) -> Result<Secret, Error> {
    let code = secret::generate(ids, "");
    let expires_at = now
        .checked_add(life)
        .map_err(|_| Invalid::new("", "invalid_expiry", "Expiry is out of range."))?;
    let mut tx = db.begin().await?;
    let user = ensure(&mut tx, ids, now, name, &Zone::utc()).await?;
    tx.insert_code(&secret::digest(&code), user.id, expires_at, now)
        .await?;
    tx.commit().await?;
    Ok(Secret::new(code))
}

/// Creates an invitation to sign up, valid for a week, and returns its code.
pub async fn invite(
    db: &Db,
    ids: &Ids,
    now: Timestamp,
    name: &str,
    label: &str,
) -> Result<Secret, Error> {
    let label = token::label(label)?;
    let mut tx = db.begin().await?;
    let user = ensure(&mut tx, ids, now, name, &Zone::utc()).await?;
    let (_, code) = invitation::issue(&mut tx, ids, user.id, now, label, invitation::DAYS).await?;
    tx.commit().await?;
    Ok(code)
}

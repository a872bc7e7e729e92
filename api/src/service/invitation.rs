//! Invitations to sign up.

use jiff::{SignedDuration, Timestamp};
use taskwire_domain::contract::{InvitationCreated, InvitationView, NewInvitation};
use taskwire_domain::{Ids, Invalid, InvitationId, Secret, UserId};
use taskwire_store::{InvitationRow, Tx};

use super::{Context, Error, token};
use crate::secret;

/// Days for which an invitation is valid, if nothing else is asked for.
pub(super) const DAYS: i64 = 7;
/// Longest validity of an invitation, in days.
const DAYS_MAX: i64 = 90;

fn view(row: &InvitationRow) -> InvitationView {
    InvitationView {
        id: row.id.0,
        label: row.label.clone(),
        created_at: row.created_at,
        expires_at: row.expires_at,
    }
}

/// Creates an invitation.
pub(crate) async fn create(
    context: &mut Context,
    input: &NewInvitation,
) -> Result<InvitationCreated, Error> {
    let label = token::label(&input.label)?;
    let days = token::days(input.expires_in_days, DAYS_MAX)?.unwrap_or(DAYS);
    let (owner, now) = (context.owner, context.now);
    let (row, code) = issue(&mut context.tx, &context.ids, owner, now, label, days).await?;
    Ok(InvitationCreated {
        view: view(&row),
        code: Some(code.expose().to_owned()),
    })
}

/// Stores a new invitation and returns its code.
pub(super) async fn issue(
    tx: &mut Tx,
    ids: &Ids,
    owner: UserId,
    now: Timestamp,
    label: &str,
    days: i64,
) -> Result<(InvitationRow, Secret), Error> {
    let code = secret::generate(ids, "twi_");
    let expires_at = now
        .checked_add(SignedDuration::from_hours(24 * days))
        .map_err(|_| Invalid::new("/expires_in_days", "invalid_expiry", "Out of range."))?;
    let row = InvitationRow {
        id: ids.next(now),
        owner,
        hash: secret::digest(&code),
        label: label.to_owned(),
        created_at: now,
        expires_at,
    };
    tx.insert_invitation(&row).await?;
    Ok((row, Secret::new(code)))
}

/// The owner's invitations that can be used, oldest first.
pub(crate) async fn list(context: &mut Context) -> Result<Vec<InvitationView>, Error> {
    let rows = context
        .tx
        .list_invitations(context.owner, context.now)
        .await?;
    Ok(rows.iter().map(view).collect())
}

/// An invitation of the owner.
pub(crate) async fn get(context: &mut Context, id: InvitationId) -> Result<InvitationView, Error> {
    let all = list(context).await?;
    let found = all.into_iter().find(|own| own.id == id.0);
    found.ok_or_else(unknown)
}

/// Revokes an invitation of the owner.
pub(crate) async fn revoke(context: &mut Context, id: InvitationId) -> Result<(), Error> {
    if context.tx.delete_invitation(context.owner, id).await? {
        Ok(())
    } else {
        Err(unknown())
    }
}

fn unknown() -> Error {
    Error::NotFound("such invitation".into())
}

//! Signing up, passwords, and leaving.

use jiff::Timestamp;
use taskwire_domain::contract::NewUser;
use taskwire_domain::{Ids, Invalid, TokenId, UserId, Zone};
use taskwire_store::{Tx, UserRow};

use super::draft::collect_err;
use super::{Context, Error, conflict, settings, user};
use crate::{password, secret};

/// Who may sign up.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum SignUp {
    /// Anyone.
    Open,
    /// Whoever has an invitation.
    Invitation,
    /// Nobody: an operator creates accounts with the command line.
    #[default]
    Closed,
}

impl SignUp {
    /// The name on the wire.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Invitation => "invitation",
            Self::Closed => "closed",
        }
    }
}

/// A checked new account.
#[derive(Debug)]
pub(crate) struct NewAccount {
    pub(crate) name: String,
    pub(crate) password: String,
    zone: Zone,
    /// The digest of the invitation's code.
    invitation: Option<String>,
}

/// Checks the fields of a new account.
pub(crate) fn check(sign_up: SignUp, input: &NewUser) -> Result<NewAccount, Error> {
    let mut refused = Vec::new();
    let name = collect_err(&mut refused, user::name(&input.name));
    collect_err(&mut refused, password::check("/password", &input.password));
    let zone = match &input.zone {
        Some(name) => collect_err(&mut refused, Zone::parse(name)),
        None => Some(Zone::utc()),
    };
    if sign_up == SignUp::Invitation && input.invitation.is_none() {
        refused.push(
            Invalid::new(
                "/invitation",
                "invitation_required",
                "Signing up needs an invitation.",
            )
            .hint("Ask the operator of this server for one."),
        );
    }
    match (name, zone) {
        (Some(name), Some(zone)) if refused.is_empty() => Ok(NewAccount {
            name,
            password: input.password.clone(),
            zone,
            invitation: input.invitation.as_deref().map(secret::digest),
        }),
        _ => Err(Error::Invalid(refused)),
    }
}

/// Refuses an account whose invitation cannot be used.
pub(crate) async fn check_invitation(
    tx: &mut Tx,
    account: &NewAccount,
    now: Timestamp,
) -> Result<(), Error> {
    match &account.invitation {
        Some(digest) if !tx.is_invitation_valid(digest, now).await? => Err(invalid_invitation()),
        _ => Ok(()),
    }
}

/// Creates an account whose password has this hash, and uses its invitation up.
pub(crate) async fn create(
    tx: &mut Tx,
    ids: &Ids,
    now: Timestamp,
    account: NewAccount,
    hash: String,
) -> Result<UserRow, Error> {
    if let Some(digest) = &account.invitation
        && !tx.take_invitation(digest, now).await?
    {
        return Err(invalid_invitation());
    }
    let id = ids.next::<UserId>(now);
    let user = UserRow {
        password_hash: Some(hash),
        ..UserRow::new(id, account.name, account.zone)
    };
    if user::create(tx, ids, now, &user).await? {
        Ok(user)
    } else {
        Err(conflict(
            "name_taken",
            "This name is taken.",
            "Choose another name.",
        ))
    }
}

fn invalid_invitation() -> Error {
    Invalid::new(
        "/invitation",
        "invalid_invitation",
        "This invitation is unknown, was used, or has expired.",
    )
    .hint("Ask for a new one.")
    .into()
}

/// Closes the owner's account, if the password is still the one whose hash was compared.
pub(crate) async fn close(context: &mut Context, compared: Option<String>) -> Result<(), Error> {
    let user = locked(context, compared).await?;
    context.check_version(&settings::version(&user::view(&user))?)?;
    context.tx.close_account(context.owner, context.now).await?;
    Ok(())
}

/// The owner, locked, if the password is still the one whose hash was compared.
async fn locked(context: &mut Context, compared: Option<String>) -> Result<UserRow, Error> {
    context.tx.lock_user(context.owner).await?;
    let user = context.tx.find_user(context.owner).await?;
    let user = user.ok_or(Error::AccountDeleted)?;
    if user.password_hash == compared {
        Ok(user)
    } else {
        Err(conflict(
            "password_changed",
            "The password was changed in the meantime.",
            "Send the new one.",
        ))
    }
}

/// Sets the owner's password, if it is still the one whose hash was compared, and ends all sessions except `kept`: whoever
/// changes a password may do so because another person knows it.
pub(crate) async fn set_password(
    context: &mut Context,
    compared: Option<String>,
    hash: &str,
    kept: Option<TokenId>,
) -> Result<(), Error> {
    locked(context, compared).await?;
    context.tx.set_password(context.owner, hash).await?;
    context.tx.delete_sessions(context.owner, kept).await?;
    Ok(())
}

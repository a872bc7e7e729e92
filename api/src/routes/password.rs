//! Passwords of requests: compared and hashed a few at a time, outside of transactions, and guesses are paused.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use taskwire_domain::Invalid;
use taskwire_store::UserRow;

use crate::error::ApiError;
use crate::password::{BYTES_MAX, NotHashed};
use crate::state::Api;
use crate::throttle::{Attempt, Purpose};

/// Begins an attempt that may be a guess.
pub(super) fn begin(
    api: &Api,
    purpose: Purpose,
    name: &str,
    address: Option<IpAddr>,
    now: Timestamp,
) -> Result<Attempt, ApiError> {
    let attempt = api.throttle.begin(purpose, name, address, now);
    attempt.map_err(|wait| match purpose {
        Purpose::SignIn => ApiError::too_many(
            "too_many_sign_ins",
            "Too many failed sign-in attempts.",
            wait,
        ),
        Purpose::SignUp => ApiError::too_many("too_many_sign_ups", "Too many sign-ups.", wait),
    })
}

/// Whether a password has this hash.
pub(super) async fn matches(
    api: &Api,
    hash: Option<String>,
    password: String,
) -> Result<bool, ApiError> {
    if password.len() > BYTES_MAX {
        return Ok(false);
    }
    Ok(api.passwords.matches(hash, password).await?)
}

impl From<NotHashed> for ApiError {
    fn from(failure: NotHashed) -> Self {
        match failure {
            NotHashed::Busy => Self::too_many(
                "sign_in_busy",
                "Too many sign-ins at the moment.",
                SignedDuration::from_secs(1),
            ),
            NotHashed::Failed(why) => Self::Internal(why),
        }
    }
}

/// Refuses a request whose sender does not know the password of the signed-in user. Such guesses are counted with those
/// of signing in.
pub(super) async fn prove(
    api: &Api,
    user: &UserRow,
    address: Option<IpAddr>,
    field: &str,
    password: String,
) -> Result<(), ApiError> {
    let now = api.clock.now();
    let attempt = begin(api, Purpose::SignIn, &user.name, address, now)?;
    match matches(api, user.password_hash.clone(), password).await {
        Ok(true) => {
            api.throttle.succeeded(&attempt);
            Ok(())
        }
        Ok(false) => Err(
            Invalid::new(field, "wrong_password", "The password is wrong.")
                .hint("Send the password with which this user signs in.")
                .into(),
        ),
        Err(failure) => {
            api.throttle.withdraw(&attempt);
            Err(failure)
        }
    }
}

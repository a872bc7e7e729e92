//! A user's settings, and their version.

use taskwire_domain::contract::UserView;

use super::{Context, Error, user};
use crate::secret;

/// Length of a version, in hexadecimal digits.
const VERSION: usize = 16;

/// The version of a user's settings: no row counts their changes, so it is drawn from what they are.
pub(crate) fn version(view: &UserView) -> Result<String, Error> {
    let text = serde_json::to_string(view).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(secret::digest(&text).chars().take(VERSION).collect())
}

/// The owner's settings.
pub(crate) async fn get(cx: &mut Context) -> Result<UserView, Error> {
    let user = cx.tx.find_user(cx.owner).await?;
    user.as_ref()
        .map(user::view)
        .ok_or_else(|| Error::Internal("user not found".into()))
}

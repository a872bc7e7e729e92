//! The exchange of a client's token for an internal credential. Not part of the public contract.

use serde::{Deserialize, Serialize};

use super::SessionView;

/// A token, and where it arrived. Neither can be shown in a log: there is no `Debug`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delegate {
    /// The token; absent if it is the credential of the request itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The address of the server at which it arrived, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
}

/// An internal credential, with which the API is called for the user of the token.
#[derive(Serialize, Deserialize)]
pub struct Delegation {
    /// The credential; valid for minutes, at most as long as the token.
    pub credential: String,
    /// The user and the token.
    pub session: SessionView,
    /// Whether the token comes from a grant of OAuth, so that its client can ask for more scopes.
    pub is_granted: bool,
}

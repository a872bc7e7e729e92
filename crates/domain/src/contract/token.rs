//! Tokens, sessions, invitations, and grants of OAuth.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A new API token.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// The purpose, 1 to 100 characters.
    pub label: String,
    /// `read`, `write`, `delete`, `no-delete`; by default read and write. `write` allows deleting too, except with
    /// `no-delete`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// Days until it expires, 1 to 3650; by default it never expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_days: Option<i64>,
}

/// A token, without its secret.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct TokenView {
    /// The id.
    pub id: Uuid,
    /// The purpose.
    pub label: String,
    /// `session` for a browser, `api` for a program.
    pub kind: String,
    /// Its scopes.
    pub scopes: Vec<String>,
    /// When it was created, UTC.
    pub created_at: Timestamp,
    /// When it expires, UTC.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, UTC; up to a minute old. Null if it never was.
    #[serde(default)]
    pub last_used_at: Option<Timestamp>,
    /// The program that signed in, as it named itself (`User-Agent`); only for sessions.
    #[serde(default)]
    pub client: Option<String>,
    /// Whether it is the one in use for this request.
    #[serde(default)]
    pub is_current: bool,
}

/// A new token; the secret is shown only once.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct TokenCreated {
    /// The token.
    #[serde(flatten)]
    pub view: TokenView,
    /// The secret to send as `Authorization: Bearer …`; not in a dry run, which creates none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// Which sessions to end.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SessionsQuery {
    /// Whether to keep the session in use; by default it ends too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_current: Option<bool>,
}

/// A connected app: a program that was given access by OAuth, such as an MCP host.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct GrantView {
    /// The id.
    pub id: Uuid,
    /// The name that the program chose for itself.
    pub name: String,
    /// The program's identifier: the URL of its description, or what the server gave it when it registered.
    pub client_id: String,
    /// Where it was sent after access was allowed.
    pub redirect_uri: String,
    /// `read`, `write`, `delete`. Here `write` does not include `delete`.
    pub scopes: Vec<String>,
    /// When access was allowed, UTC.
    pub created_at: Timestamp,
    /// When it was last used, UTC; up to a minute old.
    pub last_used_at: Timestamp,
    /// When it ends unless it is used before, UTC.
    pub expires_at: Timestamp,
}

/// A new invitation.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    /// Whom it is for, 1 to 100 characters.
    pub label: String,
    /// Days until it expires, 1 to 90; by default 7.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_days: Option<i64>,
}

/// An invitation that was not used yet, without its code.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct InvitationView {
    /// The id.
    pub id: Uuid,
    /// Whom it is for.
    pub label: String,
    /// When it was created, UTC.
    pub created_at: Timestamp,
    /// When it expires, UTC.
    pub expires_at: Timestamp,
}

/// A new invitation; the code is shown only once.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct InvitationCreated {
    /// The invitation.
    #[serde(flatten)]
    pub view: InvitationView,
    /// The code to send as `invitation` when signing up; not in a dry run, which creates none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

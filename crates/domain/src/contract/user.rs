//! Users, sessions, tokens and tags.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::task::not_null;

/// How to sign in: with the code of a sign-in link, or with name and password.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The code of a one-time sign-in link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The user's name, with `password`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

/// The user and the credential in use.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct SessionView {
    /// The person.
    pub user: UserView,
    /// The session or token in use; null for Taskwire's own services.
    pub token: Option<TokenView>,
}

/// A person.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct UserView {
    /// The id.
    pub id: Uuid,
    /// The name.
    pub name: String,
    /// IANA zone for dates without a zone.
    pub zone: String,
    /// The first day of the week, such as `monday`; new rules count their weeks from it.
    #[serde(default = "monday")]
    pub week_start: String,
    /// How a date such as 4/5 is read: `day_first` or `month_first`.
    #[serde(default = "day_first")]
    pub date_order: String,
}

fn monday() -> String {
    "monday".into()
}

fn day_first() -> String {
    "day_first".into()
}

/// A change to the user's settings.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserPatch {
    /// IANA zone; floating tasks and reminders follow it.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub zone: Option<String>,
    /// The first day of the week, such as `monday`; existing rules keep theirs.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub week_start: Option<String>,
    /// How a date such as 4/5 is read: `day_first` or `month_first`.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub date_order: Option<String>,
}

/// A new API token.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// The purpose, 1 to 100 characters.
    pub label: String,
    /// `read`, `write`, `no-delete`; by default read and write.
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
}

/// A new token; the secret is shown only once.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct TokenCreated {
    /// The token.
    #[serde(flatten)]
    pub view: TokenView,
    /// The secret to send as `Authorization: Bearer …`.
    pub token: String,
}

/// A tag.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct TagView {
    /// The id.
    pub id: Uuid,
    /// The name, compared without case.
    pub name: String,
    /// The colour, `#rrggbb`.
    pub color: String,
}

/// A new tag.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTag {
    /// The name, 1 to 50 characters.
    pub name: String,
    /// The colour, `#rrggbb`; chosen from the name when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
}

/// A change to a tag: absent keeps. The tasks that have it follow.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagPatch {
    /// A new name, 1 to 50 characters.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// A new colour, `#rrggbb`.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub color: Option<String>,
}

/// The tag that another one becomes part of.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeTag {
    /// The id of the tag that stays. Tasks with either tag have this one afterwards.
    pub into: String,
}

/// The result of a change of a tag.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct TagChange {
    /// The tag: as it is now, as it was if it was deleted, or the one that stays after a merge.
    #[serde(flatten)]
    pub tag: TagView,
    /// Whether anything changed.
    pub changed: bool,
    /// How many tasks changed with it.
    pub task_count: u64,
}

/// What to show of each tag.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TagQuery {
    /// With `true`, how many tasks have each tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<bool>,
}

/// A tag in the list.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct TagListItem {
    /// The tag.
    #[serde(flatten)]
    pub tag: TagView,
    /// How many tasks outside the trash have it; only with `usage=true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_count: Option<i64>,
    /// How many open tasks have it; only with `usage=true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_task_count: Option<i64>,
}

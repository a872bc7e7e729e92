//! Users and their settings, sign-in, and tags.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::TokenView;
use super::task::{not_null, present};

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
    /// When the day begins, as `HH:MM`: where clients begin the view of a day. An hour before it without am or pm is the
    /// afternoon's; until it is set, at 07:00.
    #[serde(default = "midnight")]
    pub day_start: String,
    /// The language of clients, as a BCP 47 tag such as `en`.
    #[serde(default = "english")]
    pub language: String,
    /// The reminder of a new task with a time that is created without `reminders`, in minutes before; null for none.
    #[serde(default)]
    pub default_reminder: Option<i64>,
    /// The colours of the page: `system`, `light` or `dark`.
    #[serde(default = "system")]
    pub theme: String,
    /// How much room the page leaves around a task: `comfortable` or `compact`.
    #[serde(default = "comfortable")]
    pub density: String,
    /// Whether a password is set; without one, people sign in with a sign-in link.
    #[serde(default)]
    pub has_password: bool,
}

/// Who may sign up.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct SignUpPolicy {
    /// `open`: anyone; `invitation`: whoever has an invitation; `closed`: nobody.
    pub sign_up: String,
}

fn midnight() -> String {
    "00:00".into()
}

fn english() -> String {
    "en".into()
}

fn system() -> String {
    "system".into()
}

fn comfortable() -> String {
    "comfortable".into()
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
    /// When the day begins, as `HH:MM`.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub day_start: Option<String>,
    /// The language of clients, as a BCP 47 tag such as `en`.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub language: Option<String>,
    /// The reminder of a new task with a time that is created without `reminders`, in minutes before; null for none.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub default_reminder: Option<Option<i64>>,
    /// The colours of the page: `system`, `light` or `dark`.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub theme: Option<String>,
    /// How much room the page leaves around a task: `comfortable` or `compact`.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub density: Option<String>,
}

/// A new account.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// The name, 1 to 100 characters on one line; compared without case.
    pub name: String,
    /// The password, at least 8 characters.
    pub password: String,
    /// IANA zone for dates without a zone; UTC when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// The code of an invitation, where one is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<String>,
}

/// A new password.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The password until now; absent if there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_password: Option<String>,
    /// The new password, at least 8 characters.
    pub new_password: String,
}

/// Deletes an account.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountDeletion {
    /// The user's name, so that nobody deletes an account by mistake.
    pub name: String,
    /// The password. Without one, the request must come from a session that began in the last 10 minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
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

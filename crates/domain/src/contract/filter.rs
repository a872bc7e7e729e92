//! Saved filters.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::task::not_null;

/// A filter with a name. `@` and the name stand for it in the `filter` of lists, counts and bulk changes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct FilterView {
    /// The id.
    pub id: Uuid,
    /// The name.
    #[schema(example = "work")]
    pub name: String,
    /// The expression, as it was sent.
    #[schema(example = "(today | overdue) & #work")]
    pub filter: String,
    /// Grows by one with each change.
    pub version: i64,
    /// When it was created, UTC.
    pub created_at: Timestamp,
    /// When it last changed, UTC.
    pub updated_at: Timestamp,
}

/// A new filter.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFilter {
    /// The name, 1 to 50 characters without `&`, `|`, parentheses and quotes; unique without regard to case.
    #[schema(example = "work")]
    pub name: String,
    /// An expression as in the parameter `filter` of lists, without other saved filters. Words such as `today` are read anew
    /// each time.
    #[schema(example = "(today | overdue) & #work")]
    pub filter: String,
}

/// A change to a saved filter: absent keeps.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FilterPatch {
    /// A new name, 1 to 50 characters.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false, example = "work")]
    pub name: Option<String>,
    /// A new expression.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false, example = "today & #work")]
    pub filter: Option<String>,
}

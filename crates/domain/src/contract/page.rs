//! One page of a list.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One page of a list, with the cursor of the next.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The items, in the requested order.
    pub items: Vec<T>,
    /// Send it as `cursor` for the next page; null on the last one. Opaque.
    pub next_cursor: Option<String>,
}

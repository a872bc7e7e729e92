//! tags_list: lists the tags.

use rmcp::model::CallToolResult;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::reply;
use crate::identity::CallContext;
use crate::refusal::Refusal;

pub(super) const DESCRIPTION: &str =
    "List the names of the user's tags. For the tasks with one, use tasks_find.";

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {}

#[derive(Serialize, JsonSchema)]
pub(crate) struct Answer {
    tags: Vec<String>,
}

pub(super) async fn run(call: &CallContext) -> Result<CallToolResult, Refusal> {
    let page = call
        .client
        .list_tags()
        .await
        .map_err(|error| Refusal::of_read(call.vocabulary, &error))?;
    reply(&Answer {
        tags: page.items.into_iter().map(|tag| tag.name).collect(),
    })
}

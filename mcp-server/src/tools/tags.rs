//! tags_list and tags_change: the tags.

use rmcp::model::CallToolResult;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use taskwire_client::Error;
use taskwire_domain::contract::{MergeTag, TagChange, TagListItem, TagPatch, TagQuery};
use taskwire_domain::text::label_key;

use crate::answer::reply;
use crate::identity::CallContext;
use crate::refusal::Refusal;
use crate::suggest;

pub(super) const LIST: &str = "List the user's tags, each with how many open tasks have it.";

pub(super) const CHANGE: &str = "Rename, merge, recolor or delete a tag; the tasks that have it follow. Can be undone \
with changes_undo.";

#[derive(Deserialize, JsonSchema)]
pub(crate) struct ListArguments {
    /// Part of the name.
    query: Option<String>,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct ListAnswer {
    tags: Vec<Tag>,
}

/// A tag.
#[derive(Serialize, JsonSchema)]
struct Tag {
    name: String,
    /// Open tasks with it.
    open: i64,
}

#[derive(Deserialize, JsonSchema)]
pub(crate) struct ChangeArguments {
    /// Its name.
    tag: String,
    action: Action,
    /// The new name, the tag that stays after a merge, or a color #rrggbb.
    to: Option<String>,
    dry_run: Option<bool>,
    request_id: Option<String>,
}

// What to do with a tag.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema, Debug)]
#[serde(rename_all = "snake_case")]
enum Action {
    Rename,
    Merge,
    Recolor,
    Delete,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct ChangeAnswer {
    tag: String,
    task_count: u64,
    /// False when it was so already.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dry_run: Option<bool>,
}

pub(super) async fn list(
    call: &CallContext,
    arguments: ListArguments,
) -> Result<CallToolResult, Refusal> {
    let wanted = folded(&arguments.query.unwrap_or_default());
    let tags = all(call).await?.into_iter();
    let shown = tags
        .filter(|item| folded(&item.tag.name).contains(&wanted))
        .map(|item| Tag {
            name: item.tag.name,
            open: item.open_task_count.unwrap_or_default(),
        });
    reply(&ListAnswer {
        tags: shown.collect(),
    })
}

pub(super) async fn change(
    call: &CallContext,
    arguments: ChangeArguments,
) -> Result<CallToolResult, Refusal> {
    let to = arguments.to.as_deref().map(str::trim);
    let to = match (arguments.action, to) {
        (Action::Delete, Some(_)) => {
            let mistake = "`to` does not fit `action` \"delete\": omit it.".to_owned();
            return Err(Refusal::mistakes(&[mistake]));
        }
        (Action::Delete, None) => "",
        (_, Some(to)) if !to.is_empty() => to,
        _ => {
            let mistake =
                "`to` is missing. The new name, the tag that stays after a merge, or a color #rrggbb."
                    .to_owned();
            return Err(Refusal::mistakes(&[mistake]));
        }
    };
    let tags = all(call).await?;
    let source = find(&tags, &arguments.tag);
    let target = find(&tags, to);
    let (source, target) = match (arguments.action, source, target) {
        // A repeated call: the tag has gone, and the one that it became is there.
        (Action::Rename | Action::Merge, None, Some(target)) => {
            return reply(&ChangeAnswer {
                tag: target.tag.name.clone(),
                task_count: 0,
                changed: Some(false),
                dry_run: arguments.dry_run.filter(|is_dry| *is_dry),
            });
        }
        (_, None, _) => return Err(unknown("tag", &arguments.tag, &tags)),
        (Action::Merge, _, None) => return Err(unknown("to", to, &tags)),
        (_, Some(source), target) => (source, target),
    };
    let ends_tag = matches!(arguments.action, Action::Merge | Action::Delete);
    call.confirm(ends_tag && arguments.dry_run != Some(true))?;
    let client = call.changing(arguments.dry_run);
    let keys = call.keys(arguments.request_id.as_deref());
    let key = keys.for_index(0);
    let key = key.as_deref();
    let id = source.tag.id;
    let patch = |name: Option<&str>, color: Option<&str>| TagPatch {
        name: name.map(str::to_owned),
        color: color.map(str::to_owned),
    };
    let changed: Result<TagChange, Error> = match (arguments.action, target) {
        (Action::Rename, _) => client.patch_tag(id, &patch(Some(to), None), key).await,
        (Action::Recolor, _) => client.patch_tag(id, &patch(None, Some(to)), key).await,
        (Action::Delete, _) => client.delete_tag(id, key).await,
        (Action::Merge, target) => {
            let into = target.map(|target| target.tag.id.to_string());
            let into = into.unwrap_or_default();
            client.merge_tag(id, &MergeTag { into }, key).await
        }
    };
    let changed = changed.map_err(|error| match error {
        Error::Unreachable(_) => Refusal::unreachable_for_change(keys.repeatable),
        error => Refusal::of_change(call.vocabulary, &error),
    })?;
    reply(&ChangeAnswer {
        tag: changed.tag.name,
        task_count: changed.task_count,
        changed: (!changed.changed).then_some(false),
        dry_run: client.is_dry_run().then_some(true),
    })
}

async fn all(call: &CallContext) -> Result<Vec<TagListItem>, Refusal> {
    let query = TagQuery { usage: Some(true) };
    let page = call.client.list_tags_with(&query).await;
    Ok(page
        .map_err(|error| Refusal::of_read(call.vocabulary, &error))?
        .items)
}

fn find<'a>(tags: &'a [TagListItem], name: &str) -> Option<&'a TagListItem> {
    let name = folded(name);
    tags.iter().find(|item| folded(&item.tag.name) == name)
}

/// The name as tags are compared; people write it with `#`.
fn folded(name: &str) -> String {
    label_key(name.trim().trim_start_matches('#'))
}

/// The error for a tag that does not exist, with a likely one.
fn unknown(argument: &str, name: &str, tags: &[TagListItem]) -> Refusal {
    let names = tags.iter().map(|item| item.tag.name.as_str());
    let folded = folded(name);
    let advice = match suggest::nearest(&folded, names) {
        Some(meant) => format!("did you mean {meant:?}?"),
        None => "tags_list lists the existing ones.".to_owned(),
    };
    Refusal::mistakes(&[format!("`{argument}` is not an existing tag: {advice}")])
}

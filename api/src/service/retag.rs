//! Renaming, merging and deleting tags, with the tasks that have them. Each is one change.

use taskwire_domain::contract::{MergeTag, TagChange, TagPatch};
use taskwire_domain::{EventKind, Invalid, TagId, TagName, Task, TaskId, TaskRef};
use taskwire_store::TagRow;

use super::draft::collect_err;
use super::outbox::tag_view;
use super::tag::{self, find, parse_color};
use super::task::{find_locked, lock_owner, save};
use super::{Context, Error, conflict};

/// Renames or recolours a tag. A patch that changes nothing does nothing.
pub(crate) async fn patch(
    context: &mut Context,
    id: TagId,
    input: &TagPatch,
) -> Result<TagChange, Error> {
    lock_owner(context).await?;
    let before = find(context, id).await?;
    let mut refused = Vec::new();
    let mut after = before.clone();
    if let Some(name) = &input.name {
        let name = TagName::parse(name).map_err(|why| why.at("/name"));
        after.name = collect_err(&mut refused, name).unwrap_or(after.name);
    }
    if let Some(color) = &input.color {
        after.color = collect_err(&mut refused, parse_color(color)).unwrap_or(after.color);
    }
    if !refused.is_empty() {
        return Err(Error::Invalid(refused));
    }
    if after == before {
        return Ok(result(&before, false, 0));
    }
    if let Some(other) = context.tx.find_tag(context.owner, &after.name).await?
        && other.id != id
    {
        return Err(conflict(
            "tag_exists",
            format!("The tag {} already exists.", other.name),
            format!(
                "Merge the two with POST /api/v1/tags/{id}/merge and {{\"into\": \"{}\"}}.",
                other.id
            ),
        ));
    }
    context.recorded.kind = Some("update_tag");
    let mut count = 0;
    if after.name != before.name {
        count = replace_all(context, &before.name, Some(&after.name)).await?;
    }
    after.version += 1;
    context.tx.update_tag(context.owner, &after).await?;
    context.record_tag(Some(&before), Some(&after)).await?;
    Ok(result(&after, true, count))
}

/// Deletes a tag and takes it off its tasks.
pub(crate) async fn delete(context: &mut Context, id: TagId) -> Result<TagChange, Error> {
    lock_owner(context).await?;
    let tag = find(context, id).await?;
    context.recorded.kind = Some("delete_tag");
    let count = replace_all(context, &tag.name, None).await?;
    drop_tag(context, &tag).await?;
    Ok(result(&tag, true, count))
}

/// Replaces a tag by another on all its tasks, and deletes it.
pub(crate) async fn merge(
    context: &mut Context,
    id: TagId,
    input: &MergeTag,
) -> Result<TagChange, Error> {
    context.check_may_delete()?;
    lock_owner(context).await?;
    let tag = find(context, id).await?;
    let into = match input.into.parse::<TagId>() {
        Ok(id) => context.tx.find_tag_by_id(context.owner, id).await?,
        Err(_) => None,
    };
    let Some(into) = into else {
        return Err(
            Invalid::new("/into", "unknown_tag", "There is no tag with this id.")
                .hint("Send the id of one of your tags.")
                .into(),
        );
    };
    if into.id == tag.id {
        return Err(
            Invalid::new("/into", "same_tag", "A tag cannot be merged with itself.")
                .hint("Send the id of another tag.")
                .into(),
        );
    }
    context.recorded.kind = Some("merge_tags");
    let count = replace_all(context, &tag.name, Some(&into.name)).await?;
    drop_tag(context, &tag).await?;
    Ok(result(&into, true, count))
}

fn result(tag: &TagRow, changed: bool, task_count: u64) -> TagChange {
    TagChange {
        tag: tag_view(tag),
        changed,
        task_count,
    }
}

async fn drop_tag(context: &mut Context, tag: &TagRow) -> Result<(), Error> {
    context.tx.delete_tag(context.owner, tag.id).await?;
    context.record_tag(Some(tag), None).await
}

/// Does what [`replace`] does, and returns on how many tasks.
async fn replace_all(
    context: &mut Context,
    tag: &TagName,
    by: Option<&TagName>,
) -> Result<u64, Error> {
    let changed = replace(context, tag, by).await?;
    Ok(u64::try_from(changed.len()).unwrap_or(u64::MAX))
}

/// Replaces a tag by another one, or takes it off, on every task that has it, in the trash too. Returns which.
pub(super) async fn replace(
    context: &mut Context,
    tag: &TagName,
    by: Option<&TagName>,
) -> Result<Vec<TaskId>, Error> {
    let tasks = context.tx.tasks_with_tag(context.owner, &tag.key()).await?;
    let mut changed = Vec::new();
    for task in tasks {
        // Read again once it is locked: another request may have changed it since.
        let before = find_locked(context, TaskRef::Id(task.id)).await?;
        let mut task = Task {
            tags: tag::replaced(&before.tags, tag, by),
            ..before.clone()
        };
        if task.tags != before.tags {
            save(context, EventKind::TaskUpdated, &before, &mut task).await?;
            changed.push(task.id);
        }
    }
    Ok(changed)
}

//! Undoing what a change did to a tag.

use taskwire_domain::{Invalid, TagName, TaskId};
use taskwire_store::{TagDelta, TagRow, TagState};

use super::obstacle::Obstacles;
use super::{Context, Error, retag};

/// Reverts what a change did to a tag. A tag that came with a task stays if others have it by now, or if it was changed.
pub(super) async fn revert(
    context: &mut Context,
    delta: &TagDelta,
    came_with_task: bool,
    obstacles: &mut Obstacles,
) -> Result<(), Error> {
    let current = context.tx.find_tag_by_id(context.owner, delta.tag).await?;
    let is_as_left = current.as_ref().map(TagRow::state) == delta.after;
    let was_created = delta.before.is_none();
    if was_created && came_with_task && !is_as_left {
        return Ok(());
    }
    if !is_as_left {
        obstacles.push(changed_since(current.as_ref(), delta));
        return Ok(());
    }
    match (current, &delta.before) {
        (Some(current), None) => remove(context, &current, came_with_task, obstacles).await,
        (Some(current), Some(before)) => {
            let after = TagRow {
                version: current.version + 1,
                ..row(delta, before)?
            };
            if is_name_taken(context, &after, obstacles).await? {
                return Ok(());
            }
            context.tx.update_tag(context.owner, &after).await?;
            context.record_tag(Some(&current), Some(&after)).await
        }
        (None, Some(before)) => {
            let after = TagRow {
                version: delta.version + 1,
                ..row(delta, before)?
            };
            if is_name_taken(context, &after, obstacles).await? {
                return Ok(());
            }
            context.tx.insert_tag(context.owner, &after).await?;
            context.record_tag(None, Some(&after)).await
        }
        (None, None) => Ok(()),
    }
}

/// Takes the name back on the tasks that got the tag since it was renamed. Returns which.
pub(super) async fn rename_others(
    context: &mut Context,
    delta: &TagDelta,
) -> Result<Vec<TaskId>, Error> {
    let (Some(before), Some(after)) = (&delta.before, &delta.after) else {
        return Ok(Vec::new());
    };
    if before.name == after.name {
        return Ok(Vec::new());
    }
    let back = row(delta, before)?.name;
    retag::replace(context, &row(delta, after)?.name, Some(&back)).await
}

/// Removes a tag that was created.
async fn remove(
    context: &mut Context,
    tag: &TagRow,
    came_with_task: bool,
    obstacles: &mut Obstacles,
) -> Result<(), Error> {
    let tasks = context
        .tx
        .tasks_with_tag(context.owner, &tag.name.key())
        .await?;
    if tasks.is_empty() {
        context.check_may_delete()?;
        context.tx.delete_tag(context.owner, tag.id).await?;
        return context.record_tag(Some(tag), None).await;
    }
    if !came_with_task {
        let why = Invalid::new(
            "/tags",
            "tag_in_use",
            format!("{} tasks have the tag {} by now.", tasks.len(), tag.name),
        )
        .hint("Take it off them first, or delete the tag.");
        obstacles.push(why);
    }
    Ok(())
}

/// The row of a tag as it was, without its version.
fn row(delta: &TagDelta, state: &TagState) -> Result<TagRow, Error> {
    Ok(TagRow {
        id: delta.tag,
        name: TagName::parse(&state.name)?,
        color: state.color.clone(),
        version: 0,
    })
}

async fn is_name_taken(
    context: &mut Context,
    tag: &TagRow,
    obstacles: &mut Obstacles,
) -> Result<bool, Error> {
    let other = context.tx.find_tag(context.owner, &tag.name).await?;
    let Some(other) = other.filter(|other| other.id != tag.id) else {
        return Ok(false);
    };
    let why = Invalid::new(
        "/tags",
        "tag_exists",
        format!("There is another tag {} by now.", other.name),
    )
    .hint("Rename or merge that tag first.");
    obstacles.push(why);
    Ok(true)
}

fn changed_since(current: Option<&TagRow>, delta: &TagDelta) -> Invalid {
    let named = delta.after.as_ref().or(delta.before.as_ref());
    let name = named.map_or("", |state| state.name.as_str());
    let what = match (current, &delta.after) {
        (None, _) => "was deleted since",
        (Some(_), None) => "was created again since",
        (Some(_), Some(_)) => "was changed since",
    };
    Invalid::new("/tags", "changed_since", format!("The tag {name} {what}."))
        .hint("Undo that change first.")
}

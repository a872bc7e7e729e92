//! Changes: each write is recorded as one, in its transaction, and can be listed.

use std::collections::BTreeSet;

use serde_json::Value;
use taskwire_domain::contract::{ChangeQuery, ChangeView, ChangedTask, Page};
use taskwire_domain::{ChangeId, Via};
use taskwire_store::{ChangeContent, ChangeItem, ChangeRow, TaskDelta};
use uuid::Uuid;

use super::acting::LINK;
use super::list::{cut, limit, position};
use super::{Context, Error, deliver};
use crate::cursor::{self, List};

/// Maximum number of tasks that a change shows.
const SHOWN_MAX: usize = 20;

/// Stores the change of this transaction, if it changed anything, and returns its id. The last step before the commit.
pub(crate) async fn store(context: &mut Context) -> Result<Option<ChangeId>, Error> {
    let recorded = std::mem::take(&mut context.recorded);
    if recorded.items.is_empty() {
        return Ok(None);
    }
    let change = ChangeRow {
        seq: 0,
        id: context.change,
        owner: context.owner,
        at: context.now,
        kind: recorded.kind().to_owned(),
        // What a consumer does follows from a person's change, and is undone with it.
        can_undo: !recorded.is_final && context.actor.via != Via::Consumer,
        undoes: recorded.undoes,
        undone_by: None,
        content: ChangeContent {
            actor: context.actor.clone(),
            items: recorded.items,
        },
    };
    context.tx.insert_change(&change).await?;
    if is_by_a_program(context) {
        deliver::plan_notice(context, &change).await?;
    }
    Ok(Some(context.change))
}

/// Whether nobody sat in front of it: people see what they do on the page, in the chat and by a link.
fn is_by_a_program(context: &Context) -> bool {
    let by_link = context.actor.client.as_deref() == Some(LINK);
    matches!(context.actor.via, Via::Rest | Via::Mcp) && !by_link
}

/// A page of the changes that can be undone, newest first.
pub(crate) async fn list(
    context: &mut Context,
    query: &ChangeQuery,
    key: &[u8],
) -> Result<Page<ChangeView>, Error> {
    let size = limit(query.limit)?;
    let before =
        position(context, key, List::Changes, query.cursor.as_deref())?.unwrap_or(i64::MAX);
    let mut rows = context
        .tx
        .list_changes(context.owner, before, i64::from(size) + 1)
        .await?;
    let next_cursor =
        cut(&mut rows, size).map(|end| cursor::encrypt(key, List::Changes, context.owner, end.seq));
    let mut items: Vec<ChangeView> = rows.iter().map(view).collect();
    let gone = gone(context, &rows).await?;
    for item in items.iter_mut().filter(|item| gone.contains(&item.id)) {
        item.can_undo = false;
    }
    Ok(Page { items, next_cursor })
}

/// One change of the owner.
pub(crate) async fn get(context: &mut Context, id: ChangeId) -> Result<ChangeView, Error> {
    let found = find(context, id).await?;
    let mut view = view(&found);
    let gone = gone(context, &[found]).await?;
    view.can_undo &= !gone.contains(&view.id);
    Ok(view)
}

/// Those of the changes that are about tasks alone, which were all deleted for good.
async fn gone(context: &mut Context, changes: &[ChangeRow]) -> Result<BTreeSet<Uuid>, Error> {
    let about_tasks = changes.iter().filter(|change| {
        let mut items = change.content.items.iter();
        change.can_undo && items.all(|item| matches!(item, ChangeItem::Task(_)))
    });
    let mut asked: Vec<(Uuid, Vec<i64>)> = about_tasks
        .map(|change| (change.id.0, numbers(change)))
        .collect();
    // Few are enough for nearly all.
    for size in [SHOWN_MAX, usize::MAX] {
        let probed = |numbers: &Vec<i64>| numbers.iter().copied().take(size).collect::<Vec<_>>();
        let wanted: BTreeSet<i64> = asked.iter().flat_map(|(_, all)| probed(all)).collect();
        if wanted.is_empty() {
            break;
        }
        let known = context.tx.known_numbers(context.owner, &wanted).await?;
        asked.retain(|(_, all)| !probed(all).iter().any(|number| known.contains(number)));
    }
    Ok(asked.into_iter().map(|(id, _)| id).collect())
}

/// The numbers of the tasks that a change is about.
fn numbers(change: &ChangeRow) -> Vec<i64> {
    let items = change.content.items.iter();
    items
        .filter_map(|item| match item {
            ChangeItem::Task(delta) => Some(delta.number),
            ChangeItem::Tag(_) => None,
        })
        .collect()
}

/// A task as a change names it.
pub(super) fn changed_task(delta: &TaskDelta) -> ChangedTask {
    ChangedTask {
        id: delta.task.0,
        number: delta.number,
        title: taskwire_domain::text::clean(&delta.title).into_owned(),
    }
}

/// Finds a change of the owner.
pub(super) async fn find(context: &mut Context, id: ChangeId) -> Result<ChangeRow, Error> {
    let found = context.tx.find_change(context.owner, id).await?;
    found.ok_or_else(|| Error::NotFound(format!("change with the id {id}")))
}

/// A change with all that it wrote, for the export of everything.
pub(super) fn export(change: &ChangeRow) -> Result<Value, Error> {
    let whole = || {
        let mut whole = serde_json::to_value(view(change))?;
        if let Value::Object(fields) = &mut whole {
            let items = serde_json::to_value(&change.content.items)?;
            fields.insert("items".to_owned(), items);
        }
        Ok::<_, serde_json::Error>(whole)
    };
    whole().map_err(|error| Error::Internal(error.to_string()))
}

fn view(change: &ChangeRow) -> ChangeView {
    let mut known = BTreeSet::new();
    let mut tasks = Vec::new();
    let mut tags: Vec<String> = Vec::new();
    for item in &change.content.items {
        match item {
            ChangeItem::Task(delta) if known.insert(delta.task) => {
                if tasks.len() < SHOWN_MAX {
                    tasks.push(changed_task(delta));
                }
            }
            ChangeItem::Task(_) => {}
            ChangeItem::Tag(delta) => {
                let state = delta.after.as_ref().or(delta.before.as_ref());
                tags.extend(state.map(|state| state.name.clone()));
            }
        }
    }
    tags.truncate(SHOWN_MAX);
    ChangeView {
        id: change.id.0,
        kind: change.kind.clone(),
        at: change.at,
        actor: change.content.actor.clone(),
        tasks,
        task_count: known.len().try_into().unwrap_or(u64::MAX),
        tags,
        can_undo: change.can_undo && change.undone_by.is_none(),
        undoes: change.undoes.map(|id| id.0),
        undone_by: change.undone_by.map(|id| id.0),
    }
}

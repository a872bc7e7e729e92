//! Listing tasks and the audit log: filters, order, and signed cursors.

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use taskwire_domain::contract::{AuditEntry, AuditQuery, Page, TaskQuery, TaskView, render};
use taskwire_domain::text::clip;
use taskwire_domain::{Invalid, Priority, Status, TagName, TaskId, TaskRef};
use taskwire_store::{Direction, Filter, Keyset, Overdue, Sort, SortValue};

use super::draft::{bound, collect_err};
use super::{Context, Error, tag, task};
use crate::cursor::{self, List};
use crate::secret;

/// Default page size.
const LIMIT: u32 = 50;
/// Maximum page size.
const LIMIT_MAX: u32 = 200;
/// Longest text searched for, in characters.
const TEXT_MAX: usize = 200;
/// Length of a cursor's signature, in bytes.
const TAG: usize = 16;

/// The end of a page, as stored in a cursor.
#[derive(Serialize, Deserialize)]
enum Place {
    Number(i64),
    Text(String),
}

#[derive(Serialize, Deserialize)]
struct Cursor {
    /// The sort value of the last item.
    place: Place,
    /// Its id, which breaks ties.
    id: TaskId,
}

/// Writes a cursor that works only with this key and this list.
fn write_cursor(key: &[u8], list: &str, cursor: &Cursor) -> Result<String, Error> {
    let mut bytes =
        serde_json::to_vec(cursor).map_err(|error| Error::Internal(error.to_string()))?;
    let tag = authenticate(key, list, &bytes)?;
    bytes.extend(tag.iter().take(TAG));
    Ok(secret::encode(&bytes))
}

fn read_cursor(key: &[u8], list: &str, text: &str) -> Result<Cursor, Error> {
    let bytes = secret::decode(text).ok_or_else(bad_cursor)?;
    let (body, tag) = bytes
        .len()
        .checked_sub(TAG)
        .and_then(|at| bytes.split_at_checked(at))
        .ok_or_else(bad_cursor)?;
    let good = authenticate(key, list, body)?;
    let good = good.get(..TAG).unwrap_or_default();
    if !bool::from(subtle::ConstantTimeEq::ct_eq(good, tag)) {
        return Err(bad_cursor());
    }
    serde_json::from_slice(body).map_err(|_| bad_cursor())
}

pub(super) fn bad_cursor() -> Error {
    Error::Invalid(vec![
        Invalid::new(
            "cursor",
            "invalid_cursor",
            "This cursor does not belong to this list.",
        )
        .hint("Send next_cursor of the previous page with the same filter and sort, or omit it to start again."),
    ])
}

fn authenticate(key: &[u8], list: &str, body: &[u8]) -> Result<Vec<u8>, Error> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key).map_err(|error| Error::Internal(error.to_string()))?;
    mac.update(list.as_bytes());
    mac.update(&[0]);
    mac.update(body);
    Ok(mac.finalize().into_bytes().to_vec())
}

pub(super) fn limit(asked: Option<u32>) -> Result<u32, Invalid> {
    match asked {
        None => Ok(LIMIT),
        Some(limit) if (1..=LIMIT_MAX).contains(&limit) => Ok(limit),
        Some(limit) => Err(Invalid::new(
            "limit",
            "invalid_limit",
            format!("{limit} is out of range."),
        )
        .hint(format!("Send 1 to {LIMIT_MAX}."))),
    }
}

pub(super) fn one_of<T: Copy>(field: &str, text: &str, known: &[(&str, T)]) -> Result<T, Invalid> {
    known
        .iter()
        .find(|(name, _)| *name == text)
        .map(|(_, value)| *value)
        .ok_or_else(|| {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            Invalid::new(
                field,
                "invalid_value",
                format!("Invalid value for {field}: {:?}.", clip(text)),
            )
            .hint(format!("Send {}.", names.join(", ")))
        })
}

const STATUSES: [(&str, Option<Status>); 5] = [
    ("open", Some(Status::Open)),
    ("completed", Some(Status::Completed)),
    ("skipped", Some(Status::Skipped)),
    ("deleted", Some(Status::Deleted)),
    ("all", None),
];

const SORTS: [(&str, Sort); 6] = [
    ("due", Sort::Due),
    ("created", Sort::Created),
    ("updated", Sort::Updated),
    ("priority", Sort::Priority),
    ("title", Sort::Title),
    ("number", Sort::Number),
];

const ORDERS: [(&str, Direction); 2] = [
    ("asc", Direction::Ascending),
    ("desc", Direction::Descending),
];

/// The useful direction of a sort: urgent, recent and important first.
fn natural(sort: Sort) -> Direction {
    match sort {
        Sort::Due | Sort::Title | Sort::Number => Direction::Ascending,
        Sort::Created | Sort::Updated | Sort::Priority => Direction::Descending,
    }
}

fn filter(context: &Context, query: &TaskQuery) -> Result<Filter, Vec<Invalid>> {
    let mut refused = Vec::new();
    let bare = |why: Invalid, field: &str| why.at(field);
    let is_about_completion = query.completed_before.is_some() || query.completed_after.is_some();
    let usual = if is_about_completion {
        "completed"
    } else {
        "open"
    };
    let status = query.status.as_deref().unwrap_or(usual);
    let status = one_of("status", status, &STATUSES);
    let status = collect_err(&mut refused, status).flatten();
    let priority = query.priority.as_deref().and_then(|text| {
        collect_err(
            &mut refused,
            Priority::parse(text).map_err(|why| bare(why, "priority")),
        )
    });
    let names: Vec<&str> = query
        .tag
        .as_deref()
        .map(|text| text.split(',').collect())
        .unwrap_or_default();
    let tags = collect_err(
        &mut refused,
        TagName::parse_all(&names).map_err(|why| bare(why, "tag")),
    )
    .unwrap_or_default();
    let mut instant = |field: &str, text: &Option<String>| {
        let text = text.as_deref()?;
        collect_err(&mut refused, bound(field, text, &context.words()))
    };
    let due_before = instant("due_before", &query.due_before);
    let due_after = instant("due_after", &query.due_after);
    let completed_before = instant("completed_before", &query.completed_before);
    let completed_after = instant("completed_after", &query.completed_after);
    let text = query
        .q
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty());
    if text.is_some_and(|text| text.chars().count() > TEXT_MAX || text.contains('\0')) {
        refused.push(
            Invalid::new("q", "invalid_search", "This text cannot be searched for.").hint(format!(
                "Send at most {TEXT_MAX} characters without control characters."
            )),
        );
    }
    let sort = collect_err(
        &mut refused,
        one_of("sort", query.sort.as_deref().unwrap_or("due"), &SORTS),
    )
    .unwrap_or(Sort::Due);
    let direction = match query.order.as_deref() {
        None => natural(sort),
        Some(text) => collect_err(&mut refused, one_of("order", text, &ORDERS))
            .unwrap_or(Direction::Ascending),
    };
    let limit = collect_err(&mut refused, limit(query.limit)).unwrap_or(LIMIT);
    if !refused.is_empty() {
        return Err(refused);
    }
    Ok(Filter {
        owner: context.owner,
        status,
        priority,
        tags,
        overdue: query.overdue.map(|is| Overdue {
            now: context.now,
            is,
        }),
        due_before,
        due_after,
        completed_before,
        completed_after,
        text: text.map(Into::into),
        sort,
        direction,
        after: None,
        limit: i64::from(limit),
    })
}

/// A page of tasks.
pub(crate) async fn tasks(
    context: &mut Context,
    query: &TaskQuery,
    key: &[u8],
) -> Result<Page<TaskView>, Error> {
    let mut filter = filter(context, query).map_err(Error::Invalid)?;
    tag::check_known(context, &filter.tags).await?;
    // Identifies the list that a cursor belongs to: everything but the position and the page size.
    let list = serde_json::to_string(&TaskQuery {
        cursor: None,
        limit: None,
        ..query.clone()
    })
    .map_err(|error| Error::Internal(error.to_string()))?;
    let list = format!("{} {list}", context.owner);
    if let Some(text) = &query.cursor {
        let cursor = read_cursor(key, &list, text)?;
        filter.after = Some(Keyset {
            value: match cursor.place {
                Place::Number(number) => SortValue::Number(number),
                Place::Text(text) => SortValue::Text(text),
            },
            id: cursor.id,
        });
    }
    let size = usize::try_from(filter.limit).unwrap_or(usize::MAX);
    filter.limit += 1;
    let mut tasks = context.tx.list_tasks(&filter).await?;
    let more = tasks.len() > size;
    tasks.truncate(size);
    let next_cursor = match tasks.last() {
        Some(end) if more => {
            let place = match filter.sort.value(end, &context.zone) {
                SortValue::Number(number) => Place::Number(number),
                SortValue::Text(text) => Place::Text(text),
            };
            let id = end.id;
            Some(write_cursor(key, &list, &Cursor { place, id })?)
        }
        _ => None,
    };
    Ok(Page {
        items: tasks
            .iter()
            .map(|task| render(task, context.now, &context.zone))
            .collect(),
        next_cursor,
    })
}

/// A page of the audit log, newest first.
pub(crate) async fn audit(
    context: &mut Context,
    query: &AuditQuery,
    key: &[u8],
) -> Result<Page<AuditEntry>, Error> {
    let size = limit(query.limit)?;
    let task = match &query.task {
        Some(text) => Some(task::find(context, TaskRef::parse(text)?).await?.id),
        None => None,
    };
    let before = match &query.cursor {
        None => i64::MAX,
        Some(text) => {
            cursor::decrypt(key, List::Audit(task), context.owner, text).ok_or_else(bad_cursor)?
        }
    };
    let mut rows = context
        .tx
        .list_audit(context.owner, task, before, i64::from(size) + 1)
        .await?;
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    let next_cursor = match rows.last() {
        Some(end) if more => Some(cursor::encrypt(
            key,
            List::Audit(task),
            context.owner,
            end.seq,
        )),
        _ => None,
    };
    Ok(Page {
        items: rows.into_iter().map(|row| row.entry).collect(),
        next_cursor,
    })
}

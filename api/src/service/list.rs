//! Listing tasks and the audit log: filters, order, and signed cursors.

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use taskwire_domain::contract::{
    AuditEntry, AuditQuery, Page, TaskPage, TaskQuery, WordCorrection, render,
};
use taskwire_domain::filter::Filter;
use taskwire_domain::{Invalid, TaskId, TaskRef, Zone};
use taskwire_store::{Correction, Keyset, SortValue, TaskList};

use super::{Context, Error, other_zone, saved_filter, tag, task};
use crate::cursor::{self, List};
use crate::secret;

mod parameter;
mod query;

pub(super) use parameter::{limit, one_of};

/// Length of a cursor's signature, in bytes.
const TAG: usize = 16;

/// The end of a page, as stored in a cursor.
#[derive(Serialize, Deserialize)]
enum Place {
    Number(i64),
    Pair(i64, i64),
    Text(String),
}

impl From<SortValue> for Place {
    fn from(value: SortValue) -> Self {
        match value {
            SortValue::Number(number) => Self::Number(number),
            SortValue::Pair(first, second) => Self::Pair(first, second),
            SortValue::Text(text) => Self::Text(text),
        }
    }
}

impl From<Place> for SortValue {
    fn from(place: Place) -> Self {
        match place {
            Place::Number(number) => Self::Number(number),
            Place::Pair(first, second) => Self::Pair(first, second),
            Place::Text(text) => Self::Text(text),
        }
    }
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

/// Whether a list may have to read many tasks for a page, because not every condition has an index.
pub(crate) fn may_take_long(query: &TaskQuery) -> bool {
    let TaskQuery {
        filter,
        created_before,
        created_after,
        updated_before,
        updated_after,
        changed_by,
        search,
        q,
        ..
    } = query;
    [
        filter,
        created_before,
        created_after,
        updated_before,
        updated_after,
        changed_by,
        search,
        q,
    ]
    .iter()
    .any(|parameter| parameter.is_some())
}

/// Reads the parameters of a list, with the saved filters that they name, and corrects words that no task has.
pub(super) async fn read(
    context: &mut Context,
    query: &TaskQuery,
) -> Result<(TaskList, Vec<WordCorrection>), Error> {
    let shown = other_zone::shown(query.zone.as_deref(), &context.zone)?;
    let owner = std::mem::replace(&mut context.zone, shown);
    let read = read_in_zone(context, query, &owner).await;
    context.zone = owner;
    read
}

/// The same, with words in the zone of the context, for rows that are stored for the zone `owner`.
async fn read_in_zone(
    context: &mut Context,
    query: &TaskQuery,
    owner: &Zone,
) -> Result<(TaskList, Vec<WordCorrection>), Error> {
    let saved = saved_filter::known(context, query.filter.as_deref()).await?;
    let (mut list, named) = query::read(context, query, &saved).map_err(Error::Invalid)?;
    tag::check_known(context, &named).await?;
    let corrections = correct(context, &mut list.filter).await?;
    list.filter = other_zone::stored(list.filter, &context.zone, owner, context.now);
    Ok((list, corrections))
}

/// A page of tasks.
pub(crate) async fn tasks(
    context: &mut Context,
    query: &TaskQuery,
    key: &[u8],
) -> Result<TaskPage, Error> {
    let (mut list, corrections) = read(context, query).await?;
    // Identifies the list that a cursor belongs to: everything but the position and the page size.
    let signed = serde_json::to_string(&TaskQuery {
        cursor: None,
        limit: None,
        ..query.clone()
    })
    .map_err(|error| Error::Internal(error.to_string()))?;
    let signed = format!("{} {signed}", context.owner);
    if let Some(text) = &query.cursor {
        let cursor = read_cursor(key, &signed, text)?;
        list.after = Some(Keyset {
            value: cursor.place.into(),
            id: cursor.id,
        });
    }
    let size = list.limit;
    list.limit += 1;
    let mut listed = context.tx.list_page(&list).await?;
    let more = cut(&mut listed.tasks, size).is_some();
    let next_cursor = match listed.tasks.last() {
        Some(end) if more => {
            let place = listed.value(end, &context.zone).into();
            let id = end.id;
            Some(write_cursor(key, &signed, &Cursor { place, id })?)
        }
        _ => None,
    };
    let zone = other_zone::shown(query.zone.as_deref(), &context.zone)?;
    Ok(TaskPage {
        items: listed
            .tasks
            .iter()
            .map(|task| render(task, context.now, &zone))
            .collect(),
        next_cursor,
        corrections,
        zone: query.zone.is_some().then(|| zone.to_string()),
    })
}

/// Replaces words that no task has by ones that differ in one letter.
async fn correct(context: &mut Context, filter: &mut Filter) -> Result<Vec<WordCorrection>, Error> {
    let mut corrections = Vec::new();
    let mut found = Vec::new();
    for part in filter.conjuncts() {
        if let Filter::Words(terms) = part
            && let Some((taken, words)) = context.tx.correct_words(context.owner, terms).await?
        {
            found.push((terms.clone(), taken));
            corrections.extend(words);
        }
    }
    for (terms, taken) in found {
        filter.replace(&Filter::Words(terms), &Filter::Words(taken));
    }
    let view = |Correction { word, taken }| WordCorrection { word, taken };
    Ok(corrections.into_iter().map(view).collect())
}

/// The position in the cursor of a page; `None` for the first page.
pub(crate) fn position(
    context: &Context,
    key: &[u8],
    list: List,
    cursor: Option<&str>,
) -> Result<Option<i64>, Error> {
    let read = |text| cursor::decrypt(key, list, context.owner, text).ok_or_else(bad_cursor);
    cursor.map(read).transpose()
}

/// Cuts rows, of which one more was read than a page has, to that page; its last row if others follow.
pub(crate) fn cut<T>(rows: &mut Vec<T>, size: impl TryInto<usize>) -> Option<&T> {
    let size = size.try_into().unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    rows.last().filter(|_| more)
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
    let list = List::Audit(task);
    let before = position(context, key, list, query.cursor.as_deref())?.unwrap_or(i64::MAX);
    let mut rows = context
        .tx
        .list_audit(context.owner, task, before, i64::from(size) + 1)
        .await?;
    let next_cursor =
        cut(&mut rows, size).map(|end| cursor::encrypt(key, list, context.owner, end.seq));
    Ok(Page {
        items: rows.into_iter().map(|row| row.entry).collect(),
        next_cursor,
    })
}

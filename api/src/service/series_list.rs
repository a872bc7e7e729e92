//! Lists series, and the occurrences of one.

use taskwire_domain::contract::{
    ComingOccurrence, DateView, Page, SeriesListQuery, SeriesOccurrences, SeriesQuery, SeriesView,
};
use taskwire_domain::{Invalid, SeriesId, Task};

use super::list::{cut, limit, position};
use super::{Context, Error};
use crate::cursor::{self, List};

/// Occurrences to come that are shown by default.
const COMING: u32 = 10;
/// Maximum number of occurrences to come.
const COMING_MAX: u32 = 100;

/// A page of the series with an open task, by its number.
pub(crate) async fn list(
    context: &mut Context,
    query: &SeriesListQuery,
    key: &[u8],
) -> Result<Page<SeriesView>, Error> {
    let size = limit(query.limit)?;
    let after = position(context, key, List::Series, query.cursor.as_deref())?.unwrap_or(0);
    let mut open = context
        .tx
        .open_series(context.owner, after, i64::from(size) + 1)
        .await?;
    let next_cursor = cut(&mut open, size)
        .map(|end| cursor::encrypt(key, List::Series, context.owner, end.number));
    Ok(Page {
        items: open
            .iter()
            .filter_map(|task| view(context, task, Some(task)))
            .collect(),
        next_cursor,
    })
}

/// One series of the owner, with occurrences to come and a page of those that have ended.
pub(crate) async fn get(
    context: &mut Context,
    id: SeriesId,
    query: &SeriesQuery,
    key: &[u8],
) -> Result<SeriesOccurrences, Error> {
    let size = limit(query.limit)?;
    let count = query.coming.unwrap_or(COMING);
    if count > COMING_MAX {
        let detail = format!("{count} is out of range.");
        let refused = Invalid::new("coming", "invalid_coming", detail);
        return Err(refused.hint(format!("Send 0 to {COMING_MAX}.")).into());
    }
    let list = List::Occurrences(id);
    let before = position(context, key, list, query.cursor.as_deref())?.unwrap_or(i64::MAX);
    let open = context.tx.find_open_of_series(context.owner, id).await?;
    let mut past = context
        .tx
        .ended_of_series(context.owner, id, before, i64::from(size) + 1)
        .await?;
    let next_cursor =
        cut(&mut past, size).map(|end| cursor::encrypt(key, list, context.owner, end.number));
    let shown = if let Some(open) = &open {
        view(context, open, Some(open))
    } else {
        let newest = context.tx.last_of_series(context.owner, id).await?;
        newest.and_then(|task| view(context, &task, None))
    };
    let series = shown.ok_or_else(|| Error::NotFound("such series".into()))?;
    let count = usize::try_from(count).unwrap_or_default();
    Ok(SeriesOccurrences {
        series,
        coming: open.map_or_else(Vec::new, |open| coming(context, &open, count)),
        past: past.iter().map(|task| context.view(task)).collect(),
        next_cursor,
    })
}

/// The series of a task.
fn view(context: &Context, task: &Task, open: Option<&Task>) -> Option<SeriesView> {
    let shown = context.view(task);
    Some(SeriesView {
        id: task.series.as_ref()?.id.0,
        title: shown.title,
        recurrence: shown.recurrence,
        open: open.map(|open| context.view(open)),
    })
}

/// The occurrences after the open task.
fn coming(context: &Context, open: &Task, count: usize) -> Vec<ComingOccurrence> {
    let next = open.next_if_on_time(context.now, &context.zone);
    let (Some(series), Some(next)) = (&open.series, next) else {
        return Vec::new();
    };
    let recurrence = &series.recurrence;
    let dues = recurrence.upcoming_from(Some(&next), count, &context.zone);
    let shown = |(index, due)| {
        let key = recurrence.coming_key(&next, index, due);
        ComingOccurrence {
            occurrence: key.map(|key| key.to_string()),
            date: DateView::of(due, &context.zone),
        }
    };
    dues.iter().enumerate().map(shown).collect()
}

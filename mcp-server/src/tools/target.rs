//! Which tasks an item is about: one by its number, or all that a filter finds.

use serde::Serialize;
use serde_json::value::to_raw_value;
use taskwire_client::{Client, Error};
use taskwire_domain::contract::{Bulk, BulkOperation, BulkResult, TaskQuery};

use super::input;
use crate::confirmation::UNASKED_MAX;
use crate::identity::Keys;

/// A field that an item has beside its number or filter, and whether it was sent.
pub(super) type Sent = (&'static str, bool);

/// What an item says about its tasks.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) number: Option<i64>,
    pub(super) filter: Option<&'a str>,
    pub(super) expected_count: Option<u64>,
}

impl Target<'_> {
    /// The errors of an item, each with its field; `single` are the fields that fit only a single task.
    pub(super) fn mistakes(
        &self,
        number: &'static str,
        is_dry_run: bool,
        single: &[Sent],
    ) -> Vec<(&'static str, String)> {
        let mut mistakes = Vec::new();
        let mut mistake = |field, what: &str| mistakes.push((field, what.to_owned()));
        match (self.number, self.filter) {
            (None, None) => mistake(
                number,
                "is missing: send it, or `filter` with `expected_count` for all tasks that it finds.",
            ),
            (Some(_), Some(_)) => mistake(
                "filter",
                "cannot be combined with a number: send only one of them.",
            ),
            (Some(_), None) if self.expected_count.is_some() => {
                mistake("expected_count", "belongs to `filter`: omit it.");
            }
            (None, Some(filter)) if filter.trim().is_empty() => {
                mistake(
                    "filter",
                    "is blank: send an expression such as \"overdue & #work\".",
                );
            }
            (None, Some(_)) if self.expected_count.is_none() && !is_dry_run => mistake(
                "expected_count",
                "is missing: send the call with dry_run true first, and then its `matched`. Other tasks than those that were seen are never changed.",
            ),
            _ => {}
        }
        if self.filter.is_some() {
            for (field, _) in single.iter().filter(|(_, is_sent)| *is_sent) {
                mistake(field, "belongs to a single task: omit it with `filter`.");
            }
        }
        mistakes
    }
}

/// Refuses a call that names a task or a filter twice, because it is unclear which item should win.
pub(super) fn distinct<'a>(
    targets: impl Iterator<Item = Target<'a>> + Clone,
    mistakes: &mut Vec<String>,
) {
    // The numbers with their places in the list, which also has filters.
    let named: Vec<(usize, i64)> = targets
        .clone()
        .enumerate()
        .filter_map(|(index, target)| Some((index, target.number?)))
        .collect();
    let places: Vec<usize> = named.iter().map(|(index, _)| *index).collect();
    let numbers = named.iter().map(|(_, number)| *number);
    input::distinct_at("tasks", ".number", &places, numbers, mistakes);
    let mut seen: Vec<(usize, &str)> = Vec::new();
    for (index, target) in targets.enumerate() {
        let Some(filter) = target.filter.map(str::trim) else {
            continue;
        };
        match seen.iter().find(|(_, earlier)| *earlier == filter) {
            Some((first, _)) => mistakes.push(format!(
                "`tasks[{index}].filter` is the same as `tasks[{first}].filter`: send each filter only once."
            )),
            None => seen.push((index, filter)),
        }
    }
}

/// Whether filters find so many tasks that a person is asked first.
pub(super) fn are_many<'a>(targets: impl Iterator<Item = Target<'a>>) -> bool {
    let found = targets.filter_map(|target| target.expected_count);
    found.fold(0, u64::saturating_add) > UNASKED_MAX
}

/// Makes the same change to all tasks that the filter finds, if they are as many as expected.
pub(super) async fn change_all(
    client: &Client,
    keys: &Keys,
    target: Target<'_>,
    op: &str,
    body: Option<&(impl Serialize + Sync)>,
) -> Result<BulkResult, Error> {
    let filter = target.filter.unwrap_or_default().trim();
    let body = body.map(to_raw_value).transpose();
    let bulk = Bulk {
        filter: TaskQuery {
            filter: Some(filter.to_owned()),
            ..TaskQuery::default()
        },
        change: BulkOperation {
            op: op.to_owned(),
            body: body.map_err(|error| Error::Unexpected(error.to_string()))?,
        },
        expected_count: target.expected_count,
    };
    let key = keys.for_name(&format!("filter/{filter}"));
    client.bulk(&bulk, key.as_deref()).await
}

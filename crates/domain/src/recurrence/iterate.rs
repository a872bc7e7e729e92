//! The occurrences of a recurrence in order, with their place in time.

mod first;
pub(super) mod merge;
pub(super) mod rule;

use jiff::ZonedDateTime;

use self::merge::Series;
use super::calendar;
use super::recurrence_set::Recurrence;
use super::zones::second_instance;
use crate::{Due, Zone};

impl Recurrence {
    /// The first `limit` occurrences from `start` on, with their place in time where `start` has a zone.
    pub fn expand(&self, start: &Due, limit: usize) -> Vec<Occurrence> {
        expand(self, start, None, limit)
    }

    /// The first `limit` occurrences after a civil value, in a series that begins at `start`. What it costs does not
    /// depend on how far the two lie apart.
    pub fn expand_after(&self, start: &Due, after: Option<&Due>, limit: usize) -> Vec<Occurrence> {
        expand(self, start, after, limit)
    }
}

/// One occurrence of an expansion.
#[derive(Clone, PartialEq, Debug)]
pub struct Occurrence {
    /// The scheduled value, before any clock change.
    pub scheduled: Due,
    /// The point in time of a value with a zone.
    pub zoned: Option<ZonedDateTime>,
}

/// The occurrences of an expansion; see [`Recurrence::expand`].
fn expand(
    recurrence: &Recurrence,
    start: &Due,
    after: Option<&Due>,
    limit: usize,
) -> Vec<Occurrence> {
    let owner = Zone::utc();
    let series = Series::new(recurrence, start, &owner);
    let zone = start.zone().map(Zone::rules);
    let twice = zone.filter(|_| series.repeats_hours());
    let mut found: Vec<Occurrence> = Vec::new();
    // Those that come after others of a later civil time, earliest first: second instances of a repeated hour, and what
    // a skipped half hour has moved.
    let mut late: Vec<Occurrence> = Vec::new();
    let from = after.map_or(i64::MIN, |after| calendar::seconds_of(after.civil()) + 1);
    for at in series.from(from) {
        let Some(scheduled) = series.due(at) else {
            break;
        };
        let zoned = zone.and_then(|zone| {
            zone.to_ambiguous_zoned_datetime(scheduled.civil())
                .compatible()
                .ok()
        });
        let is_moved = zoned
            .as_ref()
            .is_some_and(|zoned| zoned.datetime() != scheduled.civil());
        if is_moved {
            // One that is not moved may still come before it, and before those that were moved already.
            late.push(Occurrence { scheduled, zoned });
            continue;
        }
        let passed = late.partition_point(|late| late.zoned < zoned);
        found.extend(late.drain(..passed));
        if found.len() >= limit {
            break;
        }
        if let Some(second) = twice.and_then(|zone| second_instance(zone, &scheduled)) {
            late.push(Occurrence {
                scheduled: scheduled.clone(),
                zoned: Some(second),
            });
        }
        found.push(Occurrence { scheduled, zoned });
    }
    found.append(&mut late);
    found.truncate(limit);
    found
}

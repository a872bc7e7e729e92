//! The occurrences of a recurrence in time, and how close to each other they come.

use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Zoned};

use super::calendar;
use super::recurrence_set::Recurrence;
use super::rule::Rule;
use super::series::Series;
use crate::{Due, Invalid, Zone};

/// How many occurrences of several rules are looked at for the time between them.
const MIN_INTERVAL_SAMPLE: usize = 400;

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

    /// Refuses rules with occurrences less than an hour apart, which no task may have.
    pub fn check_min_interval(&self) -> Result<(), Invalid> {
        let each = self.rules.iter().any(Rule::is_finer_than_hour);
        // Several rules may come close to each other only together; they are looked at from some day on, as far as
        // their patterns take to show it.
        let together = || {
            let start = Due::Floating(jiff::civil::date(2027, 1, 1).at(0, 0, 0, 0));
            let found = self.expand(&start, MIN_INTERVAL_SAMPLE);
            found.windows(2).any(|pair| match pair {
                [earlier, later] => {
                    let gap = later
                        .scheduled
                        .civil()
                        .duration_since(earlier.scheduled.civil());
                    gap < SignedDuration::from_hours(1)
                }
                _ => false,
            })
        };
        if each || (self.rules.len() > 1 && together()) {
            return Err(Invalid::new(
                "/recurrence",
                "rule_too_fine",
                "A task cannot repeat more than once an hour.",
            )
            .hint("Send a rule of an hour or longer, such as \"every 90 minutes\" or FREQ=HOURLY;INTERVAL=2."));
        }
        Ok(())
    }
}

/// One occurrence of an expansion.
#[derive(Clone, PartialEq, Debug)]
pub struct Occurrence {
    /// The scheduled value, before any clock change.
    pub scheduled: Due,
    /// The point in time of a value with a zone.
    pub zoned: Option<Zoned>,
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
    // The second instances of a repeated hour, which follow all of its first ones.
    let mut second: Vec<Occurrence> = Vec::new();
    let from = after.map_or(i64::MIN, |after| calendar::seconds_of(after.civil()) + 1);
    for at in series.from(from) {
        let Some(scheduled) = series.due(at) else {
            break;
        };
        let zoned =
            zone.and_then(|zone| zone.to_ambiguous_zoned(scheduled.civil()).compatible().ok());
        let later = twice.and_then(|zone| repeated(zone, &scheduled));
        if later.is_none() {
            found.append(&mut second);
        }
        if found.len() >= limit {
            break;
        }
        if let Some(later) = later {
            second.push(Occurrence {
                scheduled: scheduled.clone(),
                zoned: Some(later),
            });
        }
        found.push(Occurrence { scheduled, zoned });
    }
    found.append(&mut second);
    found.truncate(limit);
    found
}

/// The second instance of a wall-clock time that comes twice.
fn repeated(zone: &TimeZone, scheduled: &Due) -> Option<Zoned> {
    let ambiguous = zone.to_ambiguous_zoned(scheduled.civil());
    if !matches!(ambiguous.offset(), AmbiguousOffset::Fold { .. }) {
        return None;
    }
    ambiguous.later().ok()
}

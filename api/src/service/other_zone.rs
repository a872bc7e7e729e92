//! Lists that are shown in a zone other than their owner's: "today" and the days are those of that zone.
//!
//! A date and a floating time are the same in every zone (RFC 5545 section 3.3.5); a time with a zone keeps its instant. Rows
//! are stored by their instants in the owner's zone, so a range of due values is another one for each of the two kinds.

use jiff::Timestamp;
use taskwire_domain::filter::{Filter, Moment, Range};
use taskwire_domain::{Due, Invalid, Status, Zone};

/// The zone that a query names; the owner's if it names none.
pub(super) fn shown(name: Option<&str>, owner: &Zone) -> Result<Zone, Invalid> {
    match name {
        None => Ok(owner.clone()),
        Some(name) => Zone::parse(name).map_err(|why| why.at("zone")),
    }
}

/// The filter of a list that was read in the zone `shown`, for the rows of someone who lives in `owner`.
pub(super) fn stored(filter: Filter, shown: &Zone, owner: &Zone, now: Timestamp) -> Filter {
    if shown == owner {
        return filter;
    }
    let all = |parts: Vec<Filter>| {
        let parts = parts.into_iter();
        parts.map(|part| stored(part, shown, owner, now)).collect()
    };
    let in_owners = |at| civil_instant(at, shown, owner);
    match filter {
        Filter::All(parts) => Filter::All(all(parts)),
        Filter::Any(parts) => Filter::Any(all(parts)),
        Filter::Not(part) => Filter::Not(Box::new(stored(*part, shown, owner, now))),
        Filter::Within(Moment::Due, range) => {
            let floating = Range {
                from: range.from.map(in_owners),
                before: range.before.map(in_owners),
            };
            by_kind(
                Filter::Within(Moment::Due, range),
                Filter::Within(Moment::Due, floating),
            )
        }
        Filter::Overdue => {
            let passed = Range {
                from: None,
                before: Some(in_owners(now)),
            };
            let floating = vec![
                Filter::Status(Status::Open),
                Filter::Within(Moment::Due, passed),
            ];
            by_kind(Filter::Overdue, Filter::All(floating))
        }
        other => other,
    }
}

/// One condition for times with a zone, and another one for the rest.
fn by_kind(fixed: Filter, floating: Filter) -> Filter {
    Filter::Any(vec![
        Filter::All(vec![Filter::Fixed, fixed]),
        Filter::All(vec![Filter::Not(Box::new(Filter::Fixed)), floating]),
    ])
}

/// When the clocks of `owner` show what those of `shown` show at an instant.
fn civil_instant(at: Timestamp, shown: &Zone, owner: &Zone) -> Timestamp {
    let civil = at.to_zoned_datetime(shown.rules().clone()).datetime();
    Due::Floating(civil).instant(owner).unwrap_or(at)
}

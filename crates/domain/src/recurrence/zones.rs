//! The effect of a clock change on an occurrence. Everything else here counts in civil time, without zones.

use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ZonedDateTime};

use super::calendar;
use crate::Due;
use crate::due::resolve;

/// The instant of a civil second (RFC 5545 section 3.3.5).
pub(super) fn instant(at: i64, zone: &TimeZone) -> Option<Timestamp> {
    resolve(calendar::date_time(at)?, zone)
}

/// The civil second that clocks show at the instant of another one; a different one where the clocks skip it.
pub(super) fn shown(at: i64, zone: &TimeZone) -> Option<i64> {
    let instant = instant(at, zone)?;
    Some(calendar::seconds_of(zone.to_datetime(instant)))
}

/// The second instance of a wall-clock time that comes twice.
pub(super) fn second_instance(zone: &TimeZone, scheduled: &Due) -> Option<ZonedDateTime> {
    let ambiguous = zone.to_ambiguous_zoned_datetime(scheduled.civil());
    if !matches!(ambiguous.offset(), AmbiguousOffset::Fold { .. }) {
        return None;
    }
    ambiguous.later().ok()
}

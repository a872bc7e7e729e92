//! Dates and times inside a rule that are written out in full: `2027-06-01`, `2027-06-01T15:00:00Z`, `1 june 2027`.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::chart::Chart;
use crate::Due;
use crate::grammar::context::YEARS;
use crate::grammar::meaning::day::Day;
use crate::grammar::recognise::calendar::month_day;
use crate::grammar::recognise::iso::written;
use crate::recurrence::Moment;

/// A date or time written out in full: `2027-06-01`, `2027-06-01T17:00`, `2027-06-01T15:00:00Z`.
pub(super) fn moment(chart: &Chart<'_>, at: usize) -> Option<(Moment, usize)> {
    if let Some((due, next)) = written(chart, at) {
        let moment = match due {
            Ok(Due::Date(date)) => Moment::Date(date),
            Ok(Due::Floating(at)) => Moment::Floating(at),
            Ok(Due::Zoned(civil, zone)) => {
                Moment::Instant(crate::due::resolve(civil, zone.rules())?)
            }
            Err(_) => {
                let (chunk, _) = chart.chunk(at)?;
                let instant: Timestamp = chunk.parse().ok()?;
                let year = instant.to_zoned_datetime(TimeZone::UTC).year();
                YEARS.contains(&year).then_some(())?;
                Moment::Instant(instant)
            }
        };
        return Some((moment, next));
    }
    let (named, next) = month_day(chart, at).filter(|(named, _)| named.year.is_some())?;
    match named.day()? {
        Day::On(date) if YEARS.contains(&date.year()) => Some((Moment::Date(date), next)),
        _ => None,
    }
}

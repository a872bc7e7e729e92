//! From a date and a time to a due value.

use jiff::civil::Time;
use jiff::{Timestamp, ToSpan};

use super::day;
use crate::grammar::context::{LAST_YEAR, ParseContext, YEARS};
use crate::grammar::meaning::day::{Day, Length, Side};
use crate::grammar::meaning::when::{When, Whole};
use crate::grammar::recognise::clock::MIDNIGHT;
use crate::{Due, Zone};

/// Why the last midnight of a day deserves a look.
const DAY_END: &str = "midnight was read as the end of that day";

/// Why an hour that comes twice deserves a look.
const TWICE: &str = "that time comes twice because the clocks go back; the first one is meant";

/// The due value: a time without a day is today's, or tomorrow's once it is past.
pub(crate) fn due(when: &When, now: &ParseContext) -> Option<Due> {
    if let Some(whole) = &when.whole {
        return complete(whole, now);
    }
    let here = now;
    let there = when.zone.as_ref().map(|zone| now.within(zone));
    let now = there.as_ref().unwrap_or(now);
    let (time, after) = when.time();
    let date = match (&when.day, time) {
        (Some(day), time) => {
            // "tomorrow" is the writer's, in whatever zone the time is.
            let time = time.filter(|_| !after);
            let time = match &when.zone {
                Some(zone) => time.and_then(|time| time_here(time, zone, here)),
                None => time,
            };
            day::date(day, here, time)?
        }
        (None, Some(_)) if now.is_past(time) && !after && !when.end_of_day => {
            now.today.tomorrow().ok()?
        }
        (None, Some(_)) => now.today,
        (None, None) if when.end_of_day => now.today,
        (None, None) => return None,
    };
    let date = if after { date.tomorrow().ok()? } else { date };
    Some(match (time, &when.zone) {
        (Some(time), None) => Due::Floating(date.to_datetime(time)),
        (Some(time), Some(zone)) => Due::Zoned(date.to_datetime(time), zone.clone()),
        (None, _) => Due::Date(date),
    })
}

/// When a time of today in a zone comes for the writer: the first or last moment of today if it is on another day.
fn time_here(time: Time, zone: &Zone, here: &ParseContext) -> Option<Time> {
    let at = crate::due::resolve(here.today.to_datetime(time), zone.rules())?;
    let local = at.to_zoned_datetime(here.zone.rules().clone()).datetime();
    Some(match local.date().cmp(&here.today) {
        std::cmp::Ordering::Less => Time::MIN,
        std::cmp::Ordering::Equal => local.time(),
        std::cmp::Ordering::Greater => Time::MAX,
    })
}

/// A complete due value, or the moment so much time from now.
pub(crate) fn complete(whole: &Whole, now: &ParseContext) -> Option<Due> {
    match whole {
        Whole::Due(due) => Some(due.clone()),
        Whole::Elapsed(length) => Some(elapsed(length, now)?.0),
    }
}

/// A written instant such as `2027-01-11T15:00Z`, in the zone of the writer, and how it was read.
pub(crate) fn of_instant(text: &str, now: &ParseContext) -> Option<(Due, String)> {
    // A zone in brackets is one that the offset contradicts: `Due::parse` reads all others.
    if text.contains('[') {
        return None;
    }
    let at: Timestamp = text.parse().ok()?;
    let local = at.to_zoned_datetime(now.zone.rules().clone()).datetime();
    let local = local.with().second(0).subsec_nanosecond(0).build().ok()?;
    YEARS.contains(&local.year()).then_some(())?;
    let due = Due::Zoned(local, now.zone.clone());
    let doubt = format!("read in your time zone as {due}");
    Some((due, doubt))
}

/// So much time from now, on the wall clock of the writer's zone. Hours are elapsed hours; days before them keep the
/// time of day.
fn elapsed(length: &Length, now: &ParseContext) -> Option<(Due, Timestamp)> {
    let day = day::after(length, now.today, Side::After)?;
    let from = if day == now.today {
        now.at
    } else {
        crate::due::resolve(day.to_datetime(now.time), now.zone.rules())?
    };
    let at = from.checked_add(length.minutes.minutes()).ok()?;
    let local = at.to_zoned_datetime(now.zone.rules().clone()).datetime();
    let local = local.with().second(0).subsec_nanosecond(0).build().ok()?;
    (local.year() <= LAST_YEAR).then_some((Due::Floating(local), at))
}

/// Other likely readings, with those that only the whole phrase shows. `time` is that of the line, if the phrase has
/// none.
pub(crate) fn doubts(when: &When, now: &ParseContext, time: Option<Time>) -> Vec<String> {
    let mut doubts = when.doubts.clone();
    if let Some(Whole::Elapsed(length)) = &when.whole
        && let Some((due, at)) = elapsed(length, now)
        && due
            .instant(&now.zone)
            .is_some_and(|first| at.duration_since(first).as_mins() > 1)
    {
        doubts.push(TWICE.to_owned());
    }
    let time = when.time().0.or(time);
    let show = |day: &Day| {
        let date = day::date(day, now, time)?;
        Some(date.strftime("%-d %B %Y").to_string())
    };
    let is_other = when.doubts.is_empty();
    if let (Some(day), Some(other)) = (&when.day, when.other_day.as_ref().filter(|_| is_other))
        && let (Some(day), Some(other)) = (show(day), show(other))
    {
        doubts.push(format!("read as {day}, not {other}"));
    }
    // A date in figures says already which year it is.
    if let Some(day) = when.day.as_ref().filter(|_| doubts.is_empty()) {
        doubts.extend(day::next_year_doubt(day, now, time));
    }
    if let Some(clock) = when.clock {
        let midnight = clock.time == Time::midnight() && !clock.open;
        let (time, is_next) = when.time();
        if when.day.is_some() && when.part.is_none() && midnight {
            doubts.push(if is_next { DAY_END } else { MIDNIGHT }.to_owned());
        } else if is_next && !clock.open && clock.midnight.is_none() && when.part.is_some() {
            let hour = time.unwrap_or(clock.time).strftime("%H:%M");
            doubts.push(format!(
                "read as {hour} of the day after, as the night goes on"
            ));
        }
        doubts.extend(when.part.and_then(|part| clock.part_doubt(part)));
        doubts.extend(clock.range_doubt());
        doubts.extend(clock.pointed_doubt());
        // "in the evening at 5" is plain.
        doubts.extend(clock.early_doubt().filter(|_| when.part.is_none()));
    }
    doubts
}

/// Adds what wins of another phrase.
pub(crate) fn join(
    joined: &mut When,
    other: When,
    takes_day: bool,
    takes_time: bool,
    now: &ParseContext,
) {
    if other.whole.is_some() {
        // A complete value wins over a lone date or time before it; one after it changes only its own part.
        *joined = When {
            whole: other.whole,
            ..When::default()
        };
        return;
    }
    if takes_day {
        joined.day.clone_from(&other.day);
        joined.end_of_day = other.end_of_day;
        joined.whole = None;
    }
    if takes_time {
        let whole = joined.whole.as_ref().filter(|_| !takes_day);
        if let Some(due) = whole.and_then(|whole| complete(whole, now)) {
            if let (Some(time), _) = other.time() {
                joined.whole = Some(Whole::Due(due.at(due.date().to_datetime(time))));
            }
        } else {
            joined.clock = other.clock;
            joined.zone = other.zone;
            joined.part = other.part.or(joined.part.filter(|_| other.clock.is_some()));
        }
    } else if other.part.is_some() && joined.clock.is_none() {
        joined.part = other.part;
    }
}

/// Why an hour of today that has passed deserves a look.
pub(crate) const GONE: &str =
    "that time has already passed today; add pm if you mean the afternoon";

/// Why a time of today that has passed deserves a look.
pub(crate) const PASSED: &str = "that time has already passed today";

/// Whether a time of today that can mean nothing else has passed.
pub(crate) fn has_passed(when: &When, now: &ParseContext) -> bool {
    let plain = match when.clock {
        Some(clock) => !clock.open,
        None => when.part.is_some(),
    };
    plain
        && when.day == Some(Day::Ahead(0))
        && matches!(when.time(), (time, false) if now.is_past(time))
}

/// Whether a bare hour of today, which may be meant for the afternoon, has passed.
pub(crate) fn is_gone(when: &When, now: &ParseContext) -> bool {
    // An early hour has its own remark.
    let open = when.clock.is_some_and(|clock| clock.open && !clock.early);
    open && when.day == Some(Day::Ahead(0))
        && matches!(when.time(), (time, false) if now.is_past(time))
}

//! The format of a date or date-time, so that results are written the same way.

use jiff::ZonedDateTime;
use jiff::civil::DateTime;
use taskwire_domain::recurrence::Occurrence;
use taskwire_domain::{Due, Invalid, Zone};

/// The format of a start.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Form {
    /// `19970902T090000` instead of `1997-09-02T09:00:00` (ISO 8601 basic format, as in iCalendar).
    basic: bool,
    /// Seconds are written even if they are zero.
    seconds: bool,
    place: Place,
}

/// The suffix after the wall-clock time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    /// Nothing; the zone, if any, was given separately.
    Nothing,
    /// `Z`: the instant in UTC.
    Utc,
    /// The offset.
    Offset,
    /// The zone in brackets.
    Zone,
    /// The offset, and the zone in brackets.
    Both,
}

/// Reads a civil date, a civil date-time or a zoned one. A `zone` next to a civil date-time gives it that zone.
pub(super) fn read(text: &str, zone: Option<&Zone>) -> Result<(Due, Form), Invalid> {
    let text = text.trim();
    let refused = || {
        Invalid::new(
            "/dtstart",
            "invalid_dtstart",
            format!("{:?} is not a date or date-time.", clip(text)),
        )
        .hint(
            "Send 2026-12-01, 2026-12-01T09:00, 2026-12-01T09:00[Europe/Rome] or 20261201T090000.",
        )
    };
    let (civil, named) = match text.strip_suffix(']').and_then(|rest| rest.split_once('[')) {
        Some((civil, name)) => (civil, Some(Zone::parse(name).map_err(at_dtstart)?)),
        None => (text, None),
    };
    let (civil, utc) = match civil.strip_suffix(['Z', 'z']) {
        Some(civil) => (civil, true),
        None => (civil, false),
    };
    let (date, rest) = match civil.find(['T', 't', ' ']) {
        Some(at) => (civil.get(..at), civil.get(at + 1..)),
        None => (Some(civil), None),
    };
    let date = date.unwrap_or_default();
    let basic = !date.contains('-');
    let Some(rest) = rest else {
        if utc || named.is_some() {
            return Err(refused());
        }
        let due = Due::parse(&expanded(date, "").ok_or_else(refused)?).map_err(at_dtstart)?;
        return Ok((
            due,
            Form {
                basic,
                seconds: false,
                place: Place::Nothing,
            },
        ));
    };
    let (time, offset) = match rest.find(['+', '-']) {
        Some(at) => (rest.get(..at).unwrap_or_default(), rest.get(at..)),
        None => (rest, None),
    };
    let form = Form {
        basic,
        seconds: time.len() > if basic { 4 } else { 5 },
        place: match (utc, offset, &named) {
            (true, ..) => Place::Utc,
            (_, None, None) => Place::Nothing,
            (_, Some(_), None) => Place::Offset,
            (_, None, Some(_)) => Place::Zone,
            (_, Some(_), Some(_)) => Place::Both,
        },
    };
    let civil = expanded(date, time).ok_or_else(refused)?;
    let zone = named.or_else(|| zone.cloned());
    let Due::Floating(at) = Due::parse(&civil).map_err(at_dtstart)? else {
        return Err(refused());
    };
    let due = match (zone, offset, utc) {
        (None, None, false) => Due::Floating(at),
        (None, None, true) => Due::Zoned(at, Zone::utc()),
        (Some(zone), None, false) => Due::Zoned(at, zone),
        // An instant: its wall clock in the zone counts.
        (Some(zone), None, true) => {
            let instant = at
                .to_zoned_datetime(jiff::tz::TimeZone::UTC)
                .map_err(|_| refused())?;
            let local = instant.with_time_zone(zone.rules().clone()).datetime();
            Due::Zoned(local, zone)
        }
        (Some(zone), Some(offset), _) => {
            Due::parse(&format!("{civil}{offset}[{zone}]")).map_err(at_dtstart)?
        }
        (None, Some(_), _) => {
            return Err(Invalid::new(
                "/dtstart",
                "invalid_dtstart",
                "An offset does not define when clocks change.",
            )
            .hint("Also send the zone, such as 2026-12-01T09:00+01:00[Europe/Rome]."));
        }
    };
    Ok((due, form))
}

fn at_dtstart(refused: Invalid) -> Invalid {
    refused.at("/dtstart")
}

fn clip(text: &str) -> String {
    text.chars().take(60).collect()
}

/// The extended format of a date and a time in either format.
fn expanded(date: &str, time: &str) -> Option<String> {
    let date = if date.contains('-') {
        date.to_owned()
    } else {
        let part = |range| date.get(range).filter(|_| date.len() == 8);
        format!("{}-{}-{}", part(0..4)?, part(4..6)?, part(6..8)?)
    };
    Some(if time.is_empty() {
        date
    } else if time.contains(':') {
        format!("{date}T{time}")
    } else {
        match time.len() {
            4 => format!("{date}T{}:{}", time.get(..2)?, time.get(2..)?),
            6 => format!(
                "{date}T{}:{}:{}",
                time.get(..2)?,
                time.get(2..4)?,
                time.get(4..)?
            ),
            _ => return None,
        }
    })
}

impl Form {
    /// Writes an occurrence in the format of the start. A wall-clock time that a clock change skips is written as the
    /// clock shows it (RFC 5545 section 3.3.5).
    pub(super) fn write(self, occurrence: &Occurrence) -> String {
        let Some(zoned) = &occurrence.zoned else {
            return match &occurrence.scheduled {
                Due::Date(date) if self.basic => date.strftime("%Y%m%d").to_string(),
                Due::Date(date) => date.to_string(),
                timed => self.civil(timed.civil()),
            };
        };
        let shown = self.civil(zoned.datetime());
        let name = || occurrence.scheduled.zone().map_or("UTC", Zone::name);
        match self.place {
            Place::Nothing => shown,
            Place::Utc => {
                let utc = zoned.with_time_zone(jiff::tz::TimeZone::UTC);
                format!("{}Z", self.civil(utc.datetime()))
            }
            Place::Offset => format!("{shown}{}", offset(zoned)),
            Place::Zone => format!("{shown}[{}]", name()),
            Place::Both => format!("{shown}{}[{}]", offset(zoned), name()),
        }
    }

    fn civil(self, at: DateTime) -> String {
        let seconds = self.seconds || at.second() != 0;
        let format = match (self.basic, seconds) {
            (true, true) => "%Y%m%dT%H%M%S",
            (true, false) => "%Y%m%dT%H%M",
            (false, true) => "%Y-%m-%dT%H:%M:%S",
            (false, false) => "%Y-%m-%dT%H:%M",
        };
        at.strftime(format).to_string()
    }
}

fn offset(zoned: &ZonedDateTime) -> String {
    zoned.strftime("%:z").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(text: &str) -> String {
        let (due, form) = read(text, None).unwrap();
        let zoned = due.zone().map(|zone| {
            let at = due.instant(zone).unwrap();
            at.to_zoned_datetime(zone.rules().clone())
        });
        form.write(&Occurrence {
            scheduled: due,
            zoned,
        })
    }

    #[test]
    fn answers_are_written_as_the_start_was() {
        for text in [
            "2026-12-01",
            "20261201",
            "2026-12-01T09:00",
            "2026-12-01T09:00:00",
            "2026-12-01T09:00:30",
            "20261201T090000",
            "2026-12-01T09:00:00Z",
            "20261201T090000Z",
            "2026-12-01T09:00[Europe/Rome]",
            "2026-12-01T09:00:00+01:00[Europe/Rome]",
        ] {
            assert_eq!(again(text), text);
        }
        assert_eq!(
            again("2027-03-14T02:30[America/New_York]"),
            "2027-03-14T03:30[America/New_York]"
        );
    }

    #[test]
    fn refuses_what_is_no_date() {
        for text in [
            "",
            "tomorrow",
            "2026-02-30",
            "2026-12-01T25:00",
            "2026-12-01Z",
            "2026-12-01T09:00+01:00",
            "2026-12-01[Europe/Rome]",
            "2026-12-01T09:00[Mars/Base]",
            "20261201T0",
            "ü",
            "T",
            "[",
            "]",
        ] {
            assert_eq!(read(text, None).expect_err(text).field, "/dtstart");
        }
    }
}

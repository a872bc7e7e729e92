//! From RRULE text to a rule. What is not known is refused by name: a part that is quietly ignored gives wrong dates.

use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;

use super::super::check;
use super::super::error::refuse;
use super::super::policies::Overflow;
use super::super::rule::{
    ByDay, COUNT_MAX, Frequency, INTERVAL_MAX, Moment, Rule, Shift, weekday_code,
};
use crate::Invalid;
use crate::text::clip;

/// Longest text that is looked at; a full list of each part fits.
const TEXT_MAX: usize = 2_000;
/// Most values in one list.
const VALUES_MAX: usize = 60;
/// The years an UNTIL may lie in, as for due values.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2200;

/// SKIP of RFC 7529.
fn skip(value: &str) -> Result<Overflow, Invalid> {
    match value {
        "OMIT" => Ok(Overflow::Skip),
        "BACKWARD" => Ok(Overflow::Clamp),
        "FORWARD" => Ok(Overflow::Forward),
        _ => Err(refuse(
            "invalid_rule",
            format!("SKIP={} is unknown.", clip(value)),
            "Send SKIP=OMIT, SKIP=BACKWARD or SKIP=FORWARD (RFC 7529).",
        )),
    }
}

/// The value of SKIP in a rule, if it has one.
pub(super) fn overflow(text: &str) -> Option<Overflow> {
    text.split(';')
        .find_map(|part| part.trim().strip_prefix("SKIP="))
        .and_then(|value| skip(value).ok())
}

impl Rule {
    /// Reads RRULE text (RFC 5545 section 3.3.10), with or without the `RRULE:` in front. Fails with `rule_too_long`,
    /// or with the code of the part that is wrong.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        parse(text, None, &mut Vec::new())
    }
}

/// Reads RRULE text. With a start, what the rule lacks is taken from it, with a remark.
pub(super) fn parse(
    text: &str,
    start: Option<Date>,
    remarks: &mut Vec<String>,
) -> Result<Rule, Invalid> {
    if text.len() > TEXT_MAX {
        return Err(refuse(
            "rule_too_long",
            format!("The rule is {} bytes long.", text.len()),
            format!("Send at most {TEXT_MAX}, such as FREQ=WEEKLY;BYDAY=MO."),
        ));
    }
    let text = text.trim().to_ascii_uppercase();
    let body = text.strip_prefix("RRULE:").unwrap_or(&text);
    if body.contains(['\n', '\r', ':']) {
        return Err(refuse(
            "invalid_rule",
            "The text contains more than one rule.",
            "Send the RRULE alone, such as FREQ=WEEKLY;BYDAY=MO; its start is the task's due value.",
        ));
    }
    let body = body.strip_suffix(';').unwrap_or(body);
    let mut rule = None;
    let mut seen: Vec<&str> = Vec::new();
    // FREQ may be anywhere, but the rest is checked against it.
    for part in body.split(';') {
        if let Some(name) = part.trim().strip_prefix("FREQ=") {
            rule = Some(Rule::every(frequency(name)?, 1));
        }
    }
    let mut rule = rule.ok_or_else(|| {
        refuse(
            "invalid_rule",
            format!("{:?} has no FREQ.", clip(body)),
            "Start with FREQ=DAILY, FREQ=WEEKLY, FREQ=MONTHLY or FREQ=YEARLY.",
        )
    })?;
    for part in body.split(';') {
        let (name, value) = part.trim().split_once('=').ok_or_else(|| {
            refuse(
                "invalid_rule",
                format!("{:?} is not a valid rule part.", clip(part)),
                "Write each part as NAME=VALUE with semicolons between them, such as FREQ=WEEKLY;BYDAY=MO.",
            )
        })?;
        if seen.contains(&name) {
            return Err(refuse(
                "invalid_rule",
                format!("{} appears twice.", clip(name)),
                "Send each part once, with its values in one list.",
            ));
        }
        seen.push(name);
        take(&mut rule, name, value)?;
    }
    if let Some(start) = start {
        remarks.extend(complete(&mut rule, start));
    }
    check::check_parts(&rule)?;
    Ok(rule)
}

/// Takes the parts that a rule lacks from its start, where programs disagree on what it means without them, and says
/// so.
fn complete(rule: &mut Rule, start: Date) -> Vec<String> {
    let mut remarks = Vec::new();
    if !rule.by_week_no.is_empty() && rule.by_day.is_empty() {
        rule.by_day = vec![ByDay::each(start.weekday())];
        remarks.push(format!(
            "BYWEEKNO has no BYDAY, so the weekday of the start is used: BYDAY={}.",
            weekday_code(start.weekday())
        ));
    }
    let is_yearly = rule.frequency == Frequency::Yearly;
    if is_yearly && !rule.by_month_day.is_empty() && rule.by_month.is_empty() {
        rule.by_month = vec![start.month()];
        remarks.push(format!(
            "BYMONTHDAY has no BYMONTH, so the month of the start is used: BYMONTH={}.",
            start.month()
        ));
    }
    remarks
}

/// Puts one part into the rule.
fn take(rule: &mut Rule, name: &str, value: &str) -> Result<(), Invalid> {
    match name {
        "FREQ" => {}
        "INTERVAL" => rule.interval = positive(name, value, INTERVAL_MAX)?,
        "COUNT" => rule.count = Some(positive(name, value, COUNT_MAX)?),
        "UNTIL" => rule.until = Some(moment(name, value)?),
        "WKST" => {
            rule.week_start = weekday(value).ok_or_else(|| {
                refuse(
                    "invalid_rule",
                    format!("WKST={} is not a weekday.", clip(value)),
                    "Send one of MO, TU, WE, TH, FR, SA, SU.",
                )
            })?;
        }
        "BYDAY" => rule.by_day = list(name, value, by_day)?,
        "BYMONTH" => {
            let month = |text: &str| number(text, 12).filter(|month| *month > 0);
            rule.by_month = list(name, value, month)?;
        }
        "BYMONTHDAY" => rule.by_month_day = list(name, value, |text| number(text, 31))?,
        "BYYEARDAY" => rule.by_year_day = list(name, value, |text| number(text, 366))?,
        "BYWEEKNO" => rule.by_week_no = list(name, value, |text| number(text, 53))?,
        "BYSETPOS" => rule.by_set_pos = list(name, value, |text| number(text, 366))?,
        "BYHOUR" => rule.by_hour = list(name, value, |text| clock_number(text, 23))?,
        "BYMINUTE" => rule.by_minute = list(name, value, |text| clock_number(text, 59))?,
        // A leap second has no civil time of its own (RFC 5545 section 3.3.10), so 60 is refused, not rounded.
        "BYSECOND" => rule.by_second = list(name, value, |text| clock_number(text, 59))?,
        "X-TASKWIRE-STEP" if value == "WORKDAY" => rule.workdays = true,
        "X-TASKWIRE-SHIFT" => rule.shift = Some(shift(value)?),
        "RSCALE" if value == "GREGORIAN" => {}
        "RSCALE" => {
            return Err(refuse(
                "unsupported_rule_part",
                format!("RSCALE={} is not supported.", clip(value)),
                "Omit it, or send RSCALE=GREGORIAN.",
            ));
        }
        // It belongs to the whole recurrence, whose reader takes it.
        "SKIP" => {
            skip(value)?;
        }
        other => {
            return Err(refuse(
                "unknown_rule_part",
                format!("{:?} is not a valid rule part.", clip(other)),
                "The parts are FREQ, INTERVAL, BYDAY, BYMONTHDAY, BYMONTH, BYYEARDAY, BYWEEKNO, BYHOUR, BYMINUTE, \
                 BYSECOND, BYSETPOS, COUNT, UNTIL, WKST, RSCALE, SKIP, X-TASKWIRE-STEP and X-TASKWIRE-SHIFT.",
            ));
        }
    }
    Ok(())
}

fn frequency(name: &str) -> Result<Frequency, Invalid> {
    match name {
        "DAILY" => Ok(Frequency::Daily),
        "WEEKLY" => Ok(Frequency::Weekly),
        "MONTHLY" => Ok(Frequency::Monthly),
        "YEARLY" => Ok(Frequency::Yearly),
        "SECONDLY" => Ok(Frequency::Secondly),
        "MINUTELY" => Ok(Frequency::Minutely),
        "HOURLY" => Ok(Frequency::Hourly),
        _ => Err(refuse(
            "invalid_rule",
            format!("FREQ={} is unknown.", clip(name)),
            "Send FREQ=DAILY, FREQ=WEEKLY, FREQ=MONTHLY or FREQ=YEARLY.",
        )),
    }
}

fn positive(name: &str, value: &str, limit: u32) -> Result<u32, Invalid> {
    digits(value)
        .and_then(|digits| digits.parse().ok())
        .filter(|number| (1..=limit).contains(number))
        .ok_or_else(|| {
            refuse(
                "invalid_rule",
                format!("{name}={} is out of range.", clip(value)),
                format!("Send 1 to {limit}."),
            )
        })
}

/// Short text of ASCII digits only; `parse` alone would take a sign.
fn digits(text: &str) -> Option<&str> {
    ((1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then_some(text)
}

/// A number from -limit to limit without zero.
fn number<T: TryFrom<i16>>(text: &str, limit: i16) -> Option<T> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let number: i16 = digits(rest)?.parse().ok()?;
    if number == 0 || number > limit {
        return None;
    }
    T::try_from(sign * number).ok()
}

/// A number from 0 to `limit`, for hours, minutes and seconds.
fn clock_number(text: &str, limit: i8) -> Option<i8> {
    digits(text)?.parse().ok().filter(|number| *number <= limit)
}

fn shift(value: &str) -> Result<Shift, Invalid> {
    match value {
        "NEXT" => Ok(Shift::Next),
        "PREVIOUS" => Ok(Shift::Previous),
        "NEAREST" => Ok(Shift::Nearest),
        count => number(count, 30).map(Shift::Workdays).ok_or_else(|| {
            refuse(
                "invalid_rule",
                format!("X-TASKWIRE-SHIFT={} is unknown.", clip(value)),
                "Send NEXT, PREVIOUS, NEAREST, or a number of workdays from -30 to 30 such as -1.",
            )
        }),
    }
}

pub(super) fn weekday(letters: &str) -> Option<Weekday> {
    Some(match letters {
        "MO" => Weekday::Monday,
        "TU" => Weekday::Tuesday,
        "WE" => Weekday::Wednesday,
        "TH" => Weekday::Thursday,
        "FR" => Weekday::Friday,
        "SA" => Weekday::Saturday,
        "SU" => Weekday::Sunday,
        _ => return None,
    })
}

fn by_day(text: &str) -> Option<ByDay> {
    let (ordinal, letters) = text.split_at_checked(text.len().checked_sub(2)?)?;
    Some(ByDay {
        ordinal: match ordinal {
            "" => None,
            some => Some(number(some, 53)?),
        },
        weekday: weekday(letters)?,
    })
}

/// The values of a list, each once.
fn list<T: PartialEq>(
    name: &str,
    value: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, Invalid> {
    let mut values = Vec::new();
    for (index, text) in value.split(',').enumerate() {
        if index == VALUES_MAX {
            return Err(refuse(
                "invalid_rule",
                format!("{name} has more than {VALUES_MAX} values."),
                "Send fewer.",
            ));
        }
        let item = parse(text.trim()).ok_or_else(|| {
            let example = match name {
                "BYDAY" => "weekdays such as MO, or with an ordinal such as 3FR and -1MO",
                "BYMONTH" => "months from 1 to 12",
                "BYMONTHDAY" => "days from 1 to 31, or -31 to -1 from the end of the month",
                "BYHOUR" => "hours from 0 to 23",
                "BYMINUTE" => "minutes from 0 to 59",
                "BYSECOND" => "seconds from 0 to 59",
                "BYWEEKNO" => "weeks from 1 to 53, or -53 to -1 from the end of the year",
                _ => "numbers from 1 to 366, or -366 to -1 from the end",
            };
            refuse(
                "invalid_rule",
                format!("{:?} is not valid for {name}.", clip(text)),
                format!("Send {example}."),
            )
        })?;
        if !values.contains(&item) {
            values.push(item);
        }
    }
    Ok(values)
}

pub(super) fn moment(name: &str, value: &str) -> Result<Moment, Invalid> {
    let refused = || {
        refuse(
            "invalid_rule",
            format!(
                "{:?} is not valid for {name}: expected a date between 1900 and 2200.",
                clip(value)
            ),
            "Send 20270601, 20270601T090000 for a floating time, or 20270601T070000Z for a time with a zone.",
        )
    };
    let (civil, utc) = match value.strip_suffix('Z') {
        Some(civil) => (civil, true),
        None => (value, false),
    };
    let (day, time) = match civil.split_once('T') {
        Some((day, time)) => (day, Some(time)),
        None => (civil, None),
    };
    let date = date(day)
        .filter(|date| YEARS.contains(&date.year()))
        .ok_or_else(refused)?;
    match time {
        None if utc => Err(refused()),
        None => Ok(Moment::Date(date)),
        Some(time) => {
            let at = date_time(date, time).ok_or_else(refused)?;
            if utc {
                instant(at).map(Moment::Instant).ok_or_else(refused)
            } else {
                Ok(Moment::Floating(at))
            }
        }
    }
}

/// A field of fixed width, digits only.
fn field<T: FromStr>(text: &str, range: std::ops::Range<usize>) -> Option<T> {
    digits(text.get(range)?)?.parse().ok()
}

fn date(text: &str) -> Option<Date> {
    if text.len() != 8 {
        return None;
    }
    Date::new(field(text, 0..4)?, field(text, 4..6)?, field(text, 6..8)?).ok()
}

fn date_time(date: Date, text: &str) -> Option<DateTime> {
    if text.len() != 6 {
        return None;
    }
    let (hour, minute, second): (i8, i8, i8) =
        (field(text, 0..2)?, field(text, 2..4)?, field(text, 4..6)?);
    // A leap second is allowed in the text and has no value of its own.
    DateTime::new(
        date.year(),
        date.month(),
        date.day(),
        hour,
        minute,
        if second == 60 { 59 } else { second },
        0,
    )
    .ok()
}

fn instant(at: DateTime) -> Option<Timestamp> {
    at.to_zoned_datetime(TimeZone::UTC)
        .ok()
        .map(|zoned| zoned.timestamp())
}

//! Cron expressions of five fields as one more way to write a rule.
//!
//! Minute, hour, day of the month, month, weekday, with `*`, lists, ranges, steps and English names, and `L` and `#` as
//! schedulers know them. No seconds, no years and no `@daily`: those have plainer words here.

use jiff::civil::Weekday;

use super::super::error::refuse;
use super::super::rule::{ByDay, Frequency, Rule};
use crate::Invalid;
use crate::text::clip;

const MONTHS: [&str; 12] = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// Reads a cron expression; none if the text is not one by its looks.
pub(super) fn parse(text: &str) -> Result<Option<Vec<Rule>>, Invalid> {
    let text = text.trim().to_ascii_uppercase();
    let fields: Vec<&str> = text.split_whitespace().collect();
    let [minute, hour, month_day, month, weekday] = *fields.as_slice() else {
        return Ok(None);
    };
    let looks = |field: &str| {
        field
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "*,-/#?".contains(c))
    };
    let counts = |field: &str| field.starts_with(|c: char| c == '*' || c.is_ascii_digit());
    if !(fields.iter().all(|field| looks(field)) && counts(minute) && counts(hour)) {
        return Ok(None);
    }
    rules(minute, hour, month_day, month, weekday).map(Some)
}

fn rules(
    minute: &str,
    hour: &str,
    month_day: &str,
    month: &str,
    weekday: &str,
) -> Result<Vec<Rule>, Invalid> {
    let minutes = values("minute", minute, 0, 59, &[])?;
    let hours = values("hour", hour, 0, 23, &[])?;
    let months = values("month", month, 1, 12, &MONTHS)?;
    let base = match (&hours, &minutes) {
        (None, None) => Rule::every(Frequency::Minutely, 1),
        (None, Some(minutes)) => Rule {
            by_minute: minutes.clone(),
            ..Rule::every(Frequency::Hourly, 1)
        },
        (Some(hours), None) => Rule {
            by_hour: hours.clone(),
            ..Rule::every(Frequency::Minutely, 1)
        },
        (Some(hours), Some(minutes)) => Rule {
            by_hour: hours.clone(),
            by_minute: minutes.clone(),
            ..Rule::every(Frequency::Daily, 1)
        },
    };
    let base = Rule {
        by_month: months.unwrap_or_default(),
        ..base
    };
    let by_month_day = month_days(month_day)?;
    let by_day = weekdays(weekday)?;
    let on_days = |by_month_day: Vec<i8>, by_day: Vec<ByDay>| {
        let ordinal = by_day.iter().any(|day| day.ordinal.is_some());
        let weekly = base.frequency == Frequency::Daily && by_month_day.is_empty();
        Rule {
            frequency: if ordinal {
                // An ordinal needs a month in which to be counted.
                Frequency::Monthly
            } else if weekly && !by_day.is_empty() {
                Frequency::Weekly
            } else {
                base.frequency
            },
            by_month_day,
            by_day,
            ..base.clone()
        }
    };
    let timed = |rule: Rule| {
        if rule.frequency == Frequency::Monthly && (hours.is_none() || minutes.is_none()) {
            return Err(refused(
                "weekday",
                weekday,
                "With # or L send an hour and a minute, such as 0 9 * * 5#3.",
            ));
        }
        Ok(rule)
    };
    // A day matches if either field does, when both are restricted (crontab(5)).
    match (by_month_day.is_empty(), by_day.is_empty()) {
        (false, false) => Ok(vec![
            on_days(by_month_day, Vec::new()),
            timed(on_days(Vec::new(), by_day))?,
        ]),
        _ => Ok(vec![timed(on_days(by_month_day, by_day))?]),
    }
}

fn refused(field: &str, text: &str, hint: &str) -> Invalid {
    refuse(
        "invalid_cron",
        format!(
            "{:?} is not a valid {field} field of a cron expression.",
            clip(text)
        ),
        hint,
    )
}

/// The values of a field; none for `*`.
fn values(
    field: &str,
    text: &str,
    least: i8,
    most: i8,
    names: &[&str],
) -> Result<Option<Vec<i8>>, Invalid> {
    if matches!(text, "*" | "?" | "*/1") {
        return Ok(None);
    }
    let hint = format!("Send {least} to {most}, lists (1,15), ranges (1-5), steps (*/2) or *.");
    let bad = || refused(field, text, &hint);
    let one = |text: &str| {
        let index = names.iter().position(|name| *name == text);
        index
            .and_then(|index| i8::try_from(index).ok())
            .map(|index| index + least)
            .or_else(|| {
                let digits = text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
                digits.then(|| text.parse().ok()).flatten()
            })
            .filter(|value| (least..=most).contains(value))
    };
    let mut found = Vec::new();
    for item in text.split(',') {
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (item, None),
        };
        let step_by = match step {
            None => 1,
            Some(step) => step
                .parse::<usize>()
                .ok()
                .filter(|step| (1..=59).contains(step))
                .ok_or_else(bad)?,
        };
        let (from, to) = match (range, range.split_once('-')) {
            ("*", _) => (least, most),
            (_, Some((from, to))) => (one(from).ok_or_else(bad)?, one(to).ok_or_else(bad)?),
            (single, None) => {
                let from = one(single).ok_or_else(bad)?;
                (from, if step.is_some() { most } else { from })
            }
        };
        if from > to {
            return Err(bad());
        }
        found.extend((from..=to).step_by(step_by));
    }
    found.sort_unstable();
    found.dedup();
    Ok(Some(found))
}

fn month_days(text: &str) -> Result<Vec<i8>, Invalid> {
    if text == "L" {
        return Ok(vec![-1]);
    }
    values("day", text, 1, 31, &[]).map(Option::unwrap_or_default)
}

fn weekdays(text: &str) -> Result<Vec<ByDay>, Invalid> {
    let hint =
        "Send 0 to 7 or SUN to SAT, lists, ranges, 5#3 for the third Friday, or 5L for the last.";
    let bad = || refused("weekday", text, hint);
    let one = |text: &str| {
        values("weekday", text, 0, 7, &WEEKDAYS)?
            .and_then(|days| days.first().copied())
            .and_then(day)
            .ok_or_else(bad)
    };
    if let Some((weekday, ordinal)) = text.split_once('#') {
        let ordinal = ordinal
            .parse::<i16>()
            .ok()
            .filter(|ordinal| (1..=5).contains(ordinal))
            .ok_or_else(bad)?;
        return Ok(vec![ByDay {
            ordinal: Some(ordinal),
            weekday: one(weekday)?,
        }]);
    }
    if let Some(weekday) = text.strip_suffix('L').filter(|rest| !rest.is_empty()) {
        return Ok(vec![ByDay {
            ordinal: Some(-1),
            weekday: one(weekday)?,
        }]);
    }
    let mut days = Vec::new();
    for number in values("weekday", text, 0, 7, &WEEKDAYS)?.unwrap_or_default() {
        let weekday = ByDay::each(day(number).ok_or_else(bad)?);
        // Sunday is 0 and 7.
        if !days.contains(&weekday) {
            days.push(weekday);
        }
    }
    Ok(days)
}

fn day(number: i8) -> Option<Weekday> {
    Weekday::from_sunday_zero_offset(number % 7).ok()
}

//! Names, ordinals and lists in English.

use std::fmt::Display;

use jiff::civil::Date;

use super::super::rule::Moment;
pub(super) use crate::weekday::name as weekday;

/// `1 Jun 2027`, and a time in its written form.
pub(super) fn moment(moment: &Moment) -> String {
    match moment {
        Moment::Date(day) => date(*day),
        Moment::Floating(at) if at.second() == 0 => {
            format!("{}T{:02}:{:02}", at.date(), at.hour(), at.minute())
        }
        Moment::Floating(at) => at.to_string(),
        Moment::Instant(at) => at.to_string(),
    }
}

pub(super) fn date(day: Date) -> String {
    format!("{} {} {}", day.day(), month(day.month()), day.year())
}

/// `1st`, `last`, `2nd last`.
pub(super) fn ordinal(number: i16) -> String {
    if number == -1 {
        return "last".to_owned();
    }
    let size = number.unsigned_abs();
    let suffix = match (size % 10, size % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    if number < 0 {
        format!("{size}{suffix} last")
    } else {
        format!("{size}{suffix}")
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn list<T: Display>(items: impl Iterator<Item = T>) -> String {
    let items: Vec<String> = items.map(|item| item.to_string()).collect();
    match items.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

pub(super) fn month(number: i8) -> &'static str {
    const NAMES: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    usize::try_from(number - 1)
        .ok()
        .and_then(|index| NAMES.get(index))
        .copied()
        .unwrap_or_default()
}

//! From a rule to words that quick add reads back to the same rule, for every rule the grammar can express.

use std::fmt::Display;

use jiff::civil::{Date, Weekday};

use super::rule::{ByDay, Frequency, Moment, Rule};
use super::{Anchor, CatchUp, Overflow, Recurrence};

pub(super) fn say(recurrence: &Recurrence) -> String {
    let rule = &recurrence.rules[0];
    let every = match recurrence.anchor {
        Anchor::Schedule => "every",
        Anchor::Completion => "every!",
    };
    let phrase = match phrase(rule) {
        Some(phrase) => phrase,
        // What has no phrase is named exactly rather than told roughly.
        None => format!(
            "{} by the rule {}",
            period(rule),
            Rule {
                count: None,
                until: None,
                ..rule.clone()
            }
        ),
    };
    let mut parts = vec![format!("{every} {phrase}")];
    if rule.week_start != Weekday::Monday
        && rule.frequency == Frequency::Weekly
        && rule.interval > 1
    {
        parts.push(format!(", weeks from {}", weekday(rule.week_start)));
    }
    let late = rule.by_month_day.iter().any(|day| *day > 28)
        || (rule.names_no_day()
            && matches!(rule.frequency, Frequency::Monthly | Frequency::Yearly));
    if recurrence.overflow == Overflow::Skip && late {
        parts.push(", skip short months".to_owned());
    }
    match (recurrence.anchor, recurrence.catch_up) {
        (Anchor::Schedule, CatchUp::OneStep) => parts.push(", catch up".to_owned()),
        (Anchor::Schedule, CatchUp::FromCompletion) => {
            parts.push(", restarting when late".to_owned());
        }
        _ => {}
    }
    match (rule.count, &rule.until) {
        (Some(1), _) => parts.push(" 1 time".to_owned()),
        (Some(count), _) => parts.push(format!(" {count} times")),
        (None, Some(until)) => parts.push(format!(" until {}", last(until))),
        (None, None) => {}
    }
    parts.concat()
}

fn last(until: &Moment) -> String {
    match until {
        Moment::Date(day) => date(*day),
        Moment::Floating(at) => {
            format!("{} at {:02}:{:02}", date(at.date()), at.hour(), at.minute())
        }
        Moment::Instant(at) => at.to_string(),
    }
}

fn date(day: Date) -> String {
    format!("{} {} {}", day.day(), month(day.month()), day.year())
}

/// `week`, `2 weeks`.
fn period(rule: &Rule) -> String {
    let unit = match rule.frequency {
        Frequency::Secondly => "second",
        Frequency::Minutely => "minute",
        Frequency::Hourly => "hour",
        Frequency::Daily => "day",
        Frequency::Weekly => "week",
        Frequency::Monthly => "month",
        Frequency::Yearly => "year",
    };
    if rule.interval == 1 {
        unit.to_owned()
    } else {
        format!("{} {unit}s", rule.interval)
    }
}

/// The rule without its end and without "every", if there is a phrase for it.
fn phrase(rule: &Rule) -> Option<String> {
    if !(rule.by_year_day.is_empty() && rule.by_week_no.is_empty()) {
        return None;
    }
    let unit = period(rule);
    if !rule.by_month.is_empty() && (rule.frequency != Frequency::Yearly || rule.names_no_day()) {
        let any_month = Rule {
            by_month: Vec::new(),
            ..rule.clone()
        };
        let months = list(rule.by_month.iter().map(|number| month(*number)));
        return Some(format!("{} in {months}", phrase(&any_month)?));
    }
    if rule.is_pure() {
        return rule.by_set_pos.is_empty().then_some(unit);
    }
    let (days, alone) = match rule.frequency {
        Frequency::Secondly | Frequency::Minutely | Frequency::Hourly | Frequency::Daily => {
            return None;
        }
        Frequency::Weekly => (weekly(rule)?, false),
        Frequency::Monthly => (monthly(rule)?, stands_alone(rule)),
        Frequency::Yearly => (yearly(rule)?, false),
    };
    Some(match days.as_str() {
        WORKWEEK if rule.interval == 1 => "weekday".to_owned(),
        "last day" if rule.interval == 1 => "last day of the month".to_owned(),
        _ if alone => days,
        _ if rule.frequency == Frequency::Weekly => format!("{unit} on {days}"),
        _ => format!("{unit} on the {days}").replace("on the +", "on "),
    })
}

const WORKWEEK: &str = "Monday, Tuesday, Wednesday, Thursday and Friday";

/// Whether the days make the period plain: "every 3rd Friday".
fn stands_alone(rule: &Rule) -> bool {
    rule.interval == 1
        && rule.by_month_day.is_empty()
        && (rule.by_day.len() == 1 || rule.by_set_pos.len() == 1)
}

fn weekly(rule: &Rule) -> Option<String> {
    rule.by_set_pos
        .is_empty()
        .then(|| list(rule.by_day.iter().map(|day| weekday(day.weekday))))
}

fn monthly(rule: &Rule) -> Option<String> {
    if rule.by_day.is_empty() && rule.by_set_pos.is_empty() {
        return Some(list(rule.by_month_day.iter().map(|day| month_day(*day))));
    }
    if !rule.by_month_day.is_empty() {
        return None;
    }
    if rule.by_set_pos.is_empty() {
        return nth_weekdays(&rule.by_day);
    }
    let workdays = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
    ];
    let positions = rule
        .by_set_pos
        .iter()
        .all(|position| (-23..=23).contains(position));
    (positions && rule.by_day == workdays.map(ByDay::each)).then(|| {
        list(
            rule.by_set_pos
                .iter()
                .map(|position| format!("{} workday", ordinal(*position))),
        )
    })
}

fn yearly(rule: &Rule) -> Option<String> {
    if rule.by_month.is_empty() || !rule.by_set_pos.is_empty() {
        return None;
    }
    let mut days = Vec::new();
    for of in &rule.by_month {
        if rule.by_day.is_empty() {
            for day in &rule.by_month_day {
                let exists = Date::new(2000, *of, *day).is_ok();
                if *day < 0 {
                    days.push(format!("{} of {}", month_day(*day), month(*of)));
                } else if exists {
                    days.push(format!("{day} {}", month(*of)));
                } else {
                    return None;
                }
            }
        } else if rule.by_month_day.is_empty() {
            for day in &rule.by_day {
                days.push(format!("{} of {}", nth_weekday(*day)?, month(*of)));
            }
        } else {
            return None;
        }
    }
    if days.is_empty() {
        return None;
    }
    // A date such as "14 Jan" takes no article.
    let article = if rule.by_month_day.first().is_some_and(|day| *day > 0) {
        "+"
    } else {
        ""
    };
    Some(format!("{article}{}", list(days.into_iter())))
}

fn nth_weekdays(days: &[ByDay]) -> Option<String> {
    let days: Option<Vec<String>> = days.iter().map(|day| nth_weekday(*day)).collect();
    Some(list(days?.into_iter()))
}

fn nth_weekday(day: ByDay) -> Option<String> {
    day.ordinal
        .map(|number| format!("{} {}", ordinal(number), weekday(day.weekday)))
}

fn month_day(day: i8) -> String {
    let number = ordinal(day.into());
    if day < 0 {
        format!("{number} day")
    } else {
        number
    }
}

/// `1st`, `last`, `2nd last`.
fn ordinal(number: i16) -> String {
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
fn list<T: Display>(items: impl Iterator<Item = T>) -> String {
    let items: Vec<String> = items.map(|item| item.to_string()).collect();
    match items.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

fn weekday(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

fn month(number: i8) -> &'static str {
    const NAMES: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    usize::try_from(number - 1)
        .ok()
        .and_then(|index| NAMES.get(index))
        .copied()
        .unwrap_or_default()
}

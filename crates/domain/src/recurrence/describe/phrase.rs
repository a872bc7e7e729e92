//! One rule as a phrase, for each rule that has one.

use jiff::civil::{Date, Weekday};

use super::super::rule::{ByDay, Frequency, Rule, Shift};
use super::names::{list, month, ordinal, weekday};

/// Most times of day that are listed; more are easier to read as a rule.
const TIMES_MAX: usize = 24;

/// Largest number that is read back from words.
const NUMBER_MAX: u32 = 9_999;

const WORKWEEK: [Weekday; 5] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
];

/// The rule without its end and without "every". `always` marks its times as its own where one alone would be the
/// start's.
pub(super) fn phrase(rule: &Rule, always: bool) -> String {
    let spoken = days(rule)
        .filter(|_| rule.interval <= NUMBER_MAX)
        .and_then(|days| Some(format!("{days}{}", times(rule, always)?)));
    match spoken {
        Some(spoken) => format!("{spoken}{}", weeks(rule)),
        // A rule without a phrase is written exactly instead of roughly described.
        None => format!(
            "{} by the rule {}",
            period(rule),
            Rule {
                count: None,
                until: None,
                ..rule.clone()
            }
        ),
    }
}

/// Whether the rule's times of day can be said.
pub(super) fn has_times(rule: &Rule) -> bool {
    rule.frequency >= Frequency::Daily && !rule.by_hour.is_empty()
}

/// ` at 09:00 and 17:00`; none if the times cannot be said.
fn times(rule: &Rule, always: bool) -> Option<String> {
    if rule.by_hour.is_empty() && rule.by_minute.is_empty() && rule.by_second.is_empty() {
        return Some(String::new());
    }
    let count = rule.by_hour.len() * rule.by_minute.len();
    if !has_times(rule) || !rule.by_second.is_empty() || !(1..=TIMES_MAX).contains(&count) {
        return None;
    }
    let all = rule.by_hour.iter().flat_map(|hour| {
        rule.by_minute
            .iter()
            .map(move |minute| format!("{hour:02}:{minute:02}"))
    });
    let at = if always { ", always at" } else { " at" };
    Some(format!("{at} {}", list(all)))
}

/// `, weeks from Sunday`, where it is not a Monday, or where that might be read otherwise.
fn weeks(rule: &Rule) -> String {
    let splits_days = |from: Weekday| {
        let late =
            |day: &ByDay| day.weekday.to_monday_zero_offset() >= from.to_monday_zero_offset();
        rule.by_day.iter().any(late) && !rule.by_day.iter().all(late)
    };
    let counts = rule.frequency == Frequency::Weekly && rule.interval > 1;
    let open = counts && (splits_days(Weekday::Sunday) || splits_days(Weekday::Saturday));
    if rule.week_start != Weekday::Monday || open {
        format!(", weeks from {}", weekday(rule.week_start))
    } else {
        String::new()
    }
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
    if rule.interval == 1 || rule.interval > NUMBER_MAX {
        unit.to_owned()
    } else {
        format!("{} {unit}s", rule.interval)
    }
}

/// The days, with their months and where they move.
fn days(rule: &Rule) -> Option<String> {
    if !(rule.by_year_day.is_empty() && rule.by_week_no.is_empty()) {
        return None;
    }
    let in_months =
        !rule.by_month.is_empty() && (rule.frequency != Frequency::Yearly || rule.names_no_day());
    let months = if in_months {
        let months = list(rule.by_month.iter().map(|number| month(*number)));
        format!(" in {months}")
    } else {
        String::new()
    };
    if let Some(before) = workdays_from_month_day(rule) {
        return Some(format!("{} {before}{months}", period(rule)));
    }
    let named = named(rule)?;
    Some(format!("{named}{}{months}", shift(rule)))
}

/// `on the workday before the 15th`, `2 workdays after the last day`.
fn workdays_from_month_day(rule: &Rule) -> Option<String> {
    let (Some(Shift::Workdays(count)), [day]) = (rule.shift, rule.by_month_day.as_slice()) else {
        return None;
    };
    let alone = rule.frequency == Frequency::Monthly
        && rule.by_day.is_empty()
        && rule.by_set_pos.is_empty();
    let side = if count < 0 { "before" } else { "after" };
    let count = match count.unsigned_abs() {
        1 => "on the workday".to_owned(),
        count => format!("{count} workdays"),
    };
    alone.then(|| format!("{count} {side} the {}", month_day(*day)))
}

/// ` or the next workday`, `, 2 workdays later`.
fn shift(rule: &Rule) -> String {
    match rule.shift {
        None => String::new(),
        Some(Shift::Next) => " or the next workday".to_owned(),
        Some(Shift::Previous) => " or the workday before".to_owned(),
        Some(Shift::Nearest) => " or the nearest workday".to_owned(),
        Some(Shift::Workdays(count)) => {
            let side = if count < 0 { "earlier" } else { "later" };
            let plural = if count.unsigned_abs() == 1 { "" } else { "s" };
            format!(", {} workday{plural} {side}", count.unsigned_abs())
        }
    }
}

fn named(rule: &Rule) -> Option<String> {
    let unit = period(rule);
    if rule.workdays {
        let plain = rule.names_no_day() && rule.by_set_pos.is_empty() && rule.interval > 1;
        return plain.then(|| format!("{} workdays", rule.interval));
    }
    if rule.names_no_day() {
        // "every second" is an ordinal.
        let said = rule.frequency != Frequency::Secondly || rule.interval > 1;
        return (said && rule.by_set_pos.is_empty()).then_some(unit);
    }
    match rule.frequency {
        Frequency::Secondly if rule.interval == 1 => None,
        Frequency::Secondly | Frequency::Minutely | Frequency::Hourly => {
            let days = weekdays(rule)?;
            let workweek = rule.by_day == WORKWEEK.map(ByDay::each);
            Some(format!(
                "{unit} on {}",
                if workweek { "weekdays" } else { &days }
            ))
        }
        Frequency::Daily => None,
        Frequency::Weekly => {
            let days = weekdays(rule)?;
            Some(if rule.interval > 1 {
                format!("{unit} on {days}")
            } else if rule.by_day == WORKWEEK.map(ByDay::each) {
                "weekday".to_owned()
            } else {
                days
            })
        }
        Frequency::Monthly => {
            let days = monthly(rule)?;
            Some(match days.as_str() {
                "last day" if rule.interval == 1 => "last day of the month".to_owned(),
                _ if stands_alone(rule) => days,
                _ => format!("{unit} on the {days}"),
            })
        }
        Frequency::Yearly => {
            let days = yearly(rule)?;
            Some(format!("{unit} on the {days}").replace("on the +", "on "))
        }
    }
}

/// Whether the days make the period plain: "every 3rd Friday". "Every 2nd Friday" might be read otherwise.
fn stands_alone(rule: &Rule) -> bool {
    let alone = match (rule.by_day.as_slice(), rule.by_set_pos.as_slice()) {
        ([day], []) => day.ordinal != Some(2),
        (_, [position]) => !(2..=5).contains(position),
        _ => false,
    };
    alone && rule.interval == 1 && rule.by_month_day.is_empty()
}

/// The weekdays of a rule that names nothing else.
fn weekdays(rule: &Rule) -> Option<String> {
    let plain = rule.by_set_pos.is_empty()
        && rule.by_month_day.is_empty()
        && rule.by_day.iter().all(|day| day.ordinal.is_none());
    plain.then(|| list(rule.by_day.iter().map(|day| weekday(day.weekday))))
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
    let positions = rule
        .by_set_pos
        .iter()
        .all(|position| (-23..=23).contains(position));
    (positions && rule.by_day == WORKWEEK.map(ByDay::each)).then(|| {
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

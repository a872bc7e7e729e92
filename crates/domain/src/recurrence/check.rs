//! Whether the parts of a rule go together. What RFC 5545 forbids, or leaves to each program, is refused by name.

use std::fmt::Display;

use super::error::refuse;
use super::rule::{Frequency, Rule};
use crate::Invalid;

/// Whether the parts go together.
pub(super) fn check_parts(rule: &Rule) -> Result<(), Invalid> {
    let refused = |detail: String, hint: &str| Err(refuse("invalid_rule", detail, hint));
    let name = rule.frequency.as_str();
    if rule.count.is_some() && rule.until.is_some() {
        return refused(
            "COUNT and UNTIL cannot be combined.".into(),
            "Send one of them.",
        );
    }
    if rule.frequency != Frequency::Yearly && !rule.by_week_no.is_empty() {
        return refused(
            format!("BYWEEKNO cannot be used with FREQ={name}."),
            "Use it with FREQ=YEARLY.",
        );
    }
    let year_days = rule.frequency == Frequency::Yearly || rule.frequency < Frequency::Daily;
    if !year_days && !rule.by_year_day.is_empty() {
        return refused(
            format!("BYYEARDAY cannot be used with FREQ={name}."),
            "Use it with FREQ=YEARLY.",
        );
    }
    if rule.workdays && rule.frequency != Frequency::Daily {
        return refused(
            format!("X-TASKWIRE-STEP=WORKDAY cannot be used with FREQ={name}."),
            "Use X-TASKWIRE-STEP=WORKDAY with FREQ=DAILY.",
        );
    }
    if rule.shift.is_some() && rule.frequency < Frequency::Daily {
        return refused(
            format!("X-TASKWIRE-SHIFT cannot be used with FREQ={name}."),
            "Use X-TASKWIRE-SHIFT with FREQ=DAILY, WEEKLY, MONTHLY or YEARLY.",
        );
    }
    if rule.frequency == Frequency::Weekly && !rule.by_month_day.is_empty() {
        return refused(
            "BYMONTHDAY cannot be used with FREQ=WEEKLY.".into(),
            "Use FREQ=MONTHLY;BYMONTHDAY=… instead.",
        );
    }
    if !rule.by_set_pos.is_empty() && rule.is_pure() {
        return refused(
            "BYSETPOS needs another BY part to select from.".into(),
            "Add days or times, such as FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1.",
        );
    }
    ordinals(rule)?;
    if rule.frequency == Frequency::Yearly
        && !rule.by_month_day.is_empty()
        && rule.by_month.is_empty()
    {
        let days = joined(&rule.by_month_day);
        return Err(refuse(
            "ambiguous_rule",
            "Programs interpret a yearly rule with BYMONTHDAY but no BYMONTH differently.",
            format!(
                "Send FREQ=MONTHLY;BYMONTHDAY={days} for every month, or FREQ=YEARLY;BYMONTH=1;BYMONTHDAY={days} for \
                 one month (here January)."
            ),
        ));
    }
    if !rule.by_week_no.is_empty() && rule.by_day.is_empty() {
        let weeks = joined(&rule.by_week_no);
        return Err(refuse(
            "ambiguous_rule",
            "Programs interpret a rule with BYWEEKNO but no BYDAY differently.",
            format!(
                "Send FREQ=YEARLY;BYWEEKNO={weeks};BYDAY=MO for one day of the week, or BYDAY=MO,TU,WE,TH,FR,SA,SU for \
                 all of them."
            ),
        ));
    }
    Ok(())
}

/// Whether the weekdays' ordinals have a period in which to be counted.
fn ordinals(rule: &Rule) -> Result<(), Invalid> {
    let Some(largest) = rule
        .by_day
        .iter()
        .filter_map(|day| day.ordinal)
        .map(i16::abs)
        .max()
    else {
        return Ok(());
    };
    if rule.frequency < Frequency::Monthly || !rule.by_week_no.is_empty() {
        return Err(refuse(
            "invalid_rule",
            "BYDAY has an ordinal, but the rule has no month or year to count in.",
            "Use ordinals such as 3FR with FREQ=MONTHLY or FREQ=YEARLY, without BYWEEKNO.",
        ));
    }
    if largest > 5 && (rule.frequency == Frequency::Monthly || !rule.by_month.is_empty()) {
        return Err(refuse(
            "invalid_rule",
            format!("A month never has the same weekday {largest} times."),
            "Send ordinals from 1 to 5, or -5 to -1 from the end of the month.",
        ));
    }
    Ok(())
}

fn joined<T: Display>(values: &[T]) -> String {
    let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
    texts.join(",")
}

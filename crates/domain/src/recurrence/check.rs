//! Whether the parts of a rule go together, and whether its occurrences are far enough apart. What RFC 5545 forbids, or
//! leaves to each program, is refused by name.

use std::fmt::Display;

use jiff::SignedDuration;

use super::error::refuse;
use super::recurrence_set::Recurrence;
use super::rule::{Frequency, Rule};
use crate::{Due, Invalid};

/// How many occurrences of several rules are looked at for the time between them.
const MIN_INTERVAL_SAMPLE: usize = 400;

/// The minutes of a day.
const DAY_MINUTES: i32 = 24 * 60;

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

impl Recurrence {
    /// Refuses rules with occurrences less than an hour apart, which no task may have.
    pub fn check_min_interval(&self) -> Result<(), Invalid> {
        let each = self.rules.iter().any(Rule::is_finer_than_hour);
        let apart = || self.has_times_apart();
        // Several rules may come close to each other only together; they are looked at from some day on, as far as
        // their patterns take to show it.
        let together = || {
            let start = Due::Floating(jiff::civil::date(2027, 1, 1).at(0, 0, 0, 0));
            let found = self.expand(&start, MIN_INTERVAL_SAMPLE);
            found.windows(2).any(|pair| match pair {
                [earlier, later] => {
                    let gap = later
                        .scheduled
                        .civil()
                        .duration_since(earlier.scheduled.civil());
                    gap < SignedDuration::from_hours(1)
                }
                _ => false,
            })
        };
        if each || (self.rules.len() > 1 && !apart() && together()) {
            return Err(Invalid::new(
                "/recurrence",
                "rule_too_fine",
                "A task cannot repeat more than once an hour.",
            )
            .hint("Send a rule of an hour or longer, such as \"every 90 minutes\" or FREQ=HOURLY;INTERVAL=2."));
        }
        Ok(())
    }

    /// Whether the rules name days, and times of day of which no two differ by less than an hour, so that no two of
    /// their dates can.
    fn has_times_apart(&self) -> bool {
        let of_days = |rule: &Rule| rule.frequency >= Frequency::Daily;
        if !self.rules.iter().all(of_days) {
            return false;
        }
        // All at the start's time of day.
        if !self.rules.iter().any(Rule::sets_time) {
            return true;
        }
        let mut minutes = Vec::new();
        for rule in &self.rules {
            if rule.by_hour.is_empty() || rule.by_minute.is_empty() || !rule.by_second.is_empty() {
                return false;
            }
            for hour in &rule.by_hour {
                let minute_of = |minute: &i8| i32::from(*hour) * 60 + i32::from(*minute);
                minutes.extend(rule.by_minute.iter().map(minute_of));
            }
        }
        minutes.sort_unstable();
        minutes.dedup();
        let last = minutes.last().map(|last| last - DAY_MINUTES);
        let all: Vec<i32> = last.into_iter().chain(minutes.iter().copied()).collect();
        all.windows(2).all(|pair| match pair {
            [earlier, later] => later - earlier >= 60,
            _ => true,
        })
    }
}

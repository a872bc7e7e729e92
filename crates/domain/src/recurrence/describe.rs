//! From a recurrence to words that the grammar reads back to the same recurrence.
//!
//! A rule with a natural phrase is described by it, any other exactly, by the rule's own text.

use super::policies::{Anchor, CatchUp, Overflow};
use super::recurrence_set::{Exclusion, Recurrence};
use super::rule::{Frequency, Moment, Rule};
use crate::Due;

mod names;
mod phrase;

use names::{date, list, moment, month, weekday};
use phrase::{has_times, phrase};

/// Most dates that are listed in a sentence.
const DATES_MAX: usize = 12;

impl Recurrence {
    /// The rule as a short English phrase that quick add reads back to the same rule.
    pub fn describe(&self) -> String {
        sentence(self).unwrap_or_else(|| exact(self))
    }

    /// A note for a user who named a date that is not one of the rule's, so that the first one after it was taken.
    pub fn moved_start_note(&self, named: &Due, taken: &Due) -> String {
        format!(
            "{} is not a date of the rule ({}), so the task is due on {}, the first date after it.",
            named.in_words(),
            self.describe(),
            taken.in_words()
        )
    }
}

/// The sentence, if the recurrence has one.
fn sentence(recurrence: &Recurrence) -> Option<String> {
    let first = recurrence.rules.first()?;
    let shared = recurrence
        .rules
        .iter()
        .all(|rule| rule.until == first.until && rule.count.is_none());
    let long = recurrence.extra.len() > DATES_MAX || recurrence.exclude.len() > DATES_MAX;
    if long || !(shared || recurrence.rules.len() == 1) {
        return None;
    }
    let mut said = rules(recurrence);
    if !recurrence.extra.is_empty() {
        said.push_str(", plus ");
        said.push_str(&list(recurrence.extra.iter().map(moment)));
    }
    if !recurrence.exclude.is_empty() {
        let comma = if recurrence.extra.is_empty() { "" } else { "," };
        said.push_str(comma);
        said.push_str(" except ");
        said.push_str(&list(recurrence.exclude.iter().map(exclusion)));
    }
    said.push_str(policies(recurrence).as_str());
    let end = match (first.count, &first.until) {
        (Some(1), _) => " 1 time".to_owned(),
        (Some(count), _) => format!(" {count} times"),
        (None, Some(until)) => format!(" until {}", moment(until)),
        (None, None) => String::new(),
    };
    Some(said + &end)
}

/// `every Monday at 08:00 and every Tuesday at 09:00`.
fn rules(recurrence: &Recurrence) -> String {
    // A lone time is the start's unless it is said to belong to the rule, or each rule has its own.
    let always = match recurrence.rules.as_slice() {
        [rule] => rule.by_hour.len() * rule.by_minute.len() == 1,
        rules => !rules.iter().all(Rule::sets_time),
    };
    let mut said = String::new();
    for (index, rule) in recurrence.rules.iter().enumerate() {
        said.push_str(match (index, recurrence.anchor) {
            (0, Anchor::Schedule) => "every ",
            (0, Anchor::Completion) => "every! ",
            _ => " and every ",
        });
        said.push_str(&phrase(rule, always && has_times(rule)));
    }
    said
}

fn policies(recurrence: &Recurrence) -> String {
    let mut said = String::new();
    if recurrence.rules.iter().any(may_overflow) {
        said.push_str(match recurrence.overflow {
            Overflow::Clamp => "",
            Overflow::Skip => ", skip short months",
            Overflow::Forward => ", roll short months over",
        });
    }
    match (recurrence.anchor, recurrence.catch_up) {
        (Anchor::Schedule, CatchUp::OneStep) => said.push_str(", catch up"),
        (Anchor::Schedule, CatchUp::FromCompletion) => said.push_str(", restarting when late"),
        _ => {}
    }
    said
}

/// Whether the rule may name a day that a month or year does not have; else its overflow says nothing.
fn may_overflow(rule: &Rule) -> bool {
    rule.by_month_day.iter().any(|day| day.unsigned_abs() > 28)
        || rule.by_year_day.iter().any(|day| day.unsigned_abs() > 365)
        || (rule.names_no_day() && matches!(rule.frequency, Frequency::Monthly | Frequency::Yearly))
}

fn exclusion(out: &Exclusion) -> String {
    match out {
        Exclusion::On(at) => moment(at),
        Exclusion::Weekday(day) => weekday(*day).to_owned(),
        Exclusion::Month(number) => month(*number).to_owned(),
        Exclusion::YearDay(of, day) => format!("{day} {}", month(*of)),
        Exclusion::Range(first, last) => format!("{} to {}", date(*first), date(*last)),
        Exclusion::YearRange(first, last) => format!(
            "{} {} to {} {}",
            first.1,
            month(first.0),
            last.1,
            month(last.0)
        ),
    }
}

/// The recurrence in its exact text on one line, in the order in which it is held.
fn exact(recurrence: &Recurrence) -> String {
    let mut lines: Vec<String> = recurrence
        .rules
        .iter()
        .map(|rule| format!("RRULE:{rule}"))
        .collect();
    let joined = |texts: Vec<String>| texts.join(",");
    if !recurrence.extra.is_empty() {
        let dates = recurrence.extra.iter().map(Moment::to_string);
        lines.push(format!("RDATE:{}", joined(dates.collect())));
    }
    if !recurrence.exclude.is_empty() {
        let out = recurrence.exclude.iter().map(Exclusion::to_string);
        lines.push(format!("X-TASKWIRE-EXCLUDE:{}", joined(out.collect())));
    }
    let wire = |name: &str| name.to_ascii_uppercase().replace('_', "-");
    if recurrence.anchor != Anchor::Schedule {
        lines.push(format!(
            "X-TASKWIRE-ANCHOR:{}",
            wire(recurrence.anchor.as_str())
        ));
    }
    if recurrence.catch_up != CatchUp::NextFuture {
        lines.push(format!(
            "X-TASKWIRE-CATCH-UP:{}",
            wire(recurrence.catch_up.as_str())
        ));
    }
    if recurrence.overflow != Overflow::Clamp {
        lines.push(format!(
            "X-TASKWIRE-OVERFLOW:{}",
            wire(recurrence.overflow.as_str())
        ));
    }
    format!("by the rule {}", lines.join(" "))
}

//! Why a task is due when it is: its kind of date, its zone, its rule, what moved it, and what comes after.

use jiff::Timestamp;

use crate::contract::{DateView, Ends, Explanation, MissedView, SeriesExplanation, Shifted};
use crate::recurrence::{Anchor, COUNT_MAX, CatchUp, Moment, Overflow};
use crate::task::SeriesRef;
use crate::{Due, Status, Task, TaskDuration, Zone};

/// How many dates to come are named.
const NEXT: usize = 3;

/// Explains a task at an instant to an owner in a zone.
pub fn explain(task: &Task, now: Timestamp, owner: &Zone) -> Explanation {
    let due = task.due.as_ref();
    let zone = due.map_or(owner, |due| due.zone_or(owner));
    let series = task.series.as_ref();
    let shifted = due.and_then(|due| shifted(due, owner));
    let explanation = series.map(|series| of_series(task, series, now, owner));
    let is_overdue = task.is_overdue(now, owner);
    let next = task.upcoming(now, owner, NEXT);
    let mut reasons = Vec::new();
    reasons.push(date_reason(due, zone));
    if let (Some(duration), Some(due)) = (task.lasts(), due) {
        reasons.extend(duration_reason(duration, due, owner));
    }
    if let Some(shifted) = &shifted {
        reasons.push(format!(
            "The clocks go forward on that day: {} does not exist and is read as {}.",
            clock(&shifted.from),
            clock(&shifted.to)
        ));
    }
    if is_overdue {
        reasons.push("That is in the past, so it is overdue.".into());
    }
    if let (Some(series), Some(explanation)) = (series, &explanation) {
        series_reasons(series, explanation, due, next.is_empty(), &mut reasons);
    }
    Explanation {
        due: due.map(ToString::to_string),
        weekday: due.map(|due| due.weekday().into()),
        kind: due.map(|due| kind(due).into()),
        zone: zone.to_string(),
        zone_from: if due.and_then(Due::zone).is_some() {
            "task".into()
        } else {
            "owner".into()
        },
        due_at: due.and_then(|due| due.instant(owner)),
        today: now
            .to_zoned_datetime(zone.rules().clone())
            .date()
            .to_string(),
        is_overdue,
        shifted,
        series: explanation,
        next: next.iter().map(|due| DateView::of(due, owner)).collect(),
        reasons,
    }
}

fn kind(due: &Due) -> &'static str {
    match due {
        Due::Date(_) => "date",
        Due::Floating(_) => "floating",
        Due::Zoned(..) => "fixed",
    }
}

/// Where a clock change moves a wall-clock time.
fn shifted(due: &Due, owner: &Zone) -> Option<Shifted> {
    let at = due.instant(owner)?;
    let shown = at
        .to_zoned_datetime(due.zone_or(owner).rules().clone())
        .datetime();
    (shown != due.civil()).then(|| Shifted {
        from: Due::Floating(due.civil()).to_string(),
        to: Due::Floating(shown).to_string(),
    })
}

fn of_series(task: &Task, series: &SeriesRef, now: Timestamp, owner: &Zone) -> SeriesExplanation {
    let recurrence = &series.recurrence;
    let due = task.due.as_ref();
    let missed = match task.status {
        Status::Open => task.passed_over(now, owner),
        _ => task.missed.clone(),
    };
    let scheduled = series.position.due();
    SeriesExplanation {
        rule: recurrence.to_string(),
        text: recurrence.describe(),
        anchor: recurrence.anchor.as_str().into(),
        catch_up: recurrence.catch_up.as_str().into(),
        overflow: recurrence.overflow.as_str().into(),
        starts: series.position.start.to_string(),
        epoch: series.key().epoch,
        occurrence: series.key().to_string(),
        moved_from: due
            .is_some_and(|due| *due != scheduled)
            .then(|| scheduled.to_string()),
        missed: missed.as_ref().map(MissedView::of),
        ends: ends(task, series, now, owner),
    }
}

/// How the rule ends: of several, when the last of them does.
fn ends(task: &Task, series: &SeriesRef, now: Timestamp, owner: &Zone) -> Option<Ends> {
    let rules = &series.recurrence.rules;
    let endless = |rule: &crate::recurrence::Rule| rule.until.is_none() && rule.count.is_none();
    if rules.iter().any(endless) {
        return None;
    }
    let until = rules.iter().filter_map(|rule| rule.until);
    let until = until.map(|last| moment(&last, series)).max();
    let counts = rules.iter().any(|rule| rule.count.is_some());
    let most = usize::try_from(COUNT_MAX).unwrap_or(usize::MAX);
    let left = counts.then(|| task.upcoming(now, owner, most).len());
    Some(Ends {
        until,
        left: left.and_then(|left| u32::try_from(left).ok()),
    })
}

/// The end of a rule, written as a due value of its series would be.
fn moment(last: &Moment, series: &SeriesRef) -> String {
    match last {
        Moment::Date(date) => date.to_string(),
        Moment::Floating(at) => Due::Floating(*at).to_string(),
        Moment::Instant(at) => match series.position.start.zone() {
            Some(zone) => {
                let civil = at.to_zoned_datetime(zone.rules().clone()).datetime();
                Due::Zoned(civil, zone.clone()).to_string()
            }
            None => at.to_string(),
        },
    }
}

/// The time of day of a written date-time.
fn clock(written: &str) -> &str {
    written.split_once('T').map_or(written, |(_, time)| time)
}

fn date_reason(due: Option<&Due>, zone: &Zone) -> String {
    match due {
        None => "It has no due date.".into(),
        Some(due @ Due::Date(_)) => format!(
            "It is due at any time on {}; a date without a time is the same day in every zone.",
            due.in_words()
        ),
        Some(due @ Due::Floating(_)) => format!(
            "It is due on {} in your time zone, currently {zone}.",
            due.in_words()
        ),
        Some(due @ Due::Zoned(..)) => format!(
            "It is due on {} in the time zone {zone}, wherever you are.",
            due.in_words()
        ),
    }
}

/// How long it takes, and until when.
fn duration_reason(duration: TaskDuration, due: &Due, owner: &Zone) -> Option<String> {
    let end = duration.end(due, owner)?;
    let end = end.to_zoned_datetime(due.zone_or(owner).rules().clone());
    let day = if end.date() == due.date() {
        String::new()
    } else {
        format!("{} ", end.date())
    };
    Some(format!(
        "It takes {}, until {day}{}.",
        duration.in_words(),
        end.strftime("%H:%M")
    ))
}

fn series_reasons(
    series: &SeriesRef,
    explanation: &SeriesExplanation,
    due: Option<&Due>,
    is_last: bool,
    reasons: &mut Vec<String>,
) {
    let recurrence = &series.recurrence;
    reasons.push(format!("It repeats: {}.", explanation.text));
    if explanation.epoch > 0 {
        reasons.push(format!(
            "Current rule in effect since {}.",
            series.position.start.in_words()
        ));
    }
    if let (Some(_), Some(due)) = (&explanation.moved_from, due) {
        reasons.push(format!(
            "This occurrence was scheduled for {} and moved to {}; the next one is counted from the scheduled date.",
            series.position.due().in_words(),
            due.in_words()
        ));
    }
    reasons.extend(explanation.missed.as_ref().map(missed_reason));
    reasons.push(match (recurrence.anchor, recurrence.catch_up) {
        (Anchor::Completion, _) => "The next date is counted from the day of completion.".into(),
        (Anchor::Schedule, CatchUp::NextFuture) => {
            "The next date follows the schedule; missed dates are skipped.".into()
        }
        (Anchor::Schedule, CatchUp::OneStep) => {
            "The next date follows the schedule one step at a time, even if it is in the past."
                .into()
        }
        (Anchor::Schedule, CatchUp::FromCompletion) => {
            "The next date follows the schedule; if one was missed, it is counted from the day of completion."
                .into()
        }
    });
    if recurrence
        .rules
        .iter()
        .any(|rule| rule.by_month_day.iter().any(|day| *day > 28))
    {
        reasons.push(
            match recurrence.overflow {
                Overflow::Clamp => "In a month without that day, it falls on the last day.",
                Overflow::Skip => "A month without that day is skipped.",
                Overflow::Forward => {
                    "In a month without that day, it falls on the first of the next month."
                }
            }
            .into(),
        );
    }
    reasons.extend(end_reason(series, explanation, is_last));
}

/// The occurrences that the series skips.
fn missed_reason(missed: &MissedView) -> String {
    let named: Vec<String> = missed.dates.iter().take(NEXT).cloned().collect();
    let named = named.join(", ");
    let shown = u32::try_from(missed.dates.len().min(NEXT)).unwrap_or(u32::MAX);
    match missed.count.saturating_sub(shown) {
        0 => format!("Missed and skipped: {named}."),
        more => format!("Missed and skipped: {named} and {more} more."),
    }
}

fn end_reason(
    series: &SeriesRef,
    explanation: &SeriesExplanation,
    is_last: bool,
) -> Option<String> {
    if series.ends {
        return Some("The series was ended at this occurrence.".into());
    }
    let ends = explanation.ends.as_ref()?;
    if is_last {
        return Some("It is the last occurrence of the series.".into());
    }
    Some(match (&ends.until, ends.left) {
        (_, Some(1)) => "One more occurrence follows.".into(),
        (_, Some(left)) => format!("{left} more occurrences follow."),
        (Some(until), None) => format!("The series ends on {until}."),
        (None, None) => return None,
    })
}

#[cfg(test)]
mod tests;

//! The first date of a recurrence, and whether it has one at all.

use super::merge::Series;
use super::rule::OccurrenceIter;
use crate::recurrence::calendar::{self, DAY_SECONDS};
use crate::recurrence::expand::plan::Plan;
use crate::recurrence::policies::{Anchor, CatchUp};
use crate::recurrence::position::OccurrencePosition;
use crate::recurrence::recurrence_set::Recurrence;
use crate::recurrence::rule::Moment;
use crate::{Due, Invalid, OccurrenceKey, Zone};

impl Recurrence {
    /// The first occurrence at or after `due`, which becomes the start of the series. `due` itself counts only if it
    /// matches the rule. Refuses a rule that has no occurrence within its horizon (30 February, for one).
    pub fn first(&self, due: &Due) -> Result<OccurrencePosition, Invalid> {
        first(self, due)
    }

    /// Refuses policies or an UNTIL that do not fit a start, and a rule that has no date in the years after it, in
    /// bounded time.
    pub fn check(&self, start: &Due) -> Result<(), Invalid> {
        check(self, start)
    }
}

fn first(recurrence: &Recurrence, due: &Due) -> Result<OccurrencePosition, Invalid> {
    let due = match due {
        // A rule that says at what time of day has no place for a date without a time.
        Due::Date(date) if recurrence.sets_time() => &Due::Floating((*date).into()),
        due => due,
    };
    check(recurrence, due)?;
    let owner = Zone::utc();
    let series = Series::new(recurrence, due, &owner);
    let first = series
        .from(i64::MIN)
        .next()
        .and_then(|at| Some((at, series.due(at)?)));
    let Some((at, first)) = first else {
        return Err(nothing_left(&series));
    };
    // Phase, month day and place in the period are the start's, so the start moves to the first date only where that
    // changes none of them.
    let [plan] = series.plans.as_slice() else {
        return Ok(position(due.clone(), &first));
    };
    let (_, of_month) = calendar::split(at.div_euclid(DAY_SECONDS));
    let keeps_day = plan.open_month_day.is_none_or(|wanted| wanted == of_month);
    let named = plan.rule.shift.is_none() && recurrence.extra.is_empty();
    let start = if keeps_day && named && recurrence.exclude.is_empty() {
        first.clone()
    } else {
        due.clone()
    };
    Ok(position(start, &first))
}

fn position(start: Due, first: &Due) -> OccurrencePosition {
    OccurrencePosition {
        key: OccurrenceKey::new(0, first, None),
        start,
    }
}

fn never(detail: impl Into<String>, hint: &str) -> Invalid {
    Invalid::new("/recurrence/rrule", "rule_never_matches", detail).hint(hint)
}

/// Refuses a rule without any date, in bounded time.
fn exists(plan: &Plan<'_>) -> Result<(), Invalid> {
    if plan.reaches_a_unit() && OccurrenceIter::new(plan, plan.start).next().is_some() {
        return Ok(());
    }
    Err(never(
        "The rule has no date in the years after the due value.",
        "Check its month days: 30 February does not exist, and 29 February with INTERVAL and \"overflow\": \
         \"skip\" may miss every leap year. With times, check that the interval reaches the listed hours.",
    ))
}

/// Why a rule that has dates has none that count.
fn nothing_left(series: &Series<'_>) -> Invalid {
    let first = series
        .plans
        .iter()
        .filter_map(|plan| OccurrenceIter::new(plan, plan.start).next())
        .min()
        .filter(|at| {
            let mut rules = series.recurrence.rules.iter();
            rules.all(|rule| !series.within(rule.until.as_ref(), *at))
        });
    match first.and_then(|at| series.due(at)) {
        Some(first) => never(
            format!("The rule ends before its first date, {first}."),
            "Send a later UNTIL or an earlier due value.",
        ),
        None => never(
            "Every date of the rule is excluded.",
            "Exclude fewer dates, or send a different rule.",
        ),
    }
}

/// Whether the policies and the kinds of UNTIL fit the rules and their start, and every rule has a date at all.
fn check(recurrence: &Recurrence, due: &Due) -> Result<(), Invalid> {
    fits(recurrence, due)?;
    for rule in &recurrence.rules {
        exists(&Plan::new(rule, recurrence.overflow, due))?;
    }
    Ok(())
}

fn fits(recurrence: &Recurrence, due: &Due) -> Result<(), Invalid> {
    if recurrence.rules.is_empty() {
        return Err(
            Invalid::new("/recurrence", "invalid_rule", "There is no rule.")
                .hint("Send one such as FREQ=WEEKLY;BYDAY=MO."),
        );
    }
    if recurrence.anchor == Anchor::Completion && recurrence.catch_up != CatchUp::FromCompletion {
        return Err(Invalid::new(
            "/recurrence/catch_up",
            "invalid_catch_up",
            format!(
                "A rule counted from completion cannot use \"catch_up\": \"{}\".",
                recurrence.catch_up.as_str()
            ),
        )
        .hint("Send \"catch_up\": \"from_completion\", or omit it."));
    }
    for rule in &recurrence.rules {
        let hint = match (&rule.until, due) {
            (None | Some(Moment::Date(_)), _)
            | (Some(Moment::Floating(_)), Due::Floating(_))
            | (Some(Moment::Instant(_)), Due::Zoned(..)) => continue,
            (Some(_), Due::Date(_)) => {
                "The due value is a date, so send a date such as UNTIL=20270601."
            }
            (Some(_), Due::Floating(_)) => {
                "The due value has a time but no zone, so send UNTIL=20270601T090000 or UNTIL=20270601."
            }
            (Some(_), Due::Zoned(..)) => {
                "The due value has a zone, so send UNTIL in UTC such as UNTIL=20270601T070000Z, or a date such as \
                 UNTIL=20270601."
            }
        };
        return Err(Invalid::new(
            "/recurrence/rrule",
            "invalid_until",
            "UNTIL and the due value must both be dates or both be times.",
        )
        .hint(hint));
    }
    Ok(())
}

//! From a rule in words to a recurrence with its first date.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::{SignedDuration, ToSpan};

use super::{day, due as dues};
use crate::grammar::context::{LAST_YEAR, ParseContext};
use crate::grammar::meaning::day::Day;
use crate::grammar::meaning::day_set::cartesian_groups;
use crate::grammar::meaning::repeat::{Clause, End, Repeat};
use crate::grammar::meaning::time::Clock;
use crate::grammar::meaning::when::When;
use crate::grammar::token::lexicon::Unit;
use crate::recurrence::{Anchor, CatchUp, Frequency, Moment, Overflow, RULES_MAX, Rule};
use crate::{Due, Invalid, Recurrence};

/// How often a start is looked for that is its own first date.
const START_TRIES_MAX: usize = 6;

/// Why times of different lengths deserve a look.
const DURATIONS: &str =
    "the times are not equally long, and a task has one duration: only their starts were used";

/// Why an hour behind midnight deserves a look: a rule names the days of its times.
const NIGHT: &str = "the time was read as that of the named day itself; name the next day if it is the night that follows";

/// Why 29 February deserves a look.
pub(crate) const LEAP_DAY: &str =
    "in a year without 29 February it is the 28th; add 'skip short months' for leap years only";

/// The recurrence and its first date. A date or time from elsewhere in the line says where it starts.
pub(crate) fn resolve(
    repeat: &Repeat,
    elsewhere: &When,
    now: &ParseContext,
) -> Result<(Recurrence, Due), Invalid> {
    let out_of_range = || {
        Invalid::new(
            "/recurrence/text",
            "invalid_recurrence",
            "The rule goes beyond the years 1900 to 2200.",
        )
        .hint("Send a date within them.")
    };
    let recurrence = recurrence_of(repeat, now).ok_or_else(|| {
        Invalid::new(
            "/recurrence/text",
            "invalid_recurrence",
            format!("The words name more than {RULES_MAX} rules."),
        )
        .hint("Name fewer days, or fewer times of day.")
    })?;
    // No task may have such a rule, and looking for a date that no minute has takes long.
    let has_set_pos =
        |rule: &Rule| rule.frequency < Frequency::Hourly && !rule.by_set_pos.is_empty();
    if recurrence.rules.iter().any(has_set_pos) {
        recurrence.check_min_interval()?;
    }
    let start = start(repeat, elsewhere, &recurrence, now).ok_or_else(out_of_range)?;
    // The first named day fixes the phase: "every 2 weeks on monday" begins next Monday, in any week.
    let mut open = recurrence.clone();
    for rule in &mut open.rules {
        if rule.frequency > Frequency::Daily {
            rule.interval = 1;
        }
        rule.count = None;
        rule.until = None;
    }
    let due = open.first(&start)?.due();
    let recurrence = ended(repeat, recurrence, &due, now).ok_or_else(out_of_range)?;
    let due = recurrence.first(&due)?.due();
    let start = stable_start(&recurrence, &due).unwrap_or(due);
    Ok((recurrence, start))
}

/// A date that moved to a workday may begin another phase: looks for one that is its own first date.
fn stable_start(recurrence: &Recurrence, due: &Due) -> Option<Due> {
    let mut due = due.clone();
    for _ in 0..START_TRIES_MAX {
        let next = recurrence.first(&due).ok()?.due();
        if next == due {
            return Some(due);
        }
        due = next;
    }
    None
}

/// The recurrence as far as the words alone say it; the end may depend on the first date.
pub(crate) fn recurrence_of(repeat: &Repeat, now: &ParseContext) -> Option<Recurrence> {
    if let Some(raw) = &repeat.raw {
        let mut recurrence = raw.clone();
        recurrence.extra.extend(repeat.extra.iter().copied());
        recurrence.exclude.extend(repeat.exclude.iter().copied());
        return Some(recurrence);
    }
    let mut rules = Vec::new();
    for clause in &repeat.clauses {
        rules.extend(with_times(clause).into_iter().map(|rule| Rule {
            week_start: week_start(clause, &rule, now),
            count: rule.count.or(repeat.count),
            ..rule
        }));
    }
    if rules.is_empty() || rules.len() > RULES_MAX || (rules.len() > 1 && repeat.count.is_some()) {
        return None;
    }
    Some(Recurrence {
        rules,
        extra: repeat.extra.clone(),
        exclude: repeat.exclude.clone(),
        anchor: if repeat.completion {
            Anchor::Completion
        } else {
            Anchor::Schedule
        },
        catch_up: if repeat.completion {
            CatchUp::FromCompletion
        } else {
            repeat.catch_up
        },
        overflow: repeat.overflow,
    })
}

/// The clause's rules with their times of day, where those belong into the rules.
fn with_times(clause: &Clause) -> Vec<Rule> {
    let times: Vec<Time> = if clause.clocks.is_empty() {
        clause.part.into_iter().collect()
    } else {
        let time_of = |clock| {
            let when = When {
                clock: Some(clock),
                part: clause.part,
                ..When::default()
            };
            when.time().0
        };
        clause.clocks.iter().copied().filter_map(time_of).collect()
    };
    if times.is_empty() || !(clause.fixed || times.len() > 1) {
        return clause.rules.clone();
    }
    let pairs: Vec<(i8, i8)> = times
        .iter()
        .map(|time| (time.hour(), time.minute()))
        .collect();
    let groups = cartesian_groups(&pairs);
    let of = |rule: &Rule| {
        let rule = rule.clone();
        groups
            .clone()
            .into_iter()
            .map(move |(by_hour, by_minute)| Rule {
                by_minute,
                by_hour,
                ..rule.clone()
            })
    };
    clause.rules.iter().flat_map(of).collect()
}

/// The writer's first day of the week, where it decides which days an interval of weeks leaves out.
fn week_start(clause: &Clause, rule: &Rule, now: &ParseContext) -> Weekday {
    if let Some(stated) = clause.week_start {
        return stated;
    }
    let counts = rule.frequency == Frequency::Weekly && rule.interval > 1;
    // The week matters only where its first day comes between the named days.
    let late = |weekday: Weekday| {
        weekday.to_monday_zero_offset() >= now.week_start.to_monday_zero_offset()
    };
    let standalone_bound = rule.by_day.iter().any(|day| late(day.weekday))
        && rule.by_day.iter().any(|day| !late(day.weekday));
    if counts && standalone_bound {
        now.week_start
    } else {
        rule.week_start
    }
}

/// The recurrence with its end.
pub(crate) fn ended(
    repeat: &Repeat,
    mut recurrence: Recurrence,
    first: &Due,
    now: &ParseContext,
) -> Option<Recurrence> {
    let until = match (&repeat.until, repeat.length) {
        (Some(End::Moment(moment)), _) => *moment,
        (Some(End::Day(end)), _) => Moment::Date(day::date(end, now, None)?),
        (Some(End::Month(month)), _) => Moment::Date(day::end_of_month(*month, first.date())?),
        (None, Some((count, unit))) => Moment::Date(last_of(first.date(), count, unit)?),
        (None, None) => return Some(recurrence),
    };
    for rule in &mut recurrence.rules {
        rule.until = Some(until);
    }
    Some(recurrence)
}

/// The value from which the first date is looked for.
fn start(
    repeat: &Repeat,
    elsewhere: &When,
    recurrence: &Recurrence,
    now: &ParseContext,
) -> Option<Due> {
    let fixed = recurrence.sets_time();
    let shared = shared_time(repeat, fixed);
    if repeat.start.is_none()
        && let Some(whole) = &elsewhere.whole
    {
        let whole = dues::complete(whole, now)?;
        return Some(match shared {
            Some(time) => whole.at(whole.date().to_datetime(time)),
            None => whole,
        });
    }
    let zone = repeat.zone.as_ref().or(elsewhere.zone.as_ref());
    let in_zone = zone.map(|zone| now.within(zone));
    let now = in_zone.as_ref().unwrap_or(now);
    let (time, after) = elsewhere.time();
    let time = shared.or(time);
    let end_of_day = elsewhere.end_of_day.then_some(&Day::Ahead(0));
    let named = repeat.start.as_ref().or(elsewhere.day.as_ref());
    let at = match (named.or(end_of_day), time) {
        (None, None) if repeat.completion && recurrence.rules.iter().all(is_hours) => {
            Some(one_interval_on(recurrence, now)?)
        }
        (None, None) if fixed => Some(earliest_time(recurrence, now)?),
        (Some(day), None) if fixed => {
            let midnight = day::date(day, now, None)?.to_datetime(Time::midnight());
            Some(midnight.max(earliest_time(recurrence, now)?))
        }
        (Some(day), Some(time)) => Some(day::date(day, now, Some(time))?.to_datetime(time)),
        (None, Some(time)) if now.is_past(Some(time)) => {
            Some(now.today.tomorrow().ok()?.to_datetime(time))
        }
        (None, Some(time)) => Some(now.today.to_datetime(time)),
        (Some(day), None) => return day::date(day, now, None).map(Due::Date),
        (None, None) => return Some(Due::Date(now.today)),
    }?;
    let at = if after && shared.is_none() {
        at.checked_add(1.day()).ok()?
    } else {
        at
    };
    Some(match zone {
        Some(zone) => Due::Zoned(at, zone.clone()),
        None => Due::Floating(at),
    })
}

/// The one time of day that the words give to all of the rules, and that is not in the rules themselves.
fn shared_time(repeat: &Repeat, fixed: bool) -> Option<Time> {
    let clause = repeat
        .clauses
        .iter()
        .rev()
        .find(|clause| !clause.fixed && (clause.part.is_some() || !clause.clocks.is_empty()))?;
    let hourly = |rule: &Rule| rule.frequency < Frequency::Daily;
    if clause.clocks.len() > 1 || (fixed && !clause.rules.iter().any(hourly)) {
        return None;
    }
    let spoken = When {
        clock: clause.clocks.first().copied(),
        part: clause.part,
        ..When::default()
    };
    spoken.time().0
}

/// Whether a rule counts hours or minutes.
fn is_hours(rule: &Rule) -> bool {
    rule.frequency < Frequency::Daily
}

/// One interval from now: hours that count from the completion begin now.
fn one_interval_on(recurrence: &Recurrence, now: &ParseContext) -> Option<DateTime> {
    let rule = recurrence.rules.first()?;
    let minutes = match rule.frequency {
        Frequency::Hourly => 60 * i64::from(rule.interval),
        _ => i64::from(rule.interval),
    };
    let at = now.today.to_datetime(now.time);
    let at = at.with().second(0).subsec_nanosecond(0).build().ok()?;
    at.checked_add(SignedDuration::from_mins(minutes)).ok()
}

/// The first moment a rule with its own times may take: for hours the next full one, else the next minute.
fn earliest_time(recurrence: &Recurrence, now: &ParseContext) -> Option<DateTime> {
    let hourly = recurrence
        .rules
        .iter()
        .all(|rule| rule.frequency == Frequency::Hourly && rule.by_minute.is_empty());
    let at = now.today.to_datetime(now.time);
    let at = at.with().second(0).subsec_nanosecond(0).build().ok()?;
    if hourly {
        let hour = at.with().minute(0).build().ok()?;
        hour.checked_add(1.hour()).ok()
    } else {
        at.checked_add(1.minute()).ok()
    }
}

/// The last day of so many units from the first date on.
fn last_of(first: Date, count: u32, unit: Unit) -> Option<Date> {
    unit.after(first, i32::try_from(count).ok()?)?
        .yesterday()
        .ok()
        .filter(|date| date.year() <= LAST_YEAR)
}

/// Other likely readings of a rule, with those that only the times show.
pub(crate) fn doubts(repeat: &Repeat, now: &ParseContext) -> Vec<String> {
    let mut doubts = repeat.doubts.clone();
    let start = repeat.start.as_ref();
    doubts.extend(start.and_then(|start| day::next_year_doubt(start, now, None)));
    for clause in &repeat.clauses {
        doubts.extend(clause.zone_doubt.clone());
        doubts.extend(clause.clocks.iter().find_map(|clock| clock.pointed_doubt()));
        doubts.extend(clause.clocks.iter().find_map(|clock| clock.range_doubt()));
        if let Some(part) = clause.part {
            doubts.extend(
                clause
                    .clocks
                    .iter()
                    .find_map(|clock| clock.part_doubt(part)),
            );
            let is_next = |clock: &Clock| {
                let when = When {
                    clock: Some(*clock),
                    part: Some(part),
                    ..When::default()
                };
                when.time().1
            };
            let names_days = clause.rules.iter().any(|rule| !rule.by_day.is_empty());
            if names_days && clause.clocks.iter().any(is_next) {
                doubts.push(NIGHT.to_owned());
            }
        }
        if clause.part.is_none() {
            doubts.extend(clause.clocks.iter().find_map(|clock| clock.early_doubt()));
        }
    }
    let is_leap_day = |rule: &Rule| {
        rule.frequency == Frequency::Yearly && rule.by_month == [2] && rule.by_month_day == [29]
    };
    let mut rules = repeat.clauses.iter().flat_map(|clause| &clause.rules);
    if repeat.overflow == Overflow::Clamp && rules.any(is_leap_day) {
        doubts.push(LEAP_DAY.to_owned());
    }
    if repeat.has_unequal_times() {
        doubts.push(DURATIONS.to_owned());
    }
    doubts
}

//! From a recurrence to its first, its next and its coming dates: what completing early, late or twice leads to.

use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};

use super::calendar::{self, DAY_SECONDS};
use super::plan::Plan;
use super::rule::{Frequency, Moment, Rule};
use super::series::Series;
use super::walk::Walk;
use super::{Anchor, CatchUp, Overflow, Position, Recurrence};
use crate::{Due, Invalid, OccurrenceKey, Zone};

pub(super) fn first(recurrence: &Recurrence, due: &Due) -> Result<Position, Invalid> {
    let due = match due {
        // A rule that says at what time of day has no place for a mere date.
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

fn position(start: Due, first: &Due) -> Position {
    Position {
        key: OccurrenceKey::new(0, first, None),
        start,
    }
}

fn never(detail: impl Into<String>, hint: &str) -> Invalid {
    Invalid::new("/recurrence/rrule", "rule_never_matches", detail).hint(hint)
}

/// Refuses a rule without any date, in bounded time.
fn exists(plan: &Plan<'_>) -> Result<(), Invalid> {
    if plan.reaches_a_unit() && Walk::new(plan, plan.start).next().is_some() {
        return Ok(());
    }
    Err(never(
        "The rule has no date in the years after the due value.",
        "Check its month days: 30 February does not exist, and 29 February with INTERVAL and \"overflow\": \
         \"skip\" may miss every leap year. With times, check that the interval reaches the hours that are named.",
    ))
}

/// Why a rule that has dates has none that count.
fn nothing_left(series: &Series<'_>) -> Invalid {
    let first = series
        .plans
        .iter()
        .filter_map(|plan| Walk::new(plan, plan.start).next())
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
            "Leave out fewer dates, or send another rule.",
        ),
    }
}

/// Whether the policies and the kinds of UNTIL fit the rules and their start, and every rule has a date at all.
pub(super) fn check(recurrence: &Recurrence, due: &Due) -> Result<(), Invalid> {
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
                "A rule counted from the completion cannot catch up by {}.",
                recurrence.catch_up.as_str()
            ),
        )
        .hint("Send \"catch_up\": \"from_completion\" or leave it out."));
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
            "UNTIL is of another kind than the due value.",
        )
        .hint(hint));
    }
    Ok(())
}

pub(super) fn next(
    recurrence: &Recurrence,
    at: &Position,
    done: Timestamp,
    owner: &Zone,
) -> Option<Position> {
    let course = Course::new(recurrence, at, owner);
    match recurrence.anchor {
        Anchor::Completion => course.after_completion(done),
        Anchor::Schedule => {
            let after = course.after_key().next()?;
            if course.is_future(after, done) {
                return course.position(after);
            }
            match recurrence.catch_up {
                CatchUp::OneStep => course.position(after),
                CatchUp::NextFuture => course.future(done).and_then(|at| course.position(at)),
                CatchUp::FromCompletion => course.restart(done),
            }
        }
    }
}

pub(super) fn upcoming(recurrence: &Recurrence, at: &Position, count: usize) -> Vec<Due> {
    let owner = Zone::utc();
    if recurrence.anchor == Anchor::Schedule {
        let course = Course::new(recurrence, at, &owner);
        return course
            .after_key()
            .take(count)
            .map_while(|at| course.series.due(at))
            .collect();
    }
    let mut dues = Vec::new();
    let mut position = at.clone();
    while dues.len() < count {
        let due = position.due();
        // Done at its own time, or at the end of its day.
        let done = due.ordering_instant(&owner);
        let next =
            done.and_then(|done| Course::new(recurrence, &position, &owner).after_completion(done));
        let Some(next) = next else {
            break;
        };
        dues.push(next.due());
        position = next;
    }
    dues
}

/// A series at one of its occurrences.
struct Course<'a> {
    series: Series<'a>,
    at: &'a Position,
    /// Civil seconds of the current occurrence.
    key: i64,
}

impl<'a> Course<'a> {
    fn new(recurrence: &'a Recurrence, at: &'a Position, owner: &'a Zone) -> Self {
        Self {
            series: Series::new(recurrence, &at.start, owner),
            key: calendar::seconds_of(at.key.at.civil()),
            at,
        }
    }

    /// How many occurrences COUNT has used up, where the key says so.
    fn used(&self) -> Option<u32> {
        self.at.key.ordinal.map(|ordinal| ordinal.saturating_add(1))
    }

    fn after_key(&self) -> impl Iterator<Item = i64> + '_ {
        self.series.after(self.key, self.used())
    }

    /// The first occurrence after the key that is not yet past.
    fn future(&self, done: Timestamp) -> Option<i64> {
        if self
            .series
            .plans
            .iter()
            .any(|plan| plan.rule.count.is_some())
        {
            return self.after_key().find(|at| self.is_future(*at, done));
        }
        // No clock change moves a time by more than a day, so nothing before yesterday can be future.
        let local = calendar::seconds_of(self.local(done).datetime());
        let from = (local - 2 * DAY_SECONDS).max(self.key + 1);
        self.series.from(from).find(|at| self.is_future(*at, done))
    }

    fn local(&self, instant: Timestamp) -> Zoned {
        instant.to_zoned(self.series.zone().clone())
    }

    fn is_future(&self, at: i64, done: Timestamp) -> bool {
        match self.series.instant(at) {
            Some(instant) => instant > done,
            None => at.div_euclid(DAY_SECONDS) > calendar::day_of(self.local(done).date()),
        }
    }

    /// The position at an occurrence of the same epoch.
    fn position(&self, at: i64) -> Option<Position> {
        // Only a restarted series with COUNT carries its number along.
        let ordinal = match self.at.key.ordinal {
            None => None,
            Some(ordinal) => {
                let passed = self.after_key().take_while(|passed| *passed <= at).count();
                Some(ordinal.saturating_add(u32::try_from(passed).ok()?))
            }
        };
        Some(Position {
            start: self.at.start.clone(),
            key: OccurrenceKey::new(self.at.key.epoch, &self.series.due(at)?, ordinal),
        })
    }

    /// COUNT, the same in all rules that have one.
    fn count(&self) -> Option<u32> {
        let rules = self.series.recurrence.rules.iter();
        rules.filter_map(|rule| rule.count).max()
    }

    /// How many occurrences there were up to and including the key.
    fn generated(&self) -> Option<u32> {
        if let Some(used) = self.used() {
            return Some(used);
        }
        let all = self.series.from(i64::MIN);
        u32::try_from(all.take_while(|at| *at <= self.key).count()).ok()
    }

    /// The occurrence after one that was done at an instant, in a series counted from completions.
    fn after_completion(&self, done: Timestamp) -> Option<Position> {
        let ordinal = self.at.key.ordinal.unwrap_or_default().checked_add(1)?;
        if self.count().is_some_and(|count| ordinal >= count) {
            return None;
        }
        let due = self.counted_from(done)?;
        Some(Position {
            start: self.at.start.clone(),
            key: OccurrenceKey::new(self.at.key.epoch, &due, Some(ordinal)),
        })
    }

    /// A new epoch counted from a completion. With COUNT the number already used goes along, or else a series that is
    /// always late would never end.
    fn restart(&self, done: Timestamp) -> Option<Position> {
        let ordinal = match self.count() {
            Some(_) => Some(self.generated()?),
            None => None,
        };
        let due = self.counted_from(done)?;
        Some(Position {
            key: OccurrenceKey::new(self.at.key.epoch.saturating_add(1), &due, ordinal),
            start: due,
        })
    }

    /// The date that a completion leads to: one interval later, or the first named day after it; the earliest of all
    /// rules that have not ended.
    fn counted_from(&self, done: Timestamp) -> Option<Due> {
        let local = self.local(done);
        let rules = self.series.recurrence.rules.iter();
        let at = rules
            .filter_map(|rule| {
                let mut next = self.rule_counted_from(rule, &local)?;
                while self.series.is_excluded(next) {
                    next = self.rule_after(rule, &local, next)?;
                }
                self.series
                    .within(rule.until.as_ref(), next)
                    .then_some(next)
            })
            .min()?;
        (at.div_euclid(DAY_SECONDS) <= calendar::LAST_DAY)
            .then(|| self.series.due(at))
            .flatten()
    }

    /// The start's kind of value at a completion.
    fn base(&self, local: &Zoned) -> Due {
        let time = self.at.start.civil().time();
        self.at.start.at(local.date().to_datetime(time))
    }

    fn rule_counted_from(&self, rule: &Rule, local: &Zoned) -> Option<i64> {
        if !rule.is_pure() {
            let after = if rule.sets_time() {
                calendar::seconds_of(local.datetime()) + 1
            } else {
                (calendar::day_of(local.date()) + 1) * DAY_SECONDS
            };
            if rule.frequency < Frequency::Daily && rule.names_only_interval() {
                return self.elapsed(rule, local);
            }
            return self.rule_after(rule, local, after - 1);
        }
        let day = self.stepped(rule, local)?;
        let time = calendar::second_of_day(self.at.start.civil().time());
        let base = self.base(local);
        let plan = Plan::new(rule, self.series.recurrence.overflow, &base);
        Some(plan.shifted(calendar::day_of(day)) * DAY_SECONDS + time)
    }

    /// The rule's first occurrence after `at`, counted from a completion.
    fn rule_after(&self, rule: &Rule, local: &Zoned, at: i64) -> Option<i64> {
        let base = self.base(local);
        let plan = Plan::new(rule, self.series.recurrence.overflow, &base);
        Walk::new(&plan, at + 1).next()
    }

    /// So many elapsed hours, minutes or seconds after the completion, on the wall clock of the series' zone.
    fn elapsed(&self, rule: &Rule, local: &Zoned) -> Option<i64> {
        let unit = match rule.frequency {
            Frequency::Hourly => 3_600,
            Frequency::Minutely => 60,
            _ => 1,
        };
        let ahead = SignedDuration::from_secs(i64::from(rule.interval) * unit);
        let at = local.timestamp().checked_add(ahead).ok()?;
        Some(calendar::seconds_of(self.local(at).datetime()))
    }

    fn stepped(&self, rule: &Rule, local: &Zoned) -> Option<jiff::civil::Date> {
        let base = local.date();
        let interval = i64::from(rule.interval);
        if rule.workdays {
            return calendar::date_of(calendar::workdays_after(calendar::day_of(base), interval));
        }
        let months = match rule.frequency {
            Frequency::Weekly => return base.checked_add((7 * interval).days()).ok(),
            Frequency::Monthly => interval,
            Frequency::Yearly => interval * 12,
            _ => return base.checked_add(interval.days()).ok(),
        };
        let overflow = self.series.recurrence.overflow;
        // The year bound ends this long before the twelve steps that any month day needs do.
        (1..=12).find_map(|step| {
            let day = base.checked_add((months * step).months()).ok()?;
            match overflow {
                _ if day.day() == base.day() => Some(day),
                Overflow::Clamp => Some(day),
                Overflow::Forward => day.tomorrow().ok(),
                Overflow::Skip => None,
            }
        })
    }
}

/// One occurrence of an expansion.
#[derive(Clone, PartialEq, Debug)]
pub struct Occurrence {
    /// The scheduled value, before any clock change.
    pub scheduled: Due,
    /// The point in time of a value with a zone.
    pub zoned: Option<Zoned>,
}

/// The occurrences of an expansion; see [`Recurrence::expand`].
pub(super) fn expand(
    recurrence: &Recurrence,
    start: &Due,
    after: Option<&Due>,
    limit: usize,
) -> Vec<Occurrence> {
    let owner = Zone::utc();
    let series = Series::new(recurrence, start, &owner);
    let zone = start.zone().map(Zone::rules);
    let twice = zone.filter(|_| series.repeats_hours());
    let mut found: Vec<Occurrence> = Vec::new();
    // The second instances of a repeated hour, which follow all of its first ones.
    let mut second: Vec<Occurrence> = Vec::new();
    let from = after.map_or(i64::MIN, |after| calendar::seconds_of(after.civil()) + 1);
    for at in series.from(from) {
        let Some(scheduled) = series.due(at) else {
            break;
        };
        let zoned =
            zone.and_then(|zone| zone.to_ambiguous_zoned(scheduled.civil()).compatible().ok());
        let later = twice.and_then(|zone| repeated(zone, &scheduled));
        if later.is_none() {
            found.append(&mut second);
        }
        if found.len() >= limit {
            break;
        }
        if let Some(later) = later {
            second.push(Occurrence {
                scheduled: scheduled.clone(),
                zoned: Some(later),
            });
        }
        found.push(Occurrence { scheduled, zoned });
    }
    found.append(&mut second);
    found.truncate(limit);
    found
}

/// The second instance of a wall-clock time that comes twice.
fn repeated(zone: &TimeZone, scheduled: &Due) -> Option<Zoned> {
    let ambiguous = zone.to_ambiguous_zoned(scheduled.civil());
    if !matches!(ambiguous.offset(), AmbiguousOffset::Fold { .. }) {
        return None;
    }
    ambiguous.later().ok()
}

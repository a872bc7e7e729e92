//! Advances a series from one occurrence to the next, also after completing early, late or twice.

use jiff::civil::Date;
use jiff::{SignedDuration, Span, Timestamp, ZonedDateTime};

use super::calendar::{self, DAY_SECONDS};
use super::expand::plan::Plan;
use super::iterate::merge::{Series, Used};
use super::iterate::rule::OccurrenceIter;
use super::policies::{Anchor, CatchUp, Overflow};
use super::position::OccurrencePosition;
use super::recurrence_set::Recurrence;
use super::rule::{Frequency, Rule};
use crate::{Due, OccurrenceKey, Zone};

impl Recurrence {
    /// Where the series goes after the current occurrence was done at `done`; none when it is over.
    pub fn next(
        &self,
        at: &OccurrencePosition,
        done: Timestamp,
        owner: &Zone,
    ) -> Option<OccurrencePosition> {
        next(self, at, done, owner)
    }

    /// The occurrences after the current one that have passed at `done`, if the series continues without them: the
    /// earliest `limit` dates, and how many there are.
    pub fn passed_over(
        &self,
        at: &OccurrencePosition,
        done: Timestamp,
        owner: &Zone,
        limit: usize,
    ) -> (Vec<Due>, usize) {
        passed_over(self, at, done, owner, limit)
    }

    /// Where the series goes after the current occurrence, due at `due`, if that is done on its day; one whose day has
    /// passed is done now.
    pub fn next_if_on_time(
        &self,
        at: &OccurrencePosition,
        due: &Due,
        now: Timestamp,
        owner: &Zone,
    ) -> Option<OccurrencePosition> {
        let done = due.ordering_instant(owner).map_or(now, |due| due.max(now));
        self.next(at, done, owner)
    }

    /// The next `count` dates after `next`, the result of `next_if_on_time`, and that one, if each is done on its day.
    pub fn upcoming_from(
        &self,
        next: Option<&OccurrencePosition>,
        count: usize,
        owner: &Zone,
    ) -> Vec<Due> {
        let Some(next) = next else {
            return Vec::new();
        };
        std::iter::once(next.due())
            .chain(self.upcoming(next, count.saturating_sub(1), owner))
            .take(count)
            .collect()
    }

    /// The next `count` dates after the current occurrence, if each is completed on its day. The owner's zone
    /// says which wall-clock times of a floating series a clock change moves onto one another.
    pub fn upcoming(&self, at: &OccurrencePosition, count: usize, owner: &Zone) -> Vec<Due> {
        upcoming(self, at, count, owner)
    }
}

fn next(
    recurrence: &Recurrence,
    at: &OccurrencePosition,
    done: Timestamp,
    owner: &Zone,
) -> Option<OccurrencePosition> {
    let progression = Progression::new(recurrence, at, owner);
    match recurrence.anchor {
        Anchor::Completion => progression.after_completion(done),
        Anchor::Schedule => {
            let after = progression.after_key().next()?;
            if progression.is_future(after, done) {
                return progression.position(after);
            }
            match recurrence.catch_up {
                CatchUp::OneStep => progression.position(after),
                CatchUp::NextFuture => progression
                    .future(done)
                    .and_then(|at| progression.position(at)),
                CatchUp::FromCompletion => progression.restart(done),
            }
        }
    }
}

fn passed_over(
    recurrence: &Recurrence,
    at: &OccurrencePosition,
    done: Timestamp,
    owner: &Zone,
    limit: usize,
) -> (Vec<Due>, usize) {
    // One step at a time skips nothing, and a series counted from completions has no schedule.
    if recurrence.anchor == Anchor::Completion || recurrence.catch_up == CatchUp::OneStep {
        return (Vec::new(), 0);
    }
    let progression = Progression::new(recurrence, at, owner);
    let mut dues = Vec::new();
    let mut count = 0;
    for at in progression.after_key() {
        if progression.is_future(at, done) {
            break;
        }
        if dues.len() < limit {
            dues.extend(progression.series.due(at));
        }
        count += 1;
    }
    (dues, count)
}

fn upcoming(
    recurrence: &Recurrence,
    at: &OccurrencePosition,
    count: usize,
    owner: &Zone,
) -> Vec<Due> {
    if recurrence.anchor == Anchor::Schedule {
        let progression = Progression::new(recurrence, at, owner);
        return progression
            .after_key()
            .take(count)
            .map_while(|at| progression.series.due(at))
            .collect();
    }
    let mut dues = Vec::new();
    let mut position = at.clone();
    while dues.len() < count {
        let due = position.due();
        // Done at its own time, or at the end of its day.
        let done = due.ordering_instant(owner);
        let next = done
            .and_then(|done| Progression::new(recurrence, &position, owner).after_completion(done));
        let Some(next) = next else {
            break;
        };
        dues.push(next.due());
        position = next;
    }
    dues
}

/// A series at one of its occurrences.
struct Progression<'a> {
    series: Series<'a>,
    at: &'a OccurrencePosition,
    /// Civil seconds of the current occurrence.
    key: i64,
}

impl<'a> Progression<'a> {
    fn new(recurrence: &'a Recurrence, at: &'a OccurrencePosition, owner: &'a Zone) -> Self {
        Self {
            series: Series::new(recurrence, &at.start, owner),
            key: calendar::seconds_of(at.key.at.civil()),
            at,
        }
    }

    /// How many occurrences COUNT has used up, where the key says so.
    fn used(&self) -> Option<Used> {
        let ordinal = self.at.key.ordinal?;
        Some(Used {
            count: ordinal.saturating_add(1),
            until: self.key,
        })
    }

    fn after_key(&self) -> impl Iterator<Item = i64> + '_ {
        self.series.resume_from(self.key + 1, self.used())
    }

    /// The first occurrence after the key that is not yet past.
    fn future(&self, done: Timestamp) -> Option<i64> {
        // A time that a clock change has just skipped is moved by as much as the clock went forward, so it may still
        // come.
        let local = self.local(done);
        let before = done
            .checked_sub(SignedDuration::from_hours(48))
            .map_or(local.offset(), |before| self.local(before).offset());
        let skipped = i64::from((local.offset().seconds() - before.seconds()).max(0));
        let from = calendar::seconds_of(local.datetime()) - skipped;
        let from = from.max(self.key + 1);
        self.series
            .resume_from(from, self.used())
            .find(|at| self.is_future(*at, done))
    }

    fn local(&self, instant: Timestamp) -> ZonedDateTime {
        instant.to_zoned_datetime(self.series.zone().clone())
    }

    fn is_future(&self, at: i64, done: Timestamp) -> bool {
        match self.series.instant(at) {
            Some(instant) => instant > done,
            None => at.div_euclid(DAY_SECONDS) > calendar::day_of(self.local(done).date()),
        }
    }

    /// The position at an occurrence of the same epoch.
    fn position(&self, at: i64) -> Option<OccurrencePosition> {
        // Only a restarted series with COUNT carries its number along.
        let ordinal = match self.at.key.ordinal {
            None => None,
            Some(ordinal) => {
                let passed = self.after_key().take_while(|passed| *passed <= at).count();
                Some(ordinal.saturating_add(u32::try_from(passed).ok()?))
            }
        };
        Some(OccurrencePosition {
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
            return Some(used.count);
        }
        let all = self.series.from(i64::MIN);
        u32::try_from(all.take_while(|at| *at <= self.key).count()).ok()
    }

    /// The occurrence after one that was done at an instant, in a series counted from completions.
    fn after_completion(&self, done: Timestamp) -> Option<OccurrencePosition> {
        let ordinal = self.at.key.ordinal.unwrap_or_default().checked_add(1)?;
        if self.count().is_some_and(|count| ordinal >= count) {
            return None;
        }
        let due = self.counted_from(done)?;
        Some(OccurrencePosition {
            start: self.at.start.clone(),
            key: OccurrenceKey::new(self.at.key.epoch, &due, Some(ordinal)),
        })
    }

    /// A new epoch counted from a completion. With COUNT the number already used goes along, or else a series that is
    /// always late would never end.
    fn restart(&self, done: Timestamp) -> Option<OccurrencePosition> {
        let ordinal = match self.count() {
            Some(_) => Some(self.generated()?),
            None => None,
        };
        let due = self.counted_from(done)?;
        Some(OccurrencePosition {
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
    fn base(&self, local: &ZonedDateTime) -> Due {
        let time = self.at.start.civil().time();
        self.at.start.at(local.date().to_datetime(time))
    }

    fn rule_counted_from(&self, rule: &Rule, local: &ZonedDateTime) -> Option<i64> {
        if let Some(unit) = rule.unit()
            && rule.names_only_interval()
        {
            return self.elapsed(rule, unit, local);
        }
        if !rule.is_pure() {
            let done = if rule.sets_time() {
                calendar::seconds_of(local.datetime())
            } else {
                (calendar::day_of(local.date()) + 1) * DAY_SECONDS - 1
            };
            return self.rule_after(rule, local, done);
        }
        let day = self.stepped(rule, local)?;
        let time = calendar::second_of_day(self.at.start.civil().time());
        let base = self.base(local);
        let plan = Plan::new(rule, self.series.recurrence.overflow, &base);
        Some(plan.shifted(calendar::day_of(day)) * DAY_SECONDS + time)
    }

    /// The rule's first occurrence after `at`, counted from a completion.
    fn rule_after(&self, rule: &Rule, local: &ZonedDateTime, at: i64) -> Option<i64> {
        let base = self.base(local);
        let plan = Plan::new(rule, self.series.recurrence.overflow, &base);
        OccurrenceIter::new(&plan, at + 1).next()
    }

    /// So many elapsed hours, minutes or seconds after the completion, on the wall clock of the series' zone.
    fn elapsed(&self, rule: &Rule, unit: i64, local: &ZonedDateTime) -> Option<i64> {
        let ahead = SignedDuration::from_secs(i64::from(rule.interval) * unit);
        let at = local.timestamp().checked_add(ahead).ok()?;
        Some(calendar::seconds_of(self.local(at).datetime()))
    }

    fn stepped(&self, rule: &Rule, local: &ZonedDateTime) -> Option<Date> {
        let base = local.date();
        let interval = i64::from(rule.interval);
        if rule.workdays {
            return calendar::date_of(calendar::workdays_after(calendar::day_of(base), interval));
        }
        let months = match rule.frequency {
            Frequency::Weekly => {
                return base.checked_add(Span::new().try_weeks(interval).ok()?).ok();
            }
            Frequency::Monthly => interval,
            Frequency::Yearly => interval * 12,
            _ => return base.checked_add(Span::new().try_days(interval).ok()?).ok(),
        };
        let overflow = self.series.recurrence.overflow;
        // The year bound ends this long before the twelve steps that any month day needs do.
        (1..=12).find_map(|step| {
            let span = Span::new().try_months(months * step).ok()?;
            let day = base.checked_add(span).ok()?;
            match overflow {
                _ if day.day() == base.day() => Some(day),
                Overflow::Clamp => Some(day),
                Overflow::Forward => day.tomorrow().ok(),
                Overflow::Skip => None,
            }
        })
    }
}

//! From a rule to its occurrences in order, from any point on, without touching those before it.
//!
//! Civil time only: what clock changes do to an occurrence is decided where zones are known.

use crate::recurrence::calendar::{DAY_SECONDS, LAST_DAY};
use crate::recurrence::expand::plan::Plan;
use crate::recurrence::rule::Frequency;

/// How many years of intervals may be empty before a series counts as over, and a new rule as one that never matches:
/// the pattern of weekdays and leap days repeats after 40 years at the latest, even across 2100.
const MAX_EMPTY_YEARS: i64 = 40;

/// The occurrences of a rule from a point on, as civil seconds in order.
pub(in crate::recurrence) struct OccurrenceIter<'a> {
    plan: &'a Plan<'a>,
    /// Nothing before this is given.
    from: i64,
    /// The last one given.
    last: i64,
    /// The next period, or the next unit of a rule finer than a day.
    next: i64,
    /// The last day to check while nothing is found, and its distance from the last occurrence.
    horizon: i64,
    max_empty_days: i64,
    /// The days of the current period; each has all of the plan's times.
    days: Vec<i64>,
    day_at: usize,
    time_at: usize,
    /// The times that BYSETPOS selected, or those of a unit.
    picked: Vec<i64>,
    picked_at: usize,
}

impl<'a> OccurrenceIter<'a> {
    /// From `from` on, never before the start.
    pub(in crate::recurrence) fn new(plan: &'a Plan<'a>, from: i64) -> Self {
        let from = from.max(plan.start);
        // Steps finer than a day count as days, as many as an interval has.
        let days = match plan.rule.unit() {
            Some(unit) => plan.interval * unit / DAY_SECONDS + 1,
            None => plan.interval,
        };
        let max_empty_days = 366 * MAX_EMPTY_YEARS * days;
        let mut iter = Self {
            plan,
            from,
            last: i64::MIN,
            next: 0,
            horizon: 0,
            max_empty_days,
            days: Vec::new(),
            day_at: 0,
            time_at: 0,
            picked: Vec::new(),
            picked_at: 0,
        };
        iter.look_ahead(from);
        iter.next = if let Some(unit) = plan.rule.unit() {
            iter.aligned(from.div_euclid(unit), plan.start.div_euclid(unit))
        } else {
            // A date may move forward into `from` from a period before it.
            let earliest = from.div_euclid(DAY_SECONDS) - plan.reach();
            iter.aligned(plan.period(earliest), plan.first_period)
        };
        iter
    }

    /// Skips everything before `from`, which is in the future.
    pub(in crate::recurrence) fn skip_to(&mut self, from: i64) {
        self.from = self.from.max(from);
        if let Some(unit) = self.plan.rule.unit() {
            self.picked.clear();
            self.next = self.aligned(from.div_euclid(unit).max(self.next), self.next);
        }
    }

    /// The first index at or after `index` that is a whole number of intervals from `base`. This division is what makes
    /// a jump of any length cheap.
    fn aligned(&self, index: i64, base: i64) -> i64 {
        let step = self.plan.interval;
        index + (base - index).rem_euclid(step)
    }

    fn look_ahead(&mut self, found: i64) {
        self.horizon = (found.div_euclid(DAY_SECONDS) + self.max_empty_days).min(LAST_DAY);
    }

    fn take(&mut self) -> Option<i64> {
        while let Some(at) = self.picked.get(self.picked_at).copied() {
            self.picked_at += 1;
            if at >= self.from && at > self.last {
                return Some(at);
            }
        }
        while let Some(day) = self.days.get(self.day_at).copied() {
            let midnight = day * DAY_SECONDS;
            if self.time_at == 0 && midnight < self.from {
                // The first time of this day that is not too early.
                let early = self.from - midnight;
                self.time_at = self.plan.times.partition_point(|time| *time < early);
            }
            if let Some(time) = self.plan.times.get(self.time_at) {
                self.time_at += 1;
                if midnight + time > self.last && midnight + time >= self.from {
                    return Some(midnight + time);
                }
            } else {
                self.day_at += 1;
                self.time_at = 0;
            }
        }
        None
    }

    /// Lays out the next period; false when there is nothing to look at any more.
    fn fill(&mut self) -> bool {
        let plan = self.plan;
        self.days.clear();
        self.picked.clear();
        (self.day_at, self.time_at, self.picked_at) = (0, 0, 0);
        if let Some(unit) = plan.rule.unit() {
            return self.fill_unit(unit);
        }
        let period = self.next;
        let first_day = plan.first_day(period);
        if first_day > self.horizon {
            return false;
        }
        if plan.rule.frequency == Frequency::Daily && !plan.rule.workdays {
            let later = plan.skip_months(period);
            if later > period {
                self.next = self.aligned(later, period);
                return true;
            }
        }
        self.next = period + plan.interval;
        plan.days(period, &mut self.days);
        if !plan.rule.by_set_pos.is_empty() {
            self.pick();
        }
        if plan.rule.shift.is_some() {
            for day in &mut self.days {
                *day = plan.shifted(*day);
            }
            for at in &mut self.picked {
                let day = at.div_euclid(DAY_SECONDS);
                *at += (plan.shifted(day) - day) * DAY_SECONDS;
            }
        }
        true
    }

    /// Keeps the positions of BYSETPOS among the whole period's occurrences, even where the start cuts it.
    fn pick(&mut self) {
        let times = &self.plan.times;
        let per_day = i64::try_from(times.len()).unwrap_or(i64::MAX);
        let count = i64::try_from(self.days.len()).unwrap_or(i64::MAX) * per_day;
        for position in &self.plan.rule.by_set_pos {
            let position = i64::from(*position);
            let index = if position > 0 {
                position - 1
            } else {
                count + position
            };
            let part = |index: i64| usize::try_from(index).ok();
            let day = part(index.div_euclid(per_day)).and_then(|index| self.days.get(index));
            let time = part(index.rem_euclid(per_day)).and_then(|index| times.get(index));
            if let (Some(day), Some(time)) = (day, time) {
                self.picked.push(day * DAY_SECONDS + time);
            }
        }
        self.picked.sort_unstable();
        self.days.clear();
    }

    /// Finds the next unit (hour, minute or second) that the rule allows, a day or an hour at a time.
    fn fill_unit(&mut self, unit: i64) -> bool {
        let plan = self.plan;
        let per_day = DAY_SECONDS / unit;
        let base = plan.start.div_euclid(unit);
        let mut day_known = i64::MIN;
        loop {
            let day = self.next.div_euclid(per_day);
            if day > self.horizon {
                return false;
            }
            if day != day_known {
                let later = plan.skip_months(day);
                if later > day || !plan.is_day(day) {
                    self.next = self.aligned(later.max(day + 1) * per_day, base);
                    continue;
                }
                day_known = day;
            }
            let second = self.next.rem_euclid(per_day) * unit;
            let (hour, minute) = (second / 3_600, second / 60 % 60);
            // The end of the hour, the minute or the second that is not allowed.
            let over = if plan.hours & 1 << hour == 0 {
                let later = plan.hours.checked_shr(clock(hour) + 1).unwrap_or(0);
                let wait = if later == 0 {
                    24 - hour
                } else {
                    i64::from(later.trailing_zeros()) + 1
                };
                Some((hour + wait).min(24) * 3_600)
            } else if unit < 3_600 && plan.minutes & 1 << minute == 0 {
                Some(hour * 3_600 + (minute + 1) * 60)
            } else if unit < 60 && plan.seconds & 1 << (second % 60) == 0 {
                Some(second + 1)
            } else {
                None
            };
            if let Some(over) = over {
                self.next = self.aligned(day * per_day + over / unit, base);
                continue;
            }
            let first_day = self.next * unit;
            self.next += plan.interval;
            self.picked
                .extend(plan.unit_times().map(|time| first_day + time));
            return true;
        }
    }
}

fn clock(value: i64) -> u32 {
    u32::try_from(value).unwrap_or_default()
}

impl Iterator for OccurrenceIter<'_> {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        loop {
            if let Some(at) = self.take() {
                if at.div_euclid(DAY_SECONDS) > LAST_DAY {
                    return None;
                }
                self.last = at;
                self.look_ahead(at);
                return Some(at);
            }
            if !self.fill() {
                return None;
            }
        }
    }
}

impl Plan<'_> {
    /// The times within one unit, after BYSETPOS.
    fn unit_times(&self) -> impl Iterator<Item = i64> {
        let count = i64::try_from(self.times.len()).unwrap_or(i64::MAX);
        let positions = &self.rule.by_set_pos;
        self.times
            .iter()
            .zip(1..)
            .filter(move |(_, position)| {
                let mut wanted = positions.iter().map(|wanted| i64::from(*wanted));
                positions.is_empty()
                    || wanted.any(|wanted| wanted == *position || wanted == *position - count - 1)
            })
            .map(|(time, _)| *time)
    }

    /// Whether any unit of a day that the interval reaches is allowed and holds a time; for rules of days and longer
    /// always.
    pub(in crate::recurrence) fn reaches_a_unit(&self) -> bool {
        let Some(unit) = self.rule.unit() else {
            return true;
        };
        if self.unit_times().next().is_none() {
            return false;
        }
        let per_day = DAY_SECONDS / unit;
        let step = gcd(self.interval, per_day);
        let first = self.start.div_euclid(unit).rem_euclid(step);
        (0..per_day / step).any(|index| {
            let second = (first + index * step) * unit;
            self.hours & 1 << (second / 3_600) != 0
                && (unit >= 3_600 || self.minutes & 1 << (second / 60 % 60) != 0)
                && (unit >= 60 || self.seconds & 1 << (second % 60) != 0)
        })
    }
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

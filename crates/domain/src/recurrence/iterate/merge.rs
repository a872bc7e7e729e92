//! The occurrences of a whole recurrence: the union of its rules within their COUNT and UNTIL, with added dates and
//! without excluded ones. The zone comes last: it only decides what a clock change does to an occurrence.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::rule::OccurrenceIter;
use crate::recurrence::calendar::{self, DAY_SECONDS};
use crate::recurrence::expand::plan::Plan;
use crate::recurrence::recurrence_set::{Exclusion, Recurrence};
use crate::recurrence::rule::{Frequency, Moment};
use crate::recurrence::zones;
use crate::{Due, Zone};

/// A recurrence and where it is counted from. Occurrences are civil seconds.
pub(in crate::recurrence) struct Series<'a> {
    pub(in crate::recurrence) recurrence: &'a Recurrence,
    pub(in crate::recurrence) start: &'a Due,
    pub(in crate::recurrence) plans: Vec<Plan<'a>>,
    zone: &'a TimeZone,
}

impl<'a> Series<'a> {
    pub(in crate::recurrence) fn new(
        recurrence: &'a Recurrence,
        start: &'a Due,
        owner: &'a Zone,
    ) -> Self {
        Self {
            recurrence,
            start,
            plans: recurrence
                .rules
                .iter()
                .map(|rule| Plan::new(rule, recurrence.overflow, start))
                .collect(),
            zone: start.zone_or(owner).rules(),
        }
    }

    pub(in crate::recurrence) fn zone(&self) -> &TimeZone {
        self.zone
    }

    /// An occurrence as a due value of the start's kind.
    pub(in crate::recurrence) fn due(&self, at: i64) -> Option<Due> {
        calendar::date_time(at).map(|civil| self.start.at(civil))
    }

    /// The instant of an occurrence; a date without a time has none.
    pub(in crate::recurrence) fn instant(&self, at: i64) -> Option<Timestamp> {
        match self.start {
            Due::Date(_) => None,
            _ => zones::instant(at, self.zone),
        }
    }

    /// The occurrences from `from` on.
    pub(in crate::recurrence) fn from(&self, from: i64) -> Merge<'_> {
        self.resume_from(from, None)
    }

    /// The occurrences from `from` on, where it may be known how many COUNT has used up.
    pub(in crate::recurrence) fn resume_from(&self, from: i64, used: Option<Used>) -> Merge<'_> {
        let branches = self
            .plans
            .iter()
            .map(|plan| Branch::new(plan, from, used))
            .collect();
        let mut extra: Vec<i64> = self
            .recurrence
            .extra
            .iter()
            .map(|moment| self.civil(moment))
            .filter(|at| *at >= from)
            .collect();
        // The last comes first, so that the next is popped off the end.
        extra.sort_unstable_by(|a, b| b.cmp(a));
        Merge {
            series: self,
            branches,
            extra,
            last: i64::MIN,
        }
    }

    /// Civil seconds of an added date, at the start's time of day where it has none.
    pub(in crate::recurrence) fn civil(&self, moment: &Moment) -> i64 {
        let whole_days = self.start.time().is_none();
        let at = match moment {
            Moment::Date(date) => date.to_datetime(self.start.civil().time()),
            Moment::Floating(at) => *at,
            Moment::Instant(at) => at.to_zoned_datetime(self.zone.clone()).datetime(),
        };
        let at = calendar::seconds_of(at);
        if whole_days {
            at - at.rem_euclid(DAY_SECONDS)
        } else {
            at
        }
    }

    /// Whether an occurrence is left out, and whether the whole day is.
    fn exclusion(&self, at: i64) -> Option<Excluded> {
        if self.recurrence.exclude.is_empty() {
            return None;
        }
        let day = at.div_euclid(DAY_SECONDS);
        let date = calendar::date_of(day)?;
        let mut excluded = None;
        for out in &self.recurrence.exclude {
            let is_day = match out {
                Exclusion::Weekday(weekday) => date.weekday() == *weekday,
                Exclusion::Month(month) => date.month() == *month,
                Exclusion::YearDay(month, of_month) => {
                    date.month() == *month && date.day() == *of_month
                }
                Exclusion::Range(first, last) => (*first..=*last).contains(&date),
                Exclusion::YearRange(first, last) => {
                    Exclusion::is_within_year_range(date, *first, *last)
                }
                Exclusion::On(Moment::Date(on)) => *on == date,
                Exclusion::On(moment) => {
                    if self.civil(moment) == at {
                        excluded = Some(Excluded::Occurrence);
                    }
                    false
                }
            };
            if is_day {
                return Some(Excluded::Day);
            }
        }
        excluded
    }

    pub(in crate::recurrence) fn is_excluded(&self, at: i64) -> bool {
        self.exclusion(at).is_some()
    }

    /// Whether an occurrence is within an inclusive end.
    pub(in crate::recurrence) fn within(&self, until: Option<&Moment>, at: i64) -> bool {
        match until {
            None => true,
            Some(Moment::Date(last)) => at.div_euclid(DAY_SECONDS) <= calendar::day_of(*last),
            Some(Moment::Floating(last)) => at <= calendar::seconds_of(*last),
            Some(Moment::Instant(last)) => {
                if let Some(instant) = self.instant(at) {
                    instant <= *last
                } else {
                    let last = last.to_zoned_datetime(self.zone.clone()).date();
                    at.div_euclid(DAY_SECONDS) <= calendar::day_of(last)
                }
            }
        }
    }

    /// Whether a clock change moves this occurrence onto another one of the series, which then counts for both.
    pub(in crate::recurrence) fn is_shadowed(&self, at: i64) -> bool {
        if matches!(self.start, Due::Date(_)) {
            return false;
        }
        let Some(shown) = zones::shown(at, self.zone) else {
            return false;
        };
        let stands = |plan: &Plan<'_>| {
            self.within(plan.rule.until.as_ref(), shown)
                && OccurrenceIter::new(plan, shown).next() == Some(shown)
        };
        shown != at && !self.is_excluded(shown) && self.plans.iter().any(stands)
    }

    /// Whether wall-clock units of every hour or finer follow each other, so that a repeated hour comes twice.
    pub(in crate::recurrence) fn repeats_hours(&self) -> bool {
        self.recurrence
            .rules
            .iter()
            .any(|rule| rule.frequency < Frequency::Daily && rule.interval == 1)
    }
}

enum Excluded {
    Occurrence,
    Day,
}

/// How many occurrences COUNT has used up, up to and including one of them.
#[derive(Clone, Copy)]
pub(in crate::recurrence) struct Used {
    pub(in crate::recurrence) count: u32,
    pub(in crate::recurrence) until: i64,
}

/// One rule within its COUNT and UNTIL.
struct Branch<'a> {
    occurrences: OccurrenceIter<'a>,
    until: Option<&'a Moment>,
    /// How many are left by COUNT, and whether it counts at all.
    left: u32,
    counted: bool,
    head: Option<i64>,
}

impl<'a> Branch<'a> {
    fn new(plan: &'a Plan<'a>, from: i64, used: Option<Used>) -> Self {
        let (start, left) = match (plan.rule.count, used) {
            (None, _) => (from, u32::MAX),
            (Some(count), Some(used)) => (used.until + 1, count.saturating_sub(used.count)),
            // Each occurrence on the way has to be counted; without COUNT the way is jumped over.
            (Some(count), None) => (plan.start, count),
        };
        let mut branch = Self {
            occurrences: OccurrenceIter::new(plan, start),
            until: plan.rule.until.as_ref(),
            left,
            counted: plan.rule.count.is_some(),
            head: None,
        };
        branch.advance();
        while branch.head.is_some_and(|head| head < from) {
            branch.advance();
        }
        branch
    }

    fn advance(&mut self) {
        if self.left == 0 {
            self.head = None;
            return;
        }
        if self.counted {
            self.left -= 1;
        }
        self.head = self.occurrences.next();
    }
}

/// The occurrences of a series in order, each once.
pub(in crate::recurrence) struct Merge<'a> {
    series: &'a Series<'a>,
    branches: Vec<Branch<'a>>,
    extra: Vec<i64>,
    last: i64,
}

impl Merge<'_> {
    /// The earliest of all heads, taken off.
    fn earliest(&mut self) -> Option<i64> {
        let series = self.series;
        let mut earliest = self.extra.last().copied();
        for branch in &mut self.branches {
            if let Some(head) = branch.head {
                if !series.within(branch.until, head) {
                    branch.head = None;
                } else if earliest.is_none_or(|earliest| head < earliest) {
                    earliest = Some(head);
                }
            }
        }
        let at = earliest?;
        while self.extra.last() == Some(&at) {
            self.extra.pop();
        }
        for branch in &mut self.branches {
            if branch.head == Some(at) {
                branch.advance();
            }
        }
        Some(at)
    }

    /// Goes on with the day after, where a whole day is left out and nothing needs to be counted.
    fn leave_day(&mut self, at: i64) {
        let midnight = at - at.rem_euclid(DAY_SECONDS) + DAY_SECONDS;
        for branch in &mut self.branches {
            if !branch.counted && branch.head.is_some_and(|head| head < midnight) {
                branch.occurrences.skip_to(midnight);
                branch.advance();
            }
        }
    }
}

impl Iterator for Merge<'_> {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        loop {
            let at = self.earliest()?;
            if at <= self.last {
                continue;
            }
            match self.series.exclusion(at) {
                None => {}
                Some(Excluded::Occurrence) => continue,
                Some(Excluded::Day) => {
                    self.leave_day(at);
                    continue;
                }
            }
            if self.series.is_shadowed(at) {
                continue;
            }
            self.last = at;
            return Some(at);
        }
    }
}

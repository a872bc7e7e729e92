//! Which days a rule means: the set of each period, found period by period without touching those in between.
//!
//! Knows nothing of times, zones, COUNT or UNTIL.

use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, ToSpan};

use super::Overflow;
use super::rule::{ByDay, Frequency, INTERVAL_MAX, Rule};

/// The last year in which anything is due, as for due values.
const LAST_YEAR: i16 = 2200;
/// How many intervals in a row may be empty before the series counts as over: the pattern of weekdays and leap days
/// repeats after 40 years at the latest, even across 2100.
const PATIENCE: i32 = 40;
/// The same when a rule is written: 29 February comes at least every 8 years.
const PATIENCE_AT_WRITE: i32 = 8;

const DAY_ZERO: Date = Date::constant(1970, 1, 1);

/// Days since 1970-01-01.
fn number(date: Date) -> i32 {
    i32::try_from(date.duration_since(DAY_ZERO).as_hours() / 24).unwrap_or_default()
}

/// The date so many days after 1970-01-01.
fn date(number: i32) -> Option<Date> {
    DAY_ZERO
        .checked_add(SignedDuration::from_hours(
            i64::from(number).checked_mul(24)?,
        ))
        .ok()
}

/// The day after.
pub(super) fn tomorrow(day: Date) -> Option<Date> {
    day.tomorrow().ok()
}

/// `day` unless it lies beyond the last year in which anything is due.
pub(super) fn bounded(day: Date) -> Option<Date> {
    (day.year() <= LAST_YEAR).then_some(day)
}

/// INTERVAL within its bounds, whoever made the rule.
pub(super) fn interval(rule: &Rule) -> i32 {
    i32::try_from(rule.interval.clamp(1, INTERVAL_MAX)).unwrap_or(1)
}

/// A rule's days, counted from a start.
pub(super) struct Days<'a> {
    rule: &'a Rule,
    clamp: bool,
    start: Date,
    /// The period of the start; every INTERVAL-th one from here counts.
    base: i32,
    /// What the rule leaves to the start.
    weekday: Option<Weekday>,
    month_day: Option<i8>,
    month: Option<i8>,
}

impl<'a> Days<'a> {
    pub(super) fn new(rule: &'a Rule, overflow: Overflow, start: Date) -> Self {
        let open = rule.names_no_day();
        let mut days = Self {
            rule,
            clamp: overflow == Overflow::Clamp,
            start,
            base: 0,
            weekday: (open && rule.frequency == Frequency::Weekly).then(|| start.weekday()),
            month_day: (open && matches!(rule.frequency, Frequency::Monthly | Frequency::Yearly))
                .then(|| start.day()),
            month: (open && rule.frequency == Frequency::Yearly && rule.by_month.is_empty())
                .then(|| start.month()),
        };
        days.base = days.period(start);
        days
    }

    /// The month day that is taken from the start, if there is one.
    pub(super) fn month_day(&self) -> Option<i8> {
        self.month_day
    }

    /// The days from `reference` on, never before the start, as far as a running series is followed.
    pub(super) fn from(&self, reference: Date) -> impl Iterator<Item = Date> + '_ {
        self.within(reference, PATIENCE)
    }

    /// The first day from the start on, as far as a new rule is followed.
    pub(super) fn first(&self) -> Option<Date> {
        self.within(self.start, PATIENCE_AT_WRITE).next()
    }

    fn within(&self, reference: Date, patience: i32) -> impl Iterator<Item = Date> + '_ {
        let reference = reference.max(self.start);
        let step = interval(self.rule);
        // The one division that makes a jump of any length cheap.
        let ahead = (self.period(reference) - self.base).max(0);
        let first = self.base + (ahead + step - 1) / step * step;
        let mut index = 0_i32;
        let mut horizon = self.horizon(reference, patience);
        std::iter::from_fn(move || {
            let (opens, closes) = self.bounds(first.checked_add(step.checked_mul(index)?)?)?;
            if opens > horizon {
                return None;
            }
            index += 1;
            let set: Vec<Date> = self
                .set(opens, closes)
                .into_iter()
                .filter(|day| *day >= reference)
                .collect();
            if let Some(last) = set.last() {
                horizon = self.horizon(*last, patience);
            }
            Some(set)
        })
        .flatten()
        .take_while(|day| day.year() <= LAST_YEAR)
    }

    /// The last day that is looked at when nothing matches from `reference` on.
    fn horizon(&self, reference: Date, patience: i32) -> Date {
        let last = Date::constant(LAST_YEAR, 12, 31);
        // More years than there are would overflow a span.
        let years = patience.saturating_mul(interval(self.rule)).min(400);
        reference
            .checked_add(years.years())
            .map_or(last, |day| day.min(last))
    }

    /// The index of the period that contains `day`.
    fn period(&self, day: Date) -> i32 {
        match self.rule.frequency {
            Frequency::Secondly | Frequency::Minutely | Frequency::Hourly | Frequency::Daily => {
                number(day)
            }
            Frequency::Weekly => {
                // 1970-01-05 is the first Monday after day zero.
                let opens = 4 + i32::from(self.rule.week_start.to_monday_zero_offset());
                (number(day) - opens).div_euclid(7)
            }
            Frequency::Monthly => i32::from(day.year()) * 12 + i32::from(day.month()) - 1,
            Frequency::Yearly => i32::from(day.year()),
        }
    }

    /// First and last day of a period.
    fn bounds(&self, period: i32) -> Option<(Date, Date)> {
        match self.rule.frequency {
            Frequency::Secondly | Frequency::Minutely | Frequency::Hourly | Frequency::Daily => {
                date(period).map(|day| (day, day))
            }
            Frequency::Weekly => {
                let opens = 4 + i32::from(self.rule.week_start.to_monday_zero_offset());
                let first = period.checked_mul(7)?.checked_add(opens)?;
                Some((date(first)?, date(first.checked_add(6)?)?))
            }
            Frequency::Monthly => {
                let year = i16::try_from(period.div_euclid(12)).ok()?;
                let month = i8::try_from(period.rem_euclid(12) + 1).ok()?;
                let first = Date::new(year, month, 1).ok()?;
                Some((first, first.last_of_month()))
            }
            Frequency::Yearly => {
                let first = Date::new(i16::try_from(period).ok()?, 1, 1).ok()?;
                Some((first, first.last_of_year()))
            }
        }
    }

    /// The days of one whole period, in order. BYSETPOS chooses among the whole set, even where the start cuts it.
    fn set(&self, opens: Date, closes: Date) -> Vec<Date> {
        let mut set = Vec::new();
        let mut day = Some(opens);
        while let Some(today) = day.filter(|today| *today <= closes) {
            if self.matches_month(today) {
                if self.matches(today) {
                    set.push(today);
                }
                day = tomorrow(today);
            } else {
                day = tomorrow(today.last_of_month());
            }
        }
        if self.rule.by_set_pos.is_empty() {
            return set;
        }
        let length = set.len();
        let chosen = |index: usize| {
            let forward = i16::try_from(index + 1).unwrap_or(i16::MAX);
            let backward = i16::try_from(length - index).map_or(i16::MIN, |from_end| -from_end);
            self.rule
                .by_set_pos
                .iter()
                .any(|position| *position == forward || *position == backward)
        };
        set.into_iter()
            .enumerate()
            .filter_map(|(index, day)| chosen(index).then_some(day))
            .collect()
    }

    fn matches_month(&self, day: Date) -> bool {
        match self.month {
            Some(month) => month == day.month(),
            None => self.rule.by_month.is_empty() || self.rule.by_month.contains(&day.month()),
        }
    }

    /// Whether every part but BYMONTH and BYSETPOS agrees with the day. Expanding and limiting (the table in RFC 5545
    /// section 3.3.10) come to the same when a period is searched day by day.
    fn matches(&self, day: Date) -> bool {
        let rule = self.rule;
        self.weekday.is_none_or(|weekday| weekday == day.weekday())
            && self
                .month_day
                .is_none_or(|wanted| self.is_month_day(day, wanted))
            && (rule.by_month_day.is_empty()
                || rule
                    .by_month_day
                    .iter()
                    .any(|wanted| self.is_month_day(day, *wanted)))
            && (rule.by_year_day.is_empty() || is_year_day(day, &rule.by_year_day))
            && (rule.by_week_no.is_empty() || is_week(day, rule.week_start, &rule.by_week_no))
            && (rule.by_day.is_empty()
                || rule
                    .by_day
                    .iter()
                    .any(|wanted| self.is_weekday(day, *wanted)))
    }

    /// Only days counted from the front are clamped; a month without its 31st day from the end has nothing there.
    fn is_month_day(&self, day: Date, wanted: i8) -> bool {
        let length = day.days_in_month();
        if wanted > 0 {
            day.day() == wanted || (self.clamp && wanted > length && day.day() == length)
        } else {
            day.day() - length - 1 == wanted
        }
    }

    fn is_weekday(&self, day: Date, wanted: ByDay) -> bool {
        if day.weekday() != wanted.weekday {
            return false;
        }
        let Some(ordinal) = wanted.ordinal else {
            return true;
        };
        let by_month = self.rule.frequency == Frequency::Monthly || !self.rule.by_month.is_empty();
        let (index, length) = if by_month {
            (i16::from(day.day()), i16::from(day.days_in_month()))
        } else {
            (day.day_of_year(), day.days_in_year())
        };
        if ordinal > 0 {
            (index - 1) / 7 + 1 == ordinal
        } else {
            -((length - index) / 7 + 1) == ordinal
        }
    }
}

fn is_year_day(day: Date, wanted: &[i16]) -> bool {
    let forward = day.day_of_year();
    let backward = forward - day.days_in_year() - 1;
    wanted
        .iter()
        .any(|wanted| *wanted == forward || *wanted == backward)
}

/// Whether the day's week has one of the numbers: week 1 is the first with at least four days in its year.
fn is_week(day: Date, week_start: Weekday, wanted: &[i8]) -> bool {
    let since_start = i32::from(day.weekday().since(week_start));
    // The fourth day of a week lies in the year the week belongs to.
    let Ok(middle) = day.checked_add((3 - since_start).days()) else {
        return false;
    };
    let index = (middle.day_of_year() - 1) / 7 + 1;
    let weeks = index + (middle.days_in_year() - middle.day_of_year()) / 7;
    wanted.iter().any(|wanted| {
        let wanted = i16::from(*wanted);
        wanted == index || wanted == index - weeks - 1
    })
}

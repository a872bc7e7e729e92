//! A rule prepared for iteration: lists as bit masks, and omitted parts filled in from the start.

use jiff::civil::Weekday;

use crate::Due;
use crate::recurrence::calendar;
use crate::recurrence::calendar::{
    DAY_SECONDS, from_monday, second_of_day, seconds_of, split, weekday,
};
use crate::recurrence::policies::Overflow;
use crate::recurrence::rule::{Frequency, INTERVAL_MAX, Rule, Shift};

/// Positive and negative numbers as bit masks: bit 0 is 1 in `front` and -1 in `back`.
#[derive(Clone, Copy, Default)]
pub(in crate::recurrence) struct SignedMask {
    pub(in crate::recurrence) front: u64,
    pub(in crate::recurrence) back: u64,
}

impl SignedMask {
    fn of<T: Copy + Into<i64>>(values: &[T]) -> Self {
        let mut mask = Self::default();
        for value in values.iter().map(|value| (*value).into()) {
            if (1..=64).contains(&value) {
                mask.front |= 1_u64 << (value - 1);
            } else if (-64..=-1).contains(&value) {
                mask.back |= 1_u64 << (-value - 1);
            }
        }
        mask
    }
}

/// A rule prepared for a start.
pub(in crate::recurrence) struct Plan<'a> {
    pub(in crate::recurrence) rule: &'a Rule,
    pub(in crate::recurrence) interval: i64,
    pub(in crate::recurrence) overflow: Overflow,
    /// Civil seconds of the start.
    pub(in crate::recurrence) start: i64,
    /// BYMONTH, or the start's month; bit 0 is January.
    pub(in crate::recurrence) months: u32,
    /// BYMONTHDAY, or the start's day of the month.
    pub(in crate::recurrence) month_days: Option<SignedMask>,
    /// BYDAY without ordinals, or the start's weekday; bit 0 is Monday.
    pub(in crate::recurrence) weekdays: u32,
    /// BYDAY with ordinals: the ordinal and the weekday.
    pub(in crate::recurrence) nth: Vec<(i64, i64)>,
    /// BYWEEKNO.
    pub(in crate::recurrence) weeks: Option<SignedMask>,
    /// WKST, Monday as 0.
    pub(in crate::recurrence) week_start: i64,
    /// The times of a day, or of a unit in rules finer than a day, in seconds and in order.
    pub(in crate::recurrence) times: Vec<i64>,
    /// The units that a rule finer than a day may use.
    pub(in crate::recurrence) hours: u64,
    pub(in crate::recurrence) minutes: u64,
    pub(in crate::recurrence) seconds: u64,
    /// The month day that the rule takes from the start; needed when the start moves.
    pub(in crate::recurrence) open_month_day: Option<i64>,
    /// The period from which INTERVAL counts.
    pub(in crate::recurrence) first_period: i64,
}

impl<'a> Plan<'a> {
    pub(in crate::recurrence) fn new(rule: &'a Rule, overflow: Overflow, start: &Due) -> Self {
        let at = seconds_of(start.civil());
        let (month, day) = split(at.div_euclid(DAY_SECONDS));
        let open = rule.names_no_day();
        let calendar = matches!(rule.frequency, Frequency::Monthly | Frequency::Yearly);
        let open_month_day = (open && calendar).then_some(day);
        let months = if rule.by_month.is_empty() {
            if open && rule.frequency == Frequency::Yearly {
                1_u32 << (month.month - 1)
            } else {
                u32::MAX
            }
        } else {
            mask(&rule.by_month, 1)
        };
        let each = rule.by_day.iter().filter(|day| day.ordinal.is_none());
        let weekdays = if open && rule.frequency == Frequency::Weekly {
            1_u32 << weekday(at.div_euclid(DAY_SECONDS))
        } else {
            each.fold(0, |mask, day| mask | bit(day.weekday))
        };
        let mut plan = Self {
            interval: i64::from(rule.interval.clamp(1, INTERVAL_MAX)),
            // Only a period that is expanded has days it lacks; a limit has none (RFC 7529 section 4.1).
            overflow: if calendar { overflow } else { Overflow::Skip },
            start: at,
            months,
            month_days: match open_month_day {
                Some(day) => Some(SignedMask::of(&[day])),
                None => (!rule.by_month_day.is_empty()).then(|| SignedMask::of(&rule.by_month_day)),
            },
            weekdays,
            nth: rule
                .by_day
                .iter()
                .filter_map(|day| Some((i64::from(day.ordinal?), from_monday(day.weekday))))
                .collect(),
            weeks: (!rule.by_week_no.is_empty()).then(|| SignedMask::of(&rule.by_week_no)),
            week_start: from_monday(rule.week_start),
            times: times(rule, start),
            hours: mask_or_all(&rule.by_hour),
            minutes: mask_or_all(&rule.by_minute),
            seconds: mask_or_all(&rule.by_second),
            open_month_day,
            first_period: 0,
            rule,
        };
        plan.first_period = plan.period_of_start();
        plan
    }

    /// The period that the start belongs to: the one that contains it, or where the start is a date that was moved out
    /// of another period, that one.
    fn period_of_start(&self) -> i64 {
        let start = self.start.div_euclid(DAY_SECONDS);
        let own = self.period(start);
        let is_moved = self.rule.shift.is_some() || self.overflow != Overflow::Skip;
        if self.interval == 1 || self.rule.unit().is_some() || !is_moved {
            return own;
        }
        let has_start = |period: &i64| {
            let mut days = Vec::new();
            self.days(*period, &mut days);
            days.iter().any(|day| self.shifted(*day) == start)
        };
        let (first, last) = (start - self.reach(), start + self.reach_back());
        let mut near = self.period(first)..=self.period(last);
        if has_start(&own) {
            return own;
        }
        near.find(has_start).unwrap_or(own)
    }

    /// Whether the rule names weekdays.
    pub(in crate::recurrence) fn has_weekdays(&self) -> bool {
        self.weekdays != 0 || !self.nth.is_empty()
    }

    /// How many days a date may move forward from where the rule named it.
    pub(in crate::recurrence) fn reach(&self) -> i64 {
        let forward = i64::from(self.overflow == Overflow::Forward);
        match self.rule.shift {
            None | Some(Shift::Previous) => forward,
            Some(Shift::Next | Shift::Nearest) => forward + 2,
            Some(Shift::Workdays(count)) => forward + i64::from(count).max(0) * 7 / 5 + 4,
        }
    }

    /// How many days a date may move back from where the rule named it.
    fn reach_back(&self) -> i64 {
        let clamped = i64::from(self.overflow == Overflow::Clamp);
        match self.rule.shift {
            None | Some(Shift::Next) => clamped,
            Some(Shift::Previous | Shift::Nearest) => clamped + 2,
            Some(Shift::Workdays(count)) => clamped + i64::from(count).min(0).abs() * 7 / 5 + 4,
        }
    }

    /// Where a named day goes.
    pub(in crate::recurrence) fn shifted(&self, day: i64) -> i64 {
        let next = || calendar::workday(calendar::workdays_before(day));
        match self.rule.shift {
            None => day,
            Some(Shift::Previous) if calendar::is_workday(day) => day,
            Some(Shift::Previous) => calendar::workday(calendar::workdays_before(day) - 1),
            Some(Shift::Nearest) if weekday(day) == 5 => day - 1,
            Some(Shift::Next | Shift::Nearest) => next(),
            Some(Shift::Workdays(count)) => calendar::workdays_after(day, i64::from(count)),
        }
    }
}

fn bit(weekday: Weekday) -> u32 {
    1 << from_monday(weekday)
}

fn mask(values: &[i8], first: i8) -> u32 {
    values.iter().fold(0, |mask, value| {
        mask | 1_u32 << (value - first).clamp(0, 31)
    })
}

/// The listed values as a mask; all bits if nothing is listed.
fn mask_or_all(values: &[i8]) -> u64 {
    if values.is_empty() {
        return u64::MAX;
    }
    values
        .iter()
        .fold(0, |mask, value| mask | 1_u64 << (*value).clamp(0, 63))
}

/// The times of a day in rules of days and longer, of an hour in hourly ones, of a minute in minutely ones.
fn times(rule: &Rule, start: &Due) -> Vec<i64> {
    let Some(time) = start.time() else {
        return vec![0];
    };
    let or = |values: &[i8], open: i8| -> Vec<i64> {
        if values.is_empty() {
            return vec![i64::from(open)];
        }
        let mut values: Vec<i64> = values.iter().map(|value| i64::from(*value)).collect();
        values.sort_unstable();
        values
    };
    if rule.frequency >= Frequency::Daily && !rule.sets_time() {
        return vec![second_of_day(time)];
    }
    let none = || vec![0];
    let hours = match rule.frequency {
        Frequency::Secondly | Frequency::Minutely | Frequency::Hourly => none(),
        _ => or(&rule.by_hour, time.hour()),
    };
    let minutes = match rule.frequency {
        Frequency::Secondly | Frequency::Minutely => none(),
        _ => or(&rule.by_minute, time.minute()),
    };
    let seconds = match rule.frequency {
        Frequency::Secondly => none(),
        _ => or(&rule.by_second, time.second()),
    };
    let mut times = Vec::with_capacity(hours.len() * minutes.len() * seconds.len());
    for hour in &hours {
        for minute in &minutes {
            times.extend(
                seconds
                    .iter()
                    .map(|second| hour * 3_600 + minute * 60 + second),
            );
        }
    }
    times
}

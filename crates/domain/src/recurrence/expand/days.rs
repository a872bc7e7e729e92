//! Which days a rule means: the set of one period, found with bit masks of months.
//!
//! Knows nothing of times, zones, COUNT or UNTIL.

use super::plan::{Plan, SignedMask};
use crate::recurrence::calendar::{
    Month, number, split, week_first, week_index, weekday, workday, workdays_before, year_length,
};
use crate::recurrence::policies::Overflow;
use crate::recurrence::rule::Frequency;

/// The days of a month as bits; bit 0 is the first.
type Days = u32;

/// The days of a year, a mask for each month.
type Year = [Days; 12];

impl Plan<'_> {
    /// The index of the period that contains a day. In steps of workdays a weekend belongs to the Monday after it.
    pub(in crate::recurrence) fn period(&self, day: i64) -> i64 {
        match self.rule.frequency {
            Frequency::Daily if self.rule.workdays => workdays_before(day),
            Frequency::Secondly | Frequency::Minutely | Frequency::Hourly | Frequency::Daily => day,
            Frequency::Weekly => week_index(day, self.week_start),
            Frequency::Monthly => split(day).0.index(),
            Frequency::Yearly if self.weeks.is_some() => self.week_year(day),
            Frequency::Yearly => split(day).0.year,
        }
    }

    /// The first day of a period.
    pub(in crate::recurrence) fn first_day(&self, period: i64) -> i64 {
        match self.rule.frequency {
            Frequency::Daily if self.rule.workdays => workday(period),
            Frequency::Secondly | Frequency::Minutely | Frequency::Hourly | Frequency::Daily => {
                period
            }
            Frequency::Weekly => week_first(period, self.week_start),
            Frequency::Monthly => Month::from_index(period).first(),
            Frequency::Yearly if self.weeks.is_some() => self.first_week(period),
            Frequency::Yearly => number(period, 1, 1),
        }
    }

    /// Appends the days of one whole period in order, before they are shifted. Expanding and limiting (the table in
    /// RFC 5545 section 3.3.10) come to the same where the whole period is looked at.
    pub(in crate::recurrence) fn days(&self, period: i64, days: &mut Vec<i64>) {
        match self.rule.frequency {
            Frequency::Weekly => {
                let first = self.first_day(period);
                days.extend((first..first + 7).filter(|day| self.is_day(*day)));
            }
            Frequency::Monthly => self.month_days(Month::from_index(period), days),
            Frequency::Yearly => match self.weeks {
                Some(weeks) => self.days_of_weeks(period, weeks, days),
                None => self.year_days(period, days),
            },
            _ => {
                let day = self.first_day(period);
                if self.is_day(day) {
                    days.push(day);
                }
            }
        }
    }

    /// Whether the parts that limit a day allow it, for rules of weeks and shorter periods.
    pub(in crate::recurrence) fn is_day(&self, day: i64) -> bool {
        if self.weekdays != 0 && self.weekdays & 1 << weekday(day) == 0 {
            return false;
        }
        if self.months == u32::MAX && self.month_days.is_none() && self.rule.by_year_day.is_empty()
        {
            return true;
        }
        let (month, of_month) = split(day);
        if self.months & 1 << (month.month - 1) == 0 {
            return false;
        }
        if self.month_days.is_some() && self.named_days(month) & 1 << (of_month - 1) == 0 {
            return false;
        }
        if self.rule.by_year_day.is_empty() {
            return true;
        }
        let of_year = day - number(month.year, 1, 1) + 1;
        let from_end = of_year - year_length(month.year) - 1;
        let mut wanted = self.rule.by_year_day.iter().map(|day| i64::from(*day));
        wanted.any(|wanted| wanted == of_year || wanted == from_end)
    }

    /// The first day from `day` on that may be allowed: past the months that are not.
    pub(in crate::recurrence) fn skip_months(&self, day: i64) -> i64 {
        if self.months == u32::MAX {
            return day;
        }
        let (month, _) = split(day);
        if self.months & 1 << (month.month - 1) != 0 {
            return day;
        }
        let later = self.months & (u32::MAX << month.month) & 0xFFF;
        if later != 0 {
            return number(month.year, i64::from(later.trailing_zeros()) + 1, 1);
        }
        let first = (self.months & 0xFFF).trailing_zeros();
        number(month.year + 1, i64::from(first) + 1, 1)
    }

    fn month_days(&self, month: Month, days: &mut Vec<i64>) {
        if self.months & 1 << (month.month - 1) == 0 {
            return;
        }
        let first = month.first();
        let on = |day: i64| !self.has_weekdays() || self.weekdays & 1 << weekday(day) != 0;
        if self.overflow == Overflow::Clamp && self.names_before(month) && on(first - 1) {
            days.push(first - 1);
        }
        let mut mask = self.named_days(month);
        if self.has_weekdays() {
            let mut on = spread(self.weekdays, weekday(first));
            for (ordinal, weekday_of) in &self.nth {
                on |= nth_bit(*ordinal, *weekday_of, first, month.length());
            }
            mask &= on;
        }
        push(mask, first, days);
        let next = first + month.length();
        if self.runs_over(month) && on(next) {
            days.push(next);
        }
    }

    /// The days of the month that BYMONTHDAY names; all if it names none. A day that the month does not have is its
    /// last, or the first of the next month, as SKIP says (RFC 7529); counted from the end it is the last of the month
    /// before, or the first.
    fn named_days(&self, month: Month) -> Days {
        let length = month.length();
        let all = all(length);
        let Some(SignedMask { front, back }) = self.month_days else {
            return all;
        };
        let narrow = |mask: u64| u32::try_from(mask & u64::from(u32::MAX)).unwrap_or_default();
        let (front, mut back) = (narrow(front), narrow(back));
        let mut mask = front & all;
        if self.overflow == Overflow::Clamp && front & !all != 0 {
            mask |= 1 << (length - 1);
        }
        if self.overflow == Overflow::Forward && self.names_before(month) {
            mask |= 1;
        }
        while back != 0 {
            let from_end = i64::from(back.trailing_zeros());
            if from_end < length {
                mask |= 1 << (length - 1 - from_end);
            }
            back &= back - 1;
        }
        mask
    }

    /// Whether a day that the month does not have is the first of the next (RFC 7529 SKIP=FORWARD).
    fn runs_over(&self, month: Month) -> bool {
        self.overflow == Overflow::Forward
            && self
                .month_days
                .is_some_and(|named| named.front >> month.length() != 0)
    }

    /// Whether a day counted from the end lies before the month.
    fn names_before(&self, month: Month) -> bool {
        self.month_days
            .is_some_and(|named| named.back >> month.length() != 0)
    }

    /// The days of the year that BYYEARDAY names and this year does not have, by SKIP: before the year or in it, and
    /// after it.
    fn carried_days(&self, year: i64) -> [Option<i64>; 2] {
        let (first, length) = (number(year, 1, 1), year_length(year));
        let open = self.month_days.is_none() && self.nth.is_empty();
        let names = |day: i64| {
            open && self
                .rule
                .by_year_day
                .iter()
                .any(|named| i64::from(*named) == day)
        };
        let on = |day: i64| {
            let month = split(day).0;
            self.months & 1 << (month.month - 1) != 0
                && (self.weekdays == 0 || self.weekdays & 1 << weekday(day) != 0)
        };
        let (late, early) = match self.overflow {
            _ if length == 366 => return [None; 2],
            Overflow::Skip => return [None; 2],
            Overflow::Clamp => (first + length - 1, first - 1),
            Overflow::Forward => (first + length, first),
        };
        [(-366, early), (366, late)].map(|(named, day)| (names(named) && on(day)).then_some(day))
    }

    fn year_days(&self, year: i64, days: &mut Vec<i64>) {
        let [early, late] = self.carried_days(year);
        days.extend(early);
        let by_month = !self.rule.by_month.is_empty() || self.nth.is_empty();
        let first_day = number(year, 1, 1);
        let length = year_length(year);
        let mut limit: Option<Year> = None;
        let mut also = |of: &mut dyn FnMut(&mut Year)| {
            let mut marked: Year = [0; 12];
            of(&mut marked);
            limit = Some(match limit {
                None => marked,
                Some(mut before) => {
                    for (mask, other) in before.iter_mut().zip(marked) {
                        *mask &= other;
                    }
                    before
                }
            });
        };
        if !self.rule.by_year_day.is_empty() {
            also(&mut |marked| {
                for wanted in self.rule.by_year_day.iter().map(|day| i64::from(*day)) {
                    let of_year = if wanted > 0 {
                        wanted
                    } else {
                        length + 1 + wanted
                    };
                    if (1..=length).contains(&of_year) {
                        mark(marked, first_day + of_year - 1);
                    }
                }
            });
        }
        if !by_month {
            also(&mut |marked| {
                for month in (1..=12).map(|month| Month { year, month }) {
                    let on = spread(self.weekdays, weekday(month.first())) & all(month.length());
                    if let Some(mask) = slot(marked, month) {
                        *mask |= on;
                    }
                }
                for (ordinal, weekday_of) in &self.nth {
                    if let Some(day) = nth_day(*ordinal, *weekday_of, first_day, length) {
                        mark(marked, day);
                    }
                }
            });
        }
        for month in (1..=12).map(|month| Month { year, month }) {
            if self.months & 1 << (month.month - 1) == 0 {
                continue;
            }
            let first = days.len();
            if by_month {
                self.month_days(month, days);
            } else {
                push(self.named_days(month), month.first(), days);
            }
            if let Some(mut limit) = limit {
                let mask = slot(&mut limit, month).copied().unwrap_or_default();
                let first_day = month.first();
                let mut at = 0;
                days.retain(|day| {
                    at += 1;
                    let of_month = (0..31).contains(&(day - first_day));
                    at <= first || of_month && mask & 1 << (day - first_day) != 0
                });
            }
        }
        days.extend(late);
        // A day carried into another month may be that month's own as well.
        days.sort_unstable();
        days.dedup();
    }

    /// The days of the weeks with the wanted numbers in a week-year. Week 1 is the first with at least four days in its
    /// year, so the edges may lie in the adjacent years.
    fn days_of_weeks(&self, year: i64, wanted: SignedMask, days: &mut Vec<i64>) {
        let first = self.first_week(year);
        let weeks = (self.first_week(year + 1) - first) / 7;
        for index in 0..weeks {
            let from_end = weeks - 1 - index;
            if wanted.front & 1 << index != 0 || wanted.back & 1 << from_end != 0 {
                let day = first + index * 7;
                days.extend((day..day + 7).filter(|day| self.is_day(*day)));
            }
        }
    }

    /// The year that a day's week belongs to.
    fn week_year(&self, day: i64) -> i64 {
        let year = split(day).0.year;
        if day < self.first_week(year) {
            year - 1
        } else if day >= self.first_week(year + 1) {
            year + 1
        } else {
            year
        }
    }

    /// The first day of week 1: the week that holds 4 January.
    fn first_week(&self, year: i64) -> i64 {
        week_first(
            week_index(number(year, 1, 4), self.week_start),
            self.week_start,
        )
    }
}

/// The bits of all days of a month of this length.
fn all(length: i64) -> Days {
    u32::MAX >> (32 - length)
}

fn slot(year: &mut Year, month: Month) -> Option<&mut Days> {
    year.get_mut(usize::try_from(month.month - 1).ok()?)
}

fn mark(year: &mut Year, day: i64) {
    let (month, of_month) = split(day);
    if let Some(mask) = slot(year, month) {
        *mask |= 1 << (of_month - 1);
    }
}

/// The days of a month that fall on the weekdays, when its first day falls on `first` (Monday as 0).
fn spread(weekdays: u32, first: i64) -> Days {
    // The weekdays seen from the first day on, repeated five times; 7 bits each make 35, of which 31 can count.
    let week = u64::from((weekdays >> first | weekdays << (7 - first)) & 0x7F);
    let weeks = week | week << 7 | week << 14 | week << 21 | week << 28;
    u32::try_from(weeks & 0x7FFF_FFFF).unwrap_or_default()
}

/// The day of the nth weekday in a span of days, counted from its front or from its end.
fn nth_day(ordinal: i64, weekday_of: i64, first: i64, length: i64) -> Option<i64> {
    let last = first + length - 1;
    let day = if ordinal > 0 {
        first + (weekday_of - weekday(first)).rem_euclid(7) + (ordinal - 1) * 7
    } else {
        last - (weekday(last) - weekday_of).rem_euclid(7) + (ordinal + 1) * 7
    };
    (first..=last).contains(&day).then_some(day)
}

fn nth_bit(ordinal: i64, weekday_of: i64, first: i64, length: i64) -> Days {
    nth_day(ordinal, weekday_of, first, length).map_or(0, |day| 1 << (day - first))
}

fn push(mut mask: Days, first: i64, days: &mut Vec<i64>) {
    while mask != 0 {
        days.push(first + i64::from(mask.trailing_zeros()));
        mask &= mask - 1;
    }
}

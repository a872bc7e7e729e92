//! The proleptic Gregorian calendar in day numbers: days since 1970-01-01, and civil seconds since its midnight.
//!
//! Plain integers, so that a rule's days are found by division and bit masks. Knows neither rules nor zones.

use jiff::civil::{Date, DateTime, Time, Weekday};

/// Seconds of a civil day.
pub(super) const DAY_SECONDS: i64 = 86_400;

/// The last day on which anything is due, as for due values: 2200-12-31.
pub(super) const LAST_DAY: i64 = number(2200, 12, 31);

/// 1970-01-05, the first Monday after day zero.
const MONDAY: i64 = 4;

/// A year and a month with what is needed to lay out its days.
#[derive(Clone, Copy)]
pub(super) struct Month {
    pub(super) year: i64,
    /// 1 to 12.
    pub(super) month: i64,
}

impl Month {
    /// The month so many months after January of year zero.
    pub(super) fn from_index(index: i64) -> Self {
        Self {
            year: index.div_euclid(12),
            month: index.rem_euclid(12) + 1,
        }
    }

    pub(super) fn index(self) -> i64 {
        self.year * 12 + self.month - 1
    }

    /// The number of its first day.
    pub(super) fn first(self) -> i64 {
        number(self.year, self.month, 1)
    }

    /// How many days it has.
    pub(super) fn length(self) -> i64 {
        match self.month {
            2 if is_leap(self.year) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }
}

pub(super) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// How many days the year has.
pub(super) fn year_length(year: i64) -> i64 {
    if is_leap(year) { 366 } else { 365 }
}

/// The number of a day. Years are counted from March, so that the leap day comes last.
pub(super) const fn number(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * month + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The month of a day, and its day of the month.
pub(super) fn split(day: i64) -> (Month, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let (carry, month) = if month < 10 {
        (0, month + 3)
    } else {
        (1, month - 9)
    };
    let month = Month {
        year: era * 400 + year + carry,
        month,
    };
    (month, of_month)
}

/// The weekday of a day, Monday as 0.
pub(super) fn weekday(day: i64) -> i64 {
    (day - MONDAY).rem_euclid(7)
}

/// A weekday as [`weekday`] counts.
pub(super) fn from_monday(weekday: Weekday) -> i64 {
    i64::from(weekday.to_monday_zero_offset())
}

/// The index of the week that contains a day, for weeks that begin with `week_start` (Monday as 0).
pub(super) fn week_index(day: i64, week_start: i64) -> i64 {
    (day - MONDAY - week_start).div_euclid(7)
}

/// The first day of a week.
pub(super) fn week_first(index: i64, week_start: i64) -> i64 {
    index * 7 + MONDAY + week_start
}

/// How many workdays (Monday to Friday) lie between day zero's week and a day, that day not counted.
pub(super) fn workdays_before(day: i64) -> i64 {
    (day - MONDAY).div_euclid(7) * 5 + weekday(day).min(5)
}

/// The workday that has so many workdays before it.
pub(super) fn workday(count: i64) -> i64 {
    count.div_euclid(5) * 7 + count.rem_euclid(5) + MONDAY
}

/// The day so many workdays after a day, or before it where negative. From a weekend the first workday is number one.
pub(super) fn workdays_after(day: i64, count: i64) -> i64 {
    let ahead = i64::from(count > 0 && !is_workday(day));
    workday(workdays_before(day) + count - ahead)
}

pub(super) fn is_workday(day: i64) -> bool {
    weekday(day) < 5
}

/// The number of a date.
pub(super) fn day_of(date: Date) -> i64 {
    number(
        i64::from(date.year()),
        i64::from(date.month()),
        i64::from(date.day()),
    )
}

/// The date of a number, within the years that due values have.
pub(super) fn date_of(day: i64) -> Option<Date> {
    let (month, of_month) = split(day);
    Date::new(
        i16::try_from(month.year).ok()?,
        i8::try_from(month.month).ok()?,
        i8::try_from(of_month).ok()?,
    )
    .ok()
}

/// Civil seconds of a date-time.
pub(super) fn seconds_of(at: DateTime) -> i64 {
    day_of(at.date()) * DAY_SECONDS + second_of_day(at.time())
}

pub(super) fn second_of_day(time: Time) -> i64 {
    i64::from(time.hour()) * 3_600 + i64::from(time.minute()) * 60 + i64::from(time.second())
}

/// The date-time of civil seconds.
pub(super) fn date_time(seconds: i64) -> Option<DateTime> {
    let date = date_of(seconds.div_euclid(DAY_SECONDS))?;
    let second = seconds.rem_euclid(DAY_SECONDS);
    let part = |value: i64| i8::try_from(value).ok();
    let time = Time::new(
        part(second / 3_600)?,
        part(second / 60 % 60)?,
        part(second % 60)?,
        0,
    )
    .ok()?;
    Some(date.to_datetime(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_dates_agree_with_another_calendar() {
        let mut date = Date::new(1899, 12, 25).unwrap();
        let mut day = day_of(date);
        while date.year() < 2202 {
            assert_eq!(day_of(date), day);
            assert_eq!(date_of(day), Some(date));
            assert_eq!(weekday(day), from_monday(date.weekday()));
            let (month, _) = split(day);
            assert_eq!(month.length(), i64::from(date.days_in_month()));
            assert_eq!(year_length(month.year), i64::from(date.days_in_year()));
            date = date.tomorrow().unwrap();
            day += 1;
        }
    }

    #[test]
    fn workdays_are_counted_without_weekends() {
        for day in -3_000..60_000 {
            let next = workday(workdays_before(day));
            assert!(next >= day && is_workday(next) && next - day <= 2);
            assert_eq!(next == day, is_workday(day));
            let step = i64::from(is_workday(day));
            assert_eq!(workdays_before(day + 1), workdays_before(day) + step);
        }
    }
}

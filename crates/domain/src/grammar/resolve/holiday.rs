//! The dates of days that have a name.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::grammar::token::lexicon::NamedDay;

/// The day's date in a year.
pub(crate) fn in_year(named_day: NamedDay, year: i16) -> Option<Date> {
    let nth = |ordinal: i16, weekday: Weekday, month: i8| {
        let first = Date::new(year, month, 1).ok()?;
        first
            .nth_weekday_of_month(i8::try_from(ordinal).ok()?, weekday)
            .ok()
    };
    match named_day {
        NamedDay::Fixed(month, day) => Date::new(year, month, day).ok(),
        NamedDay::Nth(ordinal, weekday, month) => nth(ordinal, weekday, month),
        NamedDay::DayAfter(ordinal, weekday, month) => {
            nth(ordinal, weekday, month)?.tomorrow().ok()
        }
        NamedDay::Easter(days) => easter(year)?.checked_add(i32::from(days).days()).ok(),
    }
}

/// Easter Sunday of the Gregorian calendar, as Meeus, Jones and Butcher reckon it.
fn easter(year: i16) -> Option<Date> {
    let year = i32::from(year);
    let (golden, century, rest) = (year % 19, year / 100, year % 100);
    let moon = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - moon + 15) % 30;
    let week = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
    let late = (golden + 11 * epact + 22 * week) / 451;
    let days = epact + week - 7 * late + 114;
    let (month, day) = (
        i8::try_from(days / 31).ok()?,
        i8::try_from(days % 31 + 1).ok()?,
    );
    Date::new(i16::try_from(year).ok()?, month, day).ok()
}

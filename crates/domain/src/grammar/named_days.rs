//! Days of the year that have a name: `halloween`, `thanksgiving`, `new year's eve`.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::dates::{Day, ParsedDate, follows_preposition};
use super::lexicon::{NamedDay, Sense};
use super::times::{clock, part};
use super::tokens::Tokens;
use super::values::year;

/// The named day at this token, by its longest name, and the token after it.
pub(super) fn named_day(tokens: &Tokens<'_>, at: usize) -> Option<(NamedDay, usize)> {
    if !tokens.is(at, Sense::NamedDay) {
        return None;
    }
    let found = tokens
        .language
        .named_days
        .iter()
        .filter_map(|(name, named_day)| Some((*named_day, tokens.match_name(at, name)?)));
    found.max_by_key(|(_, next)| *next)
}

/// The day's date in a year.
pub(super) fn in_year(named_day: NamedDay, year: i16) -> Option<Date> {
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

/// Reads a named day where it is a date: `christmas shopping` has none.
pub(super) fn named_day_expr(tokens: &Tokens<'_>, at: usize, begun: bool) -> Option<ParsedDate> {
    let ahead = tokens.any(at, &[Sense::Next, Sense::This]);
    let start = at + usize::from(ahead);
    let (named_day, next) = named_day(tokens, start)?;
    let named = start
        .checked_sub(1)
        .is_some_and(|last| tokens.is(last, Sense::NamePrefix));
    let year = year(tokens, next);
    let has_preposition = ahead
        || begun
        || year.is_some()
        || follows_preposition(tokens, at)
        || at
            .checked_sub(1)
            .is_some_and(|last| tokens.is(last, Sense::For))
            && tokens.at_line_end(next)
        || is_timed(tokens, next)
        || (start == 0 && (tokens.at_line_end(next) || tokens.is_mark(next, ":")));
    // "lunch thanksgiving" has a date at its end; "plan christmas" may rather say what is planned.
    let ends_line = tokens.at_line_end(next) && !named;
    ((has_preposition || ends_line) && !tokens.is(next, Sense::NamePart)).then_some(())?;
    let parsed = match year {
        Some(year) => ParsedDate::day(Day::On(in_year(named_day, year)?), next + 1),
        None => ParsedDate::day(Day::NamedDay(named_day), next),
    };
    Some(ParsedDate {
        doubt: (!has_preposition && next == start + 1)
            .then(|| "read as the date; quote it if it belongs to the title".to_owned()),
        ..parsed
    })
}

/// Whether a time follows directly: `christmas 7pm`, `halloween night`.
fn is_timed(tokens: &Tokens<'_>, at: usize) -> bool {
    clock(tokens, at, true).is_some()
        || part(tokens, at, true).is_some_and(|(_, next)| {
            tokens.at_line_end(next) || clock(tokens, next, true).is_some()
        })
}

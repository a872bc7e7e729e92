//! The nth day of a period: `first monday of next month`, `last workday of the month`, `3rd friday of march`.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::bounds::period;
use super::dates::{Day, ParseContext, ParsedDate, follows_preposition};
use super::lexicon::{Sense, Unit};
use super::times::clock;
use super::tokens::Tokens;
use super::values::{month, ordinal, unit, weekday, year};

/// The unit that is counted in the period.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counted {
    Weekday(Weekday),
    Workday,
    Weekend,
    Day,
}

impl Counted {
    fn has(self, date: Date) -> bool {
        let day = date.weekday();
        match self {
            Self::Weekday(weekday) => day == weekday,
            Self::Workday => !matches!(day, Weekday::Saturday | Weekday::Sunday),
            Self::Weekend => day == Weekday::Saturday,
            Self::Day => true,
        }
    }

    /// The nth of them from one date to another, from the end when negative.
    fn nth(self, ordinal: i16, first: Date, last: Date) -> Option<Date> {
        let at = usize::from(ordinal.unsigned_abs()).checked_sub(1)?;
        let days = || first.series(1.day()).take_while(|date| *date <= last);
        if ordinal > 0 {
            return days().filter(|date| self.has(*date)).nth(at);
        }
        let all: Vec<Date> = days().filter(|date| self.has(*date)).collect();
        all.get(all.len().checked_sub(at + 1)?).copied()
    }
}

/// Reads such a day.
pub(super) fn nth(
    tokens: &Tokens<'_>,
    at: usize,
    now: &ParseContext,
    begun: bool,
) -> Option<ParsedDate> {
    let start = at + usize::from(tokens.is(at, Sense::The));
    let (ordinal, next) = ordinal(tokens, start)?;
    let (counted, next) = if let Some(weekday) = weekday(tokens, next) {
        (Counted::Weekday(weekday), next + 1)
    } else {
        let (unit, next) = unit(tokens, next)?;
        let counted = match unit {
            Unit::Workday => Counted::Workday,
            Unit::Weekend => Counted::Weekend,
            Unit::Day => Counted::Day,
            _ => return None,
        };
        (counted, next)
    };
    let (date, next) = within(tokens, next, now, |first, last| {
        counted.nth(ordinal, first, last)
    })?;
    // "the last day of the year was hard" is no date.
    let clear = begun
        || counted != Counted::Day
        || follows_preposition(tokens, at)
        || tokens.at_line_end(next)
        || clock(tokens, next, true).is_some();
    clear.then_some(ParsedDate::day(Day::On(date), next))
}

/// The day that is picked from the period named here, the first to come, and the token after it.
fn within(
    tokens: &Tokens<'_>,
    at: usize,
    now: &ParseContext,
    pick: impl Fn(Date, Date) -> Option<Date>,
) -> Option<(Date, usize)> {
    let joint = usize::from(tokens.any(at, &[Sense::Of, Sense::In]));
    let start = at + joint;
    let ahead = tokens.is(start, Sense::Next);
    let this = tokens.is(start, Sense::This);
    let coming = |date: &Date| *date >= now.today;
    let named = start + usize::from(ahead || this);
    if let Some(month) = month(tokens, named) {
        let year = year(tokens, named + 1);
        let of = |year: i16| {
            let first = Date::new(year, month, 1).ok()?;
            pick(first, first.last_of_month())
        };
        if let Some(year) = year {
            return Some((of(year)?, named + 2));
        }
        let years = now.today.year()..=now.today.year() + 8;
        return Some((years.filter_map(of).find(coming)?, named + 1));
    }
    let the = usize::from(tokens.is(start, Sense::The));
    // "first monday next month", but "last day of week 5" has no article.
    if !(ahead || this || the == 1 || (joint == 1 && tokens.at_line_end(start + 1))) {
        return None;
    }
    let (unit, next) = unit(tokens, named + the)?;
    let of = |ahead: i32| {
        let (first, last) = period(unit, ahead, now)?;
        pick(first, last)
    };
    let date = if ahead {
        of(1)
    } else {
        let this_one = of(0).filter(coming);
        this_one.or_else(|| of(1).filter(|_| !this))
    };
    Some((date?, next))
}

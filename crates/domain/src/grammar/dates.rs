//! Days in words: `tomorrow`, `monday`, `1 dec`, `the 1st`, and the written form.

use jiff::civil::{Date, Time, Weekday};
use jiff::{Timestamp, ToSpan};

use super::bounds::bound;
use super::day_sets::separated;
use super::lexicon::{Language, NamedDay, Sense, Unit};
use super::monthdays::month_day;
use super::named_days::{self, named_day_expr};
use super::numeric::numeric;
use super::offsets::offset;
use super::ordinals::nth;
use super::relative::relative;
use super::times::clock;
use super::tokens::Tokens;
use super::values::{any_weekday, weekday};
use super::{Context, DateOrder};
use crate::{Due, Zone};

/// The last year in which anything is due, as for due values.
pub(super) const LAST_YEAR: i16 = 2200;
/// The years in which anything is due.
pub(super) const YEARS: std::ops::RangeInclusive<i16> = 1900..=LAST_YEAR;

/// How long ago a day of the year may have passed to be mistaken for the next one, in days.
pub(super) const JUST_PASSED_DAYS: i32 = 31;

/// Says that a date without a year is the next one to come, and not the one that passed a short time ago.
pub(super) fn next_year(next: Date, last: Date) -> String {
    format!(
        "read as {}; write the year if you mean {}",
        next.strftime("%-d %B %Y"),
        last.strftime("%-d %B %Y")
    )
}

/// The settings of the person who wrote the line, with the current time.
#[derive(Clone)]
pub(super) struct ParseContext {
    pub at: Timestamp,
    pub zone: Zone,
    pub week_start: Weekday,
    pub date_order: DateOrder,
    pub today: Date,
    pub time: Time,
    pub language: &'static Language,
}

impl ParseContext {
    pub(super) fn new(context: &Context, language: &'static Language) -> Self {
        let local = context.now.to_zoned_datetime(context.zone.rules().clone());
        Self {
            at: context.now,
            zone: context.zone.clone(),
            week_start: context.week_start,
            date_order: context.date_order,
            today: local.date(),
            time: local.time(),
            language,
        }
    }

    /// The same instant elsewhere.
    pub(super) fn within(&self, zone: &Zone) -> Self {
        let local = self.at.to_zoned_datetime(zone.rules().clone());
        Self {
            zone: zone.clone(),
            today: local.date(),
            time: local.time(),
            ..self.clone()
        }
    }

    /// Whether a time of day is over today.
    pub(super) fn is_past(&self, time: Option<Time>) -> bool {
        time.is_some_and(|time| time <= self.time)
    }

    /// The first day of the week that contains a date.
    pub(super) fn week_of(&self, date: Date) -> Option<Date> {
        let into = self.week_start.until(date.weekday());
        date.checked_sub(i32::from(into).days()).ok()
    }

    /// A weekday of the week so many weeks from this one.
    pub(super) fn in_week(&self, weeks: i32, weekday: Weekday) -> Option<Date> {
        let into = i32::from(self.week_start.until(weekday));
        self.week_of(self.today)?
            .checked_add((7 * weeks + into).days())
            .ok()
    }
}

/// A day as written. Some depend on the time, which may be elsewhere in the line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Day {
    On(Date),
    /// The next such weekday; today counts unless the time is past.
    Weekday(Weekday),
    /// So many days after the next such weekday.
    Beyond(Weekday, i32),
    /// The next such weekday that is this day of the month.
    Both(Weekday, i8),
    /// The next such day of the year.
    Yearly(i8, i8),
    /// The next day of the year with this name.
    NamedDay(NamedDay),
    /// The next month that has this day.
    Monthly(i8),
}

impl Day {
    /// The date that is meant, the next one to come.
    pub(super) fn resolve(self, now: &ParseContext, time: Option<Time>) -> Option<Date> {
        let from = if now.is_past(time) {
            now.today.tomorrow().ok()?
        } else {
            now.today
        };
        self.from(from)
    }

    /// The doubt about a date without a year that is read as next year's, because this year's passed a short time ago.
    /// A holiday by its name is always the next one.
    pub(super) fn next_year_doubt(self, now: &ParseContext, time: Option<Time>) -> Option<String> {
        if !matches!(self, Self::Yearly(..)) {
            return None;
        }
        let next = self.resolve(now, time)?;
        let last = self.from(now.today.checked_sub(JUST_PASSED_DAYS.days()).ok()?)?;
        (last < next).then(|| next_year(next, last))
    }

    /// The first such date from a day on.
    pub(super) fn from(self, from: Date) -> Option<Date> {
        let next = |weekday: Weekday| {
            let ahead = i32::from(from.weekday().until(weekday));
            from.checked_add(ahead.days()).ok()
        };
        let monthly = |day: i8, months: i32| {
            (0..months).filter_map(move |ahead| {
                let first = from.first_of_month().checked_add(ahead.months()).ok()?;
                first.with().day(day).build().ok()
            })
        };
        let years = || from.year()..=from.year() + 8;
        let found = match self {
            Self::On(date) => Some(date),
            Self::Weekday(weekday) => next(weekday),
            Self::Beyond(weekday, days) => next(weekday)?.checked_add(days.days()).ok(),
            // A date falls on each weekday within 6 years, or within 12 around a common year that ends a century.
            Self::Both(weekday, day) => {
                monthly(day, 144).find(|date| *date >= from && date.weekday() == weekday)
            }
            Self::Yearly(month, day) => years()
                .filter_map(|year| Date::new(year, month, day).ok())
                .find(|date| *date >= from),
            Self::NamedDay(named_day) => years()
                .filter_map(|year| named_days::in_year(named_day, year))
                .find(|date| *date >= from),
            Self::Monthly(day) => monthly(day, 3).find(|date| *date >= from),
        };
        found.filter(|date| YEARS.contains(&date.year()))
    }
}

/// A date expression.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum DateExpr {
    Day(Day),
    /// Today, with an hour that a stated time replaces.
    Tonight,
    /// `eod`: today unless another day is said.
    EndOfDay,
    /// A complete due value.
    Exact(Due),
}

/// A date that was read.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct ParsedDate {
    pub dated: DateExpr,
    /// Another likely reading, for a person.
    pub doubt: Option<String>,
    /// The token after it.
    pub next: usize,
}

impl ParsedDate {
    pub(super) fn new(dated: DateExpr, next: usize) -> Self {
        Self {
            dated,
            doubt: None,
            next,
        }
    }

    pub(super) fn day(day: Day, next: usize) -> Self {
        Self::new(DateExpr::Day(day), next)
    }
}

/// Reads a day. `begun` says that another part of a date or time directly precedes it.
pub(super) fn day(
    tokens: &Tokens<'_>,
    at: usize,
    now: &ParseContext,
    begun: bool,
) -> Option<ParsedDate> {
    if let Some((due, next)) = written(tokens, at) {
        let dated = match due.ok()? {
            Due::Date(date) => DateExpr::Day(Day::On(date)),
            date_time => DateExpr::Exact(date_time),
        };
        return Some(ParsedDate::new(dated, next));
    }
    if let Some(read) = numeric(tokens, at, now, begun) {
        return read.ok();
    }
    named(tokens, at, now)
        .or_else(|| relative(tokens, at, now))
        .or_else(|| nth(tokens, at, now, begun))
        .or_else(|| bound(tokens, at, now, begun))
        .or_else(|| named_day_expr(tokens, at, begun))
        .or_else(|| offset(tokens, at, now))
        .or_else(|| weekday_and_date(tokens, at, now))
        .or_else(|| {
            let (named, next) = month_day(tokens, at)?;
            Some(ParsedDate::day(named.day()?, next))
        })
        .or_else(|| bare_ordinal(tokens, at))
        .or_else(|| bare_weekday(tokens, at))
}

/// `today`, `tonight`, `tomorrow`.
fn named(tokens: &Tokens<'_>, at: usize, now: &ParseContext) -> Option<ParsedDate> {
    // "the tomorrow people" has an article for something else.
    let article = at
        .checked_sub(1)
        .filter(|last| !tokens.joined_to_previous(*last))
        .is_some_and(|last| tokens.any(last, &[Sense::The, Sense::Number(1)]));
    if article {
        return None;
    }
    // "later today" is no later than today.
    let at = at
        + usize::from(
            tokens.is(at, Sense::Later) && tokens.any(at + 1, &[Sense::Today, Sense::Tonight]),
        );
    // "tomorrow week" is a week later.
    let week = tokens.is(at + 1, Sense::Unit(Unit::Week)) && tokens.at_line_end(at + 2);
    let or_week = |date: Date| {
        Some(if week {
            ParsedDate::day(Day::On(date.checked_add(1.week()).ok()?), at + 2)
        } else {
            ParsedDate::day(Day::On(date), at + 1)
        })
    };
    if tokens.is(at, Sense::Today) {
        return or_week(now.today);
    }
    if tokens.is(at, Sense::Tonight) {
        return Some(ParsedDate::new(DateExpr::Tonight, at + 1));
    }
    tokens.is(at, Sense::Tomorrow).then_some(())?;
    or_week(now.today.tomorrow().ok()?)
}

/// The token after the full stop of an abbreviation: `fri.`, `Jan.`.
pub(super) fn stopped(tokens: &Tokens<'_>, at: usize) -> usize {
    let short = at
        .checked_sub(1)
        .and_then(|last| tokens.get(last))
        .is_some_and(|token| (3..=5).contains(&token.text.len()));
    let stop = short && tokens.joined_to_previous(at) && tokens.is_mark(at, ".");
    let single = tokens
        .get(at + 1)
        .is_none_or(|next| next.spaced || next.text == ",");
    at + usize::from(stop && single)
}

/// `2026-12-01` and longer forms; what looks like one but is not comes back as the reason.
pub(super) fn written(
    tokens: &Tokens<'_>,
    at: usize,
) -> Option<(Result<Due, crate::Invalid>, usize)> {
    let (chunk, next) = tokens.chunk(at)?;
    // "2027-01" is a month.
    (looks_written(chunk) && chunk.len() > 7).then(|| (Due::parse(chunk), next))
}

/// Whether text begins like `2026-12-`.
pub(super) fn looks_written(text: &str) -> bool {
    text.bytes()
        .zip(b"0000-0")
        .take(6)
        .filter(|(byte, form)| {
            if **form == b'-' {
                *byte == b'-'
            } else {
                byte.is_ascii_digit()
            }
        })
        .count()
        == 6
}

/// `1st`, `the 27th`: a date only where nothing is counted.
fn bare_ordinal(tokens: &Tokens<'_>, at: usize) -> Option<ParsedDate> {
    let has_preposition = follows_preposition(tokens, at);
    let (day, next) = ordinal_day(tokens, at)?;
    // "1st of each month" is a rule, "the 3rd of many" no date.
    let counts = tokens.any(next, &[Sense::Counted, Sense::Of]) || weekday(tokens, next).is_some();
    let clear =
        tokens.at_line_end(next) || tokens.is(next, Sense::At) || (has_preposition && !counts);
    (clear && tokens.at_phrase_end(next)).then_some(ParsedDate::day(Day::Monthly(day), next))
}

/// `1st`, `the 27th`.
fn ordinal_day(tokens: &Tokens<'_>, at: usize) -> Option<(i8, usize)> {
    let at = at + usize::from(tokens.is(at, Sense::The));
    let day = tokens.get(at)?.digits()?;
    if !(tokens.is(at + 1, Sense::Suffix) && tokens.joined_to_previous(at + 1)) {
        return None;
    }
    let day = i8::try_from(day)
        .ok()
        .filter(|day| (1..=31).contains(day))?;
    Some((day, at + 2))
}

/// Whether a word before the token leads to a date.
pub(super) fn follows_preposition(tokens: &Tokens<'_>, at: usize) -> bool {
    let leads = [
        Sense::On,
        Sense::By,
        Sense::Due,
        Sense::At,
        Sense::Until,
        Sense::Starting,
    ];
    at.checked_sub(1)
        .is_some_and(|last| tokens.any(last, &leads))
}

/// `friday 15 jan`, `Fri, 15/1/2027`, `friday the 13th`: the date counts, and the weekday is checked.
fn weekday_and_date(tokens: &Tokens<'_>, at: usize, now: &ParseContext) -> Option<ParsedDate> {
    let weekday = weekday(tokens, at)?;
    let start = stopped(tokens, at + 1);
    let start = start + usize::from(tokens.is_mark(start, ","));
    let start = start + usize::from(tokens.is(start, Sense::On));
    if let Some((day, next)) = ordinal_day(tokens, start)
        && month_day(tokens, start).is_none()
    {
        let clear = tokens.at_phrase_end(next)
            && (tokens.at_line_end(next) || tokens.any(next, &[Sense::At, Sense::ClauseStart]));
        return clear.then_some(ParsedDate::day(Day::Both(weekday, day), next));
    }
    let mut parsed = if let Some((due, next)) = written(tokens, start) {
        match due.ok()? {
            Due::Date(date) => ParsedDate::day(Day::On(date), next),
            date_time => ParsedDate::new(DateExpr::Exact(date_time), next),
        }
    } else if let Some(read) = numeric(tokens, start, now, true) {
        read.ok()?
    } else {
        let (named, next) = month_day(tokens, start)?;
        ParsedDate::day(named.day()?, next)
    };
    let date = match &parsed.dated {
        // A year out of reach is refused as a whole, not for its weekday.
        DateExpr::Day(Day::On(date)) if !YEARS.contains(&date.year()) => return Some(parsed),
        DateExpr::Day(day) => day.resolve(now, None)?,
        DateExpr::Exact(due) => due.date(),
        DateExpr::Tonight | DateExpr::EndOfDay => return None,
    };
    if date.weekday() != weekday {
        parsed.doubt = Some(format!(
            "the weekday does not match: {} is a {}",
            date.strftime("%-d %B %Y"),
            date.strftime("%A")
        ));
    }
    Some(parsed)
}

/// A weekday by itself, where it is not a name and counts nothing.
fn bare_weekday(tokens: &Tokens<'_>, at: usize) -> Option<ParsedDate> {
    let weekday = weekday(tokens, at)?;
    let last = at.checked_sub(1);
    let counted = |last| {
        tokens
            .sense(last, |sense| {
                matches!(sense, Sense::Ordinal(_)).then_some(())
            })
            .is_some()
            || tokens.any(last, &[Sense::NamePrefix, Sense::Suffix, Sense::Last])
    };
    // "Friday the 13th movie" is about another Friday.
    // "the 9am monday call".
    let is_timed_name = at > 2
        && tokens.any(at - 1, &[Sense::Am, Sense::Pm])
        && tokens.is(at - 3, Sense::NamePrefix);
    let titled =
        is_timed_name || ordinal_day(tokens, at + 1).is_some() && tokens.is(at + 1, Sense::The);
    if titled || last.is_some_and(counted) || tokens.is(at + 1, Sense::NamePart) {
        return None;
    }
    if tokens.is(at, Sense::Ambiguous) {
        let is_time_word = |index: usize| {
            let hour = |sense| matches!(sense, Sense::Part(_) | Sense::Hour(_)).then_some(());
            tokens.any(index, &[Sense::At, Sense::Pm, Sense::Am])
                || tokens.sense(index, hour).is_some()
        };
        // "sat 4 exams" has a number that is no time.
        let figures = || {
            clock(tokens, at + 1, true).is_some()
                || tokens
                    .get(at + 1)
                    .is_some_and(|token| token.digits().is_some())
                    && tokens.at_line_end(at + 2)
                || month_day(tokens, at + 1).is_some()
        };
        let ends_time_or_date = |last: usize| {
            tokens
                .get(last)
                .is_some_and(|token| token.digits().is_some())
                && last.checked_sub(1).is_some_and(|mark| {
                    tokens.is_mark(mark, ":")
                        || tokens
                            .sense(mark, |sense| matches!(sense, Sense::Month(_)).then_some(()))
                            .is_some()
                })
        };
        let listed = any_weekday(tokens, separated(tokens, at + 1)).is_some();
        let clear = follows_preposition(tokens, at)
            || last.is_some_and(|last| is_time_word(last) || ends_time_or_date(last))
            || is_time_word(at + 1)
            || (at == 0 && tokens.is_mark(1, ":"))
            || figures()
            || listed
            || tokens.at_line_end(at + 1);
        clear.then_some(())?;
    }
    // "Monday Night Football".
    let part = |sense| matches!(sense, Sense::Part(_)).then_some(());
    if tokens.sense(at + 1, part).is_some() && tokens.is(at + 2, Sense::NamePart) {
        return None;
    }
    Some(ParsedDate::day(
        Day::Weekday(weekday),
        stopped(tokens, at + 1),
    ))
}

//! Weekdays and holidays, and where their words are part of a name instead: `sunday roast`, `christmas shopping`.

use jiff::civil::Weekday;

use super::chart::Chart;
use super::item::{Item, Kind};
use crate::grammar::meaning::day::Day;
use crate::grammar::recognise::calendar::{month_day, year};
use crate::grammar::recognise::holiday::named_day;
use crate::grammar::recognise::need::Need;
use crate::grammar::recognise::surroundings::{is_correction, stopped};
use crate::grammar::recognise::word::{any_weekday, month, ordinal, weekday};
use crate::grammar::resolve::holiday;
use crate::grammar::token::lexicon::{Sense, Unit};

/// Why a holiday at the end of a line deserves a look.
const NAMED_DAY: &str = "read as the date; quote it if it belongs to the title";

/// `christmas`, `next christmas`, `thanksgiving 2028`; `christmas shopping` has no date.
pub(super) fn holidays(chart: &Chart<'_>, at: usize) -> Option<Item> {
    let ahead = chart.any(at, &[Sense::Next, Sense::This]);
    let start = at + usize::from(ahead);
    let (named, next) = named_day(chart, start)?;
    let year = year(chart, next);
    let is_name = start
        .checked_sub(1)
        .is_some_and(|last| chart.is(last, Sense::NamePrefix));
    let item = match year {
        Some(year) => Item::day(Day::On(holiday::in_year(named, year)?), next + 1),
        None => Item::day(Day::Named(named), next),
    };
    if chart.is(next, Sense::NamePart) {
        return Some(item.needing(Need::NEVER));
    }
    if ahead || year.is_some() {
        return Some(item);
    }
    let clear = Need::LED | Need::AFTER | Need::BEFORE | Need::PURPOSE | Need::HEADING;
    // "lunch thanksgiving" has a date at its end; "plan christmas" may rather say what is planned.
    let ends = chart.at_line_end(next) && !is_name;
    let need = if ends { clear | Need::END } else { clear };
    // Only at the end of a line it may rather say what is planned; `phrase` knows.
    let doubt = (next == start + 1).then(|| NAMED_DAY.to_owned());
    Some(item.needing(need).doubted(doubt))
}

/// A weekday, where it is not a name and counts nothing.
pub(super) fn weekdays(chart: &Chart<'_>, at: usize) -> Option<Item> {
    let weekday = weekday(chart, at)?;
    let item = Item::new(Kind::Weekday(weekday), stopped(chart, at + 1));
    let last = at.checked_sub(1);
    let counted = |last| {
        chart
            .sense(last, |sense| {
                matches!(sense, Sense::Ordinal(_)).then_some(())
            })
            .is_some()
            || chart.any(last, &[Sense::NamePrefix, Sense::Suffix, Sense::Last])
    };
    // "the 9am monday call".
    let is_timed_name =
        at > 2 && chart.any(at - 1, &[Sense::Am, Sense::Pm]) && chart.is(at - 3, Sense::NamePrefix);
    // "Friday the 13th movie" is about another Friday.
    let dated = chart.is(at + 1, Sense::The)
        && ordinal(chart, at + 2).is_some_and(|(_, next)| chart.is(next - 1, Sense::Suffix));
    // "Monday Night Football".
    let part = |sense| matches!(sense, Sense::Part(_)).then_some(());
    let night = chart.sense(at + 1, part).is_some() && chart.is(at + 2, Sense::NamePart);
    let is_name = last.is_some_and(counted) && !is_correction(chart, at)
        || is_timed_name
        || dated
        || night
        || chart.is(at + 1, Sense::NamePart)
        || is_over(chart, at, weekday);
    if is_name {
        return Some(item.needing(Need::NEVER));
    }
    if chart.is(at, Sense::Ambiguous) && !is_clear(chart, at) {
        return Some(item.needing(Need::COMPANY));
    }
    Some(item)
}

/// `monday of this week` once it has passed.
fn is_over(chart: &Chart<'_>, at: usize, weekday: Weekday) -> bool {
    let of = at + 1 + usize::from(chart.is(at + 1, Sense::Of));
    let this_week = chart.is(of, Sense::This) && chart.is(of + 1, Sense::Unit(Unit::Week));
    this_week
        && chart
            .now
            .in_week(0, weekday)
            .is_some_and(|date| date < chart.now.today)
}

/// Whether words around `sat`, `sun` and the like show a weekday.
fn is_clear(chart: &Chart<'_>, at: usize) -> bool {
    let is_time_word = |index: usize| {
        let hour = |sense| matches!(sense, Sense::Part(_) | Sense::Hour(_)).then_some(());
        chart.any(index, &[Sense::At, Sense::Pm, Sense::Am]) || chart.sense(index, hour).is_some()
    };
    let ends_time_or_date = |last: usize| {
        chart
            .get(last)
            .is_some_and(|token| token.digits().is_some())
            && last
                .checked_sub(1)
                .is_some_and(|mark| chart.is_mark(mark, ":") || month(chart, mark).is_some())
    };
    // "sat 4 exams" has a number that is no time.
    let number = chart
        .get(at + 1)
        .is_some_and(|token| token.digits().is_some())
        && chart.at_line_end(at + 2);
    let comma = at + 1 + usize::from(chart.is_mark(at + 1, ",") || chart.is_mark(at + 1, "/"));
    let listed = any_weekday(chart, comma + usize::from(chart.is(comma, Sense::And))).is_some();
    // "[mon] backup"
    let is_bracketed = at
        .checked_sub(1)
        .is_some_and(|last| chart.is_mark(last, "(") || chart.is_mark(last, "["))
        && (chart.is_mark(at + 1, ")") || chart.is_mark(at + 1, "]"));
    is_bracketed
        || at
            .checked_sub(1)
            .is_some_and(|last| is_time_word(last) || ends_time_or_date(last))
        || is_time_word(at + 1)
        || (at == 0 && chart.is_mark(1, ":"))
        || month_day(chart, at + 1).is_some()
        || number
        || listed
}

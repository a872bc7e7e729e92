//! The single pieces of dates that begin at a token.

use super::chart::Chart;
use super::edge::edges;
use super::item::{Item, Kind};
use super::named::{holidays, weekdays};
use super::week_number::week_number;
use crate::Due;
use crate::grammar::meaning::day::{Day, Length, Period, Side, Which};
use crate::grammar::meaning::when::Whole;
use crate::grammar::recognise::calendar::{month_day, year};
use crate::grammar::recognise::figures::figures;
use crate::grammar::recognise::iso::written;
use crate::grammar::recognise::length::length;
use crate::grammar::recognise::need::Need;
use crate::grammar::recognise::word::{any_weekday, month, number, ordinal, unit, weekday};
use crate::grammar::resolve::{day, due};
use crate::grammar::token::Token;
use crate::grammar::token::lexicon::{Sense, Unit};

/// The number of `a few` is not a fact.
const FEW: &str = "the number for 'a few' is a guess";

/// All pieces of one kind each.
pub(super) fn leaves(chart: &Chart<'_>, at: usize) -> Vec<Item> {
    let mut items = Vec::new();
    if chart.get(at).is_none_or(Token::is_plain) {
        return items;
    }
    if let Some(whole) = iso(chart, at) {
        items.push(whole);
        return items;
    }
    items.extend(in_figures(chart, at));
    items.extend(from_today(chart, at));
    items.extend(this_or_next(chart, at));
    items.extend(after_next(chart, at));
    items.extend(lengths(chart, at));
    items.extend(month_days(chart, at));
    items.extend(ordinals(chart, at));
    items.extend(holidays(chart, at));
    items.extend(weekdays(chart, at));
    items.extend(edges(chart, at));
    items.extend(week_number(chart, at));
    items.extend(periods(chart, at));
    items.extend(with_article(chart, at));
    items
}

/// `2027-02-01`, `2027-02-01T09:00`.
fn iso(chart: &Chart<'_>, at: usize) -> Option<Item> {
    let (due, next) = written(chart, at)?;
    Some(match due {
        Ok(Due::Date(date)) => Item::day(Day::On(date), next),
        Ok(due) => Item::new(Kind::Whole(Whole::Due(due)), next),
        Err(_) => {
            let (due, doubt) = due::of_instant(chart.chunk(at)?.0, chart.now)?;
            Item::new(Kind::Whole(Whole::Due(due)), next).doubted(Some(doubt))
        }
    })
}

/// `14/4`, `14.04.2027`, with the day of the other order.
fn in_figures(chart: &Chart<'_>, at: usize) -> Option<Item> {
    let read = figures(chart, at, chart.now.date_order)?;
    let day = read.day.ok()?;
    Some(Item {
        other: read.other,
        ..Item::day(day, read.next).needing(read.need)
    })
}

/// `today`, `tonight`, `tomorrow`; `later today` is no later than today.
fn from_today(chart: &Chart<'_>, at: usize) -> Option<Item> {
    let later = chart.is(at, Sense::Later) && chart.any(at + 1, &[Sense::Today, Sense::Tonight]);
    let word = at + usize::from(later);
    // "the tomorrow people" has an article for something else.
    let article = at
        .checked_sub(1)
        .filter(|last| !chart.joined_to_previous(*last))
        .is_some_and(|last| chart.any(last, &[Sense::The, Sense::Number(1)]));
    let need = if article { Need::NEVER } else { Need::NONE };
    // Tom is a name too.
    if chart.is(at, Sense::Tom) {
        let is_person = at
            .checked_sub(1)
            .is_some_and(|last| chart.match_name(last, "with").is_some());
        let need = if is_person {
            Need::NEVER
        } else {
            Need::AFTER | Need::BEFORE | Need::LED
        };
        let doubt = "tom was read as tomorrow; quote it if it is a name".to_owned();
        return Some(
            Item::day(Day::Ahead(1), at + 1)
                .needing(need)
                .doubted(Some(doubt)),
        );
    }
    let kind = if chart.is(word, Sense::Today) {
        Kind::Day(Day::Ahead(0))
    } else if chart.is(word, Sense::Tomorrow) {
        Kind::Day(Day::Ahead(1))
    } else if chart.is(word, Sense::Tonight) {
        Kind::Tonight
    } else {
        return None;
    };
    Some(Item::new(kind, word + 1).needing(need))
}

/// `next friday`, `this coming friday`, `next week`, `this weekend`, `next workday`.
fn this_or_next(chart: &Chart<'_>, at: usize) -> Option<Item> {
    let next = chart.is(at, Sense::Next);
    if !next && !chart.is(at, Sense::This) {
        return None;
    }
    let word = at + 1 + usize::from(!next && chart.is(at + 1, Sense::This));
    if let Some(weekday) = weekday(chart, word) {
        let day = if next {
            Day::OfWeek(weekday, 1)
        } else {
            Day::Weekday(weekday)
        };
        return Some(Item::day(day, word + 1));
    }
    // "upcoming 3 days" ends with the last of them.
    if let Some((length, end)) = length(chart, word, false)
        && length.single().is_some()
        && number(chart, word).is_some_and(|count| count > 1)
    {
        return Some(in_length(length, end).needing(Need::END | Need::BEFORE));
    }
    let (unit, end) = unit(chart, word)?;
    Some(match unit {
        Unit::Weekend => Item::day(Day::Weekend(i32::from(next)), end),
        Unit::Workday if next => Item::day(Day::Opening(unit, 1), end),
        _ => {
            let which = if next { Which::Next } else { Which::This };
            let item = Item::new(Kind::Period(Period::Unit(unit, which)), end);
            if next {
                item
            } else {
                item.needing(Need::NEVER)
            }
        }
    })
}

/// `friday after next`, `the week after next`.
fn after_next(chart: &Chart<'_>, at: usize) -> Option<Item> {
    if !chart.is(at + 1, Sense::After) || !chart.is(at + 2, Sense::Next) {
        return None;
    }
    let day = match (weekday(chart, at), unit(chart, at)) {
        (Some(weekday), _) => Day::OfWeek(weekday, 2),
        (None, Some((Unit::Weekend, _))) => Day::Weekend(2),
        (None, Some((unit @ (Unit::Week | Unit::Month | Unit::Quarter | Unit::Year), _))) => {
            Day::Opening(unit, 2)
        }
        _ => return None,
    };
    Some(Item::day(day, at + 3))
}

/// `3 days`, `in 3 days`, `3 days from now`, `within a week`, `+5 days`, `2 fridays from now`.
fn lengths(chart: &Chart<'_>, at: usize) -> Vec<Item> {
    let mut items = Vec::new();
    let rough = |length: &Length| length.rough.then(|| FEW.to_owned());
    if chart.any(at, &[Sense::In, Sense::Within]) {
        if let Some((length, next)) = length(chart, at + 1, true) {
            let end = with_time(chart, next);
            items.push(in_length(length, end));
        }
        return items;
    }
    if chart.is_mark(at, "+") && chart.joined_to_previous(at + 1) {
        let found = length(chart, at + 1, true);
        items.extend(found.map(|(length, next)| in_length(length, next).needing(Need::COMPANY)));
        return items;
    }
    let is_from_now = |next: usize| chart.is(next, Sense::From) && chart.is(next + 1, Sense::Now);
    // "3d from now"
    let found = length(chart, at, false)
        .or_else(|| length(chart, at, true).filter(|(_, next)| is_from_now(*next)));
    if let Some((length, next)) = found {
        let from_now = is_from_now(next);
        if from_now || chart.is(next, Sense::Hence) {
            let end = next + if from_now { 2 } else { 1 };
            items.push(in_length(length.clone(), end));
        }
        let doubt = rough(&length);
        items.push(Item::part(Kind::Length(length), next).doubted(doubt));
    }
    items.extend(weekdays_from_now(chart, at));
    items
}

fn in_length(length: Length, end: usize) -> Item {
    let doubt = length.rough.then(|| FEW.to_owned());
    let item = if length.minutes > 0 {
        Item::new(Kind::Whole(Whole::Elapsed(length)), end)
    } else {
        Item::new(Kind::In(length), end)
    };
    item.doubted(doubt)
}

/// The token after `' time` in `in 2 days' time`.
fn with_time(chart: &Chart<'_>, at: usize) -> usize {
    let mark = chart.joined_to_previous(at) && (chart.is_mark(at, "'") || chart.is_mark(at, "’"));
    let time = at + usize::from(mark);
    if chart.is(time, Sense::Time) {
        time + 1
    } else {
        at
    }
}

/// `2 fridays from now`: the second one to come.
fn weekdays_from_now(chart: &Chart<'_>, at: usize) -> Option<Item> {
    let count = number(chart, at).filter(|count| (2..=52).contains(count))?;
    let weekday = any_weekday(chart, at + 1).filter(|_| chart.is(at + 1, Sense::Plural))?;
    let from_now = chart.is(at + 2, Sense::From) && chart.is(at + 3, Sense::Now);
    let days = 7 * (i32::try_from(count).ok()? - 1);
    from_now.then(|| Item::day(Day::Beyond(weekday, days), at + 4))
}

/// `1 dec`, `dec 1st 2027`.
fn month_days(chart: &Chart<'_>, at: usize) -> Option<Item> {
    let (named, next) = month_day(chart, at)?;
    Some(Item::day(named.day()?, next))
}

/// `15th`, `the first`, `last`, `2nd last`.
fn ordinals(chart: &Chart<'_>, at: usize) -> Option<Item> {
    let (day, next) = ordinal(chart, at)?;
    // "the first" is many things, "the twenty-first" a day.
    let figures = chart.is(next.saturating_sub(1), Sense::Suffix) || (13..=31).contains(&day);
    let item = Item::new(Kind::Ordinal(day, figures), next);
    if !figures || !(1..=31).contains(&day) {
        return Some(item.needing(Need::NEVER));
    }
    // "1st of each month" is a rule, "the 3rd of many" no date.
    let counts = chart.any(next, &[Sense::Counted, Sense::Of]) || weekday(chart, next).is_some();
    Some(if chart.is(next, Sense::At) {
        item
    } else if counts {
        item.needing(Need::END | Need::BEFORE)
    } else {
        item.needing(Need::COMPANY)
    })
}

/// `june`, `june 2027`, `month`.
fn periods(chart: &Chart<'_>, at: usize) -> Vec<Item> {
    let mut items = Vec::new();
    if let Some(month) = month(chart, at) {
        if let Some(year) = year(chart, at + 1) {
            let period = Period::Month(month, Some(year));
            items.push(Item::part(Kind::Period(period), at + 2));
        }
        let period = Period::Month(month, None);
        items.push(Item::part(Kind::Period(period), at + 1));
    }
    if let Some((unit, next)) = unit(chart, at) {
        items.push(Item::part(Kind::Unit(unit), next));
        let period = Period::Unit(unit, Which::Bare);
        items.push(Item::part(Kind::Period(period), next));
    }
    items
}

/// What an article may precede: `the 15th`, `the end of june`, `the month`, `the next month`, `the weekend`.
fn with_article(chart: &Chart<'_>, at: usize) -> Vec<Item> {
    if !chart.is(at, Sense::The) {
        return before(chart, at);
    }
    let mut items: Vec<Item> = chart
        .items(at + 1)
        .iter()
        .filter_map(|item| {
            let kept = match &item.kind {
                Kind::Ordinal(..)
                | Kind::Nth(..)
                | Kind::Edge(_)
                | Kind::EndOfDay
                | Kind::Unit(_)
                | Kind::Period(Period::Unit(_, Which::Next))
                | Kind::Day(
                    Day::Nth(..)
                    | Day::Edge(..)
                    | Day::Monthly(_)
                    | Day::OfMonth(..)
                    | Day::OfWeek(_, 2)
                    | Day::Opening(_, 2)
                    | Day::Weekend(2)
                    | Day::Beside(..),
                ) => item.clone(),
                // "the end of q2 2028"
                Kind::Day(Day::On(_)) if chart.any(at + 1, &[Sense::End, Sense::Start]) => {
                    item.clone()
                }
                // "the ides of march", but not "the christmas party".
                Kind::Day(Day::Named(_)) if item.need != Need::NEVER => {
                    item.clone().needing(Need::LED)
                }
                Kind::Weekday(weekday) => {
                    // "the monday after christmas", but not "the monday meeting".
                    Item::part(Kind::Weekday(*weekday), item.end)
                }
                _ => return None,
            };
            let bare_period = matches!(kept.kind, Kind::Period(_));
            Some(if bare_period {
                kept.needing(Need::NEVER)
            } else {
                kept
            })
        })
        .collect();
    if let Some((unit, next)) = unit(chart, at + 1) {
        let period = Period::Unit(unit, Which::The);
        items.push(Item::part(Kind::Period(period), next));
        if unit == Unit::Weekend && !chart.is(at + 1, Sense::Plural) {
            let over = at
                .checked_sub(1)
                .is_some_and(|last| chart.is(last, Sense::Over));
            let need = if over { Need::NONE } else { Need::LED };
            items.push(Item::day(Day::Weekend(0), next).needing(need));
        }
    }
    items
}

/// Whether a token is a unit of time.
fn any_unit(chart: &Chart<'_>, at: usize) -> bool {
    let unit = |sense| matches!(sense, Sense::Unit(_)).then_some(());
    chart.sense(at, unit).is_some()
}

/// `before friday`: due on the day before. A holiday or today is rather what comes first: `shop before christmas`.
fn before(chart: &Chart<'_>, at: usize) -> Vec<Item> {
    // "2 hours before friday" is not the day before.
    // "not before friday" is no end.
    let counted = at
        .checked_sub(1)
        .is_some_and(|last| any_unit(chart, last) || chart.is(last, Sense::Not));
    if !chart.is(at, Sense::Before) || counted {
        return Vec::new();
    }
    let before = |item: &Item| {
        let day = item.as_day().filter(|_| item.need != Need::NEVER)?;
        let vague = matches!(day, Day::Named(_) | Day::Ahead(0) | Day::Monthly(_));
        let due = Day::Beside(None, Side::Before, Box::new(day));
        let date = day::date(&due, chart.now, None)?;
        let doubt = format!("read as the day before: {}", date.strftime("%A %-d %B %Y"));
        let item = Item::day(due, item.end)
            .needing(Need::END)
            .doubted(Some(doubt));
        (!vague).then_some(item)
    };
    chart.items(at + 1).iter().filter_map(before).collect()
}

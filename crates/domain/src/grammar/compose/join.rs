//! What two neighbouring pieces make: the one table of what joins with what.

use super::chart::Chart;
use super::item::{Item, Kind};
use crate::grammar::context::YEARS;
use crate::grammar::meaning::day::{CountedDay, Day, Edge, Length, Period, Side, Which};
use crate::grammar::meaning::when::Whole;
use crate::grammar::recognise::need::Need;
use crate::grammar::resolve::day;
use crate::grammar::token::lexicon::{Sense, Unit};
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// What stands between two pieces that belong together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Link {
    Nothing,
    Comma,
    On,
    Of,
    In,
    From,
    After,
    Before,
}

/// Most weeks in `friday in 2 weeks`.
const WEEKS_MAX: i32 = 520;

/// The piece that `left`, which begins at a token, and `right` make with the word between them.
#[expect(clippy::too_many_lines, reason = "a table is read as a whole")]
pub(super) fn join(
    chart: &Chart<'_>,
    (at, left): (usize, &Item),
    link: Link,
    right: &Item,
) -> Option<Item> {
    use Link::{After, Before, Comma, From, In, Nothing, Of, On};
    let end = right.end;
    match (&left.kind, link, &right.kind) {
        // "wednesday of the week after next"
        (Kind::Weekday(weekday), Nothing | Of, Kind::Day(Day::Opening(Unit::Week, ahead))) => {
            Some(Item::day(Day::OfWeek(*weekday, *ahead), end))
        }
        // "friday 15 jan", "Fri, 15/1/2027", "on friday, january 15th"
        (Kind::Weekday(weekday), Nothing | Comma | On, Kind::Day(_) | Kind::Whole(_)) => {
            dated(chart, *weekday, right)
        }
        // "15 jan, friday"
        (Kind::Day(_), Nothing | Comma, Kind::Weekday(weekday)) => {
            let item = dated(chart, *weekday, left)?;
            let plain = item.doubt.is_none() || chart.at_line_end(end);
            plain.then_some(Item { end, ..item })
        }
        // "friday the 13th"
        (Kind::Weekday(weekday), Nothing | Comma | On, Kind::Ordinal(day @ 1..=31, true)) => {
            let clear = chart.any(end, &[Sense::At, Sense::ClauseStart]);
            let need = if clear {
                Need::NONE
            } else {
                Need::END | Need::BEFORE | Need::AFTER
            };
            let day = Day::Both(*weekday, i8::try_from(*day).ok()?);
            Some(Item::day(day, end).needing(need))
        }
        // "friday week"
        (Kind::Weekday(weekday), Nothing, Kind::Unit(unit)) => {
            let days = weeks(*unit)? * 7;
            (!chart.is(end - 1, Sense::Plural) && chart.at_phrase_end(end))
                .then(|| Item::day(Day::Beyond(*weekday, days), end))
        }
        // "tomorrow week"
        (Kind::Day(Day::Ahead(days)), Nothing, Kind::Unit(Unit::Week)) => {
            let need = Need::END | Need::BEFORE | Need::AFTER;
            Some(Item::day(Day::Ahead(days + 7), end).needing(need))
        }
        // "friday in two weeks"
        (Kind::Weekday(weekday), In, Kind::Length(length)) => {
            let (count, unit) = length.single().filter(|_| !length.rough)?;
            let weeks = count * weeks(unit)?;
            (count <= WEEKS_MAX).then(|| Item::day(Day::Beyond(*weekday, 7 * weeks), end))
        }
        // "friday of next week", "next week on friday"
        (
            Kind::Weekday(weekday),
            Nothing | Of,
            Kind::Period(Period::Unit(Unit::Week, which @ (Which::This | Which::Next))),
        )
        | (
            Kind::Period(Period::Unit(Unit::Week, which @ Which::Next)),
            Nothing | On,
            Kind::Weekday(weekday),
        ) => Some(Item::day(Day::OfWeek(*weekday, which.ahead()), end)),
        // "the 3rd of next month", "first of the month"
        (Kind::Ordinal(day @ 1..=31, _), link @ (Nothing | Of), Kind::Period(period)) => {
            of_month(i8::try_from(*day).ok()?, link, *period, end)
        }
        // "next month on the 5th"
        (
            Kind::Period(Period::Unit(Unit::Month, Which::Next)),
            link @ (Nothing | On),
            Kind::Ordinal(day @ 1..=31, true),
        ) => {
            let day = Day::OfMonth(i8::try_from(*day).ok()?, 1);
            let item = Item::day(day, end);
            Some(if link == On {
                item
            } else {
                item.needing(Need::END | Need::BEFORE | Need::AFTER)
            })
        }
        // "monday of week 12"
        (Kind::Weekday(weekday), Nothing | Comma | Of | In, Kind::Week(monday)) => {
            in_week(*monday, monday.weekday().until(*weekday), right)
        }
        // "week 12, monday"
        (Kind::Week(monday), Nothing | Comma, Kind::Weekday(weekday)) => {
            let item = in_week(*monday, monday.weekday().until(*weekday), left)?;
            Some(Item { end, ..item })
        }
        // "end of week 12"
        (Kind::Edge(Edge::End), Of, Kind::Week(monday)) => in_week(*monday, 6, right),
        (Kind::Edge(Edge::Start), Of, Kind::Week(monday)) => in_week(*monday, 0, right),
        // "3rd friday", "last workday"
        (Kind::Ordinal(ordinal, _), Nothing, Kind::Weekday(_) | Kind::Unit(_)) => {
            let nth = Kind::Nth(*ordinal, counted(&right.kind)?);
            Some(Item::part(nth, end))
        }
        // "first monday of next month"
        (Kind::Nth(ordinal, counted), link @ (Nothing | Of | In), Kind::Period(period)) => {
            nth(chart, *ordinal, *counted, link, *period, end)
        }
        // "first monday after easter"
        (Kind::Nth(1, CountedDay::Weekday(weekday)), After, _) => {
            beside(Some(*weekday), Side::After, right)
        }
        // "end of june", "mid next week"
        (Kind::Edge(edge), link @ (Nothing | Of), Kind::Period(period)) => {
            edge_of(*edge, link, *period, end)
        }
        // "the end of today"
        (Kind::Edge(Edge::End), Nothing | Of, Kind::Day(Day::Ahead(days @ 0..=1))) => {
            Some(if *days == 0 {
                Item::new(Kind::EndOfDay, end)
            } else {
                Item::day(Day::Ahead(1), end)
            })
        }
        // "month end"
        (Kind::Unit(unit), Nothing, Kind::Edge(Edge::End)) => {
            let whole = matches!(unit, Unit::Month | Unit::Quarter | Unit::Year);
            let day = Day::Edge(Edge::End, Period::Unit(*unit, Which::Bare));
            (whole && !chart.is(end, Sense::Of))
                .then(|| Item::day(day, end).needing(Need::COMPANY_OR_HEADING))
        }
        // "3 days before christmas", "2 weeks from monday", "in two weeks from monday"
        (Kind::Length(length), From | After, _) | (Kind::In(length), From, _) => {
            count(length, Side::After, right, left)
        }
        (Kind::Length(length), Before, _) => count(length, Side::Before, right, left),
        // "in 2 weeks on friday"
        (Kind::In(length), On, Kind::Weekday(weekday)) if length.is_weeks() => {
            let day = Day::WeeksOn(length.clone(), *weekday);
            Some(Item::day(day, end).doubted(left.doubt.clone()))
        }
        // "a week on friday"
        (Kind::Length(length), On, Kind::Weekday(_)) => {
            let is_week = length
                .single()
                .is_some_and(|(_, unit)| weeks(unit).is_some());
            is_week.then(|| count(length, Side::After, right, left))?
        }
        // "a week tuesday", "2 weeks today"
        (Kind::Length(length), Nothing, Kind::Weekday(_) | Kind::Day(Day::Ahead(0..=1))) => {
            onwards(chart, at, length, right)
        }
        // "the day before christmas", "the monday after 1 dec"
        (Kind::Unit(Unit::Day), After, _) => beside(None, Side::After, right),
        (Kind::Unit(Unit::Day), Before, _) => beside(None, Side::Before, right),
        (Kind::Weekday(weekday), After, _) => beside(Some(*weekday), Side::After, right),
        (Kind::Weekday(weekday), Before, _) => beside(Some(*weekday), Side::Before, right),
        _ => None,
    }
}

/// A day of a week by its number.
fn in_week(monday: Date, days: i8, week: &Item) -> Option<Item> {
    let date = monday.checked_add(i32::from(days).days()).ok()?;
    Some(Item::day(Day::On(date), week.end).doubted(week.doubt.clone()))
}

/// The number of weeks of a unit of weeks.
fn weeks(unit: Unit) -> Option<i32> {
    match unit {
        Unit::Week => Some(1),
        Unit::Fortnight => Some(2),
        _ => None,
    }
}

/// A date of the calendar with its weekday: the date counts, and the weekday is checked.
fn dated(chart: &Chart<'_>, weekday: Weekday, item: &Item) -> Option<Item> {
    let date = match &item.kind {
        // A year out of reach is refused as a whole, not for its weekday.
        Kind::Day(Day::On(date)) if !YEARS.contains(&date.year()) => None,
        Kind::Day(day @ (Day::On(_) | Day::Yearly(..))) => Some(day::date(day, chart.now, None)?),
        Kind::Whole(Whole::Due(due)) => Some(due.date()),
        _ => return None,
    };
    let doubt = date
        .filter(|date| date.weekday() != weekday)
        .map(mismatch)
        .or_else(|| item.doubt.clone());
    Some(Item {
        need: Need::NONE,
        doubt,
        ..item.clone()
    })
}

fn mismatch(date: Date) -> String {
    format!(
        "the weekday does not match: {} is a {}",
        date.strftime("%-d %B %Y"),
        date.strftime("%A")
    )
}

/// `the 3rd of next month`, `the 5th next month`, `the 20th of this month`.
fn of_month(day: i8, link: Link, period: Period, end: usize) -> Option<Item> {
    let Period::Unit(Unit::Month, which) = period else {
        return None;
    };
    let day = match which {
        Which::Next => Day::OfMonth(day, 1),
        Which::This | Which::The | Which::Bare if link == Link::Of => Day::Monthly(day),
        _ => return None,
    };
    Some(Item::day(day, end).needing(Need::COMPANY_OR_HEADING))
}

/// The days that are counted.
fn counted(kind: &Kind) -> Option<CountedDay> {
    Some(match kind {
        Kind::Weekday(weekday) => CountedDay::Weekday(*weekday),
        Kind::Unit(Unit::Workday) => CountedDay::Workday,
        Kind::Unit(Unit::Weekend) => CountedDay::Weekend,
        Kind::Unit(Unit::Day) => CountedDay::Day,
        _ => return None,
    })
}

fn nth(
    chart: &Chart<'_>,
    ordinal: i16,
    counted: CountedDay,
    link: Link,
    period: Period,
    end: usize,
) -> Option<Item> {
    // "first monday next month" needs no word between; "last day of week 5" has no article.
    let bare = matches!(period, Period::Unit(_, Which::Bare));
    if bare && (link == Link::Nothing || !chart.at_line_end(end)) {
        return None;
    }
    let day = Day::Nth(ordinal, counted, period);
    let day = match period {
        // With its year it is a date of the calendar, near or far.
        Period::Month(_, Some(_)) => Day::On(day::in_period(&day, chart.now)?),
        _ => day,
    };
    // "the last day of the year was hard" is no date.
    let need = if counted == CountedDay::Day {
        Need::COMPANY_OR_HEADING
    } else {
        Need::NONE
    };
    Some(Item::day(day, end).needing(need))
}

fn edge_of(edge: Edge, link: Link, period: Period, end: usize) -> Option<Item> {
    // "start the car".
    if edge == Edge::Start && link != Link::Of {
        return None;
    }
    let need = if edge == Edge::Mid {
        Need::NONE
    } else {
        Need::COMPANY_OR_HEADING
    };
    let item = match period {
        Period::Unit(Unit::Day, which) => {
            let today = edge == Edge::End && which != Which::Next;
            today.then(|| Item::new(Kind::EndOfDay, end))?
        }
        Period::Unit(Unit::Week | Unit::Month | Unit::Quarter | Unit::Year, _) => {
            Item::day(Day::Edge(edge, period), end)
        }
        Period::Unit(..) => return None,
        Period::Month(month, Some(year)) => {
            Item::day(Day::On(day::of_month(edge, year, month)?), end)
        }
        Period::Month(_, None) => Item::day(Day::Edge(edge, period), end),
    };
    Some(item.needing(need))
}

/// A day that another is counted from. It may itself be counted from a third, but no further, so that a date is found
/// in bounded time.
fn anchor(from: &Item) -> Option<Day> {
    let day = from.as_day()?;
    let is_chain = match &day {
        Day::Counted(_, _, inner) | Day::Beside(_, _, inner) => {
            matches!(**inner, Day::Counted(..) | Day::Beside(..))
        }
        _ => false,
    };
    (!is_chain).then_some(day)
}

/// A length of time counted from a day.
fn count(length: &Length, side: Side, from: &Item, left: &Item) -> Option<Item> {
    let anchor = anchor(from).filter(|_| length.minutes == 0)?;
    let day = Day::Counted(length.clone(), side, Box::new(anchor));
    Some(Item::day(day, from.end).doubted(left.doubt.clone()))
}

/// `a week tuesday`, `2 weeks today`: counted from the day behind.
fn onwards(chart: &Chart<'_>, at: usize, length: &Length, from: &Item) -> Option<Item> {
    let (_, unit) = length.single().filter(|_| !length.rough)?;
    let long = matches!(
        unit,
        Unit::Week | Unit::Fortnight | Unit::Month | Unit::Year
    );
    let led = at
        .checked_sub(1)
        .is_some_and(|last| chart.any(last, &[Sense::For, Sense::In]));
    let day = Day::Counted(length.clone(), Side::After, Box::new(anchor(from)?));
    let need = Need::END | Need::BEFORE | Need::AFTER;
    (long && !led).then(|| Item::day(day, from.end).needing(need))
}

/// The day before or after another, or a weekday there.
fn beside(weekday: Option<Weekday>, side: Side, from: &Item) -> Option<Item> {
    let day = Day::Beside(weekday, side, Box::new(anchor(from)?));
    Some(Item::day(day, from.end))
}

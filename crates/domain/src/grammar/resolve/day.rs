//! The dates of days as they were said.

use jiff::ToSpan;
use jiff::civil::{Date, Time, Weekday};

use super::holiday;
use crate::grammar::context::{LAST_YEAR, ParseContext, YEARS};
use crate::grammar::meaning::day::{CountedDay, Day, Edge, Length, Period, Side, Which};
use crate::grammar::token::lexicon::Unit;

/// How long ago a day of the year may have passed to be mistaken for the next one, in days.
const JUST_PASSED_DAYS: i32 = 31;

/// The date that is meant, the next one to come.
pub(crate) fn date(day: &Day, now: &ParseContext, time: Option<Time>) -> Option<Date> {
    let from = if now.is_past(time) {
        now.today.tomorrow().ok()?
    } else {
        now.today
    };
    on_or_after(day, from, now)
}

/// The first such date from a day on. Days counted from today do not move with it.
pub(crate) fn on_or_after(day: &Day, from: Date, now: &ParseContext) -> Option<Date> {
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
    let found = match day {
        Day::On(date) => Some(*date),
        Day::Ahead(days) => now.today.checked_add(days.days()).ok(),
        Day::Weekday(weekday) => next(*weekday),
        Day::Beyond(weekday, days) => next(*weekday)?.checked_add(days.days()).ok(),
        Day::OfWeek(weekday, weeks) => now.in_week(*weeks, *weekday),
        // A date falls on each weekday within 6 years, or within 12 around a common year that ends a century.
        Day::Both(weekday, day) => {
            monthly(*day, 144).find(|date| *date >= from && date.weekday() == *weekday)
        }
        Day::Yearly(month, day) => years()
            .filter_map(|year| Date::new(year, *month, *day).ok())
            .find(|date| *date >= from),
        Day::Named(named_day) => years()
            .filter_map(|year| holiday::in_year(*named_day, year))
            .find(|date| *date >= from),
        Day::Monthly(day) => monthly(*day, 3).find(|date| *date >= from),
        Day::OfMonth(day, months) => {
            let first = now.today.first_of_month().checked_add(months.months());
            first.ok()?.with().day(*day).build().ok()
        }
        Day::Opening(unit, ahead) => opening(*unit, *ahead, now),
        Day::Weekend(ahead) => weekend(*ahead, now),
        Day::Edge(edge, period) => edge_date(*edge, *period, now),
        Day::Nth(ordinal, counted, period) => nth(*ordinal, *counted, *period, now),
        Day::After(length) => after(length, now.today, Side::After),
        Day::WeeksOn(length, weekday) => weeks_on(length, *weekday, now),
        Day::Counted(length, side, anchor) => {
            first_upcoming(anchor, now, |date| after(length, date, *side))
        }
        Day::Beside(weekday, side, anchor) => {
            first_upcoming(anchor, now, |date| beside(*weekday, *side, date))
        }
    };
    found.filter(|date| YEARS.contains(&date.year()))
}

/// The last such day up to today; none for a day that is counted from today.
pub(crate) fn last(day: &Day, now: &ParseContext) -> Option<Date> {
    let comes_again = is_periodic(day)
        || matches!(
            day,
            Day::Edge(_, Period::Month(_, None)) | Day::Nth(_, _, Period::Month(_, None))
        );
    // Each time further back, so that the first one found is the last one: 29 February is up to 8 years ago.
    let found = [6, 31, 366, 4 * 366, 8 * 366]
        .into_iter()
        .find_map(|days: i32| {
            let from = now.today.checked_sub(days.days()).ok()?;
            on_or_after(day, from, &now.on(from)).filter(|date| *date <= now.today)
        });
    found.filter(|_| comes_again)
}

/// The day at this distance after a date, or before it; hours do not count.
pub(crate) fn after(length: &Length, from: Date, side: Side) -> Option<Date> {
    let mut date = from;
    for (count, unit) in &length.parts {
        date = unit.after(date, side.sign() * count)?;
    }
    (date.year() <= LAST_YEAR).then_some(date)
}

/// The doubt about a date without a year that is read as next year's, because this year's passed a short time ago. A
/// holiday by its name is always the next one.
pub(crate) fn next_year_doubt(day: &Day, now: &ParseContext, time: Option<Time>) -> Option<String> {
    let names_no_year = matches!(day, Day::Yearly(..) | Day::Edge(_, Period::Month(_, None)));
    names_no_year.then_some(())?;
    let next = date(day, now, time)?;
    let past = now.today.checked_sub(JUST_PASSED_DAYS.days()).ok()?;
    let last = on_or_after(day, past, &now.on(past))?;
    (last < next).then(|| {
        format!(
            "read as {}; write the year if you mean {}",
            next.strftime("%-d %B %Y"),
            last.strftime("%-d %B %Y")
        )
    })
}

/// The day that a unit means: the Monday of a week, the first of a month.
fn opening(unit: Unit, ahead: i32, now: &ParseContext) -> Option<Date> {
    match unit {
        Unit::Week => now.in_week(ahead, Weekday::Monday),
        Unit::Weekend => weekend(ahead, now),
        Unit::Month | Unit::Quarter | Unit::Year => Some(period_of(unit, ahead, now)?.0),
        Unit::Workday => Unit::Workday.after(now.today, ahead),
        _ => None,
    }
}

/// The Saturday of a weekend; of this one the Sunday, when that is today.
fn weekend(ahead: i32, now: &ParseContext) -> Option<Date> {
    let is_sunday = now.today.weekday() == Weekday::Sunday;
    if ahead == 0 && is_sunday {
        return Some(now.today);
    }
    // On a Sunday this weekend still is the one of yesterday.
    let from = now.today.checked_sub(i32::from(is_sunday).days()).ok()?;
    let ahead_days = i32::from(from.weekday().until(Weekday::Saturday)) + 7 * ahead;
    from.checked_add(ahead_days.days()).ok()
}

/// The first and last day of the unit so many after this one.
pub(crate) fn period_of(unit: Unit, ahead: i32, now: &ParseContext) -> Option<(Date, Date)> {
    let (first, months) = match unit {
        Unit::Week => {
            let first = now
                .week_of(now.today)?
                .checked_add((7 * ahead).days())
                .ok()?;
            return Some((first, first.checked_add(6.days()).ok()?));
        }
        Unit::Month => (now.today.first_of_month(), 1),
        Unit::Quarter => {
            let into = (now.today.month() - 1) % 3;
            let month = now.today.month() - into;
            (Date::new(now.today.year(), month, 1).ok()?, 3)
        }
        Unit::Year => (now.today.first_of_year(), 12),
        _ => return None,
    };
    let first = first.checked_add((months * ahead).months()).ok()?;
    let last = first.checked_add(months.months()).ok()?.yesterday().ok()?;
    Some((first, last))
}

fn edge_date(edge: Edge, period: Period, now: &ParseContext) -> Option<Date> {
    match period {
        Period::Month(month, Some(year)) => of_month(edge, year, month),
        Period::Month(month, None) => next_of_month(edge, month, now.today),
        Period::Unit(unit, Which::This) => {
            edge_of_period(edge, unit, 0, now).filter(|date| *date >= now.today)
        }
        Period::Unit(unit, which) => edge_of_unit(edge, unit, which.ahead(), now),
    }
}

/// The edge of a month of a year.
pub(crate) fn of_month(edge: Edge, year: i16, month: i8) -> Option<Date> {
    let first = Date::new(year, month, 1).ok()?;
    match edge {
        Edge::Start => Some(first),
        Edge::Mid => first.with().day(15).build().ok(),
        Edge::End => Some(first.last_of_month()),
    }
}

/// The end of such a month, the next one to come.
pub(crate) fn end_of_month(month: i8, from: Date) -> Option<Date> {
    next_of_month(Edge::End, month, from)
}

fn next_of_month(edge: Edge, month: i8, from: Date) -> Option<Date> {
    (from.year()..=from.year() + 1)
        .filter_map(|year| of_month(edge, year, month))
        .find(|date| *date >= from)
}

/// The edge of a unit: of this one or the next; unless that is said, the first that is not over.
fn edge_of_unit(edge: Edge, unit: Unit, ahead: i32, now: &ParseContext) -> Option<Date> {
    let of = |count: i32| edge_of_period(edge, unit, count, now);
    match (edge, unit) {
        (Edge::End, Unit::Week) => of(ahead),
        (Edge::Start, Unit::Week) => now.in_week(1, Weekday::Monday),
        _ => of(ahead)
            .filter(|date| *date >= now.today)
            .or_else(|| of(ahead + 1)),
    }
}

/// The edge of the unit that is so many after this one.
pub(crate) fn edge_of_period(
    edge: Edge,
    unit: Unit,
    count: i32,
    now: &ParseContext,
) -> Option<Date> {
    let (first, last) = period_of(unit, count, now)?;
    match (edge, unit) {
        (Edge::Mid, Unit::Week) => now.in_week(count, Weekday::Wednesday),
        (Edge::Mid, Unit::Month) => first.with().day(15).build().ok(),
        (Edge::Mid, Unit::Year) => Date::new(first.year(), 7, 1).ok(),
        (Edge::Mid, _) => None,
        (Edge::Start, _) => Some(first),
        (Edge::End, _) => Some(last),
    }
}

impl CountedDay {
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

/// The nth day of a period, the first to come.
fn nth(ordinal: i16, counted: CountedDay, period: Period, now: &ParseContext) -> Option<Date> {
    let coming = |date: &Date| *date >= now.today;
    match period {
        Period::Month(month, year) => {
            let of = |year: i16| {
                let first = Date::new(year, month, 1).ok()?;
                counted.nth(ordinal, first, first.last_of_month())
            };
            match year {
                Some(year) => of(year),
                None => (now.today.year()..=now.today.year() + 8)
                    .filter_map(of)
                    .find(coming),
            }
        }
        Period::Unit(unit, which) => {
            let of = |ahead: i32| {
                let (first, last) = period_of(unit, ahead, now)?;
                counted.nth(ordinal, first, last)
            };
            match which {
                Which::Next => of(1),
                Which::This => of(0).filter(coming),
                Which::The | Which::Bare => of(0).filter(coming).or_else(|| of(1)),
            }
        }
    }
}

/// The nth day of a period, also of a year out of reach.
pub(crate) fn in_period(day: &Day, now: &ParseContext) -> Option<Date> {
    match day {
        Day::Nth(ordinal, counted, period) => nth(*ordinal, *counted, *period, now),
        _ => None,
    }
}

/// The weekday of the week that is so many weeks away.
fn weeks_on(length: &Length, weekday: Weekday, now: &ParseContext) -> Option<Date> {
    let date = after(length, now.today, Side::After)?;
    let into = i32::from(now.week_start.until(weekday));
    let soonest = date.checked_sub(4.days()).ok()?;
    let date = now.week_of(date)?.checked_add(into.days()).ok()?;
    // On a Sunday the Monday of the next week is no week away.
    let late = i32::from(date <= soonest);
    date.checked_add((7 * late).days()).ok()
}

/// The day before or after a date, or the first such weekday there.
fn beside(weekday: Option<Weekday>, side: Side, date: Date) -> Option<Date> {
    let mut date = Unit::Day.after(date, side.sign())?;
    while weekday.is_some_and(|weekday| date.weekday() != weekday) {
        date = Unit::Day.after(date, side.sign())?;
    }
    Some(date)
}

/// The first future day that is counted from such a day.
fn first_upcoming(
    day: &Day,
    now: &ParseContext,
    count: impl Fn(Date) -> Option<Date>,
) -> Option<Date> {
    let first = on_or_after(day, now.today, now)?;
    let found = count(first)?;
    if found >= now.today || first < now.today || matches!(day, Day::On(_) | Day::Ahead(_)) {
        return Some(found);
    }
    // "2 days before month end" on the last day of a month is about the next one.
    let after = first.tomorrow().ok()?;
    let later = on_or_after(day, after, &now.on(after)).and_then(&count);
    if is_periodic(day) {
        return later;
    }
    Some(later.filter(|date| *date >= now.today).unwrap_or(found))
}

/// Whether a day comes again and again whatever today is.
fn is_periodic(day: &Day) -> bool {
    matches!(
        day,
        Day::Weekday(_)
            | Day::Beyond(..)
            | Day::Both(..)
            | Day::Yearly(..)
            | Day::Named(_)
            | Day::Monthly(_)
    )
}

//! Days counted from today: `next monday`, `in 3 days`, `end of the month`, and days that have a name.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::dates::{Dated, Day, LAST_YEAR, Now, is_led};
use super::lexicon::{Sense, Unit};
use super::tokens::Tokens;
use super::values::{month, number, unit, weekday};
use crate::Due;

/// Reads a day that is counted from today or has a name.
pub(super) fn relative(tokens: &Tokens<'_>, at: usize, now: &Now) -> Option<(Dated, usize)> {
    after_tomorrow(tokens, at, now)
        .or_else(|| this_or_next(tokens, at, now))
        .or_else(|| end_of(tokens, at, now))
        .or_else(|| feast(tokens, at).filter(|_| is_led(tokens, at)))
        .map(|(day, next)| (Dated::Day(day), next))
        .or_else(|| ahead(tokens, at, now))
}

/// `the day after tomorrow`.
fn after_tomorrow(tokens: &Tokens<'_>, at: usize, now: &Now) -> Option<(Day, usize)> {
    let at = if tokens.is(at, Sense::The) {
        at + 1
    } else {
        at
    };
    let said = tokens.is(at, Sense::Unit(Unit::Day))
        && tokens.is(at + 1, Sense::After)
        && tokens.is(at + 2, Sense::Tomorrow);
    said.then_some(())?;
    Some((Day::On(now.today.checked_add(2.days()).ok()?), at + 3))
}

/// The Monday of this week.
fn monday(now: &Now) -> Option<Date> {
    let offset = i32::from(now.today.weekday().to_monday_zero_offset());
    now.today.checked_sub(offset.days()).ok()
}

/// The weekday of the week after this one.
fn next_week(weekday: Weekday, now: &Now) -> Option<Day> {
    let offset = 7 + i32::from(weekday.to_monday_zero_offset());
    monday(now)?.checked_add(offset.days()).ok().map(Day::On)
}

/// `end of the month`, `last day of the month`, `end of january`, `the end of next week`.
fn end_of(tokens: &Tokens<'_>, at: usize, now: &Now) -> Option<(Day, usize)> {
    let start = at + usize::from(tokens.is(at, Sense::The));
    let last_day = tokens.is(start, Sense::Last)
        && tokens.is(start + 1, Sense::Unit(Unit::Day))
        && tokens.is(start + 2, Sense::Of);
    let of = if last_day {
        start + 3
    } else if tokens.is(start, Sense::End) {
        start + 1 + usize::from(tokens.is(start + 1, Sense::Of))
    } else {
        return None;
    };
    let next = tokens.is(of, Sense::Next);
    let named = of + usize::from(next || tokens.is(of, Sense::The) || tokens.is(of, Sense::This));
    let date = if let Some(month) = month(tokens, named) {
        let this = Date::new(now.today.year(), month, 1).ok()?.last_of_month();
        if this < now.today {
            Date::new(now.today.year() + 1, month, 1)
                .ok()?
                .last_of_month()
        } else {
            this
        }
    } else {
        let ahead = i32::from(next);
        match unit(tokens, named)? {
            Unit::Day if !next => now.today,
            Unit::Week => monday(now)?.checked_add((6 + 7 * ahead).days()).ok()?,
            Unit::Month => now
                .today
                .first_of_month()
                .checked_add(ahead.months())
                .ok()?
                .last_of_month(),
            Unit::Year => now
                .today
                .first_of_year()
                .checked_add(ahead.years())
                .ok()?
                .last_of_year(),
            _ => return None,
        }
    };
    let clear = is_led(tokens, at) || tokens.ends(named + 1);
    clear.then_some((Day::On(date), named + 1))
}

/// `halloween`, `valentine's day`, `new year's eve`.
pub(super) fn feast(tokens: &Tokens<'_>, at: usize) -> Option<(Day, usize)> {
    let named = tokens.sense(at, |sense| match sense {
        Sense::Feast(month, day) => Some((month, day)),
        _ => None,
    });
    if let Some((month, day)) = named {
        if tokens.is(at + 1, Sense::Eve) {
            let eve = Date::new(2000, month, day).ok()?.yesterday().ok()?;
            return Some((Day::Yearly(eve.month(), eve.day()), at + 2));
        }
        let next = at + 1 + usize::from(tokens.is(at + 1, Sense::Unit(Unit::Day)));
        return Some((Day::Yearly(month, day), next));
    }
    if !(tokens.is(at, Sense::New) && tokens.is(at + 1, Sense::Unit(Unit::Year))) {
        return None;
    }
    if tokens.is(at + 2, Sense::Eve) {
        return Some((Day::Yearly(12, 31), at + 3));
    }
    tokens
        .is(at + 2, Sense::Unit(Unit::Day))
        .then_some((Day::Yearly(1, 1), at + 3))
}

/// `this friday`, `next week`, `friday next week`.
fn this_or_next(tokens: &Tokens<'_>, at: usize, now: &Now) -> Option<(Day, usize)> {
    if let Some(weekday) = weekday(tokens, at) {
        let of = at + 1 + usize::from(tokens.is(at + 1, Sense::Of));
        let said = tokens.is(of, Sense::Next) && tokens.is(of + 1, Sense::Unit(Unit::Week));
        return if said {
            Some((next_week(weekday, now)?, of + 2))
        } else {
            None
        };
    }
    let next = tokens.is(at, Sense::Next);
    if !next && !tokens.is(at, Sense::This) {
        return None;
    }
    if let Some(weekday) = weekday(tokens, at + 1) {
        let day = if next {
            next_week(weekday, now)?
        } else {
            Day::Weekday(weekday)
        };
        return Some((day, at + 2));
    }
    let monday = monday(now)?;
    let unit = unit(tokens, at + 1)?;
    if next && unit == Unit::Week {
        let day_at = at + 2 + usize::from(tokens.is(at + 2, Sense::On));
        if let Some(weekday) = weekday(tokens, day_at) {
            return Some((next_week(weekday, now)?, day_at + 1));
        }
    }
    let day = match unit {
        Unit::Weekend if next => Day::On(monday.checked_add(12.days()).ok()?),
        Unit::Weekend => Day::Weekday(Weekday::Saturday),
        Unit::Week if next => Day::On(monday.checked_add(7.days()).ok()?),
        Unit::Month if next => Day::On(now.today.last_of_month().tomorrow().ok()?),
        Unit::Year if next => Day::On(now.today.last_of_year().tomorrow().ok()?),
        _ => return None,
    };
    Some((day, at + 2))
}

/// `in 3 days`, `in a week`, `in 2 hours`, `in half an hour`, `in 20m`, `5 days from now`.
fn ahead(tokens: &Tokens<'_>, at: usize, now: &Now) -> Option<(Dated, usize)> {
    let led = tokens.is(at, Sense::In);
    let start = at + usize::from(led);
    if led
        && tokens.is(start, Sense::Half)
        && number(tokens, start + 1) == Some(1)
        && unit(tokens, start + 2) == Some(Unit::Hour)
    {
        return elapsed(30, now).map(|due| (Dated::Whole(due), start + 3));
    }
    let count = number(tokens, start)?;
    let unit = unit(tokens, start + 1).or_else(|| letter(tokens, start + 1).filter(|_| led))?;
    let next = start + 2;
    let next = if led {
        next
    } else if tokens.is(next, Sense::From) && tokens.is(next + 1, Sense::Now) {
        next + 2
    } else {
        return None;
    };
    let minutes = match unit {
        Unit::Hour => Some(60),
        Unit::Minute => Some(1),
        _ => None,
    };
    if let Some(minutes) = minutes {
        let half = unit == Unit::Hour
            && tokens.is(next, Sense::And)
            && number(tokens, next + 1) == Some(1)
            && tokens.is(next + 2, Sense::Half);
        let (more, next) = if half { (30, next + 3) } else { (0, next) };
        return elapsed(i64::from(count) * minutes + more, now)
            .map(|due| (Dated::Whole(due), next));
    }
    let date = unit
        .after(now.today, count)
        .filter(|date| date.year() <= LAST_YEAR)?;
    Some((Dated::Day(Day::On(date)), next))
}

/// A unit as a letter against its number: `20m`.
fn letter(tokens: &Tokens<'_>, at: usize) -> Option<Unit> {
    let token = tokens
        .get(at)
        .filter(|token| !token.spaced && !token.literal)?;
    Some(match token.text {
        "m" => Unit::Minute,
        "h" => Unit::Hour,
        "d" => Unit::Day,
        "w" => Unit::Week,
        _ => return None,
    })
}

/// So many elapsed minutes from now, on the wall clock of the writer's zone.
fn elapsed(minutes: i64, now: &Now) -> Option<Due> {
    let at = now.at.checked_add(minutes.minutes()).ok()?;
    let local = at.to_zoned(now.zone.rules().clone()).datetime();
    let local = local.with().second(0).subsec_nanosecond(0).build().ok()?;
    (local.year() <= LAST_YEAR).then_some(Due::Floating(local))
}

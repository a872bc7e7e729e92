//! Weeks by their number.

use jiff::ToSpan;
use jiff::civil::{Date, ISOWeekDate, Weekday};

use super::chart::Chart;
use super::item::{Item, Kind};
use crate::grammar::recognise::calendar::year;
use crate::grammar::recognise::word::unit;
use crate::grammar::token::lexicon::{Sense, Unit};

/// `week 12`, `week 12 of 2027`: the next such week of RFC 5545, which begins on Monday, and its days as a remark.
pub(super) fn week_number(chart: &Chart<'_>, at: usize) -> Option<Item> {
    let number = chart
        .get(at + 1)
        .filter(|_| chart.is(at, Sense::Unit(Unit::Week)))
        .filter(|token| token.text.len() <= 2)?
        .digits()?;
    // "week 12 - 5pm", but not "week 12pm" and "week 3 days".
    let is_counting =
        chart.any(at + 2, &[Sense::Am, Sense::Pm, Sense::Suffix]) || unit(chart, at + 2).is_some();
    if is_counting || chart.joined_to_previous(at + 2) && !chart.at_phrase_end(at + 2) {
        return None;
    }
    let week = i8::try_from(number).ok()?;
    let of = at + 2 + usize::from(chart.is(at + 2, Sense::Of));
    let stated = year(chart, of);
    let monday = |year: i16| Some(ISOWeekDate::new(year, week, Weekday::Monday).ok()?.date());
    let last = |monday: Date| monday.checked_add(6.days()).ok();
    let this = chart.now.today.iso_week_date().year();
    let first = match stated {
        Some(year) => monday(year)?,
        // Seven years apart, at most, have a week 53.
        None => (this..=this + 7)
            .filter_map(monday)
            .find(|monday| last(*monday).is_some_and(|last| last >= chart.now.today))?,
    };
    let end = if stated.is_some() { of + 1 } else { at + 2 };
    let last = last(first)?;
    let from = if first.month() == last.month() {
        first.strftime("%-d").to_string()
    } else {
        first.strftime("%-d %B").to_string()
    };
    let days = last.strftime("%-d %B %Y");
    let doubt = format!("week {week} is {from} to {days}");
    Some(Item::part(Kind::Week(first), end).doubted(Some(doubt)))
}

//! The edges of periods in a date: `end`, `mid`, `eom`, `end of q2`.

use super::chart::Chart;
use super::item::{Item, Kind};
use crate::grammar::meaning::day::{Day, Edge, Period, Which};
use crate::grammar::recognise::calendar::year;
use crate::grammar::resolve::day;
use crate::grammar::token::lexicon::{Sense, Unit};

/// `end`, `mid`, `beginning of`, and `eom`.
pub(super) fn edges(chart: &Chart<'_>, at: usize) -> Option<Item> {
    let short = chart.sense(at, |sense| match sense {
        Sense::EndOf(unit) => Some(unit),
        _ => None,
    });
    if let Some(unit) = short {
        let kind = match unit {
            Unit::Day => Kind::EndOfDay,
            unit => Kind::Day(Day::Edge(Edge::End, Period::Unit(unit, Which::Bare))),
        };
        return Some(Item::new(kind, at + 1));
    }
    if let Some(item) = edge_of_quarter(chart, at) {
        return Some(item);
    }
    if chart.is(at, Sense::End) {
        return Some(Item::part(Kind::Edge(Edge::End), at + 1));
    }
    if chart.is(at, Sense::Start) && chart.is(at + 1, Sense::Of) {
        return Some(Item::part(Kind::Edge(Edge::Start), at + 1));
    }
    if chart.is(at, Sense::Mid) {
        let dash = chart.is_mark(at + 1, "-")
            && chart.joined_to_previous(at + 1)
            && chart.joined_to_previous(at + 2);
        return Some(Item::part(
            Kind::Edge(Edge::Mid),
            at + 1 + usize::from(dash),
        ));
    }
    None
}

/// `end of q2`, `start of q3 2028`.
fn edge_of_quarter(chart: &Chart<'_>, at: usize) -> Option<Item> {
    let quarter = chart.sense(at + 2, |sense| match sense {
        Sense::QuarterOf(quarter) => Some(quarter),
        _ => None,
    });
    let quarter = quarter.filter(|_| chart.is(at + 1, Sense::Of))?;
    let (edge, month) = if chart.is(at, Sense::End) {
        (Edge::End, 3 * quarter)
    } else if chart.is(at, Sense::Start) {
        (Edge::Start, 3 * quarter - 2)
    } else {
        return None;
    };
    Some(match year(chart, at + 3) {
        Some(year) => Item::day(Day::On(day::of_month(edge, year, month)?), at + 4),
        None => Item::day(Day::Edge(edge, Period::Month(month, None)), at + 3),
    })
}

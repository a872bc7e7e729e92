//! Builds the chart of a line from the last token to the first, so that at each token everything to its right is known.
//! What begins at one token is limited, so the time is linear.

use super::chart::Chart;
use super::item::{Item, Kind};
use super::join::{Link, join};
use super::leaf::leaves;
use crate::grammar::context::ParseContext;
use crate::grammar::meaning::day::Day;
use crate::grammar::resolve::day;
use crate::grammar::token::Tokens;
use crate::grammar::token::lexicon::Sense;

/// Most pieces that begin at one token.
const ITEMS_MAX: usize = 16;

/// All pieces of a line, and what they make together.
pub(crate) fn chart<'a>(tokens: &'a Tokens<'a>, now: &'a ParseContext) -> Chart<'a> {
    let mut chart = Chart::new(tokens, now);
    for at in (0..tokens.list.len()).rev() {
        let items = pieces(&chart, at);
        chart.set(at, items);
    }
    chart
}

/// The pieces that begin at a token, and what they make with those behind them.
fn pieces(chart: &Chart<'_>, at: usize) -> Vec<Item> {
    let mut items = leaves(chart, at);
    let mut next = 0;
    while let Some(left) = items.get(next).cloned() {
        next += 1;
        for (link, start) in links(chart, left.end).into_iter().flatten() {
            for right in chart.items(start) {
                if let Some(item) = join(chart, (at, &left), link, right)
                    && items.len() < ITEMS_MAX
                    && !items.contains(&item)
                    && exists(chart, &item)
                {
                    items.push(item);
                }
            }
        }
    }
    items
}

/// The words that may join a piece to the one after it, and where that one begins.
fn links(chart: &Chart<'_>, at: usize) -> [Option<(Link, usize)>; 2] {
    let Some(token) = chart.get(at) else {
        return [None; 2];
    };
    let link = token.senses.iter().find_map(|sense| match sense {
        Sense::On => Some(Link::On),
        Sense::Of => Some(Link::Of),
        Sense::In => Some(Link::In),
        Sense::From => Some(Link::From),
        Sense::After => Some(Link::After),
        Sense::Before => Some(Link::Before),
        _ => None,
    });
    let link = if chart.is_mark(at, ",") {
        Some(Link::Comma)
    } else {
        link
    };
    [Some((Link::Nothing, at)), link.map(|link| (link, at + 1))]
}

/// Whether a day that is made of several pieces exists: there is no 5th Monday of February for years. A date of
/// the calendar is refused later, with its reason.
fn exists(chart: &Chart<'_>, item: &Item) -> bool {
    match &item.kind {
        Kind::Day(day @ (Day::Nth(..) | Day::OfMonth(..) | Day::Edge(..) | Day::Both(..))) => {
            day::on_or_after(day, chart.now.today, chart.now).is_some()
        }
        // "monday of this week" once it has passed.
        Kind::Day(day @ Day::OfWeek(_, 0)) => {
            day::date(day, chart.now, None).is_some_and(|date| date >= chart.now.today)
        }
        _ => true,
    }
}

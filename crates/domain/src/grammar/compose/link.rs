//! The words before a due value, and the marks between its parts.

use super::chart::Chart;
use super::item::Item;
use crate::grammar::recognise::clock::{Setting, clock};
use crate::grammar::recognise::need::Need;
use crate::grammar::recognise::word::unit_or_letter;
use crate::grammar::token::lexicon::{Sense, Unit};

/// Whether only marks stand between two tokens.
pub(crate) fn separated(chart: &Chart<'_>, from: usize, to: usize) -> bool {
    from <= to && (from..to).all(|at| is_separator(chart, at))
}

/// Whether a token is a mark that may stand between two parts of a date.
pub(crate) fn is_separator(chart: &Chart<'_>, at: usize) -> bool {
    chart
        .get(at)
        .is_some_and(|token| matches!(token.text, "," | "-" | "–" | "—" | "(" | ")" | ":" | ";"))
}

/// The token after words that lead to a date and go with it: `by`, `due on`, `for`, `no later than`.
pub(super) fn skip_preposition(chart: &Chart<'_>, at: usize) -> usize {
    let no = at + usize::from(chart.is(at, Sense::Due));
    if chart.is(no, Sense::No) && chart.is(no + 1, Sense::Later) && chart.is(no + 2, Sense::Than) {
        return no + 3;
    }
    if chart.is_mark(at + 1, "/")
        && (chart.is_mark(at, "w") && chart.is_mark(at + 2, "c"))
        && chart.joined_to_previous(at + 1)
    {
        return at + 3;
    }
    let at = if chart.is(at, Sense::Due) {
        // "due:tomorrow" has no space.
        let mark = chart.is_mark(at + 1, ":") && chart.joined_to_previous(at + 2);
        at + 1 + usize::from(mark)
    } else {
        at
    };
    let leads = chart.any(
        at,
        &[
            Sense::On,
            Sense::By,
            Sense::For,
            Sense::Starting,
            Sense::Over,
        ],
    );
    // "beginning of may" leads to nothing.
    let edge = chart.is(at, Sense::Start) && chart.is(at + 1, Sense::Of);
    // An `at` belongs to the time, except in "at the end of the month".
    let end = at + 1 + usize::from(chart.is(at + 1, Sense::The));
    let edges = chart.any(end, &[Sense::End, Sense::Start, Sense::Mid])
        || chart.is(end, Sense::Unit(Unit::Weekend))
        || (chart.is(end + 1, Sense::End)
            && chart.any(
                end,
                &[Unit::Month, Unit::Quarter, Unit::Year].map(Sense::Unit),
            ));
    let leads = (leads && !edge) || (chart.any(at, &[Sense::At, Sense::In]) && edges);
    // "shopping @ fri".
    let mark = chart.is_mark(at, "@")
        && chart
            .items(at + 1)
            .iter()
            .any(|item| item.need != Need::NEVER && item.as_day().is_some());
    if leads || mark || is_before_moment(chart, at) || is_behind_move(chart, at) {
        at + 1
    } else {
        at
    }
}

/// Words for what has another day now.
const MOVED: [&str; 6] = [
    "moved",
    "rescheduled",
    "postponed",
    "pushed",
    "changed",
    "delayed",
];

/// The `to` of `moved to friday`.
fn is_behind_move(chart: &Chart<'_>, at: usize) -> bool {
    chart.is(at, Sense::To)
        && at.checked_sub(1).is_some_and(|last| {
            MOVED
                .iter()
                .any(|word| chart.match_name(last, word).is_some())
        })
}

/// `before friday 5pm`, `before 5pm on friday`: a day with its time is a moment, and the task is due by then.
fn is_before_moment(chart: &Chart<'_>, at: usize) -> bool {
    // "2 hours before friday 5pm" and "24h before friday 5pm" are earlier.
    let is_counted = at
        .checked_sub(1)
        .is_some_and(|last| unit_or_letter(chart, last).is_some());
    if is_counted || !chart.is(at, Sense::Before) {
        return false;
    }
    let ends_of_days = |at: usize| {
        let firm = |item: &&Item| item.need == Need::NONE && item.as_day().is_some();
        chart.items(at).iter().filter(firm).map(|item| item.end)
    };
    let is_day_first = ends_of_days(at + 1).any(|end| clock(chart, end, Setting::Behind).is_some());
    is_day_first
        || clock(chart, at + 1, Setting::Led).is_some_and(|(_, next)| {
            let day = next + usize::from(chart.is(next, Sense::On));
            ends_of_days(day).next().is_some()
        })
}

/// A mark between the pieces of a phrase.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Joint {
    /// `tomorrow - 5pm`.
    Dash,
    /// `tomorrow: 5pm`.
    Colon,
    /// `tomorrow (5pm)`.
    Bracket,
}

impl Joint {
    pub(super) fn at(chart: &Chart<'_>, at: usize) -> Option<Self> {
        let token = chart.get(at).filter(|token| !token.literal)?;
        let is_apart = chart.get(at + 1).is_some_and(|next| next.spaced);
        if chart.divides(at) {
            // "friday-5pm", "tomorrow(17:00)"
            return match token.text {
                "(" => Some(Self::Bracket),
                ":" => Some(Self::Colon),
                "-" | "–" | "." | "/" | "@" => Some(Self::Dash),
                _ => None,
            };
        }
        match token.text {
            "-" | "–" | "—" | "/" if token.spaced && is_apart => Some(Self::Dash),
            ":" if !token.spaced && is_apart => Some(Self::Colon),
            "(" if token.spaced && !is_apart => Some(Self::Bracket),
            _ => None,
        }
    }
}

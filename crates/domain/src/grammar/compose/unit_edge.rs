//! The edges of units in a rule: `month end`, `end of the month`, `start of each quarter`.

use super::chart::Chart;
use crate::grammar::meaning::repeat::Clause;
use crate::grammar::recognise::word::unit;
use crate::grammar::token::lexicon::{Sense, Unit};
use crate::recurrence::{Frequency, Rule};

/// `month end`, `quarter end`, `end of the month`, `start of the quarter`: the edge of each.
pub(crate) fn end_of_unit(chart: &Chart<'_>, at: usize) -> Option<(Clause, usize)> {
    let start = at + usize::from(chart.is(at, Sense::The));
    let of_each = |at: usize| {
        let of = at + usize::from(chart.is(at, Sense::Of));
        of + usize::from(chart.any(of, &[Sense::The, Sense::Every]))
    };
    let (last, unit, next) = if chart.any(start, &[Sense::End, Sense::Start]) {
        let (unit, next) = unit(chart, of_each(start + 1))?;
        (chart.is(start, Sense::End), unit, next)
    } else {
        let (unit, next) = unit(chart, at)?;
        chart.is(next, Sense::End).then_some(())?;
        (true, unit, next + 1)
    };
    let day = if last { -1 } else { 1 };
    let months = |months: &[i8]| Rule {
        by_month: months.to_vec(),
        by_month_day: vec![day],
        ..Rule::every(Frequency::Yearly, 1)
    };
    let rule = match unit {
        Unit::Month => Rule {
            by_month_day: vec![day],
            ..Rule::every(Frequency::Monthly, 1)
        },
        Unit::Quarter if last => months(&[3, 6, 9, 12]),
        Unit::Quarter => months(&[1, 4, 7, 10]),
        Unit::Year if last => Rule {
            by_month_day: vec![31],
            ..months(&[12])
        },
        Unit::Year => months(&[1]),
        _ => return None,
    };
    Some((Clause::of(vec![rule]), next))
}

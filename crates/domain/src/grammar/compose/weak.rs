//! What counts in a line only beside something else in it: `friday: call between 9 and 10am` has its day elsewhere.

use super::chart::Chart;
use super::item::{Item, Kind};
use crate::grammar::meaning::day::Day;
use crate::grammar::meaning::when::When;
use crate::grammar::recognise::clock::{Setting, clock, hour_of_rule};
use crate::grammar::recognise::need::Need;
use crate::grammar::recognise::part::part;
use crate::grammar::recognise::surroundings::{continues_beyond, is_free, is_named};
use crate::grammar::recognise::word::{month, unit};
use crate::grammar::token::lexicon::Sense;

/// Why a vague day at the beginning of a line deserves a look.
const VAGUE: &str = "read as the date; quote it if it belongs to the title";

/// A range of times behind `between` or `from`, which needs a day or a rule, or a vague day such as `end of month`,
/// which needs a time.
pub(crate) fn weak(chart: &Chart<'_>, at: usize) -> Option<(When, usize)> {
    chart
        .at_phrase_start(at)
        .then(|| {
            times(chart, at)
                .or_else(|| hour(chart, at))
                .or_else(|| part_of_day(chart, at))
                .or_else(|| day(chart, at))
        })
        .flatten()
}

/// `in the evening` before words of the title.
fn part_of_day(chart: &Chart<'_>, at: usize) -> Option<(When, usize)> {
    let is_led = chart.any(at, &[Sense::In, Sense::At]);
    let (time, next) = part(chart, at, true).filter(|_| is_led)?;
    let when = When {
        part: Some(time),
        ..When::default()
    };
    chart.at_phrase_end(next).then_some((when, next))
}

/// `at 17 clean the car`, where no word says that it is no amount: "look at 5 houses".
fn hour(chart: &Chart<'_>, at: usize) -> Option<(When, usize)> {
    let (clock, next) = hour_of_rule(chart, at).filter(|(_, next)| is_free(chart, *next))?;
    let time = clock.likely().strftime("%H:%M");
    let when = When {
        clock: Some(clock),
        doubts: vec![format!(
            "read as the time {time}; quote it if it belongs to the title"
        )],
        ..When::default()
    };
    Some((when, next))
}

fn times(chart: &Chart<'_>, at: usize) -> Option<(When, usize)> {
    if !chart.any(at, &[Sense::From, Sense::Between]) {
        return None;
    }
    let (clock, next) =
        clock(chart, at, Setting::Led).filter(|(clock, _)| clock.minutes.is_some())?;
    // "from 10 to 12 january" are days.
    month(chart, next).is_none().then_some(())?;
    // "choose between 2 and 3 options".
    let is_bare = chart
        .get(next - 1)
        .is_some_and(|token| token.digits().is_some() && token.spaced);
    let when = When {
        clock: Some(clock),
        ..When::default()
    };
    (!is_bare || continues_beyond(chart, next)).then_some((when, next))
}

fn day(chart: &Chart<'_>, at: usize) -> Option<(When, usize)> {
    let is_vague = |item: &&Item| {
        let is_made = matches!(
            item.kind,
            Kind::Day(Day::Edge(..) | Day::Nth(..) | Day::OfMonth(..) | Day::Both(..))
        );
        is_made && item.need != Need::NONE && item.need != Need::NEVER
    };
    let items = chart.items(at).iter().filter(is_vague);
    let item = items.max_by_key(|item| item.end)?;
    let when = When {
        day: item.as_day(),
        doubts: vec![VAGUE.to_owned()],
        ..When::default()
    };
    // "year end review" is a name.
    let is_name = is_named(chart, at) || unit(chart, at).is_some();
    (!is_name && chart.at_phrase_end(item.end)).then_some((when, item.end))
}

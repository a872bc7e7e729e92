//! What counts in a line only beside something else in it: `friday: call between 9 and 10am` has its day elsewhere.

use super::chart::Chart;
use super::item::{Item, Kind};
use crate::grammar::meaning::day::Day;
use crate::grammar::meaning::when::When;
use crate::grammar::recognise::clock::{Setting, bare, clock, early, hour_of_rule};
use crate::grammar::recognise::need::Need;
use crate::grammar::recognise::part::part;
use crate::grammar::recognise::surroundings::{continues_beyond, is_free, is_named, names_time};
use crate::grammar::recognise::word::{month, unit};
use crate::grammar::token::Token;
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

/// A day that may be part of a name, as in `saturday football 10am` and `boxing day walk 3pm`: it counts in a line that
/// has a time and no other day. Without a time it is as good as any word.
pub(crate) fn name(chart: &Chart<'_>, at: usize) -> Option<(When, usize)> {
    if let Some(found) = hour_by(chart, at).or_else(|| time(chart, at)) {
        return Some(found);
    }
    let last = at.checked_sub(1);
    let others = [
        Sense::NamePrefix,
        Sense::The,
        Sense::Last,
        Sense::Suffix,
        Sense::DateBlocker,
        Sense::For,
    ];
    let is_other = last.is_some_and(|last| {
        let ordinal = |sense| matches!(sense, Sense::Ordinal(_)).then_some(());
        chart.any(last, &others) || chart.sense(last, ordinal).is_some()
    });
    // "she sat down", but "sat football 10am".
    let is_capital = |at: usize| {
        chart
            .get(at)
            .is_some_and(|token| token.text.starts_with(char::is_uppercase))
    };
    // "watch Saturday Night Live".
    let is_title = at > 0 && is_capital(at) && is_capital(at + 1);
    let is_word = is_title || (chart.is(at, Sense::Ambiguous) && at > 0);
    if is_other || is_word || chart.is(at, Sense::The) || !chart.at_phrase_start(at) {
        return None;
    }
    let may_be_name = |item: &&Item| match item.kind {
        Kind::Weekday(_) => item.need == Need::NEVER || chart.is(at, Sense::Ambiguous),
        // "christmas shopping" is done before, "boxing day shopping" on that day.
        Kind::Day(Day::Named(_)) => {
            item.need != Need::NONE && (item.need != Need::NEVER || item.end > at + 1)
        }
        _ => false,
    };
    let item = chart.items(at).iter().find(may_be_name)?;
    let when = When {
        day: item.as_day(),
        doubts: vec![VAGUE.to_owned()],
        ..When::default()
    };
    chart.at_phrase_end(item.end).then_some((when, item.end))
}

/// A time that can hardly be anything else, apart from its day: `noon ring Olga friday`.
fn time(chart: &Chart<'_>, at: usize) -> Option<(When, usize)> {
    let (clock, next) = clock(chart, at, Setting::Behind)?;
    let last = at.checked_sub(1);
    let others = [Sense::DateBlocker, Sense::For, Sense::The];
    let is_other = names_time(chart, at) || last.is_some_and(|last| chart.any(last, &others));
    let starts = chart.at_phrase_start(at) && chart.at_phrase_end(next);
    if is_other || !starts || !is_clear_time(chart, at, next) {
        return None;
    }
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

/// Whether a time from one token to before another is written as nothing else is: `noon`, `half past 9`, `8ish`,
/// `15h30`, `19h`, `at 1600`.
pub(crate) fn is_clear_time(chart: &Chart<'_>, at: usize, end: usize) -> bool {
    let named = |sense| matches!(sense, Sense::Hour(_)).then_some(());
    let start = at + usize::from(chart.is(at, Sense::At));
    let is_late = |at: usize| {
        let hour = chart.get(at).and_then(Token::digits);
        hour.is_some_and(|hour| hour > 12)
    };
    let is_letter = chart.is_mark(start + 1, "h") && (end == start + 3 || is_late(start));
    let is_run = start > at && chart.get(start).is_some_and(|token| token.text.len() == 4);
    let is_spoken = (start..end).any(|at| chart.is(at, Sense::Past));
    chart.sense(start, named).is_some()
        || chart.is_mark(end - 1, "ish")
        || is_letter
        || is_run
        || is_spoken
}

/// `by 5`, which beside a day is an hour: `friday by 5`, `by 5 today`.
fn hour_by(chart: &Chart<'_>, at: usize) -> Option<(When, usize)> {
    let is_led = chart.any(at, &[Sense::By, Sense::Before]) && chart.at_phrase_start(at);
    let token = chart.get(at + 1).filter(|_| is_led)?;
    let zero = token.text.starts_with('0');
    let (clock, next) = bare(chart, at + 1).filter(|_| token.text.len() <= 2)?;
    let is_ahead = chart
        .items(next)
        .iter()
        .any(|item| item.need == Need::NONE && item.as_day().is_some());
    let when = When {
        clock: Some(early(chart, clock, zero)),
        ..When::default()
    };
    (is_ahead || chart.at_line_end(next)).then_some((when, next))
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

//! Warns of text that looks like a rule or a date but is not one.

use super::remarks::{Remarks, SEVERAL_DAYS};
use crate::TagName;
use crate::grammar::compose::chart::Chart;
use crate::grammar::compose::item::Kind;
use crate::grammar::compose::past;
use crate::grammar::compose::rate::dayless;
use crate::grammar::compose::refused::{begins, nonexistent_time, skip_unparsed};
use crate::grammar::context::YEARS;
use crate::grammar::recognise::calendar::{month_day, several_days, year};
use crate::grammar::recognise::clock::{Setting, clock};
use crate::grammar::recognise::figures::{figures, range_of_figures};
use crate::grammar::recognise::iso::written;
use crate::grammar::recognise::need::Need;
use crate::grammar::recognise::surroundings::{
    after_lead, follows_preposition, is_dated, is_named, is_temporal,
};
use crate::grammar::recognise::word::{month, weekday};
use crate::grammar::token::Token;
use crate::grammar::token::lexicon::{Sense, Unit};

/// Warns of such text at a token, and returns where the search goes on.
pub(super) fn unread(chart: &Chart<'_>, at: usize, remarks: &mut Remarks<'_>) -> usize {
    if let Some(end) = dayless(chart, at) {
        return rate(chart, at, end, remarks);
    }
    if begins(chart, at) && chart.get(at + 1).is_some() {
        return rule(chart, at, remarks);
    }
    if !chart.at_phrase_start(at) {
        return at + 1;
    }
    if let Some(end) = nonexistent_time(chart, at) {
        remarks.not_understood(
            &(at..end),
            "did not understand '{}': there is no such time of day",
        );
        return end;
    }
    if let Some(end) = week(chart, at, remarks) {
        return end;
    }
    let several = several_days(chart, at)
        .or_else(|| range_of_figures(chart, at))
        .or_else(|| weekdays(chart, at));
    if let Some(end) = several {
        remarks.refused(&(at..end), SEVERAL_DAYS);
        return end;
    }
    if let Some(past) = past::in_line(chart, at) {
        remarks.refused(
            &past,
            "'{}' is in the past, so it was left in the title; write a past date with its year",
        );
        return past.end;
    }
    if let Some(next) = past::of_this_week(chart, at) {
        remarks.refused(
            &(at..next),
            "'{}' is in the past, so it was left in the title; write a past date with its year",
        );
        return next;
    }
    if let Some((_, next)) = past::edge_of_this(chart, at) {
        remarks.refused(
            &(at..next),
            "'{}' is in the past, so it was left in the title; write a past date with its year",
        );
        return next;
    }
    // "call tom".
    if chart.is(at, Sense::Tom)
        && chart.at_line_end(at + 1)
        && chart
            .get(at)
            .is_some_and(|token| token.text.starts_with(char::is_lowercase))
    {
        remarks.not_understood(
            &(at..at + 1),
            "'{}' was read as a name; write tmr or tomorrow for the day",
        );
        return at + 1;
    }
    if let Some((Err(refused), next)) = written(chart, at) {
        let text = format!("did not understand '{{}}': {}", refused.detail);
        remarks.refused(&(at..next), &text);
        return next;
    }
    if let Some(why) = impossible(chart, at) {
        let end = (at + 1..chart.list.len())
            .find(|next| !chart.joined_to_previous(*next))
            .unwrap_or(chart.list.len());
        let text = format!("did not understand '{{}}' as a date: {why}");
        remarks.refused(&(at..end), &text);
        return end;
    }
    let named = month_day(chart, at).filter(|(_, next)| chart.at_phrase_end(*next));
    if let Some((_, next)) = named.filter(|(named, _)| named.day().is_none()) {
        remarks.refused(&(at..next), "'{}' is not a date");
        return next;
    }
    if let Some(why) = no_tag(chart, at) {
        remarks.not_understood(
            &(at..at + 2),
            &format!("'{{}}' was not read as a tag: {why}"),
        );
        return at + 2;
    }
    at + 1
}

/// A week by its number, with the word that leads to it.
fn week(chart: &Chart<'_>, at: usize, remarks: &mut Remarks<'_>) -> Option<usize> {
    let start = after_lead(chart, at);
    let item = chart
        .items(start)
        .iter()
        .find(|item| matches!(item.kind, Kind::Week(_)))?;
    let is_dated = clock(chart, item.end, Setting::Behind).is_some();
    let is_clear = start > at || is_dated || (at > 0 && chart.at_line_end(item.end));
    if !is_clear {
        return None;
    }
    let text = format!(
        "'{{}}' was left in the title; write a day of it: {}",
        item.doubt.as_deref().unwrap_or_default()
    );
    if is_dated {
        remarks.not_understood(&(at..item.end), &text);
    } else {
        remarks.refused(&(at..item.end), &text);
    }
    Some(item.end)
}

/// The token after `fri-sun` and `mon or tue` where nothing else shows that they are days.
fn weekdays(chart: &Chart<'_>, at: usize) -> Option<usize> {
    let marks = ["-", "–", "/"];
    let is_mark = marks.iter().any(|mark| chart.is_mark(at + 1, mark));
    let is_joint = is_mark || chart.is(at + 1, Sense::Or);
    let is_range = is_dated(chart, at) && is_dated(chart, at + 2);
    (is_joint && is_range && chart.at_phrase_end(at + 3)).then_some(at + 3)
}

/// Why `#name` is no tag.
fn no_tag(chart: &Chart<'_>, at: usize) -> Option<String> {
    let is_mark = chart.is_mark(at, "#") || chart.is_mark(at, "@");
    let letter = |token: &Token<'_>| !token.spaced && token.text.starts_with(char::is_alphabetic);
    chart.get(at + 1).filter(|token| is_mark && letter(token))?;
    let name = chart.chunk(at)?.0.get(1..)?;
    Some(TagName::parse(name).err()?.detail)
}

/// `daily report`, `mondays are slow`: a word that may be a rule, where nothing names something else by it.
pub(super) fn is_lone_frequency(chart: &Chart<'_>, at: usize) -> bool {
    let adverb = |sense| matches!(sense, Sense::Adverb(..)).then_some(());
    (chart.sense(at, adverb).is_some() || chart.is(at, Sense::Plural))
        && chart.at_phrase_start(at)
        && chart.at_phrase_end(at + 1)
        && !is_named(chart, at)
}

/// `3 times a week` names no days.
fn rate(chart: &Chart<'_>, at: usize, end: usize, remarks: &mut Remarks<'_>) -> usize {
    // "twice a day at 8" keeps its time.
    let timed = clock(chart, end, Setting::Behind).filter(|_| chart.is(end, Sense::At));
    let end = timed.map_or(end, |(_, next)| next);
    let on = chart.is(end, Sense::On) && is_temporal(chart, end + 1);
    let end = if on { skip_unparsed(chart, end) } else { end };
    let daily = [Sense::Unit(Unit::Day), Sense::Adverb(Unit::Day, 1)];
    let text = if (at..end).any(|at| chart.any(at, &daily)) {
        "'{}' names no times of day; write for example 'every day at 8, 14 and 20'"
    } else {
        "'{}' names no days; write for example 'every mon, wed and fri'"
    };
    remarks.refused(&(at..end), text);
    end
}

/// A rule that was not understood.
fn rule(chart: &Chart<'_>, at: usize, remarks: &mut Remarks<'_>) -> usize {
    let end = skip_unparsed(chart, at + 1);
    let range = at..end.max(at + 2);
    // "except 24 dec 2300".
    let far = range.clone().any(|at| {
        let named = at.checked_sub(1).and_then(|last| month(chart, last));
        named
            .and_then(|_| year(chart, at))
            .is_some_and(|year| !YEARS.contains(&year))
    });
    // "every 3 months on friday".
    let months = [Unit::Month, Unit::Quarter, Unit::Year].map(Sense::Unit);
    let is_which = range.clone().any(|at| {
        let on = at + 1;
        chart.any(at, &months) && chart.is(on, Sense::On) && weekday(chart, on + 1).is_some()
    });
    let text = if far {
        "did not understand '{}' as a rule: only the years 1900 to 2200 are supported"
    } else if is_which {
        "did not understand '{}' as a rule: write which one, such as on the first friday"
    } else {
        "did not understand '{}' as a rule"
    };
    remarks.refused(&range, text);
    end
}

/// Why figures that look like a date are none.
fn impossible(chart: &Chart<'_>, at: usize) -> Option<&'static str> {
    let read = figures(chart, at, chart.now.date_order)?;
    let why = read.day.err()?;
    let mut has = Need::NONE;
    if follows_preposition(chart, at) {
        has |= Need::LED;
    }
    if chart.at_line_end(read.next) {
        has |= Need::END;
    }
    if clock(chart, read.next, Setting::Behind).is_some() {
        has |= Need::BEFORE;
    }
    read.need.is_met_by(has).then_some(why)
}

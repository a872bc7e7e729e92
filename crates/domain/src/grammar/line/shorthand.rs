//! Shorthand that a person may mean as a day, a time or a part of a rule, but that may as well be something else.

use jiff::civil::Date;

use super::found::{Known, Leftover, Said};
use crate::grammar::compose::chart::Chart;
use crate::grammar::recognise::clock::{Setting, clock};
use crate::grammar::recognise::surroundings::{follows_preposition, is_dated};
use crate::grammar::recognise::word::{month, number, ordinal, unit, weekday};
use crate::grammar::token::Token;
use crate::grammar::token::lexicon::{Sense, Unit};

/// Most years ahead of a date in eight figures; more is an account or an order.
const YEARS_AHEAD: i16 = 30;

/// Two letters for two weekdays that are little else.
const PAIRS: [&str; 5] = ["MW", "WF", "MF", "TTh", "TR"];

/// Such a piece at a token.
pub(super) fn shorthand(chart: &Chart<'_>, at: usize, known: Known) -> Option<Leftover> {
    let first = chart.get(at)?;
    if known.repeats
        && let Some(found) = restart(chart, at).or_else(|| factor(chart, at))
    {
        return Some(found);
    }
    if !(first.spaced || at == 0) {
        return None;
    }
    let end = (at + 1..chart.list.len())
        .find(|next| !chart.joined_to_previous(*next))
        .unwrap_or(chart.list.len());
    let span = chart.span(&(at..end));
    let run = chart
        .text
        .get(span)?
        .trim_end_matches([',', '.', ';', ':', '!', '?', ')']);
    // A run of figures or capital letters is short.
    if run.len() <= 16 {
        let undated = matches!(known.due, Said::Nothing | Said::LoneTime);
        let text = letters(run, known)
            .or_else(|| run.ends_with("-ish").then_some("write it without -ish"))
            .or_else(|| figures(chart, at, end, run).filter(|_| undated))
            .or_else(|| two_times(run));
        if let Some(instead) = text {
            return Some((at..end, instead));
        }
    }
    if first.literal {
        return None;
    }
    either(chart, at)
        .or_else(|| spaced_letters(chart, at).filter(|_| known.due == Said::LoneTime))
        .or_else(|| rate(chart, at))
        .or_else(|| day_of_month(chart, at).filter(|_| known.due == Said::Nothing))
        .or_else(|| vague(chart, at, known))
        .or_else(|| rough(chart, at, known))
        .or_else(|| anchor(chart, at).filter(|_| known.repeats))
        .or_else(|| months(chart, at).filter(|_| known.repeats))
        .or_else(|| week_on(chart, at))
        .or_else(|| day_off(chart, at).filter(|_| known.due == Said::Day))
        .or_else(|| heading(chart, at).filter(|_| known.due == Said::Nothing))
}

/// `MWF`, `TTh`, `m/w/f`: letters for weekdays. Two are so little that a time has to stand beside them.
fn letters(run: &str, known: Known) -> Option<&'static str> {
    if let Some((first, last)) = run.split_once('-') {
        let is_range = day_of_letters(first)? < day_of_letters(last)?;
        let is_lone = known.due == Said::LoneTime && !known.repeats;
        return (is_range && is_lone).then_some("write for example every mon to fri");
    }
    let days = if run.contains('/') {
        run.split('/')
            .map(day_of_letters)
            .collect::<Option<Vec<_>>>()?
    } else {
        capitals(run)?
    };
    let rising = days.is_sorted_by(|a, b| a < b) && days.len() > 1;
    let clear = match known.due {
        Said::LoneTime => days.len() > 2 || run.contains('/') || PAIRS.contains(&run),
        Said::Nothing => days.len() > 2 || run == "TTh",
        Said::Day | Said::DayAndTime => false,
    };
    (rising && clear && !known.repeats).then_some("write for example every mon, wed and fri")
}

/// The day of the week, from 0 for Monday, that letters stand for.
fn day_of_letters(letters: &str) -> Option<u8> {
    Some(match letters.to_ascii_lowercase().as_str() {
        "m" | "mo" => 0,
        "t" | "tu" => 1,
        "w" | "we" => 2,
        "th" | "r" => 3,
        "f" | "fr" => 4,
        "s" | "sa" => 5,
        "su" => 6,
        _ => return None,
    })
}

/// The days of a run such as `MTWThF`.
fn capitals(run: &str) -> Option<Vec<u8>> {
    let mut days = Vec::new();
    let mut rest = run;
    while !rest.is_empty() {
        let (day, tail) = ["Th", "TH", "Tu", "Sa", "Su", "M", "T", "W", "R", "F", "S"]
            .iter()
            .find_map(|letters| Some((day_of_letters(letters)?, rest.strip_prefix(letters)?)))?;
        days.push(day);
        rest = tail;
    }
    Some(days)
}

/// `m w f`, `tu th`.
fn spaced_letters(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    let day = |at: usize| {
        let token = chart.get(at).filter(|token| token.text.len() <= 2)?;
        day_of_letters(token.text)
    };
    let mut days = vec![day(at)?];
    while let Some(next) = day(at + days.len()).filter(|next| days.last() < Some(next)) {
        days.push(next);
    }
    let is_long =
        (at..at + days.len()).all(|at| chart.get(at).is_some_and(|token| token.text.len() == 2));
    let is_clear = days.len() > 2 || days.len() == 2 && is_long;
    is_clear.then_some((
        at..at + days.len(),
        "write for example every mon, wed and fri",
    ))
}

/// `31-12`, `3-2-27`, `31.12.27`, `20271231`: a date in figures that may be a number, a range or a version.
fn figures(chart: &Chart<'_>, at: usize, end: usize, run: &str) -> Option<&'static str> {
    let this = chart.now.today.year();
    let is_date = |year: &str, month: &str, day: &str| {
        let date =
            (|| Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok())();
        date.is_some_and(|date| (this - 1..=this + YEARS_AHEAD).contains(&date.year()))
    };
    let is_short = |part: &&str| {
        (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let mark = run.find(['-', '.']).and_then(|at| run.get(at..=at));
    let parts: Vec<&str> = mark.map_or_else(Vec::new, |mark| run.split(mark).collect());
    let found = match parts.as_slice() {
        [] => {
            // "20270103T1500"
            let day = run.split_once('T').map_or(run, |(day, _)| day);
            let is_run = day.len() == 8 && day.bytes().all(|byte| byte.is_ascii_digit());
            is_run && is_date(day.get(..4)?, day.get(4..6)?, day.get(6..)?)
        }
        // "3.1."
        [day, month] if mark == Some(".") && parts.iter().all(is_short) => {
            let is_stopped = chart.is_mark(end - 1, ".") && chart.at_line_end(end);
            is_stopped && Date::new(2000, month.parse().ok()?, day.parse().ok()?).is_ok()
        }
        [day, month, year] if year.len() == 2 && parts.iter().all(is_short) => {
            let year = format!("20{year}");
            let is_last = mark == Some("-") || chart.at_line_end(end);
            is_last && (is_date(&year, month, day) || is_date(&year, day, month))
        }
        [day, month]
            if mark == Some("-") && parts.iter().all(|part| is_short(part) && part.len() == 2) =>
        {
            // "pages 10-12" rises.
            let is_range =
                day <= month && !month.starts_with('0') && !follows_preposition(chart, at);
            // 2000 was a leap year.
            !is_range
                && chart.at_line_end(end)
                && Date::new(2000, month.parse().ok()?, day.parse().ok()?).is_ok()
        }
        _ => false,
    };
    found.then_some("write it like 31 dec or 2027-12-31 if it is the day")
}

/// `5/6pm`.
fn two_times(run: &str) -> Option<&'static str> {
    let (first, second) = run.split_once('/')?;
    let lower = second.to_ascii_lowercase();
    let second = lower
        .strip_suffix("pm")
        .or_else(|| lower.strip_suffix("am"))?;
    let is_hour = |text: &str| {
        text.parse::<u8>()
            .is_ok_and(|hour| (1..=12).contains(&hour))
    };
    (is_hour(first) && is_hour(second)).then_some("write one time, or both as 5-6pm")
}

/// `5 or` before `6pm`, and `or later` behind a day or a time.
fn either(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    let is_stated = |at: usize| {
        let end = clock(chart, at, Setting::Behind).map(|(_, end)| end);
        end.is_some_and(|end| {
            chart.any(end - 1, &[Sense::Am, Sense::Pm]) || chart.is_mark(at + 1, ":")
        })
    };
    if number(chart, at).is_some_and(|hour| hour <= 24)
        && chart.is(at + 1, Sense::Or)
        && is_stated(at + 2)
    {
        return Some((at..at + 2, "write one time, or both as 5-6pm"));
    }
    let last = at.checked_sub(1)?;
    let is_unit = unit(chart, last).is_some();
    let is_behind = chart.any(last, &[Sense::Am, Sense::Pm]) || is_unit || ends_date(chart, last);
    let is_later = chart.any(at + 1, &[Sense::Later, Sense::Earlier])
        || chart.match_name(at + 1, "so").is_some();
    (chart.is(at, Sense::Or) && is_later && is_behind && chart.at_line_end(at + 2))
        .then_some((at..at + 2, "what stands before it is when the task is due"))
}

/// `late morning`, `early tomorrow`, `at lunch`: a time that is no number.
fn rough(chart: &Chart<'_>, at: usize, known: Known) -> Option<Leftover> {
    let part = |sense| matches!(sense, Sense::Part(_)).then_some(());
    let is_early = chart.match_name(at, "early").is_some();
    if known.due == Said::Day && (is_early || chart.is(at, Sense::Late)) {
        let is_part = chart.sense(at + 1, part).is_some();
        let is_day = is_early
            && (is_dated(chart, at + 1)
                || chart.any(at + 1, &[Sense::Next, Sense::This])
                || month(chart, at + 1).is_some());
        let end = at + 1 + usize::from(is_part);
        return (is_part || is_day).then_some((at..end, "write a time, such as at 11"));
    }
    let is_lunch = chart.any(at, &[Sense::At, Sense::By, Sense::Before, Sense::After])
        && chart.is(at + 1, Sense::Lunch)
        && chart.at_line_end(at + 2);
    (is_lunch && known.due == Said::Nothing && at > 0)
        .then_some((at..at + 2, "write a day beside it, or at 12:00"))
}

/// `x5` and `4x` beside a rule.
fn factor(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    let token = chart.get(at).filter(|token| !token.literal)?;
    let count = token.text.strip_prefix(['x', 'X']).unwrap_or_default();
    if !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some((
            at..at + 1,
            "write for example 5 times if the rule ends after it",
        ));
    }
    token.digits()?;
    let is_times = chart.joined_to_previous(at + 1) && chart.is_mark(at + 1, "x");
    is_times.then_some((at..at + 2, "write the times of day, such as at 8 and 18"))
}

/// `2x a day`: how often, and not when.
fn rate(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    chart.get(at)?.digits()?;
    let is_times = chart.joined_to_previous(at + 1) && chart.is_mark(at + 1, "x");
    let is_per = chart.is(at + 2, Sense::Per) || number(chart, at + 2) == Some(1);
    let (_, end) = unit(chart, at + 3).filter(|_| is_times && is_per)?;
    Some((at..end, "write for example every day at 8 and 18"))
}

/// `1st of the month` before a word that is no part of it.
fn day_of_month(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    let (_, next) = ordinal(chart, at).filter(|(day, _)| (1..=31).contains(day))?;
    let the = next + 1 + usize::from(chart.is(next + 1, Sense::The));
    let is_month = chart.is(next, Sense::Of) && chart.is(the, Sense::Unit(Unit::Month));
    let at = at - usize::from(at > 0 && chart.is(at - 1, Sense::The));
    is_month.then_some((at..the + 1, "write on before it if it is the day"))
}

/// `first thing`, `sometime next week`, `from 10` behind a day.
fn vague(chart: &Chart<'_>, at: usize, known: Known) -> Option<Leftover> {
    let thing = ["first thing", "last thing"]
        .iter()
        .find_map(|words| chart.match_name(at, words));
    if let Some(end) = thing.filter(|end| chart.at_line_end(*end) || known.due == Said::Day) {
        return Some((at..end, "write a time, such as at 9"));
    }
    let their = ["their time", "local time"]
        .iter()
        .find_map(|words| chart.match_name(at, words));
    if let Some(end) = their.filter(|_| matches!(known.due, Said::DayAndTime | Said::LoneTime)) {
        return Some((
            at..end,
            "write the zone, such as Europe/Paris, if it is another",
        ));
    }
    if known.due != Said::Day {
        return None;
    }
    if let Some(end) = chart.match_name(at, "after next") {
        return Some((at..end, "write the date instead"));
    }
    if chart.is(at, Sense::Between) {
        return Some((at..at + 1, "write the one day on which it is due"));
    }
    let some = ["sometime", "some time"]
        .iter()
        .find_map(|words| chart.match_name(at, words));
    if let Some(end) = some {
        return Some((at..end, "it is due on one day, which the answer names"));
    }
    let is_hour = number(chart, at + 1).is_some_and(|hour| hour <= 24);
    let is_from = chart.is(at, Sense::From) && is_hour && unit(chart, at + 2).is_none();
    is_from.then_some((at..at + 2, "write at before the time at which it is due"))
}

/// What says that a rule counts from its dates, which it does.
const ANCHOR: &str = "every counts from the schedule, every! from the completion";

/// `strictly`, `from schedule`.
fn anchor(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    let end = [
        "strictly",
        "from schedule",
        "from the schedule",
        "on schedule",
    ]
    .iter()
    .find_map(|words| chart.match_name(at, words))?;
    chart.at_line_end(end).then_some((at..end, ANCHOR))
}

/// The mark of `daily!`.
fn restart(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    let last = at.checked_sub(1)?;
    let adverb = |sense| matches!(sense, Sense::Adverb(..)).then_some(());
    let is_mark = chart.is_mark(at, "!") && chart.joined_to_previous(at);
    (is_mark && chart.sense(last, adverb).is_some()).then_some((
        at..at + 1,
        "write for example every! day if it counts from the completion",
    ))
}

/// `apr-oct` beside a rule.
fn months(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    let is_dash = chart.is_mark(at + 1, "-") || chart.is_mark(at + 1, "–");
    let is_range = is_dash && month(chart, at).is_some() && month(chart, at + 2).is_some();
    is_range.then_some((at..at + 3, "write for example from april to october"))
}

/// `wk` in `wk on mon`.
fn week_on(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    let is_counted = at
        .checked_sub(1)
        .is_some_and(|last| number(chart, last).is_some());
    let weeks = [Unit::Week, Unit::Fortnight].map(Sense::Unit);
    let is_week = chart.any(at, &weeks) && chart.is(at + 1, Sense::On);
    (is_week && !is_counted && weekday(chart, at + 2).is_some() && chart.at_line_end(at + 3))
        .then_some((at..at + 1, "write a week on monday if it is the week after"))
}

/// `off` in `book friday off`, which is hardly done on that Friday.
fn day_off(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    let last = at.checked_sub(1)?;
    let is_off = chart.match_name(at, "off").is_some() && chart.at_line_end(at + 1);
    (is_off && ends_date(chart, last)).then_some((
        at..at + 1,
        "put the day in quotation marks if the task is not due on it",
    ))
}

/// Whether a token may be the last of a date.
fn ends_date(chart: &Chart<'_>, at: usize) -> bool {
    let is_number = chart.get(at).is_some_and(|token| token.digits().is_some());
    is_number || is_dated(chart, at) || month(chart, at).is_some() || chart.is(at, Sense::Suffix)
}

/// `mon call bank`: a weekday that is a word too, before others.
fn heading(chart: &Chart<'_>, at: usize) -> Option<Leftover> {
    let is_short = chart.get(at)?.text.eq_ignore_ascii_case("mon");
    let is_word = |token: &Token<'_>| token.spaced && token.text.starts_with(char::is_lowercase);
    (at == 0 && is_short && chart.get(1).is_some_and(is_word))
        .then_some((at..at + 1, "write monday or 'mon:' if it is the day"))
}

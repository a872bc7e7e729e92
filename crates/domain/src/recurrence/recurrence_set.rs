//! The text of a whole recurrence: RRULE, RDATE, EXDATE (RFC 5545 section 3.8.5) and Taskwire's own lines.

use std::fmt;
use std::fmt::Write as _;

use jiff::civil::{Date, Weekday};

use super::parse::{self, refuse};
use super::rule::{Moment, Rule, letters};
use super::{Anchor, CatchUp, Overflow, Recurrence, cron};
use crate::Invalid;
use crate::text::clip;

/// Most rules in one recurrence.
pub const RULES_MAX: usize = 8;
/// Most added dates, and most excluded ones.
const DATES_MAX: usize = 500;
/// Longest text that is looked at.
const TEXT_MAX: usize = 16_000;

/// What a recurrence leaves out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exclusion {
    /// One occurrence (EXDATE); a date leaves out the whole day.
    On(Moment),
    /// Each such weekday.
    Weekday(Weekday),
    /// Each such month, 1 to 12.
    Month(i8),
    /// This day of every year: month and day.
    YearDay(i8, i8),
    /// All days from the first to the last.
    Range(Date, Date),
}

impl fmt::Display for Exclusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::On(moment) => moment.fmt(f),
            Self::Weekday(weekday) => f.write_str(letters(*weekday)),
            Self::Month(month) => write!(f, "--{month:02}"),
            Self::YearDay(month, day) => write!(f, "--{month:02}{day:02}"),
            Self::Range(first, last) => {
                write!(f, "{}/{}", Moment::Date(*first), Moment::Date(*last))
            }
        }
    }
}

/// One line of the text: a name, and a value behind its parameters.
struct Line<'a> {
    name: &'a str,
    value: &'a str,
}

pub(super) fn parse(text: &str, overflow: Overflow) -> Result<Recurrence, Invalid> {
    if text.len() > TEXT_MAX {
        return Err(refuse(
            "rule_too_long",
            format!("The rule is {} bytes long.", text.len()),
            format!("Send at most {TEXT_MAX}."),
        ));
    }
    if let Some(rules) = cron::parse(text)? {
        return Ok(Recurrence {
            rules,
            overflow,
            ..Recurrence::of(Rule::every(super::Frequency::Daily, 1))
        });
    }
    // A long line goes on after a line break and a space (RFC 5545 section 3.1).
    let upper = text
        .trim()
        .replace("\r\n", "\n")
        .replace("\n ", "")
        .to_ascii_uppercase();
    let mut recurrence = Recurrence {
        rules: Vec::new(),
        overflow,
        ..Recurrence::of(Rule::every(super::Frequency::Daily, 1))
    };
    let mut seen = None;
    for text in upper.lines().map(str::trim).filter(|line| !line.is_empty()) {
        take(&mut recurrence, &mut seen, &line(text))?;
    }
    if recurrence.rules.is_empty() {
        return Err(refuse(
            "invalid_rule",
            "There is no RRULE in the text.",
            "Send one such as FREQ=WEEKLY;BYDAY=MO.",
        ));
    }
    if recurrence.anchor == Anchor::Completion {
        recurrence.catch_up = CatchUp::FromCompletion;
    }
    Ok(recurrence)
}

/// Cuts a line; one without a name is the value of an RRULE.
fn line(text: &str) -> Line<'_> {
    match text.split_once(':') {
        Some((head, value)) => Line {
            name: head.split(';').next().unwrap_or_default(),
            value,
        },
        None => Line {
            name: "RRULE",
            value: text,
        },
    }
}

fn take(
    recurrence: &mut Recurrence,
    seen: &mut Option<Overflow>,
    line: &Line<'_>,
) -> Result<(), Invalid> {
    match line.name {
        "RRULE" => {
            if recurrence.rules.len() == RULES_MAX {
                return Err(refuse(
                    "invalid_rule",
                    format!("There are more than {RULES_MAX} rules."),
                    "Send fewer; one rule may name several days and times.",
                ));
            }
            recurrence.rules.push(parse::rule(line.value)?);
            let skip = parse::overflow(line.value);
            if let (Some(skip), Some(before)) = (skip, *seen)
                && skip != before
            {
                return Err(refuse(
                    "invalid_rule",
                    "Two rules have different SKIP.",
                    "Send the same SKIP in each.",
                ));
            }
            if let Some(skip) = skip {
                *seen = Some(skip);
                recurrence.overflow = skip;
            }
        }
        "RDATE" => recurrence.extra = moments(recurrence.extra.clone(), line)?,
        "EXDATE" => {
            for moment in moments(Vec::new(), line)? {
                exclude(recurrence, Exclusion::On(moment))?;
            }
        }
        "X-TASKWIRE-EXCLUDE" => {
            for text in line.value.split(',') {
                exclude(recurrence, exclusion(text.trim())?)?;
            }
        }
        "X-TASKWIRE-ANCHOR" => recurrence.anchor = Anchor::parse(&word(line))?,
        "X-TASKWIRE-CATCH-UP" => recurrence.catch_up = CatchUp::parse(&word(line))?,
        "X-TASKWIRE-OVERFLOW" => recurrence.overflow = Overflow::parse(&word(line))?,
        "DTSTART" => {
            return Err(refuse(
                "invalid_rule",
                "DTSTART does not belong to the rule.",
                "Leave it out: the start of the series is the due value.",
            ));
        }
        name => {
            return Err(refuse(
                "invalid_rule",
                format!("{:?} is not a line of a recurrence.", clip(name)),
                "Send RRULE, RDATE, EXDATE and X-TASKWIRE-EXCLUDE lines, or one rule alone such as FREQ=WEEKLY;BYDAY=MO.",
            ));
        }
    }
    Ok(())
}

/// `FROM-COMPLETION` as the policies are named elsewhere.
fn word(line: &Line<'_>) -> String {
    line.value.trim().to_ascii_lowercase().replace('-', "_")
}

fn exclude(recurrence: &mut Recurrence, exclusion: Exclusion) -> Result<(), Invalid> {
    if recurrence.exclude.len() == DATES_MAX {
        return Err(too_many("excluded"));
    }
    if !recurrence.exclude.contains(&exclusion) {
        recurrence.exclude.push(exclusion);
    }
    Ok(())
}

fn moments(mut moments: Vec<Moment>, line: &Line<'_>) -> Result<Vec<Moment>, Invalid> {
    for text in line.value.split(',') {
        let moment = parse::moment(line.name, text.trim())?;
        if moments.len() == DATES_MAX {
            return Err(too_many("added"));
        }
        if !moments.contains(&moment) {
            moments.push(moment);
        }
    }
    Ok(moments)
}

fn too_many(what: &str) -> Invalid {
    refuse(
        "invalid_rule",
        format!("There are more than {DATES_MAX} {what} dates."),
        "Send fewer; a range or a weekday may stand for many.",
    )
}

fn exclusion(text: &str) -> Result<Exclusion, Invalid> {
    let refused = || {
        refuse(
            "invalid_rule",
            format!("{:?} cannot be left out of a rule.", clip(text)),
            "Send a date (20270104), a time (20270104T090000), a range (20270701/20270714), a weekday (SA), a month \
             (--08) or a day of every year (--1224).",
        )
    };
    if let Some(weekday) = parse::weekday(text) {
        return Ok(Exclusion::Weekday(weekday));
    }
    if let Some(digits) = text.strip_prefix("--") {
        let number = |text: Option<&str>| text.and_then(|text| text.parse::<i8>().ok());
        let month = number(digits.get(..2)).filter(|month| (1..=12).contains(month));
        return match (month, digits.len()) {
            (Some(month), 2) => Ok(Exclusion::Month(month)),
            // 2000 was a leap year, so 29 February passes.
            (Some(month), 4) => number(digits.get(2..))
                .filter(|day| Date::new(2000, month, *day).is_ok())
                .map(|day| Exclusion::YearDay(month, day))
                .ok_or_else(refused),
            _ => Err(refused()),
        };
    }
    if let Some((first, last)) = text.split_once('/') {
        return match (
            parse::moment("X-TASKWIRE-EXCLUDE", first)?,
            parse::moment("X-TASKWIRE-EXCLUDE", last)?,
        ) {
            (Moment::Date(first), Moment::Date(last)) if first <= last => {
                Ok(Exclusion::Range(first, last))
            }
            _ => Err(refused()),
        };
    }
    parse::moment("X-TASKWIRE-EXCLUDE", text).map(Exclusion::On)
}

/// The rules and dates without the policies: one plain rule stands alone, anything more has a line each.
impl fmt::Display for Recurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let ([rule], [], []) = (
            self.rules.as_slice(),
            self.extra.as_slice(),
            self.exclude.as_slice(),
        ) {
            return rule.fmt(f);
        }
        f.write_str(&lines(self, ""))
    }
}

pub(super) fn interchange(recurrence: &Recurrence) -> String {
    let skip = match recurrence.overflow {
        Overflow::Clamp => ";RSCALE=GREGORIAN;SKIP=BACKWARD",
        Overflow::Skip => ";RSCALE=GREGORIAN;SKIP=OMIT",
        Overflow::Forward => ";RSCALE=GREGORIAN;SKIP=FORWARD",
    };
    let wire = |name: &str| name.to_ascii_uppercase().replace('_', "-");
    format!(
        "{}\nX-TASKWIRE-ANCHOR:{}\nX-TASKWIRE-CATCH-UP:{}",
        lines(recurrence, skip),
        wire(recurrence.anchor.as_str()),
        wire(recurrence.catch_up.as_str())
    )
}

fn lines(recurrence: &Recurrence, skip: &str) -> String {
    let mut lines: Vec<String> = recurrence
        .rules
        .iter()
        .map(|rule| format!("RRULE:{rule}{skip}"))
        .collect();
    dates(&mut lines, "RDATE", recurrence.extra.iter().copied());
    let dates_out = recurrence.exclude.iter().filter_map(|out| match out {
        Exclusion::On(moment) => Some(*moment),
        _ => None,
    });
    dates(&mut lines, "EXDATE", dates_out);
    let mut days_out = String::new();
    for out in &recurrence.exclude {
        if !matches!(out, Exclusion::On(_)) {
            let comma = if days_out.is_empty() { "" } else { "," };
            // Writing into a string does not fail.
            let _ = write!(days_out, "{comma}{out}");
        }
    }
    if !days_out.is_empty() {
        lines.push(format!("X-TASKWIRE-EXCLUDE:{days_out}"));
    }
    lines.join("\n")
}

/// One line for the dates and one for the times, as their value types differ.
fn dates(lines: &mut Vec<String>, name: &str, moments: impl Iterator<Item = Moment>) {
    let (days, times): (Vec<Moment>, Vec<Moment>) =
        moments.partition(|moment| matches!(moment, Moment::Date(_)));
    for (moments, kind) in [(days, ";VALUE=DATE"), (times, "")] {
        if !moments.is_empty() {
            let texts: Vec<String> = moments.iter().map(ToString::to_string).collect();
            lines.push(format!("{name}{kind}:{}", texts.join(",")));
        }
    }
}

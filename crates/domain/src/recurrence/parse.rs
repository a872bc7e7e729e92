//! From text to a recurrence: RRULE, RDATE, EXDATE (RFC 5545 section 3.8.5), Taskwire's own lines, or cron.

use jiff::civil::Date;

use super::error::refuse;
use super::policies::{Anchor, CatchUp, Overflow};
use super::recurrence_set::{Exclusion, RULES_MAX, Recurrence};
use super::rule::{Frequency, Moment, Rule};
use crate::text::clip;
use crate::{Due, Invalid};

mod cron;
mod rule;

/// Most added dates, and most excluded ones.
const DATES_MAX: usize = 500;
/// Longest text that is looked at.
const TEXT_MAX: usize = 16_000;

/// One line of the text: a name, and a value behind its parameters.
struct Line<'a> {
    name: &'a str,
    value: &'a str,
}

impl Recurrence {
    /// Reads a rule (`FREQ=WEEKLY;BYDAY=MO`), lines of RRULE, RDATE, EXDATE and X-TASKWIRE-EXCLUDE with policies among
    /// them, or a cron expression of five fields. `overflow` counts where the text has no SKIP.
    /// Fails with `rule_too_long`, `invalid_recurrence` or the code of the part that is wrong.
    pub fn parse(text: &str, overflow: Overflow) -> Result<Self, Invalid> {
        parse(text, overflow, None).map(|(recurrence, _)| recurrence)
    }

    /// Reads the text of another program, like [`Recurrence::parse`]: what a rule lacks is taken from its start, and
    /// returned as a remark for each part.
    pub fn import(
        text: &str,
        overflow: Overflow,
        start: &Due,
    ) -> Result<(Self, Vec<String>), Invalid> {
        parse(text, overflow, Some(start.date()))
    }
}

fn parse(
    text: &str,
    overflow: Overflow,
    start: Option<Date>,
) -> Result<(Recurrence, Vec<String>), Invalid> {
    if text.len() > TEXT_MAX {
        return Err(refuse(
            "rule_too_long",
            format!("The rule is {} bytes long.", text.len()),
            format!("Send at most {TEXT_MAX}."),
        ));
    }
    if let Some(rules) = cron::parse(text)? {
        let recurrence = Recurrence {
            rules,
            overflow,
            ..Recurrence::of(Rule::every(Frequency::Daily, 1))
        };
        return Ok((recurrence, Vec::new()));
    }
    // A long line continues after a line break and a space (RFC 5545 section 3.1).
    let upper = text
        .trim()
        .replace("\r\n", "\n")
        .replace("\n ", "")
        .to_ascii_uppercase();
    let mut recurrence = Recurrence {
        rules: Vec::new(),
        overflow,
        ..Recurrence::of(Rule::every(Frequency::Daily, 1))
    };
    let mut seen = None;
    let mut remarks = Vec::new();
    for text in upper.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let line = line(text);
        take(&mut recurrence, &mut seen, &line, (start, &mut remarks))?;
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
    Ok((recurrence, remarks))
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
    (start, remarks): (Option<Date>, &mut Vec<String>),
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
            recurrence
                .rules
                .push(rule::parse(line.value, start, remarks)?);
            let skip = rule::overflow(line.value);
            if let (Some(skip), Some(before)) = (skip, *seen)
                && skip != before
            {
                return Err(refuse(
                    "invalid_rule",
                    "Two rules have different SKIP values.",
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
                "DTSTART is not accepted here.",
                "Omit it: the series starts at the due value.",
            ));
        }
        name => {
            return Err(refuse(
                "invalid_rule",
                format!("{:?} is not a valid recurrence line.", clip(name)),
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
        let moment = rule::moment(line.name, text.trim())?;
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
        "Send fewer; use a range or a weekday for many dates.",
    )
}

fn exclusion(text: &str) -> Result<Exclusion, Invalid> {
    let refused = || {
        refuse(
            "invalid_rule",
            format!("{:?} is not a valid exclusion.", clip(text)),
            "Send a date (20270104), a time (20270104T090000), a range (20270701/20270714), a weekday (SA), a month \
             (--08), a day of every year (--1224) or days of every year (--1224/--0102).",
        )
    };
    if let Some(weekday) = rule::weekday(text) {
        return Ok(Exclusion::Weekday(weekday));
    }
    if let Some((first, last)) = text.split_once('/')
        && first.starts_with("--")
    {
        let range = year_day(first).zip(year_day(last));
        let range = range.map(|(first, last)| Exclusion::YearRange(first, last));
        return range.ok_or_else(refused);
    }
    if let Some(digits) = text.strip_prefix("--") {
        if let Some((month, day)) = year_day(text) {
            return Ok(Exclusion::YearDay(month, day));
        }
        let month = two_digits(digits).filter(|month| (1..=12).contains(month));
        return month.map(Exclusion::Month).ok_or_else(refused);
    }
    if let Some((first, last)) = text.split_once('/') {
        return match (
            rule::moment("X-TASKWIRE-EXCLUDE", first)?,
            rule::moment("X-TASKWIRE-EXCLUDE", last)?,
        ) {
            (Moment::Date(first), Moment::Date(last)) if first <= last => {
                Ok(Exclusion::Range(first, last))
            }
            _ => Err(refused()),
        };
    }
    rule::moment("X-TASKWIRE-EXCLUDE", text).map(Exclusion::On)
}

/// `--1224`: month and day.
fn year_day(text: &str) -> Option<(i8, i8)> {
    let digits = text.strip_prefix("--")?;
    let (month, day) = (two_digits(digits.get(..2)?)?, two_digits(digits.get(2..)?)?);
    // 2000 was a leap year, so 29 February passes.
    Date::new(2000, month, day).ok().map(|_| (month, day))
}

fn two_digits(text: &str) -> Option<i8> {
    let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

//! `taskwire dates next`: the dates of a rule.

use std::process::ExitCode;

use clap::Args;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use taskwire_domain::recurrence::{
    Anchor, CatchUp, Frequency, Occurrence, OccurrencePosition, Overflow,
};
use taskwire_domain::{Due, Invalid, OccurrenceKey, Recurrence, Zone};

use super::form::{self, Form};
use super::lines;
use crate::logging::{print_error, print_line};

/// Maximum number of dates in a result.
const LIMIT_MAX: usize = 100_000;

#[derive(Args)]
pub(crate) struct Options {
    /// Read one request per line from standard input and write one result per line
    #[arg(long, conflicts_with_all = ["rrule", "dtstart", "zone", "limit"])]
    jsonl: bool,
    /// An RFC 5545 rule such as FREQ=WEEKLY;BYDAY=MO, or a cron expression
    #[arg(required_unless_present = "jsonl")]
    rrule: Option<String>,
    /// The start: 2026-12-01, 2026-12-01T09:00 or 2026-12-01T09:00[Europe/Rome]
    #[arg(required_unless_present = "jsonl")]
    dtstart: Option<String>,
    /// IANA zone of a start without one
    #[arg(long)]
    zone: Option<String>,
    /// How many dates, 1 to 100000
    #[arg(long, default_value_t = 10)]
    limit: usize,
}

/// A request. The defaults are those of RFC 5545, so a month without the day is left out unless `overflow` or SKIP says
/// otherwise.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    /// A rule, lines of RRULE, RDATE and EXDATE, or a cron expression.
    rrule: String,
    dtstart: String,
    #[serde(default)]
    zone: Option<String>,
    #[serde(default)]
    exdate: Listed,
    #[serde(default)]
    rdate: Listed,
    /// Values of X-TASKWIRE-EXCLUDE: weekdays (SA), months (--08), days of every year (--1224), ranges.
    #[serde(default)]
    exclude: Listed,
    #[serde(default)]
    overflow: Option<String>,
    #[serde(default)]
    anchor: Option<String>,
    #[serde(default)]
    catch_up: Option<String>,
    /// Only dates after this one, in the form of `dtstart`.
    #[serde(default)]
    after: Option<String>,
    /// The start was completed at this instant or date-time: the dates are those that follow by the policies.
    #[serde(default)]
    completed_at: Option<String>,
    #[serde(default = "ten")]
    limit: usize,
}

fn ten() -> usize {
    10
}

/// One text or several.
#[derive(Default, Deserialize)]
#[serde(untagged)]
enum Listed {
    #[default]
    None,
    One(String),
    Many(Vec<String>),
}

impl Listed {
    fn texts(&self) -> &[String] {
        match self {
            Self::None => &[],
            Self::One(text) => std::slice::from_ref(text),
            Self::Many(texts) => texts,
        }
    }
}

#[derive(Serialize)]
struct Answer {
    occurrences: Vec<String>,
    /// What the rule lacked and took from the start.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    remarks: Vec<String>,
}

pub(super) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    if options.jsonl {
        return lines::answer_lines(|request: Request| answer(&request));
    }
    let request = Request {
        rrule: options.rrule.clone().unwrap_or_default(),
        dtstart: options.dtstart.clone().unwrap_or_default(),
        zone: options.zone.clone(),
        limit: options.limit,
        ..Request::default()
    };
    let answer = answer(&request).map_err(|refused| lines::refuse(&refused))?;
    for remark in answer.remarks {
        print_error(&remark);
    }
    for occurrence in answer.occurrences {
        print_line(&occurrence);
    }
    Ok(ExitCode::SUCCESS)
}

fn answer(request: &Request) -> Result<Answer, Invalid> {
    if !(1..=LIMIT_MAX).contains(&request.limit) {
        return Err(Invalid::new(
            "limit",
            "invalid_limit",
            format!("`limit` is {}.", request.limit),
        )
        .hint(format!("Use 1 to {LIMIT_MAX}.")));
    }
    let zone = request.zone.as_deref().map(Zone::parse).transpose()?;
    let (start, form) = form::read(&request.dtstart, zone.as_ref())?;
    let (mut recurrence, remarks) = recurrence(request, &start)?;
    fit(&mut recurrence, &start)?;
    recurrence.check(&start)?;
    let limit = request.limit;
    let found = if let Some(done) = &request.completed_at {
        followed(&recurrence, &start, done, zone.as_ref(), limit)?
    } else {
        let after = match &request.after {
            Some(after) => Some(form::read(after, zone.as_ref())?.0),
            None => None,
        };
        recurrence.expand_after(&start, after.as_ref(), limit)
    };
    Ok(Answer {
        occurrences: found.iter().map(|found| form.write(found)).collect(),
        remarks,
    })
}

fn recurrence(request: &Request, start: &Due) -> Result<(Recurrence, Vec<String>), Invalid> {
    let mut text = request.rrule.clone();
    for (name, list) in [
        ("RDATE", &request.rdate),
        ("EXDATE", &request.exdate),
        ("X-TASKWIRE-EXCLUDE", &request.exclude),
    ] {
        for value in list.texts() {
            text.extend(["\n", name, ":", &compact(value)]);
        }
    }
    let overflow = match &request.overflow {
        Some(overflow) => Overflow::parse(overflow)?,
        None => Overflow::Skip,
    };
    let (mut recurrence, remarks) = Recurrence::import(&text, overflow, start)?;
    if let Some(anchor) = &request.anchor {
        recurrence.anchor = Anchor::parse(anchor)?;
    }
    if recurrence.anchor == Anchor::Completion {
        recurrence.catch_up = CatchUp::FromCompletion;
    }
    if let Some(catch_up) = &request.catch_up {
        recurrence.catch_up = CatchUp::parse(catch_up)?;
    }
    Ok((recurrence, remarks))
}

/// A date or date-time in the basic format of iCalendar; a zone after it belongs to the start.
fn compact(value: &str) -> String {
    let value = value.split('[').next().unwrap_or_default();
    let is_extended = value.starts_with(|c: char| c.is_ascii_digit()) && value.contains('-');
    if !is_extended {
        return value.to_owned();
    }
    let utc = value.ends_with(['Z', 'z']);
    let (date, time) = value.split_once(['T', ' ']).unwrap_or((value, ""));
    let time = time.split(['+', '-', 'Z', 'z']).next().unwrap_or_default();
    let digits = |text: &str| text.replace([':', '-'], "");
    match (time.is_empty(), digits(time)) {
        (true, _) => digits(date),
        (false, time) => format!("{}T{time:0<6}{}", digits(date), if utc { "Z" } else { "" }),
    }
}

/// A date has no time of day, so times in its rule are ignored (RFC 5545 section 3.3.10); steps finer than a day
/// are invalid.
fn fit(recurrence: &mut Recurrence, start: &Due) -> Result<(), Invalid> {
    if start.time().is_some() {
        return Ok(());
    }
    for rule in &mut recurrence.rules {
        if rule.frequency < Frequency::Daily {
            return Err(Invalid::new(
                "/dtstart",
                "needs_time",
                "A rule in hours, minutes or seconds needs a start with a time.",
            )
            .hint("Send a date-time such as 2026-12-01T09:00."));
        }
        rule.by_hour.clear();
        rule.by_minute.clear();
        rule.by_second.clear();
    }
    Ok(())
}

/// The dates after a completion, as if each further one were completed on its day.
fn followed(
    recurrence: &Recurrence,
    start: &Due,
    done: &str,
    zone: Option<&Zone>,
    limit: usize,
) -> Result<Vec<Occurrence>, Invalid> {
    let owner = zone.cloned().unwrap_or_else(Zone::utc);
    let done = instant(done, start.zone_or(&owner))?;
    let position = OccurrencePosition {
        start: start.clone(),
        key: OccurrenceKey::new(0, start, None),
    };
    let Some(next) = recurrence.next(&position, done, &owner) else {
        return Ok(Vec::new());
    };
    let mut dues = vec![next.due()];
    dues.extend(recurrence.upcoming(&next, limit.saturating_sub(1), &owner));
    dues.truncate(limit);
    Ok(dues
        .into_iter()
        .map(|scheduled| Occurrence {
            zoned: scheduled.zone().and_then(|zone| {
                let at = scheduled.instant(zone)?;
                Some(at.to_zoned_datetime(zone.rules().clone()))
            }),
            scheduled,
        })
        .collect())
}

fn instant(text: &str, zone: &Zone) -> Result<Timestamp, Invalid> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let (due, _): (Due, Form) = form::read(text, None)?;
    let timed = match due {
        Due::Date(date) => Due::Floating(date.at(12, 0, 0, 0)),
        timed => timed,
    };
    timed.instant(zone).ok_or_else(|| {
        Invalid::new("/completed_at", "invalid_completed_at", "Not a valid time.")
            .hint("Send 2026-12-01T09:00:00Z or 2026-12-01T09:00.")
    })
}

//! `taskwire dates parse`: explains a line.

use std::process::ExitCode;

use clap::Args;
use jiff::Timestamp;
use jiff::civil::Weekday;
use serde::{Deserialize, Serialize};
use taskwire_domain::contract::{QuickPreview, preview};
use taskwire_domain::grammar::{Context, DAY_START, DateOrder, Doubt, quick_add};
use taskwire_domain::{Clock, Due, Invalid, SystemClock, TagName, Zone, preferences, weekday};

use super::lines;
use crate::logging::print_line;

#[derive(Args)]
pub(crate) struct Options {
    /// Read one request per line from standard input and write one result per line
    #[arg(long, conflicts_with_all = ["text", "now", "zone"])]
    jsonl: bool,
    /// The line, such as "pay rent every 1st at 9 p1 #home"
    #[arg(required_unless_present = "jsonl", num_args = 1..)]
    text: Vec<String>,
    /// Current time: 2026-12-01T09:00 in the zone, or with an offset [default: the system clock]
    #[arg(long)]
    now: Option<String>,
    /// IANA zone of the writer
    #[arg(long, default_value = "UTC")]
    zone: String,
}

/// A request.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    text: String,
    #[serde(default)]
    now: Option<String>,
    #[serde(default)]
    zone: Option<String>,
    /// First day of the writer's week, such as `sunday`; Monday when absent.
    #[serde(default)]
    week_start: Option<String>,
    /// `day_first` or `month_first`: the meaning of 4/5.
    #[serde(default)]
    date_order: Option<String>,
    /// When the writer's day begins, as `HH:MM`; an hour before it without am or pm is the afternoon's.
    #[serde(default)]
    day_start: Option<String>,
    /// The writer's tags; `#home office` is the one of that name.
    #[serde(default)]
    tags: Vec<String>,
}

/// The parsed line.
#[derive(Serialize)]
struct Answer {
    #[serde(flatten)]
    preview: QuickPreview,
    /// The rule as RFC 5545 text.
    rule: Option<String>,
    /// The parts of the line that look like a date or rule but are not.
    not_understood: Vec<String>,
}

pub(super) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    if options.jsonl {
        return lines::answer_lines(|request: Request| answer(&request));
    }
    let request = Request {
        text: options.text.join(" "),
        now: options.now.clone(),
        zone: Some(options.zone.clone()),
        ..Request::default()
    };
    let answer = answer(&request).map_err(|refused| lines::refuse(&refused))?;
    print_line(&serde_json::to_string_pretty(&answer)?);
    Ok(ExitCode::SUCCESS)
}

fn answer(request: &Request) -> Result<Answer, Invalid> {
    let zone = match &request.zone {
        Some(name) => Zone::parse(name)?,
        None => Zone::utc(),
    };
    let context = Context {
        now: match &request.now {
            Some(text) => instant(text, &zone)?,
            None => SystemClock.now(),
        },
        week_start: match &request.week_start {
            Some(name) => weekday::parse("/week_start", name)?,
            None => Weekday::Monday,
        },
        date_order: match &request.date_order {
            Some(name) => DateOrder::parse(name)?,
            None => DateOrder::default(),
        },
        day_start: match &request.day_start {
            Some(text) => preferences::parse_day_start(text)?,
            None => DAY_START,
        },
        tags: TagName::parse_all(&request.tags)?.into(),
        zone,
    };
    let text = &request.text;
    let parsed = quick_add(text, &context);
    let preview = preview(&parsed, text, &context);
    Ok(Answer {
        rule: parsed.recurrence.as_ref().map(ToString::to_string),
        not_understood: parsed
            .remarks
            .iter()
            .filter(|remark| remark.doubt == Doubt::NotUnderstood)
            .filter_map(|remark| text.get(remark.start..remark.end))
            .map(ToOwned::to_owned)
            .collect(),
        preview,
    })
}

/// An instant with its offset, or a date-time on the writer's clock; a date means its midnight.
fn instant(text: &str, zone: &Zone) -> Result<Timestamp, Invalid> {
    if let Ok(zoned) = text.parse::<jiff::ZonedDateTime>() {
        return Ok(zoned.timestamp());
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let timed = match Due::parse(text) {
        Ok(Due::Date(date)) => Some(Due::Floating(date.into())),
        Ok(timed) => Some(timed),
        Err(_) => None,
    };
    timed.and_then(|due| due.instant(zone)).ok_or_else(|| {
        Invalid::new("/now", "invalid_now", "Not a valid time.")
            .hint("Send 2026-12-01T09:00 (in the zone) or 2026-12-01T08:00:00Z.")
    })
}

//! Quick add: reads a task from one line.

use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Weekday;
use taskwire_domain::contract::{QuickAdd, byte_of_unit};
use taskwire_domain::recurrence::Moment;
use taskwire_domain::{Due, Invalid, TagName, Trigger, Zone, grammar};

use super::draft::{Draft, collect_err};
use super::{Context, Error, dates};

/// Longest line, in characters: a title and everything else that a line may contain.
const LINE_MAX: usize = 1000;
/// Maximum number of parts of a line that can be ignored.
const IGNORED_MAX: usize = 50;

/// A parsed line.
pub(crate) struct Line {
    pub(crate) parsed: grammar::Parsed,
    /// The parsed words.
    pub(crate) words: grammar::Context,
    /// The weekday on which the due date is expected to fall.
    pub(crate) expected: Option<Weekday>,
}

impl Line {
    /// Checks the task that the line describes.
    pub(crate) fn draft(self) -> Result<Draft, Vec<Invalid>> {
        Draft::of_line(self.parsed, self.expected)
    }
}

/// Parses a line in its owner's zone, or in the zone that it names.
pub(crate) async fn read(context: &mut Context, input: &QuickAdd) -> Result<Line, Error> {
    let tags = tags(context, &input.text).await?;
    parse(context, input, tags).map_err(Error::Invalid)
}

/// The owner's tags of several words, if the line may name one.
async fn tags(context: &mut Context, text: &str) -> Result<Arc<[TagName]>, Error> {
    if !text.contains(['#', '@']) {
        return Ok(Arc::default());
    }
    let all = context.tx.list_tags(context.owner).await?;
    let names = all.into_iter().map(|tag| tag.name);
    Ok(names.filter(|name| name.as_str().contains(' ')).collect())
}

fn parse(context: &Context, input: &QuickAdd, tags: Arc<[TagName]>) -> Result<Line, Vec<Invalid>> {
    let mut refused = Vec::new();
    let text = &input.text;
    if text.len() > LINE_MAX && text.chars().count() > LINE_MAX {
        // The line is not parsed, so there are no further errors.
        return Err(vec![
            Invalid::new("/text", "too_long", "The line is too long.").hint(format!(
                "Send at most {LINE_MAX} characters; put the rest in the notes."
            )),
        ]);
    }
    let zone = match &input.zone {
        Some(name) => collect_err(&mut refused, Zone::parse(name)),
        None => Some(context.zone.clone()),
    };
    let ignored = collect_err(
        &mut refused,
        ignored(text, input.ignore.as_deref().unwrap_or_default()),
    );
    let expected = collect_err(
        &mut refused,
        dates::expected(input.expected_weekday.as_deref()),
    );
    let (Some(zone), Some(ignored), Some(expected)) = (zone, ignored, expected) else {
        return Err(refused);
    };
    let words = grammar::Context {
        zone,
        tags,
        ..context.words()
    };
    let mut parsed = if input.parse == Some(false) {
        grammar::Parsed {
            title: text.trim().to_owned(),
            ..grammar::Parsed::default()
        }
    } else {
        grammar::quick_add_ignoring(text, &words, &ignored)
    };
    if words.zone != context.zone {
        fix_zone(&mut parsed, &words.zone);
    }
    Ok(Line {
        parsed,
        words,
        expected,
    })
}

/// Converts ranges of the text from UTF-16 units to bytes.
fn ignored(text: &str, parts: &[[u32; 2]]) -> Result<Vec<Range<usize>>, Invalid> {
    if parts.len() > IGNORED_MAX {
        return Err(Invalid::new(
            "/ignore",
            "too_many_ignored",
            format!("{} ranges to ignore is too many.", parts.len()),
        )
        .hint(format!(
            "Send at most {IGNORED_MAX}, or \"parse\": false to keep the whole line as the title."
        )));
    }
    let byte = |unit: u32| byte_of_unit(text, usize::try_from(unit).ok()?);
    parts
        .iter()
        .enumerate()
        .map(|(index, [start, end])| {
            match (byte(*start), byte(*end)) {
                (Some(first), Some(last)) if first < last => Ok(first..last),
                _ => Err(Invalid::new(
                    format!("/ignore/{index}"),
                    "invalid_ignore",
                    format!("[{start}, {end}] is outside the text."),
                )
                .hint("Send [start, end] of a returned span, in UTF-16 code units, with an exclusive end.")),
            }
        })
        .collect()
}

/// A time typed in a zone other than the owner's is a wall-clock time there, and must not follow the owner.
fn fix_zone(parsed: &mut grammar::Parsed, zone: &Zone) {
    // A floating end belongs to a floating start, so such a rule stays as it was typed.
    let floating_end = parsed.recurrence.as_ref().is_some_and(|recurrence| {
        let mut rules = recurrence.rules.iter();
        rules.any(|rule| matches!(rule.until, Some(Moment::Floating(_))))
    });
    if let Some(Due::Floating(at)) = parsed.due
        && !floating_end
    {
        parsed.due = Some(Due::Zoned(at, zone.clone()));
    }
    for trigger in &mut parsed.reminders {
        if let Trigger::Local(at) = *trigger
            && let Some(at) = Due::Zoned(at, zone.clone()).instant(zone)
        {
            *trigger = Trigger::At(at);
        }
    }
}

//! From words to dates, rules and tokens: one grammar for quick add, REST, MCP and the chat's commands.

use jiff::Timestamp;

use crate::zone::clip;
use crate::{Due, Invalid, Priority, Recurrence, TagName, Zone};

mod dates;
mod lexicon;
mod line;
mod marks;
mod relative;
mod rules;
mod series;
mod specs;
mod tail;
mod times;
mod tokens;
mod values;
mod when;

#[cfg(test)]
mod tests;

use dates::Now;
use tokens::Tokens;
use when::When;

/// What a span of the text was taken for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SpanKind {
    /// A date or time.
    Due,
    /// A recurrence.
    Recurrence,
    /// A priority.
    Priority,
    /// A tag.
    Tag,
    /// A reminder.
    Reminder,
}

/// A part of the text that was understood, in bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// What it was taken for.
    pub kind: SpanKind,
}

/// A line as it was understood.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Parsed {
    /// What is left for the title.
    pub title: String,
    /// When it is due; for a recurring line the first date.
    pub due: Option<Due>,
    /// How it repeats.
    pub recurrence: Option<Recurrence>,
    /// How important it is.
    pub priority: Option<Priority>,
    /// Its tags.
    pub tags: Vec<TagName>,
    /// Reminders, in minutes before the due value.
    pub reminders: Vec<u32>,
    /// What was taken out of the text, in order.
    pub spans: Vec<Span>,
    /// What looked like a date or rule but was not understood.
    pub warnings: Vec<String>,
}

/// Longest text that can be a due value or rule.
const PHRASE_MAX: usize = 400;

/// Reads a quick-add line such as `buy milk tomorrow 5pm p1 #shopping`.
///
/// `now` and `zone` say what "tomorrow" means. Never fails: what is not understood stays in the title.
pub fn quick_add(text: &str, now: Timestamp, zone: &Zone) -> Parsed {
    line::read(text, &Now::new(now, zone))
}

/// Reads a due value in words or in its written form; the whole text must be one.
pub fn due(text: &str, now: Timestamp, zone: &Zone) -> Result<Due, Invalid> {
    let text = text.trim();
    let refused = |detail: String| {
        Invalid::new("/due", "invalid_due", detail).hint(
            "Send a date (2026-12-01), a date-time (2026-12-01T09:00, or with its zone 2026-12-01T09:00[Europe/Rome]), \
             or words such as \"tomorrow 5pm\", \"next friday\", \"1 dec at 9\" or \"in 3 days\".",
        )
    };
    if (dates::looks_written(text) && !text.contains(char::is_whitespace)) || text.contains('[') {
        return Due::parse(text);
    }
    if text.len() <= PHRASE_MAX {
        if let Ok(due) = Due::parse(text) {
            return Ok(due);
        }
        let now = Now::new(now, zone);
        let tokens = Tokens::new(text);
        let end = tokens.list.len();
        if let Some(due) = when::when(&tokens, 0, &now)
            .filter(|(_, next)| *next == end)
            .and_then(|(when, _)| when.due(&now))
        {
            return Ok(due);
        }
        if rules::repeat(&tokens, 0, &now, true).is_some() {
            return Err(Invalid::new(
                "/due",
                "invalid_due",
                format!("{:?} is a rule, not a date.", clip(text)),
            )
            .hint("Send it as the recurrence's text; the due value may be left out then."));
        }
    }
    Err(refused(format!("{:?} is not a due date.", clip(text))))
}

/// Reads a rule in words such as `every monday`; the whole text must be one. Answers its first date too.
pub fn rule(text: &str, now: Timestamp, zone: &Zone) -> Result<(Recurrence, Due), Invalid> {
    let text = text.trim();
    let refused = || {
        Invalid::new(
            "/recurrence/text",
            "invalid_recurrence",
            format!("{:?} is not a rule.", clip(text)),
        )
        .hint(
            "Send words such as \"every day\", \"every monday and thursday at 9\", \"every 2 weeks\", \
             \"every month on the 1st\", \"every 3rd friday\", \"every! 3 days\" (counted from the completion), or send an RRULE as \"rrule\".",
        )
    };
    if text.len() > PHRASE_MAX {
        return Err(refused());
    }
    let now = Now::new(now, zone);
    let tokens = Tokens::new(text);
    let (repeat, _) = rules::repeat(&tokens, 0, &now, true)
        .filter(|(_, next)| *next == tokens.list.len())
        .ok_or_else(refused)?;
    series::settle(&repeat, &When::default(), &now).map_err(|invalid| Invalid {
        field: "/recurrence/text".into(),
        ..invalid
    })
}

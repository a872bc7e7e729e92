//! From words to dates, rules and tokens: one grammar for quick add, REST, MCP and the chat's commands.

use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::Weekday;

use crate::recurrence::Overflow;
use crate::text::clip;
use crate::{Due, Invalid, Priority, Recurrence, TagName, Trigger, Zone};

mod bounds;
mod dates;
mod day_sets;
mod frequencies;
mod lexicon;
mod line;
mod literals;
mod markers;
mod modifiers;
mod monthdays;
mod named;
mod named_days;
mod numeric;
mod offsets;
mod ordinals;
mod past;
mod pattern;
mod raw;
mod relative;
mod reminders;
mod resolve;
mod rule_bounds;
mod rules;
mod time_zones;
mod times;
mod title;
mod tokens;
mod unparsed;
mod values;
mod when;

#[cfg(test)]
mod tests;

use dates::ParseContext;
use lexicon::{ENGLISH, Sense};
use rules::Repeat;
use tokens::Tokens;
use when::When;

/// Who writes, and when: what "tomorrow", "next week" and "4/5" mean to them.
#[derive(Clone, PartialEq, Debug)]
pub struct Context {
    /// The present instant.
    pub now: Timestamp,
    /// The writer's zone.
    pub zone: Zone,
    /// The first day of the writer's week; it becomes the WKST of their rules.
    pub week_start: Weekday,
    /// How the writer reads a date such as 4/5.
    pub date_order: DateOrder,
}

impl Context {
    /// Weeks from Monday, and the day before the month.
    pub fn new(now: Timestamp, zone: Zone) -> Self {
        Self {
            now,
            zone,
            week_start: Weekday::Monday,
            date_order: DateOrder::default(),
        }
    }
}

/// Which number of a date such as 4/5 is the day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum DateOrder {
    /// 4/5 is the 4th of May.
    #[default]
    DayFirst,
    /// 4/5 is the 5th of April.
    MonthFirst,
}

impl DateOrder {
    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DayFirst => "day_first",
            Self::MonthFirst => "month_first",
        }
    }

    /// Reads the name. Fails with `invalid_date_order`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "day_first" => Ok(Self::DayFirst),
            "month_first" => Ok(Self::MonthFirst),
            _ => Err(Invalid::new(
                "/date_order",
                "invalid_date_order",
                format!("Unknown date order {:?}.", clip(text)),
            )
            .hint("Send day_first or month_first.")),
        }
    }
}

/// The meaning of a span of the text.
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
    /// Its meaning.
    pub kind: SpanKind,
}

impl SpanKind {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Recurrence => "recurrence",
            Self::Priority => "priority",
            Self::Tag => "tag",
            Self::Reminder => "reminder",
        }
    }
}

/// Why a part of the text deserves a second look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Doubt {
    /// It looks like a date or rule but was not understood, and stayed in the title.
    NotUnderstood,
    /// It was understood, but could mean something else.
    Unsure,
    /// It was understood, but something else of its kind was taken, so it stayed in the title.
    Overruled,
}

impl Doubt {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotUnderstood => "not_understood",
            Self::Unsure => "unsure",
            Self::Overruled => "overruled",
        }
    }
}

/// A remark for the writer about a part of the text, in bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remark {
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// Why it deserves a second look.
    pub doubt: Doubt,
    /// The remark, for a person.
    pub text: String,
}

/// A line as it was understood.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Parsed {
    /// The rest, for the title.
    pub title: String,
    /// When it is due; for a recurring line the first date.
    pub due: Option<Due>,
    /// How it repeats.
    pub recurrence: Option<Recurrence>,
    /// How important it is.
    pub priority: Option<Priority>,
    /// Its tags.
    pub tags: Vec<TagName>,
    /// The triggers of its reminders: minutes before the due value, or times of their own.
    pub reminders: Vec<Trigger>,
    /// The phrases that were taken out of the text, in order.
    pub spans: Vec<Span>,
    /// Phrases that were not understood, and ambiguous ones.
    pub remarks: Vec<Remark>,
}

impl Parsed {
    /// The remarks' texts.
    pub fn warnings(&self) -> Vec<String> {
        self.remarks
            .iter()
            .map(|remark| remark.text.clone())
            .collect()
    }
}

/// Longest text that can be a due value.
const DUE_MAX: usize = 400;
/// Longest text that can be a rule; one in its exact text may hold hundreds of dates.
const RULE_MAX: usize = 16_000;

/// Reads a quick-add line such as `buy milk tomorrow 5pm p1 #shopping`.
///
/// `context` says what "tomorrow" means. Never fails: what is not understood stays in the title.
pub fn quick_add(text: &str, context: &Context) -> Parsed {
    quick_add_ignoring(text, context, &[])
}

/// Reads a quick-add line in which some ranges of bytes are literal: they stay in the title as they are.
pub fn quick_add_ignoring(text: &str, context: &Context, ignore: &[Range<usize>]) -> Parsed {
    line::read(text, &ParseContext::new(context, &ENGLISH), ignore)
}

/// A due value as words say it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParsedDue {
    /// The value.
    pub due: Due,
    /// Other likely readings, as in the remarks on a line.
    pub doubts: Vec<String>,
}

impl From<Due> for ParsedDue {
    fn from(due: Due) -> Self {
        Self {
            due,
            doubts: Vec::new(),
        }
    }
}

/// Reads a due value in words or in its written form, in the time zone of `context`; the whole text must be one. Fails
/// with `invalid_due`.
pub fn due(text: &str, context: &Context) -> Result<Due, Invalid> {
    whole_due(text, context).map(|parsed| parsed.due)
}

/// Reads a day or time that bounds a list: a due value, or a day that has passed such as `yesterday`, `3 days ago` and
/// `last friday`. Fails with `invalid_due`.
pub fn bound(text: &str, context: &Context) -> Result<Due, Invalid> {
    let refused = match due(text, context) {
        Ok(due) => return Ok(due),
        Err(refused) => refused,
    };
    let now = ParseContext::new(context, &ENGLISH);
    let tokens = Tokens::new(text.trim(), now.language, &[]);
    past::day(&tokens, &now)
        .filter(|_| text.len() <= DUE_MAX)
        .ok_or(refused)
}

/// Reads a due value, like [`due`], and what else its words may mean. Fails as it does.
pub fn whole_due(text: &str, context: &Context) -> Result<ParsedDue, Invalid> {
    let text = text.trim();
    if (dates::looks_written(text) && !text.contains(char::is_whitespace)) || text.contains('[') {
        return Due::parse(text).map(Into::into);
    }
    if text.len() > DUE_MAX {
        return Err(not_due(text, "is too long for a due date"));
    }
    if let Ok(due) = Due::parse(text) {
        return Ok(due.into());
    }
    let now = ParseContext::new(context, &ENGLISH);
    let tokens = Tokens::new(text, now.language, &[]);
    let end = tokens.list.len();
    if let Some((when, due)) = when::when(&tokens, 0, &now)
        .filter(|(_, next)| *next == end)
        .and_then(|(when, _)| when.due(&now).map(|due| (when, due)))
    {
        let mut doubts = when.all_doubts(&now);
        if line::is_gone(&when, &now) {
            doubts.push(line::GONE.to_owned());
        }
        return Ok(ParsedDue { due, doubts });
    }
    if rules::repeat(&tokens, 0, &now, true).is_some() {
        return Err(Invalid::new(
            "/due",
            "invalid_due",
            format!("{:?} is a rule, not a date.", clip(text)),
        )
        .hint("Send it as the recurrence text; \"due\" can then be omitted."));
    }
    if tokens.list.iter().any(|token| {
        token
            .senses
            .iter()
            .any(|sense| matches!(sense, Sense::Yesterday | Sense::Ago))
    }) {
        return Err(not_due(text, "is in the past; a past date needs a year"));
    }
    if let Some(Err(why)) = numeric::numeric(&tokens, 0, &now, false) {
        return Err(not_due(text, &format!("is not a due date: {why}")));
    }
    Err(not_due(text, "is not a due date"))
}

fn not_due(text: &str, why: &str) -> Invalid {
    Invalid::new("/due", "invalid_due", format!("{:?} {why}.", clip(text))).hint(
        "Send a date (2026-12-01), a date-time (2026-12-01T09:00, or with its zone 2026-12-01T09:00[Europe/Rome]), \
         or words such as \"tomorrow 5pm\", \"next friday\", \"1 dec at 9\" or \"in 3 days\".",
    )
}

/// Reads a rule in words such as `every monday`, or its text such as `FREQ=WEEKLY;BYDAY=MO`; the whole text must be
/// one. Answers its first date too. Fails with `invalid_recurrence` or a code of [`Recurrence::check`].
pub fn rule(text: &str, context: &Context) -> Result<(Recurrence, Due), Invalid> {
    let ParsedRule {
        recurrence, start, ..
    } = parse_rule(text, context)?;
    Ok((recurrence, start))
}

/// A rule as words say it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParsedRule {
    /// The rule.
    pub recurrence: Recurrence,
    /// Its first date, from the present day on or from where the words say that it starts.
    pub start: Due,
    /// Whether the words say where it starts.
    pub names_start: bool,
    /// Other likely readings, as in the remarks on a line.
    pub doubts: Vec<String>,
}

/// Reads a rule, like [`rule`], and whether the words say where it starts. Fails as it does.
pub fn parse_rule(text: &str, context: &Context) -> Result<ParsedRule, Invalid> {
    let text = text.trim();
    if text.len() > RULE_MAX {
        return Err(not_rule(text, "is too long for a rule"));
    }
    let now = ParseContext::new(context, &ENGLISH);
    let repeat = if looks_exact(text) {
        Repeat {
            raw: Some(Recurrence::parse(text, Overflow::Clamp).map_err(of_text)?),
            ..Repeat::default()
        }
    } else {
        let tokens = Tokens::new(text, now.language, &[]);
        match rules::repeat(&tokens, 0, &now, true).filter(|(_, next)| *next == tokens.list.len()) {
            Some((repeat, _)) => repeat,
            None if frequencies::dayless(&tokens, 0).is_some() => {
                return Err(not_rule(text, "names no days"));
            }
            None => return Err(not_rule(text, "is not a rule")),
        }
    };
    let (recurrence, start) = resolve::resolve(&repeat, &When::default(), &now).map_err(of_text)?;
    Ok(ParsedRule {
        recurrence,
        start,
        names_start: repeat.start.is_some(),
        doubts: repeat.all_doubts(&now),
    })
}

/// Whether text begins like a rule in its exact form.
fn looks_exact(text: &str) -> bool {
    ["FREQ=", "RRULE"].iter().any(|name| {
        text.get(..name.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(name))
    })
}

fn of_text(invalid: Invalid) -> Invalid {
    invalid.at("/recurrence/text")
}

fn not_rule(text: &str, why: &str) -> Invalid {
    Invalid::new(
        "/recurrence/text",
        "invalid_recurrence",
        format!("{:?} {why}.", clip(text)),
    )
    .hint(
        "Send words such as \"every day\", \"every monday and thursday at 9\", \"every 2 weeks\", \
         \"every month on the 1st\", \"every 3rd friday\", \"every! 3 days\" (counted from the completion), or send an RRULE as \"rrule\".",
    )
}

//! Reminders as whole texts: `1 hour before`, `the evening before`, `tuesday evening`, `at 8`.

use super::compose::{build, phrase, reminder};
use super::context::{Context, ParseContext};
use super::recognise::iso::looks_written;
use super::resolve::due as dues;
use super::resolve::reminder::before_due;
use super::token::Tokens;
use super::token::lexicon::ENGLISH;
use super::token::plain::plain;
use crate::text::clip;
use crate::{Due, Invalid, Trigger};

/// Longest text that can say when to remind.
const TEXT_MAX: usize = 400;

/// Reminders as words say them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParsedReminders {
    /// Their triggers; several for `1 day and 1 hour before`.
    pub triggers: Vec<Trigger>,
    /// Other likely readings, as in the remarks on a line.
    pub doubts: Vec<String>,
}

/// Reads words that count from the due value `of`: a length of time before it, a part of the day before, and as in a
/// line a weekday or a time alone, which is the last one before. None if they are no such words; then they may be a
/// date and time of their own. Fails with `reminder_without_due` or `invalid_reminder`.
pub fn reminders(
    text: &str,
    of: Option<&Due>,
    repeats: bool,
    context: &Context,
) -> Result<Option<ParsedReminders>, Invalid> {
    let text = &*plain(text);
    let text = text.trim();
    if text.len() > TEXT_MAX || looks_written(text) {
        return Ok(None);
    }
    let now = ParseContext::new(context, &ENGLISH);
    let tokens = Tokens::new(text, &now, &[]);
    let chart = build::chart(&tokens, &now);
    let start = chart.match_name(0, "remind me").unwrap_or(0);
    let is_whole = |end: usize| end == tokens.list.len();
    if let Some((leads, _)) = reminder::leads(&chart, start, true).filter(|(_, end)| is_whole(*end))
    {
        let Some(due) = of else {
            return Err(refused(
                text,
                "reminder_without_due",
                "counts back from a due date, and there is none",
            )
            .hint("Send \"due\" too, or a time such as \"tomorrow at 9\"."));
        };
        let minutes: Option<Vec<u32>> = leads.list.iter().map(|lead| lead.minutes(due)).collect();
        let minutes = minutes.ok_or_else(|| {
            refused(
                text,
                "invalid_reminder",
                "is after the task is due, or more than a year before",
            )
            .hint("Send words such as \"1 hour before\" or \"the evening before\".")
        })?;
        return Ok(Some(ParsedReminders {
            triggers: minutes.into_iter().map(Trigger::Before).collect(),
            doubts: leads.doubts,
        }));
    }
    let when = phrase::when(&chart, start, 0).filter(|(_, end)| is_whole(*end));
    let (Some(due), Some((when, _))) = (of, when) else {
        return Ok(None);
    };
    let Some(own) = before_due(&when, due, repeats, &now) else {
        return Ok(None);
    };
    let (trigger, doubt) = own.map_err(|why| {
        refused(text, "invalid_reminder", why).hint("Send words such as \"1 hour before\".")
    })?;
    let mut doubts = dues::doubts(&when, &now, None);
    doubts.extend(doubt);
    Ok(Some(ParsedReminders {
        triggers: vec![trigger],
        doubts,
    }))
}

fn refused(text: &str, code: &'static str, why: &str) -> Invalid {
    Invalid::new("", code, format!("{:?} {why}.", clip(text)))
}

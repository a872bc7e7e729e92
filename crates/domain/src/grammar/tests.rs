//! Phrases with what they mean, sentences that mean nothing, and properties over any text.

mod complaints;
mod composition;
mod contexts;
mod durations;
mod generated;
mod kinds;
mod language;
mod lexicon_words;
mod phrases;
mod properties;
mod random;
mod remarks;
mod reminders;
mod sentences;
mod tables;
mod texts;
mod user_lines;

use jiff::Timestamp;

use super::context::ParseContext;
use super::token::lexicon::{self, ENGLISH, Sense};
use super::token::{LOOKS, Tokens};
use super::*;
use crate::{Due, Priority, Recurrence, TaskDuration, Trigger, Zone};

/// Monday 4 January 2027, 10:00 in Rome.
fn here() -> Context {
    Context::new(now(), rome())
}

fn now() -> Timestamp {
    "2027-01-04T09:00:00Z".parse().unwrap()
}

fn rome() -> Zone {
    Zone::parse("Europe/Rome").unwrap()
}

fn add(text: &str) -> Parsed {
    quick_add(text, &here())
}

/// Everything that was understood in one line: `title | due | rule | marks`, without trailing empty fields.
fn told(parsed: &Parsed) -> String {
    let mut marks = Vec::new();
    if let Some(priority) = parsed.priority {
        marks.push(format!("!{priority}"));
    }
    marks.extend(parsed.tags.iter().map(|tag| format!("#{tag}")));
    marks.extend(parsed.reminders.iter().map(|trigger| match trigger {
        Trigger::Before(minutes) => format!("-{minutes}"),
        Trigger::Local(at) => format!("at {}", Due::Floating(*at)),
        Trigger::At(at) => format!("at {at}"),
    }));
    let duration = parsed.duration.map(TaskDuration::minutes);
    marks.extend(duration.map(|minutes| format!("+{minutes}")));
    let rule = parsed
        .recurrence
        .as_ref()
        .map_or_else(String::new, |recurrence| {
            let mark = if recurrence.anchor == crate::recurrence::Anchor::Completion {
                "!"
            } else {
                ""
            };
            format!("{mark}{recurrence}")
        });
    let due = parsed
        .due
        .as_ref()
        .map_or_else(String::new, ToString::to_string);
    let told = [parsed.title.clone(), due, rule, marks.join(" ")].join(" | ");
    told.trim_end_matches([' ', '|']).to_owned()
}

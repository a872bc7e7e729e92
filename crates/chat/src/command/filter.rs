//! The filter of a list command.

mod dates;
mod priority;
mod tags;
mod unsupported;
mod words;

use serde_json::{Map, Value, json};
use taskwire_domain::Priority;
use taskwire_domain::grammar::Context;
use taskwire_domain::text::label_key;

use dates::Window;
use priority::priority;
use words::{fold, trim};

use super::numbers::numbers;

/// Maximum number of tasks in a list.
const LISTED: u32 = 50;

/// The tasks to list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Filter {
    /// Tasks due on this number of days, beginning with a date.
    Days(String, u32),
    /// Exactly these tasks.
    Numbers(Vec<i64>),
    /// All tasks that match.
    Matching(Criteria),
}

/// Criteria for tasks. Absent ones match everything, except that only open tasks match by default.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(super) struct Criteria {
    pub(super) status: Option<&'static str>,
    pub(super) priority: Option<Priority>,
    pub(super) tags: Vec<String>,
    pub(super) due: Option<Window>,
    /// A phrase in its title or notes.
    pub(super) words: String,
    /// Whether the words are search text only: they are in quotation marks, or follow `find`.
    pub(super) is_text: bool,
}

/// Returns true if this part of a list names a day that no month has.
pub(super) fn is_missing_day(part: &str, context: &Context) -> bool {
    let words: Vec<&str> = part.split_whitespace().collect();
    unsupported::is_missing_day(&words, context)
}

impl Filter {
    /// Parses the text after `list`; the error is the part that was not understood.
    pub(super) fn read(rest: &str, context: &Context) -> Result<Self, String> {
        let (rest, quoted) = unsupported::quoted(rest);
        let rest = rest
            .trim()
            .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '?' | '.' | '!'));
        let rest = words::without_possessives(rest);
        let rest = rest.as_str();
        if quoted.is_empty()
            && let Some(numbers) = numbers(rest)
        {
            return Ok(Self::Numbers(numbers));
        }
        let mut words: Vec<&str> = rest.split_whitespace().collect();
        let mut criteria = Criteria::default();
        let mut at = 0;
        while at < words.len() {
            let taken = criteria.take(words.get(at..).unwrap_or_default(), at == 0, context);
            let joiner = at.checked_sub(1).and_then(|before| words.get(before));
            let taken = taken.map_err(|part| match joiner {
                Some(joiner) if dates::is_joiner(&fold(joiner)) => format!("{joiner} {part}"),
                _ => part,
            });
            match taken? {
                0 => at += 1,
                taken => drop(words.drain(at..at + taken)),
            }
        }
        // First without removing fillers: "in 3 days" is a date, and "in" alone is a filler.
        let as_it_stands = dates::days(&words, context);
        trim(&mut words);
        // A task completed "on friday" was completed on the last one.
        let last = [&["last"], words.as_slice()].concat();
        let past = (criteria.status == Some("completed") && words.len() == 1)
            .then(|| dates::days(&last, context))
            .flatten();
        let days = past
            .or_else(|| dates::days(&words, context))
            .or(as_it_stands)
            .or_else(|| dates::joined_days(&words, context));
        if let Some((from, days)) = days {
            if criteria == Criteria::default() && quoted.is_empty() {
                return Ok(Self::Days(from, days));
            }
            if criteria.due.is_some() {
                return Err(from);
            }
            criteria.due = dates::window(&from, days, context);
        } else {
            unsupported::check(&words, context)?;
            criteria.words = words.join(" ");
        }
        if !quoted.is_empty() {
            if !criteria.words.is_empty() {
                return Err(criteria.words);
            }
            quoted.clone_into(&mut criteria.words);
            criteria.is_text = true;
        }
        // Days without other filters are shown with their future occurrences.
        if let Some(due) = &criteria.due
            && let Some((from, days)) = due.days(context)
        {
            let alone = Criteria {
                due: criteria.due.clone(),
                ..Criteria::default()
            };
            if criteria == alone {
                return Ok(Self::Days(from, days));
            }
        }
        Ok(Self::Matching(criteria))
    }

    /// Returns true if every word of the text it was parsed from is a filter, and there is at least one.
    pub(super) fn is_plain(&self, text: &str) -> bool {
        match self {
            Self::Days(..) => true,
            Self::Numbers(_) => false,
            Self::Matching(criteria) if *criteria == Criteria::default() => text
                .split_whitespace()
                .any(|word| matches!(fold(word).as_str(), "tasks" | "todos" | "everything")),
            Self::Matching(criteria) => criteria.words.is_empty(),
        }
    }

    /// Returns true if a task with this due value belongs to the days of the list.
    pub(super) fn has_day(&self, due: &str, context: &Context) -> bool {
        let Self::Days(from, days) = self else {
            return false;
        };
        let day = due.get(..10).and_then(|day| day.parse().ok());
        dates::range(from, *days, context)
            .zip(day)
            .is_some_and(|((first, after), day)| first <= day && day < after)
    }

    /// The same filter with the words as search text, even if a tag has that name.
    pub(super) fn into_text(self) -> Self {
        match self {
            Self::Matching(criteria) => Self::Matching(Criteria {
                is_text: true,
                ..criteria
            }),
            other => other,
        }
    }

    /// The tool that lists them, and its arguments.
    pub(super) fn call(&self) -> (&'static str, Value) {
        match self {
            Self::Days(from, days) => ("tasks_agenda", json!({"from": from, "days": days})),
            Self::Numbers(numbers) => ("tasks_find", json!({"numbers": numbers})),
            Self::Matching(criteria) => ("tasks_find", criteria.arguments()),
        }
    }

    /// Words that may be names of tags.
    pub(super) fn open_words(&self) -> Option<&str> {
        match self {
            Self::Matching(criteria) if !criteria.is_text && !criteria.words.is_empty() => {
                Some(&criteria.words)
            }
            _ => None,
        }
    }

    /// Turns the search words into tags if all of them are among `known`; returns whether they are.
    pub(super) fn take_tags(&mut self, known: &[String]) -> bool {
        let Self::Matching(criteria) = self else {
            return false;
        };
        let named = |text: &str| {
            let text = text.trim();
            known
                .iter()
                .map(|tag| label_key(tag))
                .find(|tag| *tag == text)
        };
        let words = label_key(&criteria.words);
        let tags = match named(&words) {
            Some(tag) => Some(vec![tag]),
            None => words.replace(" and ", ",").split(',').map(named).collect(),
        };
        let Some(tags) = tags else { return false };
        criteria.tags.extend(tags);
        criteria.words.clear();
        true
    }

    /// The reply when no task matches.
    pub(super) fn no_match_text(&self) -> String {
        match self {
            Self::Matching(criteria) => criteria.no_match_text(),
            _ => "No matching tasks.".to_owned(),
        }
    }
}

impl Criteria {
    /// Adds the filter at the beginning of these words, and returns how many words it has. The error is a filter
    /// that contradicts an earlier one.
    fn take(&mut self, words: &[&str], is_first: bool, context: &Context) -> Result<usize, String> {
        let phrase = |count: usize| words.get(..count).unwrap_or_default().join(" ");
        let folded: Vec<String> = words.iter().take(4).map(|word| fold(word)).collect();
        let folded: Vec<&str> = folded.iter().map(String::as_str).collect();
        if let Some((priority, count)) = priority(&folded, words.len()) {
            if self.priority.is_some_and(|known| known != priority) {
                return Err(phrase(count));
            }
            self.priority = Some(priority);
            return Ok(count);
        }
        if let Some((tags, count)) = tags::marked(words) {
            self.tags.extend(tags);
            return Ok(count);
        }
        let status = match folded.first() {
            Some(&("completed" | "done" | "finished")) => Some("completed"),
            Some(&"skipped") => Some("skipped"),
            Some(&("deleted" | "trash" | "trashed")) => Some("deleted"),
            Some(&("open" | "undone" | "unfinished")) => Some("open"),
            _ => None,
        };
        if let Some(status) = status {
            if self.status.is_some_and(|known| known != status) {
                return Err(phrase(1));
            }
            self.status = Some(status);
            return Ok(1);
        }
        // "today and tomorrow", "today or tomorrow": tasks of both days.
        let joiner = usize::from(
            self.due.is_some() && folded.first().is_some_and(|word| dates::is_joiner(word)),
        );
        let next = (
            words.get(joiner..).unwrap_or_default(),
            folded.get(joiner..).unwrap_or_default(),
        );
        let Some((due, count)) = dates::take(next.0, next.1, is_first, context) else {
            return Ok(0);
        };
        let count = count + joiner;
        self.due = match &self.due {
            None => Some(due),
            Some(known) => Some(known.joined(&due).ok_or_else(|| phrase(count))?),
        };
        Ok(count)
    }

    fn arguments(&self) -> Value {
        let mut fields = Map::new();
        let mut put = |name: &str, value: Value| {
            fields.insert(name.to_owned(), value);
        };
        if let Some(status) = self.status.filter(|status| *status != "open") {
            put("status", json!(status));
        }
        if let Some(priority) = self.priority {
            put("priority", json!(priority.as_str()));
        }
        if !self.tags.is_empty() {
            put("tag", json!(self.tags.join(",")));
        }
        if let Some(due) = &self.due {
            // Completed tasks are filtered by the time of completion.
            let (after_name, before_name, from) = if self.is_completed() {
                let from = due.begin.as_ref().or(due.from.as_ref());
                ("completed_after", "completed_before", from)
            } else {
                ("due_after", "due_before", due.from.as_ref())
            };
            if let Some(from) = from {
                put(after_name, json!(from));
            }
            if let Some(before) = &due.before {
                put(before_name, json!(before));
            }
        }
        if !self.words.is_empty() {
            put("query", json!(self.words));
        }
        put("limit", json!(LISTED));
        fields.into()
    }

    fn is_completed(&self) -> bool {
        self.status == Some("completed")
    }

    /// Describes the filter, so that the reply claims nothing about other tasks.
    fn no_match_text(&self) -> String {
        let status = self.status.unwrap_or("open");
        let mut text = format!("There is no {status} task");
        if let Some(priority) = self.priority {
            text = format!("{text} with priority {}", priority.as_str());
        }
        for tag in &self.tags {
            text = format!("{text} tagged #{tag}");
        }
        if let Some(due) = &self.due {
            let what = if self.is_completed() { "" } else { "due " };
            text = format!("{text} {what}{}", due.text);
        }
        if self.words.is_empty() {
            return format!("{text}.");
        }
        let words = crate::sanitize::line(&self.words, 200);
        format!("{text} containing \"{words}\". To create one, type: add {words}")
    }
}

#[cfg(test)]
mod tests;

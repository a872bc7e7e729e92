//! Reading a command. Dates in it are left to the server.

use std::collections::BTreeSet;

use jiff::{ToSpan, Zoned};
use serde_json::{Value, json};

/// Most tasks that one command may name.
const NUMBERS_MAX: i64 = 50;

/// Tasks in one list.
const LISTED: u32 = 50;

/// A simple command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Command {
    Add {
        line: String,
        is_reminder: bool,
    },
    List(Filter),
    Complete(Vec<i64>),
    Delete(Vec<i64>),
    Reopen(Vec<i64>),
    Restore(Vec<i64>),
    Undo,
    Help,
    /// A verb that wants a number and has none.
    NoNumber(&'static str),
    Unknown,
}

/// Which tasks to list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Filter {
    Open,
    Today,
    Tomorrow,
    Week,
    Overdue,
    Completed,
    Deleted,
    Tag(String),
    Text(String),
}

/// Verbs and what they mean; longer ones first where one begins with another.
const VERBS: &[(&str, Verb)] = &[
    ("please remind me to", Verb::Remind),
    ("remind me to", Verb::Remind),
    ("remind me about", Verb::Remind),
    ("remind me", Verb::Remind),
    ("add task", Verb::Add),
    ("add", Verb::Add),
    ("new task", Verb::Add),
    ("new", Verb::Add),
    ("create", Verb::Add),
    ("todo", Verb::Add),
    ("what is due", Verb::List),
    ("what's due", Verb::List),
    ("what’s due", Verb::List),
    ("whats due", Verb::List),
    ("list", Verb::List),
    ("show", Verb::List),
    ("find", Verb::List),
    ("search", Verb::List),
    ("done", Verb::Complete),
    ("complete", Verb::Complete),
    ("finish", Verb::Complete),
    ("delete", Verb::Delete),
    ("remove", Verb::Delete),
    ("restore", Verb::Restore),
    ("undelete", Verb::Restore),
    ("reopen", Verb::Reopen),
    ("undo", Verb::Undo),
    ("help", Verb::Help),
    ("commands", Verb::Help),
];

#[derive(Clone, Copy)]
enum Verb {
    Add,
    Remind,
    List,
    Complete,
    Delete,
    Reopen,
    Restore,
    Undo,
    Help,
}

pub(super) fn parse(text: &str) -> Command {
    let text = text.trim();
    let text = text.strip_prefix('/').unwrap_or(text);
    if text == "?" {
        return Command::Help;
    }
    let Some((verb, rest)) = VERBS
        .iter()
        .find_map(|(word, verb)| Some((*verb, after(text, word)?)))
    else {
        return Command::Unknown;
    };
    let numbers = || numbers(rest);
    match verb {
        Verb::Add | Verb::Remind if rest.is_empty() => Command::Unknown,
        Verb::Add => Command::Add {
            line: rest.to_owned(),
            is_reminder: false,
        },
        Verb::Remind => Command::Add {
            line: rest.to_owned(),
            is_reminder: true,
        },
        Verb::List => Command::List(filter(rest)),
        Verb::Complete => numbers().map_or(Command::NoNumber("done"), Command::Complete),
        Verb::Delete => numbers().map_or(Command::NoNumber("delete"), Command::Delete),
        Verb::Restore => numbers().map_or(Command::NoNumber("restore"), Command::Restore),
        Verb::Undo if rest.is_empty() => Command::Undo,
        Verb::Reopen | Verb::Undo => numbers().map_or(Command::NoNumber("reopen"), Command::Reopen),
        Verb::Help => Command::Help,
    }
}

/// What follows `word` at the beginning of `text`, if the word ends there.
fn after<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let head = text.get(..word.len())?;
    let rest = text.get(word.len()..)?;
    let ends = rest
        .chars()
        .next()
        .is_none_or(|c| !c.is_alphanumeric() && c != '-' && c != '\'');
    let rest = rest
        .trim_start_matches(|c: char| c.is_whitespace() || c == ':')
        .trim_end();
    (head.eq_ignore_ascii_case(word) && ends).then_some(rest)
}

fn filter(rest: &str) -> Filter {
    let rest = rest.trim_matches(|c: char| c.is_whitespace() || c == '?');
    let folded = rest.to_lowercase();
    let mut words: Vec<&str> = folded.split_whitespace().collect();
    let is_filler = |word: &&str| {
        !matches!(
            *word,
            "me" | "my"
                | "the"
                | "all"
                | "tasks"
                | "task"
                | "todos"
                | "for"
                | "due"
                | "open"
                | "this"
        )
    };
    words.retain(is_filler);
    match *words.as_slice() {
        [] => Filter::Open,
        ["today"] => Filter::Today,
        ["tomorrow"] => Filter::Tomorrow,
        ["week"] => Filter::Week,
        ["overdue" | "late"] => Filter::Overdue,
        ["completed" | "done" | "finished"] => Filter::Completed,
        ["deleted" | "trash"] => Filter::Deleted,
        [tag] if tag.len() > 1 && tag.starts_with('#') => {
            Filter::Tag(tag.trim_start_matches('#').to_owned())
        }
        _ => Filter::Text(rest.to_owned()),
    }
}

/// `3`, `#3`, `3, 4 and 5`, `3-5`; nothing if there is anything else.
fn numbers(text: &str) -> Option<Vec<i64>> {
    let mut numbers = BTreeSet::new();
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '.' | '!'));
    for word in words.filter(|word| !word.is_empty()) {
        let word = word.to_lowercase();
        if matches!(
            word.as_str(),
            "and" | "task" | "tasks" | "number" | "numbers" | "&"
        ) {
            continue;
        }
        let number = |text: &str| {
            text.trim_start_matches('#')
                .parse::<i64>()
                .ok()
                .filter(|number| *number > 0)
        };
        match word.split_once('-') {
            Some((from, to)) => {
                let (from, to) = (number(from)?, number(to)?);
                if from > to || to - from >= NUMBERS_MAX {
                    return None;
                }
                numbers.extend(from..=to);
            }
            None => {
                numbers.insert(number(&word)?);
            }
        }
    }
    let is_some =
        !numbers.is_empty() && i64::try_from(numbers.len()).is_ok_and(|count| count <= NUMBERS_MAX);
    is_some.then(|| numbers.into_iter().collect())
}

impl Filter {
    /// The arguments of `tasks_find`.
    pub(super) fn arguments(&self, now: &Zoned) -> Value {
        let day = |days: i64| {
            let date = now.date();
            date.checked_add(days.days()).unwrap_or(date).to_string()
        };
        match self {
            Self::Open => json!({"limit": LISTED}),
            Self::Today => json!({"due_after": day(0), "due_before": day(1), "limit": LISTED}),
            Self::Tomorrow => json!({"due_after": day(1), "due_before": day(2), "limit": LISTED}),
            Self::Week => json!({"due_after": day(0), "due_before": day(7), "limit": LISTED}),
            Self::Overdue => json!({"due_before": day(0), "limit": LISTED}),
            Self::Completed => json!({"status": "completed", "limit": LISTED}),
            Self::Deleted => json!({"status": "deleted", "limit": LISTED}),
            Self::Tag(tag) => json!({"tag": tag, "limit": LISTED}),
            Self::Text(text) => json!({"query": text, "limit": LISTED}),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(line: &str) -> Command {
        Command::Add {
            line: line.into(),
            is_reminder: false,
        }
    }

    #[test]
    fn reads_commands() {
        assert_eq!(parse("add buy milk tomorrow"), add("buy milk tomorrow"));
        assert_eq!(parse("New: pay rent"), add("pay rent"));
        assert_eq!(
            parse("Remind me to call mom at 5pm"),
            Command::Add {
                line: "call mom at 5pm".into(),
                is_reminder: true
            }
        );
        assert_eq!(parse("list"), Command::List(Filter::Open));
        assert_eq!(parse("what's due today?"), Command::List(Filter::Today));
        assert_eq!(parse("What's due"), Command::List(Filter::Open));
        assert_eq!(
            parse("show my tasks for this week"),
            Command::List(Filter::Week)
        );
        assert_eq!(parse("list overdue"), Command::List(Filter::Overdue));
        assert_eq!(
            parse("list #Work"),
            Command::List(Filter::Tag("work".into()))
        );
        assert_eq!(
            parse("list dentist appointment"),
            Command::List(Filter::Text("dentist appointment".into()))
        );
        assert_eq!(parse("done 3"), Command::Complete(vec![3]));
        assert_eq!(
            parse("complete #3, 5 and 4"),
            Command::Complete(vec![3, 4, 5])
        );
        assert_eq!(parse("delete 3-5"), Command::Delete(vec![3, 4, 5]));
        assert_eq!(parse("undo"), Command::Undo);
        assert_eq!(parse("reopen 7"), Command::Reopen(vec![7]));
        assert_eq!(parse("restore task 7"), Command::Restore(vec![7]));
        assert_eq!(parse("help"), Command::Help);
    }

    #[test]
    fn does_not_read_more_than_is_there() {
        assert_eq!(parse("address the audience"), Command::Unknown);
        assert_eq!(parse("add"), Command::Unknown);
        assert_eq!(parse("done with everything"), Command::NoNumber("done"));
        assert_eq!(parse("delete all"), Command::NoNumber("delete"));
        assert_eq!(parse("delete 1-999999999"), Command::NoNumber("delete"));
        assert_eq!(
            parse("delete 99999999999999999999"),
            Command::NoNumber("delete")
        );
        assert_eq!(parse("wie geht's"), Command::Unknown);
        assert_eq!(parse("ĀĀĀ"), Command::Unknown);
    }
}

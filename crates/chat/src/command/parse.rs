//! Reading a command. Dates in it are left to the server.

use std::collections::BTreeSet;

use taskwire_domain::grammar::{self, Context};

use super::filter::Filter;

/// Most tasks that one command may name.
const NUMBERS_MAX: i64 = 50;

/// A simple command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Command {
    Add {
        line: String,
        is_reminder: bool,
    },
    List(Filter),
    /// Yes or no, where nothing waits for it.
    Decision,
    /// A list, and the part of it that was not understood.
    Unclear(String),
    /// The days from these words on; from today where there are none.
    Agenda(String),
    Complete(Vec<i64>),
    Skip {
        numbers: Vec<i64>,
        reason: Option<String>,
    },
    Move(Move),
    /// Why tasks are due when they are.
    Explain(Vec<i64>),
    Delete(Vec<i64>),
    Reopen(Vec<i64>),
    Restore(Vec<i64>),
    Undo,
    Help,
    /// A verb that wants a number and has none.
    NoNumber(&'static str),
    /// Something to move, and nothing that says where to.
    NoDate,
    Unknown,
}

/// Where tasks go.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Move {
    pub(super) numbers: Vec<i64>,
    pub(super) due: String,
    pub(super) scope: Option<&'static str>,
}

/// What else of a series moves, as it is said at the end of a line; longer ones first where one ends with another.
const SCOPES: &[(&str, &str)] = &[
    ("this and all following", "this_and_following"),
    ("this and following", "this_and_following"),
    ("and all following", "this_and_following"),
    ("and following", "this_and_following"),
    ("all following", "this_and_following"),
    ("following", "this_and_following"),
    ("the whole series", "all"),
    ("whole series", "all"),
    ("all of them", "all"),
    ("all", "all"),
    ("only this one", "this"),
    ("only this", "this"),
    ("this one", "this"),
];

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
    ("find", Verb::Find),
    ("search", Verb::Find),
    ("agenda", Verb::Agenda),
    ("done", Verb::Complete),
    ("complete", Verb::Complete),
    ("finish", Verb::Complete),
    ("skip", Verb::Skip),
    ("move", Verb::Move),
    ("reschedule", Verb::Move),
    ("postpone", Verb::Move),
    ("why is", Verb::Explain),
    ("why", Verb::Explain),
    ("explain", Verb::Explain),
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
    Find,
    Agenda,
    Complete,
    Skip,
    Move,
    Explain,
    Delete,
    Reopen,
    Restore,
    Undo,
    Help,
}

/// Reads a command; `words` says which of them are a date.
pub(super) fn parse(text: &str, words: &Context) -> Command {
    let text = text.trim();
    let text = text.strip_prefix('/').unwrap_or(text);
    if text == "?" {
        return Command::Help;
    }
    if decision(text).is_some() {
        return Command::Decision;
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
        // "remind me 1 hour before the dentist tomorrow" says when to remind.
        Verb::Remind if !grammar::quick_add(text, words).reminders.is_empty() => Command::Add {
            line: text.to_owned(),
            is_reminder: false,
        },
        Verb::Remind => Command::Add {
            line: rest.to_owned(),
            is_reminder: true,
        },
        Verb::List => Filter::read(rest, words).map_or_else(Command::Unclear, Command::List),
        Verb::Find => Filter::read(rest, words)
            .map(Filter::into_text)
            .map_or_else(Command::Unclear, Command::List),
        Verb::Agenda => Command::Agenda(rest.trim_start_matches("for ").to_owned()),
        Verb::Skip => skip(rest),
        Verb::Move => move_to(rest),
        Verb::Explain => {
            let named = rest.trim_end_matches(|c: char| c == '?' || c.is_whitespace());
            let named = named.strip_suffix(" due").unwrap_or(named);
            self::numbers(named).map_or(Command::NoNumber("why"), Command::Explain)
        }
        Verb::Complete => numbers().map_or(Command::NoNumber("done"), Command::Complete),
        Verb::Delete => numbers().map_or(Command::NoNumber("delete"), Command::Delete),
        Verb::Restore => numbers().map_or(Command::NoNumber("restore"), Command::Restore),
        Verb::Undo if rest.is_empty() => Command::Undo,
        Verb::Reopen | Verb::Undo => numbers().map_or(Command::NoNumber("reopen"), Command::Reopen),
        Verb::Help => Command::Help,
    }
}

/// Whether the whole text is a yes, or a no.
pub(crate) fn decision(text: &str) -> Option<bool> {
    let text = text.trim().trim_end_matches(['.', '!']).to_lowercase();
    match text.as_str() {
        "y" | "yes" | "confirm" | "ok" | "okay" => Some(true),
        "n" | "no" | "deny" | "cancel" => Some(false),
        _ => None,
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

/// `3`, `3 and 4`, `3 because I am away`, `3: on holiday`.
fn skip(rest: &str) -> Command {
    let (named, reason) = split(rest, " because ")
        .or_else(|| split(rest, ":"))
        .unwrap_or((rest, ""));
    let reason = Some(reason.trim()).filter(|reason| !reason.is_empty());
    numbers(named).map_or(Command::NoNumber("skip"), |numbers| Command::Skip {
        numbers,
        reason: reason.map(str::to_owned),
    })
}

/// `3 to friday`, `3 friday at 9`, `3 and 4 to next monday`, `3 to the 15th, all`.
fn move_to(rest: &str) -> Command {
    let parted = split(rest, " to ").or_else(|| rest.split_once(char::is_whitespace));
    let (named, due) = parted.unwrap_or((rest, ""));
    let Some(numbers) = numbers(named) else {
        return Command::NoNumber("move");
    };
    let ends = |c: char| c.is_whitespace() || matches!(c, ',' | '.' | '!' | '(' | ')');
    let due = due.trim_matches(ends);
    let (due, scope) = SCOPES
        .iter()
        .find_map(|(said, scope)| Some((before(due, said)?, Some(*scope))))
        .unwrap_or((due, None));
    let due = due.trim_matches(ends);
    if due.is_empty() {
        return Command::NoDate;
    }
    Command::Move(Move {
        numbers,
        due: due.to_owned(),
        scope,
    })
}

/// The text on both sides of the first `word`.
fn split<'a>(text: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    // ASCII alone changes, so that the places stay the same.
    let at = text.to_ascii_lowercase().find(word)?;
    Some((text.get(..at)?, text.get(at + word.len()..)?))
}

/// What stands before `words` at the end of `text`, if they begin there.
fn before<'a>(text: &'a str, words: &str) -> Option<&'a str> {
    let at = text.len().checked_sub(words.len())?;
    let (head, tail) = (text.get(..at)?, text.get(at..)?);
    let parted =
        head.is_empty() || head.ends_with(|c: char| c.is_whitespace() || matches!(c, ',' | '('));
    (tail.eq_ignore_ascii_case(words) && parted).then_some(head)
}

/// `3`, `#3`, `3, 4 and 5`, `3-5`; nothing if there is anything else.
pub(super) fn numbers(text: &str) -> Option<Vec<i64>> {
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

#[cfg(test)]
mod tests {
    use taskwire_domain::Zone;

    use super::super::filter::Fitting;
    use super::*;

    fn read(text: &str) -> Command {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        parse(text, &Context::new(now, Zone::utc()))
    }

    fn add(line: &str) -> Command {
        Command::Add {
            line: line.into(),
            is_reminder: false,
        }
    }

    #[test]
    fn reads_commands() {
        assert_eq!(read("add buy milk tomorrow"), add("buy milk tomorrow"));
        assert_eq!(read("New: pay rent"), add("pay rent"));
        assert_eq!(
            read("Remind me to call mom at 5pm"),
            add("Remind me to call mom at 5pm")
        );
        assert_eq!(
            read("Remind me about the call at 5pm"),
            Command::Add {
                line: "the call at 5pm".into(),
                is_reminder: true
            }
        );
        for (text, is_yes) in [
            ("y", true),
            ("Yes.", true),
            ("ok", true),
            ("n", false),
            ("No!", false),
        ] {
            assert_eq!(decision(text), Some(is_yes), "{text}");
            assert_eq!(read(text), Command::Decision, "{text}");
        }
        for text in ["yes please add milk", "nope", "year", ""] {
            assert_eq!(decision(text), None, "{text}");
        }
        assert_eq!(
            read("list"),
            Command::List(Filter::Fitting(Fitting::default()))
        );
        assert_eq!(read("done 3"), Command::Complete(vec![3]));
        assert_eq!(
            read("complete #3, 5 and 4"),
            Command::Complete(vec![3, 4, 5])
        );
        assert_eq!(read("delete 3-5"), Command::Delete(vec![3, 4, 5]));
        assert_eq!(read("undo"), Command::Undo);
        assert_eq!(read("reopen 7"), Command::Reopen(vec![7]));
        assert_eq!(read("restore task 7"), Command::Restore(vec![7]));
        assert_eq!(read("help"), Command::Help);
    }

    #[test]
    fn reads_when_to_remind() {
        let line = "remind me 1 hour before the dentist tomorrow 3pm";
        assert_eq!(read(line), add(line));
    }

    #[test]
    fn reads_what_happens_to_an_occurrence() {
        let skip = |numbers: &[i64], reason: Option<&str>| Command::Skip {
            numbers: numbers.to_vec(),
            reason: reason.map(Into::into),
        };
        assert_eq!(read("skip 3"), skip(&[3], None));
        assert_eq!(
            read("skip 3 because I am away"),
            skip(&[3], Some("I am away"))
        );
        assert_eq!(read("skip 3, 4: holidays"), skip(&[3, 4], Some("holidays")));
        assert_eq!(read("skip it"), Command::NoNumber("skip"));
        assert_eq!(read("why 3"), Command::Explain(vec![3]));
        assert_eq!(read("Why is #3 due?"), Command::Explain(vec![3]));
        assert_eq!(read("explain 3 and 4"), Command::Explain(vec![3, 4]));
        assert_eq!(read("why not"), Command::NoNumber("why"));
        assert_eq!(read("agenda"), Command::Agenda(String::new()));
        assert_eq!(
            read("agenda next week"),
            Command::Agenda("next week".into())
        );
    }

    #[test]
    fn reads_where_tasks_go() {
        for (text, numbers, due, scope) in [
            ("move 3 to friday", vec![3], "friday", None),
            ("move 3 friday at 9", vec![3], "friday at 9", None),
            ("postpone #3, 4 to the 15th.", vec![3, 4], "the 15th", None),
            (
                "reschedule 3 to next monday all",
                vec![3],
                "next monday",
                Some("all"),
            ),
            (
                "Move 3 TO next monday, the whole series",
                vec![3],
                "next monday",
                Some("all"),
            ),
            (
                "move 3 to 1 dec (this and following)",
                vec![3],
                "1 dec",
                Some("this_and_following"),
            ),
            (
                "move 3 to 9:00 following",
                vec![3],
                "9:00",
                Some("this_and_following"),
            ),
            (
                "move 3 to friday, only this one",
                vec![3],
                "friday",
                Some("this"),
            ),
        ] {
            let due = due.to_owned();
            let expected = Command::Move(Move {
                numbers,
                due,
                scope,
            });
            assert_eq!(read(text), expected, "{text}");
        }
        assert_eq!(read("move 3"), Command::NoDate);
        assert_eq!(read("move 3 to all"), Command::NoDate);
        assert_eq!(read("move the piano to friday"), Command::NoNumber("move"));
    }

    #[test]
    fn does_not_read_more_than_is_there() {
        assert_eq!(read("address the audience"), Command::Unknown);
        assert_eq!(read("add"), Command::Unknown);
        assert_eq!(read("done with everything"), Command::NoNumber("done"));
        assert_eq!(read("delete all"), Command::NoNumber("delete"));
        assert_eq!(read("delete 1-999999999"), Command::NoNumber("delete"));
        assert_eq!(
            read("delete 99999999999999999999"),
            Command::NoNumber("delete")
        );
        assert_eq!(read("wie geht's"), Command::Unknown);
        assert_eq!(read("ĀĀĀ"), Command::Unknown);
    }
}

//! Parses commands. The server resolves their dates.

use taskwire_domain::grammar::{self, Context};

use super::decision::decision;
use super::filter::{self, Filter};
use super::numbers::numbers;

/// A simple command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Command {
    Add {
        line: String,
        is_reminder: bool,
    },
    List(Filter),
    /// Yes or no when no approval is pending.
    Decision,
    /// A list with a part that was not understood.
    Unclear(String),
    /// A list of a day that the calendar does not have.
    NoDay(String),
    /// The days beginning with these words; with today if there are none.
    Agenda(String),
    Complete(Vec<i64>),
    Skip {
        numbers: Vec<i64>,
        reason: Option<String>,
    },
    Move(Move),
    /// The tasks whose reminder is put off, and until when.
    Snooze {
        numbers: Vec<i64>,
        until: String,
    },
    /// Why tasks are due when they are.
    Explain(Vec<i64>),
    Delete(Vec<i64>),
    Reopen(Vec<i64>),
    Restore(Vec<i64>),
    Undo,
    Help,
    /// An addition without a title.
    NoTitle,
    /// Several undos in one line.
    SeveralUndos,
    /// An empty line.
    Thanks,
    /// A verb without its number.
    NoNumber(&'static str),
    /// A move without a date.
    NoDate,
    Unknown,
}

/// The tasks to move, and the date.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Move {
    pub(super) numbers: Vec<i64>,
    pub(super) due: String,
    pub(super) scope: Option<&'static str>,
}

/// The scope of a move in a series, as typed at the end of a line; longer ones first if one ends with another.
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

/// What introduces the time until which a reminder is put off.
const UNTIL: [&str; 3] = [" until ", " till ", " to "];
/// The last word of a pause.
const PAUSE_UNITS: &[&str] = &[
    "m", "min", "mins", "minute", "minutes", "h", "hr", "hrs", "hour", "hours", "d", "day", "days",
    "w", "week", "weeks",
];
/// For how long a reminder is put off if nothing is said.
const USUAL_PAUSE: &str = "in 1 hour";

/// Verbs as typed; longer ones first if one begins with another.
const VERBS: &[(&str, Verb)] = &[
    ("please remind me to", Verb::Remind),
    ("remind me to", Verb::Remind),
    ("remind me about", Verb::Remind),
    ("remind me", Verb::Remind),
    ("add a new task to", Verb::Add),
    ("add a new task", Verb::Add),
    ("add a task to", Verb::Add),
    ("add a task", Verb::Add),
    ("add task", Verb::Add),
    ("add", Verb::Add),
    ("new task", Verb::Add),
    ("new", Verb::Add),
    ("create a new task to", Verb::Add),
    ("create a new task", Verb::Add),
    ("create a task to", Verb::Add),
    ("create a task", Verb::Add),
    ("create task", Verb::Add),
    ("create", Verb::Add),
    ("todo", Verb::Add),
    ("what is due", Verb::List),
    ("what's due", Verb::List),
    ("whats due", Verb::List),
    ("what is on my plate", Verb::List),
    ("what's on my plate", Verb::List),
    ("what is", Verb::Question),
    ("what's", Verb::Question),
    ("what are", Verb::Question),
    ("which tasks", Verb::Question),
    ("which", Verb::Question),
    ("list", Verb::List),
    ("show", Verb::List),
    ("find", Verb::Find),
    ("search", Verb::Find),
    ("agenda", Verb::Agenda),
    ("mark", Verb::Mark),
    ("check off", Verb::Complete),
    ("tick off", Verb::Complete),
    ("done", Verb::Complete),
    ("complete", Verb::Complete),
    ("finish", Verb::Complete),
    ("skip", Verb::Skip),
    ("move", Verb::Move),
    ("reschedule", Verb::Move),
    ("postpone", Verb::Move),
    ("snooze", Verb::Snooze),
    ("why is", Verb::Explain),
    ("why", Verb::Explain),
    ("explain", Verb::Explain),
    ("delete", Verb::Delete),
    ("remove", Verb::Delete),
    ("cancel", Verb::Delete),
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
    /// A question that may request a list.
    Question,
    Find,
    Agenda,
    Complete,
    /// Followed by numbers and a status.
    Mark,
    Skip,
    Move,
    Snooze,
    Explain,
    Delete,
    Reopen,
    Restore,
    Undo,
    Help,
}

/// Parses a command; dates are recognized with the time and zone of `context`.
pub(super) fn parse(text: &str, context: &Context) -> Command {
    let text = text.trim();
    let text = text.strip_prefix('/').unwrap_or(text);
    if text == "?" {
        return Command::Help;
    }
    if decision(text).is_some() {
        return Command::Decision;
    }
    let folded = text.trim_end_matches(['.', '!']).to_lowercase();
    if matches!(folded.as_str(), "thanks" | "thank you" | "thx") {
        return Command::Thanks;
    }
    // A title keeps its apostrophes.
    let begins = |word: &&str| after(text, word).is_some();
    let straight = ["what’s"]
        .into_iter()
        .find(begins)
        .map(|_| text.replacen('’', "'", 1));
    let text = straight.as_deref().unwrap_or(text);
    let Some((verb, rest)) = VERBS
        .iter()
        .find_map(|(word, verb)| Some((*verb, after(text, word)?)))
    else {
        return question(text, context);
    };
    let numbers = || numbers(rest);
    let unclear = |part: String| {
        if filter::is_missing_day(&part, context) {
            Command::NoDay(part)
        } else {
            Command::Unclear(part)
        }
    };
    match verb {
        Verb::Add | Verb::Remind if rest.is_empty() => Command::NoTitle,
        Verb::Add => Command::Add {
            line: rest.to_owned(),
            is_reminder: false,
        },
        // "remind me 1 hour before the dentist tomorrow" says when to remind.
        Verb::Remind if !grammar::quick_add(text, context).reminders.is_empty() => Command::Add {
            line: text.to_owned(),
            is_reminder: false,
        },
        Verb::Remind => Command::Add {
            line: rest.to_owned(),
            is_reminder: true,
        },
        Verb::List => Filter::read(rest, context).map_or_else(unclear, Command::List),
        Verb::Question => question(rest, context),
        Verb::Find => Filter::read(rest, context)
            .map(Filter::into_text)
            .map_or_else(unclear, Command::List),
        Verb::Agenda => Command::Agenda(rest.trim_start_matches("for ").to_owned()),
        Verb::Skip => skip(rest),
        Verb::Move => move_to(rest),
        Verb::Snooze => snooze(rest),
        Verb::Explain => {
            let named = rest.trim_end_matches(|c: char| c == '?' || c.is_whitespace());
            let named = named.strip_suffix(" due").unwrap_or(named);
            self::numbers(named).map_or(Command::NoNumber("why"), Command::Explain)
        }
        Verb::Mark => mark(rest),
        Verb::Complete => numbers().map_or(Command::NoNumber("done"), Command::Complete),
        Verb::Delete => numbers().map_or(Command::NoNumber("delete"), Command::Delete),
        Verb::Restore => numbers().map_or(Command::NoNumber("restore"), Command::Restore),
        Verb::Undo if is_last_change(rest) => Command::Undo,
        Verb::Undo
            if rest
                .split_whitespace()
                .all(|word| word.eq_ignore_ascii_case("undo")) =>
        {
            Command::SeveralUndos
        }
        Verb::Reopen | Verb::Undo => numbers().map_or(Command::NoNumber("reopen"), Command::Reopen),
        Verb::Help => Command::Help,
    }
}

/// A list, if every word is a filter; other questions are not understood.
fn question(text: &str, context: &Context) -> Command {
    match Filter::read(text, context) {
        Ok(filter) if filter.is_plain(text) => Command::List(filter),
        _ => Command::Unknown,
    }
}

/// `1 as done`, `1 and 2 done`, `3 as open`.
fn mark(rest: &str) -> Command {
    let rest = rest.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '!'));
    let (named, state) = rest
        .rsplit_once(char::is_whitespace)
        .unwrap_or((rest, "done"));
    let named = before(named, "as").unwrap_or(named);
    let is_open = matches!(
        state.to_lowercase().as_str(),
        "open" | "undone" | "incomplete"
    );
    let is_done = matches!(
        state.to_lowercase().as_str(),
        "done" | "complete" | "completed" | "finished"
    );
    match numbers(named) {
        Some(numbers) if is_done => Command::Complete(numbers),
        Some(numbers) if is_open => Command::Reopen(numbers),
        _ => Command::NoNumber("done"),
    }
}

/// Returns true if this is empty or names the last change.
fn is_last_change(rest: &str) -> bool {
    let rest = rest.trim_end_matches(['.', '!']).to_lowercase();
    matches!(
        rest.as_str(),
        "" | "it" | "that" | "this" | "last" | "the last" | "last change" | "the last change"
    )
}

/// The rest of `text` after `word`, if it begins with the whole word.
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
        .find_map(|(phrase, scope)| Some((before(due, phrase)?, Some(*scope))))
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

/// `3`, `3 for an hour`, `3 and 4 until tomorrow 9am`, `3 10 minutes`.
fn snooze(rest: &str) -> Command {
    let is_pause = |text: &str| {
        let unit = text.trim_start_matches(|c: char| !c.is_alphabetic());
        let unit = unit.rsplit(char::is_whitespace).next().unwrap_or(unit);
        PAUSE_UNITS.contains(&unit.to_lowercase().as_str())
    };
    let (named, until) = if let Some((named, pause)) = split(rest, " for ") {
        (named, format!("in {}", pause.trim()))
    } else if let Some((named, until)) = UNTIL.iter().find_map(|word| split(rest, word)) {
        (named, until.trim().to_owned())
    } else {
        match rest.split_once(char::is_whitespace) {
            Some((named, pause)) if is_pause(pause) => (named, format!("in {}", pause.trim())),
            Some((named, until)) if numbers(rest).is_none() => (named, until.trim().to_owned()),
            _ => (rest, USUAL_PAUSE.to_owned()),
        }
    };
    let Some(numbers) = numbers(named) else {
        return Command::NoNumber("snooze");
    };
    Command::Snooze { numbers, until }
}

/// The text on both sides of the first `word`.
fn split<'a>(text: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    // Only ASCII changes, so that the offsets stay the same.
    let at = text.to_ascii_lowercase().find(word)?;
    Some((text.get(..at)?, text.get(at + word.len()..)?))
}

/// The text before `words`, if it ends with them.
fn before<'a>(text: &'a str, words: &str) -> Option<&'a str> {
    let at = text.len().checked_sub(words.len())?;
    let (head, tail) = (text.get(..at)?, text.get(at..)?);
    let parted =
        head.is_empty() || head.ends_with(|c: char| c.is_whitespace() || matches!(c, ',' | '('));
    (tail.eq_ignore_ascii_case(words) && parted).then_some(head)
}

#[cfg(test)]
mod tests;

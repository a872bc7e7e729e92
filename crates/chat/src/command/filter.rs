//! Which tasks a list shows. The words for its dates go to the server as they are.

use serde_json::{Value, json};
use taskwire_domain::grammar::{self, Context};

/// Tasks in one list.
const LISTED: u32 = 50;

/// Which tasks to list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Filter {
    Open,
    Today,
    Tomorrow,
    /// The next seven days.
    Week,
    /// What is left of the calendar week.
    ThisWeek,
    /// What is due from a date on, for as many days.
    Days(String, u32),
    Overdue,
    Completed,
    Skipped,
    Deleted,
    Tag(String),
    Text(String),
}

impl Filter {
    /// Reads what follows `list`.
    pub(super) fn read(rest: &str, context: &Context) -> Self {
        let rest = rest.trim_matches(|c: char| c.is_whitespace() || c == '?');
        let folded = rest.to_lowercase();
        let mut words: Vec<&str> = folded.split_whitespace().collect();
        let is_filler = |word: &str| {
            matches!(
                word,
                "me" | "my" | "the" | "all" | "tasks" | "task" | "todos" | "for" | "due" | "open"
            )
        };
        words.retain(|word| !is_filler(word));
        match *words.as_slice() {
            [] => Self::Open,
            ["today"] => Self::Today,
            ["tomorrow"] => Self::Tomorrow,
            ["week"] => Self::Week,
            ["this", "week"] => Self::ThisWeek,
            ["overdue" | "late"] => Self::Overdue,
            ["completed" | "done" | "finished"] => Self::Completed,
            ["skipped"] => Self::Skipped,
            ["deleted" | "trash"] => Self::Deleted,
            [tag] if tag.len() > 1 && tag.starts_with('#') => {
                Self::Tag(tag.trim_start_matches('#').to_owned())
            }
            _ => days(&words, context).unwrap_or_else(|| Self::Text(rest.to_owned())),
        }
    }

    /// The tool that lists them, and its arguments.
    pub(super) fn call(&self) -> (&'static str, Value) {
        if let Self::Days(from, days) = self {
            return ("tasks_agenda", json!({"from": from, "days": days}));
        }
        ("tasks_find", self.arguments())
    }

    fn arguments(&self) -> Value {
        let between = |after: &str, before: &str| json!({"due_after": after, "due_before": before, "limit": LISTED});
        match self {
            Self::Open | Self::Days(..) => json!({"limit": LISTED}),
            Self::Today => between("today", "tomorrow"),
            Self::Tomorrow => between("tomorrow", "in 2 days"),
            Self::Week => between("today", "in 7 days"),
            Self::ThisWeek => between("today", "next week"),
            Self::Overdue => json!({"due_before": "today", "limit": LISTED}),
            Self::Completed => json!({"status": "completed", "limit": LISTED}),
            Self::Skipped => json!({"status": "skipped", "limit": LISTED}),
            Self::Deleted => json!({"status": "deleted", "limit": LISTED}),
            Self::Tag(tag) => json!({"tag": tag, "limit": LISTED}),
            Self::Text(text) => json!({"query": text, "limit": LISTED}),
        }
    }
}

/// The words as a date, if they are one: `friday`, `next week`, `on 3 dec`. Which date it is, the server decides.
fn days(words: &[&str], context: &Context) -> Option<Filter> {
    let text = words.join(" ");
    grammar::due(&text, context).ok()?;
    let count = match words.last() {
        Some(&"week") => 7,
        Some(&"weekend") => 2,
        Some(&"month") => 31,
        _ => 1,
    };
    Some(Filter::Days(text, count))
}

#[cfg(test)]
mod tests {
    use taskwire_domain::Zone;

    use super::*;

    fn read(rest: &str) -> Filter {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        Filter::read(rest, &Context::new(now, Zone::utc()))
    }

    #[test]
    fn reads_which_tasks() {
        for (rest, filter) in [
            ("", Filter::Open),
            ("today?", Filter::Today),
            ("my tasks for tomorrow", Filter::Tomorrow),
            ("week", Filter::Week),
            ("my tasks for this week", Filter::ThisWeek),
            ("overdue", Filter::Overdue),
            ("skipped", Filter::Skipped),
            ("#Work", Filter::Tag("work".into())),
            ("friday", Filter::Days("friday".into(), 1)),
            ("next week", Filter::Days("next week".into(), 7)),
            ("in 3 days", Filter::Days("in 3 days".into(), 1)),
            ("due on 3 Dec", Filter::Days("on 3 dec".into(), 1)),
            ("next month", Filter::Days("next month".into(), 31)),
            (
                "dentist appointment",
                Filter::Text("dentist appointment".into()),
            ),
            ("Friday report", Filter::Text("Friday report".into())),
        ] {
            assert_eq!(read(rest), filter, "{rest}");
        }
    }

    #[test]
    fn leaves_dates_to_the_server() {
        let (tool, arguments) = read("this week").call();
        assert_eq!(tool, "tasks_find");
        assert_eq!(
            arguments,
            json!({"due_after": "today", "due_before": "next week", "limit": 50})
        );
        let (tool, arguments) = read("friday").call();
        assert_eq!(tool, "tasks_agenda");
        assert_eq!(arguments, json!({"from": "friday", "days": 1}));
    }
}

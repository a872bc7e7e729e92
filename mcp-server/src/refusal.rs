//! Why a call, or one item of it, was refused, in words that say what to send instead.

use rmcp::model::{CallToolResult, ContentBlock};
use taskwire_client::Error;
use taskwire_domain::contract::Problem;
use tracing::warn;

/// Most lines of one error text: a model corrects a few mistakes at a time.
const LINES_MAX: usize = 10;

/// Longest message taken over from the API, in characters.
const MESSAGE_MAX: usize = 600;

/// Why nothing came of a call. The model sees the text, and nothing else.
#[derive(Debug)]
pub(crate) struct Refusal(String);

impl Refusal {
    /// The arguments cannot be used; nothing was sent to the API.
    pub(crate) fn mistakes(mistakes: &[String]) -> Self {
        Self(format!(
            "Nothing was changed, because the arguments do not fit:\n{}\nCorrect this and send the call again.",
            list(mistakes)
        ))
    }

    /// Every item of a batch was refused.
    pub(crate) fn all_failed(lines: &[String], again: &str) -> Self {
        Self(format!(
            "Nothing was changed. The API refused:\n{}\n{again}",
            list(lines)
        ))
    }

    /// The API could not be asked.
    pub(crate) fn unreachable() -> Self {
        Self("Taskwire's API cannot be reached; nothing was changed; try again.".into())
    }

    /// The API could not be asked, or its answer to a change was lost.
    pub(crate) fn unreachable_for_change(repeatable: bool) -> Self {
        let again = if repeatable {
            "try again with the same request_id, which makes repeating safe."
        } else {
            "look with tasks_find, then try again."
        };
        Self(format!(
            "Taskwire's API cannot be reached; nothing was changed as far as is known; {again}"
        ))
    }

    /// The request carries no credential.
    pub(crate) fn nobody() -> Self {
        Self("This connection carries no access token; a person must set one up.".into())
    }

    /// A call that only reads did not succeed.
    pub(crate) fn of_read(error: &Error) -> Self {
        let trouble = Trouble::of(error);
        match error {
            Error::Unreachable(_) => Self::unreachable(),
            // Its hint is about changes that may have been made.
            Error::Unexpected(_) => Self(trouble.detail),
            Error::Problem(_) => Self(trouble.lines("").join("\n")),
        }
    }

    #[cfg(test)]
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// The tool error. It has no structured content: clients check that against the output schema, even in an error,
    /// and then hide the text.
    pub(crate) fn into_result(self) -> CallToolResult {
        CallToolResult::error(vec![ContentBlock::text(self.0)])
    }
}

fn list(lines: &[String]) -> String {
    let mut text: Vec<String> = lines
        .iter()
        .take(LINES_MAX)
        .map(|line| format!("- {line}"))
        .collect();
    let more = lines.len().saturating_sub(LINES_MAX);
    if more > 0 {
        text.push(format!("- and {more} more"));
    }
    text.join("\n")
}

/// The code of an item that found nobody to answer.
pub(crate) const UNREACHABLE: &str = "unreachable";

/// Why the API did not do something.
#[derive(Clone, Debug)]
pub(crate) struct Trouble {
    /// A stable name in snake case.
    pub(crate) code: String,
    /// The refused fields as the tool names them, each with what is wrong.
    fields: Vec<(String, String)>,
    /// What is wrong, where no field is to blame.
    detail: String,
    /// What to send instead.
    pub(crate) hint: Option<String>,
    /// Whether the same call may succeed later.
    pub(crate) transient: bool,
}

impl Trouble {
    pub(crate) fn of(error: &Error) -> Self {
        match error {
            Error::Problem(problem) => Self::of_problem(problem),
            Error::Unreachable(cause) => {
                warn!(cause, "Taskwire's API cannot be reached");
                Self::unreachable()
            }
            Error::Unexpected(cause) => {
                warn!(cause, "Taskwire's API answered outside its contract");
                Self {
                    code: "unexpected_answer".into(),
                    fields: Vec::new(),
                    detail: "Taskwire's API gave an answer that cannot be read.".into(),
                    hint: Some(
                        "Look with tasks_find whether the change was made before sending it again."
                            .into(),
                    ),
                    transient: false,
                }
            }
        }
    }

    pub(crate) fn unreachable() -> Self {
        Self {
            code: UNREACHABLE.into(),
            fields: Vec::new(),
            detail: "Taskwire's API cannot be reached.".into(),
            hint: Some("Try this item again.".into()),
            transient: true,
        }
    }

    fn of_problem(problem: &Problem) -> Self {
        let fields = problem
            .errors
            .iter()
            .map(|field| (argument(&field.pointer), plain(&field.detail)))
            .collect();
        let fallback = match problem.status {
            401 => Some("The access token is no longer accepted; a person must set up a new one."),
            404 => Some("tasks_find shows the numbers there are."),
            412 => Some("Read the task again with tasks_find and send its present version."),
            429 | 500.. => Some("Try again in a moment."),
            _ => None,
        };
        Self {
            code: problem.code.clone(),
            fields,
            detail: plain(&problem.detail),
            hint: problem
                .hint
                .as_deref()
                .map(plain)
                .or(fallback.map(Into::into)),
            transient: problem.status >= 500 || problem.status == 429,
        }
    }

    /// What is wrong: `field: detail` for each refused field.
    pub(crate) fn message(&self) -> String {
        if self.fields.is_empty() {
            return self.detail.clone();
        }
        let fields: Vec<String> = self
            .fields
            .iter()
            .map(|(field, detail)| format!("{field}: {detail}"))
            .collect();
        fields.join(" ")
    }

    /// One line for each refused field of the item at `at`, the last one with the hint.
    pub(crate) fn lines(&self, at: &str) -> Vec<String> {
        let mut lines: Vec<String> = if self.fields.is_empty() {
            vec![if at.is_empty() {
                self.detail.clone()
            } else {
                format!("{at}: {}", self.detail)
            }]
        } else {
            let dot = if at.is_empty() { "" } else { "." };
            self.fields
                .iter()
                .map(|(field, detail)| format!("{at}{dot}{field}: {detail}"))
                .collect()
        };
        if let (Some(last), Some(hint)) = (lines.last_mut(), &self.hint) {
            *last = format!("{last} {hint}");
        }
        lines
    }
}

/// What the tools call the field at this place of the REST contract.
fn argument(pointer: &str) -> String {
    let mut segments = pointer.trim_start_matches('/').split('/');
    let first = segments.next().unwrap_or_default();
    let last = segments.next_back();
    let name = match (first, last) {
        ("text", _) => "quick",
        ("q", _) => "query",
        ("recurrence", Some("anchor")) => "recurrence_anchor",
        ("reminders", Some("at")) => "remind_at",
        ("reminders", _) => "reminders_minutes_before",
        (header, _) if header.eq_ignore_ascii_case("if-match") => "expected_version",
        (header, _) if header.eq_ignore_ascii_case("idempotency-key") => "request_id",
        (other, _) => other,
    };
    plain(name)
}

/// The API's words on one line, and not too many of them.
fn plain(text: &str) -> String {
    text.chars()
        .take(MESSAGE_MAX)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use taskwire_domain::contract::ProblemField;

    use super::*;

    fn problem(status: u16, pointers: &[&str]) -> Error {
        Error::Problem(Box::new(Problem {
            kind: "about:blank".into(),
            title: "Refused".into(),
            status,
            detail: "It is not so.".into(),
            code: "refused".into(),
            errors: pointers
                .iter()
                .map(|pointer| ProblemField {
                    pointer: (*pointer).into(),
                    detail: "It\nis wrong.".into(),
                })
                .collect(),
            hint: None,
            request_id: None,
        }))
    }

    #[test]
    fn names_fields_as_the_tools_do() {
        for (pointer, name) in [
            ("/due", "due"),
            ("/text", "quick"),
            ("q", "query"),
            ("/recurrence/rrule", "recurrence"),
            ("/recurrence/anchor", "recurrence_anchor"),
            ("/reminders/0/minutes_before", "reminders_minutes_before"),
            ("/reminders/1/at", "remind_at"),
            ("/tags/3", "tags"),
            ("If-Match", "expected_version"),
            ("", ""),
        ] {
            assert_eq!(argument(pointer), name, "{pointer}");
        }
    }

    #[test]
    fn tells_the_field_the_detail_and_the_hint() {
        let trouble = Trouble::of(&problem(422, &["/due", "/priority"]));
        assert_eq!(
            trouble.message(),
            "due: It is wrong. priority: It is wrong."
        );
        assert_eq!(
            trouble.lines("tasks[2]"),
            [
                "tasks[2].due: It is wrong.",
                "tasks[2].priority: It is wrong."
            ]
        );
        let missing = Trouble::of(&problem(404, &[]));
        assert_eq!(
            missing.lines("numbers[0]"),
            ["numbers[0]: It is not so. tasks_find shows the numbers there are."]
        );
        assert!(!missing.transient);
        assert!(Trouble::of(&problem(503, &[])).transient);
    }

    #[test]
    fn keeps_long_lists_short() {
        let lines: Vec<String> = (0..13).map(|line| line.to_string()).collect();
        assert!(list(&lines).ends_with("- 9\n- and 3 more"));
    }
}

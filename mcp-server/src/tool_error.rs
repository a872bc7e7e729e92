//! Describes the API's errors with the names of the tool's arguments.

use taskwire_client::Error;
use taskwire_domain::contract::Problem;
use tracing::warn;

use crate::hint;
use crate::vocabulary::Vocabulary;

/// Longest message copied from the API, in characters.
const MESSAGE_MAX: usize = 600;

/// The code of an item for which the API was unreachable.
pub(crate) const UNREACHABLE: &str = "unreachable";

/// An error of the API.
#[derive(Clone, Debug)]
pub(crate) struct ToolError {
    /// A stable name in snake case.
    pub(crate) code: String,
    fields: Vec<Field>,
    /// The error, if it is not about a field.
    detail: String,
    /// How to correct the request.
    pub(crate) hint: Option<String>,
    /// Whether the same call may succeed later.
    pub(crate) is_transient: bool,
    /// When it may, if the API says so.
    pub(crate) retry_after_seconds: Option<u64>,
}

/// A refused argument.
#[derive(Clone, Debug)]
struct Field {
    name: String,
    /// Whether it belongs to the call, not to an item.
    is_root: bool,
    detail: String,
}

impl ToolError {
    pub(crate) fn of(vocabulary: Vocabulary, error: &Error) -> Self {
        match error {
            Error::Problem(problem) => Self::of_problem(vocabulary, problem),
            Error::Unreachable(cause) => {
                warn!(cause, "Taskwire's API cannot be reached");
                Self::unreachable()
            }
            Error::Unexpected(cause) => {
                warn!(cause, "Unexpected response from Taskwire's API");
                Self {
                    code: "unexpected_answer".into(),
                    fields: Vec::new(),
                    detail: "Taskwire's API returned an invalid response.".into(),
                    hint: Some(
                        "Check with tasks_find whether the change was made before you send it again."
                            .into(),
                    ),
                    is_transient: false,
                    retry_after_seconds: None,
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
            is_transient: true,
            retry_after_seconds: None,
        }
    }

    fn of_problem(vocabulary: Vocabulary, problem: &Problem) -> Self {
        let fields = problem.errors.iter().filter_map(|field| {
            let name = argument(&field.pointer);
            vocabulary.has(&name).then(|| Field {
                is_root: vocabulary.is_root(&name),
                name,
                detail: detail(&problem.code, &field.detail),
            })
        });
        let about_change = if vocabulary.tool.is_read_only() {
            " Nothing was changed."
        } else {
            ""
        };
        Self {
            code: problem.code.clone(),
            fields: fields.collect(),
            // A call that only reads changes nothing.
            detail: detail(&problem.code, &problem.detail)
                .trim_end_matches(about_change)
                .to_owned(),
            hint: hint::of(vocabulary, problem).map(|hint| plain(&hint)),
            is_transient: problem.status >= 500 || problem.status == 429,
            retry_after_seconds: problem.retry_after_seconds,
        }
    }

    /// The error as one text: `field: detail` for each refused field.
    pub(crate) fn message(&self) -> String {
        if self.fields.is_empty() {
            return self.detail.clone();
        }
        let fields: Vec<String> = self
            .fields
            .iter()
            .map(|field| format!("{}: {}", field.name, field.detail))
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
            self.fields
                .iter()
                .map(
                    |Field {
                         name,
                         is_root,
                         detail,
                     }| {
                        if *is_root || at.is_empty() {
                            format!("{name}: {detail}")
                        } else {
                            format!("{at}.{name}: {detail}")
                        }
                    },
                )
                .collect()
        };
        if let (Some(last), Some(hint)) = (lines.last_mut(), &self.hint) {
            *last = format!("{last} {hint}");
        }
        lines
    }
}

/// The tools' name for a field of the REST contract.
fn argument(pointer: &str) -> String {
    // What is refused of a change to all tasks of a filter.
    let pointer = match pointer.strip_prefix("/change/body") {
        Some("") => "/filter",
        Some(field) => field,
        None => pointer,
    };
    let mut segments = pointer.trim_start_matches('/').split('/');
    let first = segments.next().unwrap_or_default();
    let last = segments.next_back();
    let name = match (first, last) {
        ("text", _) => "quick",
        ("q", _) => "query",
        ("recurrence", Some("anchor")) => "recurrence_anchor",
        ("until", _) => "snooze",
        ("reminders", Some("at")) => "remind_at",
        ("reminders", _) => "reminders_minutes_before",
        (header, _) if header.eq_ignore_ascii_case("if-match") => "expected_version",
        (header, _) if header.eq_ignore_ascii_case("idempotency-key") => "request_id",
        (other, _) => other,
    };
    plain(name)
}

/// The API's text, unless it mentions details of REST requests.
fn detail(code: &str, detail: &str) -> String {
    match code {
        "idempotency_key_reused" => "It was already used with different arguments.".to_owned(),
        "unauthorized" => "The access token is not accepted.".to_owned(),
        _ => plain(detail),
    }
}

/// The API's text on one line, shortened.
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
    use crate::tool_name::ToolName;
    use crate::tools::vocabulary;

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
            retry_after_seconds: None,
        }))
    }

    #[test]
    fn leaves_out_fields_that_the_tool_does_not_have() {
        let refused = ToolError::of(
            vocabulary(ToolName::Delete),
            &problem(422, &["/series", "Idempotency-Key"]),
        );
        assert_eq!(refused.lines("numbers[0]"), ["request_id: It is wrong."]);
    }

    #[test]
    fn a_call_that_reads_says_nothing_of_changes() {
        let busy = Error::Problem(Box::new(Problem {
            kind: "about:blank".into(),
            title: "Too many requests".into(),
            status: 429,
            detail: "Too many requests. Nothing was changed.".into(),
            code: "too_many_requests".into(),
            errors: Vec::new(),
            hint: None,
            request_id: None,
            retry_after_seconds: None,
        }));
        let message = |tool| ToolError::of(vocabulary(tool), &busy).message();
        assert_eq!(message(ToolName::Find), "Too many requests.");
        assert_eq!(
            message(ToolName::Add),
            "Too many requests. Nothing was changed."
        );
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
    fn contains_the_field_the_detail_and_the_hint() {
        let refused = ToolError::of(
            vocabulary(ToolName::Add),
            &problem(422, &["/due", "/priority"]),
        );
        assert_eq!(
            refused.message(),
            "due: It is wrong. priority: It is wrong."
        );
        assert_eq!(
            refused.lines("tasks[2]"),
            [
                "tasks[2].due: It is wrong.",
                "tasks[2].priority: It is wrong."
            ]
        );
        let missing = ToolError::of(vocabulary(ToolName::Add), &problem(404, &[]));
        assert_eq!(
            missing.lines("numbers[0]"),
            ["numbers[0]: It is not so. tasks_find lists the existing numbers."]
        );
        assert!(!missing.is_transient);
        assert!(ToolError::of(vocabulary(ToolName::Add), &problem(503, &[])).is_transient);
    }
}

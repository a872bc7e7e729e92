//! Translates the API's hints for tools: a hint names only arguments of the tool.

use taskwire_domain::contract::Problem;

use crate::tool_name::ToolName;
use crate::vocabulary::Vocabulary;

/// Fields of the API that no tool has under this name.
const OF_THE_API: [&str; 8] = [
    "at",
    "catch_up",
    "minutes_before",
    "overflow",
    "q",
    "rrule",
    "series",
    "text",
];

/// Terms of HTTP, which the caller of a tool never uses.
const OF_HTTP: [&str; 8] = [
    "Authorization",
    "Bearer",
    "ETag",
    "JSON",
    "body",
    "docs",
    "header",
    "rrule",
];

/// The hint for a problem, if there is one: what to send instead.
pub(crate) fn of(vocabulary: Vocabulary, problem: &Problem) -> Option<String> {
    let tool = vocabulary.tool;
    let code = problem.code.as_str();
    let field = problem.errors.first().map_or("", |field| &field.pointer);
    if let Some(hint) = override_for(tool, code, field) {
        return Some(hint.to_owned());
    }
    let of_the_api = problem.hint.as_deref();
    of_the_api
        .filter(|hint| names_only_arguments(hint, vocabulary))
        .or_else(|| fallback_for(tool, code, problem.status))
        .map(ToOwned::to_owned)
}

/// Hints that replace the API's, which are about another kind of request.
fn override_for(tool: ToolName, code: &str, field: &str) -> Option<&'static str> {
    use ToolName as T;
    Some(match (tool, code) {
        (_, "unauthorized") => "A person must configure a new access token.",
        (_, "insufficient_scope") => "A person must configure an access token that allows it.",
        (_, "not_found") => "tasks_find lists the existing numbers.",
        (_, "version_mismatch") => {
            "Read the task again with tasks_find, and apply the change to the current version."
        }
        (_, "idempotency_key_reused") if !tool.is_read_only() => {
            "Send a new `request_id` with a new call."
        }
        (_, "unavailable") if tool.is_read_only() => "Try again in a moment.",
        (_, "unavailable") => {
            "Try again in a moment with the same `request_id`; nothing is done twice."
        }
        (_, "task_not_open" | "already_completed" | "already_skipped") => "Use tasks_reopen first.",
        (_, "task_deleted") => "It is in the trash: use tasks_reopen first.",
        (T::Complete | T::Reschedule, "not_recurring") if field == "/occurrence" => {
            "Omit `occurrence`."
        }
        (T::Reschedule, "not_recurring") if field == "/recurrence" => {
            "Omit `recurrence`, or send it with tasks_update."
        }
        (_, "not_recurring") => "Use tasks_complete, tasks_reschedule or tasks_delete instead.",
        (T::Complete | T::Reschedule, "wrong_occurrence") => {
            "Read the task again with tasks_find and send its `occurrence`."
        }
        (T::Update, "series_without_due") => {
            "To make it a single task, also send \"recurrence\" in `clear`."
        }
        (T::Add, "reminder_without_due") => "Also send `due`, or send date-times as `remind_at`.",
        (T::Update, "reminder_without_due") => {
            "Also send `due`, or send date-times as `remind_at`, or \"reminders\" in `clear`."
        }
        (T::Add, "too_long") if field == "/text" => "Send `title` and `notes` instead of `quick`.",
        (T::Find, "invalid_cursor") => {
            "Send next_cursor of the previous page as `cursor`, with the same filters and sort, or omit it."
        }
        (T::Find, "invalid_tag" | "empty_tag") => {
            "Send names such as \"home\", several with commas between them."
        }
        _ => return None,
    })
}

/// Hints for use if the API's names something that the tool does not have.
fn fallback_for(tool: ToolName, code: &str, status: u16) -> Option<&'static str> {
    use ToolName as T;
    Some(match (tool, code, status) {
        (T::Add | T::Update | T::Reschedule, "invalid_recurrence" | "invalid_rule", _) => {
            "Send words such as \"every day\", \"every monday and thursday at 9\", \"every 2 weeks\", \"every month on \
             the 1st\", \"every 3rd friday\", \"every! 3 days\" (counted from the completion), or an RRULE such as \
             FREQ=WEEKLY;BYDAY=MO."
        }
        (T::Add | T::Update | T::Reschedule, "invalid_due", _) => {
            "Send a date as `due`, and a rule as `recurrence`."
        }
        (T::Find | T::Agenda, "invalid_due", _) => {
            "Send a date such as 2026-12-01, or words such as \"next monday\"."
        }
        (T::Find, "invalid_filter", _) => {
            "Write conditions such as today, overdue, #work, p1, due < +7d or no:due, with & | ! between them."
        }
        (_, _, 401) => "A person must configure a new access token.",
        (_, _, 404) => "tasks_find lists the existing numbers.",
        (_, _, 412) => "Read the task again with tasks_find and send its current version.",
        (_, _, 429 | 500..) => "Try again in a moment.",
        _ => return None,
    })
}

/// Returns true if a text names no field except the tool's own arguments.
fn names_only_arguments(text: &str, vocabulary: Vocabulary) -> bool {
    let is_known = |name: &str| {
        vocabulary.has(name) || name == "next_cursor" || ToolName::parse(name).is_some()
    };
    let is_foreign =
        |name: &str| !is_known(name) && (OF_THE_API.contains(&name) || vocabulary.any_has(name));
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let mut words = text.split(|c: char| !is_part(c));
    let mut quoted = text.split(['"', '`']).skip(1).step_by(2);
    words.all(|word| {
        !OF_HTTP.contains(&word) && !is_header(word) && (!word.contains('_') || is_known(word))
    }) && !quoted.any(is_foreign)
        && keys(text).all(is_known)
        && !text.contains("recurrence text")
        && !text.contains(": null")
}

/// Returns true if a word is written like a header name, such as `If-Match`.
fn is_header(word: &str) -> bool {
    let is_capital = |part: &str| part.starts_with(|c: char| c.is_ascii_uppercase());
    word.contains('-') && word.split('-').all(is_capital)
}

/// The names before a colon, as in JSON.
fn keys(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("\":").filter_map(|(end, _)| {
        let before = text.get(..end)?;
        before.get(before.rfind('"')? + 1..)
    })
}

#[cfg(test)]
mod tests;

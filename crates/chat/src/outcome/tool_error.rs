//! Rewrites a tool's error for a person: it names tools and arguments, which a person does not
//! type.

use crate::sanitize;

/// Longest error shown, in characters.
const SHOWN: usize = 500;

/// The text if nothing else is left.
const FAILED: &str = "That did not work.";

/// Advice for a model, recognized by a part of it, and the equivalent for a person; the first match counts.
const ADVICE: &[(&str, &str)] = &[
    (
        "tasks_find lists the existing numbers",
        "To see the numbers: list.",
    ),
    ("Try again in a moment", "Try again in a moment."),
    ("Try this item again", "Try again in a moment."),
    (
        "nothing was changed as far as is known",
        "Taskwire cannot be reached, so it is not known whether anything was changed. To look: list. Then try again.",
    ),
    (
        "in the trash: use tasks_reopen first",
        "First say: restore and its number.",
    ),
    ("tasks_reopen first", "First say: reopen and its number."),
    (
        "tasks_complete, tasks_reschedule or tasks_delete",
        "Say instead: done, move or delete, and its number.",
    ),
    (
        "\"recurrence\" with \"scope\"",
        "A move takes a date; of a recurring task, say: move 3 to monday, all.",
    ),
    (
        "Read the task again with tasks_find",
        "Look at it first: show and its number.",
    ),
    (
        "Omit `recurrence`",
        "Say a date alone, such as: move 3 to friday.",
    ),
];

/// The beginnings of sentences with advice.
const VERBS: &[&str] = &[
    "Add ",
    "Also ",
    "Check ",
    "Leave ",
    "Look ",
    "Omit ",
    "Read ",
    "Send ",
    "To make it ",
    "Use ",
];

/// Arguments of the tools as quoted in advice.
const ARGUMENTS: &[&str] = &[
    "\"clear\"",
    "\"due\"",
    "\"expected_weekday\"",
    "\"limit\"",
    "\"numbers\"",
    "\"occurrence\"",
    "\"quick\"",
    "\"recurrence\"",
    "\"request_id\"",
    "\"scope\"",
    "\"tasks\"",
];

/// The text with advice that a person can follow: sentences with tools or arguments are replaced or left out.
pub(super) fn adapt_advice(text: &str) -> String {
    let sentences = text.split_inclusive(". ").map(str::trim);
    let message = sentences.filter_map(|sentence| {
        let known = ADVICE.iter().find(|(part, _)| sentence.contains(part));
        if let Some((_, message)) = known {
            return Some(*message);
        }
        // Typed text may occur in other sentences.
        let is_advice = VERBS.iter().any(|verb| sentence.starts_with(verb));
        let is_for_model = is_advice
            && (sentence.contains('`')
                || sentence.contains("tasks_")
                || sentence.contains("tags_")
                || sentence.contains("changes_undo")
                || ARGUMENTS.iter().any(|name| sentence.contains(name)));
        (!is_for_model && !sentence.is_empty()).then_some(sentence)
    });
    message.collect::<Vec<_>>().join(" ")
}

/// The error as a reply.
pub(super) fn describe(text: &str) -> String {
    let message = for_person(text);
    if message == FAILED {
        return message;
    }
    format!("That did not work: {message}")
}

/// The error without the surrounding text for the model.
pub(super) fn for_person(text: &str) -> String {
    let mistakes: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("- "))
        .map(without_location)
        .collect();
    let message = if mistakes.is_empty() {
        text.to_owned()
    } else {
        mistakes.join(" ")
    };
    let message = adapt_advice(&message);
    if message.is_empty() {
        return FAILED.to_owned();
    }
    sanitize::line(&message, SHOWN)
}

/// The line without a prefix such as `tasks[0].due: ` or `numbers[1]: `.
fn without_location(line: &str) -> &str {
    line.split_once(": ")
        .filter(|(location, _)| {
            let list = location.split('[').next().unwrap_or_default();
            matches!(list, "tasks" | "numbers") && !location.contains(char::is_whitespace)
        })
        .map_or(line, |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_out_what_is_meant_for_a_model() {
        let text = "Nothing was changed. The API rejected the call:\n- tasks[0].due: \"fryday\" is not a due date. Send words.\n\
                    - tasks[1]: There is no task 9.\nCorrect this and send the call again.";
        assert_eq!(
            describe(text),
            "That did not work: \"fryday\" is not a due date. Send words. There is no task 9."
        );
        assert_eq!(
            describe("The tool is not available."),
            "That did not work: The tool is not available."
        );
        assert_eq!(
            describe("- due: so it is"),
            "That did not work: due: so it is"
        );
    }

    #[test]
    fn a_person_reads_no_names_of_tools() {
        let text = "Taskwire's API cannot be reached; nothing was changed as far as is known; check with tasks_find, then try again.";
        assert_eq!(
            for_person(text),
            "Taskwire cannot be reached, so it is not known whether anything was changed. To look: list. Then try again."
        );
        let text = "Nothing was changed. The API rejected the call:\n- numbers[0]: There is no task 9. tasks_find lists the existing numbers.\nCorrect this and send the call again.";
        assert_eq!(
            for_person(text),
            "There is no task 9. To see the numbers: list."
        );
        assert_eq!(for_person(&for_person(text)), for_person(text));
    }

    #[test]
    fn advises_what_can_be_typed() {
        for (text, expected) in [
            (
                "- tasks[0]: The task does not repeat. Use tasks_complete, tasks_reschedule or tasks_delete instead.",
                "The task does not repeat. Say instead: done, move or delete, and its number.",
            ),
            (
                "- tasks[0].due: \"every monday\" is a rule, not a date. Send the date to move to as \"due\", and the rule as \"recurrence\" with \"scope\": \"this_and_following\".",
                "\"every monday\" is a rule, not a date. A move takes a date; of a recurring task, say: move 3 to monday, all.",
            ),
            (
                "- tasks[0]: There is no task 3. tasks_find lists the existing numbers.",
                "There is no task 3. To see the numbers: list.",
            ),
            (
                "- numbers[0]: The task is deleted. It is in the trash: use tasks_reopen first.",
                "The task is deleted. First say: restore and its number.",
            ),
            (
                "- tasks[0].due: \"due\" is not a due date. Send words.",
                "\"due\" is not a due date. Send words.",
            ),
            (
                "- tasks[0]: It came before. Send a new `request_id` with a new call.",
                "It came before.",
            ),
        ] {
            assert_eq!(describe(text), format!("That did not work: {expected}"));
        }
    }
}

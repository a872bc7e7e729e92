//! A tool's refusal for a person: a model is told where in its arguments a mistake is, which nobody typed here.

use crate::clean;

/// Longest refusal shown, in characters.
const SHOWN: usize = 500;

/// What was wrong, without the words for the model around it.
pub(super) fn tell(text: &str) -> String {
    let mistakes: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("- "))
        .map(without_place)
        .collect();
    let said = if mistakes.is_empty() {
        text.to_owned()
    } else {
        mistakes.join(" ")
    };
    format!("That did not work: {}", clean::line(&said, SHOWN))
}

/// The line without `tasks[0].due: ` or `numbers[1]: ` at its beginning.
fn without_place(line: &str) -> &str {
    line.split_once(": ")
        .filter(|(place, _)| {
            let list = place.split('[').next().unwrap_or_default();
            matches!(list, "tasks" | "numbers") && !place.contains(char::is_whitespace)
        })
        .map_or(line, |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_out_what_is_meant_for_a_model() {
        let text = "Nothing was changed. The API refused:\n- tasks[0].due: \"fryday\" is not a due date. Send words.\n\
                    - tasks[1]: There is no task 9.\nCorrect this and send the call again.";
        assert_eq!(
            tell(text),
            "That did not work: \"fryday\" is not a due date. Send words. There is no task 9."
        );
        assert_eq!(
            tell("The tool is not there."),
            "That did not work: The tool is not there."
        );
        assert_eq!(tell("- due: so it is"), "That did not work: due: so it is");
    }
}

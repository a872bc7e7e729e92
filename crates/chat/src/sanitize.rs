//! Removes control characters and invisible formatting from task text, which may come from anywhere.

use serde_json::Value;
use taskwire_domain::text;

/// Longest tool result sent to a model or a page, in characters.
const RESULT_MAX: usize = 60_000;

/// Sanitizes every string of a tool result, and replaces a result that is too large.
pub(crate) fn tool_result(mut value: Value) -> Value {
    text::clean_json(&mut value);
    let text = value.to_string();
    if text.chars().count() <= RESULT_MAX {
        return value;
    }
    let beginning: String = text.chars().take(RESULT_MAX).collect();
    serde_json::json!({"is_cut": true, "hint": "Ask for less at once.", "beginning": beginning})
}

/// One clean line of at most `max` characters.
pub(crate) fn line(text: &str, max: usize) -> String {
    let mut clean: String = text::clean(text)
        .chars()
        .map(|c| if matches!(c, '\n' | '\t') { ' ' } else { c })
        .take(max)
        .collect();
    if text.chars().count() > max {
        clean.push('…');
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn controls_and_overrides_go_and_line_breaks_stay() {
        let dirty =
            json!({"title": "a\u{202E}b\u{0007}\nc", "list": ["\u{2066}x"], "n\u{0000}": 1});
        assert_eq!(
            tool_result(dirty),
            json!({"title": "ab\nc", "list": ["x"], "n": 1})
        );
    }

    #[test]
    fn huge_results_are_cut() {
        let huge = json!({"x": "y".repeat(RESULT_MAX)});
        assert_eq!(tool_result(huge)["is_cut"], true);
    }
}

//! Errors of a call or of its items, in words that say what to send instead.

use rmcp::model::{CallToolResult, ContentBlock};
use taskwire_client::Error;

use crate::tool_error::ToolError;
use crate::vocabulary::Vocabulary;

/// Maximum number of lines in an error text: a model corrects a few mistakes at a time.
const LINES_MAX: usize = 10;

/// Why a call failed. The model sees only the text.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// It was refused.
    Refused(String),
    /// The service could not be reached.
    Unreachable(String),
    /// A person was not asked yet, or did not agree.
    Unconfirmed(String),
}

impl Refusal {
    /// The arguments cannot be used; nothing was sent to the API.
    pub(crate) fn mistakes(mistakes: &[String]) -> Self {
        Self::Refused(format!(
            "The call was not carried out, because the arguments are not valid:\n{}\nCorrect this and send the call again.",
            list(mistakes)
        ))
    }

    /// Every item of a batch was refused.
    pub(crate) fn all_failed(lines: &[String], again: &str) -> Self {
        Self::Refused(format!(
            "Nothing was changed. The API rejected the call:\n{}\n{again}",
            list(lines)
        ))
    }

    /// A person has not agreed.
    pub(crate) fn unconfirmed(text: &str) -> Self {
        Self::Unconfirmed(text.to_owned())
    }

    /// The API could not be reached.
    pub(crate) fn unreachable() -> Self {
        Self::Unreachable("Taskwire's API cannot be reached; try again.".into())
    }

    /// The API could not be reached, or its response to a change was lost.
    pub(crate) fn unreachable_for_change(repeatable: bool) -> Self {
        let again = if repeatable {
            "try again with the same request_id, which makes repeating safe."
        } else {
            "check with tasks_find, then try again."
        };
        Self::Unreachable(format!(
            "Taskwire's API cannot be reached; nothing was changed as far as is known; {again}"
        ))
    }

    /// The API rejected a change; each line says what to do instead.
    pub(crate) fn failed(lines: &[String]) -> Self {
        Self::Refused(format!("Nothing was changed:\n{}", list(lines)))
    }

    /// The API rejected a change of something other than tasks.
    pub(crate) fn of_change(vocabulary: Vocabulary, error: &Error) -> Self {
        Self::failed(&ToolError::of(vocabulary, error).lines(""))
    }

    /// The server does not do this for anyone.
    pub(crate) fn not_allowed(what: &str) -> Self {
        Self::Refused(format!(
            "Nothing was changed: this server is configured not to {what}. A person can change that, or do it in Taskwire itself."
        ))
    }

    /// The request carries no credential.
    pub(crate) fn missing_token() -> Self {
        Self::Refused("This connection has no access token; a person must configure one.".into())
    }

    /// A call that only reads failed.
    pub(crate) fn of_read(vocabulary: Vocabulary, error: &Error) -> Self {
        let refused = ToolError::of(vocabulary, error);
        match error {
            Error::Unreachable(_) => Self::unreachable(),
            // Its hint is about changes that may have been made, which does not apply.
            Error::Unexpected(_) => Self::Refused(refused.message()),
            Error::Problem(_) => Self::Refused(refused.lines("").join("\n")),
        }
    }

    /// The text, for an error of the protocol.
    pub(crate) fn into_text(self) -> String {
        let (Self::Refused(text) | Self::Unreachable(text) | Self::Unconfirmed(text)) = self;
        text
    }

    #[cfg(test)]
    pub(crate) fn text(&self) -> &str {
        let (Self::Refused(text) | Self::Unreachable(text) | Self::Unconfirmed(text)) = self;
        text
    }

    /// The tool error. It has no structured content: clients check that against the output schema, even in an error,
    /// and then hide the text.
    ///
    /// If the API is a server at a known address, the error names it: the client keeps this process running, so
    /// only a person can start the server again.
    pub(crate) fn into_result(self, server: Option<&str>) -> CallToolResult {
        let text = match (self, server) {
            (Self::Unreachable(text), Some(server)) => format!(
                "{text} If the server at {server} has ended, a person must start `taskwire serve` again or restart the MCP client."
            ),
            (Self::Refused(text) | Self::Unreachable(text) | Self::Unconfirmed(text), _) => text,
        };
        let text = taskwire_domain::text::clean(&text).into_owned();
        CallToolResult::error(vec![ContentBlock::text(text)])
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_long_lists_short() {
        let lines: Vec<String> = (0..13).map(|line| line.to_string()).collect();
        assert!(list(&lines).ends_with("- 9\n- and 3 more"));
    }
}

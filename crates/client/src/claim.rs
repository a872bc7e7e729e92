//! Who acts, as told to the API.

use http::HeaderValue;
use taskwire_domain::Via;

/// The actor, as sent to the API and recorded in every event.
#[derive(Clone, Debug, Default)]
pub struct Claim {
    /// The interface: web, REST, MCP, chat or consumer.
    pub via: Option<Via>,
    /// Name and version of the program.
    pub client: Option<String>,
    /// The chat message that led to the call.
    pub chat_turn: Option<String>,
    /// The tool call within that turn.
    pub tool_call: Option<String>,
    /// Whether the API must refuse what would delete, whatever the credential allows.
    pub no_delete: bool,
}

/// A header value of visible ASCII: program names are not trusted and may contain anything.
pub(crate) fn header_value(text: &str) -> HeaderValue {
    let clean: String = text
        .chars()
        .take(1000)
        .map(|c| {
            if c.is_ascii_graphic() || c == ' ' {
                c
            } else {
                '?'
            }
        })
        .collect();
    HeaderValue::from_str(&clean).unwrap_or(HeaderValue::from_static(""))
}

//! The idempotency key of a tool call. It is derived from the request and not from the reply: every retry of a
//! person's message gives the same call the same key, whatever id the model gave it.

use serde_json::Value;
use uuid::Uuid;

use crate::part::{self, Part, ToolPart, ToolState};
use crate::record::Record;

use super::{Turn, fingerprint};

/// The namespace of the keys (RFC 9562, section 5.5).
const NAMESPACE: Uuid = Uuid::from_u128(0x7461_736b_7769_7265_2d63_6861_742d_6b65);

impl Turn {
    /// The key of a call that is about to be made.
    pub(super) fn key(&self, call: &str, name: &str, input: &Value) -> String {
        let message = self.before.last();
        let (id, parts) = message.map_or(("", &Value::Null), |message| {
            (message.id.as_str(), &message.parts)
        });
        let asked = format!("{}\n{id}\n{parts}", self.conversation);
        let same = fingerprint(name, input);
        let nth = count_earlier(self.ui.parts(), &self.record, call, &same);
        let asked = Uuid::new_v5(&NAMESPACE, asked.as_bytes());
        Uuid::new_v5(&asked, format!("{nth}\n{same}").as_bytes()).to_string()
    }
}

/// How often the same call was made before in this answer. One that failed or got no response does not count:
/// a retry must not have the effect twice.
fn count_earlier(parts: &[Part], record: &Record, call: &str, same: &str) -> usize {
    part::tools(parts)
        .filter(|tool| tool.state != ToolState::OutputError)
        .map(ToolPart::call)
        .filter(|other| other.id != call && record.writes.contains_key(&other.id))
        .filter(|other| fingerprint(&other.name, &Value::Object(other.arguments.clone())) == same)
        .count()
}

//! What a server lets its clients do, whatever their tokens allow.

use rmcp::model::JsonObject;
use serde_json::Value;

use crate::refusal::Refusal;
use crate::tool_name::ToolName;

/// What a server lets its clients do, whatever their tokens allow. The API does not know it: it is no replacement for the
/// scopes of a token, which hold wherever the token is used.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Mode {
    /// Everything.
    #[default]
    Full,
    /// Everything but deleting tasks and tags, also by the undo of what created them or brought them back. Of that the API
    /// decides, because only it knows what an undo does: [`taskwire_client::Claim::no_delete`].
    NoDelete,
    /// Reading.
    ReadOnly,
}

impl Mode {
    /// Whether the tool is listed and can be called.
    pub(crate) fn allows(self, tool: ToolName) -> bool {
        match self {
            Self::Full => true,
            Self::NoDelete => tool != ToolName::Delete,
            Self::ReadOnly => tool.is_read_only(),
        }
    }

    /// Refuses a call that the server does not carry out.
    pub(crate) fn check(self, tool: ToolName, arguments: &JsonObject) -> Result<(), Refusal> {
        let action = arguments.get("action").and_then(Value::as_str);
        let action = action.unwrap_or_default().trim().to_ascii_lowercase();
        // A merge leaves no trace of a tag.
        let ends_tag =
            tool == ToolName::ChangeTags && ["delete", "merge"].contains(&action.as_str());
        let what = match self {
            Self::NoDelete if ends_tag => format!("{action} tags"),
            Self::NoDelete if !self.allows(tool) => "delete tasks".to_owned(),
            Self::ReadOnly if !self.allows(tool) => "change anything".to_owned(),
            _ => return Ok(()),
        };
        Err(Refusal::not_allowed(&what))
    }

    /// What models are told beyond the instructions of every server.
    pub(crate) fn instructions(self) -> &'static str {
        match self {
            Self::Full => "",
            Self::NoDelete => {
                " This server cannot delete tasks or tags: say so instead of imitating it."
            }
            Self::ReadOnly => {
                " This server can only read: say so instead of claiming that something was changed."
            }
        }
    }
}

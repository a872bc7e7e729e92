//! Stored conversations.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// A conversation in a list.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct ConversationSummary {
    /// Chosen by the client: 1 to 64 letters, digits, `-` and `_`.
    pub id: String,
    /// The beginning of its first message.
    pub title: String,
    /// When it started, UTC.
    pub created_at: Timestamp,
    /// When it last changed, UTC.
    pub updated_at: Timestamp,
}

/// A conversation with its messages, oldest first.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Conversation {
    /// The id.
    pub id: String,
    /// The beginning of its first message.
    pub title: String,
    /// The messages, oldest first.
    pub messages: Vec<StoredMessage>,
}

/// One message of a conversation.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct StoredMessage {
    /// The message's id, unique in its conversation.
    pub id: String,
    /// `user` or `assistant`.
    pub role: String,
    /// The `parts` of an AI SDK `UIMessage`, as the page shows them.
    #[schema(value_type = Vec<Object>)]
    pub parts: Value,
    /// Content to send to the model again, verbatim; only with `?include=model`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub model: Option<Value>,
    /// When it was first stored, UTC.
    pub created_at: Timestamp,
}

/// A message to store; the same id again replaces it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageInput {
    /// `user` or `assistant`.
    pub role: String,
    /// The parts as the page shows them.
    #[schema(value_type = Vec<Object>)]
    pub parts: Value,
    /// Content to send to the model again, verbatim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub model: Option<Value>,
}

/// A tool call that needs a person's approval.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewApproval {
    /// The message the call belongs to.
    pub message: String,
    /// The call's id.
    pub tool_call: String,
    /// The tool's name.
    pub tool: String,
    /// The arguments of the call.
    #[schema(value_type = Object)]
    pub arguments: Value,
    /// When the approval expires, UTC.
    pub expires_at: Timestamp,
}

/// The person's answer.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalClaim {
    /// Whether the call may run.
    pub approved: bool,
}

/// An approval as requested; only the first claim receives it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct StoredApproval {
    /// The approval's id.
    pub id: String,
    /// The message the call belongs to.
    pub message: String,
    /// The call's id.
    pub tool_call: String,
    /// The tool's name.
    pub tool: String,
    /// The arguments that were shown.
    #[schema(value_type = Object)]
    pub arguments: Value,
    /// The answer.
    pub approved: bool,
}

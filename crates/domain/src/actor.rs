//! Who did something, and through what.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{TokenId, UserId};

/// The interface that made a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Via {
    /// The page.
    Web,
    /// A program, over REST.
    Rest,
    /// An MCP client.
    Mcp,
    /// The chat.
    Chat,
    /// One of Taskwire's own event consumers.
    Consumer,
}

impl Via {
    /// Reads the lower-case name.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "web" => Some(Self::Web),
            "rest" => Some(Self::Rest),
            "mcp" => Some(Self::Mcp),
            "chat" => Some(Self::Chat),
            "consumer" => Some(Self::Consumer),
            _ => None,
        }
    }

    /// The lower-case name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Rest => "rest",
            Self::Mcp => "mcp",
            Self::Chat => "chat",
            Self::Consumer => "consumer",
        }
    }
}

/// Who did it and through which interface; on every event.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct Actor {
    /// The owner of the rows that changed.
    #[schema(value_type = uuid::Uuid)]
    pub user: UserId,
    /// The token or session that was used; none for Taskwire's own consumers.
    #[schema(value_type = Option<uuid::Uuid>)]
    pub token: Option<TokenId>,
    /// The interface.
    pub via: Via,
    /// The name of the program, such as an MCP client's `name/version`.
    pub client: Option<String>,
    /// The chat message that led to this.
    pub chat_turn: Option<String>,
    /// The tool call within that turn.
    pub tool_call: Option<String>,
}

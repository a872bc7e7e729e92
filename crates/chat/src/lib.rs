//! The chat: a language model, or simple commands without one, over the tools of the MCP server.
//!
//! A turn answers a message of a person: the model replies, its tool calls pass the gate and run over MCP,
//! and each step is streamed to the page in the AI SDK's UI message stream. Conversations are stored through the REST
//! API. The chat changes tasks only through tool calls, and has no database.

mod chat;
mod command;
mod gate;
pub mod gemini;
mod history;
mod http;
pub mod model;
mod outcome;
mod part;
mod prompt;
mod record;
mod respond;
mod run;
mod sanitize;
mod stream;
mod tools;
mod turn;
mod turn_state;
mod ui_message;

pub use chat::{Chat, ChatConfig, Limits};
pub use command::decision;
pub use gemini::{Gemini, IdleTimeout, ModelConfig, ModelConfigError};
pub use http::router;
pub use model::Model;
pub use tools::{Connect, ToolServer};
pub use turn_state::{Timings, TurnState};

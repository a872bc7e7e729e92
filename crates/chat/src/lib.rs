//! The chat: a language model, or simple commands without one, over the tools of the MCP server.
//!
//! A turn goes from a person's words to an answer: the model speaks, its tool calls are judged by the gate and run over
//! MCP, and the page is told of each step in the AI SDK's UI message stream. Conversations are kept through the REST
//! API. The chat never touches a task by any other way than a tool call, and has no database.

mod chat;
mod clean;
mod command;
mod gate;
pub mod gemini;
mod history;
mod http;
pub mod model;
mod outcome;
mod page;
mod part;
mod prompt;
mod record;
mod respond;
mod run;
mod stream;
mod tools;
mod turn;

pub use chat::{Chat, ChatConfig, Limits};
pub use command::decision;
pub use gemini::{Gemini, ModelConfig, ModelConfigError, Silence};
pub use http::router;
pub use model::Model;
pub use tools::{Connect, ToolServer};

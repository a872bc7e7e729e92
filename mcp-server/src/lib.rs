//! The MCP server: tools that call the REST API.
//!
//! It supports both protocol eras on one endpoint, over streamable HTTP, stdio or an in-process pipe. It has no state
//! and no database: authentication, validation, idempotency and audit are left to the API, called through
//! [`taskwire_client::Client`].

mod answer;
mod app;
mod arguments;
mod authentication;
mod challenge;
mod changed;
mod completion;
mod confirmation;
mod hint;
mod http;
mod identity;
mod instructions;
mod json_lines;
mod links;
mod mode;
mod moment;
mod next_task;
mod observe;
mod params;
mod prompts;
mod refusal;
mod request_state;
mod resources;
mod schema;
mod server;
mod stdio;
mod subscriptions;
mod suggest;
mod task;
mod tool_error;
mod tool_name;
mod tools;
mod vocabulary;

pub use http::{HttpOptions, router};
pub use identity::meta;
pub use mode::Mode;
pub use request_state::StateKey;
pub use server::TaskServer;
pub use stdio::{ServeError, serve_duplex, serve_stdio};

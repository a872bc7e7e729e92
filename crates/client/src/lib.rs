//! The typed REST client: the only way in which the MCP server, the chat and the consumers access tasks.
//!
//! It calls another process over HTTP, or the router of its own process without a socket. Either way the request
//! passes the same authentication, validation, idempotency and audit.

mod account;
mod change;
mod channel;
mod chat;
mod claim;
mod error;
mod event;
mod filter;
mod health;
mod internal;
mod operator;
mod task;
mod transport;
mod user;

pub use claim::Claim;
pub use error::Error;
pub use event::{EventStream, StreamEvent};
pub use task::AuditQuery;
pub use taskwire_domain::contract::headers;
pub use taskwire_domain::{Secret, SharedSecret};
pub use transport::Client;

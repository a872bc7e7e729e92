//! The typed REST client: the one way in which the MCP server, the chat and the consumers reach tasks.
//!
//! It speaks HTTP to another process, or calls the router of its own process without a socket. Either way the request
//! passes the same authentication, validation, idempotency and audit.

mod chat;
mod error;
mod internal;
mod task;
mod transport;
mod user;

pub use error::Error;
pub use task::AuditQuery;
pub use taskwire_domain::Secret;
pub use taskwire_domain::contract::headers;
pub use transport::{Claim, Client};

//! Default values.

/// The port of `serve` and `api`.
pub(crate) const PORT: u16 = 8484;
/// The port of the MCP server when it runs alone.
pub(crate) const MCP_PORT: u16 = 8485;
/// The port of the chat when it runs alone.
pub(crate) const CHAT_PORT: u16 = 8486;
/// The port of a consumer, for its sidecar.
pub(crate) const CONSUMER_PORT: u16 = 8487;
/// The port of the relay, for probes and metrics.
pub(crate) const RELAY_PORT: u16 = 8488;
/// The internal port, if its address names none.
pub(crate) const INTERNAL_PORT: u16 = 8489;

/// The user that `serve` creates, and the default of commands.
pub(crate) const LOCAL_USER: &str = "local";

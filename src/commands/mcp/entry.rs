//! The entry for Taskwire in the configuration of an MCP host.

use taskwire_client::Secret;

/// The name of the entry.
pub(super) const NAME: &str = "taskwire";

/// The variable with the token.
pub(super) const TOKEN: &str = "TASKWIRE_TOKEN";

/// How the host starts the server.
pub(super) struct Entry {
    /// The full path of the program: desktop programs have another `PATH` than a shell.
    pub(super) command: String,
    pub(super) arguments: Vec<String>,
    /// For a server on another machine.
    pub(super) token: Option<Secret>,
}

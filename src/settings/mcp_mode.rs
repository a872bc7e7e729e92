//! What the MCP server lets its clients do.

use clap::{Args, ValueEnum};
use taskwire_mcp::Mode;

/// The names of the modes.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, ValueEnum)]
enum Allowed {
    /// Everything that the token allows
    #[default]
    Full,
    /// Everything but deleting tasks and tags
    NoDelete,
    /// Reading
    ReadOnly,
}

/// The mode of the MCP server.
#[derive(Args, Clone)]
pub(crate) struct McpModeOption {
    /// What MCP clients may do at most, whatever their tokens allow: other tools are not listed, and refused
    #[arg(
        long = "mcp-mode",
        env = "TASKWIRE_MCP_MODE",
        value_name = "MODE",
        default_value = "full"
    )]
    mcp_mode: Allowed,
}

impl McpModeOption {
    /// The name of the mode, if it is not the default.
    pub(crate) fn selected(&self) -> Option<String> {
        let value = self.mcp_mode.to_possible_value()?;
        (self.mcp_mode != Allowed::default()).then(|| value.get_name().to_owned())
    }

    pub(crate) fn mode(&self) -> Mode {
        match self.mcp_mode {
            Allowed::Full => Mode::Full,
            Allowed::NoDelete => Mode::NoDelete,
            Allowed::ReadOnly => Mode::ReadOnly,
        }
    }
}

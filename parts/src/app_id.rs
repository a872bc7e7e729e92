//! The names of Taskwire's parts for Dapr.

/// A part of Taskwire, by the name that it has for Dapr.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AppId {
    /// The API, the relay in it unless there is one of its own.
    Api,
    /// The relay alone.
    Relay,
    /// The MCP server.
    Mcp,
    /// The chat.
    Chat,
    /// The consumer that writes the audit log.
    Audit,
    /// The consumer that advances series.
    Recurrence,
    /// The consumer that fires reminders.
    Reminder,
}

impl AppId {
    /// Those that a cluster always has.
    pub const STANDARD: [Self; 6] = [
        Self::Api,
        Self::Mcp,
        Self::Chat,
        Self::Audit,
        Self::Recurrence,
        Self::Reminder,
    ];

    /// The app id.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Api => "task-api",
            Self::Relay => "task-relay",
            Self::Mcp => "task-mcp",
            Self::Chat => "task-chat",
            Self::Audit => "task-audit",
            Self::Recurrence => "task-recurrence",
            Self::Reminder => "task-reminder",
        }
    }

    /// How many topics its sidecar delivers: a consumer's own, and that of its dead letters.
    pub(crate) fn subscriptions(self) -> usize {
        match self {
            Self::Api | Self::Relay | Self::Mcp | Self::Chat => 0,
            Self::Audit | Self::Recurrence | Self::Reminder => 2,
        }
    }

    /// Whether other apps call it.
    pub(crate) fn is_called(self) -> bool {
        matches!(self, Self::Api | Self::Mcp | Self::Chat)
    }
}

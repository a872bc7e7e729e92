//! The Dapr app ids of Taskwire's parts.

/// A part of Taskwire, by its Dapr app id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AppId {
    /// The API, with the relay unless that is a separate part.
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
    /// The parts that every cluster has.
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

    /// Number of topics that its sidecar delivers: a consumer's own, and those of its dead letters.
    pub(crate) fn subscriptions(self) -> usize {
        match self {
            Self::Api | Self::Relay | Self::Mcp | Self::Chat => 0,
            Self::Audit | Self::Recurrence | Self::Reminder => 2,
        }
    }

    /// Returns true if other apps call it.
    pub(crate) fn is_called(self) -> bool {
        matches!(self, Self::Api | Self::Mcp | Self::Chat)
    }
}

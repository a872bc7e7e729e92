//! The names of the tools, and their effects on the tasks.

/// One of the tools.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ToolName {
    Find,
    Agenda,
    Add,
    Update,
    Reschedule,
    Complete,
    Skip,
    Reopen,
    Delete,
    Restore,
    Tags,
}

/// The effect of a tool on the user's tasks, for hosts that ask before some calls.
pub(crate) struct Effect {
    pub(crate) read_only: bool,
    /// Whether it may change or remove existing data.
    pub(crate) destructive: bool,
    /// Whether a repeated call has no further effect.
    pub(crate) idempotent: bool,
}

impl ToolName {
    pub(crate) const ALL: [Self; 11] = [
        Self::Find,
        Self::Agenda,
        Self::Add,
        Self::Update,
        Self::Reschedule,
        Self::Complete,
        Self::Skip,
        Self::Reopen,
        Self::Delete,
        Self::Restore,
        Self::Tags,
    ];

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| tool.as_str() == name)
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Find => "tasks_find",
            Self::Agenda => "tasks_agenda",
            Self::Add => "tasks_add",
            Self::Update => "tasks_update",
            Self::Reschedule => "tasks_reschedule",
            Self::Complete => "tasks_complete",
            Self::Skip => "tasks_skip",
            Self::Reopen => "tasks_reopen",
            Self::Delete => "tasks_delete",
            Self::Restore => "tasks_restore",
            Self::Tags => "tags_list",
        }
    }

    /// Whether it changes nothing.
    pub(crate) fn is_read_only(self) -> bool {
        self.effect().read_only
    }

    pub(crate) fn effect(self) -> Effect {
        let (read_only, destructive, idempotent) = match self {
            Self::Find | Self::Agenda | Self::Tags => (true, false, true),
            Self::Add => (false, false, false),
            // It overwrites, and "tomorrow" means another day tomorrow.
            Self::Update | Self::Reschedule => (false, true, false),
            // An occurrence ends once; reopening restores exactly what was, and the other way round.
            Self::Complete | Self::Skip | Self::Reopen | Self::Restore => (false, false, true),
            Self::Delete => (false, true, true),
        };
        Effect {
            read_only,
            destructive,
            idempotent,
        }
    }
}

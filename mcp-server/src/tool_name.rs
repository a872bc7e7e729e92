//! The names of the tools, and their effects on the tasks.

/// One of the tools.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ToolName {
    Find,
    Agenda,
    History,
    Tags,
    Add,
    Update,
    Reschedule,
    Complete,
    Reopen,
    Delete,
    Undo,
    ChangeTags,
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
    pub(crate) const ALL: [Self; 12] = [
        Self::Find,
        Self::Agenda,
        Self::History,
        Self::Tags,
        Self::Add,
        Self::Update,
        Self::Reschedule,
        Self::Complete,
        Self::Reopen,
        Self::Delete,
        Self::Undo,
        Self::ChangeTags,
    ];

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| tool.as_str() == name)
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Find => "tasks_find",
            Self::Agenda => "tasks_agenda",
            Self::History => "tasks_history",
            Self::Tags => "tags_list",
            Self::Add => "tasks_add",
            Self::Update => "tasks_update",
            Self::Reschedule => "tasks_reschedule",
            Self::Complete => "tasks_complete",
            Self::Reopen => "tasks_reopen",
            Self::Delete => "tasks_delete",
            Self::Undo => "changes_undo",
            Self::ChangeTags => "tags_change",
        }
    }

    /// Whether it changes nothing.
    pub(crate) fn is_read_only(self) -> bool {
        self.effect().read_only
    }

    /// Whether a token with these scopes can call it with success.
    pub(crate) fn is_allowed(self, scopes: &[String]) -> bool {
        let has = |scope: &str| scopes.iter().any(|own| own == scope);
        match self {
            tool if tool.is_read_only() => has("read"),
            Self::Delete => has("delete") || has("write") && !has("no-delete"),
            // It looks for the tag by its name first.
            Self::ChangeTags => has("read") && has("write"),
            _ => has("write"),
        }
    }

    /// The scopes of OAuth that a client with these scopes needs to call it: those that it has, and what is missing.
    pub(crate) fn scopes_with(self, own: &[String]) -> String {
        let has = |scope: &str| own.iter().any(|own| own == scope);
        let needs = |scope: &str| match scope {
            "read" => self.is_read_only() || self == Self::ChangeTags,
            "delete" => self == Self::Delete,
            _ => !self.is_read_only() && self != Self::Delete,
        };
        let deletes = has("delete") || (has("write") && !has("no-delete"));
        [
            ("read", has("read")),
            ("write", has("write")),
            ("delete", deletes),
        ]
        .into_iter()
        .filter(|(scope, has)| *has || needs(scope))
        .map(|(scope, _)| scope)
        .collect::<Vec<_>>()
        .join(" ")
    }

    pub(crate) fn effect(self) -> Effect {
        let (read_only, destructive, idempotent) = match self {
            Self::Find | Self::Agenda | Self::History | Self::Tags => (true, false, true),
            Self::Add => (false, false, false),
            // It overwrites, and "tomorrow" means another day tomorrow.
            Self::Update | Self::Reschedule => (false, true, false),
            // An occurrence ends once; reopening restores what was.
            Self::Complete | Self::Reopen => (false, false, true),
            // A change is undone once, and a tag is renamed, merged or deleted once.
            Self::Delete | Self::Undo | Self::ChangeTags => (false, true, true),
        };
        Effect {
            read_only,
            destructive,
            idempotent,
        }
    }
}

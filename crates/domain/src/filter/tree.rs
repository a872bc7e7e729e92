//! The tree.

use jiff::Timestamp;

use crate::{Priority, Status, TagName, Via};

/// A condition on a task.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Filter {
    /// All of these; every task if there are none.
    All(Vec<Self>),
    /// Any of these; no task if there are none.
    Any(Vec<Self>),
    /// Not this.
    Not(Box<Self>),
    /// The status.
    Status(Status),
    /// The priority.
    Priority(Priority),
    /// Has this tag.
    Tag(TagName),
    /// Has no tag.
    Untagged,
    /// Something happened, or is due, in this range.
    Within(Moment, Range),
    /// Open, and its due value has passed.
    Overdue,
    /// Has no due value.
    Undated,
    /// Is due at a time in a zone of its own. No expression has it: a list that is shown in another zone is made with it.
    Fixed,
    /// Belongs to a series.
    Recurring,
    /// Is a part of the task with this number.
    Parent(i64),
    /// Is part of no other task.
    NoParent,
    /// Has all these words in its title, tags and notes; no task if there are none.
    Words(Vec<Term>),
    /// Its title or notes contain this text, without regard to case.
    Contains(String),
    /// Who made its last change.
    ChangedBy(ChangedBy),
}

/// What is compared with a range.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moment {
    /// The due value; a date counts as the end of its day.
    Due,
    /// The creation.
    Created,
    /// The last change.
    Updated,
    /// The completion.
    Completed,
}

/// A range of time with at least one end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Range {
    /// From this instant on.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub before: Option<Timestamp>,
}

/// Words that are searched for: neighbours in this order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Term {
    /// The words, as [`crate::words::sought`] cuts them; at least one.
    pub words: Vec<String>,
    /// Whether the last word is complete. Otherwise it may be the beginning of a longer one.
    pub is_exact: bool,
}

/// Who made a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChangedBy {
    /// A model: through MCP or the chat.
    Ai,
    /// A person, on the page.
    Person,
    /// A program, over REST.
    Program,
    /// Taskwire itself, such as the next occurrence of a series.
    Taskwire,
}

impl ChangedBy {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Ai, Self::Person, Self::Program, Self::Taskwire];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ai => "ai",
            Self::Person => "person",
            Self::Program => "program",
            Self::Taskwire => "taskwire",
        }
    }

    /// Reads the name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

impl From<Via> for ChangedBy {
    fn from(via: Via) -> Self {
        match via {
            Via::Mcp | Via::Chat => Self::Ai,
            Via::Web => Self::Person,
            Via::Rest => Self::Program,
            Via::Consumer => Self::Taskwire,
        }
    }
}

impl Moment {
    /// Its name in an expression.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Completed => "completed",
        }
    }
}

impl Filter {
    /// Whether any condition in the tree is like this.
    pub fn any(&self, is_like: &impl Fn(&Self) -> bool) -> bool {
        is_like(self)
            || match self {
                Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.any(is_like)),
                Self::Not(part) => part.any(is_like),
                _ => false,
            }
    }

    /// The tags that the tree names.
    pub fn tags(&self) -> Vec<&TagName> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::tags).collect(),
            Self::Not(part) => part.tags(),
            Self::Tag(tag) => vec![tag],
            _ => Vec::new(),
        }
    }

    /// Puts another condition in the place of one that has to be met.
    pub fn replace(&mut self, from: &Self, to: &Self) {
        if self == from {
            *self = to.clone();
        } else if let Self::All(parts) = self {
            for part in parts {
                part.replace(from, to);
            }
        }
    }

    /// The conditions that all have to be met.
    pub fn conjuncts(&self) -> Vec<&Self> {
        match self {
            Self::All(parts) => parts.iter().flat_map(Self::conjuncts).collect(),
            other => vec![other],
        }
    }
}

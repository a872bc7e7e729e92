//! What was understood: the values, where they stood, and what deserves a second look.

use crate::{Due, Priority, Recurrence, TagName, TaskDuration, Trigger};

/// The meaning of a span of the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SpanKind {
    /// A date or time.
    Due,
    /// A recurrence.
    Recurrence,
    /// A priority.
    Priority,
    /// A tag.
    Tag,
    /// A reminder.
    Reminder,
    /// How long it takes.
    Duration,
}

/// A part of the text that was understood, in bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// Its meaning.
    pub kind: SpanKind,
}

impl SpanKind {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Recurrence => "recurrence",
            Self::Priority => "priority",
            Self::Tag => "tag",
            Self::Reminder => "reminder",
            Self::Duration => "duration",
        }
    }
}

/// Why a part of the text deserves a second look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Doubt {
    /// It looks like a date or rule but was not understood, and stayed in the title.
    NotUnderstood,
    /// It was understood, but could mean something else.
    Unsure,
    /// It was understood, but something else of its kind was taken, so it stayed in the title.
    Overruled,
}

impl Doubt {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotUnderstood => "not_understood",
            Self::Unsure => "unsure",
            Self::Overruled => "overruled",
        }
    }
}

/// A remark for the writer about a part of the text, in bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remark {
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// Why it deserves a second look.
    pub doubt: Doubt,
    /// The remark, for a person.
    pub text: String,
}

/// A line as it was understood.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Parsed {
    /// The rest, for the title.
    pub title: String,
    /// When it is due; for a recurring line the first date.
    pub due: Option<Due>,
    /// How long it takes; only with a due time.
    pub duration: Option<TaskDuration>,
    /// How it repeats.
    pub recurrence: Option<Recurrence>,
    /// How important it is.
    pub priority: Option<Priority>,
    /// Its tags.
    pub tags: Vec<TagName>,
    /// The triggers of its reminders: minutes before the due value, or times of their own.
    pub reminders: Vec<Trigger>,
    /// The phrases that were taken out of the text, in order.
    pub spans: Vec<Span>,
    /// Phrases that were not understood, and ambiguous ones.
    pub remarks: Vec<Remark>,
}

impl Parsed {
    /// The remarks' texts.
    pub fn warnings(&self) -> Vec<String> {
        self.remarks
            .iter()
            .map(|remark| remark.text.clone())
            .collect()
    }
}

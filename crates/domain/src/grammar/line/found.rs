//! What was found in a line.

use std::ops::Range;

use crate::grammar::compose::reminder::Leads;
use crate::grammar::meaning::repeat::Repeat;
use crate::grammar::meaning::when::When;
use crate::grammar::recognise::mark::Marker;

/// The words of what stayed in the title although it looks like a part of a date, and what may be written instead.
pub(super) type Leftover = (Range<usize>, &'static str);

/// Something found in the line.
pub(super) struct Found {
    pub tokens: Range<usize>,
    pub what: What,
}

/// What it is.
pub(super) enum What {
    When(When),
    /// A time or a vague day that counts only if the rest of the line says what it lacks.
    Weak(When),
    /// A day that may be part of a name, or an hour as in `by 5`, which counts only beside what it lacks. Elsewhere
    /// nothing is said about it.
    Name(When),
    Repeat(Repeat),
    /// A part of the last rule before it.
    PartOfRule,
    /// `until 1 june` or `for 3 weeks`, which count only with a rule.
    Bound(Repeat),
    /// An exception or a policy of a rule that comes later; without one it stays in the title.
    Ahead(Repeat),
    /// A tag, priority or reminder, and why it is doubtful.
    Marker(Marker, Option<String>),
    Reminders(Leads),
    /// `for 1h`, `90m`: minutes, and whether a date, time or rule stands right before it.
    Duration(i64, bool),
    /// `remind me tomorrow at 9`; without another date it is when the task is due too.
    RemindAt(When),
    /// `remind me to` before all else: a reminder when the task is due.
    RemindThen,
    /// `daily` and the like before other words, which stays in the title.
    LoneFrequency,
}

impl What {
    /// Whether it is a part of a date, a time or a rule.
    pub(super) fn is_temporal(&self) -> bool {
        matches!(
            self,
            Self::When(_)
                | Self::Weak(_)
                | Self::Repeat(_)
                | Self::PartOfRule
                | Self::Bound(_)
                | Self::Duration(..)
        )
    }
}

/// What was taken of a line.
#[derive(Clone, Copy)]
pub(super) struct Known {
    pub due: Said,
    pub repeats: bool,
}

/// What was taken of a due value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    Nothing,
    /// A day.
    Day,
    /// A day or a rule, and a time.
    DayAndTime,
    /// A time, which means the next such time.
    LoneTime,
}

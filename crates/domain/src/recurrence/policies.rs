//! Policies: the base of the next date, missed occurrences, and missing month days.

use crate::Invalid;

/// The base from which the next date is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Anchor {
    /// From the scheduled date: "every".
    #[default]
    Schedule,
    /// From the day it was done: "every!".
    Completion,
}

/// The treatment of missed occurrences.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum CatchUp {
    /// The first future occurrence, phase kept.
    #[default]
    NextFuture,
    /// One step, possibly still in the past.
    OneStep,
    /// Counted from the completion; the series restarts there.
    FromCompletion,
}

/// The treatment of a month day that a month does not have.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Overflow {
    /// The last day of that month (RFC 7529 SKIP=BACKWARD).
    #[default]
    Clamp,
    /// No occurrence in that month (RFC 5545, RFC 7529 SKIP=OMIT).
    Skip,
    /// The first day of the next month (RFC 7529 SKIP=FORWARD).
    Forward,
}

macro_rules! names {
    ($type:ident, $field:literal, $($variant:ident = $text:literal),*) => {
        impl $type {
            /// The name on the wire and in the database.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// Reads the name. Fails where there is no such policy, and names those there are.
            pub fn parse(text: &str) -> Result<Self, Invalid> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => Err(Invalid::new(
                        concat!("/recurrence/", $field),
                        concat!("invalid_", $field),
                        format!("{:?} is not one of {}.", crate::text::clip(text), [$($text),*].join(", ")),
                    )
                    .hint(format!("Send {}.", [$($text),*].join(" or ")))),
                }
            }
        }
    };
}

names!(
    Anchor,
    "anchor",
    Schedule = "schedule",
    Completion = "completion"
);
names!(
    CatchUp,
    "catch_up",
    NextFuture = "next_future",
    OneStep = "one_step",
    FromCompletion = "from_completion"
);
names!(
    Overflow,
    "overflow",
    Clamp = "clamp",
    Skip = "skip",
    Forward = "forward"
);

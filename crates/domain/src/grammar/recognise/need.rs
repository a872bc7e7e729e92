//! What a piece needs around it, where alone it could be something else.

use std::ops::{BitOr, BitOrAssign};

/// Surroundings, any one of which is enough; also the surroundings that a piece has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Need(u16);

impl Need {
    /// Nothing: the piece can only be what it is read as.
    pub(crate) const NONE: Self = Self(0);
    /// A word before it leads to a date: `on`, `by`, `due`.
    pub(crate) const LED: Self = Self(1);
    /// Another part of a date or time precedes it.
    pub(crate) const AFTER: Self = Self(2);
    /// Another part of a date or time follows it.
    pub(crate) const BEFORE: Self = Self(4);
    /// Nothing that belongs to the sentence follows it.
    pub(crate) const END: Self = Self(8);
    /// It stands at the beginning of the line, and the end of a clause.
    pub(crate) const HEADING: Self = Self(16);
    /// `for` before it, and nothing of the sentence after it.
    pub(crate) const PURPOSE: Self = Self(32);
    /// A day must follow; no other part will do.
    pub(crate) const DAY: Self = Self(64);
    /// A part of the day must stand in the same phrase.
    pub(crate) const PART: Self = Self(128);
    /// A rule must follow.
    pub(crate) const RULE: Self = Self(256);
    /// It is only a part of something longer.
    pub(crate) const NEVER: Self = Self(512);

    /// A time in figures must follow: `1/3 5pm`.
    pub(crate) const CLOCK: Self = Self(1024);

    /// What a piece needs that could be anything.
    pub(crate) const COMPANY: Self = Self::LED.or(Self::AFTER).or(Self::BEFORE).or(Self::END);

    /// What a vague day needs, which as a heading can hardly be anything else: `end of month: pay the rent`.
    pub(crate) const COMPANY_OR_HEADING: Self = Self::COMPANY.or(Self::HEADING);

    /// These surroundings or others.
    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// These surroundings but some.
    pub(crate) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether these surroundings are enough.
    pub(crate) fn is_met_by(self, has: Self) -> bool {
        self.0 == 0 || self.0 & has.0 != 0
    }
}

impl BitOr for Need {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.or(other)
    }
}

impl BitOrAssign for Need {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

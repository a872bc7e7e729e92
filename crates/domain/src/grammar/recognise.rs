//! Recognisers: each reads one piece at a token, and says what it needs around it where it could be something else.

pub(crate) mod calendar;
pub(crate) mod clock;
pub(crate) mod exact;
pub(crate) mod figures;
pub(crate) mod holiday;
pub(crate) mod hour;
pub(crate) mod iso;
pub(crate) mod length;
pub(crate) mod mark;
pub(crate) mod need;
pub(crate) mod part;
pub(crate) mod range;
pub(crate) mod spoken;
pub(crate) mod surroundings;
pub(crate) mod word;
pub(crate) mod zone;

//! Resolution: from what was said to dates, due values, rules and reminders, with the clock and the zone.

pub(crate) mod day;
pub(crate) mod due;
pub(crate) mod holiday;
pub(crate) mod reminder;
pub(crate) mod rule;

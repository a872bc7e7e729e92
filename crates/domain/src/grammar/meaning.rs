//! What words can mean, as data: days, times, due values and rules before the clock is known.

pub(crate) mod day;
pub(crate) mod day_set;
pub(crate) mod repeat;
pub(crate) mod time;
pub(crate) mod when;

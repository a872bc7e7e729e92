//! Composition: what joins with what. `chart` holds every piece of a line and what neighbouring pieces make by the table
//! in `join`; `phrase` fills the parts of a due value with them, and `rule` those of a rule, each in any order.

mod adverb;
pub(crate) mod attribute;
pub(crate) mod beside_day;
pub(crate) mod bound;
pub(crate) mod build;
pub(crate) mod chart;
mod company;
pub(crate) mod day_set;
pub(crate) mod duration;
mod edge;
pub(crate) mod exclusion;
pub(crate) mod frequency;
pub(crate) mod item;
mod join;
mod leading;
mod leaf;
pub(crate) mod link;
mod moment;
mod named;
pub(crate) mod past;
pub(crate) mod phrase;
pub(crate) mod rate;
pub(crate) mod refused;
pub(crate) mod reminder;
pub(crate) mod rule;
mod start;
mod state;
mod times;
mod unit_edge;
pub(crate) mod weak;
mod week;
mod week_number;

//! Which tasks: a tree of conditions, and the language in which people write it.
//!
//! `parse` splits an expression at its operators, `operator` finds those that are written as words, `leaf` reads what is between them, `dates` the days in it, `saved` the
//! names of saved filters, `status` the statuses that a tree is about, and `print` writes a tree as an expression that means the same.

mod dates;
mod leaf;
mod operator;
mod parse;
mod print;
mod problem;
mod saved;
mod search;
mod status;
mod token;
mod tree;

#[cfg(test)]
mod tests;

pub use dates::day_start;
pub use parse::{DEPTH_MAX, EXPANDED_MAX, LENGTH_MAX, NamedTag, parse, parse_with_tags};
pub use saved::{Saved, SavedFilter};
pub use search::search;
pub use tree::{ChangedBy, Filter, Moment, Range, Term};

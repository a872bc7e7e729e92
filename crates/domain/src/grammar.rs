//! From words to dates, rules and tokens: one grammar for quick add, REST, MCP and the chat's commands.
//!
//! A line is cut into tokens (`token`). Recognisers read single pieces such as a time of day or a number of days
//! (`recognise`) as what they mean (`meaning`). Composition joins neighbouring pieces by one table and fills the parts
//! of a due value or a rule with them (`compose`). Resolution turns the result into dates with the clock and the zone
//! (`resolve`). `line` chooses among what was found in a line; `whole` and `remind` read texts that are one value.

mod compose;
mod context;
mod line;
mod meaning;
mod parsed;
mod recognise;
mod relative;
mod remind;
mod resolve;
mod token;
mod whole;

#[cfg(test)]
mod tests;

pub use context::{Context, DAY_START, DateOrder};
pub use line::{quick_add, quick_add_ignoring};
pub use parsed::{Doubt, Parsed, Remark, Span, SpanKind};
pub use relative::whole_due_for;
pub use remind::{ParsedReminders, reminders};
pub use whole::{ParsedDue, ParsedRule, bound, due, parse_rule, past_bound, rule, whole_due};

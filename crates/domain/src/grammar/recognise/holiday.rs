//! Days of the year that have a name: `halloween`, `thanksgiving`, `new year's eve`.

use crate::grammar::token::Tokens;
use crate::grammar::token::lexicon::{NamedDay, Sense};

/// The named day at this token, by its longest name, and the token after it.
pub(crate) fn named_day(tokens: &Tokens<'_>, at: usize) -> Option<(NamedDay, usize)> {
    if !tokens.is(at, Sense::NamedDay) {
        return None;
    }
    let found = tokens
        .language
        .named_days
        .iter()
        .filter_map(|(name, named_day)| Some((*named_day, tokens.match_name(at, name)?)));
    found.max_by_key(|(_, next)| *next)
}

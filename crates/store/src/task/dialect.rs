//! How a search is written for a database.

use std::collections::HashMap;
use std::sync::Arc;

/// The database, and on SQLite the words that are known to begin with what is searched for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dialect {
    pub(super) is_postgres: bool,
    /// The words of each beginning; none if they are many. Both contain the owner and the section.
    known: Arc<HashMap<String, Option<Vec<String>>>>,
}

impl Dialect {
    pub(super) fn postgres() -> Self {
        Self {
            is_postgres: true,
            ..Self::default()
        }
    }

    /// The words of the index with this beginning, if they are few.
    pub(super) fn words(&self, begin: &str) -> Option<&[String]> {
        self.known.get(begin)?.as_deref()
    }

    pub(super) fn knows(&self, begin: &str) -> bool {
        self.known.contains_key(begin)
    }

    /// Whether many words are known to begin so.
    pub(super) fn knows_many(&self, begin: &str) -> bool {
        matches!(self.known.get(begin), Some(None))
    }

    /// Adds the words of a beginning; none if they are many.
    pub(super) fn learn(&mut self, begin: String, words: Option<Vec<String>>) {
        Arc::make_mut(&mut self.known).insert(begin, words);
    }
}

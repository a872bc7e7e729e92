//! The words of SQLite's index that begin with what is searched for. FTS5 would add up the lists of all of them before
//! the first row; the lists of a few whole words are read side by side.

use taskwire_domain::UserId;
use taskwire_domain::filter::{Filter, Term};

use super::dialect::Dialect;
use super::sql;
use super::words::{Sections, prefix};
use crate::tx::with_connection;
use crate::{Error, Tx};

/// Most words of a section that are searched for instead of their beginning.
const FEW_WORDS: usize = 64;

/// Whether a term is the beginning of more than a few words.
pub(super) fn begins_many(dialect: &Dialect, owner: UserId, term: &Term) -> bool {
    begins(owner, term).any(|begin| dialect.knows_many(&begin))
}

/// With what the last word of a term begins in each section, unless it is meant as a whole.
fn begins(owner: UserId, term: &Term) -> impl Iterator<Item = String> {
    let last = term.words.last().filter(|_| !term.is_exact);
    let sections = Sections::All.list().iter();
    last.into_iter()
        .flat_map(move |word| sections.clone().map(move |section| (section, word)))
        .map(move |(section, word)| format!("{}{section}{word}", prefix(owner)))
}

/// The terms of a tree of conditions.
fn terms_of<'a>(filter: &'a Filter, terms: &mut Vec<&'a Term>) {
    match filter {
        Filter::Words(own) => terms.extend(own),
        Filter::All(parts) | Filter::Any(parts) => {
            for part in parts {
                terms_of(part, terms);
            }
        }
        Filter::Not(part) => terms_of(part, terms),
        _ => {}
    }
}

impl Tx {
    /// How the searches of a tree of conditions are written.
    pub(super) async fn dialect_of(
        &mut self,
        owner: UserId,
        filter: &Filter,
    ) -> Result<Dialect, Error> {
        let mut terms = Vec::new();
        terms_of(filter, &mut terms);
        self.dialect(owner, terms.into_iter()).await
    }

    /// How a search of these terms is written.
    pub(super) async fn dialect(
        &mut self,
        owner: UserId,
        terms: impl Iterator<Item = &Term> + Send,
    ) -> Result<Dialect, Error> {
        if self.is_postgres() {
            return Ok(Dialect::postgres());
        }
        // What this transaction writes may have new words.
        let mut dialect = if self.is_writing() {
            Dialect::default()
        } else {
            self.dialect.clone()
        };
        let sought: Vec<String> = terms.flat_map(|term| begins(owner, term)).collect();
        for begin in sought {
            if dialect.knows(&begin) {
                continue;
            }
            let after = format!("{begin}\u{10FFFF}");
            let most = i64::try_from(FEW_WORDS).unwrap_or(i64::MAX) + 1;
            let words: Vec<String> = with_connection!(self, |connection| {
                sqlx::query_scalar(sql::TERMS_SQLITE)
                    .bind(&begin)
                    .bind(after)
                    .bind(most)
                    .fetch_all(connection)
                    .await?
            });
            let words = (words.len() <= FEW_WORDS).then_some(words);
            dialect.learn(begin, words);
        }
        self.dialect = dialect.clone();
        Ok(dialect)
    }
}

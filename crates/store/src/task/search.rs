//! Stores the words of tasks, and searches them.

use std::collections::HashSet;

use taskwire_domain::filter::Term;
use taskwire_domain::words::differ_by_one;
use taskwire_domain::{Task, UserId};

use super::found::{FEW_FOUND, Found};
use super::row::TaskRow;
use super::sql;
use super::terms::begins_many;
use super::words::{Sought, Words, is_correctable, query};
use crate::tx::with_connection;
use crate::{Error, Tx};

/// Words of the vocabulary that are compared with one that finds nothing.
const COMPARED: i64 = 5000;

/// With fewer tasks that have the words, Postgres reads all, of which it has no index in the order of numbers, and the
/// newest are kept.
const SORTED: i64 = 20_000;

/// The newest tasks that are looked at to find out whether very many have the words.
const PROBED: i64 = 300;

/// A word that was searched for instead of one that is in no task.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Correction {
    /// The word as it was sent, folded.
    pub word: String,
    /// The word that was taken.
    pub taken: String,
}

impl Tx {
    /// Writes the words of a task over those of its previous version.
    pub(super) async fn write_words(&mut self, task: &Task, words: &Words) -> Result<(), Error> {
        self.learn(task.owner, words);
        if self.is_postgres() {
            with_connection!(self, |connection| sqlx::query(sql::WRITE_WORDS_POSTGRES)
                .bind(task.owner.0)
                .bind(task.number)
                .bind(words.vector())
                .execute(connection)
                .await?
                .rows_affected());
            return Ok(());
        }
        // The person's first task adds the person.
        for _ in 0..2 {
            let written = with_connection!(self, |connection| sqlx::query(sql::WRITE_WORDS_SQLITE)
                .bind(task.owner.0)
                .bind(task.number)
                .bind(words.text())
                .execute(connection)
                .await?
                .rows_affected());
            if written > 0 {
                break;
            }
            with_connection!(self, |connection| sqlx::query(sql::ADD_OWNER_SQLITE)
                .bind(task.owner.0)
                .execute(connection)
                .await?
                .rows_affected());
        }
        Ok(())
    }

    /// Adds words to those that are written into the vocabulary with the commit.
    pub(super) fn learn(&mut self, owner: UserId, words: &Words) {
        for word in words.vocabulary() {
            self.vocabulary.add(owner.0, word);
        }
    }

    /// The numbers of the tasks with these words.
    pub(super) async fn find_numbers(
        &mut self,
        owner: UserId,
        sought: Sought<'_>,
    ) -> Result<Found, Error> {
        if sought.terms.is_empty() && sought.tags.is_empty() {
            return Ok(Found::Few(Vec::new()));
        }
        let is_postgres = self.is_postgres();
        let dialect = self.dialect(owner, sought.all_terms()).await?;
        let what = sought;
        let sought = query(owner, what, &dialect);
        if let Some((of, found)) = &self.found_words
            && *of == sought
        {
            return Ok(found.clone());
        }
        let is_in_many = if is_postgres {
            self.is_in_many(owner, &sought).await?
        } else {
            // The lists of very many words would be added up first.
            what.terms
                .iter()
                .any(|term| begins_many(&dialect, owner, term))
                && self.is_in_many_of_sqlite(owner, what).await?
        };
        let found = if is_in_many {
            Found::Many
        } else {
            let statement = if is_postgres {
                sql::FIND_NUMBERS_POSTGRES
            } else {
                sql::FIND_NUMBERS_SQLITE
            };
            let most = if is_postgres { SORTED } else { FEW_FOUND + 1 };
            let numbers: Vec<i64> = with_connection!(self, |connection| {
                sqlx::query_scalar(statement)
                    .bind(owner.0)
                    .bind(&sought)
                    .bind(most)
                    .fetch_all(connection)
                    .await?
            });
            match i64::try_from(numbers.len()) {
                Ok(count) if count <= FEW_FOUND => Found::Few(numbers),
                Ok(count) if is_postgres && count >= SORTED => Found::Many,
                _ => Found::Newest(newest(numbers)),
            }
        };
        // What is written later in the same transaction would not be in it.
        if !self.is_writing() {
            self.found_words = Some((sought, found.clone()));
        }
        Ok(found)
    }

    /// Whether so many of the newest tasks have the words that, of all, more than [`FEW_FOUND`] must have them: Postgres
    /// would read them all from its index, only to find that they are too many.
    async fn is_in_many(&mut self, owner: UserId, sought: &str) -> Result<bool, Error> {
        let (hits, newest) = with_connection!(self, |connection| {
            sqlx::query_as(sql::PROBE_WORDS_POSTGRES)
                .bind(owner.0)
                .bind(sought)
                .bind(PROBED)
                .fetch_one(connection)
                .await?
        });
        Ok(must_be_many(hits, newest))
    }

    /// The same on SQLite, where the newest tasks are compared here.
    async fn is_in_many_of_sqlite(
        &mut self,
        owner: UserId,
        sought: Sought<'_>,
    ) -> Result<bool, Error> {
        let rows: Vec<(i64, String, String, String)> = with_connection!(self, |connection| {
            sqlx::query_as(sql::NEWEST_TEXTS_SQLITE)
                .bind(owner.0)
                .bind(PROBED)
                .fetch_all(connection)
                .await?
        });
        let newest = rows.first().map_or(0, |(number, ..)| *number);
        let mut hits = 0;
        for (number, title, notes, tags) in rows {
            let tags: Vec<String> = serde_json::from_str(&tags)
                .map_err(|_| Error::inconsistent("tasks", number, "tags"))?;
            let words = Words::of(owner, &title, tags.iter().map(String::as_str), &notes);
            hits += i64::from(words.meet(sought));
        }
        Ok(must_be_many(hits, newest))
    }

    /// The newest tasks with these words before a number, newest first.
    pub(super) async fn find_older_numbers(
        &mut self,
        owner: UserId,
        sought: Sought<'_>,
        before: i64,
    ) -> Result<Vec<i64>, Error> {
        let is_postgres = self.is_postgres();
        let (statement, most) = if is_postgres {
            (sql::FIND_OLDER_NUMBERS_POSTGRES, SORTED)
        } else {
            (sql::FIND_OLDER_NUMBERS_SQLITE, FEW_FOUND + 1)
        };
        let dialect = self.dialect(owner, sought.all_terms()).await?;
        let sought = query(owner, sought, &dialect);
        let numbers = with_connection!(self, |connection| {
            sqlx::query_scalar(statement)
                .bind(owner.0)
                .bind(sought)
                .bind(most)
                .bind(before)
                .fetch_all(connection)
                .await?
        });
        Ok(newest(numbers))
    }

    async fn has_any(&mut self, owner: UserId, terms: &[Term]) -> Result<bool, Error> {
        let sought = Sought::everywhere(terms);
        if self.is_postgres() || terms.is_empty() {
            let found = self.find_numbers(owner, sought).await?;
            return Ok(!matches!(found, Found::Few(numbers) if numbers.is_empty()));
        }
        let dialect = self.dialect(owner, terms.iter()).await?;
        if let [only] = terms
            && only.words.len() == 1
            && begins_many(&dialect, owner, only)
        {
            return Ok(true);
        }
        // SQLite finds the first soon; Postgres reads the lists of all words before.
        let sought = query(owner, sought, &dialect);
        let first: Option<i64> = with_connection!(self, |connection| {
            sqlx::query_scalar(sql::FIND_NUMBERS_SQLITE)
                .bind(owner.0)
                .bind(&sought)
                .bind(1)
                .fetch_optional(connection)
                .await?
        });
        if first.is_none() && !self.is_writing() {
            self.found_words = Some((sought, Found::Few(Vec::new())));
        }
        Ok(first.is_some())
    }

    /// If nothing has these words, and each word that is in no task differs in one letter from one that is: these words,
    /// and what was taken for what.
    pub async fn correct_words(
        &mut self,
        owner: UserId,
        terms: &[Term],
    ) -> Result<Option<(Vec<Term>, Vec<Correction>)>, Error> {
        if self.has_any(owner, terms).await? {
            return Ok(None);
        }
        let mut corrected = Vec::new();
        let mut corrections = Vec::new();
        for term in terms {
            if self.has_any(owner, std::slice::from_ref(term)).await? {
                corrected.push(term.clone());
                continue;
            }
            let [word] = term.words.as_slice() else {
                return Ok(None);
            };
            let Some(taken) = self.near(owner, word).await? else {
                return Ok(None);
            };
            corrected.push(Term {
                words: vec![taken.clone()],
                is_exact: term.is_exact,
            });
            corrections.push(Correction {
                word: word.clone(),
                taken,
            });
        }
        Ok((!corrections.is_empty()).then_some((corrected, corrections)))
    }

    /// A word of the owner's tasks that differs from this one in one letter; of several, the first by alphabet with the
    /// same first letter.
    async fn near(&mut self, owner: UserId, word: &str) -> Result<Option<String>, Error> {
        if !is_correctable(word) {
            return Ok(None);
        }
        // One letter differs, so either the beginning or the end is the same. Two that are swapped may be in the middle.
        let same = (word.chars().count() / 2).saturating_sub(1).max(1);
        let begin: String = word.chars().take(same).collect();
        let end: String = word.chars().rev().take(same).collect();
        let mut near = Vec::new();
        for (statement, begin) in [(sql::SAME_BEGINNING, begin), (sql::SAME_END, end)] {
            let after = format!("{begin}\u{10FFFF}");
            let words: Vec<String> = with_connection!(self, |connection| {
                sqlx::query_scalar(statement)
                    .bind(owner.0)
                    .bind(begin)
                    .bind(after)
                    .bind(COMPARED)
                    .fetch_all(connection)
                    .await?
            });
            near.extend(words.into_iter().filter(|known| differ_by_one(known, word)));
        }
        let first = word.chars().next();
        near.sort_unstable_by_key(|known| (known.chars().next() != first, known.clone()));
        near.dedup();
        // A word stays in the vocabulary when the last task with it is gone.
        for known in near.into_iter().take(5) {
            let term = Term {
                words: vec![known.clone()],
                is_exact: true,
            };
            if self.has_any(owner, &[term]).await? {
                return Ok(Some(known));
            }
        }
        Ok(None)
    }

    /// Stores the words of some tasks that were written by an earlier version, or before there was a search. Returns how
    /// many were looked at; none if all are stored.
    pub async fn index_tasks(&mut self, limit: i64) -> Result<u64, Error> {
        let rows: Vec<TaskRow> = with_connection!(self, |connection| {
            sqlx::query_as(sql::TO_INDEX)
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        let mut seen = HashSet::new();
        for row in rows {
            let task = Task::try_from(row)?;
            seen.insert(task.id);
            let words = Words::new(&task);
            // Locks the row, so that no other version of it is written meanwhile.
            let marked = with_connection!(self, |connection| sqlx::query(sql::MARK_INDEXED)
                .bind(task.owner.0)
                .bind(task.id.0)
                .bind(task.version)
                .bind(words.hash())
                .execute(connection)
                .await?
                .rows_affected());
            if marked > 0 {
                self.write_words(&task, &words).await?;
            }
        }
        Ok(u64::try_from(seen.len()).unwrap_or(u64::MAX))
    }
}

/// Whether more than [`FEW_FOUND`] tasks must have what so many of the newest [`PROBED`] have.
fn must_be_many(hits: i64, newest: i64) -> bool {
    // As many as there may be if the newest tasks are like the others; twice as many, because they may not be.
    hits * 50 >= PROBED && newest / PROBED * hits > 2 * FEW_FOUND
}

/// The greatest numbers, one more than [`FEW_FOUND`], greatest first.
fn newest(mut numbers: Vec<i64>) -> Vec<i64> {
    numbers.sort_unstable_by(|one, other| other.cmp(one));
    numbers.truncate(usize::try_from(FEW_FOUND + 1).unwrap_or(usize::MAX));
    numbers
}

//! Folds again what versions before migration 25 have stored in lower case: the names of tags and saved filters, and the
//! text of tasks.
//!
//! Tags whose names are the same now become one, which has the tasks of both. Saved filters stay: the later one gets a
//! number behind its name.

use taskwire_domain::FilterName;
use taskwire_domain::text::{FILTER_NAME_MAX, fold, label_key};
use uuid::Uuid;

use crate::tx::with_connection;
use crate::{Error, Tx};

/// The migration after which texts are folded.
pub(crate) const MIGRATION: i64 = 25;
/// Tasks read at once.
const PAGE: i64 = 1000;

pub(crate) mod sql {
    //! Statements of the migration.

    use crate::statements::statements;

    statements! {
        /// System: for everybody. What is plain ASCII was folded already.
        TAGS = "SELECT id, owner_id, name, name_key FROM tags
            WHERE octet_length(name) <> length(name) ORDER BY owner_id, id";
        FOLD_TAG = "UPDATE tags SET name_key = $3 WHERE owner_id = $1 AND id = $2
            AND NOT EXISTS (SELECT 1 FROM tags AS other WHERE other.owner_id = $1 AND other.name_key = $3)";
        DELETE_TAG = "DELETE FROM tags WHERE owner_id = $1 AND id = $2";
        LINK = "INSERT INTO task_tags (owner_id, task_id, name_key)
            SELECT owner_id, task_id, $3 FROM task_tags WHERE owner_id = $1 AND name_key = $2
            ON CONFLICT DO NOTHING";
        UNLINK = "DELETE FROM task_tags WHERE owner_id = $1 AND name_key = $2";
        /// System: for everybody.
        FILTERS = "SELECT id, owner_id, name, name_key FROM filters
            WHERE octet_length(name) <> length(name) ORDER BY owner_id, id";
        FOLD_FILTER = "UPDATE filters SET name = $3, name_key = $4 WHERE owner_id = $1 AND id = $2
            AND NOT EXISTS (SELECT 1 FROM filters AS other
                WHERE other.owner_id = $1 AND other.name_key = $4 AND other.id <> $2)";
        /// System: for everybody.
        TASKS = "SELECT id, owner_id, '' AS name, search AS name_key FROM tasks
            WHERE id > $1 AND octet_length(search) <> length(search) ORDER BY id LIMIT $2";
        FOLD_TASK = "UPDATE tasks SET search = $3 WHERE owner_id = $1 AND id = $2";
    }
}

/// A text and how it is stored.
#[derive(sqlx::FromRow)]
struct Stored {
    id: Uuid,
    owner_id: Uuid,
    name: String,
    name_key: String,
}

impl Tx {
    /// Folds what was stored in lower case.
    pub(crate) async fn fold_stored_texts(&mut self) -> Result<(), Error> {
        for tag in self.stored(sql::TAGS).await? {
            let key = label_key(&tag.name);
            if key != tag.name_key {
                self.fold_tag(&tag, &key).await?;
            }
        }
        for filter in self.stored(sql::FILTERS).await? {
            if label_key(&filter.name) != filter.name_key {
                self.fold_filter(&filter).await?;
            }
        }
        let mut after = Uuid::nil();
        loop {
            let tasks: Vec<Stored> = with_connection!(self, |connection| {
                sqlx::query_as(sql::TASKS)
                    .bind(after)
                    .bind(PAGE)
                    .fetch_all(connection)
                    .await?
            });
            let Some(last) = tasks.last() else {
                return Ok(());
            };
            after = last.id;
            for task in tasks {
                let folded = fold(&task.name_key);
                if folded != task.name_key {
                    let texts = [folded.as_str()];
                    self.write(sql::FOLD_TASK, task.owner_id, task.id, texts)
                        .await?;
                }
            }
        }
    }

    async fn stored(&mut self, statement: &'static str) -> Result<Vec<Stored>, Error> {
        Ok(with_connection!(self, |connection| {
            sqlx::query_as(statement).fetch_all(connection).await?
        }))
    }

    async fn fold_tag(&mut self, tag: &Stored, key: &str) -> Result<(), Error> {
        let owner = tag.owner_id;
        if self.write(sql::FOLD_TAG, owner, tag.id, [key]).await? == 0 {
            self.write(sql::DELETE_TAG, owner, tag.id, []).await?;
        }
        let old = tag.name_key.as_str();
        with_connection!(self, |connection| {
            sqlx::query(sql::LINK)
                .bind(owner)
                .bind(old)
                .bind(key)
                .execute(&mut *connection)
                .await?
                .rows_affected();
            sqlx::query(sql::UNLINK)
                .bind(owner)
                .bind(old)
                .execute(connection)
                .await?
                .rows_affected();
        });
        Ok(())
    }

    /// One whose name another has by now gets the first number that is free.
    async fn fold_filter(&mut self, filter: &Stored) -> Result<(), Error> {
        for number in 1.. {
            let name = if number == 1 {
                filter.name.clone()
            } else {
                let end = format!(" {number}");
                let length = FILTER_NAME_MAX.saturating_sub(end.len());
                filter
                    .name
                    .chars()
                    .take(length)
                    .chain(end.chars())
                    .collect()
            };
            let key = FilterName::parse(&name)
                .map_err(|_| Error::inconsistent("filters", filter.id, "name"))?
                .key();
            let texts = [name.as_str(), key.as_str()];
            let written = self.write(sql::FOLD_FILTER, filter.owner_id, filter.id, texts);
            if written.await? == 1 {
                break;
            }
        }
        Ok(())
    }

    /// Runs a statement about one row; returns how many it changed.
    async fn write<const N: usize>(
        &mut self,
        statement: &'static str,
        owner: Uuid,
        id: Uuid,
        texts: [&str; N],
    ) -> Result<u64, Error> {
        Ok(with_connection!(self, |connection| {
            let mut query = sqlx::query(statement).bind(owner).bind(id);
            for text in texts {
                query = query.bind(text);
            }
            query.execute(connection).await?.rows_affected()
        }))
    }
}

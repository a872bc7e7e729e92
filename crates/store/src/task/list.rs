//! Lists tasks.

use std::collections::HashSet;

use sqlx::AssertSqlSafe;
use taskwire_domain::filter::Filter;
use taskwire_domain::{TagName, Task, Zone};

use super::condition::Sql;
use super::order::{Sort, SortValue};
use super::row::TaskRow;
use super::sql;
use super::statement::{FoundWords, Picked, TaskList, without_words};
use super::words::Sections;
use crate::tx::with_connection;
use crate::{Error, Tx};

/// With at most so many tasks, a tag's tasks are read and sorted; with more, the order is read until the page is full.
const FEW: i64 = 1000;
/// The same for tasks with the words that are searched for.
const FEW_FOUND: usize = 3000;

/// A page, with what its position depends on.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The tasks.
    pub tasks: Vec<Task>,
    /// Those that have the words that are searched for in title and tags.
    in_title: HashSet<i64>,
    sort: Sort,
}

impl Listed {
    /// The value by which `task` is sorted in this list.
    pub fn value(&self, task: &Task, zone: &Zone) -> SortValue {
        match self.sort {
            Sort::Relevance => {
                let is_in_title = self.in_title.contains(&task.number);
                SortValue::Pair(i64::from(is_in_title), task.number)
            }
            sort => sort.value(task, zone),
        }
    }
}

impl Tx {
    /// Lists tasks.
    pub async fn list_tasks(&mut self, list: &TaskList) -> Result<Vec<Task>, Error> {
        Ok(self.list_page(list).await?.tasks)
    }

    /// Lists tasks, for more pages.
    pub async fn list_page(&mut self, list: &TaskList) -> Result<Listed, Error> {
        let picked = self.pick(list).await?;
        let tasks = self.read(list, picked.as_ref()).await?;
        let in_title = match picked {
            Some(Picked::Words(found)) => found.in_title.into_iter().collect(),
            _ => HashSet::new(),
        };
        Ok(Listed {
            tasks,
            in_title,
            sort: list.sort,
        })
    }

    async fn read(
        &mut self,
        list: &TaskList,
        picked: Option<&Picked<'_>>,
    ) -> Result<Vec<Task>, Error> {
        let Sql { text, values, .. } = list.build(picked, self.is_postgres());
        let rows: Vec<TaskRow> = with_connection!(self, |connection| {
            let mut query = sqlx::query_as(AssertSqlSafe(text));
            for value in values {
                query = value.bind(query);
            }
            query.fetch_all(connection).await?
        });
        rows.into_iter().map(Task::try_from).collect()
    }

    /// How the database reads a list, a line for each step; for tests.
    #[doc(hidden)]
    pub async fn explain_tasks(&mut self, list: &TaskList) -> Result<Vec<String>, Error> {
        let picked = self.pick(list).await?;
        let Sql { text, values, .. } = list.build(picked.as_ref(), self.is_postgres());
        self.explain(&text, values).await
    }

    /// Few tasks to which all in the list belong, if there is a condition that few meet.
    pub(super) async fn pick<'a>(
        &mut self,
        list: &'a TaskList,
    ) -> Result<Option<Picked<'a>>, Error> {
        if let Some(terms) = list.words() {
            let limit = i64::try_from(FEW_FOUND).unwrap_or(i64::MAX);
            let numbers = self
                .find_numbers(list.owner, terms, Sections::All, limit + 1)
                .await?;
            if numbers.len() <= FEW_FOUND {
                let in_title = if list.sort == Sort::Relevance && !numbers.is_empty() {
                    self.find_numbers(list.owner, terms, Sections::Title, limit)
                        .await?
                } else {
                    Vec::new()
                };
                let rest = without_words(&list.filter, &mut false);
                return Ok(Some(Picked::Words(FoundWords {
                    numbers,
                    in_title,
                    rest,
                })));
            }
        }
        let tag = self.few_tagged(list).await?;
        Ok(tag.map(Picked::Tag))
    }

    /// A tag that all tasks of the list must have, and that few have.
    async fn few_tagged<'a>(&mut self, list: &'a TaskList) -> Result<Option<&'a TagName>, Error> {
        let mut fewest: Option<(i64, &TagName)> = None;
        for part in list.filter.conjuncts() {
            let Filter::Tag(tag) = part else {
                continue;
            };
            let count: i64 = with_connection!(self, |connection| {
                sqlx::query_scalar(sql::COUNT_TAGGED)
                    .bind(list.owner.0)
                    .bind(tag.key())
                    .bind(FEW + 1)
                    .fetch_one(connection)
                    .await?
            });
            if count <= FEW && fewest.is_none_or(|(least, _)| count < least) {
                fewest = Some((count, tag));
            }
        }
        Ok(fewest.map(|(_, tag)| tag))
    }
}

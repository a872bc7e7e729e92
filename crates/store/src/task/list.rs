//! Lists tasks.

use std::collections::HashSet;

use sqlx::AssertSqlSafe;
use taskwire_domain::{Task, Zone};

use super::condition::Sql;
use super::order::{Direction, Keyset, Sort, SortValue};
use super::pick::COMPARED_MAX;
use super::row::TaskRow;
use super::statement::{FoundWords, Picked, TaskList};
use super::words::{Sought, Words};
use crate::tx::with_connection;
use crate::{Error, Tx};

/// Tasks of a search that are read first; if other conditions leave too few of them for a page, four times as many
/// follow.
const FIRST_READ: usize = 60;

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
        let tasks = match &picked {
            Some(Picked::Words(found)) if list.sort == Sort::Relevance => {
                self.read_found(list, found).await?
            }
            Some(Picked::Compared(count)) => self.read_compared(list, *count).await?,
            _ => {
                let statement = self.statement(list, picked.as_ref()).await?;
                self.fetch(statement).await?
            }
        };
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

    /// A page in the order of relevance, which is known: only as many tasks are read as the page needs.
    async fn read_found(
        &mut self,
        list: &TaskList,
        found: &FoundWords,
    ) -> Result<Vec<Task>, Error> {
        let limit = usize::try_from(list.limit).unwrap_or_default();
        let candidates = candidates(list, found);
        let mut candidates = candidates.as_slice();
        let mut size = limit.max(FIRST_READ);
        let mut tasks = Vec::new();
        while tasks.len() < limit && !candidates.is_empty() {
            let (now, later) = candidates.split_at(size.min(candidates.len()));
            let numbers = |is_in_title: &dyn Fn(bool) -> bool| {
                let these = now.iter().filter(|(in_title, _)| is_in_title(*in_title));
                these.map(|(_, number)| *number).collect()
            };
            let part = FoundWords {
                numbers: numbers(&|_| true),
                in_title: numbers(&|in_title| in_title),
                is_all: true,
                rest: found.rest.clone(),
            };
            tasks.extend(self.read(list, Some(&Picked::Words(part))).await?);
            candidates = later;
            size = size.saturating_mul(4);
        }
        if tasks.len() < limit && !found.is_all {
            return self.read(list, None).await;
        }
        tasks.truncate(limit);
        Ok(tasks)
    }

    /// A page of a list with words that very many tasks have: so many are read in the order of the list, and their words
    /// compared here. If these are too few, all that have the words are looked up.
    async fn read_compared(&mut self, list: &TaskList, count: i64) -> Result<Vec<Task>, Error> {
        let (terms, without) = (list.words().unwrap_or_default(), list.excluded_words());
        let sought = Sought {
            without: &without,
            ..Sought::everywhere(terms)
        };
        let limit = usize::try_from(list.limit).unwrap_or_default();
        for count in [count, COMPARED_MAX] {
            let all = compared(list, count);
            let picked = self.pick(&all).await?;
            // Other words have an order of relevance of their own.
            let picked = picked.filter(|picked| !matches!(picked, Picked::Words(_)));
            let statement = self.statement(&all, picked.as_ref()).await?;
            let mut tasks = self.fetch(statement).await?;
            let is_end = i64::try_from(tasks.len()).is_ok_and(|read| read < count);
            tasks.retain(|task| Words::new(task).meet(sought));
            if is_end || tasks.len() >= limit {
                tasks.truncate(limit);
                return Ok(tasks);
            }
        }
        self.read(list, None).await
    }

    async fn read(&mut self, list: &TaskList, picked: Option<&Picked>) -> Result<Vec<Task>, Error> {
        let dialect = self.dialect_of(list.owner, &list.filter).await?;
        self.fetch(list.build(picked, &dialect)).await
    }

    /// The statement of a list with what is picked of it as a whole, or else of its parts.
    async fn statement(&mut self, list: &TaskList, picked: Option<&Picked>) -> Result<Sql, Error> {
        let parts = match picked {
            None | Some(Picked::Order | Picked::OrderOfTag(_)) => self.pick_parts(list).await?,
            Some(_) => Vec::new(),
        };
        let dialect = self.dialect_of(list.owner, &list.filter).await?;
        Ok(if parts.is_empty() {
            list.build(picked, &dialect)
        } else {
            list.build_parts(&parts, &dialect)
        })
    }

    async fn fetch(&mut self, statement: Sql) -> Result<Vec<Task>, Error> {
        let Sql { text, values, .. } = statement;
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
        let statement = match picked {
            Some(Picked::Compared(count)) => {
                let all = compared(list, count);
                let picked = self.pick(&all).await?;
                self.statement(&all, picked.as_ref()).await?
            }
            picked => self.statement(list, picked.as_ref()).await?,
        };
        let Sql { text, values, .. } = statement;
        self.explain(&text, values).await
    }
}

/// The list whose words are compared by the program.
fn compared(list: &TaskList, count: i64) -> TaskList {
    TaskList {
        filter: list.without_words(),
        limit: count,
        ..list.clone()
    }
}

/// Which tasks come after the position of the list, in its order, and whether they have the words in title and tags.
fn candidates(list: &TaskList, found: &FoundWords) -> Vec<(bool, i64)> {
    let in_title: HashSet<i64> = found.in_title.iter().copied().collect();
    let numbers = found.numbers.iter();
    let mut candidates: Vec<(bool, i64)> = numbers
        .map(|number| (in_title.contains(number), *number))
        .collect();
    candidates.sort_unstable();
    if list.direction == Direction::Descending {
        candidates.reverse();
    }
    if let Some(Keyset {
        value: SortValue::Pair(is_in_title, number),
        ..
    }) = list.after
    {
        let position = (is_in_title != 0, number);
        candidates.retain(|candidate| match list.direction {
            Direction::Ascending => *candidate > position,
            Direction::Descending => *candidate < position,
        });
    }
    candidates
}

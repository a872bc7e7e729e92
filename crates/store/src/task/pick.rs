//! Chooses how a list is read: in its order until the page is full, or, where few tasks meet one of its conditions, by
//! looking these up first.

use taskwire_domain::TagName;
use taskwire_domain::filter::{Filter, Term};

use super::found::Found;
use super::order::{Direction, Keyset, Sort, SortValue};
use super::sql;
use super::statement::{FoundWords, Picked, TaskList, without_words};
use super::words::Sections;
use crate::tx::with_connection;
use crate::{Error, Tx};

/// With at most so many tasks, those that meet a condition are read and sorted; with more, the order is read.
const FEW: i64 = 1000;

impl Tx {
    /// Few tasks to which all in the list belong, if there is a condition that few meet.
    pub(super) async fn pick<'a>(
        &mut self,
        list: &'a TaskList,
    ) -> Result<Option<Picked<'a>>, Error> {
        if let Some(terms) = list.words()
            && let Some(found) = self.pick_words(list, terms).await?
        {
            return Ok(Some(Picked::Words(found)));
        }
        let parent = list
            .filter
            .conjuncts()
            .into_iter()
            .find_map(|part| match part {
                Filter::Parent(number) => Some(*number),
                _ => None,
            });
        if let Some(number) = parent {
            return Ok(Some(Picked::Parent(number)));
        }
        if let Some(tags) = self.few_tagged(list).await? {
            return Ok(Some(Picked::Tags(tags)));
        }
        let is_of_series = list.filter.conjuncts().contains(&&Filter::Recurring);
        if is_of_series && self.are_series_few(list).await? {
            return Ok(Some(Picked::Recurring));
        }
        Ok(None)
    }

    async fn pick_words(
        &mut self,
        list: &TaskList,
        terms: &[Term],
    ) -> Result<Option<FoundWords>, Error> {
        let by_relevance = list.sort == Sort::Relevance;
        let (numbers, is_all) = match self.find_numbers(list.owner, terms, Sections::All).await? {
            Found::Few(numbers) => (numbers, true),
            Found::Newest(newest) if by_relevance && list.direction == Direction::Descending => {
                let numbers = match list.after {
                    Some(Keyset {
                        value: SortValue::Pair(_, number),
                        ..
                    }) => self.find_older_numbers(list.owner, terms, number).await?,
                    _ => newest,
                };
                (numbers, false)
            }
            Found::Newest(_) | Found::Many => return Ok(None),
        };
        let in_title = if by_relevance && is_all && !numbers.is_empty() {
            match self
                .find_numbers(list.owner, terms, Sections::Title)
                .await?
            {
                Found::Few(numbers) | Found::Newest(numbers) => numbers,
                Found::Many => Vec::new(),
            }
        } else {
            Vec::new()
        };
        Ok(Some(FoundWords {
            numbers,
            in_title,
            is_all,
            rest: without_words(&list.filter, &mut false),
        }))
    }

    /// Tags that all tasks of the list must have, and that few have together.
    async fn few_tagged<'a>(
        &mut self,
        list: &'a TaskList,
    ) -> Result<Option<Vec<&'a TagName>>, Error> {
        let parts = list.filter.conjuncts().into_iter();
        let tags: Vec<&TagName> = parts
            .filter_map(|part| match part {
                Filter::Tag(tag) => Some(tag),
                _ => None,
            })
            .collect();
        let mut fewest: Option<(i64, &TagName)> = None;
        for tag in &tags {
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
        if let Some((_, tag)) = fewest {
            return Ok(Some(vec![tag]));
        }
        // Each of two tags may be of many tasks, and both of none.
        let [first, second, ..] = tags.as_slice() else {
            return Ok(None);
        };
        let count: i64 = with_connection!(self, |connection| {
            sqlx::query_scalar(sql::COUNT_TAGGED_TWICE)
                .bind(list.owner.0)
                .bind(first.key())
                .bind(second.key())
                .bind(FEW + 1)
                .fetch_one(connection)
                .await?
        });
        Ok((count <= FEW).then(|| vec![*first, *second]))
    }

    async fn are_series_few(&mut self, list: &TaskList) -> Result<bool, Error> {
        let count: i64 = with_connection!(self, |connection| {
            sqlx::query_scalar(sql::COUNT_OF_SERIES)
                .bind(list.owner.0)
                .bind(FEW + 1)
                .fetch_one(connection)
                .await?
        });
        Ok(count <= FEW)
    }
}

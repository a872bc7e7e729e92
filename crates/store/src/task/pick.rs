//! Chooses how a list is read: in its order until the page is full, or, where few tasks meet one of its conditions, by
//! looking these up first.

use taskwire_domain::filter::{Filter, Term};
use taskwire_domain::{Status, UserId};

use super::condition::{ANY_DUE, due_range};
use super::found::Found;
use super::order::{Direction, Keyset, Sort, SortValue};
use super::sql;
use super::statement::{FoundWords, Picked, TaskList};
use super::tag_key::TagKey;
use super::words::{Sections, Sought, tag_terms};
use crate::tx::with_connection;
use crate::{Error, Tx};

/// With at most so many tasks, those that meet a condition are read and sorted; with more, the order is read.
const FEW: i64 = 1000;
/// Most tasks that are read to compare their words with what is searched for.
pub(super) const COMPARED_MAX: i64 = 1000;
/// Most conditions, of which one has to be met, that are looked at one by one.
const PARTS_MAX: usize = 4;

impl Tx {
    /// Few tasks to which all in the list belong, if there is a condition that few meet.
    pub(super) async fn pick(&mut self, list: &TaskList) -> Result<Option<Picked>, Error> {
        if let Some(terms) = list.words()
            && let Some(picked) = self.pick_words(list, terms).await?
        {
            return Ok(Some(picked));
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
        if let Some(tags) = self.pick_tags(list).await? {
            return Ok(Some(tags));
        }
        let is_of_series = list.filter.conjuncts().contains(&&Filter::Recurring);
        if is_of_series && self.are_series_few(list).await? {
            return Ok(Some(Picked::Recurring));
        }
        if let Some(tag) = self.pick_order_of_tag(list).await? {
            return Ok(Some(Picked::OrderOfTag(tag)));
        }
        self.pick_order(list).await
    }

    /// Of the tags that all tasks of the list must have, or the pairs of them, the one with the fewest open tasks, if
    /// these are stored in the order of the list.
    async fn pick_order_of_tag(&mut self, list: &TaskList) -> Result<Option<TagKey>, Error> {
        let is_stored = list.sort.keys_of_tag().is_some() && list.statuses() == [Status::Open];
        // A range of due values is read from an order by due value only.
        let is_ranged = due_range(&list.filter, list.now) != ANY_DUE;
        if !is_stored || is_ranged && list.sort != Sort::Due {
            return Ok(None);
        }
        let keys = TagKey::of_all(&list.required_tags());
        if keys.len() < 2 {
            return Ok(keys.into_iter().next());
        }
        let mut fewest: Option<(i64, TagKey)> = None;
        for key in keys {
            let count = self.count_open_with_tag(list.owner, &key).await?;
            if fewest.as_ref().is_none_or(|(least, _)| count < *least) {
                fewest = Some((count, key));
            }
        }
        Ok(fewest.map(|(_, key)| key))
    }

    async fn count_open_with_tag(&mut self, owner: UserId, key: &TagKey) -> Result<i64, Error> {
        Ok(with_connection!(self, |connection| {
            sqlx::query_scalar(sql::COUNT_OPEN_TAGGED)
                .bind(owner.0)
                .bind(key.as_str())
                .fetch_one(connection)
                .await?
        }))
    }

    async fn pick_words(
        &mut self,
        list: &TaskList,
        terms: &[Term],
    ) -> Result<Option<Picked>, Error> {
        let by_relevance = list.sort == Sort::Relevance;
        let tags = tag_terms(&list.required_tags()).unwrap_or_default();
        let without = list.excluded_words();
        let mut sought = Sought {
            without: &without,
            ..Sought::everywhere(terms)
        };
        let mut found = self.find_numbers(list.owner, sought).await?;
        // Many tasks may have the words, and few of them the tags.
        if !matches!(found, Found::Few(_)) && !tags.is_empty() {
            sought.tags = &tags;
            found = self.find_numbers(list.owner, sought).await?;
        }
        let (numbers, is_all) = match found {
            Found::Few(numbers) => (numbers, true),
            Found::Newest(newest) if by_relevance && list.direction == Direction::Descending => {
                let numbers = match list.after {
                    Some(Keyset {
                        value: SortValue::Pair(_, number),
                        ..
                    }) => self.find_older_numbers(list.owner, sought, number).await?,
                    _ => newest,
                };
                (numbers, false)
            }
            Found::Newest(newest) => return Ok(compared_beside(list, &newest)),
            Found::Many if by_relevance && !self.is_postgres() => {
                return Ok(Some(Picked::Compared(list.limit)));
            }
            Found::Many => return Ok(None),
        };
        let in_title = if by_relevance && is_all && !numbers.is_empty() {
            sought.sections = Sections::Title;
            match self.find_numbers(list.owner, sought).await? {
                Found::Few(numbers) | Found::Newest(numbers) => numbers,
                Found::Many => Vec::new(),
            }
        } else {
            Vec::new()
        };
        Ok(Some(Picked::Words(FoundWords {
            numbers,
            in_title,
            is_all,
            rest: list.without_words(),
        })))
    }

    /// Of the tags that all tasks of the list must have, or the pairs of them, the one of the fewest tasks, if it is of few.
    async fn pick_tags(&mut self, list: &TaskList) -> Result<Option<Picked>, Error> {
        let mut fewest: Option<(i64, TagKey)> = None;
        for key in TagKey::of_all(&list.required_tags()) {
            let text = Some(key.as_str().to_owned());
            let count = self.count_few(sql::COUNT_TAGGED, list.owner, text).await?;
            if count <= FEW && fewest.as_ref().is_none_or(|(least, _)| count < *least) {
                fewest = Some((count, key));
            }
        }
        Ok(fewest.map(|(_, key)| Picked::Tag(key)))
    }

    /// If one of several conditions has to be met, and few tasks meet some of them: a list for each of these, with what
    /// is picked, and one for the others. Together they have the tasks of the list.
    pub(super) async fn pick_parts(
        &mut self,
        list: &TaskList,
    ) -> Result<Vec<(TaskList, Option<Picked>)>, Error> {
        let all = list.filter.conjuncts();
        let choices = all.iter().enumerate().find_map(|(index, part)| match part {
            Filter::Any(parts) if (2..=PARTS_MAX).contains(&parts.len()) => Some((index, parts)),
            _ => None,
        });
        let Some((at, choices)) = choices.filter(|_| list.sort != Sort::Relevance) else {
            return Ok(Vec::new());
        };
        let with = |choice: Filter| {
            let others = all.iter().enumerate().filter(|(index, _)| *index != at);
            let mut parts: Vec<Filter> = others.map(|(_, part)| (*part).clone()).collect();
            parts.push(choice);
            TaskList {
                filter: Filter::All(parts),
                ..list.clone()
            }
        };
        // The order of a tag that all parts have is none of one part.
        let is_tagged = !list.required_tags().is_empty();
        let (mut parts, mut others) = (Vec::new(), Vec::new());
        for choice in choices {
            let part = with(choice.clone());
            let picked = if may_be_of_few(choice) {
                self.pick(&part).await?
            } else {
                None
            };
            match picked {
                None | Some(Picked::Order | Picked::Compared(_)) => others.push(choice.clone()),
                Some(Picked::OrderOfTag(_)) if is_tagged => others.push(choice.clone()),
                Some(picked) => parts.push((part, Some(picked))),
            }
        }
        if parts.is_empty() {
            return Ok(Vec::new());
        }
        if let Some(only) = others.pop() {
            let choice = if others.is_empty() {
                only
            } else {
                others.push(only);
                Filter::Any(others)
            };
            parts.push((with(choice), None));
        }
        Ok(parts)
    }

    /// Whether a list in another order than that of due values is read in its order, although there is a range of due
    /// values. Postgres has statistics to decide by; SQLite would read the range and sort, however many are in it.
    async fn pick_order(&mut self, list: &TaskList) -> Result<Option<Picked>, Error> {
        if self.is_postgres() || list.sort == Sort::Due || list.statuses() != [Status::Open] {
            return Ok(None);
        }
        let (from, to) = due_range(&list.filter, list.now);
        if (from, to) == ANY_DUE {
            return Ok(None);
        }
        let all = self.count_by_priority(list.owner).await?;
        let open: i64 = all.into_iter().map(|(_, count)| count).sum();
        let before = self.count_between(list.owner, i64::MIN, from).await?;
        let through = match to.checked_add(1) {
            Some(end) => self.count_between(list.owner, i64::MIN, end).await?,
            None => open,
        };
        // If those in the range are spread over the order, so many tasks are read before the page is full.
        let count = through - before;
        let is_shorter = open.saturating_mul(list.limit) < count.saturating_mul(count);
        Ok(is_shorter.then_some(Picked::Order))
    }

    async fn are_series_few(&mut self, list: &TaskList) -> Result<bool, Error> {
        let count = self
            .count_few(sql::COUNT_OF_SERIES, list.owner, None)
            .await?;
        Ok(count <= FEW)
    }

    /// Counts to one more than [`FEW`].
    async fn count_few(
        &mut self,
        statement: &'static str,
        owner: UserId,
        key: Option<String>,
    ) -> Result<i64, Error> {
        Ok(with_connection!(self, |connection| {
            let query = sqlx::query_scalar(statement).bind(owner.0).bind(FEW + 1);
            let query = match key {
                Some(key) => query.bind(key),
                None => query,
            };
            query.fetch_one(connection).await?
        }))
    }
}

/// Where so many tasks have the words that a page of them is soon read in the order of the list: how many are read if
/// they are spread over it as over the newest.
fn compared_beside(list: &TaskList, newest: &[i64]) -> Option<Picked> {
    let (greatest, least) = (newest.first()?, newest.last()?);
    let found = i64::try_from(newest.len()).ok()?;
    let is_ordered = list.sort != Sort::Relevance;
    // Half as many again, because they are not spread evenly.
    let needed = (greatest - least + 1).saturating_mul(list.limit) / found * 3 / 2;
    (is_ordered && needed <= COMPARED_MAX).then_some(Picked::Compared(needed))
}

/// Whether a condition is one that few tasks may meet, which [`Tx::pick`] finds out.
fn may_be_of_few(filter: &Filter) -> bool {
    filter.conjuncts().into_iter().any(|part| {
        matches!(
            part,
            Filter::Words(_) | Filter::Tag(_) | Filter::Parent(_) | Filter::Recurring
        )
    })
}

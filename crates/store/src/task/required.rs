//! What all tasks of a list have in common.

use taskwire_domain::filter::{Filter, Term};
use taskwire_domain::{Status, TagName};

use super::statement::{STATUSES, TaskList};
use super::tag_key::TagKey;

impl TaskList {
    /// Words that all its tasks must have.
    pub(super) fn words(&self) -> Option<&[Term]> {
        let all = self.filter.conjuncts().into_iter();
        let mut all = all.filter_map(|part| match part {
            Filter::Words(terms) => Some(terms.as_slice()),
            _ => None,
        });
        all.next()
    }

    /// The tags that all its tasks must have.
    pub(super) fn required_tags(&self) -> Vec<TagName> {
        let parts = self.filter.conjuncts().into_iter();
        let tags = parts.filter_map(|part| match part {
            Filter::Tag(tag) => Some(tag.clone()),
            _ => None,
        });
        tags.collect()
    }

    /// Whether these are all open tasks with this tag or pair of tags.
    pub(super) fn is_of_tag(&self, key: &TagKey) -> bool {
        let mut parts = self.filter.conjuncts().into_iter();
        let has_no_other =
            parts.all(|part| matches!(part, Filter::Tag(_) | Filter::Status(Status::Open)));
        has_no_other && TagKey::of_all(&self.required_tags()) == [key.clone()]
    }

    /// The statuses that occur in the list. The tasks of each are in order in an index; the lists are merged.
    pub(super) fn statuses(&self) -> Vec<Status> {
        let is_possible = |status: &Status| {
            self.filter.conjuncts().into_iter().all(|part| match part {
                Filter::Status(only) => only == status,
                Filter::Overdue => *status == Status::Open,
                Filter::Any(parts) => parts
                    .iter()
                    .any(|part| !matches!(part, Filter::Status(other) if other != status)),
                _ => true,
            })
        };
        let possible: Vec<Status> = STATUSES.into_iter().filter(is_possible).collect();
        // Nothing is found then, by whichever statement.
        if possible.is_empty() {
            vec![Status::Open]
        } else {
            possible
        }
    }

    /// Words of which all its tasks lack some, where it has [`Self::words`].
    pub(super) fn excluded_words(&self) -> Vec<&[Term]> {
        let parts = self.filter.conjuncts().into_iter();
        parts.filter_map(excluded).collect()
    }

    /// The filter without its first condition on words, and without those on words that a task has not.
    pub(super) fn without_words(&self) -> Filter {
        without_words(&self.filter, &mut false)
    }
}

/// Words that a condition excludes.
fn excluded(filter: &Filter) -> Option<&[Term]> {
    match filter {
        Filter::Not(part) => match &**part {
            Filter::Words(terms) if !terms.is_empty() => Some(terms),
            _ => None,
        },
        _ => None,
    }
}

fn without_words(filter: &Filter, is_done: &mut bool) -> Filter {
    match filter {
        Filter::Words(_) if !*is_done => {
            *is_done = true;
            Filter::All(Vec::new())
        }
        Filter::All(parts) => Filter::All(
            parts
                .iter()
                .filter(|part| excluded(part).is_none())
                .map(|part| without_words(part, is_done))
                .collect(),
        ),
        other => other.clone(),
    }
}

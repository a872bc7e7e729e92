//! By what tasks with a tag are found, or those with two.

use taskwire_domain::TagName;

/// Stands before each name of a pair, and in no name.
const MARK: char = '\u{1}';
/// Most tags whose pairs are looked at.
const TAGS_MAX: usize = 5;

/// The key of a tag, or of a pair of tags, which triggers link like a tag.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct TagKey(String);

impl TagKey {
    fn of_pair(one: &TagName, other: &TagName) -> Self {
        let (one, other) = (one.key(), other.key());
        let (first, second) = if one < other {
            (one, other)
        } else {
            (other, one)
        };
        Self(format!("{MARK}{first}{MARK}{second}"))
    }

    /// Of one tag its key, and of several the keys of their pairs: no more tasks have a pair than one of its tags.
    pub(super) fn of_all(tags: &[TagName]) -> Vec<Self> {
        let mut tags: Vec<&TagName> = tags.iter().collect();
        tags.sort_unstable_by_key(|tag| tag.key());
        tags.dedup_by_key(|tag| tag.key());
        if let [only] = tags.as_slice() {
            return vec![Self(only.key())];
        }
        tags.truncate(TAGS_MAX);
        let mut keys = Vec::new();
        let mut rest = tags.as_slice();
        while let Some((first, others)) = rest.split_first() {
            keys.extend(others.iter().map(|other| Self::of_pair(first, other)));
            rest = others;
        }
        keys
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The tags of the key, of which a pair has two.
    pub(super) fn names(key: &str) -> impl Iterator<Item = &str> {
        key.split(MARK).filter(|name| !name.is_empty())
    }
}

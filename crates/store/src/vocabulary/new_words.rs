//! Words that are new to the vocabulary, as far as this process knows.

use std::collections::{BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

/// Words that this process knows to be written; half a megabyte.
const KNOWN_MAX: usize = 32_768;

/// Words that are known to be written.
#[derive(Clone, Debug, Default)]
pub(crate) struct KnownWords(Arc<Mutex<HashSet<u64>>>);

impl KnownWords {
    fn contains(&self, word: u64) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.contains(&word)
    }

    fn extend(&self, words: &[u64]) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() > KNOWN_MAX {
            known.clear();
        }
        known.extend(words);
    }
}

/// The new words of a transaction.
pub(crate) struct NewWords {
    known: KnownWords,
    words: BTreeSet<(Uuid, String)>,
}

impl NewWords {
    pub(crate) fn new(known: KnownWords) -> Self {
        Self {
            known,
            words: BTreeSet::new(),
        }
    }

    pub(crate) fn add(&mut self, owner: Uuid, word: &str) {
        if !self.known.contains(hash(owner, word)) {
            self.words.insert((owner, word.to_owned()));
        }
    }

    /// The owners of the words, in order.
    pub(crate) fn owners(&self) -> BTreeSet<Uuid> {
        self.words.iter().map(|(owner, _)| *owner).collect()
    }

    /// An owner's words, in order.
    pub(crate) fn of(&self, owner: Uuid) -> impl Iterator<Item = &str> {
        let own = self.words.iter().filter(move |(of, _)| *of == owner);
        own.map(|(_, word)| word.as_str())
    }

    /// They are committed.
    pub(crate) fn are_written(&self) {
        if !self.words.is_empty() {
            let words: Vec<u64> = self
                .words
                .iter()
                .map(|(owner, word)| hash(*owner, word))
                .collect();
            self.known.extend(&words);
        }
    }
}

fn hash(owner: Uuid, word: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (owner, word).hash(&mut hasher);
    hasher.finish()
}

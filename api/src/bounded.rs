//! A map with a maximum size.

use std::collections::HashMap;
use std::hash::Hash;

/// Maximum number of entries. A full map takes about one mebibyte.
const ENTRIES_MAX: usize = 20_000;

/// A map of at most [`ENTRIES_MAX`] entries. When it is full, the half with the smallest values is removed: a client
/// that fills it with new keys does not evict the entries that matter most.
#[derive(Debug)]
pub(crate) struct BoundedMap<K, V> {
    entries: HashMap<K, V>,
}

impl<K, V> Default for BoundedMap<K, V> {
    fn default() -> Self {
        Self {
            entries: HashMap::new(),
        }
    }
}

impl<K: Eq + Hash, V: Copy + Ord> BoundedMap<K, V> {
    pub(crate) fn get(&self, key: &K) -> Option<V> {
        self.entries.get(key).copied()
    }

    pub(crate) fn insert(&mut self, key: K, value: V) {
        if self.entries.len() >= ENTRIES_MAX && !self.entries.contains_key(&key) {
            self.make_room();
        }
        self.entries.insert(key, value);
    }

    pub(crate) fn remove(&mut self, key: &K) {
        self.entries.remove(key);
    }

    fn make_room(&mut self) {
        let mut values: Vec<V> = self.entries.values().copied().collect();
        let middle = values.len() / 2;
        let (_, middle, _) = values.select_nth_unstable(middle);
        self.entries.retain(|_, value| *value > *middle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_within_its_bound_and_keeps_the_largest_values() {
        let mut map = BoundedMap::default();
        map.insert(u32::MAX, 1_000_000);
        for key in 0..100_000_u32 {
            map.insert(key, key % 1000);
            assert!(map.entries.len() <= ENTRIES_MAX);
        }
        assert_eq!(map.get(&u32::MAX), Some(1_000_000));
        // The newest entry is always kept.
        assert_eq!(map.get(&99_999), Some(999));
        // Equal values are removed together.
        let mut map = BoundedMap::default();
        for key in 0..50_000_u32 {
            map.insert(key, 1);
            assert!(map.entries.len() <= ENTRIES_MAX);
        }
        map.remove(&49_999);
        assert_eq!(map.get(&49_999), None);
    }
}

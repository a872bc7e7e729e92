//! The order and number of deliveries of a partition's records.

use std::collections::{BTreeMap, HashMap};

use rand::{Rng, RngExt};

use super::backends::Record;
use super::options::Disorder;

/// Records of one partition that were read and are not yet handled.
#[derive(Debug)]
pub(super) struct Queue {
    disorder: Disorder,
    /// In the order of reading; each record once for each delivery.
    waiting: Vec<Item>,
    /// Remaining deliveries, by offset.
    left: BTreeMap<u64, u32>,
    /// The next offset to read.
    next: u64,
}

/// One delivery of a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Item {
    pub(super) record: Record,
    round: u32,
}

impl Queue {
    pub(super) fn new(disorder: Disorder, next: u64) -> Self {
        Self {
            disorder,
            waiting: Vec::new(),
            left: BTreeMap::new(),
            next,
        }
    }

    /// The next offset to read.
    pub(super) fn next_offset(&self) -> u64 {
        self.next
    }

    pub(super) fn push(&mut self, record: &Record) {
        let times = self.disorder.times.max(1);
        self.next = record.offset + 1;
        self.left.insert(record.offset, times);
        let items = (0..times).map(|round| Item {
            record: record.clone(),
            round,
        });
        self.waiting.extend(items);
    }

    /// Takes the next delivery out of the queue.
    pub(super) fn take(&mut self, rng: &mut impl Rng) -> Option<Item> {
        let at = if self.disorder.is_shuffled {
            self.draw(rng)?
        } else {
            let items = self.waiting.iter().enumerate();
            items
                .min_by_key(|(_, item)| (item.round, item.record.offset))?
                .0
        };
        Some(self.waiting.remove(at))
    }

    /// Chooses among the first records of all keys, separately for each round of deliveries.
    fn draw(&self, rng: &mut impl Rng) -> Option<usize> {
        let mut lanes: HashMap<(u32, String), Vec<usize>> = HashMap::new();
        for (at, item) in self.waiting.iter().enumerate() {
            let key = item.record.key.clone();
            let key = key.unwrap_or_else(|| item.record.offset.to_string());
            lanes.entry((item.round, key)).or_default().push(at);
        }
        let mut lanes: Vec<_> = lanes.into_values().collect();
        // The order of a hash map differs from run to run.
        lanes.sort_unstable();
        if lanes.is_empty() {
            return None;
        }
        let lane = &lanes[rng.random_range(0..lanes.len())];
        let swaps = self.disorder.is_swapped && lane.len() > 1 && rng.random_bool(0.5);
        Some(lane[usize::from(swaps)])
    }

    /// Finishes a delivery.
    pub(super) fn finish(&mut self, item: &Item) {
        if let Some(left) = self.left.get_mut(&item.record.offset) {
            *left -= 1;
            if *left == 0 {
                self.left.remove(&item.record.offset);
            }
        }
    }

    /// The first offset with remaining deliveries.
    pub(super) fn first_unhandled_offset(&self) -> u64 {
        self.left.keys().next().copied().unwrap_or(self.next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    fn delivered(disorder: Disorder, seed: u64) -> Vec<(u64, String)> {
        let mut queue = Queue::new(disorder, 0);
        let mut rng = StdRng::seed_from_u64(seed);
        for offset in 0..12 {
            queue.push(&Record {
                topic: "topic".into(),
                partition: 0,
                offset,
                key: Some(format!("key {}", offset % 3)),
                value: "{}".into(),
                by: "app".into(),
                origin: None,
            });
        }
        let mut all = Vec::new();
        while let Some(item) = queue.take(&mut rng) {
            queue.finish(&item);
            all.push((item.record.offset, item.record.key.unwrap()));
        }
        assert_eq!(queue.first_unhandled_offset(), 12);
        all
    }

    #[test]
    fn shuffled_deliveries_keep_the_order_of_each_key_and_repeat_with_their_seed() {
        let disorder = Disorder {
            times: 3,
            is_shuffled: true,
            is_swapped: false,
        };
        let all = delivered(disorder, 1);
        assert_eq!(all, delivered(disorder, 1));
        assert_ne!(all, delivered(disorder, 2));
        assert_eq!(all.len(), 36);
        for key in ["key 0", "key 1", "key 2"] {
            let mut first = Vec::new();
            for (offset, of) in &all {
                if of == key && !first.contains(offset) {
                    first.push(*offset);
                }
            }
            assert!(first.is_sorted(), "{first:?}");
        }
    }

    #[test]
    fn in_order_by_default() {
        let offsets: Vec<u64> = delivered(Disorder::default(), 1)
            .into_iter()
            .map(|(offset, _)| offset)
            .collect();
        assert!(offsets.is_sorted());
        let swapped = Disorder {
            times: 1,
            is_shuffled: true,
            is_swapped: true,
        };
        let is_swapped = |seed| {
            let all = delivered(swapped, seed).into_iter();
            !all.filter(|(_, key)| key == "key 0")
                .map(|(offset, _)| offset)
                .is_sorted()
        };
        assert!((1..20).any(is_swapped));
    }
}

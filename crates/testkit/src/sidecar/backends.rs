//! The backends that sidecars share: a broker with topics and consumer groups, a state store, and a directory of apps.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use serde_json::Value;
use tokio::sync::watch;

use super::options::App;
use super::state::StateStore;

/// Default number of partitions of a topic.
const PARTITIONS: u32 = 3;

/// A broker, a state store and a directory of apps. Clones share them.
#[derive(Clone, Debug)]
pub struct Backends(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    partitions: u32,
    topics: Mutex<HashMap<String, Vec<Record>>>,
    /// The next offset of each consumer group, by group, topic and partition.
    offsets: Mutex<HashMap<(String, String, u32), u64>>,
    /// Changes when a record is appended.
    appended: watch::Sender<u64>,
    state: Mutex<StateStore>,
    apps: Mutex<HashMap<String, App>>,
    /// The data of jobs, by app and name.
    jobs: Mutex<HashMap<(String, String), Value>>,
}

/// A record on a topic.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// Its topic.
    pub topic: String,
    /// Its partition.
    pub partition: u32,
    /// Its offset in the partition.
    pub offset: u64,
    /// Records with the same key are in the same partition.
    pub key: Option<String>,
    /// The published value.
    pub value: Bytes,
    /// The app that published it.
    pub by: String,
    /// On a dead-letter topic, the place of the record that was given up: topic, partition and offset.
    pub origin: Option<(String, u32, u64)>,
}

impl Record {
    /// The place that a delivery tells the app.
    pub(super) fn told_place(&self) -> (String, u32, u64) {
        let own = || (self.topic.clone(), self.partition, self.offset);
        self.origin.clone().unwrap_or_else(own)
    }

    /// The record as JSON; null if it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.value).unwrap_or_default()
    }
}

impl Default for Backends {
    fn default() -> Self {
        Self::with_partitions(PARTITIONS)
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// FNV-1a, like the Kafka component's hash of keys.
fn hash(key: &str) -> u32 {
    key.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

impl Backends {
    /// Creates backends whose topics have this many partitions.
    pub fn with_partitions(partitions: u32) -> Self {
        Self(Arc::new(Shared {
            partitions: partitions.max(1),
            topics: Mutex::default(),
            offsets: Mutex::default(),
            appended: watch::Sender::default(),
            state: Mutex::default(),
            apps: Mutex::default(),
            jobs: Mutex::default(),
        }))
    }

    /// Every record of a topic, in order of arrival.
    pub fn records(&self, topic: &str) -> Vec<Record> {
        lock(&self.0.topics).get(topic).cloned().unwrap_or_default()
    }

    /// Appends a record, like any producer.
    pub fn append(&self, by: &str, topic: &str, key: Option<&str>, value: impl Into<Bytes>) {
        self.append_from(by, topic, key, value.into(), None);
    }

    /// Appends a record that was given up, like a sidecar.
    pub(super) fn append_given_up(&self, by: &str, topic: &str, record: &Record) {
        let (key, value) = (record.key.as_deref(), record.value.clone());
        self.append_from(by, topic, key, value, Some(record.told_place()));
    }

    fn append_from(
        &self,
        by: &str,
        topic: &str,
        key: Option<&str>,
        value: Bytes,
        origin: Option<(String, u32, u64)>,
    ) {
        let mut topics = lock(&self.0.topics);
        let records = topics.entry(topic.to_owned()).or_default();
        let count = u32::try_from(records.len()).unwrap_or(u32::MAX);
        let partition = key.map_or(count, hash) % self.0.partitions;
        let before = records.iter().filter(|other| other.partition == partition);
        let offset = u64::try_from(before.count()).unwrap_or(u64::MAX);
        records.push(Record {
            topic: topic.to_owned(),
            partition,
            offset,
            key: key.map(str::to_owned),
            value,
            by: by.to_owned(),
            origin,
        });
        drop(topics);
        self.0.appended.send_modify(|count| *count += 1);
    }

    pub(super) fn partitions(&self) -> u32 {
        self.0.partitions
    }

    pub(super) fn appended(&self) -> watch::Receiver<u64> {
        self.0.appended.subscribe()
    }

    /// Records of a partition from an offset on.
    pub(super) fn read(&self, topic: &str, partition: u32, from: u64) -> Vec<Record> {
        let topics = lock(&self.0.topics);
        let records = topics.get(topic).map_or(&[][..], Vec::as_slice);
        records
            .iter()
            .filter(|record| record.partition == partition && record.offset >= from)
            .cloned()
            .collect()
    }

    pub(super) fn committed(&self, group: &str, topic: &str, partition: u32) -> u64 {
        let key = (group.to_owned(), topic.to_owned(), partition);
        lock(&self.0.offsets).get(&key).copied().unwrap_or(0)
    }

    pub(super) fn commit(&self, group: &str, topic: &str, partition: u32, next: u64) {
        let key = (group.to_owned(), topic.to_owned(), partition);
        lock(&self.0.offsets).insert(key, next);
    }

    /// Number of records of a topic that a consumer group has not committed.
    pub fn lag(&self, group: &str, topic: &str) -> u64 {
        let total = u64::try_from(self.records(topic).len()).unwrap_or(u64::MAX);
        let done: u64 = (0..self.0.partitions)
            .map(|partition| self.committed(group, topic, partition))
            .sum();
        total - done
    }

    pub(super) fn state(&self) -> MutexGuard<'_, StateStore> {
        lock(&self.0.state)
    }

    pub(super) fn apps(&self) -> MutexGuard<'_, HashMap<String, App>> {
        lock(&self.0.apps)
    }

    pub(super) fn jobs(&self) -> MutexGuard<'_, HashMap<(String, String), Value>> {
        lock(&self.0.jobs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_of_one_key_are_in_one_partition_and_in_order() {
        let backends = Backends::with_partitions(4);
        for n in 0..40 {
            let key = format!("key {}", n % 8);
            backends.append("app", "topic", Some(&key), n.to_string());
        }
        let records = backends.records("topic");
        for key in 0..8 {
            let key = format!("key {key}");
            let of_key: Vec<_> = records
                .iter()
                .filter(|record| record.key.as_deref() == Some(&key))
                .collect();
            assert_eq!(of_key.len(), 5);
            assert!(of_key.windows(2).all(|pair| {
                pair[0].partition == pair[1].partition && pair[0].offset < pair[1].offset
            }));
        }
        backends.commit("group", "topic", 0, 1);
        assert_eq!(backends.lag("group", "topic"), 39);
    }
}

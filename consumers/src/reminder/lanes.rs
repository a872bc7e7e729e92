//! Which messages are under way: a channel that is slow must not keep others waiting.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use taskwire_domain::contract::DeliveryOrder;
use tokio::time::Instant;
use uuid::Uuid;

/// How many messages are under way at once.
const RUNNING_MAX: usize = 128;
/// How many of one channel.
const RUNNING_OF_CHANNEL: usize = 8;
/// How many may wait for others of their channel.
const WAITING_MAX: usize = 64;
/// The most that is asked for at once.
const BATCH: usize = 32;
/// Over a channel that takes longer than this for a message, nothing waits here.
const SLOW: Duration = Duration::from_secs(1);

/// What has not ended by then never will: its task has panicked.
const LOST: Duration = Duration::from_secs(30);

/// The messages of one channel.
#[derive(Debug, Default)]
struct Lane {
    /// When each that is under way began, oldest first.
    running: VecDeque<(Uuid, Instant)>,
    waiting: VecDeque<DeliveryOrder>,
}

/// The messages under way, and those that wait for others of their channel.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    by_channel: HashMap<Uuid, Lane>,
    running: usize,
    waiting: usize,
}

impl Lanes {
    /// How many more can be taken.
    pub(super) fn free(&self) -> usize {
        let running = RUNNING_MAX.saturating_sub(self.running);
        let waiting = WAITING_MAX.saturating_sub(self.waiting);
        running.min(waiting).min(BATCH)
    }

    /// Takes a new order.
    pub(super) fn add(&mut self, order: DeliveryOrder) {
        let lane = self.by_channel.entry(order.channel).or_default();
        lane.waiting.push_back(order);
        self.waiting += 1;
    }

    /// The orders that begin now.
    pub(super) fn start(&mut self, now: Instant) -> Vec<DeliveryOrder> {
        let mut started = Vec::new();
        for lane in self.by_channel.values_mut() {
            let before = lane.running.len();
            lane.running
                .retain(|(_, began)| now.duration_since(*began) < LOST);
            self.running -= before - lane.running.len();
            while lane.running.len() < RUNNING_OF_CHANNEL && self.running < RUNNING_MAX {
                let Some(order) = lane.waiting.pop_front() else {
                    break;
                };
                lane.running.push_back((name(&order), now));
                self.running += 1;
                self.waiting -= 1;
                started.push(order);
            }
        }
        started
    }

    /// Notes that an order has ended.
    pub(super) fn end(&mut self, order: &DeliveryOrder) {
        let Some(lane) = self.by_channel.get_mut(&order.channel) else {
            return;
        };
        let before = lane.running.len();
        lane.running.retain(|(own, _)| *own != name(order));
        self.running -= before - lane.running.len();
        if lane.running.is_empty() && lane.waiting.is_empty() {
            self.by_channel.remove(&order.channel);
        }
    }

    /// Gives back what waits behind slow ones.
    pub(super) fn give_back(&mut self, now: Instant) -> Vec<DeliveryOrder> {
        let mut given = Vec::new();
        for lane in self.by_channel.values_mut() {
            let oldest = lane.running.front();
            if oldest.is_some_and(|(_, began)| now.duration_since(*began) >= SLOW) {
                given.extend(lane.waiting.drain(..));
            }
        }
        self.waiting -= given.len();
        given
    }

    /// Takes out everything that waits.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = DeliveryOrder> {
        self.waiting = 0;
        let lanes = self.by_channel.values_mut();
        lanes.flat_map(|lane| lane.waiting.drain(..))
    }

    /// When something may have to be given back.
    pub(super) fn next_give_back(&self) -> Option<Instant> {
        let full = self
            .by_channel
            .values()
            .filter(|lane| !lane.waiting.is_empty());
        let oldest = full.filter_map(|lane| lane.running.front());
        oldest.map(|(_, began)| *began + SLOW).min()
    }
}

/// What names an order among those of its channel.
fn name(order: &DeliveryOrder) -> Uuid {
    order
        .claims
        .first()
        .map_or_else(Uuid::nil, |claim| claim.id)
}

#[cfg(test)]
mod tests {
    use taskwire_domain::UserId;
    use taskwire_domain::contract::{ChannelSecrets, DeliveryClaim, Message};

    use super::*;

    fn order(channel: u128, id: u128) -> DeliveryOrder {
        DeliveryOrder {
            claims: vec![DeliveryClaim {
                id: Uuid::from_u128(id),
                attempt: 1,
            }],
            owner: UserId(Uuid::nil()),
            channel: Uuid::from_u128(channel),
            kind: "webhook".into(),
            address: "https://hook.example/".into(),
            secrets: ChannelSecrets::default(),
            authorization: None,
            message: Message {
                kind: "reminder".into(),
                title: "Call".into(),
                lines: vec![],
                is_urgent: false,
                url: None,
                actions: vec![],
                unsubscribe_url: None,
                due_at: "2026-11-20T18:00:00Z".parse().unwrap(),
                tasks: vec![],
            },
        }
    }

    fn ids(orders: &[DeliveryOrder]) -> Vec<u128> {
        let mut ids: Vec<u128> = orders.iter().map(|one| name(one).as_u128()).collect();
        ids.sort_unstable();
        ids
    }

    #[test]
    fn a_channel_has_a_few_at_once_and_the_rest_in_order() {
        let now = Instant::now();
        let mut lanes = Lanes::default();
        for id in 0..10 {
            lanes.add(order(1, id));
        }
        lanes.add(order(2, 100));
        let started = lanes.start(now);
        assert_eq!(ids(&started), [0, 1, 2, 3, 4, 5, 6, 7, 100]);
        assert!(lanes.start(now).is_empty());
        lanes.end(&order(1, 3));
        assert_eq!(ids(&lanes.start(now)), [8]);
    }

    #[test]
    fn what_waits_behind_a_slow_one_is_given_back() {
        let now = Instant::now();
        let mut lanes = Lanes::default();
        for id in 0..10 {
            lanes.add(order(1, id));
        }
        for id in 100..103 {
            lanes.add(order(2, id));
        }
        lanes.start(now);
        assert_eq!(lanes.next_give_back(), Some(now + SLOW));
        assert!(lanes.give_back(now + SLOW / 2).is_empty());
        assert_eq!(ids(&lanes.give_back(now + SLOW)), [8, 9]);
        assert_eq!(lanes.next_give_back(), None);
        // Later ones do not stay either, before the slow ones have ended.
        lanes.add(order(1, 11));
        assert!(lanes.start(now + SLOW).is_empty());
        assert_eq!(ids(&lanes.give_back(now + SLOW)), [11]);
        for id in 0..8 {
            lanes.end(&order(1, id));
        }
        lanes.add(order(1, 12));
        assert_eq!(ids(&lanes.start(now + SLOW)), [12]);
    }

    #[test]
    fn room_is_limited_and_comes_back() {
        let now = Instant::now();
        let mut lanes = Lanes::default();
        assert_eq!(lanes.free(), BATCH);
        for id in 0..72 {
            lanes.add(order(1, id));
        }
        lanes.start(now);
        assert_eq!(lanes.free(), 0);
        lanes.give_back(now + SLOW);
        assert_eq!(lanes.free(), BATCH);
        for channel in 2..17 {
            for id in 0..8 {
                lanes.add(order(channel, channel * 100 + id));
            }
        }
        lanes.start(now);
        assert_eq!(lanes.free(), 0);
        for id in 0..8 {
            lanes.end(&order(2, 200 + id));
        }
        assert_eq!(lanes.free(), 8);
    }
}

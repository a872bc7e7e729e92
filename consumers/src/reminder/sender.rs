//! Sends messages over channels: asks the API for those that are due, hands them over, and says what became of them.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rand::SeedableRng;
use rand::rngs::StdRng;
use taskwire_client::{Claim, Client};
use taskwire_domain::contract::{
    DeliveryExchange, DeliveryOrder, DeliveryOrders, DeliveryOutcome, SendResult,
};
use taskwire_domain::{Clock, Via};
use taskwire_messaging::RetryPolicy;
use taskwire_notify::Sender;
use taskwire_telemetry::OutageLog;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::debug;

use super::lanes::Lanes;

/// The longest wait: what people ask for themselves, such as a test, is not announced.
const MAX_SLEEP: Duration = Duration::from_secs(2);
/// How long a process that ends waits for messages under way, and for the API to hear of them.
const FINISH: Duration = Duration::from_secs(3);
/// Longest wait for the API's response.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(30);

/// Sends what is due. Several at once are harmless: each message is claimed by one.
#[derive(Debug)]
pub(crate) struct Deliveries {
    client: Client,
    clock: Arc<dyn Clock>,
    sender: Sender,
    /// Told that something is due.
    due: Arc<Notify>,
    policy: RetryPolicy,
    rng: StdRng,
    failures: u32,
    outages: OutageLog,
}

impl Deliveries {
    pub(crate) fn new(
        client: &Client,
        clock: Arc<dyn Clock>,
        sender: Sender,
        due: Arc<Notify>,
        seed: u64,
    ) -> Self {
        let client = client.with_claim(Claim {
            via: Some(Via::Consumer),
            client: Some("taskwire-sender".into()),
            ..Claim::default()
        });
        Self {
            client,
            clock,
            sender,
            due,
            policy: RetryPolicy::default(),
            rng: StdRng::seed_from_u64(seed),
            failures: 0,
            outages: OutageLog::new("reminder", "send messages over channels"),
        }
    }

    /// Sends until `cancel` is cancelled, and then tells what became of what was under way.
    pub(crate) async fn run(mut self, cancel: CancellationToken) {
        let mut under_way = JoinSet::new();
        let mut lanes = Lanes::default();
        let mut outcomes = Vec::new();
        let mut next_at = None;
        loop {
            let is_due = next_at.is_none_or(|at| at <= self.clock.now());
            if !outcomes.is_empty() || (lanes.free() > 0 && is_due) {
                let orders = tokio::select! {
                    () = cancel.cancelled() => break,
                    orders = self.exchange(&mut outcomes, lanes.free()) => orders,
                };
                let Some(orders) = orders else {
                    let pause = self.policy.delay(self.failures, &mut self.rng);
                    tokio::select! {
                        () = cancel.cancelled() => break,
                        () = tokio::time::sleep(pause) => continue,
                    }
                };
                next_at = Some(self.next(&orders));
                orders.orders.into_iter().for_each(|order| lanes.add(order));
            }
            let now = Instant::now();
            for order in lanes.start(now) {
                let sender = self.sender.clone();
                under_way.spawn(async move { hand_over(&sender, order).await });
            }
            let given_back = lanes.give_back(now).into_iter();
            outcomes.extend(given_back.map(|order| outcome(&order, SendResult::Busy)));
            if !outcomes.is_empty() {
                continue;
            }
            let pause = next_at.map_or(Duration::ZERO, |at| self.until(at));
            let slow_at = lanes.next_give_back().unwrap_or(now + MAX_SLEEP);
            tokio::select! {
                () = cancel.cancelled() => break,
                Some(done) = under_way.join_next() => {
                    let mut done = Some(done);
                    // What has ended meanwhile is told together.
                    while let Some(one) = done {
                        if let Ok((order, result)) = one {
                            lanes.end(&order);
                            outcomes.push(outcome(&order, result));
                        }
                        done = under_way.try_join_next();
                    }
                }
                () = self.due.notified() => next_at = None,
                () = tokio::time::sleep_until(slow_at) => {}
                () = tokio::time::sleep(pause), if lanes.free() > 0 => {}
            }
        }
        outcomes.extend(lanes.drain().map(|order| outcome(&order, SendResult::Busy)));
        self.finish(under_way, outcomes).await;
    }

    /// Waits for what is under way, and tells what became of everything: a message whose end nobody hears of is sent again
    /// when its claim has ended.
    async fn finish(
        mut self,
        mut under_way: JoinSet<(DeliveryOrder, SendResult)>,
        mut outcomes: Vec<DeliveryOutcome>,
    ) {
        let all = async {
            while let Some(done) = under_way.join_next().await {
                outcomes.extend(done.ok().map(|(order, result)| outcome(&order, result)));
            }
        };
        // What has not ended by then is not waited for.
        let _ = tokio::time::timeout(FINISH, all).await;
        if !outcomes.is_empty() {
            let told = self.exchange(&mut outcomes, 0);
            let _ = tokio::time::timeout(FINISH, told).await;
        }
    }

    /// Tells what became of messages, and gets new ones. What could not be told is told again.
    async fn exchange(
        &mut self,
        outcomes: &mut Vec<DeliveryOutcome>,
        free: usize,
    ) -> Option<DeliveryOrders> {
        let exchange = DeliveryExchange {
            outcomes: outcomes.clone(),
            limit: u32::try_from(free).unwrap_or_default(),
        };
        let answer = self.client.exchange_deliveries(&exchange);
        let answer = tokio::time::timeout(RESPONSE_TIMEOUT, answer).await;
        match answer.unwrap_or_else(|_| Err(self.client.no_response())) {
            Ok(orders) => {
                outcomes.clear();
                self.failures = 0;
                self.outages.worked();
                if !orders.orders.is_empty() {
                    debug!(
                        messages = orders.orders.len(),
                        "Send messages over channels"
                    );
                }
                Some(orders)
            }
            Err(error) => {
                self.failures = self.failures.saturating_add(1);
                self.outages.failed(&error);
                None
            }
        }
    }

    /// When to ask again.
    fn next(&self, orders: &DeliveryOrders) -> Timestamp {
        let latest = self.clock.now() + MAX_SLEEP;
        orders.next_at.map_or(latest, |at| at.min(latest))
    }

    fn until(&self, at: Timestamp) -> Duration {
        let left = at.duration_since(self.clock.now());
        Duration::try_from(left).unwrap_or_default().min(MAX_SLEEP)
    }
}

async fn hand_over(sender: &Sender, order: DeliveryOrder) -> (DeliveryOrder, SendResult) {
    let result = sender.send(&order).await;
    (order, result)
}

fn outcome(order: &DeliveryOrder, result: SendResult) -> DeliveryOutcome {
    DeliveryOutcome {
        claims: order.claims.clone(),
        owner: order.owner,
        result,
    }
}

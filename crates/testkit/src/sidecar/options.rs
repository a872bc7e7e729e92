//! What a fake sidecar is told at its start.

use std::collections::BTreeMap;
use std::time::Duration;

/// How a fake sidecar is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// Names the app; also its consumer group and the first part of its state keys.
    pub app_id: String,
    /// Name of the pub/sub component.
    pub pubsub: String,
    /// Name of the state store.
    pub state_store: String,
    /// Token that requests to the sidecar must carry.
    pub api_token: Option<String>,
    /// The app beside it, if it calls one.
    pub app: Option<App>,
    /// The retry policy of deliveries; without one the first failure is final.
    pub inbound: Option<Inbound>,
    /// Longest wait for the app's answer to a delivery.
    pub deliver_timeout: Duration,
    /// Pause before the broker's client delivers again what nobody took.
    pub component_retry: Duration,
    /// Offsets are committed after so many records of a partition; a restart delivers the others again.
    pub commit_every: u64,
    /// How deliveries deviate from once and in order.
    pub disorder: Disorder,
    /// Secrets by store and name.
    pub secrets: BTreeMap<String, BTreeMap<String, String>>,
    /// Whether its components load only when [`super::FakeSidecar::finish_starting`] says so; until then requests hang.
    pub is_slow: bool,
    /// Decides what is drawn by chance.
    pub seed: u64,
}

impl Options {
    /// A sidecar of the app with this id, with a pub/sub component `taskpubsub`.
    pub fn of(app_id: impl Into<String>) -> Self {
        Self {
            app_id: app_id.into(),
            pubsub: "taskpubsub".into(),
            state_store: "taskstate".into(),
            api_token: None,
            app: None,
            inbound: Some(Inbound::default()),
            deliver_timeout: Duration::from_secs(15),
            component_retry: Duration::from_millis(50),
            commit_every: 1,
            disorder: Disorder::default(),
            secrets: BTreeMap::new(),
            is_slow: false,
            seed: 1,
        }
    }
}

/// The app beside a sidecar.
#[derive(Clone, Debug)]
pub struct App {
    /// Such as `http://127.0.0.1:8484`.
    pub url: String,
    /// Token that the sidecar shows to it (`APP_API_TOKEN`).
    pub token: Option<String>,
    /// How the sidecar learns whether it works; without that it always does.
    pub health: Option<HealthProbe>,
}

impl App {
    /// An app that shows by this token who calls it, and is asked for its health every 20 ms.
    pub fn new(url: impl Into<String>, token: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            token: Some(token.into()),
            health: Some(HealthProbe::default()),
        }
    }
}

/// `--enable-app-health-check` and what belongs to it.
#[derive(Clone, Debug)]
pub struct HealthProbe {
    /// What is asked.
    pub path: String,
    /// How often.
    pub interval: Duration,
    /// Longest wait for the answer.
    pub timeout: Duration,
    /// After so many failures in a row nothing is delivered.
    pub threshold: u32,
}

impl Default for HealthProbe {
    fn default() -> Self {
        Self {
            path: "/healthz".into(),
            interval: Duration::from_millis(20),
            timeout: Duration::from_millis(500),
            threshold: 1,
        }
    }
}

/// A retry policy for deliveries.
#[derive(Clone, Copy, Debug)]
pub struct Inbound {
    /// Pause between two tries.
    pub interval: Duration,
    /// How often a delivery is repeated; without end if there is none.
    pub max_retries: Option<u32>,
}

impl Default for Inbound {
    /// Without end: the app counts failures, and says when to give up.
    fn default() -> Self {
        Self {
            interval: Duration::from_millis(5),
            max_retries: None,
        }
    }
}

/// What at-least-once delivery permits, and more.
#[derive(Clone, Copy, Debug)]
pub struct Disorder {
    /// How often each event is delivered. Repetitions come later, in order per key, as after a rebalance.
    pub times: u32,
    /// Whether events of different keys come in an order that is drawn.
    pub is_shuffled: bool,
    /// Whether neighbouring events of one key may swap, which no broker permits.
    pub is_swapped: bool,
}

impl Default for Disorder {
    fn default() -> Self {
        Self {
            times: 1,
            is_shuffled: false,
            is_swapped: false,
        }
    }
}

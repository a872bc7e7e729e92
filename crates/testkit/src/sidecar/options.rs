//! Options of a fake sidecar.

use std::collections::BTreeMap;
use std::time::Duration;

/// The options of a fake sidecar.
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
    /// Its app, if it calls one.
    pub app: Option<App>,
    /// The retry policy of deliveries; without one the first failure is final.
    pub inbound: Option<Inbound>,
    /// Longest wait for the app's response to a delivery.
    pub deliver_timeout: Duration,
    /// Pause before the broker's client redelivers an unhandled record.
    pub component_retry: Duration,
    /// Offsets are committed after this many records of a partition; a restart delivers later ones again.
    pub commit_every: u64,
    /// How deliveries deviate from once-only and in order.
    pub disorder: Disorder,
    /// Secrets by store and name.
    pub secrets: BTreeMap<String, BTreeMap<String, String>>,
    /// Whether its components load only on [`super::FakeSidecar::finish_starting`]; until then requests hang.
    pub is_slow: bool,
    /// Seeds the randomness.
    pub seed: u64,
}

impl Options {
    /// Options for the app with this id, with a pub/sub component `taskpubsub`.
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

/// The app of a sidecar.
#[derive(Clone, Debug)]
pub struct App {
    /// Its address, such as `http://127.0.0.1:8484`.
    pub url: String,
    /// The token in the sidecar's requests to it (`APP_API_TOKEN`).
    pub token: Option<String>,
    /// The health checks; without them it always counts as healthy.
    pub health: Option<HealthProbe>,
}

impl App {
    /// An app with this token, whose health is checked every 20 ms.
    pub fn new(url: impl Into<String>, token: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            token: Some(token.into()),
            health: Some(HealthProbe::default()),
        }
    }
}

/// `--enable-app-health-check` and its related options.
#[derive(Clone, Debug)]
pub struct HealthProbe {
    /// The path.
    pub path: String,
    /// The interval.
    pub interval: Duration,
    /// Longest wait for the response.
    pub timeout: Duration,
    /// After this many consecutive failures nothing is delivered.
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
    /// Pause between two attempts.
    pub interval: Duration,
    /// How often a delivery is repeated; no limit if absent.
    pub max_retries: Option<u32>,
}

impl Default for Inbound {
    /// No limit: the app counts failures and decides when to give up.
    fn default() -> Self {
        Self {
            interval: Duration::from_millis(5),
            max_retries: None,
        }
    }
}

/// Deviations that at-least-once delivery permits, and more.
#[derive(Clone, Copy, Debug)]
pub struct Disorder {
    /// How often each event is delivered. Repetitions come later, in order per key, as after a rebalance.
    pub times: u32,
    /// Whether events of different keys come in random order.
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

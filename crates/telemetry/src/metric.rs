//! The metrics of all processes, in one list: names, kinds, buckets, and what they mean.
//!
//! Names and labels follow OpenTelemetry's semantic conventions where there is one, as Prometheus spells them; the others
//! begin with `taskwire_`. Every label has a bounded number of values.

/// A metric.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// Its kind.
    pub kind: MetricKind,
    /// What it measures, in a sentence.
    pub help: &'static str,
}

/// The kind of a metric.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum MetricKind {
    /// A number that only rises.
    Counter,
    /// A number that rises and falls.
    Gauge,
    /// A distribution over buckets with these upper bounds.
    Histogram(&'static [f64]),
}

/// Requests and deliveries: ten milliseconds are a lot, ten seconds are a timeout.
const SHORT: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];
/// Calls of tools, as the convention advises.
const CALLS: &[f64] = &[
    0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0,
];
/// Requests to a model, as the convention advises.
const MODEL: &[f64] = &[
    0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];
/// Turns of a chat, which may take five minutes.
const TURNS: &[f64] = &[
    0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0,
];
/// Lateness, which is short unless something was away.
const LATENESS: &[f64] = &[
    0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0,
];
/// Numbers of tokens, as the convention advises.
const TOKENS: &[f64] = &[
    1.0,
    4.0,
    16.0,
    64.0,
    256.0,
    1024.0,
    4096.0,
    16384.0,
    65536.0,
    262_144.0,
    1_048_576.0,
];

/// Declares each metric once: as a constant with its name, and in the list.
macro_rules! metrics {
    ($($(#[doc = $help:literal])+ $constant:ident = $name:literal, $kind:expr;)*) => {
        $($(#[doc = $help])+ pub const $constant: &str = $name;)*

        /// All metrics.
        pub const ALL: &[Metric] = &[$(Metric {
            name: $name,
            kind: $kind,
            help: concat!($($help),+),
        }),*];
    };
}

use MetricKind::{Counter, Gauge, Histogram};

metrics! {
    /// Seconds from a request to the beginning of its response, by method, route and status.
    HTTP_SERVER_REQUEST_DURATION = "http_server_request_duration_seconds", Histogram(SHORT);
    /// Requests in progress, until the end of their response, by method.
    HTTP_SERVER_ACTIVE_REQUESTS = "http_server_active_requests", Gauge;
    /// Connections to the database, by pool and state.
    DB_CLIENT_CONNECTION_COUNT = "db_client_connection_count", Gauge;
    /// Most connections of a pool.
    DB_CLIENT_CONNECTION_MAX = "db_client_connection_max", Gauge;
    /// Requests that wait for a connection, by pool.
    DB_CLIENT_CONNECTION_PENDING_REQUESTS = "db_client_connection_pending_requests", Gauge;
    /// Requests that got no connection in time, by pool.
    DB_CLIENT_CONNECTION_TIMEOUTS = "db_client_connection_timeouts_total", Counter;
    /// Events that are committed and not yet published to the broker.
    OUTBOX_EVENTS = "taskwire_outbox_events", Gauge;
    /// Seconds that the oldest event has waited to be published; 0 if none waits.
    OUTBOX_OLDEST_AGE = "taskwire_outbox_oldest_age_seconds", Gauge;
    /// 1 in the process that holds the lease of the relay.
    RELAY_ACTIVE = "taskwire_relay_active", Gauge;
    /// 1 while the sidecar refuses events because of its configuration.
    RELAY_REFUSED = "taskwire_relay_refused", Gauge;
    /// Events sent to the broker, by topic, and by error where that failed.
    MESSAGING_CLIENT_SENT_MESSAGES = "messaging_client_sent_messages_total", Counter;
    /// Events of the log that a consumer on the embedded bus has not handled.
    CONSUMER_LAG_EVENTS = "taskwire_consumer_lag_events", Gauge;
    /// Seconds that a consumer took to handle an event, by consumer, kind of event and outcome.
    MESSAGING_PROCESS_DURATION = "messaging_process_duration_seconds", Histogram(SHORT);
    /// Answers to the sidecar's deliveries, by consumer and status.
    DELIVERIES = "taskwire_deliveries_total", Counter;
    /// Requests to a consumer without the app's token.
    FORGED_DELIVERIES = "taskwire_forged_deliveries_total", Counter;
    /// Events that a consumer gave up and that nobody has replayed or discarded.
    DEAD_LETTERS = "taskwire_dead_letters", Gauge;
    /// Seconds that the event log has waited for a transaction that may still fill a gap.
    LOG_WAITING = "taskwire_log_waiting_seconds", Gauge;
    /// Seconds between the time of a reminder and its firing.
    REMINDER_LATENESS = "taskwire_reminder_lateness_seconds", Histogram(LATENESS);
    /// Seconds between the time of a message over a channel and its delivery, by kind of channel.
    CHANNEL_LATENESS = "taskwire_channel_lateness_seconds", Histogram(LATENESS);
    /// Attempts to deliver a message over a channel, by kind of channel and outcome (sent, retry, busy, failed).
    CHANNEL_DELIVERIES = "taskwire_channel_deliveries_total", Counter;
    /// Messages over channels that are due and were not sent yet.
    CHANNEL_BACKLOG = "taskwire_channel_backlog", Gauge;
    /// Seconds that a turn of the chat took, by mode and outcome.
    CHAT_TURN_DURATION = "taskwire_chat_turn_duration_seconds", Histogram(TURNS);
    /// Seconds that a request to a model took, by model and error.
    GEN_AI_CLIENT_OPERATION_DURATION = "gen_ai_client_operation_duration_seconds", Histogram(MODEL);
    /// Tokens of requests to a model and of its replies.
    GEN_AI_CLIENT_TOKEN_USAGE = "gen_ai_client_token_usage", Histogram(TOKENS);
    /// Seconds that a call of a tool took, by tool and error.
    MCP_SERVER_OPERATION_DURATION = "mcp_server_operation_duration_seconds", Histogram(CALLS);
    /// 1 if a check of /readyz succeeds, else 0.
    DEPENDENCY_READY = "taskwire_dependency_ready", Gauge;
    /// 1, with the version, the commit and the role of this process.
    BUILD_INFO = "taskwire_build_info", Gauge;
    /// When this process started, in seconds since 1970.
    PROCESS_START_TIME = "process_start_time_seconds", Gauge;
}

impl Metric {
    /// Its unit as OpenTelemetry names it, from its name.
    pub fn unit(&self) -> Option<&'static str> {
        self.name.ends_with("_seconds").then_some("s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_kind() {
        for metric in ALL {
            let is_total = metric.name.ends_with("_total");
            assert_eq!(is_total, metric.kind == Counter, "{}", metric.name);
            assert!(metric.help.ends_with('.'), "{}", metric.name);
            if let Histogram(buckets) = metric.kind {
                assert!(buckets.is_sorted(), "{}", metric.name);
            }
        }
        let mut names: Vec<&str> = ALL.iter().map(|metric| metric.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
    }

    #[test]
    fn the_manual_lists_all_metrics() {
        let manual = include_str!("../../../docs/operations.md");
        for metric in ALL {
            let kind = match metric.kind {
                Counter => "counter",
                Gauge => "gauge",
                Histogram(_) => "histogram",
            };
            let row = format!("| `{}` | {kind} |", metric.name);
            assert!(manual.contains(&row), "{row}");
        }
    }
}

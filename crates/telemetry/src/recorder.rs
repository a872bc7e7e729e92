//! Records the metrics of this process, and renders them for Prometheus.

use std::time::Duration;

use metrics::{Recorder, Unit};
use metrics_exporter_prometheus::{
    BuildError, Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder,
};
use tokio_util::sync::CancellationToken;

use crate::metric::{self, MetricKind};

/// Time between two summaries of what was recorded.
const UPKEEP: Duration = Duration::from_secs(5);

/// What this process has recorded. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Metrics(PrometheusHandle);

/// Why nothing is recorded.
#[derive(Debug, thiserror::Error)]
pub enum MetricsError {
    /// A histogram has no buckets.
    #[error("cannot record metrics: {0}")]
    Buckets(#[from] BuildError),
    /// The process records already.
    #[error("metrics were started twice")]
    Twice,
}

impl Metrics {
    /// Starts recording in this process, until it ends. May be called once.
    pub fn start() -> Result<Self, MetricsError> {
        let (recorder, metrics) = Self::recorder()?;
        metrics::set_global_recorder(recorder).map_err(|_| MetricsError::Twice)?;
        Ok(metrics)
    }

    /// A recorder that records nothing until it is made that of a process or a thread, and its metrics.
    pub fn recorder() -> Result<(PrometheusRecorder, Self), MetricsError> {
        let mut builder = PrometheusBuilder::new();
        for metric in metric::ALL {
            if let MetricKind::Histogram(buckets) = metric.kind {
                builder =
                    builder.set_buckets_for_metric(Matcher::Full(metric.name.into()), buckets)?;
            }
        }
        let recorder = builder.build_recorder();
        for metric in metric::ALL {
            let (name, help) = (metric.name.into(), metric.help.trim().into());
            let unit = metric.unit().map(|_| Unit::Seconds);
            match metric.kind {
                MetricKind::Counter => recorder.describe_counter(name, unit, help),
                MetricKind::Gauge => recorder.describe_gauge(name, unit, help),
                MetricKind::Histogram(_) => recorder.describe_histogram(name, unit, help),
            }
        }
        let handle = recorder.handle();
        Ok((recorder, Self(handle)))
    }

    /// The metrics as Prometheus text, version 0.0.4.
    pub fn render(&self) -> String {
        self.0.render()
    }

    /// Sorts what was recorded into the buckets of histograms, again and again. A value takes memory until then, and where
    /// nobody collects metrics nothing else would do it.
    pub async fn keep_up(self, cancel: CancellationToken) {
        loop {
            tokio::select! {
                () = cancel.cancelled() => return,
                () = tokio::time::sleep(UPKEEP) => self.0.run_upkeep(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_metric_is_rendered_with_its_help_and_buckets() {
        let (recorder, measured) = Metrics::recorder().unwrap();
        metrics::with_local_recorder(&recorder, || {
            for metric in metric::ALL {
                match metric.kind {
                    MetricKind::Counter => metrics::counter!(metric.name).increment(1),
                    MetricKind::Gauge => metrics::gauge!(metric.name).set(1.0),
                    MetricKind::Histogram(_) => metrics::histogram!(metric.name).record(0.003),
                }
            }
        });
        let text = measured.render();
        let mut described: Vec<&str> = text.lines().filter(|line| line.starts_with("# ")).collect();
        described.sort_unstable();
        assert_eq!(described.len(), 2 * metric::ALL.len());
        insta::assert_snapshot!(described.join("\n"), @r##"
        # HELP db_client_connection_count Connections to the database, by pool and state.
        # HELP db_client_connection_max Most connections of a pool.
        # HELP db_client_connection_pending_requests Requests that wait for a connection, by pool.
        # HELP db_client_connection_timeouts_total Requests that got no connection in time, by pool.
        # HELP gen_ai_client_operation_duration_seconds Seconds that a request to a model took, by model and error.
        # HELP gen_ai_client_token_usage Tokens of requests to a model and of its replies.
        # HELP http_server_active_requests Requests in progress, until the end of their response, by method.
        # HELP http_server_request_duration_seconds Seconds from a request to the beginning of its response, by method, route and status.
        # HELP mcp_server_operation_duration_seconds Seconds that a call of a tool took, by tool and error.
        # HELP messaging_client_sent_messages_total Events sent to the broker, by topic, and by error where that failed.
        # HELP messaging_process_duration_seconds Seconds that a consumer took to handle an event, by consumer, kind of event and outcome.
        # HELP process_start_time_seconds When this process started, in seconds since 1970.
        # HELP taskwire_build_info 1, with the version, the commit and the role of this process.
        # HELP taskwire_channel_backlog Messages over channels that are due and were not sent yet.
        # HELP taskwire_channel_deliveries_total Attempts to deliver a message over a channel, by kind of channel and outcome (sent, retry, busy, failed).
        # HELP taskwire_channel_lateness_seconds Seconds between the time of a message over a channel and its delivery, by kind of channel.
        # HELP taskwire_chat_turn_duration_seconds Seconds that a turn of the chat took, by mode and outcome.
        # HELP taskwire_consumer_lag_events Events of the log that a consumer on the embedded bus has not handled.
        # HELP taskwire_dead_letters Events that a consumer gave up and that nobody has replayed or discarded.
        # HELP taskwire_deliveries_total Answers to the sidecar's deliveries, by consumer and status.
        # HELP taskwire_dependency_ready 1 if a check of /readyz succeeds, else 0.
        # HELP taskwire_forged_deliveries_total Requests to a consumer without the app's token.
        # HELP taskwire_log_waiting_seconds Seconds that the event log has waited for a transaction that may still fill a gap.
        # HELP taskwire_outbox_events Events that are committed and not yet published to the broker.
        # HELP taskwire_outbox_oldest_age_seconds Seconds that the oldest event has waited to be published; 0 if none waits.
        # HELP taskwire_relay_active 1 in the process that holds the lease of the relay.
        # HELP taskwire_relay_refused 1 while the sidecar refuses events because of its configuration.
        # HELP taskwire_reminder_lateness_seconds Seconds between the time of a reminder and its firing.
        # TYPE db_client_connection_count gauge
        # TYPE db_client_connection_max gauge
        # TYPE db_client_connection_pending_requests gauge
        # TYPE db_client_connection_timeouts_total counter
        # TYPE gen_ai_client_operation_duration_seconds histogram
        # TYPE gen_ai_client_token_usage histogram
        # TYPE http_server_active_requests gauge
        # TYPE http_server_request_duration_seconds histogram
        # TYPE mcp_server_operation_duration_seconds histogram
        # TYPE messaging_client_sent_messages_total counter
        # TYPE messaging_process_duration_seconds histogram
        # TYPE process_start_time_seconds gauge
        # TYPE taskwire_build_info gauge
        # TYPE taskwire_channel_backlog gauge
        # TYPE taskwire_channel_deliveries_total counter
        # TYPE taskwire_channel_lateness_seconds histogram
        # TYPE taskwire_chat_turn_duration_seconds histogram
        # TYPE taskwire_consumer_lag_events gauge
        # TYPE taskwire_dead_letters gauge
        # TYPE taskwire_deliveries_total counter
        # TYPE taskwire_dependency_ready gauge
        # TYPE taskwire_forged_deliveries_total counter
        # TYPE taskwire_log_waiting_seconds gauge
        # TYPE taskwire_outbox_events gauge
        # TYPE taskwire_outbox_oldest_age_seconds gauge
        # TYPE taskwire_relay_active gauge
        # TYPE taskwire_relay_refused gauge
        # TYPE taskwire_reminder_lateness_seconds histogram
        "##);
        let bucket = "http_server_request_duration_seconds_bucket{le=\"0.005\"} 1";
        assert!(text.contains(bucket), "{text}");
    }
}

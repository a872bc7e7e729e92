//! Metrics of a process, for Prometheus.

use std::sync::Arc;

use axum::Router;
use axum::http::header;
use axum::routing::get;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};

use super::Parts;

/// Buckets of the latency histogram, in seconds.
const LATENCIES: [f64; 12] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
];

/// Renders the metrics of this process as Prometheus text.
pub(crate) type MetricsText = Arc<dyn Fn() -> String + Send + Sync>;

impl Parts {
    /// Starts recording metrics. Returns a function that renders them.
    pub(crate) fn record_metrics() -> anyhow::Result<MetricsText> {
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_duration_seconds".into()), &LATENCIES)?
            .build_recorder();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder)
            .map_err(|_| anyhow::anyhow!("metrics were started twice"))?;
        Ok(Arc::new(move || handle.render()))
    }

    /// The router of a process without an API: liveness and metrics.
    pub(crate) fn metrics_route(metrics: MetricsText) -> Router {
        Router::new().route(
            "/metrics",
            get(move || {
                let text = metrics();
                async move {
                    (
                        [(
                            header::CONTENT_TYPE,
                            "text/plain; version=0.0.4; charset=utf-8",
                        )],
                        text,
                    )
                }
            }),
        )
    }
}

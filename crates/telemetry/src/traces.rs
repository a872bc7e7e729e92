//! Starts and stops tracing, and provides the layer for `tracing`.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use http::HeaderMap;
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{
    ExporterBuildError, Protocol, RetryPolicy, SpanExporter, WithExportConfig, WithHttpConfig,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::runtime::Handle;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, dynamic_filter_fn};
use tracing_subscriber::registry::LookupSpan;
use url::Url;

use crate::Sampler;
use crate::collector::Collector;
use crate::span::enable;

/// Longest wait for the collector to accept a batch.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest wait for the last spans when the process ends.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(3);

/// The settings of tracing.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The base address of the collector; spans are posted to `v1/traces` below it.
    pub endpoint: Url,
    /// Headers of the requests to it. May hold secrets.
    pub headers: HeaderMap,
    /// The name of this process.
    pub service: String,
    /// Its version.
    pub version: String,
    /// The sampler.
    pub sampler: Sampler,
}

/// The error of starting tracing.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The HTTP client could not be created.
    #[error("cannot prepare the HTTP client of the trace collector: {0}")]
    Client(#[from] reqwest::Error),
    /// A standard variable has an invalid value.
    #[error("cannot prepare the export of traces: {0}")]
    Exporter(#[from] ExporterBuildError),
}

/// Creates spans, and sends them in batches from a separate thread. Nothing waits for it: if the collector does not
/// keep up, spans are dropped.
#[derive(Debug)]
pub struct Traces {
    provider: SdkTracerProvider,
}

impl Traces {
    /// Turns traces on; their requests to the collector run on `runtime`. May be called once.
    pub fn start(settings: Settings, runtime: Handle) -> Result<Self, StartError> {
        let http = reqwest::Client::builder()
            .timeout(EXPORT_TIMEOUT)
            // The headers are meant for one host only.
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let mut endpoint = settings.endpoint;
        let path = format!("{}/v1/traces", endpoint.path().trim_end_matches('/'));
        endpoint.set_path(&path);
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(endpoint)
            .with_timeout(EXPORT_TIMEOUT)
            // A retry would delay the batches behind this one, and the end of the process.
            .with_retry_policy(RetryPolicy::disabled())
            .with_http_client(Collector {
                http,
                runtime,
                headers: settings.headers,
                is_away: AtomicBool::new(false),
            })
            .build()?;
        let resource = Resource::builder()
            .with_service_name(settings.service)
            .with_attribute(KeyValue::new("service.version", settings.version))
            .build();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_sampler(opentelemetry_sdk::trace::Sampler::from(settings.sampler))
            .with_resource(resource)
            .build();
        enable();
        Ok(Self { provider })
    }

    /// Makes the spans of Taskwire's own crates part of traces. Log lines are not: they contain the ids instead.
    pub fn layer<S>(&self) -> impl Layer<S> + Send + Sync + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
    {
        // Dynamic, although it is not: with a static filter and a log filter that accepts debug lines, spans would be created
        // without asking either, and then go by the answers about an earlier line that no layer wanted.
        let is_own = dynamic_filter_fn(|metadata, _| {
            metadata.is_span() && metadata.target().starts_with("taskwire")
        })
        .with_max_level_hint(LevelFilter::INFO);
        tracing_opentelemetry::layer()
            .with_tracer(self.provider.tracer("taskwire"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_context_activation(false)
            .with_filter(is_own)
    }

    /// Sends the remaining spans, for at most three seconds. The runtime must still be running.
    pub fn shutdown(&self) {
        // Spans that could not be sent were logged.
        let _ = self.provider.shutdown_with_timeout(SHUTDOWN_TIMEOUT);
    }
}

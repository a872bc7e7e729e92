//! Counts the requests in progress.

use std::sync::Arc;

use axum::http::Method;
use metrics::Gauge;
use taskwire_telemetry::metric;

use crate::observe::method_name;

/// The methods that are counted apart.
const METHODS: [Method; 7] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
];

/// The gauges of a server, by method. They are looked up once, so that counting a request is one addition.
#[derive(Clone)]
pub(crate) struct ActiveRequests {
    known: Arc<[(Method, Gauge)]>,
    other: Gauge,
}

/// A request that is counted until this is dropped.
pub(crate) struct CountedRequest(Gauge);

impl ActiveRequests {
    pub(crate) fn new() -> Self {
        let of = |name: &'static str| metrics::gauge!(metric::HTTP_SERVER_ACTIVE_REQUESTS, "http_request_method" => name);
        Self {
            known: METHODS
                .into_iter()
                .map(|method| {
                    let gauge = of(method_name(&method));
                    (method, gauge)
                })
                .collect(),
            other: of("_OTHER"),
        }
    }

    pub(crate) fn begin(&self, method: &Method) -> CountedRequest {
        let known = self.known.iter().find(|(known, _)| known == method);
        let gauge = known.map_or(&self.other, |(_, gauge)| gauge).clone();
        gauge.increment(1);
        CountedRequest(gauge)
    }
}

impl Drop for CountedRequest {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}

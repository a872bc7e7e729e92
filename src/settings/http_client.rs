//! The HTTP client of all parts.

use std::time::Duration;

use anyhow::Context;
use reqwest::header::HeaderMap;

/// A client whose requests carry these headers.
pub(crate) fn http_client(headers: HeaderMap) -> anyhow::Result<reqwest::Client> {
    reqwest::Client::builder()
        .default_headers(headers)
        .connect_timeout(Duration::from_secs(5))
        // Between two chunks, not over all: a model may stream for minutes.
        .read_timeout(Duration::from_mins(2))
        // Otherwise a small request on a connection that is kept alive can wait 40 ms.
        .tcp_nodelay(true)
        .build()
        .context("cannot prepare the HTTP client")
}

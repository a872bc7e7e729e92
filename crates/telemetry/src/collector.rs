//! Sends spans to the collector.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, Request, Response, header};
use opentelemetry_http::{HttpClient, HttpError};
use tokio::runtime::Handle;
use tracing::{info, warn};

/// Posts batches of spans. The thread that creates the batches is outside the runtime, on which the requests run.
pub(crate) struct Collector {
    pub(crate) http: reqwest::Client,
    pub(crate) runtime: Handle,
    /// May hold secrets.
    pub(crate) headers: HeaderMap,
    /// Whether the last batch was lost, so that an outage is logged once.
    pub(crate) is_away: AtomicBool,
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collector").finish_non_exhaustive()
    }
}

#[async_trait]
impl HttpClient for Collector {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let sent = self.runtime.spawn(self.send(request)).await;
        let problem = match sent {
            Ok(Ok(response)) if response.status().is_success() => {
                if self.is_away.swap(false, Ordering::Relaxed) {
                    info!("The trace collector accepts spans again");
                }
                return Ok(response);
            }
            Ok(Ok(response)) => {
                self.lost(&format!("it responded with {}", response.status()));
                return Ok(response);
            }
            Ok(Err(problem)) => {
                // The address may hold a credential.
                let problem = problem.without_url();
                self.lost(&problem.to_string());
                problem.into()
            }
            // The process ends.
            Err(problem) => problem.into(),
        };
        Err(problem)
    }
}

impl Collector {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> impl Future<Output = reqwest::Result<Response<Bytes>>> + Send + 'static {
        let (parts, body) = request.into_parts();
        let mut post = self.http.post(parts.uri.to_string());
        // Some of the other options would come from the environment, ignoring flags and the configuration file.
        for name in [header::CONTENT_TYPE, header::USER_AGENT] {
            if let Some(value) = parts.headers.get(&name) {
                post = post.header(name, value);
            }
        }
        let post = post.headers(self.headers.clone()).body(body);
        async {
            let answer = post.send().await?;
            let mut response = Response::new(Bytes::new());
            *response.status_mut() = answer.status();
            *response.body_mut() = answer.bytes().await?;
            Ok(response)
        }
    }

    fn lost(&self, reason: &str) {
        if !self.is_away.swap(true, Ordering::Relaxed) {
            warn!(
                reason,
                "Cannot send spans to the trace collector; they are lost until it accepts them"
            );
        }
    }
}

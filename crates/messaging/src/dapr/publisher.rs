//! Publishes events through the sidecar.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, StatusCode};
use taskwire_domain::TraceParent;
use uuid::Uuid;

use super::sidecar::{Sidecar, SidecarError};
use crate::{CloudEvent, Topic};

/// A complete CloudEvent in structured mode: the sidecar keeps it unchanged, and adds the topic and the component's
/// name.
const STRUCTURED: &str = "application/cloudevents+json";
/// Longest wait for the broker to store the event: longer than the sidecar's own limit (10 s), so that its response
/// arrives. An event that was stored despite a timeout is published again with the same id.
const PUBLISH_TIMEOUT: Duration = Duration::from_secs(15);

/// Publishes to the topics of a pub/sub component.
#[derive(Clone, Debug)]
pub struct Publisher {
    sidecar: Sidecar,
    component: String,
}

/// Why an event was not published.
#[derive(Debug, thiserror::Error)]
#[error("cannot publish to {topic}: {cause}")]
pub struct PublishError {
    /// The topic.
    pub topic: Topic,
    /// The cause.
    #[source]
    pub cause: SidecarError,
}

impl Publisher {
    /// Creates a publisher to the component of this name.
    pub fn new(sidecar: Sidecar, component: impl Into<String>) -> Self {
        Self {
            sidecar,
            component: component.into(),
        }
    }

    /// Publishes an event and returns when the broker has it. Events with the same `key` stay in order if each is
    /// awaited before the next.
    pub async fn publish(
        &self,
        topic: Topic,
        key: Uuid,
        event: &CloudEvent,
    ) -> Result<(), PublishError> {
        let path = ["v1.0", "publish", &self.component, topic.as_str()];
        let query = [("metadata.partitionKey", &*key.to_string())];
        let mut request = self
            .sidecar
            .request(Method::POST, &path, &query)
            .header(CONTENT_TYPE, STRUCTURED)
            .timeout(PUBLISH_TIMEOUT);
        let span = taskwire_telemetry::current_traceparent();
        let parent = span.as_ref().map(TraceParent::as_str);
        if let Some(parent) = parent.or(event.traceparent.as_deref()) {
            request = request.header("traceparent", parent);
        }
        let sent = Sidecar::send(request.body(event.to_json())).await;
        sent.and_then(|response| match response.status() {
            StatusCode::NO_CONTENT => Ok(()),
            // Some other server on the sidecar's port, which has stored nothing.
            status => Err(SidecarError::Unexpected(format!(
                "it responded with {status} to an event, and a sidecar that has published it responds with 204"
            ))),
        })
        .map_err(|cause| PublishError { topic, cause })
    }
}

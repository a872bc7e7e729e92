//! The endpoints that the sidecar calls: subscriptions, deliveries and dead letters.
//!
//! A record that no consumer can handle must neither be lost nor block those behind it. So no response is ever a 404,
//! which a sidecar treats as "drop it"; a delivery to a handler that cannot work now is repeated by the sidecar's retry
//! policy; and only an event that has itself failed too often is given up, by this module, which counts.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use bytes::Bytes;
use metrics::counter;
use serde_json::{Value, json};
use subtle::ConstantTimeEq;
use taskwire_domain::{EventId, Secret, SharedSecret};
use taskwire_telemetry::{OutageLog, metric};
use tracing::{Instrument, Span, debug, error, info_span, warn};

use super::failure_store::{FailureStore, FailureStoreError};
use super::letter::{self, RecordPlace};
use super::sidecar::API_TOKEN;
use super::status::Status;
use crate::handler::handle_within;
use crate::retry::ATTEMPTS;
use crate::{CloudEvent, CloudEventError, Delivery, Handler, Outcome, Topic, trace};

/// Largest delivery accepted, in bytes: the sidecar's default limit, and the envelope around it.
const BODY_MAX: usize = 8 * 1024 * 1024;
/// Longest time a handler may take: shorter than the sidecar's limit for a delivery (15 s), so that the response
/// arrives; longer than a handler waits for the database and the API (10 s), so that it can report their outage.
const HANDLER_LIMIT: Duration = Duration::from_secs(12);
/// Maximum number of failed events remembered until they are handled.
const FAILED_MAX: usize = 10_000;

/// Serves one consumer's deliveries.
pub struct Subscriber {
    handler: Arc<dyn Handler>,
    failures: Arc<dyn FailureStore>,
    /// The pub/sub component that deliveries come from.
    component: String,
    /// Proves that a request comes from the sidecar.
    app_token: SharedSecret,
    /// How often an event may fail before it is given up.
    attempts: u32,
    /// Events whose failures this process has counted.
    failed: Mutex<HashSet<EventId>>,
    /// Outages of what the handler needs. The sidecar delivers the event again and again meanwhile.
    outages: OutageLog,
}

/// The topic to which the sidecar moves records that this consumer gives up.
pub fn dead_letter_topic(topic: Topic, consumer: &str) -> String {
    format!("{topic}.{consumer}.dlq")
}

impl Subscriber {
    /// Creates a subscriber to the topics of `handler` on a pub/sub component. Requests must carry `app_token`
    /// (`APP_API_TOKEN`).
    pub fn new(
        handler: Arc<dyn Handler>,
        failures: Arc<dyn FailureStore>,
        component: impl Into<String>,
        app_token: impl Into<SharedSecret>,
    ) -> Self {
        let outages = OutageLog::new(handler.name(), "handle events");
        Self {
            outages,
            handler,
            failures,
            component: component.into(),
            app_token: app_token.into(),
            attempts: ATTEMPTS,
            failed: Mutex::default(),
        }
    }

    /// The routes that the sidecar calls, and `more` of them, all behind the app's token; `/healthz` is for probes too.
    pub fn router(self, more: Router) -> Router {
        let this = Arc::new(self);
        this.begin_counts();
        Router::new()
            .route("/dapr/subscribe", get(subscriptions))
            .route("/dapr/config", get(|| async { Json(json!({})) }))
            .route("/events/{topic}", post(deliver))
            .route("/dead-letters/{topic}", post(keep))
            .with_state(Arc::clone(&this))
            .merge(more)
            .fallback(any(unknown))
            .method_not_allowed_fallback(unknown)
            .layer(DefaultBodyLimit::max(BODY_MAX))
            .layer(from_fn_with_state(Arc::clone(&this), authenticate))
            .merge(
                Router::new()
                    .route("/healthz", get(health))
                    .with_state(this),
            )
    }

    /// Counters are there from the start: one that begins at 1 has not increased for whoever watches it.
    fn begin_counts(&self) {
        let consumer = self.consumer();
        counter!(metric::FORGED_DELIVERIES, "consumer" => consumer).increment(0);
        for status in Status::ALL {
            counter!(metric::DELIVERIES, "consumer" => consumer, "status" => status.as_str())
                .increment(0);
        }
    }

    fn consumer(&self) -> &'static str {
        self.handler.name()
    }

    async fn handle(&self, event: CloudEvent) -> Outcome {
        let delivery = Delivery {
            seq: event.seq(),
            event,
            attempt: 1,
        };
        handle_within(&*self.handler, &delivery, HANDLER_LIMIT).await
    }

    async fn forget_failures(&self, event: EventId) {
        let has_failed = self
            .failed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&event);
        if has_failed && let Err(broken) = self.failures.forget_failures(event).await {
            // The count then continues where it was, if the event is ever delivered and fails again.
            debug!(consumer = self.consumer(), %broken, "Cannot forget the failures of an event");
        }
    }

    /// The status for this outcome.
    async fn status_for(&self, event: &CloudEvent, outcome: Outcome) -> Status {
        let consumer = self.consumer();
        let (reason, is_final) = match outcome {
            Outcome::Ack => {
                self.outages.worked();
                self.forget_failures(event.id).await;
                return Status::Success;
            }
            Outcome::Unavailable(reason) => {
                self.outages.failed(&reason);
                return Status::Retry;
            }
            Outcome::Retry(reason) => (reason, false),
            Outcome::Drop(reason) => (reason, true),
        };
        {
            let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
            if failed.len() >= FAILED_MAX {
                failed.clear();
            }
            failed.insert(event.id);
        }
        match self.failures.count_failure(event, &reason).await {
            Ok(attempts) if is_final || attempts >= self.attempts => {
                error!(
                    consumer,
                    attempts, reason, "Dead-lettered an event that cannot be handled"
                );
                Status::Drop
            }
            Ok(attempts) => {
                warn!(
                    consumer,
                    attempts, reason, "Could not handle event; it will be delivered again"
                );
                Status::Retry
            }
            // Without a stored reason nobody could find out later why it was given up.
            Err(broken) => {
                debug!(
                    consumer,
                    reason, "Cannot count the failure of an event; it will be delivered again"
                );
                self.outages.failed(&broken);
                Status::Retry
            }
        }
    }
}

/// Refuses requests without the app's token: anybody who reaches the port could forge events.
async fn authenticate(
    State(this): State<Arc<Subscriber>>,
    headers: HeaderMap,
    request: Request,
    next: Next,
) -> Response {
    let shown = headers
        .get(&API_TOKEN)
        .map_or(&b""[..], |token| token.as_bytes());
    let is = |known: &Secret| shown.ct_eq(known.expose().as_bytes()).into();
    if this.app_token.accepts(is) {
        return next.run(request).await;
    }
    this.app_token.refused();
    counter!(metric::FORGED_DELIVERIES, "consumer" => this.consumer()).increment(1);
    warn!(
        consumer = this.consumer(),
        path = request.uri().path(),
        "Refused a request without the app's token"
    );
    (
        StatusCode::UNAUTHORIZED,
        "The header dapr-api-token must contain the app's token.",
    )
        .into_response()
}

async fn subscriptions(State(this): State<Arc<Subscriber>>) -> Json<Value> {
    let consumer = this.consumer();
    let all = this.handler.topics().iter().flat_map(|&topic| {
        let dead_letters = dead_letter_topic(topic, consumer);
        [
            json!({
                "pubsubname": this.component,
                "topic": topic.as_str(),
                "route": format!("/events/{topic}"),
                "deadLetterTopic": dead_letters,
            }),
            // Raw, because a record that is not a CloudEvent would otherwise never leave the topic.
            json!({
                "pubsubname": this.component,
                "topic": dead_letters,
                "route": format!("/dead-letters/{topic}"),
                "metadata": { "rawPayload": "true" },
            }),
        ]
    });
    Json(all.collect())
}

async fn deliver(
    State(this): State<Arc<Subscriber>>,
    Path(name): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Status {
    let status = this.deliver(&name, body).await;
    counter!(metric::DELIVERIES, "consumer" => this.consumer(), "status" => status.as_str())
        .increment(1);
    status
}

/// The event in a delivery, or why there is none.
fn read_event(body: &[u8]) -> Result<CloudEvent, Unreadable> {
    let text = std::str::from_utf8(body).map_err(|_| Unreadable::Text)?;
    Ok(CloudEvent::parse(text)?)
}

/// Why a delivery has no event.
#[derive(Debug, thiserror::Error)]
enum Unreadable {
    #[error("not text")]
    Text,
    #[error(transparent)]
    Event(#[from] CloudEventError),
}

impl Subscriber {
    /// What becomes of a record whose body was not received. One that was cut off on its way comes again as a whole; one
    /// that is too large always will be, and would block those behind it for ever.
    fn not_received(&self, topic: &str, problem: &BytesRejection) -> Status {
        if problem.status() != StatusCode::PAYLOAD_TOO_LARGE {
            return Status::Retry;
        }
        error!(
            consumer = self.consumer(),
            topic, "Gave up a record that is larger than {BODY_MAX} bytes"
        );
        Status::Drop
    }

    async fn deliver(&self, name: &str, body: Result<Bytes, BytesRejection>) -> Status {
        let consumer = self.consumer();
        let body = match body {
            Ok(body) => body,
            Err(problem) => return self.not_received(name, &problem),
        };
        let event = match read_event(&body) {
            Ok(event) => event,
            Err(problem) => {
                error!(
                    consumer,
                    topic = name,
                    %problem,
                    "Dead-lettered a record that is not an event"
                );
                return Status::Drop;
            }
        };
        let topic = self
            .handler
            .topics()
            .iter()
            .find(|topic| topic.as_str() == name);
        let Some(topic) = topic else {
            error!(
                consumer,
                topic = name,
                "Dead-lettered an event of a topic that the consumer does not follow"
            );
            return Status::Drop;
        };
        if !topic.includes(&event) {
            return Status::Success;
        }
        let span = info_span!(
            "delivery",
            consumer,
            event.id = %event.id,
            event.kind = event.kind,
            event.seq = event.seq(),
            event.key = %event.partitionkey,
            trace.parent = tracing::field::Empty,
            otel.kind = tracing::field::Empty,
            otel.name = tracing::field::Empty,
        );
        trace::describe_delivery(&span, consumer);
        trace::continue_trace(&span, &event);
        async {
            let outcome = self.handle(event.clone()).await;
            trace::record_outcome(&Span::current(), &outcome);
            debug!(?outcome, "Handled delivery");
            self.status_for(&event, outcome).await
        }
        .instrument(span)
        .await
    }
}

async fn keep(
    State(this): State<Arc<Subscriber>>,
    Path(topic): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Status {
    let body = match body {
        Ok(body) => body,
        Err(problem) => return this.not_received(&topic, &problem),
    };
    let record = letter::read(&body, RecordPlace::of(topic, &headers));
    warn!(
        consumer = this.consumer(),
        event.id = %record.event,
        reason = record.reason,
        "Stored a dead letter; `taskwire deadletter show` shows it"
    );
    match this.failures.dead_letter(record).await {
        Ok(()) => Status::Success,
        Err(broken) => {
            this.outages.failed(&broken);
            Status::Retry
        }
    }
}

async fn health(State(this): State<Arc<Subscriber>>) -> Response {
    match this.failures.check().await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(FailureStoreError(reason)) => (StatusCode::SERVICE_UNAVAILABLE, reason).into_response(),
    }
}

/// Never 404: an event sent to a wrong route would be lost.
async fn unknown(request: Request) -> Response {
    warn!(method = %request.method(), path = request.uri().path(), "The sidecar called an unknown path");
    (
        StatusCode::SERVICE_UNAVAILABLE,
        "Taskwire serves nothing at this path.",
    )
        .into_response()
}

#[cfg(test)]
#[path = "subscriber_tests.rs"]
mod tests;

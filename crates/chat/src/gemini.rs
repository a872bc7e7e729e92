//! Client for Gemini and other OpenAI-compatible endpoints, over async-openai with our own types.
//!
//! The client's typed stream fails on Gemini's tool calls and drops thought signatures, so chunks are read as JSON.

mod accumulate;
mod attempt;
mod errors;
mod fallback;
mod measured;
mod service;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_openai::middleware::HttpRequestFactory;
use async_openai::middleware::retry::OpenAIRetryLayer;
use async_stream::stream;
use futures::StreamExt;
use futures::stream::BoxStream;
use serde_json::Value;
use taskwire_client::SharedSecret;
use taskwire_domain::{Clock, Ids};
use tokio::time::{Instant, timeout_at};
use tower::{ServiceBuilder, service_fn};
use tracing::warn;

use crate::model::{Model, ModelError, ModelEvent, ModelTurn, Reply};
use accumulate::{Accumulator, Outcome};
use attempt::{Attempt, Next, Skip};
use errors::{Failure, Remedy};
use fallback::ModelChain;
use measured::MeasuredRequest;

/// Retries of one request before its headers: 429 with a short delay, 5xx, no connection.
const RETRIES: usize = 2;

/// The endpoint and the models.
#[derive(Clone, Debug)]
pub struct ModelConfig {
    /// The OpenAI-compatible base URL.
    pub base_url: String,
    /// The key, of which each request takes the newest; without one there is no model.
    pub api_key: Option<SharedSecret>,
    /// Model ids, best first; the next one is asked when one fails.
    pub models: Vec<String>,
    /// Sent as `reasoning_effort` if set; models accept different values.
    pub reasoning_effort: Option<String>,
    /// Timeouts for a model that sends nothing.
    pub idle_timeout: IdleTimeout,
}

/// Time without data after which another model is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IdleTimeout {
    /// Until the first chunk of a response.
    pub first_chunk: Duration,
    /// Between two chunks.
    pub next_chunk: Duration,
}

impl Default for IdleTimeout {
    fn default() -> Self {
        Self {
            first_chunk: Duration::from_secs(20),
            next_chunk: Duration::from_secs(30),
        }
    }
}

/// An invalid configuration.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ModelConfigError {
    /// The key contains characters that are not allowed in a header.
    #[error("the model key contains invalid characters; does it contain a line break?")]
    Key,
    /// No model is configured.
    #[error("no model is configured; name at least one")]
    NoModel,
}

/// The client.
#[derive(Clone)]
pub struct Gemini {
    inner: Arc<Inner>,
    /// First pause before a step is requested again; tests shorten it.
    pause: Duration,
}

struct Inner {
    client: Client<OpenAIConfig>,
    chain: ModelChain,
    effort: Option<String>,
    idle_timeout: IdleTimeout,
    clock: Arc<dyn Clock>,
    ids: Arc<Ids>,
}

impl fmt::Debug for Gemini {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gemini")
            .field("chain", &self.inner.chain)
            .finish_non_exhaustive()
    }
}

impl Gemini {
    /// Creates the client; `None` if no key is configured.
    ///
    /// `http` should have a connect timeout of seconds and a read timeout of a minute or two, and no total timeout.
    pub fn new(
        config: ModelConfig,
        http: reqwest::Client,
        clock: Arc<dyn Clock>,
        ids: Arc<Ids>,
    ) -> Result<Option<Self>, ModelConfigError> {
        let is_empty = |key: &SharedSecret| key.current().expose().trim().is_empty();
        let Some(key) = config.api_key.filter(|key| !is_empty(key)) else {
            return Ok(None);
        };
        if service::bearer(&key.current()).is_err() {
            return Err(ModelConfigError::Key);
        }
        if config.models.is_empty() {
            return Err(ModelConfigError::NoModel);
        }
        // The configuration type reads anything not set here from the environment.
        let settings = OpenAIConfig::new()
            .with_api_base(config.base_url.trim_end_matches('/'))
            // Each request gets its own.
            .with_api_key("")
            .with_org_id("")
            .with_project_id("");
        let (sender, source) = (http.clone(), Arc::clone(&ids));
        let service = ServiceBuilder::new()
            .layer(OpenAIRetryLayer::new(RETRIES))
            .service(service_fn(move |request: HttpRequestFactory| {
                service::send(sender.clone(), Arc::clone(&source), key.clone(), request)
            }));
        let client = Client::build(http, settings).with_http_service(service);
        let inner = Inner {
            client,
            chain: ModelChain::new(config.models),
            effort: config.reasoning_effort,
            idle_timeout: config.idle_timeout,
            clock,
            ids,
        };
        Ok(Some(Self {
            inner: Arc::new(inner),
            pause: Duration::from_secs(1),
        }))
    }

    /// The same client with another first pause before a step is requested again.
    #[must_use]
    pub fn with_pause(self, pause: Duration) -> Self {
        Self { pause, ..self }
    }
}

impl Model for Gemini {
    fn stream(&self, turn: ModelTurn) -> BoxStream<'static, Result<ModelEvent, ModelError>> {
        let Self { inner, pause } = self.clone();
        stream! {
            let mut failure = ModelError::Unreachable;
            // Text of an attempt that broke off; it is discarded once a later one has text.
            let mut is_discarded = false;
            let candidates = inner.chain.candidates(inner.clock.now());
            let count = candidates.len();
            for (position, (index, model)) in candidates.into_iter().enumerate() {
                let model_deadline = model_deadline(turn.deadline, count - position);
                let mut attempt = Attempt { model, effort: inner.effort.clone(), skip: Skip::No, step: 0 };
                loop {
                    let mut step = Accumulator::default();
                    let measured = MeasuredRequest::begin(&attempt.model);
                    let first = model_deadline.min(Instant::now() + inner.idle_timeout.first_chunk);
                    let failed = match within(first, inner.open(&turn, &attempt)).await {
                        Err(failed) => failed,
                        Ok(mut chunks) => {
                            let mut broken = None;
                            let mut next = first;
                            loop {
                                let chunk = match timeout_at(next, chunks.next()).await {
                                    Err(_) => Err(Failure::stalled()),
                                    Ok(None) => break,
                                    Ok(Some(chunk)) => chunk.map_err(|error| Failure::of(&error)),
                                };
                                // A model that has begun to send may continue until the end of the turn.
                                next = turn.deadline.min(Instant::now() + inner.idle_timeout.next_chunk);
                                match chunk.and_then(|chunk| step.push(&chunk)) {
                                    Ok(Some(text)) => {
                                        if std::mem::take(&mut is_discarded) {
                                            yield Ok(ModelEvent::Restart);
                                        }
                                        yield Ok(ModelEvent::Text(text));
                                    }
                                    Ok(None) => {}
                                    Err(failed) => {
                                        broken = Some(failed);
                                        break;
                                    }
                                }
                            }
                            drop(chunks);
                            measured.used(step.usage());
                            is_discarded |= step.has_text();
                            match broken {
                                Some(failed) => failed,
                                None => match inner.finish(step, &attempt.model, &turn) {
                                    Ok(reply) => {
                                        measured.answered();
                                        inner.chain.record_success(index);
                                        if is_discarded && reply.text.is_empty() {
                                            yield Ok(ModelEvent::Restart);
                                        }
                                        yield Ok(ModelEvent::Done(reply));
                                        return;
                                    }
                                    Err(failed) => failed,
                                },
                            }
                        }
                    };
                    measured.failed(&failed.error);
                    match attempt.after(&failed) {
                        Next::Wait(times) if Instant::now() + pause.saturating_mul(times) < model_deadline => {
                            warn!(model = attempt.model, failure = failed.label, attempt = attempt.step, "Retrying the model");
                            tokio::time::sleep(pause.saturating_mul(times)).await;
                        }
                        Next::Now => {
                            warn!(model = attempt.model, failure = failed.label, "Retrying the model with a modified request");
                        }
                        Next::Wait(_) | Next::Model => {
                            warn!(model = attempt.model, failure = failed.label, "Pausing requests to the model");
                            let wait = match failed.error {
                                ModelError::Quota(wait) => wait,
                                _ => None,
                            };
                            inner.chain.pause(index, inner.clock.now(), wait);
                            failure = failed.error;
                            break;
                        }
                        Next::GiveUp => {
                            warn!(model = attempt.model, failure = failed.label, "The model did not respond");
                            yield Err(failed.error);
                            return;
                        }
                    }
                }
            }
            yield Err(failure);
        }
        .boxed()
    }
}

/// The deadline of a model: its share of the time that is left.
fn model_deadline(until: Instant, models: usize) -> Instant {
    let now = Instant::now();
    let left = until.saturating_duration_since(now);
    now + left / u32::try_from(models.max(1)).unwrap_or(u32::MAX)
}

/// The result of a future, if it completes in time.
async fn within<T>(
    until: Instant,
    answer: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    timeout_at(until, answer)
        .await
        .unwrap_or_else(|_| Err(Failure::stalled()))
}

type Chunks = async_openai::types::stream::StreamResponse<Value>;

impl Inner {
    async fn open(&self, turn: &ModelTurn, attempt: &Attempt) -> Result<Chunks, Failure> {
        let body = attempt.body(turn);
        let chunks = self
            .client
            .chat()
            .create_stream_byot::<_, Value>(body)
            .await;
        chunks.map_err(|error| Failure::of(&error))
    }

    fn finish(
        &self,
        step: Accumulator,
        model: &str,
        turn: &ModelTurn,
    ) -> Result<Box<Reply>, Failure> {
        let mut known: Vec<String> = turn.messages.iter().flat_map(call_ids).collect();
        let outcome = step.finish(model, |id| {
            let id = if is_usable(id) && !known.iter().any(|known| known == id) {
                id.to_owned()
            } else {
                format!("call_{}", self.ids.uuid(self.clock.now()).simple())
            };
            known.push(id.clone());
            id
        });
        match outcome {
            Outcome::Reply(reply) => Ok(reply),
            Outcome::Retry(why) => Err(Failure {
                remedy: Remedy::Retry,
                error: ModelError::Unusable,
                label: why.to_owned(),
            }),
            Outcome::Blocked => Err(Failure {
                remedy: Remedy::GiveUp,
                error: ModelError::Blocked,
                label: "stopped by the safety filter".to_owned(),
            }),
        }
    }
}

/// Ids are put into headers and paths; empty and strange ones occur.
fn is_usable(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

fn call_ids(message: &Value) -> Vec<String> {
    let calls = message.get("tool_calls").and_then(Value::as_array);
    let ids = calls
        .into_iter()
        .flatten()
        .filter_map(|call| call.get("id")?.as_str());
    ids.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;

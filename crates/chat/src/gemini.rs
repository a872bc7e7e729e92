//! Gemini, and any other OpenAI-compatible endpoint, over async-openai with our own types.
//!
//! The client's typed stream fails on Gemini's tool calls and drops thought signatures, so chunks are read as JSON.

mod accumulate;
mod errors;
mod fallback;
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
use serde_json::{Map, Value, json};
use taskwire_client::Secret;
use taskwire_domain::{Clock, Ids};
use tower::{ServiceBuilder, service_fn};
use tracing::warn;

use crate::model::{Model, ModelError, ModelEvent, ModelTurn, Reply, ToolChoice};
use accumulate::{Accumulator, Outcome};
use errors::{Failure, Remedy};
use fallback::Chain;

/// Retries of one request before its headers: 429 with a short delay, 5xx, no connection.
const RETRIES: usize = 2;
/// How often a step that brought no answer is asked again of the same model.
const STEP_TRIES: u32 = 2;
/// Stands for a signature that no model gave; only after a request was refused for want of one.
const SKIP_SIGNATURE: &str = "skip_thought_signature_validator";

/// Where the model is and which one it is.
#[derive(Clone, Debug)]
pub struct ModelConfig {
    /// The OpenAI-compatible base URL.
    pub base_url: String,
    /// The key; without one there is no model.
    pub api_key: Option<Secret>,
    /// Model ids, best first; the next one is asked when one fails.
    pub models: Vec<String>,
    /// Sent as `reasoning_effort` if set; models differ in what they take.
    pub reasoning_effort: Option<String>,
}

/// A configuration that cannot work.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ModelConfigError {
    /// The key holds characters that no header can carry.
    #[error("the model key holds characters that cannot be sent; is there a line break in it?")]
    Key,
    /// No model is named.
    #[error("no model is configured; name at least one")]
    NoModel,
}

/// The adapter.
#[derive(Clone)]
pub struct Gemini {
    inner: Arc<Inner>,
    /// First pause before a step is asked again; tests shorten it.
    pause: Duration,
}

struct Inner {
    client: Client<OpenAIConfig>,
    chain: Chain,
    effort: Option<String>,
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
    /// The adapter, or none when no key is configured.
    ///
    /// `http` should have a connect timeout of seconds and a read timeout of a minute or two, and no total timeout.
    pub fn new(
        config: ModelConfig,
        http: reqwest::Client,
        clock: Arc<dyn Clock>,
        ids: Arc<Ids>,
    ) -> Result<Option<Self>, ModelConfigError> {
        let Some(key) = config.api_key.filter(|key| !key.expose().trim().is_empty()) else {
            return Ok(None);
        };
        let key = key.expose().trim();
        if http::HeaderValue::from_str(key).is_err() {
            return Err(ModelConfigError::Key);
        }
        if config.models.is_empty() {
            return Err(ModelConfigError::NoModel);
        }
        // The configuration type reads the environment for whatever is not set here.
        let settings = OpenAIConfig::new()
            .with_api_base(config.base_url.trim_end_matches('/'))
            .with_api_key(key)
            .with_org_id("")
            .with_project_id("");
        let (sender, source) = (http.clone(), Arc::clone(&ids));
        let service = ServiceBuilder::new()
            .layer(OpenAIRetryLayer::new(RETRIES))
            .service(service_fn(move |request: HttpRequestFactory| {
                service::send(sender.clone(), Arc::clone(&source), request)
            }));
        let client = Client::build(http, settings).with_http_service(service);
        let inner = Inner {
            client,
            chain: Chain::new(config.models),
            effort: config.reasoning_effort,
            clock,
            ids,
        };
        Ok(Some(Self {
            inner: Arc::new(inner),
            pause: Duration::from_secs(1),
        }))
    }

    /// The same adapter with another first pause before a step is asked again.
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
            for (index, model) in inner.chain.candidates(inner.clock.now()) {
                let mut attempt = Attempt { model, effort: inner.effort.clone(), skip: Skip::No, step: 0 };
                loop {
                    let mut step = Accumulator::default();
                    let failed = match inner.open(&turn, &attempt).await {
                        Err(failed) => failed,
                        Ok(mut chunks) => {
                            let mut broken = None;
                            while let Some(chunk) = chunks.next().await {
                                let chunk = chunk.map_err(|error| Failure::of(&error));
                                match chunk.and_then(|chunk| step.push(&chunk)) {
                                    Ok(Some(text)) => yield Ok(ModelEvent::Text(text)),
                                    Ok(None) => {}
                                    Err(failed) => {
                                        broken = Some(failed);
                                        break;
                                    }
                                }
                            }
                            drop(chunks);
                            let had_text = step.has_text();
                            let failed = match broken {
                                Some(failed) => failed,
                                None => match inner.judge(step, &attempt.model, &turn) {
                                    Ok(reply) => {
                                        inner.chain.works(index);
                                        yield Ok(ModelEvent::Done(reply));
                                        return;
                                    }
                                    Err(failed) => failed,
                                },
                            };
                            if had_text && failed.error != ModelError::Blocked {
                                yield Ok(ModelEvent::Restart);
                            }
                            failed
                        }
                    };
                    match attempt.after(&failed) {
                        Next::Wait(times) => {
                            warn!(model = attempt.model, failure = failed.label, attempt = attempt.step, "Asking the model again");
                            tokio::time::sleep(pause.saturating_mul(times)).await;
                        }
                        Next::Now => {
                            warn!(model = attempt.model, failure = failed.label, "Asking the model again, changed");
                        }
                        Next::Model => {
                            warn!(model = attempt.model, failure = failed.label, "Leaving the model alone for a while");
                            let wait = match failed.error {
                                ModelError::Quota(wait) => wait,
                                _ => None,
                            };
                            inner.chain.rest(index, inner.clock.now(), wait);
                            failure = failed.error;
                            break;
                        }
                        Next::GiveUp => {
                            warn!(model = attempt.model, failure = failed.label, "The model did not answer");
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

/// What replaces signatures in a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Skip {
    No,
    /// Where there is none: the model said it was missing.
    Missing,
    /// Everywhere in the turn: another model's signature was not accepted.
    All,
}

/// One way of asking one model.
struct Attempt {
    model: String,
    effort: Option<String>,
    skip: Skip,
    step: u32,
}

enum Next {
    /// The same again after so many pauses.
    Wait(u32),
    /// Changed, at once.
    Now,
    Model,
    GiveUp,
}

impl Attempt {
    fn after(&mut self, failed: &Failure) -> Next {
        match failed.remedy {
            Remedy::Again if self.step < STEP_TRIES => {
                self.step += 1;
                Next::Wait(self.step)
            }
            Remedy::Again | Remedy::NextModel => Next::Model,
            Remedy::SkipSignature if self.skip != Skip::All => {
                let is_missing = self.skip == Skip::No
                    && matches!(&failed.error, ModelError::Refused(text) if text.contains("missing"));
                self.skip = if is_missing { Skip::Missing } else { Skip::All };
                Next::Now
            }
            Remedy::DropEffort if self.effort.take().is_some() => Next::Now,
            Remedy::SkipSignature | Remedy::DropEffort | Remedy::GiveUp => Next::GiveUp,
        }
    }
}

type Chunks = async_openai::types::stream::StreamResponse<Value>;

impl Inner {
    async fn open(&self, turn: &ModelTurn, attempt: &Attempt) -> Result<Chunks, Failure> {
        let body = body(turn, attempt);
        let chunks = self
            .client
            .chat()
            .create_stream_byot::<_, Value>(body)
            .await;
        chunks.map_err(|error| Failure::of(&error))
    }

    fn judge(
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
            Outcome::Again(why) => Err(Failure {
                remedy: Remedy::Again,
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

/// Ids travel in headers and paths; empty and strange ones occur.
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

/// Sends only what is meant: unknown top-level fields are refused.
fn body(turn: &ModelTurn, attempt: &Attempt) -> Value {
    let mut messages = turn.messages.clone();
    if attempt.skip != Skip::No {
        skip_signatures(&mut messages, attempt.skip);
    }
    let mut body = Map::new();
    body.insert("model".into(), json!(attempt.model));
    body.insert("messages".into(), messages.into());
    if !turn.tools.is_empty() {
        body.insert("tools".into(), turn.tools.clone().into());
        let choice = match turn.tool_choice {
            ToolChoice::Auto => "auto",
            ToolChoice::None => "none",
        };
        body.insert("tool_choice".into(), json!(choice));
    }
    body.insert("stream".into(), json!(true));
    body.insert("stream_options".into(), json!({"include_usage": true}));
    if let Some(effort) = &attempt.effort {
        body.insert("reasoning_effort".into(), json!(effort));
    }
    body.into()
}

/// Gives the first call of each step of the current turn the literal that Gemini takes in place of a signature.
fn skip_signatures(messages: &mut [Value], skip: Skip) {
    let is_user = |message: &Value| message.get("role").is_some_and(|role| role == "user");
    let turn = messages.iter().rposition(is_user).unwrap_or_default();
    for message in messages.iter_mut().skip(turn) {
        let Some(call) = message
            .pointer_mut("/tool_calls/0")
            .and_then(Value::as_object_mut)
        else {
            continue;
        };
        let signature = call
            .get("extra_content")
            .and_then(|extra| extra.pointer("/google/thought_signature"));
        if skip == Skip::All || signature.is_none() {
            let extra = json!({"google": {"thought_signature": SKIP_SIGNATURE}});
            call.insert("extra_content".into(), extra);
        }
    }
}

#[cfg(test)]
mod tests;

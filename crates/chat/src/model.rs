//! The interface to a language model: a request goes in, events come out.
//!
//! Messages have the chat-completions format that most providers share. The messages of the model are stored and sent
//! back verbatim, with whatever the provider added (Gemini's thought signatures); they are not interpreted here.

use std::fmt;
use std::time::Duration;

use futures::stream::BoxStream;
use serde_json::Value;

/// Whether the model may call tools.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ToolChoice {
    /// It decides.
    Auto,
    /// It must reply with text.
    None,
}

/// One request to the model.
#[derive(Clone, Debug)]
pub struct ModelTurn {
    /// System message first, then whole user turns, the newest last.
    pub messages: Vec<Value>,
    /// Tools in the OpenAI format, always in the same order so that a provider can cache the prefix.
    pub tools: Vec<Value>,
    /// Whether tools may be called.
    pub tool_choice: ToolChoice,
    /// The deadline of the turn.
    pub deadline: tokio::time::Instant,
}

/// An event while the model replies.
#[derive(Clone, PartialEq, Debug)]
pub enum ModelEvent {
    /// More text.
    Text(String),
    /// The text of this step so far is discarded because the step begins again. Sent only when there is something to
    /// take its place; the text of a model that finally breaks off stays.
    Restart,
    /// The step is complete; this is the last event.
    Done(Box<Reply>),
}

/// A complete step.
#[derive(Clone, PartialEq, Debug)]
pub struct Reply {
    /// The assistant message, to be stored and sent back verbatim.
    pub message: Value,
    /// Its text.
    pub text: String,
    /// Its tool calls, in order.
    pub calls: Vec<Call>,
    /// Whether it was truncated by a length limit.
    pub is_cut: bool,
    /// Tokens of the request, as the provider counted them.
    pub prompt_tokens: Option<u64>,
    /// The model that replied.
    pub model: String,
}

/// A tool call whose arguments are a JSON object.
#[derive(Clone, PartialEq, Debug)]
pub struct Call {
    /// The call's id, unique within the conversation.
    pub id: String,
    /// The tool.
    pub name: String,
    /// The arguments.
    pub arguments: serde_json::Map<String, Value>,
}

/// The error after all retries and models have failed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ModelError {
    /// It does not respond, or only with failures.
    #[error("the model cannot be reached")]
    Unreachable,
    /// It did not begin in time, or stalled.
    #[error("the model did not respond in time")]
    Stalled,
    /// The quota is used up; it may be renewed after the given time.
    #[error("the model's quota is used up")]
    Quota(Option<Duration>),
    /// The key is not accepted.
    #[error("the model endpoint does not accept the key")]
    Key,
    /// The request was refused; the text is the endpoint's own.
    #[error("the model endpoint rejected the request: {0}")]
    Refused(String),
    /// Its responses were repeatedly unusable.
    #[error("the model's responses were not usable")]
    Unusable,
    /// The provider's safety filter stopped the reply.
    #[error("the model's safety filter blocked the response")]
    Blocked,
}

/// A language model that can call tools.
pub trait Model: Send + Sync + fmt::Debug {
    /// Streams one step. Dropping the stream cancels it. The last item is [`ModelEvent::Done`] or an error.
    fn stream(&self, turn: ModelTurn) -> BoxStream<'static, Result<ModelEvent, ModelError>>;
}

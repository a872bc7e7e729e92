//! A turn: the answer to a person's message or approval.
//!
//! The turn runs in its own task. Its progress is stored after each step; the gate decides what may run.

mod answer;
mod approvals;
mod calls;
mod due_before;
mod key;
mod recover;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use taskwire_client::{Client, Secret};
use taskwire_domain::Zone;
use taskwire_domain::contract::{MessageInput, StoredMessage};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use crate::chat::Inner;
use crate::gate::ChangedTasks;
use crate::history::{self, ModelTranscript};
use crate::model::{Call, ModelError};
use crate::part;
use crate::record::{Record, Undone};
use crate::stream::FinishReason;
use crate::tools::{ToolOutcome, Tools};
use crate::turn_state::Lease;
use crate::ui_message::UiMessage;

pub(crate) use approvals::ApprovalResponse;

/// The cause of a turn.
#[derive(Debug)]
pub(crate) enum Cause {
    /// A message.
    Text(String),
    /// Approvals of calls in the message being continued.
    Approvals(Vec<ApprovalResponse>),
    /// Only a reply with this text: a typed answer to the questions of the previous message was applied.
    Report(String),
    /// A message that does not answer the questions of the previous one: they are asked again.
    AskAgain(PendingCalls),
    /// Nothing new: an interrupted message is closed and shown, beginning after the answers to these questions
    /// if the reader has the rest.
    Close(Vec<String>),
}

/// Calls of a command that wait for a yes or no, each with its question.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct PendingCalls {
    pub(crate) calls: Vec<(Call, String)>,
    pub(crate) undoes: Option<Undone>,
}

/// A turn and its dependencies.
pub(crate) struct Turn {
    pub(crate) chat: Arc<Inner>,
    /// The API, with the person's credential.
    pub(crate) client: Client,
    pub(crate) token: Secret,
    pub(crate) zone: Zone,
    pub(crate) conversation: String,
    /// The id of the assistant message being written, which also identifies the turn in the actor of every change.
    pub(crate) message: String,
    /// The conversation up to and including the person's newest message.
    pub(crate) before: Vec<StoredMessage>,
    pub(crate) ui: UiMessage,
    pub(crate) transcript: ModelTranscript,
    pub(crate) record: Record,
    pub(crate) cancel: CancellationToken,
    /// The right to have effects; when it is lost, the turn is dropped.
    pub(crate) lease: Lease,
    pub(crate) state: State,
}

/// The state of a turn while it runs.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) changed_tasks: ChangedTasks,
    /// How often each call has occurred.
    pub(crate) repeats: HashMap<String, usize>,
    /// Writes of the answer that is being regenerated: their outcomes are reused, they never run again.
    pub(crate) committed: HashMap<String, Value>,
    /// The calls that ran in this stream, to be described in sentences if the model breaks off.
    pub(crate) done: Vec<(Call, ToolOutcome)>,
    /// Whether the turn of the message being continued was killed.
    pub(crate) is_interrupted: bool,
    /// Whether another answer is written; the changes of the first one are kept and shown at the start.
    pub(crate) is_regeneration: bool,
    /// The text of the next question, if the gate's own would not explain it.
    pub(crate) question: Option<String>,
    /// The deadline of the turn.
    pub(crate) deadline: Option<Instant>,
}

impl State {
    pub(crate) fn new(is_interrupted: bool, is_regeneration: bool) -> Self {
        Self {
            is_interrupted,
            is_regeneration,
            ..Self::default()
        }
    }
}

/// How a part of a turn ended.
pub(crate) enum End {
    /// The model continues.
    Continue,
    /// The reply is complete.
    Finish(FinishReason),
    /// The reply is complete, and the stored message stays as it is.
    Unchanged(FinishReason),
    /// It was cancelled.
    Cancelled,
}

impl End {
    /// Its name in metrics.
    pub(crate) fn as_str(&self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Continue => "stop",
            Self::Finish(reason) | Self::Unchanged(reason) => match reason {
                FinishReason::Stop => "stop",
                FinishReason::Length => "length",
                FinishReason::ContentFilter => "content_filter",
                FinishReason::ToolCalls => "approval",
                FinishReason::Error => "error",
                FinishReason::Other => "limit",
            },
        }
    }
}

impl Turn {
    /// Stores the message as it is now, and returns whether that succeeded. A failure is not the reader's fault; it is
    /// retried and then reported.
    pub(crate) async fn save(&mut self) -> bool {
        let body = MessageInput {
            role: "assistant".into(),
            parts: part::write(self.ui.parts()),
            model: Some(self.record.to_json(&self.transcript)),
        };
        let mut pause = Duration::from_millis(100);
        for attempt in 1..=3 {
            self.lease.ensure().await;
            match self
                .client
                .put_message(&self.conversation, &self.message, &body)
                .await
            {
                Ok(_) => return true,
                Err(error) if error.is_transient() && attempt < 3 => {
                    warn!(chat.message = self.message, attempt, %error, "Retrying to store the message");
                    tokio::time::sleep(pause).await;
                    pause = pause.saturating_mul(4);
                }
                Err(error) => {
                    error!(chat.message = self.message, %error, "Cannot store the message");
                    break;
                }
            }
        }
        self.ui.notice(
            "This reply could not be stored; it will be missing when the page is reloaded.",
        );
        false
    }

    /// Makes a call that changes something, with its key.
    async fn write(&self, tools: &Tools, call: &Call, key: Option<&str>) -> ToolOutcome {
        self.lease.ensure().await;
        tools.call(&self.message, call, key).await
    }

    /// The deadline of the turn.
    pub(crate) fn deadline(&self) -> Instant {
        self.state
            .deadline
            .unwrap_or_else(|| Instant::now() + self.chat.config.limits.turn)
    }

    fn window(&self) -> history::Window {
        let limits = &self.chat.config.limits;
        history::Window {
            turns: limits.history_turns,
            tokens: limits.history_tokens,
        }
    }
}

/// Identifies the same call with the same arguments; objects are ordered by key.
fn fingerprint(name: &str, input: &Value) -> String {
    format!("{name} {input}")
}

/// A sentence that explains why there is no answer.
pub(crate) fn failure_text(error: &ModelError) -> String {
    match error {
        ModelError::Quota(Some(wait)) if wait.as_secs() >= 120 => {
            format!(
                "The model's quota is used up for about {} minutes.",
                wait.as_secs().div_ceil(60)
            )
        }
        ModelError::Quota(_) => "The model's quota is used up for now.".to_owned(),
        ModelError::Key => "The model endpoint does not accept the configured key.".to_owned(),
        ModelError::Refused(text) => format!("The model endpoint rejected the request: {text}"),
        ModelError::Unusable => "The model did not return a usable response.".to_owned(),
        ModelError::Stalled => "The model did not respond in time.".to_owned(),
        ModelError::Unreachable | ModelError::Blocked => {
            "The model cannot be reached right now.".to_owned()
        }
    }
}

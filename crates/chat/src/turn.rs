//! One turn: from a person's words, or their click, to an answer.
//!
//! The turn runs in its own task. Whatever ran is kept after each step; what the loop may run is decided by the gate.

mod answer;
mod calls;
mod click;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use taskwire_client::{Client, Secret};
use taskwire_domain::Zone;
use taskwire_domain::contract::{MessageInput, StoredMessage};
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use crate::chat::Inner;
use crate::command;
use crate::gate::Touched;
use crate::history::{self, Ledger};
use crate::model::{Call, ModelError};
use crate::page::Page;
use crate::stream::FinishReason;
use crate::tools::{ToolOutcome, Tools};

pub(crate) use click::Click;

/// What started the turn.
#[derive(Debug)]
pub(crate) enum Cause {
    /// Words.
    Text(String),
    /// Clicks on questions of the message being continued.
    Clicks(Vec<Click>),
}

/// A turn and all it needs.
pub(crate) struct Turn {
    pub(crate) chat: Arc<Inner>,
    /// The API, as the person.
    pub(crate) client: Client,
    pub(crate) token: Secret,
    pub(crate) zone: Zone,
    pub(crate) conversation: String,
    /// The assistant message being written; also the name of the turn for the actor of every change.
    pub(crate) message: String,
    /// The conversation up to and with the person's newest message.
    pub(crate) before: Vec<StoredMessage>,
    pub(crate) page: Page,
    pub(crate) ledger: Ledger,
    pub(crate) cancel: CancellationToken,
    pub(crate) state: State,
}

/// What a turn remembers while it runs.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) touched: Touched,
    /// How often each call has come.
    repeats: HashMap<String, usize>,
    /// Writes of the answer that is being regenerated: answered from here, never run again.
    committed: HashMap<String, Value>,
    /// What ran in this stream, to be told in plain words if the model falls silent.
    done: Vec<(Call, ToolOutcome)>,
    is_command: bool,
    /// The parts of the message are shown again at the start; a continued message's reader has them already.
    is_recall: bool,
    usage: Option<(u64, usize)>,
    model: Option<String>,
}

impl State {
    pub(crate) fn new(is_command: bool, is_recall: bool) -> Self {
        Self {
            is_command,
            is_recall,
            ..Self::default()
        }
    }
}

/// How a part of a turn ended.
pub(crate) enum End {
    /// The model goes on.
    Continue,
    /// The reply is over.
    Finish(FinishReason),
    /// Somebody stopped it.
    Cancelled,
}

impl Turn {
    /// Runs the turn to its end and tells its readers.
    pub(crate) async fn run(mut self, cause: Cause) {
        self.page.start(&self.message);
        if self.state.is_recall {
            self.page.replay();
        }
        let tools = tokio::select! {
            biased;
            () = self.cancel.cancelled() => None,
            tools = self.chat.config.tools.connect(&self.token, self.client.trace()) => Some(tools),
        };
        let end = match tools {
            None => End::Cancelled,
            Some(Err(error)) => {
                self.page.error(&format!(
                    "Your message is kept, but {error}. Try again in a moment."
                ));
                End::Finish(FinishReason::Error)
            }
            Some(Ok(tools)) => {
                let end = match cause {
                    Cause::Text(text) => self.converse(&tools, Some(&text)).await,
                    Cause::Clicks(clicks) => self.clicked(&tools, clicks).await,
                };
                tools.close().await;
                end
            }
        };
        self.end(end).await;
    }

    async fn end(&mut self, end: End) {
        let has_parts = self
            .page
            .parts()
            .iter()
            .any(|part| part.get("type").is_some_and(|kind| kind != "step-start"));
        match end {
            End::Cancelled => {
                self.ledger.close(&json!({"status": "cancelled"}));
                self.page.abort();
                if has_parts {
                    self.save().await;
                }
                self.page.finish(FinishReason::Other);
            }
            End::Finish(reason) => {
                self.page.end_step();
                if has_parts {
                    self.save().await;
                }
                self.page.finish(reason);
            }
            End::Continue => self.page.finish(FinishReason::Other),
        }
    }

    /// With the model, or by commands where there is none.
    async fn converse(&mut self, tools: &Tools, text: Option<&str>) -> End {
        let Some(model) = self.chat.config.model.clone() else {
            return self.follow(tools, text, command::NO_KEY).await;
        };
        match self.answer(tools, model.as_ref()).await {
            Ok(end) => end,
            Err(ModelError::Blocked) => {
                self.page
                    .notice("The model's safety filter stopped this answer. Other words may work.");
                self.ledger
                    .say("(The answer was stopped by a safety filter.)");
                End::Finish(FinishReason::ContentFilter)
            }
            Err(error) => {
                let why = excuse(&error);
                self.follow(tools, text, &why).await
            }
        }
    }

    /// Without the model: follows a simple command, or tells what has happened so far.
    async fn follow(&mut self, tools: &Tools, text: Option<&str>, why: &str) -> End {
        self.page.begin_step();
        self.page.notice(why);
        let done = std::mem::take(&mut self.state.done);
        match text {
            Some(text) if done.is_empty() && self.ledger.messages().is_empty() => {
                self.state.is_command = true;
                command::run(self, tools, text).await
            }
            _ => {
                let told: Vec<String> = done
                    .iter()
                    .map(|(call, outcome)| command::tell(&call.name, outcome, &self.zone))
                    .collect();
                let told = told.join("\n");
                if !told.is_empty() {
                    self.page.say(&told);
                }
                self.ledger.say(&told);
                End::Finish(FinishReason::Stop)
            }
        }
    }

    /// Keeps the message as it is now. A failure is not the reader's fault; it is tried again and then told.
    async fn save(&mut self) {
        let mut model = json!({
            "mode": if self.state.is_command { "command" } else { "model" },
            "messages": self.ledger.messages(),
        });
        if let Some(fields) = model.as_object_mut() {
            if let Some((tokens, chars)) = self.state.usage {
                fields.insert("prompt_tokens".into(), json!(tokens));
                fields.insert("prompt_chars".into(), json!(chars));
            }
            if let Some(name) = &self.state.model {
                fields.insert("model".into(), json!(name));
            }
        }
        let body = MessageInput {
            role: "assistant".into(),
            parts: self.page.parts().to_vec().into(),
            model: Some(model),
        };
        let mut pause = Duration::from_millis(100);
        for attempt in 1..=3 {
            match self
                .client
                .put_message(&self.conversation, &self.message, &body)
                .await
            {
                Ok(_) => return,
                Err(error) if error.is_transient() && attempt < 3 => {
                    warn!(chat.message = self.message, attempt, %error, "Keeping the message again");
                    tokio::time::sleep(pause).await;
                    pause = pause.saturating_mul(4);
                }
                Err(error) => {
                    error!(chat.message = self.message, %error, "The message could not be kept");
                    self.page.notice(
                        "This reply could not be stored; it will be missing when the page is reloaded.",
                    );
                    return;
                }
            }
        }
    }

    /// Takes over an earlier answer whose changes stand: they are shown and sent to the model, but never run again.
    pub(crate) fn recall(&mut self, ledger: Ledger) {
        for part in self.page.parts() {
            if part
                .get("state")
                .is_some_and(|state| state == "output-available")
                && let (Some(name), Some(input)) = (
                    part.get("toolName").and_then(Value::as_str),
                    part.get("input"),
                )
            {
                let output = part.get("output").cloned().unwrap_or_default();
                self.state
                    .committed
                    .insert(fingerprint(name, input), output);
            }
        }
        self.ledger = ledger;
    }

    fn window(&self) -> history::Window {
        let limits = &self.chat.config.limits;
        history::Window {
            turns: limits.history_turns,
            tokens: limits.history_tokens,
        }
    }
}

/// The same call with the same arguments; objects are ordered by key.
fn fingerprint(name: &str, input: &Value) -> String {
    format!("{name} {input}")
}

fn excuse(error: &ModelError) -> String {
    let why = match error {
        ModelError::Quota(Some(wait)) if wait.as_secs() >= 120 => {
            format!(
                "The model's quota is used up for about {} minutes.",
                wait.as_secs().div_ceil(60)
            )
        }
        ModelError::Quota(_) => "The model's quota is used up for now.".to_owned(),
        ModelError::Key => "The model endpoint does not accept the configured key.".to_owned(),
        ModelError::Refused(text) => format!("The model endpoint refused the request: {text}"),
        ModelError::Unusable => "The model did not give a usable answer.".to_owned(),
        ModelError::Unreachable | ModelError::Blocked => {
            "The model cannot be reached right now.".to_owned()
        }
    };
    format!(
        "{why} Your message is kept. Meanwhile simple commands work: {}.",
        command::WORDS
    )
}

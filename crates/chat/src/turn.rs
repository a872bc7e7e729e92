//! One turn: from a person's words, or their click, to an answer.
//!
//! The turn runs in its own task. Whatever ran is kept after each step; what the loop may run is decided by the gate.

mod answer;
mod calls;
mod click;
mod key;
mod moved;
mod recover;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use taskwire_client::{Client, Secret};
use taskwire_domain::Zone;
use taskwire_domain::contract::{MessageInput, StoredMessage};
use taskwire_domain::grammar::Context;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use crate::chat::Inner;
use crate::command;
use crate::gate::Touched;
use crate::history::{self, Ledger};
use crate::model::{Call, ModelError};
use crate::page::Page;
use crate::record::{Mode, Progress, Record};
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
    /// Only to say this: the words answered the questions of the message before.
    Say(String),
    /// Nothing new: an interrupted message is closed and shown, from what followed the answers to these questions on
    /// where its reader has the rest.
    Close(Vec<String>),
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
    pub(crate) record: Record,
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
    /// The turn of the message being continued was killed.
    is_interrupted: bool,
    /// The message is written anew: what it changed stands and is shown again at the start.
    is_recall: bool,
    /// When the turn must be over.
    until: Option<Instant>,
}

impl State {
    pub(crate) fn new(is_interrupted: bool, is_recall: bool) -> Self {
        Self {
            is_interrupted,
            is_recall,
            ..Self::default()
        }
    }
}

/// Said when the outcome of an interrupted call cannot be found out.
const UNSETTLED: &str = "An earlier change in this conversation was interrupted, and its outcome is not known yet. Nothing was changed. Try again in a moment.";

/// How a part of a turn ended.
pub(crate) enum End {
    /// The model goes on.
    Continue,
    /// The reply is over.
    Finish(FinishReason),
    /// The reply is over, and what is kept of the message is right as it is.
    Unchanged(FinishReason),
    /// Somebody stopped it.
    Cancelled,
}

impl Turn {
    /// Runs the turn to its end and tells its readers.
    pub(crate) async fn run(mut self, cause: Cause) {
        self.state.until = Some(Instant::now() + self.chat.config.limits.turn);
        self.page.start(&self.message);
        let tools = tokio::select! {
            biased;
            () = self.cancel.cancelled() => None,
            tools = self.chat.config.tools.connect(&self.token, self.client.trace()) => Some(tools),
        };
        let end = match tools {
            None => End::Cancelled,
            Some(Err(error)) => {
                self.page.error(&format!(
                    "Your message is saved, but {error}. Try again in a moment."
                ));
                End::Unchanged(FinishReason::Error)
            }
            Some(Ok(tools)) => {
                let end = self.work(&tools, cause).await;
                tools.close().await;
                end
            }
        };
        self.end(end).await;
    }

    /// First what was interrupted, then what is asked for.
    async fn work(&mut self, tools: &Tools, cause: Cause) -> End {
        if self.state.is_interrupted {
            // A reader of clicks has the parts and only misses outcomes; others are shown the whole below.
            self.page.mute(!matches!(cause, Cause::Clicks(_)));
            let is_settled = self.recover(tools).await;
            self.page.mute(false);
            if !is_settled {
                self.page.error(UNSETTLED);
                return End::Unchanged(FinishReason::Error);
            }
            if !matches!(cause, Cause::Close(_)) {
                self.record.progress = Progress::Running;
            }
        }
        if self.state.is_recall {
            self.recall();
            self.page.replay();
        }
        match cause {
            Cause::Text(text) => self.converse(tools, Some(&text)).await,
            Cause::Clicks(clicks) => self.clicked(tools, clicks).await,
            Cause::Say(text) => {
                self.record.mode = Mode::Command;
                self.page.begin_step();
                self.page.say(&text);
                self.ledger.say(&text);
                End::Finish(FinishReason::Stop)
            }
            Cause::Close(approvals) => {
                let approvals: Vec<&str> = approvals.iter().map(String::as_str).collect();
                self.page.replay_after(&approvals);
                End::Unchanged(if self.page.pending().is_empty() {
                    FinishReason::Stop
                } else {
                    FinishReason::ToolCalls
                })
            }
        }
    }

    async fn end(&mut self, end: End) {
        let has_parts = self
            .page
            .parts()
            .iter()
            .any(|part| part.get("type").is_some_and(|kind| kind != "step-start"));
        if !matches!(end, End::Unchanged(_)) && self.record.progress == Progress::Running {
            self.record.progress = Progress::Closed;
        }
        match end {
            End::Unchanged(reason) => {
                self.page.finish(reason);
            }
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
            return self.follow(tools, text, Some(command::NO_KEY)).await;
        };
        let context = Context::new(self.chat.config.clock.now(), self.zone.clone());
        if text.is_some_and(|text| command::is_slash(text, &context)) {
            return self.follow(tools, text, None).await;
        }
        match self.answer(tools, model.as_ref()).await {
            Ok(end) => end,
            Err(ModelError::Blocked) => {
                self.page.notice(
                    "The model's safety filter blocked this response. Try rephrasing your message.",
                );
                self.ledger
                    .say("(The response was blocked by a safety filter.)");
                End::Finish(FinishReason::ContentFilter)
            }
            Err(error) => {
                let why = format!(
                    "{} Your message is saved. Until the model is back, these commands work: {}.",
                    failure_text(&error),
                    command::WORDS
                );
                self.follow(tools, text, Some(&why)).await
            }
        }
    }

    /// Without the model: follows a simple command, or tells what has happened so far.
    async fn follow(&mut self, tools: &Tools, text: Option<&str>, why: Option<&str>) -> End {
        self.page.begin_step();
        if let Some(why) = why {
            self.page.notice(why);
        }
        let done = std::mem::take(&mut self.state.done);
        match text {
            Some(text) if done.is_empty() && self.ledger.messages().is_empty() => {
                self.record.mode = Mode::Command;
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

    /// Keeps the message as it is now, and answers whether it could be kept. A failure is not the reader's fault; it is
    /// tried again and then told.
    async fn save(&mut self) -> bool {
        let body = MessageInput {
            role: "assistant".into(),
            parts: self.page.parts().to_vec().into(),
            model: Some(self.record.with(&self.ledger)),
        };
        let mut pause = Duration::from_millis(100);
        for attempt in 1..=3 {
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
        self.page.notice(
            "This reply could not be stored; it will be missing when the page is reloaded.",
        );
        false
    }

    /// When the turn must be over.
    fn until(&self) -> Instant {
        self.state
            .until
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

/// The same call with the same arguments; objects are ordered by key.
fn fingerprint(name: &str, input: &Value) -> String {
    format!("{name} {input}")
}

/// Why there is no answer, in a sentence.
fn failure_text(error: &ModelError) -> String {
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

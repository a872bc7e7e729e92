//! One turn from its start to its end: first what was interrupted, then the clicks or the words, with the model or by
//! commands.

use serde_json::json;
use taskwire_domain::grammar::Context;
use tokio::time::Instant;

use crate::command;
use crate::model::ModelError;
use crate::outcome;
use crate::part::Part;
use crate::record::{Mode, Progress};
use crate::stream::FinishReason;
use crate::tools::Tools;
use crate::turn::{Cause, End, Turn, failure_text};

/// Said when the outcome of an interrupted call cannot be found out.
const UNSETTLED: &str = "An earlier change in this conversation was interrupted, and its outcome is not known yet. Nothing was changed. Try again in a moment.";

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
            self.page.mute(true);
            self.finish_writes(tools).await;
            self.page.mute(false);
            self.recall();
            self.page.replay();
        }
        match cause {
            Cause::Text(text) => self.converse(tools, Some(&text)).await,
            Cause::Clicks(clicks) => match self.clicked(tools, clicks).await {
                End::Continue => self.converse(tools, None).await,
                end => end,
            },
            Cause::Say(text) => {
                self.record.mode = Mode::Command;
                self.page.begin_step();
                self.page.say(&text);
                self.ledger.say(&text);
                End::Finish(FinishReason::Stop)
            }
            Cause::AskAgain(waiting) => command::ask_again(self, tools, waiting).await,
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
            .any(|part| !matches!(part, Part::StepStart(_)));
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
                    .map(|(call, outcome)| outcome::tell(&call.name, outcome, &self.zone))
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
}

//! Runs a turn: first recovers interrupted calls, then handles the approvals or the message, with the model or
//! as a command.

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

/// Shown when the outcome of an interrupted call cannot be determined.
const OUTCOME_UNKNOWN: &str = "An earlier change in this conversation was interrupted, and its outcome is not known yet. Nothing was changed. Try again in a moment.";

impl Turn {
    /// Runs the turn to its end and streams it to its readers. Returns who answered, and how it ended.
    pub(crate) async fn run(mut self, cause: Cause) -> (Mode, &'static str) {
        self.state.deadline = Some(Instant::now() + self.chat.config.limits.turn);
        self.ui.start(&self.message);
        let tools = tokio::select! {
            biased;
            () = self.cancel.cancelled() => None,
            tools = self.chat.config.tools.connect(&self.token, self.client.trace()) => Some(tools),
        };
        let end = match tools {
            None => End::Cancelled,
            Some(Err(error)) => {
                self.ui.error(&format!(
                    "Your message is saved, but {error}. Try again in a moment."
                ));
                End::Unchanged(FinishReason::Error)
            }
            Some(Ok(tools)) => {
                let end = self.run_cause(&tools, cause).await;
                tools.close().await;
                end
            }
        };
        let outcome = end.as_str();
        self.end(end).await;
        (self.record.mode, outcome)
    }

    /// Recovers interrupted calls, then handles the cause of the turn.
    async fn run_cause(&mut self, tools: &Tools, cause: Cause) -> End {
        if self.state.is_interrupted {
            // A client that sent approvals has the parts and only lacks the outcomes; others get everything below.
            self.ui.mute(!matches!(cause, Cause::Approvals(_)));
            let is_recovered = self.recover(tools).await;
            self.ui.mute(false);
            if !is_recovered {
                self.ui.error(OUTCOME_UNKNOWN);
                return End::Unchanged(FinishReason::Error);
            }
            if !matches!(cause, Cause::Close(_)) {
                self.record.progress = Progress::Running;
            }
        }
        if self.state.is_regeneration {
            self.ui.mute(true);
            self.retry_unfinished_writes(tools).await;
            self.ui.mute(false);
            self.restore_changes();
            self.ui.replay();
        }
        match cause {
            Cause::Text(text) => self.converse(tools, Some(&text)).await,
            Cause::Approvals(responses) => match self.apply_approvals(tools, responses).await {
                End::Continue => self.converse(tools, None).await,
                end => end,
            },
            Cause::Report(text) => {
                self.record.mode = Mode::Command;
                self.ui.begin_step();
                self.ui.push_text(&text);
                self.transcript.push_text(&text);
                End::Finish(FinishReason::Stop)
            }
            Cause::AskAgain(waiting) => command::ask_again(self, tools, waiting).await,
            Cause::Close(approvals) => {
                let approvals: Vec<&str> = approvals.iter().map(String::as_str).collect();
                self.ui.replay_after(&approvals);
                End::Unchanged(if self.ui.pending().is_empty() {
                    FinishReason::Stop
                } else {
                    FinishReason::ToolCalls
                })
            }
        }
    }

    async fn end(&mut self, end: End) {
        let has_parts = self
            .ui
            .parts()
            .iter()
            .any(|part| !matches!(part, Part::StepStart(_)));
        if !matches!(end, End::Unchanged(_)) && self.record.progress == Progress::Running {
            self.record.progress = Progress::Closed;
        }
        match end {
            End::Unchanged(reason) => {
                self.ui.finish(reason);
            }
            End::Cancelled => {
                self.transcript.answer_all(&json!({"status": "cancelled"}));
                self.ui.abort();
                if has_parts {
                    self.save().await;
                }
                self.ui.finish(FinishReason::Other);
            }
            End::Finish(reason) => {
                self.ui.end_step();
                if has_parts {
                    self.save().await;
                }
                self.ui.finish(reason);
            }
            End::Continue => self.ui.finish(FinishReason::Other),
        }
    }

    /// Answers with the model, or by commands if there is none.
    async fn converse(&mut self, tools: &Tools, text: Option<&str>) -> End {
        let Some(model) = self.chat.config.model.clone() else {
            return self
                .answer_without_model(tools, text, Some(command::NO_KEY))
                .await;
        };
        let context = Context::new(self.chat.config.clock.now(), self.zone.clone());
        if text.is_some_and(|text| command::is_slash_command(text, &context)) {
            return self.answer_without_model(tools, text, None).await;
        }
        match self.answer(tools, model.as_ref()).await {
            Ok(end) => end,
            Err(ModelError::Blocked) => {
                self.ui.notice(
                    "The model's safety filter blocked this response. Try rephrasing your message.",
                );
                self.transcript
                    .push_text("(The response was blocked by a safety filter.)");
                End::Finish(FinishReason::ContentFilter)
            }
            Err(error) => {
                let why = format!(
                    "{} Your message is saved. Until the model is back, these commands work: {}.",
                    failure_text(&error),
                    command::COMMANDS
                );
                self.answer_without_model(tools, text, Some(&why)).await
            }
        }
    }

    /// Answers without the model: runs a simple command, or describes what has happened so far.
    async fn answer_without_model(
        &mut self,
        tools: &Tools,
        text: Option<&str>,
        why: Option<&str>,
    ) -> End {
        self.ui.begin_step();
        if let Some(why) = why {
            self.ui.notice(why);
        }
        let done = std::mem::take(&mut self.state.done);
        match text {
            Some(text) if done.is_empty() && self.transcript.messages().is_empty() => {
                self.record.mode = Mode::Command;
                command::run(self, tools, text).await
            }
            _ => {
                let described: Vec<String> = done
                    .iter()
                    .map(|(call, outcome)| {
                        outcome::describe(&call.name, &call.arguments, outcome, &self.zone)
                    })
                    .collect();
                let described = described.join("\n");
                if !described.is_empty() {
                    self.ui.push_text(&described);
                }
                self.transcript.push_text(&described);
                End::Finish(FinishReason::Stop)
            }
        }
    }
}

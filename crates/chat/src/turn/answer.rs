//! The loop of a turn: the model replies, its calls are checked and run, and the model gets the results.

use futures::StreamExt;
use serde_json::json;
use taskwire_telemetry::Kind;
use tokio::time::Instant;
use tracing::{Instrument, Span, info_span};

use crate::history;
use crate::model::{Model, ModelError, ModelEvent, ModelTurn, Reply, ToolChoice};
use crate::prompt;
use crate::stream::FinishReason;
use crate::tools::Tools;

use super::{End, Turn, failure_text};

/// The end of a step.
enum Step {
    Reply(Box<Reply>),
    Cancelled(String),
    /// The time of the turn is over; this text was received.
    Late(String),
    /// The model finally broke off; this text was received.
    Broken(String, ModelError),
}

/// The span of a call to the model, with its retries. It contains nothing of the conversation.
fn model_call_span() -> Span {
    let span = info_span!(
        "model call",
        gen_ai.operation.name = "chat",
        otel.kind = tracing::field::Empty,
        otel.name = tracing::field::Empty,
    );
    taskwire_telemetry::describe(&span, Kind::Client, format_args!("chat"));
    span
}

/// Records the model that replied and the number of tokens.
fn record_model_call(span: &Span, step: Result<&Step, &ModelError>) {
    match step {
        Ok(Step::Reply(reply)) => {
            let model = reply.model.clone();
            taskwire_telemetry::set_attribute(span, "gen_ai.response.model", model);
            if let Some(tokens) = reply.prompt_tokens {
                let tokens = i64::try_from(tokens).unwrap_or(i64::MAX);
                taskwire_telemetry::set_attribute(span, "gen_ai.usage.input_tokens", tokens);
            }
        }
        Ok(Step::Cancelled(_)) => {}
        Ok(Step::Late(_) | Step::Broken(..)) | Err(_) => taskwire_telemetry::mark_failed(span),
    }
}

/// The share of a turn's time reserved for a final answer without tools.
const FINAL_ANSWER_SHARE: u32 = 5;

impl Turn {
    /// Runs the loop. An error means that the model gives no further answer; the outcomes so far are kept.
    pub(crate) async fn answer(
        &mut self,
        tools: &Tools,
        model: &dyn Model,
    ) -> Result<End, ModelError> {
        let limits = self.chat.config.limits;
        let deadline = self.deadline();
        let final_answer_at = deadline - limits.turn / FINAL_ANSWER_SHARE;
        let list = tools.for_model();
        for step in 0..=limits.steps {
            let is_last =
                step == limits.steps || self.is_looping() || Instant::now() >= final_answer_at;
            let messages = history::request(
                prompt::SYSTEM,
                &self.before,
                &self.transcript,
                self.window(),
            );
            let size = history::chars(&messages)
                + list
                    .iter()
                    .map(|tool| tool.to_string().len())
                    .sum::<usize>();
            let tool_choice = if is_last {
                ToolChoice::None
            } else {
                ToolChoice::Auto
            };
            self.ui.begin_step();
            let turn = ModelTurn {
                messages,
                tools: list.clone(),
                tool_choice,
                deadline,
            };
            let span = model_call_span();
            let step = self.step(model, turn).instrument(span.clone()).await;
            record_model_call(&span, step.as_ref());
            let reply = match step? {
                Step::Reply(reply) => reply,
                Step::Cancelled(text) => {
                    self.transcript.push_text(&text);
                    return Ok(End::Cancelled);
                }
                Step::Late(text) => {
                    self.transcript.push_text(&text);
                    let minutes = limits.turn.as_secs().div_ceil(60);
                    self.ui.notice(&format!(
                        "This took longer than {minutes} min and was stopped. Completed steps are listed above."
                    ));
                    return Ok(End::Finish(FinishReason::Other));
                }
                Step::Broken(text, error) => {
                    self.transcript.push_text(&text);
                    self.ui.notice(&format!(
                        "The response was interrupted here. {}",
                        failure_text(&error)
                    ));
                    return Ok(End::Finish(FinishReason::Error));
                }
            };
            self.ui.end_text();
            self.record.prompt_tokens = reply.prompt_tokens;
            self.record.prompt_chars = reply.prompt_tokens.map(|_| size);
            self.record.model = Some(reply.model);
            self.transcript.push_reply(reply.message);
            if reply.calls.is_empty() {
                let reason = if reply.is_cut {
                    FinishReason::Length
                } else {
                    FinishReason::Stop
                };
                return Ok(End::Finish(reason));
            }
            if is_last {
                // It had to reply with text. No call that it makes now is run.
                self.transcript.answer_all(
                    &json!({"status": "not_run", "reason": "the limit of this turn was reached"}),
                );
                self.ui.notice(
                    "This took too many steps and was stopped. Completed steps are listed above.",
                );
                return Ok(End::Finish(FinishReason::Other));
            }
            match self.run_calls(tools, reply.calls).await {
                End::Continue => self.ui.end_step(),
                end => return Ok(end),
            }
        }
        Ok(End::Finish(FinishReason::Other))
    }

    /// Streams one step to the readers. Dropping the stream ends the request to the model.
    async fn step(&mut self, model: &dyn Model, turn: ModelTurn) -> Result<Step, ModelError> {
        let deadline = turn.deadline;
        let mut events = model.stream(turn);
        let mut text = String::new();
        loop {
            let event = tokio::select! {
                biased;
                () = self.cancel.cancelled() => {
                    self.ui.end_text();
                    return Ok(Step::Cancelled(text));
                }
                () = tokio::time::sleep_until(deadline) => {
                    self.ui.end_text();
                    return Ok(Step::Late(text));
                }
                event = events.next() => event,
            };
            match event {
                Some(Ok(ModelEvent::Text(delta))) => {
                    text.push_str(&delta);
                    self.ui.push_delta(&delta);
                }
                Some(Ok(ModelEvent::Restart)) => {
                    text.clear();
                    self.ui.discard_text();
                }
                Some(Ok(ModelEvent::Done(reply))) => return Ok(Step::Reply(reply)),
                Some(Err(error)) => {
                    if error == ModelError::Blocked {
                        // The text before the filter applied has been shown; it stays.
                        self.transcript.push_text(&text);
                    } else if !text.is_empty() {
                        self.ui.end_text();
                        return Ok(Step::Broken(text, error));
                    }
                    return Err(error);
                }
                None => return Err(ModelError::Unusable),
            }
        }
    }

    /// Returns true if the same call with the same arguments was repeated too often.
    fn is_looping(&self) -> bool {
        self.state
            .repeats
            .values()
            .any(|count| *count >= self.chat.config.limits.repeats)
    }
}

//! One request to one model, and what follows when it fails.

use serde_json::{Map, Value, json};

use crate::model::{ModelError, ModelTurn, ToolChoice};

use super::errors::{Failure, Remedy};

/// How often a step that brought no answer is asked again of the same model.
const STEP_TRIES: u32 = 2;
/// Replaces a missing signature, only after a request was refused because of it.
pub(super) const SKIP_SIGNATURE: &str = "skip_thought_signature_validator";

/// Where signatures are replaced in a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Skip {
    No,
    /// Where one is missing: the endpoint reported that.
    Missing,
    /// Everywhere in the turn: a signature of another model was not accepted.
    All,
}

/// One variant of a request to one model.
pub(super) struct Attempt {
    pub(super) model: String,
    pub(super) effort: Option<String>,
    pub(super) skip: Skip,
    pub(super) step: u32,
}

pub(super) enum Next {
    /// The same request after this many pauses.
    Wait(u32),
    /// A changed request, at once.
    Now,
    Model,
    GiveUp,
}

impl Attempt {
    pub(super) fn after(&mut self, failed: &Failure) -> Next {
        match failed.remedy {
            Remedy::Retry if self.step < STEP_TRIES => {
                self.step += 1;
                Next::Wait(self.step)
            }
            Remedy::Retry | Remedy::NextModel => Next::Model,
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

    /// Contains only known fields: endpoints refuse unknown top-level ones.
    pub(super) fn body(&self, turn: &ModelTurn) -> Value {
        let mut messages = turn.messages.clone();
        if self.skip != Skip::No {
            skip_signatures(&mut messages, self.skip);
        }
        let mut body = Map::new();
        body.insert("model".into(), json!(self.model));
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
        if let Some(effort) = &self.effort {
            body.insert("reasoning_effort".into(), json!(effort));
        }
        body.into()
    }
}

/// Gives the first call of each step of the current turn the literal that Gemini accepts instead of a signature.
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

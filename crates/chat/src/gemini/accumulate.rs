//! Assembles a message from the chunks of Gemini's OpenAI-compatible stream, including its deviations.

use serde_json::{Map, Value, json};

use crate::model::{Call, Reply};

use super::errors::Failure;

/// A step that is being received.
#[derive(Default, Debug)]
pub(super) struct Accumulator {
    text: String,
    /// Signatures may also come with text, in the first chunk or the last.
    extra: Option<Value>,
    calls: Vec<PartialCall>,
    /// Values outside the standard occur, so it stays a string.
    finish: Option<String>,
    /// Cumulative and on every chunk: the last one counts.
    usage: Usage,
    is_blocked: bool,
}

#[derive(Default, Debug)]
struct PartialCall {
    id: String,
    name: String,
    arguments: String,
    extra: Option<Value>,
}

/// The tokens of a step, as the provider counts them.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Usage {
    pub(super) input: Option<u64>,
    /// With those of the model's thoughts.
    pub(super) output: Option<u64>,
}

impl Usage {
    fn read(&mut self, usage: &Value) {
        let count = |name: &str| usage.get(name).and_then(Value::as_u64);
        self.input = count("prompt_tokens").or(self.input);
        // Thoughts are missing from the tokens of the completion, but not from the total.
        let all = count("total_tokens").zip(self.input);
        let output = all.and_then(|(all, input)| all.checked_sub(input));
        self.output = output.or(count("completion_tokens")).or(self.output);
    }
}

/// The tool call that a piece belongs to.
enum Target {
    Known(usize),
    Last,
    New,
}

/// The outcome of a step.
pub(super) enum Outcome {
    Reply(Box<Reply>),
    /// Not usable; the same request may succeed.
    Retry(&'static str),
    Blocked,
}

impl Accumulator {
    /// Adds a chunk and returns its text. A failure may come in-band, after HTTP 200.
    pub(super) fn push(&mut self, chunk: &Value) -> Result<Option<String>, Failure> {
        if let Some(error) = chunk.get(0).unwrap_or(chunk).get("error") {
            return Err(Failure::in_band(error));
        }
        if let Some(feedback) = chunk
            .get("promptFeedback")
            .or_else(|| chunk.get("prompt_feedback"))
        {
            self.is_blocked |= feedback
                .get("blockReason")
                .or_else(|| feedback.get("block_reason"))
                .is_some();
        }
        if let Some(usage) = chunk.get("usage") {
            self.usage.read(usage);
        }
        let Some(choice) = chunk.pointer("/choices/0") else {
            return Ok(None);
        };
        if let Some(finish) = choice.get("finish_reason").and_then(Value::as_str)
            && !finish.is_empty()
        {
            self.finish = Some(finish.to_owned());
        }
        let Some(delta) = choice.get("delta").or_else(|| choice.get("message")) else {
            return Ok(None);
        };
        for piece in delta
            .get("tool_calls")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            self.call(piece);
        }
        if let Some(extra) = delta.get("extra_content") {
            merge(&mut self.extra, extra);
        }
        let text = delta
            .get("content")
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty());
        if let Some(text) = text {
            self.text.push_str(text);
        }
        Ok(text.map(str::to_owned))
    }

    /// The index is never trusted: it is absent, or zero for parallel calls.
    fn call(&mut self, piece: &Value) {
        let id = piece.get("id").and_then(Value::as_str).unwrap_or_default();
        let function = piece.get("function");
        let part = |key: &str| {
            function
                .and_then(|function| function.get(key))
                .and_then(Value::as_str)
        };
        let name = part("name").unwrap_or_default();
        let target = if !id.is_empty() {
            self.calls
                .iter()
                .position(|call| call.id == id)
                .map_or(Target::New, Target::Known)
        } else if name.is_empty() {
            Target::Last
        } else {
            match self.calls.last() {
                // Some providers repeat the name with every piece of the arguments.
                Some(last) if last.name == name && parse_arguments(&last.arguments).is_none() => {
                    Target::Last
                }
                _ => Target::New,
            }
        };
        let call = match target {
            Target::Known(at) => self.calls.get_mut(at),
            Target::Last => self.calls.last_mut(),
            Target::New => {
                self.calls.push(PartialCall::default());
                self.calls.last_mut()
            }
        };
        let Some(call) = call else {
            // No call is open: only provider data can matter here.
            if let Some(extra) = piece.get("extra_content") {
                merge(&mut self.extra, extra);
            }
            return;
        };
        if call.id.is_empty() {
            id.clone_into(&mut call.id);
        }
        if call.name.is_empty() {
            name.clone_into(&mut call.name);
        }
        call.arguments
            .push_str(part("arguments").unwrap_or_default());
        if let Some(extra) = piece.get("extra_content") {
            merge(&mut call.extra, extra);
        }
    }

    /// Evaluates the step after the end of the stream. Calls decide, never the finish reason.
    pub(super) fn finish(self, model: &str, mut id: impl FnMut(&str) -> String) -> Outcome {
        let finish = self
            .finish
            .as_deref()
            .unwrap_or_default()
            .to_ascii_uppercase();
        if self.is_blocked || is_safety(&finish) {
            return Outcome::Blocked;
        }
        if finish.is_empty() {
            return Outcome::Retry("the stream ended without a finish reason");
        }
        if finish.contains("MALFORMED") {
            return Outcome::Retry("the model made a malformed call");
        }
        if self.text.is_empty() && self.calls.is_empty() {
            return Outcome::Retry("the answer was empty");
        }
        let mut calls = Vec::new();
        let mut wire = Vec::new();
        for call in self.calls {
            let Some(arguments) =
                parse_arguments(&call.arguments).filter(|_| !call.name.is_empty())
            else {
                return Outcome::Retry("the arguments of a call were not an object");
            };
            let id = id(&call.id);
            let text = if call.arguments.trim().is_empty() {
                "{}".to_owned()
            } else {
                call.arguments
            };
            let mut wire_call = json!({
                "id": id, "type": "function", "function": {"name": call.name, "arguments": text},
            });
            if let (Some(extra), Some(fields)) = (call.extra, wire_call.as_object_mut()) {
                fields.insert("extra_content".into(), extra);
            }
            wire.push(wire_call);
            calls.push(Call {
                id,
                name: call.name,
                arguments,
            });
        }
        let mut message = Map::from_iter([("role".to_owned(), json!("assistant"))]);
        if !self.text.is_empty() {
            message.insert("content".into(), json!(self.text));
        }
        if !wire.is_empty() {
            message.insert("tool_calls".into(), wire.into());
        }
        if let Some(extra) = self.extra {
            message.insert("extra_content".into(), extra);
        }
        Outcome::Reply(Box::new(Reply {
            message: message.into(),
            text: self.text,
            calls,
            is_cut: matches!(finish.as_str(), "LENGTH" | "MAX_TOKENS"),
            prompt_tokens: self.usage.input,
            model: model.to_owned(),
        }))
    }

    /// The tokens counted so far.
    pub(super) fn usage(&self) -> Usage {
        self.usage
    }

    /// Whether text of this step has already gone to the reader.
    pub(super) fn has_text(&self) -> bool {
        !self.text.is_empty()
    }
}

fn is_safety(finish: &str) -> bool {
    const STOPS: [&str; 6] = [
        "SAFETY",
        "RECITATION",
        "PROHIBITED_CONTENT",
        "BLOCKLIST",
        "SPII",
        "CONTENT_FILTER",
    ];
    STOPS.iter().any(|stop| finish.contains(stop))
}

/// Complete arguments; a tool without any may come with none.
fn parse_arguments(text: &str) -> Option<Map<String, Value>> {
    if text.trim().is_empty() {
        return Some(Map::new());
    }
    serde_json::from_str(text).ok()
}

fn merge(known: &mut Option<Value>, more: &Value) {
    match (known.as_mut(), more) {
        (Some(Value::Object(known)), Value::Object(more)) => {
            for (key, value) in more {
                let mut at = known.remove(key);
                merge(&mut at, value);
                known.insert(key.clone(), at.unwrap_or(Value::Null));
            }
        }
        (_, Value::Null) => {}
        _ => *known = Some(more.clone()),
    }
}

#[cfg(test)]
mod tests;

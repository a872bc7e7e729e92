//! The transcript sent to the model: whole turns, calls and results together, within a token budget.

use serde_json::{Value, json};
use taskwire_domain::contract::StoredMessage;

use crate::part::{self, Part};

/// Turns whose tool results are sent in full; of older ones only the number of items.
const FULL_RESULT_TURNS: usize = 2;

/// The model's messages within one assistant message, as stored.
#[derive(Clone, Default, PartialEq, Debug)]
pub(crate) struct ModelTranscript(Vec<Value>);

fn role(message: &Value) -> &str {
    message
        .get("role")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn calls(message: &Value) -> impl Iterator<Item = (&str, &str)> {
    let calls = message
        .get("tool_calls")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    calls.filter_map(|call| {
        Some((
            call.get("id")?.as_str()?,
            call.pointer("/function/name")?.as_str()?,
        ))
    })
}

fn has_calls(message: &Value) -> bool {
    calls(message).next().is_some()
}

fn answered_call(message: &Value) -> &str {
    message
        .get("tool_call_id")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn tool_message(id: &str, name: &str, content: &Value) -> Value {
    json!({"role": "tool", "tool_call_id": id, "name": name, "content": content.to_string()})
}

impl ModelTranscript {
    /// Reads the stored field `model`.
    pub(crate) fn read(model: Option<&Value>) -> Self {
        let messages = model
            .and_then(|model| model.get("messages"))
            .and_then(Value::as_array);
        Self(messages.cloned().unwrap_or_default())
    }

    pub(crate) fn messages(&self) -> &[Value] {
        &self.0
    }

    /// Adds a message of the model, verbatim.
    pub(crate) fn push_reply(&mut self, message: Value) {
        self.0.push(message);
    }

    /// Adds a text of the conversation that did not come from the model.
    pub(crate) fn push_text(&mut self, text: &str) {
        if !text.is_empty() {
            self.0.push(json!({"role": "assistant", "content": text}));
        }
    }

    /// Adds the result of a call, in the order of the calls; an earlier result is replaced.
    pub(crate) fn set_result(&mut self, id: &str, content: &Value) {
        let Some(at) = self
            .0
            .iter()
            .rposition(|message| calls(message).any(|(known, _)| known == id))
        else {
            return;
        };
        let Some(asked) = self.0.get(at) else {
            return;
        };
        let order: Vec<(String, String)> = calls(asked)
            .map(|(id, name)| (id.to_owned(), name.to_owned()))
            .collect();
        let place_of = |id: &str| order.iter().position(|(known, _)| known == id);
        let (Some(place), Some(name)) = (
            place_of(id),
            order
                .iter()
                .find(|(known, _)| known == id)
                .map(|(_, name)| name),
        ) else {
            return;
        };
        let earlier = self
            .0
            .iter()
            .skip(at + 1)
            .take_while(|message| role(message) == "tool")
            .position(|message| answered_call(message) == id);
        if let Some(earlier) = earlier {
            self.0.remove(at + 1 + earlier);
        }
        let results = self
            .0
            .iter()
            .skip(at + 1)
            .take_while(|message| role(message) == "tool");
        let before = results
            .filter(|message| place_of(answered_call(message)).is_some_and(|other| other < place))
            .count();
        self.0
            .insert(at + 1 + before, tool_message(id, name, content));
    }

    /// The calls that have no result yet.
    pub(crate) fn unanswered_calls(&self) -> Vec<String> {
        let is_answered = |id: &str| self.0.iter().any(|message| answered_call(message) == id);
        let all = self.0.iter().flat_map(calls).map(|(id, _)| id);
        all.filter(|id| !is_answered(id))
            .map(str::to_owned)
            .collect()
    }

    /// Gives every unanswered call the same result.
    pub(crate) fn answer_all(&mut self, content: &Value) {
        for id in self.unanswered_calls() {
            self.set_result(&id, content);
        }
    }

    /// Drops everything after the results of this call's step: it was based on another result.
    pub(crate) fn truncate_after_step_of(&mut self, id: &str) {
        let asked = self
            .0
            .iter()
            .rposition(|message| calls(message).any(|(known, _)| known == id));
        let Some(at) = asked else { return };
        let results = self.0.iter().skip(at + 1);
        let results = results.take_while(|message| role(message) == "tool");
        let count = results.count();
        self.0.truncate(at + 1 + count);
    }

    /// Keeps everything up to the last result: texts after it are dropped.
    pub(crate) fn truncate_after_results(&mut self) {
        let last = self.0.iter().rposition(|message| role(message) == "tool");
        self.0.truncate(last.map_or(0, |last| last + 1));
    }
}

/// The limits of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub(crate) turns: usize,
    pub(crate) tokens: usize,
}

/// The messages of a request: the system message, and as many whole turns as fit, the newest always.
///
/// `before` is the conversation up to and including the newest user message, `current` the model's messages since.
pub(crate) fn request(
    system: &str,
    before: &[StoredMessage],
    current: &ModelTranscript,
    window: Window,
) -> Vec<Value> {
    let mut turns: Vec<Vec<Value>> = Vec::new();
    for message in before {
        let mut messages = ModelTranscript::read(message.model.as_ref()).0;
        if messages.is_empty() {
            messages = text_only(message);
        }
        if message.role == "user" {
            turns.push(messages);
        } else if let Some(turn) = turns.last_mut() {
            turn.extend(messages);
        }
    }
    if let Some(turn) = turns.last_mut() {
        turn.extend(current.0.iter().cloned());
    }
    let count = turns.len();
    let mut turns: Vec<Vec<Value>> = turns
        .into_iter()
        .map(repair)
        .filter(|turn| !turn.is_empty())
        .collect();
    for turn in turns
        .iter_mut()
        .take(count.saturating_sub(FULL_RESULT_TURNS))
    {
        turn.iter_mut().for_each(elide);
    }
    // Measured on earlier requests of the conversation, if the provider counted them.
    let ratio = before.iter().rev().find_map(chars_per_token).unwrap_or(4.0);
    let mut left = window.tokens;
    let mut kept = Vec::new();
    for turn in turns.into_iter().rev().take(window.turns.max(1)) {
        let size = tokens(&turn, ratio);
        if size > left && !kept.is_empty() {
            break;
        }
        left = left.saturating_sub(size);
        kept.push(turn);
    }
    let mut messages = vec![json!({"role": "system", "content": system})];
    messages.extend(kept.into_iter().rev().flatten());
    messages
}

/// A message that was stored without the model's form of it.
fn text_only(message: &StoredMessage) -> Vec<Value> {
    let parts = part::read(message);
    let texts: Vec<&str> = parts.iter().filter_map(Part::as_text).collect();
    vec![json!({"role": message.role, "content": texts.join("\n")})]
}

/// Makes a turn acceptable to a model endpoint, whatever was interrupted: it starts with a user message, every call
/// is followed by its result, every result has its call, and nothing is empty.
fn repair(turn: Vec<Value>) -> Vec<Value> {
    let mut repaired: Vec<Value> = Vec::new();
    let mut open: Vec<(String, String)> = Vec::new();
    let lost =
        json!({"status": "interrupted", "hint": "It may have run: check before you try again."});
    for message in turn {
        if role(&message) != "tool" {
            repaired.extend(
                open.drain(..)
                    .map(|(id, name)| tool_message(&id, &name, &lost)),
            );
        }
        let is_empty = message
            .get("content")
            .and_then(Value::as_str)
            .is_none_or(str::is_empty);
        match role(&message) {
            "assistant" if repaired.is_empty() => {}
            "assistant" if has_calls(&message) => {
                while repaired
                    .last()
                    .is_some_and(|last| role(last) == "assistant")
                {
                    repaired.pop();
                }
                open = calls(&message)
                    .map(|(id, name)| (id.to_owned(), name.to_owned()))
                    .collect();
                repaired.push(message);
            }
            "user" | "assistant" if !is_empty => repaired.push(message),
            "tool" => {
                let is_whole = message.get("content").is_some_and(Value::is_string);
                if let Some(place) = open
                    .iter()
                    .position(|(id, _)| id == answered_call(&message))
                    && is_whole
                {
                    open.remove(place);
                    repaired.push(message);
                }
            }
            _ => {}
        }
    }
    repaired.extend(
        open.into_iter()
            .map(|(id, name)| tool_message(&id, &name, &lost)),
    );
    repaired
}

/// Shrinks an old tool result to the number of its items.
fn elide(message: &mut Value) {
    const SMALL: usize = 200;
    if role(message) != "tool" {
        return;
    }
    if let Some(Value::String(content)) = message.get_mut("content")
        && content.len() > SMALL
    {
        let value: Value = serde_json::from_str(content).unwrap_or_default();
        let lists = value
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(_, value)| value.as_array());
        let count = lists.map(Vec::len).max().unwrap_or(1);
        *content = json!({"elided": true, "count": count}).to_string();
    }
}

/// Characters per token, measured on an earlier request.
fn chars_per_token(message: &StoredMessage) -> Option<f64> {
    let model = message.model.as_ref()?;
    let tokens = model
        .get("prompt_tokens")?
        .as_f64()
        .filter(|tokens| *tokens >= 100.0)?;
    let chars = model.get("prompt_chars")?.as_f64()?;
    Some((chars / tokens).clamp(1.0, 6.0))
}

fn tokens(messages: &[Value], ratio: f64) -> usize {
    let chars = chars(messages);
    let chars = f64::from(u32::try_from(chars).unwrap_or(u32::MAX));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a positive estimate below 2^32"
    )]
    let tokens = (chars / ratio) as usize;
    tokens
}

/// The size of messages in characters, from which tokens are estimated.
pub(crate) fn chars(messages: &[Value]) -> usize {
    messages
        .iter()
        .map(|message| message.to_string().chars().count())
        .sum()
}

#[cfg(test)]
mod tests;

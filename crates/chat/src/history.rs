//! What the model is sent again: whole turns, calls and results together, within a ceiling of tokens.

use serde_json::{Value, json};
use taskwire_domain::contract::StoredMessage;

use crate::part::{self, Part};

/// Turns whose tool results are sent in full; older ones only say how much there was.
const FRESH: usize = 2;

/// The model's messages within one assistant message, as they are kept.
#[derive(Clone, Default, PartialEq, Debug)]
pub(crate) struct Ledger(Vec<Value>);

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

fn answers(message: &Value) -> &str {
    message
        .get("tool_call_id")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn result(id: &str, name: &str, content: &Value) -> Value {
    json!({"role": "tool", "tool_call_id": id, "name": name, "content": content.to_string()})
}

impl Ledger {
    /// Reads what was kept under `model`.
    pub(crate) fn read(model: Option<&Value>) -> Self {
        let messages = model
            .and_then(|model| model.get("messages"))
            .and_then(Value::as_array);
        Self(messages.cloned().unwrap_or_default())
    }

    pub(crate) fn messages(&self) -> &[Value] {
        &self.0
    }

    /// Adds what the model said, verbatim.
    pub(crate) fn reply(&mut self, message: Value) {
        self.0.push(message);
    }

    /// Adds words that the model did not say but that stand in the conversation.
    pub(crate) fn say(&mut self, text: &str) {
        if !text.is_empty() {
            self.0.push(json!({"role": "assistant", "content": text}));
        }
    }

    /// Adds the result of a call, in the order of the calls; one that it had before is replaced.
    pub(crate) fn result(&mut self, id: &str, content: &Value) {
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
            .position(|message| answers(message) == id);
        if let Some(earlier) = earlier {
            self.0.remove(at + 1 + earlier);
        }
        let results = self
            .0
            .iter()
            .skip(at + 1)
            .take_while(|message| role(message) == "tool");
        let before = results
            .filter(|message| place_of(answers(message)).is_some_and(|other| other < place))
            .count();
        self.0.insert(at + 1 + before, result(id, name, content));
    }

    /// The calls that have no result yet.
    pub(crate) fn open(&self) -> Vec<String> {
        let is_answered = |id: &str| self.0.iter().any(|message| answers(message) == id);
        let all = self.0.iter().flat_map(calls).map(|(id, _)| id);
        all.filter(|id| !is_answered(id))
            .map(str::to_owned)
            .collect()
    }

    /// Gives every open call the same result.
    pub(crate) fn close(&mut self, content: &Value) {
        for id in self.open() {
            self.result(&id, content);
        }
    }

    /// Keeps everything up to the results of the step of this call: what followed knew another result.
    pub(crate) fn keep_through(&mut self, id: &str) {
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

    /// Keeps everything up to the last result: what was said after it is forgotten.
    pub(crate) fn keep_results(&mut self) {
        let last = self.0.iter().rposition(|message| role(message) == "tool");
        self.0.truncate(last.map_or(0, |last| last + 1));
    }
}

/// How much a request may hold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub(crate) turns: usize,
    pub(crate) tokens: usize,
}

/// The messages of a request: the system message, and as many whole turns as fit, the newest always.
///
/// `before` is the conversation up to and with the newest user message, `current` what the model did since.
pub(crate) fn request(
    system: &str,
    before: &[StoredMessage],
    current: &Ledger,
    window: Window,
) -> Vec<Value> {
    let mut turns: Vec<Vec<Value>> = Vec::new();
    for message in before {
        let mut messages = Ledger::read(message.model.as_ref()).0;
        if messages.is_empty() {
            messages = plain(message);
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
        .map(heal)
        .filter(|turn| !turn.is_empty())
        .collect();
    for turn in turns.iter_mut().take(count.saturating_sub(FRESH)) {
        turn.iter_mut().for_each(elide);
    }
    // Measured on earlier requests of the conversation, if the provider counted them.
    let ratio = before.iter().rev().find_map(measured).unwrap_or(4.0);
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

/// A message that was kept without the model's form of it.
fn plain(message: &StoredMessage) -> Vec<Value> {
    let parts = part::read(message);
    let texts: Vec<&str> = parts.iter().filter_map(Part::as_text).collect();
    vec![json!({"role": message.role, "content": texts.join("\n")})]
}

/// Makes a turn one that a model endpoint accepts, whatever was interrupted: it starts with a user message, every call
/// has its result right behind it, every result its call, and nothing is empty.
fn heal(turn: Vec<Value>) -> Vec<Value> {
    let mut healed: Vec<Value> = Vec::new();
    let mut open: Vec<(String, String)> = Vec::new();
    let lost =
        json!({"status": "interrupted", "hint": "It may have run: check before you try again."});
    for message in turn {
        if role(&message) != "tool" {
            healed.extend(open.drain(..).map(|(id, name)| result(&id, &name, &lost)));
        }
        let is_empty = message
            .get("content")
            .and_then(Value::as_str)
            .is_none_or(str::is_empty);
        match role(&message) {
            "assistant" if healed.is_empty() => {}
            "assistant" if has_calls(&message) => {
                while healed.last().is_some_and(|last| role(last) == "assistant") {
                    healed.pop();
                }
                open = calls(&message)
                    .map(|(id, name)| (id.to_owned(), name.to_owned()))
                    .collect();
                healed.push(message);
            }
            "user" | "assistant" if !is_empty => healed.push(message),
            "tool" => {
                let is_whole = message.get("content").is_some_and(Value::is_string);
                if let Some(place) = open.iter().position(|(id, _)| id == answers(&message))
                    && is_whole
                {
                    open.remove(place);
                    healed.push(message);
                }
            }
            _ => {}
        }
    }
    healed.extend(open.into_iter().map(|(id, name)| result(&id, &name, &lost)));
    healed
}

/// Shrinks an old tool result to how much it held.
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

/// Characters per token, as an earlier request turned out.
fn measured(message: &StoredMessage) -> Option<f64> {
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

/// The size of messages in characters, which is what tokens are estimated from.
pub(crate) fn chars(messages: &[Value]) -> usize {
    messages
        .iter()
        .map(|message| message.to_string().chars().count())
        .sum()
}

#[cfg(test)]
mod tests;

//! From chunks to a message: the rules for what Gemini's OpenAI-compatible stream really sends.

use serde_json::{Map, Value, json};

use crate::model::{Call, Reply};

use super::errors::Failure;

/// What is kept of one step while it arrives.
#[derive(Default, Debug)]
pub(super) struct Accumulator {
    text: String,
    /// Signatures may also stand beside text, in the first chunk or the last.
    extra: Option<Value>,
    slots: Vec<Slot>,
    /// Foreign values occur, so it stays a string.
    finish: Option<String>,
    /// Cumulative and on every chunk: the last one counts.
    prompt_tokens: Option<u64>,
    is_blocked: bool,
}

#[derive(Default, Debug)]
struct Slot {
    id: String,
    name: String,
    arguments: String,
    extra: Option<Value>,
}

/// Where a piece of a tool call belongs.
enum Place {
    Known(usize),
    Last,
    New,
}

/// What became of a step.
pub(super) enum Outcome {
    Reply(Box<Reply>),
    /// Not an answer; the same request may bring one.
    Again(&'static str),
    Blocked,
}

impl Accumulator {
    /// Takes a chunk and answers the text in it. A failure may come in-band, after HTTP 200.
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
        if let Some(tokens) = chunk
            .pointer("/usage/prompt_tokens")
            .and_then(Value::as_u64)
        {
            self.prompt_tokens = Some(tokens);
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
        let place = if !id.is_empty() {
            self.slots
                .iter()
                .position(|slot| slot.id == id)
                .map_or(Place::New, Place::Known)
        } else if name.is_empty() {
            Place::Last
        } else {
            match self.slots.last() {
                // Some providers repeat the name with every piece of the arguments.
                Some(last) if last.name == name && object(&last.arguments).is_none() => Place::Last,
                _ => Place::New,
            }
        };
        let slot = match place {
            Place::Known(at) => self.slots.get_mut(at),
            Place::Last => self.slots.last_mut(),
            Place::New => {
                self.slots.push(Slot::default());
                self.slots.last_mut()
            }
        };
        let Some(slot) = slot else {
            // Nothing is open: only provider data can matter here.
            if let Some(extra) = piece.get("extra_content") {
                merge(&mut self.extra, extra);
            }
            return;
        };
        if slot.id.is_empty() {
            id.clone_into(&mut slot.id);
        }
        if slot.name.is_empty() {
            name.clone_into(&mut slot.name);
        }
        slot.arguments
            .push_str(part("arguments").unwrap_or_default());
        if let Some(extra) = piece.get("extra_content") {
            merge(&mut slot.extra, extra);
        }
    }

    /// Judges the step once the stream is over. Calls decide, never the finish reason.
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
            return Outcome::Again("the stream ended without a finish reason");
        }
        if finish.contains("MALFORMED") {
            return Outcome::Again("the model made a malformed call");
        }
        if self.text.is_empty() && self.slots.is_empty() {
            return Outcome::Again("the answer was empty");
        }
        let mut calls = Vec::new();
        let mut wire = Vec::new();
        for slot in self.slots {
            let Some(arguments) = object(&slot.arguments).filter(|_| !slot.name.is_empty()) else {
                return Outcome::Again("the arguments of a call were not an object");
            };
            let id = id(&slot.id);
            let text = if slot.arguments.trim().is_empty() {
                "{}".to_owned()
            } else {
                slot.arguments
            };
            let mut call = json!({
                "id": id, "type": "function", "function": {"name": slot.name, "arguments": text},
            });
            if let (Some(extra), Some(fields)) = (slot.extra, call.as_object_mut()) {
                fields.insert("extra_content".into(), extra);
            }
            wire.push(call);
            calls.push(Call {
                id,
                name: slot.name,
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
            prompt_tokens: self.prompt_tokens,
            model: model.to_owned(),
        }))
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
fn object(text: &str) -> Option<Map<String, Value>> {
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
mod tests {
    use super::*;

    fn chunk(delta: &Value) -> Value {
        json!({"choices": [{"delta": delta, "index": 0}]})
    }

    fn reply(chunks: &[Value]) -> Reply {
        let mut step = Accumulator::default();
        for chunk in chunks {
            step.push(chunk).unwrap();
        }
        step.push(&json!({"choices": [{"delta": {}, "finish_reason": "stop"}]}))
            .unwrap();
        let mut next = 0;
        let outcome = step.finish("m", |id| {
            next += 1;
            if id.is_empty() {
                format!("made-{next}")
            } else {
                id.to_owned()
            }
        });
        match outcome {
            Outcome::Reply(reply) => *reply,
            Outcome::Again(why) => panic!("{why}"),
            Outcome::Blocked => panic!("blocked"),
        }
    }

    fn call(index: Option<u64>, id: &str, name: &str, arguments: &str) -> Value {
        let mut call = json!({"function": {}});
        if let Some(index) = index {
            call["index"] = json!(index);
        }
        if !id.is_empty() {
            call["id"] = json!(id);
        }
        if !name.is_empty() {
            call["function"]["name"] = json!(name);
        }
        call["function"]["arguments"] = json!(arguments);
        chunk(&json!({"tool_calls": [call]}))
    }

    #[test]
    fn parallel_calls_without_index_stay_apart() {
        let reply = reply(&[
            call(None, "a", "f", "{\"x\":1}"),
            call(None, "b", "f", "{\"x\":2}"),
        ]);
        assert_eq!(reply.calls.len(), 2);
        assert_eq!(reply.calls[1].arguments["x"], 2);
    }

    #[test]
    fn index_zero_twice_stays_apart() {
        let reply = reply(&[
            call(Some(0), "a", "f", "{\"a\":1}"),
            call(Some(0), "b", "g", "{\"b\":2}"),
        ]);
        assert_eq!(
            reply
                .calls
                .iter()
                .map(|call| call.name.as_str())
                .collect::<Vec<_>>(),
            ["f", "g"]
        );
    }

    #[test]
    fn split_arguments_join_by_id_or_by_position() {
        let by_id = reply(&[call(None, "a", "f", "{\"x\":"), call(None, "a", "", "1}")]);
        assert_eq!(by_id.calls[0].arguments["x"], 1);
        let by_place = reply(&[call(None, "a", "f", "{\"x\":"), call(None, "", "", "1}")]);
        assert_eq!(by_place.calls[0].arguments["x"], 1);
        let by_name = reply(&[call(None, "", "f", "{\"x\":"), call(None, "", "f", "1}")]);
        assert_eq!(by_name.calls.len(), 1);
    }

    #[test]
    fn empty_ids_are_replaced_and_equal_names_stay_apart() {
        let reply = reply(&[
            call(None, "", "f", "{\"x\":1}"),
            call(None, "", "f", "{\"x\":2}"),
        ]);
        let ids: Vec<_> = reply.calls.iter().map(|call| call.id.as_str()).collect();
        assert_eq!(ids, ["made-1", "made-2"]);
        assert_eq!(reply.message["tool_calls"][1]["id"], "made-2");
    }

    #[test]
    fn provider_data_is_kept_where_it_belongs() {
        let signed = json!({"google": {"thought_signature": "s"}});
        let reply = reply(&[
            call(None, "a", "f", "{}"),
            chunk(&json!({"tool_calls": [{"extra_content": signed}]})),
            chunk(
                &json!({"content": "hi", "extra_content": {"google": {"thought_signature": "t"}}}),
            ),
        ]);
        assert_eq!(reply.message["tool_calls"][0]["extra_content"], signed);
        assert_eq!(
            reply.message["extra_content"]["google"]["thought_signature"],
            "t"
        );
    }

    #[test]
    fn provider_data_alone_never_opens_a_call() {
        let mut step = Accumulator::default();
        step.push(&chunk(
            &json!({"tool_calls": [{"extra_content": {"google": {}}}], "content": "x"}),
        ))
        .unwrap();
        assert!(step.slots.is_empty());
    }

    #[test]
    fn what_is_not_an_answer_is_asked_again() {
        let again = |chunks: &[Value]| {
            let mut step = Accumulator::default();
            for chunk in chunks {
                step.push(chunk).unwrap();
            }
            matches!(step.finish("m", str::to_owned), Outcome::Again(_))
        };
        let finish = |reason: &str| json!({"choices": [{"delta": {}, "finish_reason": reason}]});
        assert!(again(&[chunk(&json!({"content": "cut"}))]));
        assert!(again(&[finish("stop")]));
        assert!(again(&[finish(
            "function_call_filter: MALFORMED_FUNCTION_CALL"
        )]));
        assert!(again(&[call(None, "a", "f", "{\"x\":"), finish("stop")]));
        assert!(again(&[call(None, "a", "f", "[1]"), finish("stop")]));
        assert!(!again(&[finish("PROHIBITED_CONTENT")]));
        assert!(!again(&[
            json!({"promptFeedback": {"blockReason": "SAFETY"}})
        ]));
    }

    #[test]
    fn usage_is_the_last_one() {
        let usage = |n: u64| json!({"choices": [], "usage": {"prompt_tokens": n}});
        let reply = reply(&[usage(10), chunk(&json!({"content": "x"})), usage(12)]);
        assert_eq!(reply.prompt_tokens, Some(12));
    }
}

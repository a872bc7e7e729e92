//! A request is acceptable to a model endpoint, whatever was stored or lost.

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn stored(role: &str, messages: &[Value]) -> StoredMessage {
    StoredMessage {
        id: "m".into(),
        role: role.into(),
        parts: json!([{"type": "text", "text": "kept text"}]),
        model: Some(json!({"messages": messages})),
        created_at: Timestamp::UNIX_EPOCH,
    }
}

fn asks(ids: &[&str]) -> Value {
    let calls: Vec<Value> = ids
        .iter()
        .map(|id| json!({"id": id, "type": "function", "function": {"name": "f", "arguments": "{}"}}))
        .collect();
    json!({"role": "assistant", "tool_calls": calls})
}

fn user(text: &str) -> Value {
    json!({"role": "user", "content": text})
}

/// The rules of the endpoint, implemented independently.
fn check(messages: &[Value]) -> Result<(), String> {
    let mut open: Vec<String> = Vec::new();
    let mut before = "system".to_owned();
    for (index, message) in messages.iter().enumerate() {
        let role = message["role"].as_str().unwrap().to_owned();
        if (index == 0) != (role == "system") {
            return Err(format!("{role} at {index}"));
        }
        if role == "tool" {
            let id = message["tool_call_id"].as_str().unwrap();
            let place = open
                .iter()
                .position(|known| known == id)
                .ok_or("a result without its call")?;
            open.remove(place);
            if !message["content"].is_string() || message["name"].as_str().is_none_or(str::is_empty)
            {
                return Err("an incomplete result".into());
            }
        } else if !open.is_empty() {
            return Err("calls without results".into());
        }
        if role == "assistant" {
            let calls = message["tool_calls"].as_array();
            if before == "system" || (calls.is_some() && before == "assistant") {
                return Err(format!("assistant after {before}"));
            }
            if calls.is_none() && message["content"].as_str().is_none_or(str::is_empty) {
                return Err("an empty assistant message".into());
            }
            open = calls
                .into_iter()
                .flatten()
                .map(|call| call["id"].as_str().unwrap().to_owned())
                .collect();
        }
        before = role;
    }
    if open.is_empty() {
        Ok(())
    } else {
        Err("calls without results at the end".into())
    }
}

fn message() -> impl Strategy<Value = Value> {
    let id = || prop_oneof![Just("a"), Just("b"), Just("c")];
    prop_oneof![
        prop_oneof![Just(""), Just("hello")].prop_map(user),
        prop_oneof![Just(""), Just("words")]
            .prop_map(|text| json!({"role": "assistant", "content": text})),
        prop::sample::subsequence(vec!["a", "b", "c"], 1..=3).prop_map(|ids| asks(&ids)),
        (id(), any::<bool>()).prop_map(|(id, is_whole)| {
            let content = if is_whole {
                json!("{\"tasks\":[1,2]}")
            } else {
                json!(null)
            };
            json!({"role": "tool", "tool_call_id": id, "name": "f", "content": content})
        }),
        Just(json!({"role": "system", "content": "obey"})),
        Just(json!({"nonsense": true})),
    ]
}

fn conversation() -> impl Strategy<Value = Vec<StoredMessage>> {
    let one = (any::<bool>(), prop::collection::vec(message(), 0..6));
    prop::collection::vec(one, 0..8).prop_map(|messages| {
        messages
            .into_iter()
            .map(|(is_user, messages)| {
                stored(if is_user { "user" } else { "assistant" }, &messages)
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn every_request_is_acceptable(
        before in conversation(),
        current in prop::collection::vec(message(), 0..6),
        turns in 1..5_usize,
        tokens in 0..400_usize,
    ) {
        let current = ModelTranscript(current);
        let messages = request("system", &before, &current, Window { turns, tokens });
        prop_assert_eq!(check(&messages), Ok(()), "{:#?}", messages);
        let users = messages.iter().filter(|message| message["role"] == "user").count();
        prop_assert!(messages.len() == 1 || users > 0);
    }

    #[test]
    fn results_stand_in_the_order_of_the_calls(order in Just(vec!["a", "b", "c"]).prop_shuffle()) {
        let mut transcript = ModelTranscript::default();
        transcript.push_reply(asks(&["a", "b", "c"]));
        for id in order {
            transcript.set_result(id, &json!({"of": id}));
        }
        let ids: Vec<&str> = transcript.messages().iter().skip(1).map(answered_call).collect();
        prop_assert_eq!(ids, ["a", "b", "c"]);
        prop_assert!(transcript.unanswered_calls().is_empty());
    }
}

#[test]
fn the_window_holds_whole_turns_and_always_the_newest() {
    let before: Vec<StoredMessage> = (0..10)
        .flat_map(|n| {
            let said = json!({"role": "assistant", "content": "x".repeat(400)});
            [
                stored("user", &[user(&format!("question {n}"))]),
                stored("assistant", &[said]),
            ]
        })
        .chain([stored("user", &[user("newest")])])
        .collect();
    let sent = |turns, tokens| {
        request(
            "s",
            &before,
            &ModelTranscript::default(),
            Window { turns, tokens },
        )
    };
    assert_eq!(sent(3, 100_000).len(), 1 + 2 + 2 + 1);
    assert_eq!(sent(3, 100_000)[1]["content"], "question 8");
    let tight = sent(12, 1);
    assert_eq!(tight.len(), 2);
    assert_eq!(tight[1]["content"], "newest");
}

#[test]
fn old_results_shrink_to_a_count() {
    let rows: Vec<usize> = (0..200).collect();
    let mut transcript = ModelTranscript::default();
    transcript.push_reply(asks(&["a"]));
    transcript.set_result("a", &json!({"tasks": rows}));
    let old = [
        stored("user", &[user("1")]),
        stored("assistant", transcript.messages()),
    ];
    let newer = [stored("user", &[user("2")]), stored("user", &[user("3")])];
    let before: Vec<StoredMessage> = old.into_iter().chain(newer).collect();
    let messages = request(
        "s",
        &before,
        &ModelTranscript::default(),
        Window {
            turns: 9,
            tokens: 9_999,
        },
    );
    assert_eq!(messages[3]["content"], r#"{"count":200,"elided":true}"#);
}

#[test]
fn a_call_that_was_interrupted_gets_a_result() {
    let before = [
        stored("user", &[user("1")]),
        stored("assistant", &[asks(&["a"])]),
        stored("user", &[user("2")]),
    ];
    let messages = request(
        "s",
        &before,
        &ModelTranscript::default(),
        Window {
            turns: 9,
            tokens: 9_999,
        },
    );
    assert!(
        messages[3]["content"]
            .as_str()
            .unwrap()
            .contains("interrupted")
    );
}

#[test]
fn messages_without_the_models_form_are_sent_as_text() {
    let mut plain = stored("user", &[]);
    plain.model = None;
    let messages = request(
        "s",
        &[plain],
        &ModelTranscript::default(),
        Window {
            turns: 9,
            tokens: 9_999,
        },
    );
    assert_eq!(messages[1]["content"], "kept text");
}

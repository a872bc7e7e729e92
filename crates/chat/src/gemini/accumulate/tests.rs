//! What Gemini's stream sends, piece by piece.

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
        Outcome::Retry(why) => panic!("{why}"),
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
        chunk(&json!({"content": "hi", "extra_content": {"google": {"thought_signature": "t"}}})),
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
    assert!(step.calls.is_empty());
}

#[test]
fn an_unusable_answer_is_requested_again() {
    let again = |chunks: &[Value]| {
        let mut step = Accumulator::default();
        for chunk in chunks {
            step.push(chunk).unwrap();
        }
        matches!(step.finish("m", str::to_owned), Outcome::Retry(_))
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

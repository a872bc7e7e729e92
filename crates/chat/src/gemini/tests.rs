//! The adapter against a fake that behaves as Gemini does, over real HTTP.

use rand::SeedableRng;
use serde_json::json;
use taskwire_domain::SystemClock;
use taskwire_testkit::gemini::{Call as FakeCall, FakeGemini, Fault, Reply as Say};

use super::attempt::SKIP_SIGNATURE;
use super::*;
use crate::model::{Reply, ToolChoice};

fn gemini(fake: &FakeGemini, effort: Option<&str>) -> Gemini {
    let config = ModelConfig {
        base_url: format!("{}/", fake.url()),
        api_key: Some(Secret::new("key")),
        models: vec!["first".into(), "second".into()],
        reasoning_effort: effort.map(str::to_owned),
        silence: Silence::default(),
    };
    let ids = Arc::new(Ids::new(rand::rngs::StdRng::seed_from_u64(1)));
    let http = reqwest::Client::builder().build().unwrap();
    let gemini = Gemini::new(config, http, Arc::new(SystemClock), ids)
        .unwrap()
        .unwrap();
    gemini.with_pause(Duration::from_millis(1))
}

fn turn(messages: Vec<Value>) -> ModelTurn {
    let mut all = vec![
        json!({"role": "system", "content": "be brief"}),
        json!({"role": "user", "content": "hi"}),
    ];
    all.extend(messages);
    let parameters = json!({"type": "object", "properties": {"x": {"type": "integer"}}});
    let tool = json!({"type": "function", "function": {"name": "f", "description": "d", "parameters": parameters}});
    ModelTurn {
        messages: all,
        tools: vec![tool],
        tool_choice: ToolChoice::Auto,
        until: Instant::now() + Duration::from_mins(5),
    }
}

struct Heard {
    text: String,
    restarts: usize,
    end: Result<Reply, ModelError>,
}

async fn ask(gemini: &Gemini, turn: ModelTurn) -> Heard {
    let mut heard = Heard {
        text: String::new(),
        restarts: 0,
        end: Err(ModelError::Unusable),
    };
    let mut events = gemini.stream(turn);
    while let Some(event) = events.next().await {
        match event {
            Ok(ModelEvent::Text(delta)) => heard.text.push_str(&delta),
            Ok(ModelEvent::Restart) => heard.restarts += 1,
            Ok(ModelEvent::Done(reply)) => heard.end = Ok(*reply),
            Err(error) => heard.end = Err(error),
        }
    }
    heard
}

async fn hear(replies: Vec<Say>) -> (Heard, Vec<Value>) {
    let fake = FakeGemini::start(replies).await.unwrap();
    let heard = ask(&gemini(&fake, None), turn(Vec::new())).await;
    (heard, fake.requests())
}

fn models(requests: &[Value]) -> Vec<&str> {
    requests
        .iter()
        .map(|request| request["model"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn text_is_streamed_and_kept() {
    let (heard, requests) = hear(vec![Say::text("a few words in pieces")]).await;
    assert_eq!(heard.text, "a few words in pieces");
    let reply = heard.end.unwrap();
    assert_eq!(reply.text, heard.text);
    assert_eq!(reply.prompt_tokens, Some(100));
    let mut fields: Vec<&String> = requests[0].as_object().unwrap().keys().collect();
    fields.sort();
    assert_eq!(
        fields,
        [
            "messages",
            "model",
            "stream",
            "stream_options",
            "tool_choice",
            "tools"
        ]
    );
}

#[tokio::test]
async fn signatures_come_back_verbatim() {
    let calls = [
        FakeCall::new("f", json!({"x": 1})),
        FakeCall::new("f", json!({"x": 2})),
    ];
    let fake = FakeGemini::start(vec![Say::calls(calls), Say::text("ok")])
        .await
        .unwrap();
    let gemini = gemini(&fake, None);
    let first = ask(&gemini, turn(Vec::new())).await.end.unwrap();
    assert_eq!(first.calls.len(), 2);
    assert!(
        first.message["tool_calls"][1]
            .get("extra_content")
            .is_none(),
        "none is invented"
    );
    let mut messages = vec![first.message];
    for call in &first.calls {
        messages
            .push(json!({"role": "tool", "tool_call_id": call.id, "name": "f", "content": "{}"}));
    }
    assert_eq!(ask(&gemini, turn(messages)).await.end.unwrap().text, "ok");
    assert_eq!(fake.requests().len(), 2, "nothing had to be asked again");
}

#[tokio::test]
async fn a_missing_signature_is_replaced_in_a_second_attempt() {
    let fake = FakeGemini::start(vec![Say::text("ok")]).await.unwrap();
    let call = json!({"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}});
    for call in [call.clone(), {
        let mut foreign = call.clone();
        foreign["extra_content"] = json!({"google": {"thought_signature": "of another model"}});
        foreign
    }] {
        let messages = vec![
            json!({"role": "assistant", "tool_calls": [call]}),
            json!({"role": "tool", "tool_call_id": "a", "name": "f", "content": "{}"}),
        ];
        let before = fake.requests().len();
        assert_eq!(
            ask(&gemini(&fake, None), turn(messages))
                .await
                .end
                .unwrap()
                .text,
            "ok"
        );
        let requests = fake.requests();
        assert_eq!(requests.len(), before + 2);
        let signature =
            &requests[before + 1]["messages"][2]["tool_calls"][0]["extra_content"]["google"];
        assert_eq!(signature["thought_signature"], SKIP_SIGNATURE);
        fake.push([Say::text("ok")]);
    }
}

#[tokio::test]
async fn an_effort_the_model_does_not_take_is_dropped() {
    let fake = FakeGemini::start(vec![Say::text("ok")]).await.unwrap();
    let heard = ask(&gemini(&fake, Some("minimal")), turn(Vec::new())).await;
    assert_eq!(heard.end.unwrap().text, "ok");
    let requests = fake.requests();
    assert_eq!(requests[0]["reasoning_effort"], "minimal");
    assert!(requests[1].get("reasoning_effort").is_none());
}

#[tokio::test]
async fn quirks_of_the_wire() {
    let chunk = |delta: Value| json!({"choices": [{"delta": delta, "index": 0}]});
    let signed = json!({"google": {"thought_signature": "s"}});
    let chunks = vec![
        chunk(
            json!({"tool_calls": [{"index": 0, "id": "", "function": {"name": "f", "arguments": "{\"x\""}}]}),
        ),
        chunk(json!({"tool_calls": [{"index": 0, "function": {"arguments": ":1}"}}]})),
        chunk(json!({"tool_calls": [{"extra_content": signed}]})),
        chunk(
            json!({"tool_calls": [{"index": 0, "id": "", "function": {"name": "f", "arguments": "{\"x\":2}"}}]}),
        ),
        json!({"choices": [{"delta": {"role": "assistant", "content": ""}, "finish_reason": "stop", "index": 0}]}),
    ];
    let (heard, _) = hear(vec![Say::Chunks(chunks)]).await;
    let reply = heard.end.unwrap();
    assert_eq!(
        reply
            .calls
            .iter()
            .map(|call| &call.arguments["x"])
            .collect::<Vec<_>>(),
        [&json!(1), &json!(2)]
    );
    assert!(reply.calls.iter().all(|call| call.id.starts_with("call_")));
    assert_ne!(reply.calls[0].id, reply.calls[1].id);
    assert_eq!(reply.message["tool_calls"][0]["extra_content"], signed);
}

#[tokio::test]
async fn what_is_not_an_answer_is_asked_again() {
    for (fault, restarts) in [
        (Fault::Empty, 0),
        (Fault::Malformed, 0),
        (Fault::NoFinish("half".into()), 1),
        (Fault::Cut("half".into()), 1),
        (Fault::InBand("half".into(), 503, "UNAVAILABLE".into()), 1),
    ] {
        let (heard, requests) = hear(vec![Say::Fault(fault.clone()), Say::text("whole")]).await;
        assert_eq!(heard.end.unwrap().text, "whole", "{fault:?}");
        assert_eq!(heard.restarts, restarts, "{fault:?}");
        assert_eq!(models(&requests), ["first", "first"]);
    }
}

#[tokio::test]
async fn a_model_that_stays_useless_is_left_for_the_next() {
    let empty = || Say::Fault(Fault::Empty);
    let (heard, requests) = hear(vec![empty(), empty(), empty(), Say::text("other")]).await;
    assert_eq!(heard.end.unwrap().model, "second");
    assert_eq!(models(&requests), ["first", "first", "first", "second"]);
    let (heard, requests) = hear((0..6).map(|_| empty()).collect()).await;
    assert_eq!(heard.end.unwrap_err(), ModelError::Unusable);
    assert_eq!(requests.len(), 6);
}

#[tokio::test]
async fn a_short_quota_is_waited_for() {
    let begun = Instant::now();
    let (heard, requests) = hear(vec![
        Say::Fault(Fault::PerMinute("0.4s".into())),
        Say::text("ok"),
    ])
    .await;
    assert_eq!(heard.end.unwrap().text, "ok");
    assert_eq!(models(&requests), ["first", "first"]);
    assert!(begun.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_long_quota_means_the_next_model_at_once() {
    for fault in [Fault::PerDay, Fault::PerMinute("58s".into())] {
        let (heard, requests) = hear(vec![Say::Fault(fault), Say::text("ok")]).await;
        assert_eq!(heard.end.unwrap().model, "second");
        assert_eq!(models(&requests), ["first", "second"]);
    }
    let (heard, _) = hear(vec![Say::Fault(Fault::PerDay), Say::Fault(Fault::PerDay)]).await;
    assert_eq!(
        heard.end.unwrap_err(),
        ModelError::Quota(Some(Duration::from_secs(58)))
    );
}

#[tokio::test]
async fn an_outage_is_retried_and_then_left() {
    let (heard, requests) = hear(vec![Say::Fault(Fault::Unavailable), Say::text("ok")]).await;
    assert_eq!(
        (heard.end.unwrap().text.as_str(), requests.len()),
        ("ok", 2)
    );
    let mut script: Vec<Say> = (0..3).map(|_| Say::Fault(Fault::Unavailable)).collect();
    script.push(Say::text("ok"));
    let (heard, requests) = hear(script).await;
    assert_eq!(heard.end.unwrap().model, "second");
    assert_eq!(models(&requests), ["first", "first", "first", "second"]);
}

#[tokio::test]
async fn answers_that_are_no_stream_are_no_answer() {
    for fault in [Fault::NotAStream, Fault::Html, Fault::UnknownModel] {
        let (heard, requests) = hear(vec![Say::Fault(fault), Say::text("ok")]).await;
        assert_eq!(heard.end.unwrap().text, "ok");
        assert_eq!(models(&requests), ["first", "second"]);
    }
}

#[tokio::test]
async fn a_refused_key_and_a_blocked_prompt_end_it() {
    let (heard, requests) = hear(vec![Say::Fault(Fault::BadKey)]).await;
    assert_eq!(
        (heard.end.unwrap_err(), requests.len()),
        (ModelError::Key, 1)
    );
    let (heard, requests) = hear(vec![Say::Fault(Fault::Blocked)]).await;
    assert_eq!(
        (heard.end.unwrap_err(), requests.len()),
        (ModelError::Blocked, 1)
    );
    let (heard, _) = hear(vec![Say::Fault(Fault::Safety("so".into()))]).await;
    assert_eq!(
        (heard.end.unwrap_err(), heard.restarts),
        (ModelError::Blocked, 0)
    );
}

#[tokio::test]
async fn a_request_the_endpoint_refuses_is_not_repeated() {
    let fake = FakeGemini::start(vec![Say::text("never")]).await.unwrap();
    let mut turn = turn(Vec::new());
    turn.tools[0]["function"]["parameters"]["additionalProperties"] = json!(false);
    let heard = ask(&gemini(&fake, None), turn).await;
    let Err(ModelError::Refused(why)) = heard.end else {
        panic!()
    };
    assert!(why.contains("additionalProperties"));
    assert_eq!(fake.requests().len(), 1);
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let fake = FakeGemini::start(Vec::new()).await.unwrap();
    let gemini = gemini(&fake, None);
    drop(fake);
    tokio::time::sleep(Duration::from_millis(20)).await;
    let heard = ask(&gemini, turn(Vec::new())).await;
    assert_eq!(heard.end.unwrap_err(), ModelError::Unreachable);
}

#[test]
fn a_configuration_is_checked() {
    let make = |key: Option<&str>, models: &[&str]| {
        let config = ModelConfig {
            base_url: "http://127.0.0.1:1".into(),
            api_key: key.map(Secret::new),
            models: models.iter().map(|&model| model.to_owned()).collect(),
            reasoning_effort: None,
            silence: Silence::default(),
        };
        let ids = Arc::new(Ids::new(rand::rngs::StdRng::seed_from_u64(1)));
        let http = reqwest::Client::builder().build().unwrap();
        Gemini::new(config, http, Arc::new(SystemClock), ids).map(|gemini| gemini.is_some())
    };
    assert_eq!(make(None, &["m"]), Ok(false));
    assert_eq!(make(Some(" "), &["m"]), Ok(false));
    assert_eq!(make(Some("k\ney"), &["m"]), Err(ModelConfigError::Key));
    assert_eq!(make(Some("key"), &[]), Err(ModelConfigError::NoModel));
    assert_eq!(make(Some("key\n"), &["m"]), Ok(true));
}

/// An adapter that waits for so many milliseconds at most.
fn impatient(fake: &FakeGemini, first: u64, gap: u64) -> Gemini {
    let config = ModelConfig {
        base_url: fake.url().into(),
        api_key: Some(Secret::new("key")),
        models: vec!["first".into(), "second".into()],
        reasoning_effort: None,
        silence: Silence {
            first: Duration::from_millis(first),
            gap: Duration::from_millis(gap),
        },
    };
    let ids = Arc::new(Ids::new(rand::rngs::StdRng::seed_from_u64(1)));
    let http = reqwest::Client::builder().build().unwrap();
    let gemini = Gemini::new(config, http, Arc::new(SystemClock), ids);
    gemini
        .unwrap()
        .unwrap()
        .with_pause(Duration::from_millis(1))
}

fn asked_models(fake: &FakeGemini) -> Vec<String> {
    let requests = fake.requests();
    let models = requests
        .iter()
        .map(|request| request["model"].as_str().unwrap().to_owned());
    models.collect()
}

#[tokio::test]
async fn a_model_that_does_not_begin_is_left_for_the_next_one() {
    let fake = FakeGemini::start(vec![
        Say::Slow(Duration::from_mins(1), "late".into()),
        Say::text("here"),
    ])
    .await
    .unwrap();
    let events: Vec<_> = impatient(&fake, 100, 10_000)
        .stream(turn(vec![]))
        .collect()
        .await;
    let Some(Ok(ModelEvent::Done(reply))) = events.last() else {
        panic!("{events:?}");
    };
    assert_eq!(
        (reply.text.as_str(), reply.model.as_str()),
        ("here", "second")
    );
    assert_eq!(asked_models(&fake), ["first", "second"]);
}

#[tokio::test]
async fn a_model_that_stops_in_the_middle_is_not_asked_again() {
    let fake = FakeGemini::start(vec![
        Say::Fault(Fault::Hang("once upon".into())),
        Say::Fault(Fault::Hang("it was".into())),
    ])
    .await
    .unwrap();
    let events: Vec<_> = impatient(&fake, 10_000, 100)
        .stream(turn(vec![]))
        .collect()
        .await;
    let text: Vec<&ModelEvent> = events.iter().flatten().collect();
    let restart = text.iter().position(|event| **event == ModelEvent::Restart);
    assert!(restart.is_some_and(|at| at > 0), "{events:?}");
    assert_ne!(
        text.last(),
        Some(&&ModelEvent::Restart),
        "the last words stay"
    );
    assert_eq!(events.last(), Some(&Err(ModelError::Stalled)));
    assert_eq!(asked_models(&fake), ["first", "second"]);
}

#[tokio::test]
async fn the_time_of_a_turn_is_divided_over_the_models() {
    let slow = || Say::Slow(Duration::from_mins(1), "late".into());
    let fake = FakeGemini::start(vec![slow(), slow()]).await.unwrap();
    let mut asked = turn(vec![]);
    asked.until = Instant::now() + Duration::from_millis(400);
    let events: Vec<_> = impatient(&fake, 60_000, 60_000)
        .stream(asked)
        .collect()
        .await;
    assert_eq!(events, [Err(ModelError::Stalled)]);
    assert_eq!(
        asked_models(&fake),
        ["first", "second"],
        "each had its part"
    );
}

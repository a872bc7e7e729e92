//! The client against a fake that behaves like Gemini, over real HTTP.

mod timeouts;

use rand::SeedableRng;
use serde_json::json;
use taskwire_client::Secret;
use taskwire_domain::SystemClock;
use taskwire_testkit::gemini::{Call as FakeCall, FakeGemini, Fault, Reply as FakeReply};

use super::attempt::SKIP_SIGNATURE;
use super::*;
use crate::model::{Reply, ToolChoice};

fn gemini(fake: &FakeGemini, effort: Option<&str>) -> Gemini {
    adapter(format!("{}/", fake.url()), effort, IdleTimeout::default())
}

fn adapter(base_url: String, effort: Option<&str>, idle_timeout: IdleTimeout) -> Gemini {
    let config = ModelConfig {
        base_url,
        api_key: Some(Secret::new("key").into()),
        models: vec!["first".into(), "second".into()],
        reasoning_effort: effort.map(str::to_owned),
        idle_timeout,
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
        deadline: Instant::now() + Duration::from_mins(5),
    }
}

struct Received {
    text: String,
    restarts: usize,
    end: Result<Reply, ModelError>,
}

async fn ask(gemini: &Gemini, turn: ModelTurn) -> Received {
    let mut received = Received {
        text: String::new(),
        restarts: 0,
        end: Err(ModelError::Unusable),
    };
    let mut events = gemini.stream(turn);
    while let Some(event) = events.next().await {
        match event {
            Ok(ModelEvent::Text(delta)) => received.text.push_str(&delta),
            Ok(ModelEvent::Restart) => received.restarts += 1,
            Ok(ModelEvent::Done(reply)) => received.end = Ok(*reply),
            Err(error) => received.end = Err(error),
        }
    }
    received
}

async fn run_script(replies: Vec<FakeReply>) -> (Received, Vec<Value>) {
    let fake = FakeGemini::start(replies).await.unwrap();
    let received = ask(&gemini(&fake, None), turn(Vec::new())).await;
    (received, fake.requests())
}

fn models(requests: &[Value]) -> Vec<&str> {
    requests
        .iter()
        .map(|request| request["model"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn text_is_streamed_and_kept() {
    let (received, requests) = run_script(vec![FakeReply::text("a few words in pieces")]).await;
    assert_eq!(received.text, "a few words in pieces");
    let reply = received.end.unwrap();
    assert_eq!(reply.text, received.text);
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
    let fake = FakeGemini::start(vec![FakeReply::calls(calls), FakeReply::text("ok")])
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
    let fake = FakeGemini::start(vec![FakeReply::text("ok")])
        .await
        .unwrap();
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
        fake.push([FakeReply::text("ok")]);
    }
}

#[tokio::test]
async fn an_effort_the_model_does_not_take_is_dropped() {
    let fake = FakeGemini::start(vec![FakeReply::text("ok")])
        .await
        .unwrap();
    let received = ask(&gemini(&fake, Some("minimal")), turn(Vec::new())).await;
    assert_eq!(received.end.unwrap().text, "ok");
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
    let (received, _) = run_script(vec![FakeReply::Chunks(chunks)]).await;
    let reply = received.end.unwrap();
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
async fn an_unusable_answer_is_requested_again() {
    for (fault, restarts) in [
        (Fault::Empty, 0),
        (Fault::Malformed, 0),
        (Fault::NoFinish("half".into()), 1),
        (Fault::Cut("half".into()), 1),
        (Fault::InBand("half".into(), 503, "UNAVAILABLE".into()), 1),
    ] {
        let (received, requests) = run_script(vec![
            FakeReply::Fault(fault.clone()),
            FakeReply::text("whole"),
        ])
        .await;
        assert_eq!(received.end.unwrap().text, "whole", "{fault:?}");
        assert_eq!(received.restarts, restarts, "{fault:?}");
        assert_eq!(models(&requests), ["first", "first"]);
    }
}

#[tokio::test]
async fn a_model_without_usable_answers_is_followed_by_the_next() {
    let empty = || FakeReply::Fault(Fault::Empty);
    let (received, requests) =
        run_script(vec![empty(), empty(), empty(), FakeReply::text("other")]).await;
    assert_eq!(received.end.unwrap().model, "second");
    assert_eq!(models(&requests), ["first", "first", "first", "second"]);
    let (received, requests) = run_script((0..6).map(|_| empty()).collect()).await;
    assert_eq!(received.end.unwrap_err(), ModelError::Unusable);
    assert_eq!(requests.len(), 6);
}

#[tokio::test]
async fn a_short_quota_is_waited_for() {
    let begun = Instant::now();
    let (received, requests) = run_script(vec![
        FakeReply::Fault(Fault::PerMinute("0.4s".into())),
        FakeReply::text("ok"),
    ])
    .await;
    assert_eq!(received.end.unwrap().text, "ok");
    assert_eq!(models(&requests), ["first", "first"]);
    assert!(begun.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_long_quota_leads_to_the_next_model_at_once() {
    for fault in [Fault::PerDay, Fault::PerMinute("58s".into())] {
        let (received, requests) =
            run_script(vec![FakeReply::Fault(fault), FakeReply::text("ok")]).await;
        assert_eq!(received.end.unwrap().model, "second");
        assert_eq!(models(&requests), ["first", "second"]);
    }
    let (received, _) = run_script(vec![
        FakeReply::Fault(Fault::PerDay),
        FakeReply::Fault(Fault::PerDay),
    ])
    .await;
    assert_eq!(
        received.end.unwrap_err(),
        ModelError::Quota(Some(Duration::from_secs(58)))
    );
}

#[tokio::test]
async fn an_outage_is_retried_and_then_the_next_model_is_asked() {
    let (received, requests) = run_script(vec![
        FakeReply::Fault(Fault::Unavailable),
        FakeReply::text("ok"),
    ])
    .await;
    assert_eq!(
        (received.end.unwrap().text.as_str(), requests.len()),
        ("ok", 2)
    );
    let mut script: Vec<FakeReply> = (0..3)
        .map(|_| FakeReply::Fault(Fault::Unavailable))
        .collect();
    script.push(FakeReply::text("ok"));
    let (received, requests) = run_script(script).await;
    assert_eq!(received.end.unwrap().model, "second");
    assert_eq!(models(&requests), ["first", "first", "first", "second"]);
}

#[tokio::test]
async fn an_answer_that_is_no_stream_leads_to_the_next_model() {
    for fault in [Fault::NotAStream, Fault::Html, Fault::UnknownModel] {
        let (received, requests) =
            run_script(vec![FakeReply::Fault(fault), FakeReply::text("ok")]).await;
        assert_eq!(received.end.unwrap().text, "ok");
        assert_eq!(models(&requests), ["first", "second"]);
    }
}

#[tokio::test]
async fn a_refused_key_and_a_blocked_prompt_end_it() {
    let (received, requests) = run_script(vec![FakeReply::Fault(Fault::BadKey)]).await;
    assert_eq!(
        (received.end.unwrap_err(), requests.len()),
        (ModelError::Key, 1)
    );
    let (received, requests) = run_script(vec![FakeReply::Fault(Fault::Blocked)]).await;
    assert_eq!(
        (received.end.unwrap_err(), requests.len()),
        (ModelError::Blocked, 1)
    );
    let (received, _) = run_script(vec![FakeReply::Fault(Fault::Safety("so".into()))]).await;
    assert_eq!(
        (received.end.unwrap_err(), received.restarts),
        (ModelError::Blocked, 0)
    );
}

#[tokio::test]
async fn a_request_the_endpoint_refuses_is_not_repeated() {
    let fake = FakeGemini::start(vec![FakeReply::text("never")])
        .await
        .unwrap();
    let mut turn = turn(Vec::new());
    turn.tools[0]["function"]["parameters"]["additionalProperties"] = json!(false);
    let received = ask(&gemini(&fake, None), turn).await;
    let Err(ModelError::Refused(why)) = received.end else {
        panic!()
    };
    assert!(why.contains("additionalProperties"));
    assert_eq!(fake.requests().len(), 1);
}

#[tokio::test]
async fn a_closed_port_is_unreachable() {
    let fake = FakeGemini::start(Vec::new()).await.unwrap();
    let gemini = gemini(&fake, None);
    drop(fake);
    tokio::time::sleep(Duration::from_millis(20)).await;
    let received = ask(&gemini, turn(Vec::new())).await;
    assert_eq!(received.end.unwrap_err(), ModelError::Unreachable);
}

#[test]
fn a_configuration_is_checked() {
    let make = |key: Option<&str>, models: &[&str]| {
        let config = ModelConfig {
            base_url: "http://127.0.0.1:1".into(),
            api_key: key.map(|key| Secret::new(key).into()),
            models: models.iter().map(|&model| model.to_owned()).collect(),
            reasoning_effort: None,
            idle_timeout: IdleTimeout::default(),
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

#[tokio::test]
async fn requests_and_tokens_are_measured() {
    let (recorder, measured) = taskwire_telemetry::Metrics::recorder().unwrap();
    let _measuring = metrics::set_default_local_recorder(&recorder);
    let failed = FakeReply::Fault(Fault::UnknownModel);
    let (received, _) = run_script(vec![failed, FakeReply::text("hello")]).await;
    received.end.unwrap();
    let text = measured.render();
    let mut lines: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("gen_ai_client"))
        .filter(|line| line.contains("_count{") || line.contains("usage_sum{"))
        .collect();
    lines.sort_unstable();
    // Thoughts are part of the total, and of the output.
    insta::assert_snapshot!(lines.join("\n"), @r#"
    gen_ai_client_operation_duration_seconds_count{gen_ai_operation_name="chat",gen_ai_provider_name="gcp.gemini",gen_ai_request_model="first",error_type="refused"} 1
    gen_ai_client_operation_duration_seconds_count{gen_ai_operation_name="chat",gen_ai_provider_name="gcp.gemini",gen_ai_request_model="second"} 1
    gen_ai_client_token_usage_count{gen_ai_token_type="input",gen_ai_operation_name="chat",gen_ai_provider_name="gcp.gemini",gen_ai_request_model="second"} 1
    gen_ai_client_token_usage_count{gen_ai_token_type="output",gen_ai_operation_name="chat",gen_ai_provider_name="gcp.gemini",gen_ai_request_model="second"} 1
    gen_ai_client_token_usage_sum{gen_ai_token_type="input",gen_ai_operation_name="chat",gen_ai_provider_name="gcp.gemini",gen_ai_request_model="second"} 100
    gen_ai_client_token_usage_sum{gen_ai_token_type="output",gen_ai_operation_name="chat",gen_ai_provider_name="gcp.gemini",gen_ai_request_model="second"} 50
    "#);
}

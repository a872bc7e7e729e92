//! A conversation with a model.

use serde_json::{Value, json};
use taskwire_testkit::gemini::{
    Call, FakeGemini, Fault, Reply, Script, last_user_text, tool_results,
};

use super::fixture::{Fixture, until, user_message};

#[tokio::test]
async fn a_sentence_becomes_a_task_and_an_answer() {
    let fixture = Fixture::with(Script::from_fn(|request: &Value| {
        let results = tool_results(request);
        match results.last() {
            None if last_user_text(request).contains("every monday") => Reply::call(
                "tasks_add",
                json!({"tasks": [{"quick": "water plants every monday"}]}),
            ),
            Some(result) => {
                let task = &result["results"][0]["task"];
                Reply::text(format!(
                    "Added #{}, due {}.",
                    task["number"],
                    task["due_weekday"].as_str().unwrap()
                ))
            }
            None => Reply::text("What?"),
        }
    }))
    .await;
    let stream = fixture.send_text("u1", "water plants every monday").await;
    assert_eq!(stream.text(), "Added #1, due Friday.");
    assert_eq!(stream.finish(), "stop");
    assert_eq!(stream.of("start-step").count(), 2);
    assert_eq!(
        stream.of("tool-output-available").next().unwrap()["output"]["results"][0]["task"]["number"],
        1
    );

    let requests = fixture.requests();
    assert_eq!(requests[0]["messages"][0]["role"], "system");
    let user = requests[0]["messages"][1]["content"].as_str().unwrap();
    assert_eq!(
        user,
        "[Now: Friday 2026-11-20 11:00, Europe/Rome]\nwater plants every monday"
    );
    assert_eq!(
        requests[0]["messages"][0], requests[1]["messages"][0],
        "the prefix must stay constant"
    );
    let bare = requests[0]["tools"]
        .as_array()
        .unwrap()
        .iter()
        .find(|tool| tool["function"]["name"] == "tags_list");
    assert!(bare.unwrap()["function"].get("parameters").is_none());

    let (name, _, turn, call) = fixture.tasks.calls.lock().unwrap()[0].clone();
    assert_eq!(
        (name.as_str(), turn.as_str()),
        ("tasks_add", stream.message())
    );
    assert_eq!(call, "call_1");

    let kept = fixture.api.messages("c1");
    assert_eq!(kept.len(), 2);
    assert_eq!(
        kept[0].parts,
        json!([{"type": "text", "text": "water plants every monday"}])
    );
    let kinds: Vec<&str> = kept[1]
        .parts
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["step-start", "dynamic-tool", "step-start", "text"]);
    assert_eq!(kept[1].parts[1]["state"], "output-available");
    assert!(
        !kept[1].parts.to_string().contains("signature-"),
        "signatures stay on the server"
    );
    let model = kept[1].model.as_ref().unwrap();
    assert_eq!(
        model["messages"][0]["tool_calls"][0]["extra_content"]["google"]["thought_signature"],
        "signature-1"
    );
}

#[tokio::test]
async fn a_step_is_kept_before_and_after_its_calls() {
    let fixture = Fixture::with(vec![
        Reply::call("tasks_add", json!({"tasks": [{"title": "a"}]})),
        Reply::text("ok"),
    ])
    .await;
    fixture.send_text("u1", "add a").await;
    let puts = fixture.api.puts.lock().unwrap();
    assert_eq!(puts[0]["parts"][1]["state"], "input-available");
    assert_eq!(puts[1]["parts"][1]["state"], "output-available");
    assert_eq!(puts[1]["model"]["messages"][1]["role"], "tool");
}

#[tokio::test]
async fn parallel_reads_and_ordered_writes_answer_in_the_order_of_the_calls() {
    let calls = [
        Call::new("tasks_add", json!({"tasks": [{"title": "a"}]})),
        Call::new("tasks_find", json!({})),
        Call::new("tags_list", json!({})),
        Call::new("tasks_complete", json!({"tasks": [{"number": 1}]})),
    ];
    let fixture = Fixture::with(vec![Reply::calls(calls), Reply::text("ok")]).await;
    let stream = fixture.send_text("u1", "go").await;
    assert_eq!(stream.text(), "ok");
    let messages = fixture.requests()[1]["messages"].clone();
    let names: Vec<&str> = messages
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|message| message["name"].as_str())
        .collect();
    assert_eq!(
        names,
        ["tasks_add", "tasks_find", "tags_list", "tasks_complete"]
    );
    assert_eq!(fixture.tasks.titles(), [("a".into(), "completed".into())]);
}

#[tokio::test]
async fn an_unknown_tool_is_reported_to_the_model() {
    let fixture = Fixture::with(vec![Reply::call("rm_rf", json!({})), Reply::text("sorry")]).await;
    let stream = fixture.send_text("u1", "go").await;
    assert_eq!(stream.of("tool-input-error").count(), 1);
    assert_eq!(stream.text(), "sorry");
}

#[tokio::test]
async fn interrupted_text_is_marked_and_not_stored() {
    for fault in [
        Fault::Cut("half an ans".into()),
        Fault::NoFinish("half an ans".into()),
        Fault::InBand("half an ans".into(), 503, "UNAVAILABLE".into()),
    ] {
        let fixture = Fixture::with(vec![Reply::Fault(fault), Reply::text("a whole answer")]).await;
        let stream = fixture.send_text("u1", "hi").await;
        let mark = stream.of("data-status").next().unwrap();
        assert_eq!(mark["data"]["replaces"], "text-1");
        assert!(stream.text().ends_with("a whole answer"));
        assert_eq!(stream.finish(), "stop");
        let kept = fixture.api.messages("c1")[1].parts.to_string();
        assert!(!kept.contains("half") && kept.contains("a whole answer"));
    }
}

#[tokio::test]
async fn a_model_that_is_down_leaves_simple_commands() {
    let down = (0..6)
        .map(|_| Reply::Fault(Fault::Unavailable))
        .collect::<Vec<_>>();
    let fixture = Fixture::with(down).await;
    let stream = fixture.send_text("u1", "add buy milk").await;
    assert!(
        stream.notices()[0].contains("cannot be reached"),
        "{:?}",
        stream.notices()
    );
    assert!(stream.notices()[0].contains("message is saved"));
    assert_eq!(stream.text(), "Added #1 buy milk, due Friday 2026-11-27.");
    assert_eq!(fixture.api.messages("c1").len(), 2);
}

#[tokio::test]
async fn a_change_is_described_when_the_model_fails_after_it() {
    let mut script = vec![Reply::call("tasks_add", json!({"tasks": [{"title": "a"}]}))];
    script.extend((0..2).map(|_| Reply::Fault(Fault::PerDay)));
    let fixture = Fixture::with(script).await;
    let stream = fixture.send_text("u1", "add a").await;
    assert!(stream.notices()[0].contains("quota"));
    assert_eq!(stream.text(), "Added #1 a, due Friday 2026-11-27.");
    assert_eq!(fixture.tasks.called(), ["tasks_add"]);
    // The conversation continues from there.
    fixture.gemini.as_ref().unwrap().push([Reply::text("fine")]);
    fixture
        .clock
        .0
        .lock()
        .unwrap()
        .clone_from(&"2026-11-20T11:00:00Z".parse().unwrap());
    assert_eq!(fixture.send_text("u2", "thanks").await.text(), "fine");
}

#[tokio::test]
async fn a_blocked_answer_is_reported() {
    let fixture = Fixture::with(vec![
        Reply::Fault(Fault::Safety("I will".into())),
        Reply::text("ok"),
    ])
    .await;
    let stream = fixture.send_text("u1", "hm").await;
    assert_eq!(stream.finish(), "content-filter");
    assert!(stream.notices()[0].contains("safety"));
    assert_eq!(fixture.send_text("u2", "and now").await.text(), "ok");
}

#[tokio::test]
async fn the_last_step_has_no_tools() {
    let fixture = Fixture::with(Script::from_fn(|request: &Value| {
        if request["tool_choice"] == "none" {
            return Reply::text("enough");
        }
        let step = tool_results(request).len();
        Reply::call("tasks_find", json!({"query": step.to_string()}))
    }))
    .await;
    let stream = fixture.send_text("u1", "search").await;
    assert_eq!(stream.text(), "enough");
    assert_eq!(fixture.requests().len(), 9);
}

#[tokio::test]
async fn the_same_call_again_and_again_is_stopped() {
    let fixture = Fixture::with(Script::from_fn(|request: &Value| {
        if request["tool_choice"] == "none" {
            Reply::text("enough")
        } else {
            Reply::call("tasks_find", json!({}))
        }
    }))
    .await;
    assert_eq!(fixture.send_text("u1", "search").await.text(), "enough");
    assert_eq!(fixture.tasks.called().len(), 3);
}

#[tokio::test]
async fn a_model_that_ignores_the_limit_runs_nothing_more() {
    let fixture = Fixture::with(Script::from_fn(|_: &Value| {
        Reply::call("tasks_find", json!({}))
    }))
    .await;
    let stream = fixture.send_text("u1", "search").await;
    assert!(stream.notices()[0].contains("too many steps"));
    assert_eq!(fixture.tasks.called().len(), 3);
    assert_eq!(stream.of("tool-input-available").count(), 3);
}

#[tokio::test]
async fn conversations_of_others_are_not_seen() {
    let fixture = Fixture::with(vec![Reply::text("secret plan"), Reply::text("hello")]).await;
    fixture.send_text("u1", "hi").await;
    let request = axum::http::Request::post("/api/v1/chat")
        .header("authorization", "Bearer bob")
        .header("content-type", "application/json")
        .body(axum::body::Body::from(user_message("u1", "hi").to_string()))
        .unwrap();
    let stream = super::read::Stream::read(fixture.send(request).await).await;
    assert_eq!(stream.text(), "hello");
    assert_eq!(
        fixture.requests()[1]["messages"].as_array().unwrap().len(),
        2
    );
}

#[tokio::test]
async fn the_chat_ends_its_turns_when_it_shuts_down() {
    let gemini = FakeGemini::start(vec![Reply::Fault(Fault::Hang("hm".into()))])
        .await
        .unwrap();
    let fixture = Fixture::new(Some(gemini), |_| {});
    let response = fixture.post(&user_message("u1", "hi")).await;
    until(|| fixture.gemini.as_ref().unwrap().open_streams() == 1).await;
    fixture.chat.shutdown().await;
    let stream = super::read::Stream::read(response).await;
    assert_eq!(stream.of("abort").count(), 1);
    assert_eq!(fixture.post(&user_message("u2", "hi")).await.status(), 503);
}

//! Turns killed in the middle of a call: whatever a person does next, everything happens once.

use serde_json::{Value, json};
use taskwire_testkit::gemini::{Call, Reply, Script, tool_results};

use super::fixture::{Fixture, user_message};
use super::read::Stream;

/// A model that adds a task if there is no result yet, and then says so.
async fn fixture() -> Fixture {
    Fixture::with(Script::from_fn(|request: &Value| {
        match tool_results(request).last() {
            None => Reply::call("tasks_add", json!({"tasks": [{"title": "a"}]})),
            Some(_) => Reply::text("added"),
        }
    }))
    .await
}

/// The answer to "add a", as stored while its call runs.
async fn killed() -> Fixture {
    let fixture = fixture().await;
    fixture.send_text("u1", "add a").await;
    fixture.api.kill_at("c1", 0);
    let parts = &fixture.api.messages("c1")[1].parts;
    assert_eq!(parts[1]["state"], "input-available");
    fixture
}

fn again() -> Value {
    json!({"id": "c1", "trigger": "regenerate-message", "messages": []})
}

fn assert_recovered_once(fixture: &Fixture) {
    assert_eq!(
        fixture.tasks.titles().len(),
        1,
        "{:?}",
        fixture.tasks.titles()
    );
    let keys = fixture.tasks.keys.lock().unwrap().clone();
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    let kept = fixture.api.messages("c1");
    let calls: Vec<&Value> = kept[1]
        .parts
        .as_array()
        .unwrap()
        .iter()
        .filter(|part| part["type"] == "dynamic-tool")
        .collect();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0]["state"], "output-available");
}

#[tokio::test]
async fn another_answer_repeats_the_call_with_its_key_and_continues() {
    let fixture = killed().await;
    let stream = fixture.read(&again()).await;
    assert_eq!(stream.of("tool-output-available").count(), 1);
    assert_eq!(stream.text(), "added");
    assert_recovered_once(&fixture);
}

#[tokio::test]
async fn a_call_that_was_never_made_is_made_once() {
    let fixture = killed().await;
    fixture.tasks.rows.lock().unwrap().clear();
    fixture.tasks.answers.lock().unwrap().clear();
    fixture.tasks.items.lock().unwrap().clear();
    fixture.read(&again()).await;
    assert_recovered_once(&fixture);
}

#[tokio::test]
async fn a_retry_without_any_record_has_the_same_key() {
    let fixture = fixture().await;
    fixture.send_text("u1", "add a").await;
    fixture.api.forget_answers("c1");
    fixture.read(&again()).await;
    assert_recovered_once(&fixture);
}

#[tokio::test]
async fn other_words_and_other_messages_have_other_keys() {
    let fixture = fixture().await;
    fixture.send_text("u1", "add a").await;
    let mut edit = user_message("u1", "add a, please");
    edit["messageId"] = json!("u1");
    fixture.read(&edit).await;
    fixture.send_text("u2", "add a").await;
    let mut keys = fixture.tasks.keys.lock().unwrap().clone();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 3);
    assert_eq!(fixture.tasks.titles().len(), 3);
}

#[tokio::test]
async fn the_same_message_again_is_no_empty_answer() {
    let fixture = killed().await;
    let stream = fixture.send_text("u1", "add a").await;
    assert_eq!(stream.text(), "added");
    assert_recovered_once(&fixture);
}

#[tokio::test]
async fn a_page_that_comes_back_sees_it_closed_and_marked() {
    let fixture = killed().await;
    let response = fixture.command("GET", "/api/v1/chat/c1/stream").await;
    assert_eq!(response.status(), 200);
    let stream = Stream::read(response).await;
    assert_eq!(stream.of("tool-output-available").count(), 1);
    assert!(stream.notices()[0].contains("interrupted"));
    assert_recovered_once(&fixture);
    let model = fixture.api.messages("c1")[1].model.clone().unwrap();
    assert_eq!(model["progress"], "interrupted");
    let response = fixture.command("GET", "/api/v1/chat/c1/stream").await;
    assert_eq!(response.status(), 204, "it is closed once");
}

#[tokio::test]
async fn the_next_message_comes_after_what_was_begun() {
    let fixture = killed().await;
    let stream = fixture.send_text("u2", "thanks").await;
    assert_eq!(stream.finish(), "stop");
    let requests = fixture.requests();
    let sent = requests.last().unwrap()["messages"].to_string();
    assert!(
        sent.contains("results"),
        "the model reads the outcome: {sent}"
    );
    let part = fixture.api.messages("c1")[1].parts[1].clone();
    assert_eq!(part["state"], "output-available");
}

#[tokio::test]
async fn an_approved_call_runs_once_although_it_was_killed() {
    let fixture = Fixture::with(Script::from_fn(|request: &Value| {
        match tool_results(request).last() {
            None => Reply::call("tasks_delete", json!({"numbers": [1]})),
            Some(_) => Reply::text("gone"),
        }
    }))
    .await;
    fixture.tasks.add("a");
    let asked = fixture.send_text("u1", "delete a").await;
    fixture.click(&asked, true).await;
    let puts = fixture.api.puts.lock().unwrap().clone();
    let at = puts
        .iter()
        .position(|put| put["parts"][1]["state"] == "approval-responded")
        .expect("the click is kept before its call is made");
    fixture.api.kill_at("c1", at);
    let stream = fixture.click(&asked, true).await;
    assert_eq!(stream.of("tool-output-available").count(), 1);
    assert_recovered_once(&fixture);
    assert_eq!(fixture.tasks.titles()[0].1, "deleted");
}

#[tokio::test]
async fn a_call_that_is_too_old_to_ask_for_is_not_repeated() {
    let fixture = killed().await;
    {
        let mut now = fixture.clock.0.lock().unwrap();
        *now += std::time::Duration::from_hours(24);
    }
    let calls = fixture.tasks.called().len();
    let response = fixture.command("GET", "/api/v1/chat/c1/stream").await;
    let stream = Stream::read(response).await;
    let text = stream.of("tool-output-error").next().unwrap()["errorText"].clone();
    assert!(
        text.as_str().unwrap().contains("may have been made"),
        "{text}"
    );
    assert_eq!(fixture.tasks.called().len(), calls);
}

/// A model that requests two batches in one answer, and then says so.
async fn batches() -> Fixture {
    Fixture::with(Script::from_fn(|request: &Value| {
        let batch = |names: [&str; 3]| json!({"tasks": names.map(|name| json!({"title": name}))});
        match tool_results(request).last() {
            None => Reply::calls([
                Call::new("tasks_add", batch(["a", "b", "c"])),
                Call::new("tasks_add", batch(["d", "e", "f"])),
            ]),
            Some(_) => Reply::text("added"),
        }
    }))
    .await
}

#[tokio::test]
async fn another_answer_repeats_what_failed_for_a_transient_reason_once() {
    for reached in 0..7 {
        let fixture = batches().await;
        *fixture.tasks.left.lock().unwrap() = Some(reached);
        let first = fixture.send_text("u1", "add six").await;
        assert_eq!(fixture.tasks.titles().len(), reached, "{reached}");
        // The API fails once more, earlier than before.
        *fixture.tasks.left.lock().unwrap() = Some(reached / 2);
        fixture.read(&again()).await;
        *fixture.tasks.left.lock().unwrap() = None;
        let stream = fixture.read(&again()).await;
        assert_eq!(stream.text(), "added", "{reached}");
        assert_eq!(stream.message(), first.message());
        let titles = fixture.tasks.titles().into_iter().map(|task| task.0);
        let mut titles: Vec<String> = titles.collect();
        titles.sort();
        assert_eq!(titles, ["a", "b", "c", "d", "e", "f"], "{reached}");
        let kept = fixture.api.messages("c1");
        let outputs: Vec<Value> = kept[1]
            .parts
            .as_array()
            .unwrap()
            .iter()
            .filter(|part| part["type"] == "dynamic-tool")
            .map(|part| part["output"]["failures"].clone())
            .collect();
        assert_eq!(outputs, [json!([]), json!([])], "{reached}");
        let model = kept[1].model.clone().unwrap();
        assert!(!model["messages"].to_string().contains("unreachable"));
        // Nothing is left to do: another answer changes nothing.
        let calls = fixture.tasks.called().len();
        fixture.read(&again()).await;
        assert_eq!(fixture.tasks.called().len(), calls, "{reached}");
    }
}

#[tokio::test]
async fn another_answer_to_a_command_makes_it_again() {
    let fixture = Fixture::without_model();
    *fixture.tasks.left.lock().unwrap() = Some(0);
    let first = fixture.send_text("u1", "add a").await;
    assert!(!first.text().starts_with("Added"), "{}", first.text());
    *fixture.tasks.left.lock().unwrap() = None;
    let stream = fixture.read(&again()).await;
    assert!(stream.text().starts_with("Added #1 a"), "{}", stream.text());
    assert_eq!(fixture.tasks.titles().len(), 1);
}

//! Messages that are sent again: for another answer, unchanged, or edited.

use serde_json::json;
use taskwire_testkit::gemini::Reply;

use super::fixture::{Fixture, user_message};

#[tokio::test]
async fn another_answer_never_repeats_a_change() {
    let fixture = Fixture::with(vec![
        Reply::call("tasks_add", json!({"tasks": [{"title": "a"}]})),
        Reply::text("first"),
        // The model tries the same again when asked for another answer.
        Reply::call("tasks_add", json!({"tasks": [{"title": "a"}]})),
        Reply::text("second"),
    ])
    .await;
    let first = fixture.send_text("u1", "add a").await;
    let again = json!({"id": "c1", "trigger": "regenerate-message", "messageId": first.message(), "messages": []});
    let second = fixture.read(&again).await;
    assert_eq!(second.text(), "second");
    assert_eq!(fixture.tasks.called(), ["tasks_add"]);
    assert_eq!(second.message(), first.message());
    let kept = fixture.api.messages("c1");
    assert_eq!(kept.len(), 2);
    assert!(!kept[1].parts.to_string().contains("first"));
}

#[tokio::test]
async fn another_answer_to_text_alone_replaces_the_old_one() {
    let fixture = Fixture::with(vec![
        Reply::text("one"),
        Reply::text("two"),
        Reply::text("three"),
    ])
    .await;
    let first = fixture.send_text("u1", "hi").await;
    fixture.send_text("u2", "and").await;
    let again = json!({"id": "c1", "trigger": "regenerate-message", "messageId": first.message(), "messages": []});
    assert_eq!(fixture.read(&again).await.text(), "three");
    let kept = fixture.api.messages("c1");
    assert_eq!(
        kept.iter()
            .map(|message| message.role.as_str())
            .collect::<Vec<_>>(),
        ["user", "assistant"]
    );
    let nothing = json!({"id": "c9", "trigger": "regenerate-message", "messages": []});
    assert_eq!(fixture.post(&nothing).await.status(), 409);
}

#[tokio::test]
async fn the_same_message_sent_twice_is_answered_once() {
    let fixture = Fixture::with(vec![
        Reply::call("tasks_add", json!({"tasks": [{"title": "a"}]})),
        Reply::text("ok"),
    ])
    .await;
    let first = fixture.send_text("u1", "add a").await;
    let second = fixture.send_text("u1", "add a").await;
    assert_eq!(
        (second.text(), second.message()),
        (first.text(), first.message())
    );
    assert_eq!(fixture.tasks.called().len(), 1);
    assert_eq!(second.of("tool-output-available").count(), 1);
}

#[tokio::test]
async fn an_edited_message_drops_what_followed() {
    let fixture = Fixture::with(vec![
        Reply::text("one"),
        Reply::text("two"),
        Reply::text("three"),
    ])
    .await;
    fixture.send_text("u1", "hi").await;
    fixture.send_text("u2", "there").await;
    let mut edit = user_message("u1", "hello");
    edit["messageId"] = json!("u1");
    assert_eq!(fixture.read(&edit).await.text(), "three");
    let kept = fixture.api.messages("c1");
    assert_eq!(kept.len(), 2);
    assert_eq!(kept[0].parts[0]["text"], "hello");
}

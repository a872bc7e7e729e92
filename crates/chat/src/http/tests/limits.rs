//! Limits that end a turn early, and text that is removed from it.

use serde_json::json;
use taskwire_testkit::gemini::{FakeGemini, Fault, Reply};

use super::fixture::{Fixture, until};

#[tokio::test]
async fn a_slash_is_for_the_program_and_not_for_the_model() {
    let fixture = Fixture::with(vec![
        Reply::call("tasks_complete", json!({"tasks": [{"number": 1}]})),
        Reply::text("done"),
        Reply::text("is it?"),
    ])
    .await;
    fixture.tasks.add("a");
    fixture.send_text("u1", "I did a").await;
    let undone = fixture.send_text("u2", "/undo").await;
    assert!(
        undone.text().starts_with("Reopened #1"),
        "{}",
        undone.text()
    );
    assert!(undone.notices().is_empty());
    assert!(
        fixture
            .send_text("u3", "/nonsense")
            .await
            .text()
            .starts_with("Unknown command /nonsense.")
    );
    assert_eq!(
        fixture.send_text("u4", "/etc/hosts is odd").await.text(),
        "is it?"
    );
    assert_eq!(fixture.requests().len(), 3);
}

#[tokio::test]
async fn text_of_a_model_is_sanitized() {
    let fixture = Fixture::with(vec![Reply::text(
        "all\u{202E} done\u{E0041} \u{1F469}\u{200D}\u{1F467}\u{200B}",
    )])
    .await;
    let stream = fixture.send_text("u1", "hi").await;
    assert_eq!(stream.text(), "all done \u{1F469}\u{200D}\u{1F467}");
    let kept = fixture.api.messages("c1")[1].parts.to_string();
    assert!(!kept.contains('\u{202E}') && !kept.contains('\u{E0041}'));
}

#[tokio::test]
async fn text_of_a_model_that_breaks_off_for_good_is_kept_and_marked() {
    let fixture = Fixture::with(vec![
        Reply::Fault(Fault::InBand(
            "half an ans".into(),
            401,
            "UNAUTHENTICATED".into(),
        )),
        Reply::text("ok"),
    ])
    .await;
    let stream = fixture.send_text("u1", "hi").await;
    assert_eq!(stream.text(), "half an ans");
    assert!(
        stream.notices()[0].contains("was interrupted"),
        "{:?}",
        stream.notices()
    );
    let kept = fixture.api.messages("c1")[1].parts.to_string();
    assert!(kept.contains("half an ans") && kept.contains("was interrupted"));
    assert_eq!(fixture.send_text("u2", "go on").await.text(), "ok");
}

#[tokio::test]
async fn a_turn_ends_when_its_time_is_over_and_keeps_what_came() {
    let gemini = FakeGemini::start(vec![Reply::Fault(Fault::Hang("once upon a".into()))])
        .await
        .unwrap();
    let fixture = Fixture::new(Some(gemini), |limits| {
        limits.turn = std::time::Duration::from_millis(300);
    });
    let stream = fixture.send_text("u1", "tell me").await;
    assert_eq!(stream.text(), "once upon a");
    assert!(!stream.notices().is_empty());
    until(|| fixture.gemini.as_ref().unwrap().open_streams() == 0).await;
    assert!(
        fixture.api.messages("c1")[1]
            .parts
            .to_string()
            .contains("once upon a")
    );
}

#[tokio::test]
async fn the_next_message_can_follow_at_once() {
    let fixture = Fixture::without_model();
    for number in 0..20 {
        let stream = fixture.send_text(&format!("u{number}"), "list").await;
        assert_eq!(stream.finish(), "stop");
    }
}

#[tokio::test]
async fn a_call_that_cannot_be_kept_is_not_made() {
    let fixture = Fixture::with(vec![
        Reply::call("tasks_add", json!({"tasks": [{"title": "a"}]})),
        Reply::text("ok"),
    ])
    .await;
    fixture
        .api
        .refuses_answers
        .store(true, std::sync::atomic::Ordering::SeqCst);
    let stream = fixture.send_text("u1", "add a").await;
    assert!(fixture.tasks.called().is_empty());
    assert_eq!(stream.finish(), "error");
    assert!(stream.notices()[0].contains("could not be stored"));
}

//! Without a model.

use axum::body::to_bytes;
use serde_json::{Value, json};
use taskwire_testkit::gemini::Reply;

use super::fixture::{Fixture, clicked};

#[tokio::test]
async fn reports_a_missing_key_and_adds() {
    let fixture = Fixture::without_model();
    let stream = fixture.send_text("u1", "add buy milk").await;
    assert_eq!(stream.notices().len(), 1);
    assert!(stream.notices()[0].contains("No model key is configured"));
    assert_eq!(stream.text(), "Added #1 buy milk, due Friday 2026-11-27.");
    assert_eq!(stream.of("tool-output-available").count(), 1);
    assert_eq!(stream.finish(), "stop");
}

#[tokio::test]
async fn a_page_knows_beforehand_whether_a_model_answers() {
    let described = async |fixture: Fixture| {
        let response = fixture.command("GET", "/api/v1/chat").await;
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        serde_json::from_slice::<Value>(&body).unwrap()
    };
    let without = described(Fixture::without_model()).await;
    assert_eq!(without["has_model"], false);
    assert!(without["notice"].as_str().unwrap().contains("No model key"));
    let with = described(Fixture::with(Vec::<Reply>::new()).await).await;
    assert_eq!(with, json!({"has_model": true, "notice": null}));
}

#[tokio::test]
async fn lists_completes_and_undoes() {
    let fixture = Fixture::without_model();
    fixture.send_text("u1", "add buy milk").await;
    fixture.send_text("u2", "new: pay rent").await;
    let list = fixture.send_text("u3", "list").await;
    assert_eq!(
        list.text(),
        "#1 buy milk, due Friday 2026-11-27\n#2 pay rent, due Friday 2026-11-27"
    );
    assert_eq!(
        fixture.send_text("u4", "done 1").await.text(),
        "Completed #1 buy milk, due Friday 2026-11-27."
    );
    assert_eq!(
        fixture.send_text("u5", "undo").await.text(),
        "Reopened #1 buy milk, due Friday 2026-11-27."
    );
    assert_eq!(
        fixture.send_text("u6", "done 9").await.text(),
        "There is no task 9. List them."
    );
    assert!(
        fixture
            .send_text("u7", "done with it")
            .await
            .text()
            .contains("number")
    );
}

#[tokio::test]
async fn moves_skips_and_explains() {
    let fixture = Fixture::without_model();
    fixture
        .send_text("u1", "add water plants every friday")
        .await;
    let moved = fixture.send_text("u2", "move 1 to next monday, all").await;
    assert!(
        moved.text().starts_with("Moved #1 water plants"),
        "{}",
        moved.text()
    );
    let arguments = fixture
        .tasks
        .calls
        .lock()
        .unwrap()
        .last()
        .unwrap()
        .1
        .clone();
    assert_eq!(
        arguments,
        json!({"tasks": [{"number": 1, "due": "next monday", "scope": "all"}], "detail": "full"})
    );
    let skipped = fixture.send_text("u4", "skip 1 because I am away").await;
    assert!(skipped.text().starts_with("Skipped #1"));
    assert_eq!(
        fixture.tasks.titles(),
        [("water plants every friday".into(), "skipped".into())]
    );
    assert!(
        fixture
            .send_text("u5", "undo")
            .await
            .text()
            .starts_with("Reopened #1")
    );
    let why = fixture.send_text("u6", "why is 1 due?").await;
    assert!(
        why.text().ends_with("\n  It repeats every Friday."),
        "{}",
        why.text()
    );
    assert!(
        fixture
            .send_text("u7", "move 1")
            .await
            .text()
            .contains("To which date?")
    );
    fixture.send_text("u8", "add another").await;
    let several = fixture.send_text("u9", "skip 1 2").await;
    assert_eq!(several.finish(), "tool-calls");
}

#[tokio::test]
async fn shows_the_days_to_come() {
    let fixture = Fixture::without_model();
    fixture.send_text("u1", "add buy milk").await;
    assert_eq!(
        fixture.send_text("u2", "agenda").await.text(),
        "Overdue:\n#1 buy milk, due Friday 2026-11-27\nFriday 2026-11-27:\n#1 buy milk, due Friday 2026-11-27"
    );
    assert_eq!(
        fixture.send_text("u3", "list friday").await.text(),
        "Friday 2026-11-27:\n#1 buy milk, due Friday 2026-11-27"
    );
    let calls = fixture.tasks.calls.lock().unwrap().clone();
    assert_eq!(
        calls[2].1,
        json!({"from": "friday", "days": 1, "detail": "full"})
    );
}

#[tokio::test]
async fn reminds_when_the_task_is_due() {
    let fixture = Fixture::without_model();
    fixture
        .send_text("u1", "remind me to call mom friday")
        .await;
    let stream = fixture
        .send_text("u2", "remind me about the party friday")
        .await;
    assert!(
        stream
            .text()
            .ends_with("You will be reminded when it is due."),
        "{}",
        stream.text()
    );
    assert_eq!(fixture.tasks.called(), ["tasks_add", "tasks_add"]);
    let calls = fixture.tasks.calls.lock().unwrap().clone();
    let line = |at: usize| calls[at].1["tasks"][0]["quick"].clone();
    // The line itself says that it reminds.
    assert_eq!(line(0), "remind me to call mom friday");
    assert_eq!(line(1), "the party friday !0m");
}

#[tokio::test]
async fn a_typed_yes_or_no_answers_what_waits() {
    let fixture = Fixture::without_model();
    for (id, title) in [("u1", "add a"), ("u2", "add b"), ("u3", "add c")] {
        fixture.send_text(id, title).await;
    }
    let statuses = || -> Vec<String> {
        let titles = fixture.tasks.titles();
        titles.into_iter().map(|(_, status)| status).collect()
    };
    for (id, no) in ["n", "no", "No."].into_iter().enumerate() {
        let asked = fixture.send_text(&format!("a{id}"), "delete 1").await;
        assert_eq!(asked.finish(), "tool-calls");
        let denied = fixture.send_text(&format!("b{id}"), no).await;
        assert_eq!(denied.text(), "Nothing was changed.", "{no}");
        assert_eq!(denied.finish(), "stop");
        assert_eq!(statuses(), ["open", "open", "open"]);
        // A no is final.
        assert_eq!(fixture.post(&clicked(&asked, true)).await.status(), 409);
        assert_eq!(statuses(), ["open", "open", "open"]);
    }
    for (at, yes) in ["y", "yes"].into_iter().enumerate() {
        let asked = fixture
            .send_text(&format!("c{at}"), &format!("delete {}", at + 1))
            .await;
        assert_eq!(asked.finish(), "tool-calls");
        let done = fixture.send_text(&format!("d{at}"), yes).await;
        assert!(
            done.text().starts_with(&format!("Deleted #{}", at + 1)),
            "{}",
            done.text()
        );
        assert_ne!(done.message(), asked.message());
        // A client that lost the response sends the same again.
        assert_eq!(
            fixture.send_text(&format!("d{at}"), yes).await.text(),
            done.text()
        );
    }
    assert_eq!(statuses(), ["deleted", "deleted", "open"]);
    let kept = fixture.api.messages("c1");
    let asked = &kept[kept.len() - 3];
    assert!(
        asked
            .parts
            .as_array()
            .unwrap()
            .iter()
            .any(|part| part["state"] == "output-available")
    );
    for (id, text) in [("e1", "y"), ("e2", "no")] {
        let content = fixture.send_text(id, text).await;
        assert_eq!(content.text(), "Nothing is waiting for your confirmation.");
    }
    assert_eq!(statuses(), ["deleted", "deleted", "open"]);
}

#[tokio::test]
async fn a_word_that_is_a_tag_lists_its_tasks() {
    let fixture = Fixture::without_model();
    fixture.tasks.add("a");
    let listed = fixture.send_text("u1", "list work").await;
    assert!(
        listed.text().ends_with("type: find work"),
        "{}",
        listed.text()
    );
    fixture.send_text("u2", "show my deep work tasks").await;
    fixture.send_text("u3", "find work").await;
    fixture.send_text("u4", "list \"work\"").await;
    fixture.send_text("u5", "list milk").await;
    let calls = fixture.tasks.calls.lock().unwrap().clone();
    let found: Vec<Value> = calls
        .iter()
        .filter(|call| call.0 == "tasks_find")
        .map(|call| call.1.clone())
        .collect();
    assert_eq!(
        found,
        [
            json!({"tag": "work", "limit": 50, "detail": "full"}),
            json!({"tag": "deep work", "limit": 50, "detail": "full"}),
            json!({"query": "work", "limit": 50, "detail": "full"}),
            json!({"query": "work", "limit": 50, "detail": "full"}),
            json!({"query": "milk", "limit": 50, "detail": "full"}),
        ]
    );
    let unclear = fixture.send_text("u6", "list p5").await;
    assert!(
        unclear.text().contains("\"p5\"")
            && unclear
                .text()
                .contains("p1 (high), p2 (medium), p3 (low) and p4 (none)"),
        "{}",
        unclear.text()
    );
}

#[tokio::test]
async fn deleting_and_bulk_wait_for_a_click() {
    let fixture = Fixture::without_model();
    fixture.send_text("u1", "add a").await;
    fixture.send_text("u2", "add b").await;
    let asked = fixture.send_text("u3", "delete 1").await;
    assert_eq!(asked.finish(), "tool-calls");
    // The call itself asks, so that no text is left over after the answer.
    assert_eq!(asked.text(), "");
    let done = fixture.click(&asked, true).await;
    assert_eq!(
        done.text(),
        "Deleted #1 a, due Friday 2026-11-27.\nTo restore it, type restore and the number."
    );
    let asked = fixture.send_text("u4", "done 1 2").await;
    assert_eq!(asked.finish(), "tool-calls");
    let denied = fixture.click(&asked, false).await;
    assert_eq!(denied.text(), "Nothing was changed.");
    assert_eq!(
        fixture.send_text("u5", "restore 1").await.text(),
        "Restored #1 a, due Friday 2026-11-27."
    );
    let undone = fixture.send_text("u6", "undo").await;
    assert_eq!(
        undone.finish(),
        "tool-calls",
        "undoing a restore deletes, which waits"
    );
}

#[tokio::test]
async fn other_text_gets_the_list_of_commands() {
    let fixture = Fixture::without_model();
    let stream = fixture.send_text("u1", "plan my holidays").await;
    assert!(
        stream.text().starts_with(
            "I didn't understand that. To create a task, type: add plan my holidays\n"
        )
    );
    assert!(stream.text().contains("add buy milk"));
    assert!(fixture.tasks.called().is_empty());
    assert!(
        fixture
            .send_text("u2", "help")
            .await
            .text()
            .contains("list today")
    );
}

#[tokio::test]
async fn lists_by_priority_tag_number_and_words() {
    let fixture = Fixture::without_model();
    fixture.tasks.add("pay rent");
    for (id, text, expected) in [
        (
            "u1",
            "show high priority",
            json!({"priority": "high", "limit": 50, "detail": "full"}),
        ),
        (
            "u2",
            "list p1",
            json!({"priority": "high", "limit": 50, "detail": "full"}),
        ),
        (
            "u3",
            "show tasks tagged health",
            json!({"tag": "health", "limit": 50, "detail": "full"}),
        ),
        (
            "u4",
            "find the rent task",
            json!({"query": "rent", "limit": 50, "detail": "full"}),
        ),
        ("u5", "show 2", json!({"numbers": [2], "detail": "full"})),
    ] {
        fixture.send_text(id, text).await;
        let (tool, arguments, ..) = fixture.tasks.calls.lock().unwrap().last().unwrap().clone();
        assert_eq!(
            (tool.as_str(), arguments),
            ("tasks_find", expected),
            "{text}"
        );
    }
}

#[tokio::test]
async fn another_answer_to_a_command_shows_its_call_once() {
    let fixture = Fixture::without_model();
    fixture.send_text("u1", "add a").await;
    fixture.send_text("u2", "agenda").await;
    let again = json!({"id": "c1", "trigger": "regenerate-message", "messages": []});
    let stream = fixture.read(&again).await;
    assert_eq!(stream.of("tool-input-available").count(), 1);
    let calls = |at: usize| {
        let parts = fixture.api.messages("c1")[at].parts.clone();
        let parts = parts.as_array().unwrap().clone();
        parts
            .iter()
            .filter(|part| part["type"] == "dynamic-tool")
            .count()
    };
    assert_eq!(calls(3), 1);
    let add =
        json!({"id": "c1", "trigger": "regenerate-message", "messageId": "u1", "messages": []});
    let stream = fixture.read(&add).await;
    assert_eq!(stream.of("tool-input-available").count(), 1);
    assert_eq!(calls(1), 1);
    assert_eq!(fixture.tasks.titles().len(), 1);
}

#[tokio::test]
async fn invisible_characters_are_neither_shown_nor_sent() {
    let fixture = Fixture::without_model();
    fixture
        .tasks
        .add("pay\u{E0044}\u{E0045}\u{200B} rent \u{202E}now");
    let stream = fixture.send_text("u1", "list").await;
    assert_eq!(stream.text(), "#1 pay rent now, due Friday 2026-11-27");
    let output = stream.of("tool-output-available").next().unwrap();
    assert_eq!(output["output"]["tasks"][0]["title"], "pay rent now");
}

#[tokio::test]
async fn a_list_says_what_it_did_not_understand() {
    let fixture = Fixture::without_model();
    let text = fixture.send_text("u1", "list p1 or p2").await.text();
    assert!(
        text.starts_with("I didn't understand \"or p2\" there, so nothing was searched."),
        "{text}"
    );
    assert!(text.contains("list p1 #work before friday"), "{text}");
    assert!(fixture.tasks.called().is_empty());
}

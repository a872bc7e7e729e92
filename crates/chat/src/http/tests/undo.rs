//! Undoing the changes of commands.

use serde_json::{Value, json};

use super::fixture::Fixture;

/// The statuses of all tasks, by number.
fn statuses(fixture: &Fixture) -> Vec<String> {
    let tasks = fixture.tasks.titles().into_iter();
    tasks.map(|task| task.1).collect()
}

#[tokio::test]
async fn undo_goes_back_one_more_step_each_time() {
    let fixture = Fixture::without_model();
    for (id, text) in [
        ("a1", "add a"),
        ("a2", "add b"),
        ("a3", "done 1"),
        ("a4", "done 2"),
    ] {
        fixture.send_text(id, text).await;
    }
    assert!(
        fixture
            .send_text("u1", "undo")
            .await
            .text()
            .starts_with("Reopened #2")
    );
    assert!(
        fixture
            .send_text("u2", "undo")
            .await
            .text()
            .starts_with("Reopened #1")
    );
    assert_eq!(statuses(&fixture), ["open", "open"]);
    let asked = fixture.send_text("u3", "undo").await;
    assert_eq!(
        asked.finish(),
        "tool-calls",
        "taking back a new task deletes it"
    );
    let reason = asked.of("tool-approval-request").next().unwrap()["reason"].clone();
    assert_eq!(reason, "Undo adding #2 b?");
    fixture.click(&asked, true).await;
    let asked = fixture.send_text("u4", "undo").await;
    fixture.click(&asked, true).await;
    assert_eq!(
        fixture.send_text("u5", "undo").await.text(),
        "Nothing more to undo in this conversation."
    );
    assert_eq!(statuses(&fixture), ["deleted", "deleted"]);
}

#[tokio::test]
async fn undo_only_reverts_changes() {
    let fixture = Fixture::without_model();
    fixture.tasks.add("a");
    fixture.send_text("u1", "skip 1").await;
    assert!(
        fixture
            .send_text("u2", "undo")
            .await
            .text()
            .starts_with("Reopened #1")
    );
    let nothing = "Nothing more to undo in this conversation.";
    assert_eq!(fixture.send_text("u3", "undo").await.text(), nothing);
    let text = fixture.send_text("u4", "reopen 1").await.text();
    assert!(
        text.starts_with("No change, it was already open: #1"),
        "{text}"
    );
    assert_eq!(fixture.send_text("u5", "undo").await.text(), nothing);
    assert_eq!(fixture.tasks.titles()[0].1, "open");
    // A task that was skipped and then reopened by a command is skipped again.
    fixture.send_text("u6", "skip 1").await;
    fixture.send_text("u7", "reopen 1").await;
    fixture.send_text("u8", "undo").await;
    assert_eq!(fixture.tasks.titles()[0].1, "skipped");
    // A declined question undoes nothing.
    fixture.send_text("u9", "add b").await;
    let asked = fixture.send_text("u10", "undo").await;
    fixture.click(&asked, false).await;
    assert_eq!(
        fixture.send_text("u11", "undo").await.finish(),
        "tool-calls"
    );
}

#[tokio::test]
async fn undo_moves_back() {
    let fixture = Fixture::without_model();
    fixture.tasks.add("a");
    fixture.tasks.add("b");
    fixture.tasks.rows.lock().unwrap().get_mut(&2).unwrap()["due"] = Value::Null;
    fixture.send_text("u1", "add c").await;
    fixture.send_text("u2", "move 1 to 2026-12-04").await;
    fixture.send_text("u3", "done 1").await;
    assert!(
        fixture
            .send_text("u4", "undo")
            .await
            .text()
            .starts_with("Reopened #1")
    );
    let text = fixture.send_text("u5", "undo").await.text();
    assert!(
        text.starts_with("Moved #1 a, due Friday 2026-11-27"),
        "{text}"
    );
    // Both at once, one of which had no date: first the one, then the other.
    let asked = fixture.send_text("u6", "move 1 2 to 2026-12-05").await;
    fixture.click(&asked, true).await;
    let due = || {
        let rows = fixture.tasks.rows.lock().unwrap();
        [1, 2].map(|number| rows[&number].get("due").cloned())
    };
    assert_eq!(
        due(),
        [Some(json!("2026-12-05")), Some(json!("2026-12-05"))]
    );
    fixture.send_text("u7", "undo").await;
    fixture.send_text("u8", "undo").await;
    assert_eq!(due(), [Some(json!("2026-11-27")), None]);
    let asked = fixture.send_text("u9", "undo").await;
    assert_eq!(asked.finish(), "tool-calls", "the new task comes next");
}

#[tokio::test]
async fn undo_skips_what_cannot_be_undone() {
    let fixture = Fixture::without_model();
    fixture.tasks.add("water");
    fixture.tasks.rows.lock().unwrap().get_mut(&1).unwrap()["recurrence"] =
        json!({"text": "every friday"});
    fixture.send_text("u1", "skip 1").await;
    fixture.send_text("u2", "reopen 1").await;
    fixture.send_text("u3", "move 1 to next monday, all").await;
    let stuck = fixture.send_text("u4", "undo").await.text();
    assert!(
        stuck.contains("move 3 to friday")
            && stuck.ends_with("The next undo continues with the change before it."),
        "{stuck}"
    );
    let text = fixture.send_text("u5", "undo").await.text();
    assert!(text.starts_with("Skipped #1"), "{text}");
    let text = fixture.send_text("u6", "undo").await.text();
    assert!(text.starts_with("Reopened #1"), "{text}");
    assert_eq!(
        fixture.send_text("u7", "undo").await.text(),
        "Nothing more to undo in this conversation."
    );
}

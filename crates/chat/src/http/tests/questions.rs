//! Pending questions, and the days that a list shows.

use serde_json::json;

use super::fixture::{Fixture, clicked};
use super::read::Stream;

#[tokio::test]
async fn a_question_waits_until_it_is_answered() {
    let fixture = Fixture::without_model();
    fixture.send_text("u1", "add a").await;
    let first = fixture.send_text("u2", "undo").await;
    let asked = fixture.send_text("u3", "what was that").await;
    assert!(asked.text().contains("still waiting"), "{}", asked.text());
    assert_eq!(asked.finish(), "tool-calls");
    let reason =
        |stream: &Stream| stream.of("tool-approval-request").next().unwrap()["reason"].clone();
    assert_eq!(reason(&asked), reason(&first));
    assert_eq!(fixture.post(&clicked(&first, true)).await.status(), 409);
    let asked = fixture.send_text("u4", "thanks").await;
    assert_eq!(asked.finish(), "tool-calls");
    let done = fixture.send_text("u5", "yes please").await;
    assert!(done.text().starts_with("Deleted #1"), "{}", done.text());
    let text = fixture.send_text("u6", "undo").await.text();
    assert_eq!(text, "Nothing more to undo in this conversation.");
}

#[tokio::test]
async fn a_missing_task_is_reported_before_any_question() {
    let fixture = Fixture::without_model();
    fixture.tasks.add("a");
    for (id, text) in [
        ("u1", "delete 99"),
        ("u2", "delete 1 and 99"),
        ("u3", "done 1 99"),
    ] {
        let stream = fixture.send_text(id, text).await;
        assert_eq!(
            stream.text(),
            "There is no task 99. Nothing was changed. To see the numbers: list.",
            "{text}"
        );
        assert_eq!(stream.finish(), "stop");
    }
    assert_eq!(fixture.tasks.titles()[0].1, "open");
}

#[tokio::test]
async fn past_days_list_what_is_overdue_since_then() {
    let fixture = Fixture::without_model();
    fixture.tasks.add("a");
    fixture.tasks.add("b");
    {
        let mut rows = fixture.tasks.rows.lock().unwrap();
        rows.get_mut(&1).unwrap()["due"] = json!("2026-11-19");
        rows.get_mut(&2).unwrap()["due"] = json!("2026-11-10T09:00");
    }
    let overdue = |text: String| {
        let lines = text
            .lines()
            .take_while(|line| !line.contains(" 2026-11-27:"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let text = fixture.send_text("u1", "list yesterday").await.text();
    let yesterday = overdue(text);
    assert_eq!(yesterday[0], "Overdue:");
    assert!(yesterday[1].starts_with("#1 a") && yesterday.len() == 2);
    let text = fixture.send_text("u2", "list last week").await.text();
    assert!(overdue(text)[1].starts_with("#2 b"));
    let text = fixture.send_text("u3", "list tomorrow").await.text();
    assert!(overdue(text).is_empty());
    let calls = fixture.tasks.calls.lock().unwrap().clone();
    assert_eq!(
        calls[2].1,
        json!({"from": "tomorrow", "days": 1, "detail": "full"})
    );
}

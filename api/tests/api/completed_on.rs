//! `completed_on` of `POST /api/v1/tasks/{task}/complete`: what was done before it is entered.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::coming::bins;
use crate::subtasks::{family, numbers, post, read, undo};
use crate::support::App;

both_databases!(
    everything_agrees_on_the_day,
    days_and_times_are_read_as_past_ones,
    what_is_still_to_come_was_not_done,
    a_repeated_call_may_not_name_another_day,
    a_rule_that_counts_from_the_completion_counts_from_that_day,
    a_rule_with_a_schedule_keeps_it,
    all_kinds_of_calls_take_it,
);

/// Now is Friday, 20 November 2026, 13:00 in Rome.
async fn done(app: &App, number: i64, on: &str) -> Value {
    let path = format!("{number}/complete");
    post(app, &path, json!({"completed_on": on}))
        .await
        .expect(200)
}

async fn everything_agrees_on_the_day(db: TestDb) {
    let app = App::open(db).await;
    // Entered late: it was done before it was written down.
    app.task(json!({"title": "Call Eve"})).await;
    app.task(json!({"title": "Call Bob"})).await;
    app.happened().await;
    let reply = post(&app, "1/complete", json!({"completed_on": "yesterday"})).await;
    let task = reply.expect(200);
    assert_eq!(task["status"], "completed");
    assert_eq!(task["completed_at"], "2026-11-19T11:00:00Z");
    assert_eq!(task["updated_at"], "2026-11-20T12:00:00Z");
    let events = app.events().await;
    assert_eq!(events[0]["type"], "task.completed.v1");
    assert_eq!(
        events[0]["data"]["after"]["completed_at"],
        "2026-11-19T11:00:00Z"
    );
    post(&app, "2/complete", json!({})).await.expect(200);
    for (query, found) in [
        ("completed_after=yesterday&completed_before=today", &[1][..]),
        ("completed_after=today", &[2]),
        ("completed_before=2026-11-19", &[]),
        ("filter=completed:yesterday", &[1]),
        ("filter=completed:today", &[2]),
    ] {
        assert_eq!(numbers(&app, query).await, found, "{query}");
    }
    let latest = app.get("/api/v1/tasks?sort=completed").await.expect(200);
    assert_eq!(latest["items"][0]["number"], 2);
    assert_eq!(latest["items"][1]["number"], 1);
    let undone = undo(&app, &reply).await;
    let open = read(&app, 1).await;
    assert_eq!(
        (&open["status"], &open["completed_at"]),
        (&json!("open"), &Value::Null)
    );
    undo(&app, &undone).await;
    assert_eq!(read(&app, 1).await["completed_at"], "2026-11-19T11:00:00Z");
    post(&app, "1/reopen", json!({})).await.expect(200);
    assert_eq!(read(&app, 1).await["completed_at"], Value::Null);
}

async fn days_and_times_are_read_as_past_ones(db: TestDb) {
    let app = App::open(db).await;
    for (on, at) in [
        ("2026-11-18", "2026-11-18T11:00:00Z"),
        ("last monday", "2026-11-16T11:00:00Z"),
        ("wednesday", "2026-11-18T11:00:00Z"),
        ("3 days ago", "2026-11-17T11:00:00Z"),
        ("november 2", "2026-11-02T11:00:00Z"),
        ("yesterday at 6pm", "2026-11-19T17:00:00Z"),
        ("2026-11-19T18:00", "2026-11-19T17:00:00Z"),
        ("2026-11-19T18:00[Asia/Tokyo]", "2026-11-19T09:00:00Z"),
        ("2026-11-19T18:00:00Z", "2026-11-19T18:00:00Z"),
        ("at 6pm", "2026-11-19T17:00:00Z"),
        ("at 8", "2026-11-20T07:00:00Z"),
        // Of today it is known no better than now.
        ("today", "2026-11-20T12:00:00Z"),
        ("2026-11-20", "2026-11-20T12:00:00Z"),
    ] {
        let task = app.task(json!({"title": on})).await;
        let number = task["number"].as_i64().unwrap();
        assert_eq!(done(&app, number, on).await["completed_at"], at, "{on}");
    }
}

async fn what_is_still_to_come_was_not_done(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Call"})).await;
    app.happened().await;
    for (on, code) in [
        ("tomorrow", "completed_in_future"),
        ("2026-11-21", "completed_in_future"),
        ("2026-11-20T13:01", "completed_in_future"),
        ("2026-11-20T12:00:01Z", "completed_in_future"),
        ("soon", "invalid_due"),
        ("", "invalid_due"),
        ("every monday", "invalid_due"),
        ("2026-11-19T10:00[Europe/Nowhere]", "unknown_zone"),
    ] {
        let reply = post(&app, "1/complete", json!({"completed_on": on})).await;
        let problem = reply.refused(422, code);
        assert_eq!(problem["errors"][0]["pointer"], "/completed_on", "{on}");
        assert!(problem["hint"].is_string(), "{on}");
    }
    assert!(app.happened().await.is_empty());
    assert_eq!(read(&app, 1).await["status"], "open");
}

async fn a_repeated_call_may_not_name_another_day(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Call"})).await;
    done(&app, 1, "yesterday").await;
    app.happened().await;
    for same in [
        json!({"completed_on": "yesterday"}),
        json!({"completed_on": "2026-11-19T12:00"}),
        json!({}),
    ] {
        let again = post(&app, "1/complete", same).await.expect(200);
        assert_eq!(again["changed"], false);
        assert_eq!(again["completed_at"], "2026-11-19T11:00:00Z");
    }
    for (on, told) in [
        (
            "today",
            "was done on Thursday, 19 November 2026, not on Friday, 20 November 2026",
        ),
        (
            "yesterday 8am",
            "was done on Thursday, 19 November 2026 at 12:00, not on",
        ),
    ] {
        let other = post(&app, "1/complete", json!({"completed_on": on})).await;
        let problem = other.refused(409, "already_completed");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(told), "{detail}");
    }
    assert!(app.happened().await.is_empty());
}

/// The due value of the task that follows one that was done on a day.
async fn next(app: &App, due: &str, rule: &str, on: &str) -> (Value, Value) {
    let task = app
        .task(json!({"title": rule, "due": due, "recurrence": rule}))
        .await;
    let ended = done(app, task["number"].as_i64().unwrap(), on).await;
    let next = app.advance(&task).await;
    (next["due"].clone(), ended["missed"].clone())
}

async fn a_rule_that_counts_from_the_completion_counts_from_that_day(db: TestDb) {
    let app = App::open(db).await;
    for (due, rule, on, expected) in [
        ("2026-11-20", "every! 3 days", "2026-11-18", "2026-11-21"),
        ("2026-11-10", "every! 3 days", "yesterday", "2026-11-22"),
        ("2026-11-10", "every! week", "2026-10-01", "2026-10-08"),
        (
            "2026-11-19T08:00",
            "every! 6 hours",
            "yesterday at 9",
            "2026-11-19T15:00",
        ),
    ] {
        let (next, missed) = next(&app, due, rule, on).await;
        assert_eq!(next, expected, "{rule} from {due}, done {on}");
        assert_eq!(missed, Value::Null);
    }
}

async fn a_rule_with_a_schedule_keeps_it(db: TestDb) {
    let app = App::open(db).await;
    for (due, rule, on, expected) in [
        // What is due today was not done yesterday.
        ("2026-11-19", "every day", "yesterday", "2026-11-20"),
        ("2026-11-19", "every day", "today", "2026-11-21"),
        ("2026-11-16", "every monday", "tuesday", "2026-11-23"),
        ("2026-11-20", "every day", "2026-11-18", "2026-11-21"),
        ("2026-11-27", "every friday", "yesterday", "2026-12-04"),
        (
            "2026-11-19T18:00",
            "every day at 18:00",
            "yesterday",
            "2026-11-20T18:00",
        ),
    ] {
        let (next, _) = next(&app, due, rule, on).await;
        assert_eq!(next, expected, "{rule} from {due}, done {on}");
    }
    // What had passed on that day was missed, and nothing after it.
    let (next, missed) = next(&app, "2026-11-10", "every day", "2026-11-13").await;
    assert_eq!(next, "2026-11-14");
    assert_eq!(
        missed,
        json!({"count": 3, "dates": ["2026-11-11", "2026-11-12", "2026-11-13"]})
    );
}

async fn all_kinds_of_calls_take_it(db: TestDb) {
    let app = App::open(db).await;
    let at = "2026-11-19T11:00:00Z";
    bins(&app).await;
    let ahead = json!({"occurrence": "0/2026-11-30", "completed_on": "yesterday"});
    let ahead = post(&app, "1/complete", ahead).await.expect(200);
    assert_eq!(
        (&ahead["number"], &ahead["completed_at"]),
        (&json!(2), &json!(at))
    );
    let party = family(&app, json!({"title": "Party"}), &["Cake", "Music"]).await;
    let body = json!({"completed_on": "yesterday", "subtasks": "complete"});
    post(&app, &format!("{party}/complete"), body)
        .await
        .expect(200);
    for number in [party, party + 1, party + 2] {
        assert_eq!(read(&app, number).await["completed_at"], at);
    }
    for title in ["a", "b", "c"] {
        app.task(json!({"title": title, "tags": ["errands"]})).await;
    }
    let first = party + 3;
    let batch = json!({"operations": [
        {"op": "complete", "task": first, "body": {"completed_on": "yesterday"}}]});
    app.post("/api/v1/tasks/batch", batch).await.expect(200);
    let bulk = json!({"filter": {"tag": "errands"}, "expected_count": 2,
        "change": {"op": "complete", "body": {"completed_on": "yesterday"}}});
    app.post("/api/v1/tasks/bulk", bulk).await.expect(200);
    for number in first..first + 3 {
        assert_eq!(read(&app, number).await["completed_at"], at);
    }
    let wrong = json!({"filter": {"tag": "errands", "status": "completed"}, "expected_count": 3,
        "change": {"op": "complete", "body": {"completed_on": "tomorrow"}}});
    let refused = app.post("/api/v1/tasks/bulk", wrong).await;
    refused.refused(422, "operation_failed");
}

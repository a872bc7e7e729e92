//! `PATCH /api/v1/tasks/{task}` on a task that repeats, or begins to.

use insta::{allow_duplicates, assert_json_snapshot};
use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::{App, task_of};

both_databases!(
    a_new_date_keeps_the_rule_and_the_key,
    a_form_sent_back_with_a_new_date_moves_this_occurrence_alone,
    a_new_rule_is_a_new_epoch,
    the_same_rule_changes_nothing,
    a_series_can_end,
    a_series_needs_a_date,
    a_task_can_begin_to_repeat,
);

async fn rent(app: &App) -> Value {
    let task = app
        .task(json!({"title": "Pay rent", "due": "2026-12-01T09:00", "recurrence": {"rrule": "FREQ=MONTHLY;BYMONTHDAY=1"}}))
        .await;
    app.happened().await;
    task
}

async fn a_new_date_keeps_the_rule_and_the_key(db: TestDb) {
    let app = App::open(db).await;
    let before = rent(&app).await;
    let task = app
        .patch("/api/v1/tasks/1", json!({"due": "2026-12-03T18:00"}))
        .await
        .expect(200);
    assert_eq!(task["due"], "2026-12-03T18:00");
    for same in ["recurrence", "series", "occurrence", "id", "number"] {
        assert_eq!(task[same], before[same], "{same}");
    }
    assert_eq!(app.happened().await, ["task.updated.v1"]);
    let done = app
        .post(
            "/api/v1/tasks/1/complete",
            json!({"occurrence": before["occurrence"]}),
        )
        .await
        .expect(200);
    // The move was of this occurrence alone.
    let next = app.advance(&done).await;
    assert_eq!(next["due"], "2027-01-01T09:00");
}

async fn a_form_sent_back_with_a_new_date_moves_this_occurrence_alone(db: TestDb) {
    let app = App::open(db).await;
    let before = rent(&app).await;
    let task = app
        .patch(
            "/api/v1/tasks/1",
            json!({"due": "2026-12-03T18:00", "recurrence": {"rrule": "FREQ=MONTHLY;BYMONTHDAY=1"}}),
        )
        .await
        .expect(200);
    assert_eq!(task["due"], "2026-12-03T18:00");
    assert_eq!(task["occurrence"], before["occurrence"]);
}

async fn a_new_rule_is_a_new_epoch(db: TestDb) {
    let app = App::open(db).await;
    let before = rent(&app).await;
    let task = app
        .patch(
            "/api/v1/tasks/1",
            json!({"recurrence": {"text": "every 15th at 8am"}}),
        )
        .await
        .expect(200);
    assert_eq!(task["series"], before["series"]);
    assert_eq!(task["id"], before["id"]);
    assert_eq!(task["recurrence"]["rrule"], "FREQ=MONTHLY;BYMONTHDAY=15");
    assert_eq!(task["due"], "2026-12-15T08:00");
    assert!(
        task["occurrence"].as_str().unwrap().starts_with("1/2026-"),
        "{task}"
    );
    assert_eq!(app.happened().await, ["task.updated.v1"]);
    // The previous key is no longer valid.
    app.post(
        "/api/v1/tasks/1/complete",
        json!({"occurrence": before["occurrence"]}),
    )
    .await
    .refused(409, "wrong_occurrence");
    let again = app
        .patch(
            "/api/v1/tasks/1",
            json!({"recurrence": {"rrule": "FREQ=DAILY"}, "due": "2026-12-05"}),
        )
        .await
        .expect(200);
    assert_eq!(again["occurrence"], "2/2026-12-05");
    assert_eq!(again["due"], "2026-12-05");
}

async fn the_same_rule_changes_nothing(db: TestDb) {
    let app = App::open(db).await;
    let before = rent(&app).await;
    let task = app
        .patch(
            "/api/v1/tasks/1",
            json!({"recurrence": {"rrule": "FREQ=MONTHLY;BYMONTHDAY=1"}}),
        )
        .await
        .expect(200);
    assert_eq!(task["changed"], false);
    assert_eq!(task_of(task), before);
    assert!(app.happened().await.is_empty());
}

async fn a_series_can_end(db: TestDb) {
    let app = App::open(db).await;
    rent(&app).await;
    let task = app
        .patch("/api/v1/tasks/1", json!({"recurrence": null}))
        .await
        .expect(200);
    assert_eq!(task["recurrence"], Value::Null);
    assert_eq!(task["series"], Value::Null);
    assert_eq!(task["occurrence"], Value::Null);
    assert_eq!(task["due"], "2026-12-01T09:00");
    assert_eq!(app.happened().await, ["task.updated.v1"]);
    app.call("POST", "/api/v1/tasks/1/complete")
        .send()
        .await
        .expect(200);
    assert_eq!(app.advance(&task).await, Value::Null);
}

async fn a_series_needs_a_date(db: TestDb) {
    let app = App::open(db).await;
    let before = rent(&app).await;
    let problem = app
        .patch("/api/v1/tasks/1", json!({"due": null}))
        .await
        .refused(422, "series_without_due");
    allow_duplicates! { assert_json_snapshot!(problem, @r#"
    {
      "code": "series_without_due",
      "detail": "A repeating task needs a due date.",
      "errors": [
        {
          "detail": "A repeating task needs a due date.",
          "pointer": "/due"
        }
      ],
      "hint": "To make it a single task, also send \"recurrence\": null.",
      "status": 422,
      "title": "Unprocessable Entity",
      "type": "/problems/series-without-due"
    }
    "#) };
    assert_eq!(app.get("/api/v1/tasks/1").await.expect(200), before);
    assert!(app.happened().await.is_empty());
    let task = app
        .patch("/api/v1/tasks/1", json!({"due": null, "recurrence": null}))
        .await
        .expect(200);
    assert_eq!(task["due"], Value::Null);
    assert_eq!(task["series"], Value::Null);
}

async fn a_task_can_begin_to_repeat(db: TestDb) {
    let app = App::open(db).await;
    let before = app
        .task(json!({"title": "Water plants", "due": "2026-11-21"}))
        .await;
    let task = app
        .patch(
            "/api/v1/tasks/1",
            json!({"recurrence": {"text": "every 3 days"}}),
        )
        .await
        .expect(200);
    assert_eq!(task["id"], before["id"]);
    assert_eq!(task["occurrence"], "0/2026-11-21");
    app.call("POST", "/api/v1/tasks/1/complete")
        .send()
        .await
        .expect(200);
    let next = app.advance(&task).await;
    assert_eq!(next["due"], "2026-11-24");
    assert_eq!(next["number"], 2);
    assert_eq!(next["series"], task["series"]);
    let undated = app.task(json!({"title": "Read"})).await;
    let path = format!("/api/v1/tasks/{}", undated["number"]);
    let task = app
        .patch(&path, json!({"recurrence": {"rrule": "FREQ=DAILY"}}))
        .await
        .expect(200);
    assert_eq!(task["due"], "2026-11-20");
}

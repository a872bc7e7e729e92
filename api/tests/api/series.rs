//! Series: completing early, late or twice, reopening, ending, a change of rule or of time zone.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    completing_early_goes_beyond_the_current_date,
    completing_late_keeps_the_phase,
    completing_the_whole_series_ends_it,
    reopening_restores_exactly_though_the_rule_changed_before,
    reopening_after_a_move_to_another_zone,
    a_new_epoch_never_takes_a_key_that_was_given,
    changing_the_rule_midway,
    moving_to_another_zone,
);

/// Completes the task and returns the next occurrence.
async fn done(app: &App, task: &Value) -> Value {
    let path = format!("/api/v1/tasks/{}/complete", task["number"]);
    let body = json!({"occurrence": task["occurrence"]});
    let done = app.post(&path, body).await.expect(200);
    app.advance(&done).await
}

async fn completing_early_goes_beyond_the_current_date(db: TestDb) {
    let app = App::open(db).await;
    // Due next Monday, done on Friday: the Monday after.
    let task = app
        .task(json!({"title": "Bins", "due": "2026-11-23", "recurrence": "every monday"}))
        .await;
    let next = done(&app, &task).await;
    assert_eq!(next["due"], "2026-11-30");
    assert_eq!(next["due_weekday"], "Monday");
}

async fn completing_late_keeps_the_phase(db: TestDb) {
    let app = App::open(db).await;
    for (recurrence, next_due) in [
        (json!({"rrule": "FREQ=WEEKLY;INTERVAL=2"}), "2026-11-30"),
        (
            json!({"rrule": "FREQ=WEEKLY;INTERVAL=2", "catch_up": "one_step"}),
            "2026-11-16",
        ),
        (
            json!({"rrule": "FREQ=WEEKLY;INTERVAL=2", "catch_up": "from_completion"}),
            "2026-12-04",
        ),
    ] {
        // Due on the first Monday of the month, done on Friday the 20th.
        let task = app
            .task(json!({"title": "Sheets", "due": "2026-11-02", "recurrence": recurrence}))
            .await;
        assert_eq!(done(&app, &task).await["due"], next_due, "{recurrence}");
    }
}

async fn completing_the_whole_series_ends_it(db: TestDb) {
    let app = App::open(db).await;
    let task = app
        .task(json!({"title": "Pills", "due": "2026-11-20", "recurrence": "every day"}))
        .await;
    let path = "/api/v1/tasks/1/complete";
    let first = app.post(path, json!({"series": true})).await;
    let ended = first.expect(200);
    assert_eq!(ended["status"], "completed");
    assert_eq!(ended["recurrence"]["ended"], true);
    assert_eq!(ended["recurrence"]["next"], json!([]));
    assert_eq!(app.advance(&ended).await, Value::Null);
    let again = app.post(path, json!({"series": true})).await;
    again.repeats(&first);
    let why = app.get("/api/v1/tasks/1/explain").await.expect(200);
    assert_eq!(
        why["reasons"].as_array().unwrap().last().unwrap(),
        "The series was ended at this occurrence."
    );
    // After reopening it continues.
    let open = app
        .call("POST", "/api/v1/tasks/1/reopen")
        .send()
        .await
        .expect(200);
    assert_eq!(open["recurrence"], task["recurrence"]);
    let next = done(&app, &open).await;
    assert_eq!(next["due"], "2026-11-21");
    // A series that has continued cannot be ended at an earlier occurrence.
    app.post(path, json!({"series": true}))
        .await
        .refused(409, "already_completed");
    app.post(
        "/api/v1/tasks/2/complete",
        json!({"series": true, "occurrence": task["occurrence"]}),
    )
    .await
    .refused(409, "already_completed");
    app.task(json!({"title": "Single"})).await;
    let problem = app
        .post("/api/v1/tasks/3/complete", json!({"series": true}))
        .await
        .refused(422, "not_recurring");
    assert_eq!(problem["errors"][0]["pointer"], "/series");
}

async fn reopening_restores_exactly_though_the_rule_changed_before(db: TestDb) {
    let app = App::open(db).await;
    let first = app
        .task(json!({"title": "Bins", "due": "2026-11-20", "recurrence": "every day"}))
        .await;
    let second = done(&app, &first).await;
    app.at("2026-11-20T12:10:00Z");
    let mut changed = app
        .patch("/api/v1/tasks/2", json!({"recurrence": "every week"}))
        .await
        .expect(200);
    let third = done(&app, &changed).await;
    assert_eq!(third["due"], "2026-11-28");
    let open = app
        .call("POST", "/api/v1/tasks/2/reopen")
        .send()
        .await
        .expect(200);
    for own in ["version", "updated_at", "change"] {
        changed[own] = open[own].clone();
    }
    assert_eq!(open, changed);
    app.get("/api/v1/tasks/3").await.refused(404, "not_found");
    // The successor of the previous one has been changed since.
    app.call("POST", "/api/v1/tasks/1/reopen")
        .send()
        .await
        .refused(409, "successor_changed");
    assert_eq!(second["number"], 2);
}

async fn reopening_after_a_move_to_another_zone(db: TestDb) {
    let app = App::open(db).await;
    let task = app
        .task(json!({"title": "Run", "due": "2026-11-20", "recurrence": "every! day"}))
        .await;
    // Saturday in Rome, Friday in Greenwich.
    app.at("2026-11-20T23:30:00Z");
    let next = done(&app, &task).await;
    assert_eq!(next["due"], "2026-11-22");
    app.patch("/api/v1/me", json!({"zone": "UTC"}))
        .await
        .expect(200);
    // A repeated delivery creates nothing, although in Greenwich another date would follow.
    assert_eq!(app.advance(&task).await, Value::Null);
    let open = app
        .call("POST", "/api/v1/tasks/1/reopen")
        .send()
        .await
        .expect(200);
    assert_eq!(open["status"], "open");
    app.get("/api/v1/tasks/2").await.refused(404, "not_found");
    let again = done(&app, &open).await;
    assert_eq!(again["due"], "2026-11-21");
}

async fn a_new_epoch_never_takes_a_key_that_was_given(db: TestDb) {
    let app = App::open(db).await;
    let task = app
        .task(json!({"title": "Sheets", "due": "2026-11-10",
            "recurrence": {"rrule": "FREQ=DAILY", "catch_up": "from_completion"}}))
        .await;
    // Missed ones restart the series tomorrow, in the next epoch; then everything is reopened.
    let next = done(&app, &task).await;
    assert_eq!(next["occurrence"], "1/2026-11-21");
    app.call("POST", "/api/v1/tasks/1/reopen")
        .send()
        .await
        .expect(200);
    let task = app
        .patch(
            "/api/v1/tasks/1",
            json!({"due": "2026-11-21", "recurrence": {"rrule": "FREQ=WEEKLY"}}),
        )
        .await
        .expect(200);
    assert_eq!(task["occurrence"], "2/2026-11-21");
    let next = done(&app, &task).await;
    assert_eq!(next["due"], "2026-11-28");
}

async fn changing_the_rule_midway(db: TestDb) {
    let app = App::open(db).await;
    let rule = "FREQ=DAILY;COUNT=3";
    let first = app
        .task(json!({"title": "Pills", "due": "2026-11-20", "recurrence": {"rrule": rule}}))
        .await;
    let second = done(&app, &first).await;
    // A new rule is a new epoch; completed occurrences keep their key and rule, and COUNT starts again.
    let changed = app
        .patch(
            "/api/v1/tasks/2",
            json!({"recurrence": {"rrule": "FREQ=DAILY;INTERVAL=2;COUNT=3"}}),
        )
        .await
        .expect(200);
    assert_eq!(second["occurrence"], "0/2026-11-21");
    assert_eq!(changed["occurrence"], "1/2026-11-21");
    assert_eq!(
        changed["recurrence"]["next"],
        json!(["2026-11-23", "2026-11-25"])
    );
    let log = app.get("/api/v1/tasks/1").await.expect(200);
    assert_eq!(log["occurrence"], "0/2026-11-20");
    assert_eq!(log["recurrence"]["rrule"], rule);
}

async fn moving_to_another_zone(db: TestDb) {
    let app = App::open(db).await;
    for due in [
        "2026-11-23",
        "2026-11-23T09:00",
        "2026-11-23T09:00[Europe/Rome]",
    ] {
        app.task(json!({"title": due, "due": due, "recurrence": "every day",
            "reminders": [{"minutes_before": 60}]}))
            .await;
    }
    app.happened().await;
    app.patch("/api/v1/me", json!({"zone": "America/New_York"}))
        .await
        .expect(200);
    // In the transaction of the move: the date's nine o'clock and the floating one move, the fixed one stays.
    assert_eq!(
        app.happened().await,
        ["reminder.scheduled.v1", "reminder.scheduled.v1"]
    );
    for (number, due, due_at, reminder, next_at) in [
        (
            1,
            "2026-11-23",
            Value::Null,
            "2026-11-23T13:00:00Z",
            Value::Null,
        ),
        (
            2,
            "2026-11-23T09:00",
            json!("2026-11-23T14:00:00Z"),
            "2026-11-23T13:00:00Z",
            json!("2026-11-24T14:00:00Z"),
        ),
        (
            3,
            "2026-11-23T09:00[Europe/Rome]",
            json!("2026-11-23T08:00:00Z"),
            "2026-11-23T07:00:00Z",
            json!("2026-11-24T08:00:00Z"),
        ),
    ] {
        let task = app
            .get(&format!("/api/v1/tasks/{number}"))
            .await
            .expect(200);
        assert_eq!(task["due"], due);
        assert_eq!(task["due_at"], due_at, "{due}");
        assert_eq!(task["reminders"][0]["at"], reminder, "{due}");
        assert_eq!(
            task["recurrence"]["upcoming"][0]["due_at"], next_at,
            "{due}"
        );
    }
}

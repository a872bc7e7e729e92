//! `POST /api/v1/tasks/{task}/snooze`

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    minutes_count_from_now,
    words_and_local_times_follow_the_owner,
    snoozing_again_moves_the_same_reminder,
    what_was_told_counts_as_seen,
    the_next_occurrence_is_not_concerned,
    it_can_be_undone,
    all_of_a_filter,
    a_full_list_can_be_snoozed_and_sent_back,
    refuses_what_it_cannot_do,
);

const SNOOZE: &str = "/api/v1/tasks/1/snooze";

async fn snooze(app: &App, body: Value) -> Value {
    app.post(SNOOZE, body).await.expect(200)
}

/// Fires due reminders, and returns their number.
async fn fire(app: &App) -> Value {
    let fire = app.service("POST", "/api/v1/internal/reminders/fire", app.ada.id());
    fire.send().await.expect(200)["fired"].clone()
}

async fn unread(app: &App) -> usize {
    let page = app.get("/api/v1/notifications?unread=true").await;
    page.expect(200)["items"].as_array().unwrap().len()
}

/// A task whose only reminder fires at 19:00 in Rome, which is now.
async fn reminded(app: &App) -> Value {
    let body =
        json!({"title": "Call", "due": "2026-11-20T20:00", "reminders": [{"minutes_before": 60}]});
    let task = app.task(body).await;
    app.at("2026-11-20T18:00:00Z");
    assert_eq!(fire(app).await, 1);
    task
}

async fn minutes_count_from_now(db: TestDb) {
    let app = App::open(db).await;
    let before = reminded(&app).await;
    app.happened().await;
    let task = snooze(&app, json!({"minutes": 10})).await;
    assert_eq!(task["changed"], true);
    assert_eq!(task["due"], before["due"]);
    assert_eq!(task["reminders"].as_array().unwrap().len(), 2);
    assert_eq!(task["reminders"][0], before["reminders"][0]);
    assert_eq!(task["reminders"][1]["at"], "2026-11-20T18:10:00Z");
    assert_eq!(task["reminders"][1]["snoozed"], true);
    assert_eq!(
        app.happened().await,
        ["task.updated.v1", "reminder.scheduled.v1"]
    );
    app.at("2026-11-20T18:09:59Z");
    assert_eq!(fire(&app).await, 0);
    app.at("2026-11-20T18:10:00Z");
    assert_eq!(fire(&app).await, 1);
    assert_eq!(unread(&app).await, 1);
}

async fn words_and_local_times_follow_the_owner(db: TestDb) {
    let app = App::open(db).await;
    reminded(&app).await;
    let task = snooze(&app, json!({"until": "tomorrow 9am"})).await;
    assert_eq!(task["reminders"][1]["local"], "2026-11-21T09:00");
    assert_eq!(task["reminders"][1]["at"], "2026-11-21T08:00:00Z");
    let zone = json!({"zone": "America/New_York"});
    app.patch("/api/v1/me", zone).await.expect(200);
    let task = app.get("/api/v1/tasks/1").await.expect(200);
    assert_eq!(task["reminders"][1]["at"], "2026-11-21T14:00:00Z");
    assert_eq!(task["reminders"][1]["snoozed"], true);
    let task = snooze(&app, json!({"until": "2026-11-22T10:00:00Z"})).await;
    assert_eq!(task["reminders"][1].get("local"), None);
    assert_eq!(task["reminders"][1]["at"], "2026-11-22T10:00:00Z");
}

async fn snoozing_again_moves_the_same_reminder(db: TestDb) {
    let app = App::open(db).await;
    reminded(&app).await;
    let first = snooze(&app, json!({"minutes": 5})).await;
    app.at("2026-11-20T18:02:00Z");
    let second = snooze(&app, json!({"minutes": 10})).await;
    assert_eq!(second["reminders"].as_array().unwrap().len(), 2);
    assert_eq!(second["reminders"][1]["id"], first["reminders"][1]["id"]);
    assert_eq!(second["reminders"][1]["at"], "2026-11-20T18:12:00Z");
    let same = snooze(&app, json!({"minutes": 10})).await;
    assert_eq!(same["changed"], false);
    assert_eq!(same["version"], second["version"]);
    app.at("2026-11-20T18:11:00Z");
    assert_eq!(fire(&app).await, 0);
    app.at("2026-11-20T18:12:00Z");
    assert_eq!(fire(&app).await, 1);
    // After it fired, too.
    snooze(&app, json!({"minutes": 10})).await;
    app.at("2026-11-20T18:22:00Z");
    assert_eq!(fire(&app).await, 1);
}

async fn what_was_told_counts_as_seen(db: TestDb) {
    let app = App::open(db).await;
    reminded(&app).await;
    assert_eq!(unread(&app).await, 1);
    snooze(&app, json!({"minutes": 10})).await;
    assert_eq!(unread(&app).await, 0);
    app.post("/api/v1/tasks/1/complete", json!({})).await;
    app.at("2026-11-20T18:10:00Z");
    assert_eq!(fire(&app).await, 0);
}

async fn the_next_occurrence_is_not_concerned(db: TestDb) {
    let app = App::open(db).await;
    app.task(
        json!({"title": "Pills", "due": "2026-11-20T14:00", "recurrence": "every day",
        "reminders": [{"minutes_before": 30}]}),
    )
    .await;
    let task = snooze(&app, json!({"until": "2026-11-20T15:00"})).await;
    assert_eq!(task["reminders"].as_array().unwrap().len(), 2);
    let done = app
        .post("/api/v1/tasks/1/complete", json!({}))
        .await
        .expect(200);
    let next = app.advance(&done).await;
    assert_eq!(next["reminders"].as_array().unwrap().len(), 1);
    assert_eq!(next["reminders"][0]["minutes_before"], 30);
}

async fn it_can_be_undone(db: TestDb) {
    let app = App::open(db).await;
    let before = reminded(&app).await;
    let snoozed = app.post(SNOOZE, json!({"minutes": 10})).await;
    let undo = format!("/api/v1/changes/{}/undo", snoozed.header("taskwire-change"));
    app.call("POST", &undo).send().await.expect(200);
    let task = app.get("/api/v1/tasks/1").await.expect(200);
    assert_eq!(task["reminders"], before["reminders"]);
    app.at("2026-11-20T18:10:00Z");
    assert_eq!(fire(&app).await, 0);
}

async fn all_of_a_filter(db: TestDb) {
    let app = App::open(db).await;
    for title in ["One", "Two"] {
        app.task(json!({"title": title, "due": "2026-11-20T20:00"}))
            .await;
    }
    let change = json!({"op": "snooze", "body": {"until": "2026-11-20T21:00"}});
    let body = json!({"filter": {"filter": "today"}, "change": change, "expected_count": 2});
    let done = app
        .post("/api/v1/tasks/bulk", body.clone())
        .await
        .expect(200);
    assert_eq!(done["changed"], 2);
    let operations = json!([{"op": "snooze", "task": 2, "body": {"minutes": 1}}]);
    let done = app
        .post("/api/v1/tasks/batch", json!({"operations": operations}))
        .await
        .expect(200);
    let moved = &done["results"][0]["task"]["reminders"][0];
    assert_eq!(moved["at"], "2026-11-20T12:01:00Z");
}

async fn a_full_list_can_be_snoozed_and_sent_back(db: TestDb) {
    let app = App::open(db).await;
    let ten: Vec<Value> = (1..=10)
        .map(|minutes| json!({"minutes_before": minutes}))
        .collect();
    app.task(json!({"title": "Call", "due": "2026-11-20T20:00", "reminders": ten}))
        .await;
    let task = snooze(&app, json!({"until": "2026-11-20T19:00"})).await;
    assert_eq!(task["reminders"].as_array().unwrap().len(), 11);
    let mut all = ten.clone();
    all.push(json!({"at": "2026-11-20T19:00"}));
    let same = app
        .patch("/api/v1/tasks/1", json!({"reminders": all}))
        .await
        .expect(200);
    assert_eq!(same["changed"], false);
    all.push(json!({"minutes_before": 11}));
    app.patch("/api/v1/tasks/1", json!({"reminders": all}))
        .await
        .refused(422, "too_many_reminders");
}

async fn refuses_what_it_cannot_do(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Call"})).await;
    for (body, field) in [
        (json!({}), ""),
        (json!({"minutes": 5, "until": "tomorrow"}), ""),
        (json!({"minutes": 0}), "/minutes"),
        (json!({"minutes": -5}), "/minutes"),
        (json!({"minutes": 527_041}), "/minutes"),
        (json!({"until": "yesterday"}), "/until"),
        (json!({"until": "2026-11-20T12:00:00Z"}), "/until"),
        (json!({"until": "2036-01-01"}), "/until"),
        (json!({"until": "soon-ish"}), "/until"),
        (json!({"until": ""}), "/until"),
    ] {
        let refused = app.post(SNOOZE, body.clone()).await.expect(422);
        assert_eq!(refused["errors"][0]["pointer"], field, "{body}");
        assert!(refused["hint"].is_string(), "{body}");
    }
    let task = app.get("/api/v1/tasks/1").await.expect(200);
    assert_eq!(
        (&task["version"], &task["reminders"]),
        (&json!(1), &json!([]))
    );
    app.post("/api/v1/tasks/1/complete", json!({})).await;
    app.post(SNOOZE, json!({"minutes": 5}))
        .await
        .refused(409, "task_not_open");
    app.post("/api/v1/tasks/9/snooze", json!({"minutes": 5}))
        .await
        .refused(404, "not_found");
}

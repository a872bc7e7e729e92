//! How long tasks take.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::audit::write_down;
use crate::changes::{change_of, undo};
use crate::support::App;

both_databases!(
    a_whole_number_may_have_a_point,
    a_duration_is_set_kept_and_cleared,
    a_duration_needs_a_time_of_day,
    words_say_how_long,
    a_duration_without_effect_is_told_and_kept,
    a_series_keeps_its_duration,
    a_duration_is_undone_and_in_the_history,
    the_agenda_and_the_explanation_show_it,
);

const TASKS: &str = "/api/v1/tasks";
const TASK: &str = "/api/v1/tasks/1";

async fn minutes(app: &App, number: i64) -> Value {
    let task = app.get(&format!("{TASKS}/{number}")).await.expect(200);
    task["duration_minutes"].clone()
}

async fn a_duration_is_set_kept_and_cleared(db: TestDb) {
    let app = App::open(db).await;
    let task = app
        .task(json!({"title": "Meet", "due": "2026-12-01T09:00", "duration_minutes": 45}))
        .await;
    assert_eq!(task["duration_minutes"], 45);
    assert_eq!(
        app.events().await[0]["data"]["after"]["duration_minutes"],
        45
    );
    app.patch(
        TASK,
        json!({"title": "Meet Ann", "due": "2026-12-02T10:00"}),
    )
    .await
    .expect(200);
    assert_eq!(minutes(&app, 1).await, 45);
    let unchanged = app.patch(TASK, json!({"duration_minutes": 45})).await;
    assert_eq!(unchanged.expect(200)["changed"], false);
    app.patch(TASK, json!({"duration_minutes": 10_080}))
        .await
        .expect(200);
    assert_eq!(minutes(&app, 1).await, 10_080);
    app.patch(TASK, json!({"duration_minutes": null}))
        .await
        .expect(200);
    assert_eq!(minutes(&app, 1).await, Value::Null);
    for wrong in [0, -5, 10_081] {
        let body = json!({"title": "x", "due": "2026-12-01T09:00", "duration_minutes": wrong});
        let refused = app.post(TASKS, body).await.refused(422, "invalid_duration");
        assert_eq!(refused["errors"][0]["pointer"], "/duration_minutes");
        app.patch(TASK, json!({"duration_minutes": wrong}))
            .await
            .refused(422, "invalid_duration");
    }
}

/// Some languages write every number as a float; 30.0 is an integer too.
async fn a_whole_number_may_have_a_point(db: TestDb) {
    let app = App::open(db).await;
    let body = r#"{"title": "Call", "due": "2026-12-01T09:00", "duration_minutes": 30.0,
        "reminders": [{"minutes_before": 1e1}]}"#;
    let send = |body: &str| {
        app.call("POST", "/api/v1/tasks")
            .body("application/json", body.to_owned())
            .send()
    };
    let task = send(body).await.expect(201);
    assert_eq!(task["duration_minutes"], 30);
    assert_eq!(task["reminders"][0]["minutes_before"], 10);
    for wrong in ["30.5", "1e300"] {
        let refused = send(&body.replace("30.0", wrong)).await;
        let problem = refused.refused(422, "invalid_type");
        assert_eq!(problem["errors"][0]["pointer"], "/duration_minutes");
    }
}

async fn a_duration_needs_a_time_of_day(db: TestDb) {
    let app = App::open(db).await;
    for due in [Value::Null, json!("2026-12-01"), json!("tomorrow")] {
        let body = json!({"title": "x", "due": due, "duration_minutes": 30});
        let refused = app.post(TASKS, body).await;
        let refused = refused.refused(422, "duration_without_time");
        assert_eq!(refused["errors"][0]["pointer"], "/duration_minutes");
    }
    app.task(json!({"title": "x", "due": "2026-12-01"})).await;
    app.patch(TASK, json!({"duration_minutes": 30}))
        .await
        .refused(422, "duration_without_time");
    app.patch(
        TASK,
        json!({"due": "2026-12-01T09:00", "duration_minutes": 30}),
    )
    .await
    .expect(200);
    app.patch(TASK, json!({"due": "2026-12-03", "duration_minutes": 30}))
        .await
        .refused(422, "duration_without_time");
}

async fn words_say_how_long(db: TestDb) {
    let app = App::open(db).await;
    let quick = app
        .post(
            "/api/v1/tasks/quick",
            json!({"text": "meeting tomorrow 5pm for 1h #work"}),
        )
        .await
        .expect(201);
    assert_eq!(quick["title"], "meeting");
    assert_eq!(quick["due"], "2026-11-21T17:00");
    assert_eq!(quick["duration_minutes"], 60);
    assert_eq!(quick["spans"][1]["kind"], "duration");
    let preview = app
        .post(
            "/api/v1/tasks/quick?preview=true",
            json!({"text": "call friday 2-3pm"}),
        )
        .await
        .expect(200);
    assert_eq!(preview["duration_minutes"], 60);
    assert_eq!(preview["warnings"], json!([]));
    for (due, at, minutes) in [
        ("tomorrow 5pm for 1h", "2026-11-21T17:00", 60),
        ("9:30-11:00", "2026-11-21T09:30", 90),
        ("every monday 9-10am", "2026-11-23T09:00", 60),
    ] {
        let task = app.task(json!({"title": "x", "due": due})).await;
        assert_eq!(
            (&task["due"], &task["duration_minutes"]),
            (&json!(at), &json!(minutes))
        );
    }
    let rule = json!({"title": "x", "recurrence": {"text": "every day at 9 for 15 min"}});
    assert_eq!(app.task(rule).await["duration_minutes"], 15);
    let two = json!({"title": "x", "due": "friday 2-3pm", "duration_minutes": 30});
    app.post(TASKS, two).await.refused(422, "two_durations");
    let same = json!({"title": "x", "due": "friday 2-3pm", "duration_minutes": 60});
    assert_eq!(app.task(same).await["duration_minutes"], 60);
    app.patch(TASK, json!({"due": "monday 14:00-16:00"}))
        .await
        .expect(200);
    assert_eq!(minutes(&app, 1).await, 120);
    app.post(
        "/api/v1/tasks/1/reschedule",
        json!({"due": "tuesday at 15:00 for 45m"}),
    )
    .await
    .expect(200);
    assert_eq!(minutes(&app, 1).await, 45);
    app.patch(
        TASK,
        json!({"due": "monday 14:00-16:00", "duration_minutes": null}),
    )
    .await
    .refused(422, "two_durations");
    // Where only a date or a time is read, a duration is not ignored.
    app.get("/api/v1/tasks?due_after=tomorrow%202-3pm")
        .await
        .refused(422, "invalid_due");
    let reminder = json!({"title": "x", "reminders": [{"at": "tomorrow 2-3pm"}]});
    app.post(TASKS, reminder)
        .await
        .refused(422, "invalid_reminder");
}

async fn a_duration_without_effect_is_told_and_kept(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "x", "due": "2026-12-01T09:00", "duration_minutes": 60}))
        .await;
    let moved = app
        .patch(TASK, json!({"due": "2026-12-02"}))
        .await
        .expect(200);
    assert_eq!(moved.get("duration_minutes"), None);
    assert_eq!(
        moved["warnings"],
        json!(["The task has no time of day now, so its duration of 1 hour has no effect."])
    );
    app.patch(TASK, json!({"due": "2026-12-02T10:00"}))
        .await
        .expect(200);
    assert_eq!(minutes(&app, 1).await, 60);
}

async fn a_series_keeps_its_duration(db: TestDb) {
    let app = App::open(db).await;
    app.task(
        json!({"title": "x", "due": "2026-11-21T09:00", "duration_minutes": 30,
        "recurrence": {"text": "every day"}}),
    )
    .await;
    let done = app
        .post("/api/v1/tasks/1/complete", json!({}))
        .await
        .expect(200);
    let next = app.advance(&done).await;
    assert_eq!(next["duration_minutes"], 30);
    // Reopening takes the next one back only if it is as it was.
    app.patch("/api/v1/tasks/2", json!({"duration_minutes": 40}))
        .await
        .expect(200);
    let refused = app.post("/api/v1/tasks/1/reopen", json!({})).await;
    let refused = refused.refused(409, "successor_changed");
    assert!(
        refused["detail"]
            .as_str()
            .unwrap()
            .contains("duration_minutes")
    );
}

async fn a_duration_is_undone_and_in_the_history(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "x", "due": "2026-12-01T09:00", "duration_minutes": 30}))
        .await;
    let changed = app.patch(TASK, json!({"duration_minutes": 90})).await;
    changed.expect(200);
    let undone = undo(&app, &change_of(&changed)).await;
    undone.expect(200);
    assert_eq!(minutes(&app, 1).await, 30);
    undo(&app, &change_of(&undone)).await.expect(200);
    assert_eq!(minutes(&app, 1).await, 90);
    write_down(&app, app.ada.id()).await;
    let history = app.get("/api/v1/tasks/1/history").await.expect(200);
    assert_eq!(
        history["items"][0]["changes"],
        json!([{"field": "duration_minutes", "from": 30, "to": 90}])
    );
}

async fn the_agenda_and_the_explanation_show_it(db: TestDb) {
    let app = App::open(db).await;
    app.task(
        json!({"title": "x", "due": "2026-11-21T23:30", "duration_minutes": 90,
        "recurrence": {"text": "every day"}}),
    )
    .await;
    let agenda = app.get("/api/v1/agenda").await.expect(200);
    assert_eq!(agenda["days"][1]["tasks"][0]["duration_minutes"], 90);
    assert_eq!(agenda["days"][2]["upcoming"][0]["duration_minutes"], 90);
    let why = app.get("/api/v1/tasks/1/explain").await.expect(200);
    let reasons = why["reasons"].as_array().unwrap();
    let told = "It takes 1 hour 30 minutes, until 2026-11-22 01:00.";
    assert!(reasons.contains(&json!(told)), "{reasons:?}");
    let export = app.get("/api/v1/me/export").await.text();
    assert!(export.contains("\"duration_minutes\":90"), "{export}");
}

//! Reminders with their own times, and those whose time has passed.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    words_count_from_the_due_value,
    reminders_are_added,
    a_local_time_follows_its_owner,
    a_time_in_a_zone_stays,
    a_local_time_read_back_stays_local,
    a_new_one_in_the_past_is_refused,
    one_that_has_fired_can_be_sent_back,
    a_relative_reminder_that_has_passed_causes_a_warning,
    quick_add_warns_too,
);

async fn move_to(app: &App, zone: &str) {
    app.patch("/api/v1/me", json!({"zone": zone}))
        .await
        .expect(200);
}

/// Fires due reminders and returns their number, and when the next is due.
async fn fire(app: &App) -> (Value, Value) {
    let fired = app
        .service("POST", "/api/v1/internal/reminders/fire", app.ada.id())
        .send()
        .await
        .expect(200);
    (fired["fired"].clone(), fired["next_at"].clone())
}

async fn a_local_time_follows_its_owner(db: TestDb) {
    let app = App::open(db).await;
    // With a date or without one.
    for body in [
        json!({"title": "x", "reminders": [{"at": "2026-12-10T08:00"}]}),
        json!({"title": "x", "due": "2026-12-24", "reminders": [{"at": "2026-12-10T08:00"}]}),
    ] {
        let task = app.task(body).await;
        assert_eq!(task["reminders"][0]["local"], "2026-12-10T08:00");
        assert_eq!(task["reminders"][0]["at"], "2026-12-10T07:00:00Z");
    }
    assert_eq!(fire(&app).await, (json!(0), json!("2026-12-10T07:00:00Z")));
    app.happened().await;
    move_to(&app, "America/New_York").await;
    assert_eq!(
        app.happened().await,
        ["reminder.scheduled.v1", "reminder.scheduled.v1"]
    );
    assert_eq!(fire(&app).await, (json!(0), json!("2026-12-10T13:00:00Z")));
    for number in [1, 2] {
        let path = format!("/api/v1/tasks/{number}");
        let task = app.get(&path).await.expect(200);
        assert_eq!(task["reminders"][0]["local"], "2026-12-10T08:00");
        assert_eq!(task["reminders"][0]["at"], "2026-12-10T13:00:00Z");
    }
    app.at("2026-12-10T13:00:00Z");
    assert_eq!(fire(&app).await, (json!(2), Value::Null));
}

async fn a_time_in_a_zone_stays(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "x", "reminders": [{"at": "2026-12-10T08:00[Asia/Tokyo]"}, {"at": "2026-12-11T08:00:00Z"}]}))
        .await;
    app.happened().await;
    let before = app.get("/api/v1/tasks/1").await.expect(200);
    assert_eq!(before["reminders"][0]["at"], "2026-12-09T23:00:00Z");
    assert_eq!(before["reminders"][0].get("local"), None);
    move_to(&app, "America/New_York").await;
    assert!(app.happened().await.is_empty());
    assert_eq!(app.get("/api/v1/tasks/1").await.expect(200), before);
}

async fn a_local_time_read_back_stays_local(db: TestDb) {
    let app = App::open(db).await;
    let body = json!({"reminders": [{"at": "2026-12-10T08:00"}]});
    app.task(json!({"title": "x", "reminders": body["reminders"]}))
        .await;
    let same = app.patch("/api/v1/tasks/1", body).await.expect(200);
    assert_eq!(same["changed"], false);
    move_to(&app, "Asia/Tokyo").await;
    let task = app.get("/api/v1/tasks/1").await.expect(200);
    assert_eq!(task["reminders"][0]["at"], "2026-12-09T23:00:00Z");
}

async fn a_new_one_in_the_past_is_refused(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "x"})).await;
    app.happened().await;
    for at in [
        "2026-11-20T11:58:59Z",
        "2026-11-20T12:58",
        "2026-11-20T06:58[America/New_York]",
        "2020-01-01T00:00",
    ] {
        let reminders = json!([{"minutes_before": 5}, {"at": at}]);
        let body = json!({"title": "x", "due": "2026-12-01", "reminders": reminders});
        for reply in [
            app.post("/api/v1/tasks", body.clone()).await,
            app.patch("/api/v1/tasks/1", body).await,
        ] {
            let problem = reply.refused(422, "reminder_in_past");
            assert_eq!(problem["errors"][0]["pointer"], "/reminders/1/at", "{at}");
            let detail = problem["detail"].as_str().unwrap();
            assert!(detail.contains("it is 2026-11-20 13:00 now"), "{detail}");
        }
    }
    assert!(app.happened().await.is_empty());
    // A reminder whose time passed during the request fires at once.
    let late = app
        .task(json!({"title": "y", "reminders": [{"at": "2026-11-20T11:59:30Z"}]}))
        .await;
    assert_eq!(late["reminders"][0]["at"], "2026-11-20T11:59:30Z");
    assert_eq!(fire(&app).await.0, json!(1));
}

async fn one_that_has_fired_can_be_sent_back(db: TestDb) {
    let app = App::open(db).await;
    let task = app
        .task(json!({"title": "x", "reminders": [{"at": "2026-11-20T14:00"}, {"at": "2026-11-20T13:30:00Z"}]}))
        .await;
    app.at("2026-11-20T14:00:00Z");
    assert_eq!(fire(&app).await, (json!(2), Value::Null));
    app.happened().await;
    let list: Vec<Value> = task["reminders"]
        .as_array()
        .unwrap()
        .iter()
        .map(|known| json!({"at": known.get("local").unwrap_or(&known["at"])}))
        .collect();
    let same = app
        .patch("/api/v1/tasks/1", json!({"reminders": list}))
        .await
        .expect(200);
    assert_eq!(same["changed"], false);
    assert!(app.happened().await.is_empty());
}

async fn a_relative_reminder_that_has_passed_causes_a_warning(db: TestDb) {
    let app = App::open(db).await;
    let told = json!([
        "The reminder 60 minutes before, Friday, 20 November 2026 at 12:30, is in the past and will not fire."
    ]);
    let body = json!({"title": "x", "due": "2026-11-20T13:30", "reminders": [{"minutes_before": 60}, {"minutes_before": 10}]});
    let made = app.post("/api/v1/tasks", body).await.expect(201);
    assert_eq!(made["warnings"], told);
    // An unchanged reminder causes no warning again.
    let named = app
        .patch("/api/v1/tasks/1", json!({"title": "y"}))
        .await
        .expect(200);
    assert_eq!(named.get("warnings"), None);
    let later = app
        .patch("/api/v1/tasks/1", json!({"due": "2026-11-20T18:00"}))
        .await
        .expect(200);
    assert_eq!(later.get("warnings"), None);
    for change in [
        app.patch("/api/v1/tasks/1", json!({"due": "2026-11-20T13:30"}))
            .await,
        app.post(
            "/api/v1/tasks/1/reschedule",
            json!({"due": "2026-11-20T13:00"}),
        )
        .await,
    ] {
        let change = change.expect(200);
        assert!(
            !change["warnings"].as_array().unwrap().is_empty(),
            "{change}"
        );
    }
}

async fn quick_add_warns_too(db: TestDb) {
    let app = App::open(db).await;
    let body = json!({"text": "call mum today 13:30 !60m"});
    let told = json!([
        "The reminder 60 minutes before, Friday, 20 November 2026 at 12:30, is in the past and will not fire."
    ]);
    let shown = app
        .post("/api/v1/tasks/quick?preview=true", body.clone())
        .await
        .expect(200);
    assert_eq!(shown["warnings"], told);
    let made = app.post("/api/v1/tasks/quick", body).await.expect(201);
    assert_eq!(made["warnings"], told);
}

fn minutes(task: &Value) -> Vec<&Value> {
    let reminders = task["reminders"].as_array().unwrap();
    reminders
        .iter()
        .map(|reminder| &reminder["minutes_before"])
        .collect()
}

async fn words_count_from_the_due_value(db: TestDb) {
    let app = App::open(db).await;
    let at = |words: &[&str]| -> Value { words.iter().map(|at| json!({"at": at})).collect() };
    let words = at(&[
        "1 hour before",
        "the evening before",
        "at 8",
        "tuesday evening",
        "1 day and 10 minutes before",
        "remind me when it is due",
    ]);
    let task = app
        .task(json!({"title": "x", "due": "2026-12-01T17:00", "reminders": words}))
        .await;
    assert_eq!(minutes(&task), [60, 1320, 540, 9960, 1440, 10, 0]);
    let series = app
        .task(json!({"title": "x", "due": "every monday at 9", "reminders": at(&["the evening before"])}))
        .await;
    assert_eq!(minutes(&series), [840]);
    // The reminder follows the date that is sent with it, and that of a new rule.
    let moved = app
        .patch(
            "/api/v1/tasks/1",
            json!({"due": "2026-12-02T09:00", "reminders": at(&["the evening before"])}),
        )
        .await
        .expect(200);
    assert_eq!(minutes(&moved), [840]);
    let ruled = app
        .patch(
            "/api/v1/tasks/1",
            json!({"recurrence": {"text": "every friday at 20:00"}, "reminders": at(&["at 19"])}),
        )
        .await
        .expect(200);
    assert_eq!(minutes(&ruled), [60]);
    // A day that is not counted from the due value, and a time without one, are as before.
    let own = app
        .task(json!({"title": "x", "due": "2026-12-01T17:00", "reminders": at(&["tomorrow at 9"])}))
        .await;
    assert_eq!(own["reminders"][0]["at"], "2026-11-21T08:00:00Z");
    let alone = app
        .task(json!({"title": "x", "reminders": at(&["at 20:00"])}))
        .await;
    assert_eq!(alone["reminders"][0]["at"], "2026-11-20T19:00:00Z");
    for (body, code) in [
        (
            json!({"title": "x", "reminders": at(&["1 hour before"])}),
            "reminder_without_due",
        ),
        (
            json!({"title": "x", "due": "2026-12-01", "reminders": at(&["2 years before"])}),
            "invalid_reminder",
        ),
        (
            json!({"title": "x", "due": "2026-12-01", "reminders": at(&["before long"])}),
            "invalid_reminder",
        ),
    ] {
        let refused = app.post("/api/v1/tasks", body).await.refused(422, code);
        assert_eq!(refused["errors"][0]["pointer"], "/reminders/0/at");
    }
}

async fn reminders_are_added(db: TestDb) {
    let app = App::open(db).await;
    app.task(
        json!({"title": "x", "due": "2026-12-01T17:00", "reminders": [{"minutes_before": 30}]}),
    )
    .await;
    let path = "/api/v1/tasks/1";
    let more = json!({"add_reminders": [{"at": "1 hour before"}, {"minutes_before": 30}]});
    let added = app.patch(path, more.clone()).await.expect(200);
    assert_eq!(minutes(&added), [30, 60]);
    assert_eq!(app.patch(path, more).await.expect(200)["changed"], false);
    let replaced = json!({"reminders": [{"at": "at 8"}]});
    assert_eq!(minutes(&app.patch(path, replaced).await.expect(200)), [540]);
    let both = json!({"reminders": [], "add_reminders": [{"minutes_before": 5}]});
    app.patch(path, both)
        .await
        .refused(422, "conflicting_reminders");
    let many: Value = (1..=10)
        .map(|minutes| json!({"minutes_before": minutes}))
        .collect();
    let refused = app.patch(path, json!({"add_reminders": many})).await;
    refused.refused(422, "too_many_reminders");
}

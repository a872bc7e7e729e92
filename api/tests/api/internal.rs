//! `/api/v1/internal`: operations for Taskwire's own consumers.

use serde_json::{Value, json};
use taskwire_domain::UserId;
use taskwire_testkit::{TestDb, both_databases};

use crate::support::{App, SERVICE};

both_databases!(
    not_there_for_others,
    makes_the_successor_once,
    the_same_event_twice_answers_the_same,
    a_series_that_is_over,
    fires_each_reminder_once,
    a_change_loses_no_reminder_whose_time_has_come,
    fires_for_all_users_in_turn,
    a_service_acts_for_a_user,
);

const FIRE: &str = "/api/v1/internal/reminders/fire";

fn advance(task: &Value) -> String {
    format!(
        "/api/v1/internal/tasks/{}/advance",
        task["id"].as_str().unwrap()
    )
}

async fn daily(app: &App) -> Value {
    let task = app
        .task(json!({"title": "Run", "notes": "slowly", "priority": "low", "tags": ["health"], "due": "2026-11-20T20:00",
            "recurrence": {"rrule": "FREQ=DAILY"},
            "reminders": [{"minutes_before": 60}, {"at": "2026-11-20T18:00"}, {"minutes_before": 5}]}))
        .await;
    app.call("POST", "/api/v1/tasks/1/complete")
        .send()
        .await
        .expect(200);
    app.happened().await;
    task
}

async fn not_there_for_others(db: TestDb) {
    let app = App::open(db).await;
    let task = daily(&app).await;
    for path in [advance(&task), FIRE.into()] {
        app.call("POST", &path)
            .send()
            .await
            .refused(404, "unknown_path");
        app.call("POST", &path)
            .token("the-credential-of-the-servicet")
            .header("taskwire-user", &app.ada.id().to_string())
            .send()
            .await
            .refused(404, "unknown_path");
        app.anonymous("POST", &path)
            .send()
            .await
            .refused(404, "unknown_path");
    }
    // Nor is it in the public contract.
    let document = app.get("/api/v1/openapi.json").await;
    document.expect(200);
    assert!(!document.text().contains("/internal/"));
    assert!(app.happened().await.is_empty());
}

async fn makes_the_successor_once(db: TestDb) {
    let app = App::open(db).await;
    let task = daily(&app).await;
    app.at("2026-11-20T12:01:00Z");
    let next = app.advance(&task).await;
    assert_eq!(next["number"], 2);
    assert_eq!(next["version"], 1);
    assert_eq!(next["status"], "open");
    assert_eq!(next["due"], "2026-11-21T20:00");
    assert_eq!(next["occurrence"], "0/2026-11-21T20:00");
    assert_eq!(next["created_at"], "2026-11-20T12:01:00Z");
    assert_eq!(next["completed_at"], Value::Null);
    for same in ["title", "notes", "priority", "tags", "series"] {
        assert_eq!(next[same], task[same], "{same}");
    }
    // The reminder at a fixed instant belonged to the occurrence before.
    let minutes: Vec<&Value> = next["reminders"]
        .as_array()
        .unwrap()
        .iter()
        .map(|reminder| &reminder["minutes_before"])
        .collect();
    assert_eq!(minutes, [60, 5]);
    let events = app.events().await;
    let kinds: Vec<&Value> = events.iter().map(|event| &event["type"]).collect();
    assert_eq!(
        kinds,
        [
            "task.created.v1",
            "reminder.scheduled.v1",
            "reminder.scheduled.v1"
        ]
    );
    assert_eq!(events[0]["data"]["actor"]["via"], "consumer");
    assert_eq!(events[0]["data"]["actor"]["token"], Value::Null);
    assert_eq!(events[0]["partitionkey"], task["series"]);
    assert_eq!(app.advance(&task).await, Value::Null);
    assert_eq!(app.advance(&next).await, Value::Null);
    assert!(app.happened().await.is_empty());
    let found = app.get("/api/v1/tasks?tag=health").await.expect(200);
    assert_eq!(found["items"], json!([next]));
    let unknown = json!({"id": "00000000-0000-7000-8000-000000000000"});
    let call = |path: &str| app.service("POST", path, app.ada.id()).send();
    call(&advance(&unknown)).await.refused(404, "not_found");
    call("/api/v1/internal/tasks/1/advance")
        .await
        .refused(404, "not_found");
    call("/api/v1/internal/tasks/x/advance")
        .await
        .refused(422, "invalid_task_reference");
}

async fn the_same_event_twice_answers_the_same(db: TestDb) {
    let app = App::open(db).await;
    let task = daily(&app).await;
    let call = || {
        app.service("POST", &advance(&task), app.ada.id())
            .header("idempotency-key", "event-1")
            .send()
    };
    let first = call().await;
    first.expect(200);
    app.happened().await;
    let again = call().await;
    assert_eq!(again.bytes, first.bytes);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert!(app.happened().await.is_empty());
}

async fn a_series_that_is_over(db: TestDb) {
    let app = App::open(db).await;
    let task = app
        .task(json!({"title": "Pills", "due": "2026-11-20", "recurrence": {"rrule": "FREQ=DAILY;COUNT=2"}}))
        .await;
    assert_eq!(task["recurrence"]["next"], json!(["2026-11-21"]));
    app.call("POST", "/api/v1/tasks/1/complete")
        .send()
        .await
        .expect(200);
    let last = app.advance(&task).await;
    assert_eq!(last["due"], "2026-11-21");
    assert_eq!(last["recurrence"]["next"], json!([]));
    app.call("POST", "/api/v1/tasks/2/complete")
        .send()
        .await
        .expect(200);
    app.happened().await;
    assert_eq!(app.advance(&last).await, Value::Null);
    assert!(app.happened().await.is_empty());
}

async fn fires_each_reminder_once(db: TestDb) {
    let app = App::open(db).await;
    let task = app
        .task(json!({"title": "Call", "due": "2026-11-20T18:00", "reminders": [{"minutes_before": 60}, {"minutes_before": 10}]}))
        .await;
    app.happened().await;
    let fire = async || {
        app.anonymous("POST", FIRE)
            .token(SERVICE)
            .send()
            .await
            .expect(200)
    };
    assert_eq!(
        fire().await,
        json!({"deliveries": 0, "fired": 0, "next_at": "2026-11-20T16:00:00Z"})
    );
    app.at("2026-11-20T16:00:00Z");
    assert_eq!(
        fire().await,
        json!({"deliveries": 0, "fired": 1, "next_at": "2026-11-20T16:50:00Z"})
    );
    let events = app.events().await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["type"], "reminder.due.v1");
    assert_eq!(events[0]["data"]["reminder"], task["reminders"][0]);
    assert_eq!(events[0]["data"]["after"]["number"], 1);
    assert_eq!(events[0]["data"]["actor"]["client"], "taskwire-reminder");
    assert_eq!(fire().await["fired"], 0);
    // A change of something else does not make it fire again.
    app.patch("/api/v1/tasks/1", json!({"title": "Call her"}))
        .await
        .expect(200);
    assert_eq!(fire().await["fired"], 0);
    app.happened().await;
    // Moved, it has a new time.
    app.patch("/api/v1/tasks/1", json!({"due": "2026-11-20T20:00"}))
        .await
        .expect(200);
    assert_eq!(
        app.happened().await,
        [
            "task.updated.v1",
            "reminder.scheduled.v1",
            "reminder.scheduled.v1"
        ]
    );
    app.at("2026-11-20T19:00:00Z");
    assert_eq!(
        fire().await,
        json!({"deliveries": 0, "fired": 2, "next_at": null})
    );
}

async fn a_change_loses_no_reminder_whose_time_has_come(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Call", "due": "2026-11-20T18:00",
        "reminders": [{"minutes_before": 60}, {"at": "2026-11-20T16:30"}, {"minutes_before": 10}]}))
        .await;
    app.at("2026-11-20T16:00:00Z");
    // The sweep is late, and the task and its owner's zone change before it runs.
    app.patch("/api/v1/tasks/1", json!({"title": "Call her"}))
        .await
        .expect(200);
    app.patch("/api/v1/me", json!({"zone": "Europe/Athens"}))
        .await
        .expect(200);
    app.happened().await;
    let fire = async || {
        app.anonymous("POST", FIRE)
            .token(SERVICE)
            .send()
            .await
            .expect(200)["fired"]
            .clone()
    };
    assert_eq!(fire().await, 2);
    assert_eq!(app.happened().await, ["reminder.due.v1", "reminder.due.v1"]);
    // Ten minutes before 18:00 in Athens has passed by now, although it was never due.
    assert_eq!(fire().await, 0);
    // A task that is moved into the past, or completed before the sweep runs, has no reminder left.
    for number in [2, 3] {
        let task = app
            .task(json!({"title": "x", "due": "2026-11-20T19:00", "reminders": [{"minutes_before": 30}]}))
            .await;
        assert_eq!(task["number"], number);
    }
    app.patch("/api/v1/tasks/2", json!({"due": "2026-11-20T17:00"}))
        .await
        .expect(200);
    app.at("2026-11-20T16:30:00Z");
    app.call("POST", "/api/v1/tasks/3/complete")
        .send()
        .await
        .expect(200);
    assert_eq!(fire().await, 0);
}

async fn fires_for_all_users_in_turn(db: TestDb) {
    let app = App::open(db).await;
    let bob = app.person("Bob").await;
    for token in [&app.ada.token, &bob.token] {
        app.anonymous("POST", "/api/v1/tasks")
            .token(token)
            .json(&json!({"title": "x", "due": "2026-11-20T15:00", "reminders": [{"minutes_before": 60}]}))
            .send()
            .await
            .expect(201);
    }
    app.happened().await;
    app.at("2026-11-20T14:00:00Z");
    let fired = app
        .anonymous("POST", FIRE)
        .token(SERVICE)
        .send()
        .await
        .expect(200);
    assert_eq!(fired, json!({"deliveries": 0, "fired": 2, "next_at": null}));
    assert_eq!(app.happened().await, ["reminder.due.v1"]);
}

async fn a_service_acts_for_a_user(db: TestDb) {
    let app = App::open(db).await;
    let nobody = UserId("00000000-0000-7000-8000-000000000000".parse().unwrap());
    app.service("GET", "/api/v1/tasks", nobody)
        .send()
        .await
        .refused(404, "not_found");
    app.anonymous("GET", "/api/v1/tasks")
        .token(SERVICE)
        .send()
        .await
        .refused(400, "missing_user");
    let session = app
        .service("GET", "/api/v1/session", app.ada.id())
        .send()
        .await
        .expect(200);
    assert_eq!(session["user"]["name"], "Ada");
    assert_eq!(session["token"], Value::Null);
    // Naming a user has no effect with an ordinary token, and nobody else acts as a consumer.
    let bob = app.person("Bob").await;
    let session = app
        .call("GET", "/api/v1/session")
        .header("taskwire-user", &bob.id().to_string())
        .send()
        .await
        .expect(200);
    assert_eq!(session["user"]["name"], "Ada");
    app.call("GET", "/api/v1/session")
        .header("taskwire-via", "consumer")
        .send()
        .await
        .refused(403, "forbidden_actor");
    app.call("GET", "/api/v1/session")
        .header("taskwire-via", "pigeon")
        .send()
        .await
        .refused(400, "malformed_actor");
}

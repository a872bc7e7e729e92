//! `next`, explain, the agenda and the preview predict what completing does.

mod generated;

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    a_sunday_moved_to_the_monday_after_next,
    the_agenda_of_a_late_one,
    missed_occurrences_are_recorded,
    an_ended_series_records_it_too,
    a_preview_shows_what_will_be_made,
);

async fn complete(app: &App, number: i64) -> Value {
    let path = format!("/api/v1/tasks/{number}/complete");
    let ended = app.post(&path, json!({})).await.expect(200);
    app.advance(&ended).await;
    ended
}

async fn a_sunday_moved_to_the_monday_after_next(db: TestDb) {
    let app = App::open(db).await;
    for done in ["2026-11-20T12:00:00Z", "2026-11-30T12:00:00Z"] {
        app.at("2026-11-20T12:00:00Z");
        let task = app
            .task(json!({"title": "Call", "due": "2026-11-22", "recurrence": "every sunday"}))
            .await;
        let path = format!("/api/v1/tasks/{}", task["number"]);
        let moved = app
            .patch(&path, json!({"due": "2026-11-30"}))
            .await
            .expect(200);
        assert_eq!(moved["recurrence"]["next"][0], "2026-12-06");
        let why = app.get(&format!("{path}/explain")).await.expect(200);
        assert_eq!(why["next"][0]["due"], "2026-12-06");
        assert_eq!(
            why["series"]["missed"],
            json!({"count": 1, "dates": ["2026-11-29"]})
        );
        app.at(done);
        let number = task["number"].as_i64().unwrap();
        let ended = complete(&app, number).await;
        assert_eq!(ended["recurrence"]["next"][0], "2026-12-06", "{done}");
        assert_eq!(
            ended["missed"],
            json!({"count": 1, "dates": ["2026-11-29"]})
        );
        let open = app
            .get(&format!("/api/v1/tasks/{}", number + 1))
            .await
            .expect(200);
        assert_eq!(open["due"], "2026-12-06");
    }
}

async fn the_agenda_of_a_late_one(db: TestDb) {
    let app = App::open(db).await;
    for (rule, coming) in [
        (json!({"rrule": "FREQ=DAILY;INTERVAL=3"}), "2026-11-22"),
        (
            json!({"rrule": "FREQ=DAILY;INTERVAL=3", "catch_up": "from_completion"}),
            "2026-11-23",
        ),
        (
            json!({"rrule": "FREQ=DAILY;INTERVAL=3", "anchor": "completion"}),
            "2026-11-23",
        ),
    ] {
        let task = app
            .task(json!({"title": "x", "due": "2026-11-10", "recurrence": rule}))
            .await;
        let agenda = app.get("/api/v1/agenda").await.expect(200);
        let first = agenda["days"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|day| day["upcoming"].as_array().unwrap())
            .find(|upcoming| upcoming["number"] == task["number"])
            .unwrap();
        assert_eq!(first["due"], coming, "{rule}");
        assert_eq!(task["recurrence"]["next"][0], coming, "{rule}");
        let ended = complete(&app, task["number"].as_i64().unwrap()).await;
        assert_eq!(ended["recurrence"]["next"][0], coming, "{rule}");
    }
}

async fn missed_occurrences_are_recorded(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Rent", "due": "2026-08-01T09:00", "recurrence": "every 1st at 9"}))
        .await;
    app.happened().await;
    let missed = json!({"count": 3,
        "dates": ["2026-09-01T09:00", "2026-10-01T09:00", "2026-11-01T09:00"]});
    let ended = complete(&app, 1).await;
    assert_eq!(ended["missed"], missed);
    let events = app.events().await;
    assert_eq!(events[0]["data"]["after"]["missed"], missed);
    // It is kept, with an explanation.
    let kept = app.get("/api/v1/tasks/1").await.expect(200);
    assert_eq!(kept["missed"], missed);
    let why = app.get("/api/v1/tasks/1/explain").await.expect(200);
    assert_eq!(why["series"]["missed"], missed);
    let told = json!("Missed and skipped: 2026-09-01T09:00, 2026-10-01T09:00, 2026-11-01T09:00.");
    assert!(why["reasons"].as_array().unwrap().contains(&told), "{why}");
    // Its successor has missed no dates, and reopening withdraws it.
    let next = app.get("/api/v1/tasks/2").await.expect(200);
    assert_eq!(next.get("missed"), None);
    let open = app
        .post("/api/v1/tasks/1/reopen", json!({}))
        .await
        .expect(200);
    assert_eq!(open.get("missed"), None);
    // One step at a time skips nothing.
    let body = json!({"recurrence": {"text": "every 1st at 9", "catch_up": "one_step"}});
    app.patch("/api/v1/tasks/1", body).await.expect(200);
    assert_eq!(complete(&app, 1).await.get("missed"), None);
    // Of very many, only the first are listed.
    let task = app
        .task(json!({"title": "x", "due": "2026-11-10T12:00", "recurrence": "every hour"}))
        .await;
    let ended = complete(&app, task["number"].as_i64().unwrap()).await;
    assert_eq!(ended["missed"]["count"], 241);
    assert_eq!(ended["missed"]["dates"].as_array().unwrap().len(), 50);
}

async fn an_ended_series_records_it_too(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "x", "due": "2026-11-02", "recurrence": {"rrule": "FREQ=WEEKLY;UNTIL=20261116"}}))
        .await;
    let ended = complete(&app, 1).await;
    assert_eq!(ended["recurrence"]["ended"], true);
    assert_eq!(
        ended["missed"],
        json!({"count": 2, "dates": ["2026-11-09", "2026-11-16"]})
    );
}

async fn a_preview_shows_what_will_be_made(db: TestDb) {
    let app = App::open(db).await;
    for line in [
        "water every 3 days starting 1 nov",
        "rent every 5th",
        "walk every! 3 days starting 1 nov",
        "pills every day at 8",
        "bins every monday starting 5 march 2027",
        "meet 10 nov every tuesday",
    ] {
        let body = json!({"text": line});
        let shown = app
            .post("/api/v1/tasks/quick?preview=true", body.clone())
            .await
            .expect(200);
        let made = app.post("/api/v1/tasks/quick", body).await.expect(201);
        assert_eq!(shown["due"], made["due"], "{line}");
        assert_eq!(
            shown["recurrence"]["next"], made["recurrence"]["next"],
            "{line}"
        );
        assert_eq!(shown["warnings"], made["warnings"], "{line}");
    }
}

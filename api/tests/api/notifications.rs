//! `/api/v1/notifications`

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    a_fired_reminder_waits_until_it_is_read,
    a_completed_task_needs_no_notification,
    a_reminder_that_moves_to_a_later_time_needs_no_notification,
    belong_to_their_owner,
    pages_newest_first,
    refuses_what_it_does_not_know,
);

const UNREAD: &str = "/api/v1/notifications?unread=true";
const READ: &str = "/api/v1/notifications/read";

/// Fires all due reminders.
async fn fire(app: &App) {
    app.service("POST", "/api/v1/internal/reminders/fire", app.ada.id())
        .send()
        .await
        .expect(200);
}

/// A task that reminded at 19:00 in Rome and at 19:55.
async fn reminded(app: &App) -> Value {
    let task = app
        .task(json!({"title": "Call", "due": "2026-11-20T20:00",
            "reminders": [{"minutes_before": 60}, {"minutes_before": 5}]}))
        .await;
    app.at("2026-11-20T18:00:00Z");
    fire(app).await;
    app.at("2026-11-20T18:55:01Z");
    fire(app).await;
    task
}

async fn unread(app: &App) -> Vec<Value> {
    let page = app.get(UNREAD).await.expect(200);
    page["items"].as_array().unwrap().clone()
}

async fn a_fired_reminder_waits_until_it_is_read(db: TestDb) {
    let app = App::open(db).await;
    let task = reminded(&app).await;
    let waiting = unread(&app).await;
    let shown: Vec<Value> = waiting
        .iter()
        .map(|one| {
            json!([
                one["kind"],
                one["task"]["number"],
                one["fire_at"],
                one["created_at"],
                one["read_at"]
            ])
        })
        .collect();
    assert_eq!(
        shown,
        [
            json!([
                "reminder",
                1,
                "2026-11-20T18:55:00Z",
                "2026-11-20T18:55:01Z",
                null
            ]),
            json!([
                "reminder",
                1,
                "2026-11-20T18:00:00Z",
                "2026-11-20T18:00:00Z",
                null
            ]),
        ]
    );
    assert_eq!(waiting[1]["reminder_id"], task["reminders"][0]["id"]);

    app.at("2026-11-20T19:30:00Z");
    let answer = app
        .post(READ, json!({"ids": [waiting[1]["id"]]}))
        .await
        .expect(200);
    assert_eq!(answer["items"][0]["read_at"], "2026-11-20T19:30:00Z");
    assert_eq!(unread(&app).await.len(), 1);

    // The first time counts.
    app.at("2026-11-20T20:00:00Z");
    let again = app
        .post(READ, json!({"ids": [waiting[1]["id"], waiting[0]["id"]]}))
        .await
        .expect(200);
    assert_eq!(again["items"][0]["read_at"], "2026-11-20T19:30:00Z");
    assert_eq!(again["items"][1]["read_at"], "2026-11-20T20:00:00Z");
    assert!(unread(&app).await.is_empty());
    let all = app.get("/api/v1/notifications").await.expect(200);
    assert_eq!(all["items"].as_array().unwrap().len(), 2);
}

async fn a_completed_task_needs_no_notification(db: TestDb) {
    let app = App::open(db).await;
    reminded(&app).await;
    app.patch("/api/v1/tasks/1", json!({"title": "Call back"}))
        .await
        .expect(200);
    let waiting = unread(&app).await;
    assert_eq!(waiting.len(), 2);
    assert_eq!(waiting[0]["task"]["title"], "Call back");
    app.call("POST", "/api/v1/tasks/1/complete")
        .send()
        .await
        .expect(200);
    assert!(unread(&app).await.is_empty());
}

async fn a_reminder_that_moves_to_a_later_time_needs_no_notification(db: TestDb) {
    let app = App::open(db).await;
    reminded(&app).await;
    // Twenty minutes later, only the reminder five minutes before is still to come.
    app.patch("/api/v1/tasks/1", json!({"due": "2026-11-20T20:20"}))
        .await
        .expect(200);
    let waiting: Vec<Value> = unread(&app)
        .await
        .iter()
        .map(|one| json!([one["fire_at"], one["task"]["due"]]))
        .collect();
    assert_eq!(
        waiting,
        [json!(["2026-11-20T18:00:00Z", "2026-11-20T20:20"])]
    );
    app.patch("/api/v1/tasks/1", json!({"due": "2026-11-23T20:00"}))
        .await
        .expect(200);
    assert!(unread(&app).await.is_empty());
}

async fn belong_to_their_owner(db: TestDb) {
    let app = App::open(db).await;
    reminded(&app).await;
    let id = unread(&app).await[0]["id"].clone();
    let bob = app.person("Bob").await;
    let page = app
        .call("GET", "/api/v1/notifications")
        .token(&bob.token)
        .send()
        .await
        .expect(200);
    assert_eq!(page, json!({"items": [], "next_cursor": null}));
    app.call("POST", READ)
        .token(&bob.token)
        .json(&json!({"ids": [id]}))
        .send()
        .await
        .refused(422, "unknown_notification");
    assert_eq!(unread(&app).await.len(), 2);
    let reader = app.token("Ada", &["read"]).await;
    app.call("POST", READ)
        .token(&reader)
        .json(&json!({"ids": [id]}))
        .send()
        .await
        .refused(403, "insufficient_scope");
}

async fn pages_newest_first(db: TestDb) {
    let app = App::open(db).await;
    reminded(&app).await;
    let all = unread(&app).await;
    let first = app.get(&format!("{UNREAD}&limit=1")).await.expect(200);
    assert_eq!(first["items"], json!([all[0]]));
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = app
        .get(&format!("{UNREAD}&limit=1&cursor={cursor}"))
        .await
        .expect(200);
    assert_eq!(second, json!({"items": [all[1]], "next_cursor": null}));
}

async fn refuses_what_it_does_not_know(db: TestDb) {
    let app = App::open(db).await;
    reminded(&app).await;
    let known = unread(&app).await[0]["id"].clone();
    for body in [json!({"ids": []}), json!({"ids": vec![known.clone(); 201]})] {
        app.post(READ, body).await.refused(422, "invalid_length");
    }
    let stranger = "01939393-9393-7393-9393-939393939393";
    app.post(READ, json!({"ids": [known, stranger]}))
        .await
        .refused(422, "unknown_notification");
    // All or none.
    assert_eq!(unread(&app).await.len(), 2);
    app.get("/api/v1/notifications?cursor=x")
        .await
        .refused(422, "invalid_cursor");
}

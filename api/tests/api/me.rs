//! `PATCH /api/v1/me`: the effects of a new zone.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    floating_follows_fixed_stays,
    lists_follow,
    reminders_are_computed_again,
    the_week_and_the_order_of_dates_are_ones_own,
    other_settings_are_stored,
    a_default_reminder_is_added_to_new_tasks_with_a_time,
    the_same_zone_changes_nothing,
    refuses_what_it_cannot_accept,
);

const ME: &str = "/api/v1/me";

async fn shelf(app: &App) {
    for due in [
        "2026-12-01T09:00",
        "2026-12-01T09:00[Europe/Rome]",
        "2026-12-01",
    ] {
        app.task(json!({"title": due, "due": due, "reminders": [{"minutes_before": 60}]}))
            .await;
    }
    app.happened().await;
}

async fn floating_follows_fixed_stays(db: TestDb) {
    let app = App::open(db).await;
    shelf(&app).await;
    let me = app
        .patch(ME, json!({"zone": "America/New_York"}))
        .await
        .expect(200);
    assert_eq!(me["zone"], "America/New_York");
    assert_eq!(me["name"], "Ada");
    let session = app.get("/api/v1/session").await.expect(200);
    assert_eq!(session["user"], me);
    for (number, due, due_at, zone, reminder) in [
        (
            1,
            "2026-12-01T09:00",
            json!("2026-12-01T14:00:00Z"),
            "America/New_York",
            "2026-12-01T13:00:00Z",
        ),
        (
            2,
            "2026-12-01T09:00[Europe/Rome]",
            json!("2026-12-01T08:00:00Z"),
            "Europe/Rome",
            "2026-12-01T07:00:00Z",
        ),
        (
            3,
            "2026-12-01",
            Value::Null,
            "America/New_York",
            "2026-12-01T13:00:00Z",
        ),
    ] {
        let task = app
            .get(&format!("/api/v1/tasks/{number}"))
            .await
            .expect(200);
        assert_eq!(task["due"], due);
        assert_eq!(task["due_at"], due_at, "{due}");
        assert_eq!(task["due_zone"], zone, "{due}");
        assert_eq!(task["reminders"][0]["at"], reminder, "{due}");
        // The task itself is the same.
        assert_eq!(task["version"], 1, "{due}");
    }
}

async fn lists_follow(db: TestDb) {
    let app = App::open(db).await;
    shelf(&app).await;
    let numbers = async |query: &str| -> Vec<i64> {
        let page = app.get(&format!("/api/v1/tasks?{query}")).await.expect(200);
        let items = page["items"].as_array().unwrap();
        items
            .iter()
            .map(|task| task["number"].as_i64().unwrap())
            .collect()
    };
    // Both lie at one instant, and ties have no order of their own.
    assert_eq!(
        numbers("due_before=2026-12-01T08:30:00Z&sort=number").await,
        [1, 2]
    );
    app.patch(ME, json!({"zone": "America/New_York"}))
        .await
        .expect(200);
    assert_eq!(numbers("due_before=2026-12-01T08:30:00Z").await, [2]);
    assert_eq!(numbers("").await, [2, 1, 3]);
    app.patch(ME, json!({"zone": "Asia/Tokyo"}))
        .await
        .expect(200);
    // The day ends in Tokyo at 15:00 UTC.
    assert_eq!(numbers("").await, [1, 2, 3]);
    assert_eq!(numbers("due_before=2026-12-01T15:00:00Z").await, [1, 2, 3]);
    assert_eq!(numbers("due_before=2026-12-01T08:30:00Z").await, [1, 2]);
}

async fn reminders_are_computed_again(db: TestDb) {
    let app = App::open(db).await;
    shelf(&app).await;
    app.patch(ME, json!({"zone": "America/New_York"}))
        .await
        .expect(200);
    // Those of the floating time and of the date, not that of the fixed time.
    let events = app.events().await;
    let moved: Vec<(&Value, &Value)> = events
        .iter()
        .map(|event| {
            assert_eq!(event["type"], "reminder.scheduled.v1");
            (
                &event["data"]["after"]["number"],
                &event["data"]["reminder"]["at"],
            )
        })
        .collect();
    assert_eq!(
        moved,
        [
            (&json!(1), &json!("2026-12-01T13:00:00Z")),
            (&json!(3), &json!("2026-12-01T13:00:00Z"))
        ]
    );
    let fire = || {
        app.service("POST", "/api/v1/internal/reminders/fire", app.ada.id())
            .send()
    };
    app.at("2026-12-01T12:59:59Z");
    assert_eq!(fire().await.expect(200)["fired"], 1);
    app.at("2026-12-01T13:00:00Z");
    assert_eq!(
        fire().await.expect(200),
        json!({"deliveries": 0, "fired": 2, "next_at": null})
    );
}

async fn the_week_and_the_order_of_dates_are_ones_own(db: TestDb) {
    let app = App::open(db).await;
    let before = app
        .task(json!({"title": "x", "recurrence": {"rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=MO"}}))
        .await;
    let me = app
        .patch(
            ME,
            json!({"week_start": "Sat", "date_order": "month_first"}),
        )
        .await
        .expect(200);
    assert_eq!(me["week_start"], "saturday");
    assert_eq!(me["date_order"], "month_first");
    assert_eq!(me["zone"], "Europe/Rome");
    let session = app.get("/api/v1/session").await.expect(200);
    assert_eq!(session["user"], me);
    // One field leaves the others, and existing rules keep the week with which they were created.
    let me = app
        .patch(ME, json!({"zone": "Asia/Tokyo"}))
        .await
        .expect(200);
    assert_eq!(me["week_start"], "saturday");
    let task = app.get("/api/v1/tasks/1").await.expect(200);
    assert_eq!(task["recurrence"]["next"], before["recurrence"]["next"]);
}

async fn other_settings_are_stored(db: TestDb) {
    let app = App::open(db).await;
    let before = app.get(ME).await;
    let settings = |me: &Value| {
        [
            "day_start",
            "language",
            "default_reminder",
            "theme",
            "density",
        ]
        .map(|name| me[name].clone())
    };
    assert_eq!(
        settings(&before.expect(200)),
        [
            json!("00:00"),
            json!("en"),
            Value::Null,
            json!("system"),
            json!("comfortable")
        ]
    );
    let change = json!({"day_start": "06:30", "language": "pt-BR", "default_reminder": 30, "theme": "dark",
        "density": "compact"});
    let after = app.patch(ME, change.clone()).await;
    assert_eq!(settings(&after.expect(200)), settings(&change));
    assert_ne!(after.header("etag"), before.header("etag"));
    assert_eq!(app.get(ME).await.expect(200), after.json());
    // One field leaves the others, and null means no reminder.
    let after = app.patch(ME, json!({"default_reminder": null})).await;
    let after = after.expect(200);
    assert_eq!(after["default_reminder"], Value::Null);
    assert_eq!(after["theme"], "dark");
    let session = app.get("/api/v1/session").await.expect(200);
    assert_eq!(session["user"], after);
}

async fn a_default_reminder_is_added_to_new_tasks_with_a_time(db: TestDb) {
    let app = App::open(db).await;
    app.patch(ME, json!({"default_reminder": 30}))
        .await
        .expect(200);
    let told = "Your default reminder was added: 30 minutes before.";
    let made = app
        .post(
            "/api/v1/tasks",
            json!({"title": "Call", "due": "2026-12-01T09:00"}),
        )
        .await
        .expect(201);
    assert_eq!(made["reminders"][0]["minutes_before"], 30);
    assert_eq!(made["reminders"][0]["at"], "2026-12-01T07:30:00Z");
    assert_eq!(made["warnings"], json!([told]));
    let made = app
        .post(
            "/api/v1/tasks/quick",
            json!({"text": "Call Ada tomorrow 5pm"}),
        )
        .await
        .expect(201);
    assert_eq!(made["reminders"][0]["minutes_before"], 30);
    assert_eq!(made["warnings"], json!([told]));
    for (body, count) in [
        // A day has no time to count back from that its owner chose.
        (json!({"title": "x", "due": "2026-12-01"}), 0),
        (json!({"title": "x"}), 0),
        // An empty list means none.
        (
            json!({"title": "x", "due": "2026-12-01T09:00", "reminders": []}),
            0,
        ),
        (
            json!({"title": "x", "due": "2026-12-01T09:00", "reminders": [{"minutes_before": 5}]}),
            1,
        ),
        // It would be in the past.
        (json!({"title": "x", "due": "2026-11-20T13:20"}), 0),
    ] {
        let made = app.post("/api/v1/tasks", body.clone()).await.expect(201);
        assert_eq!(made["reminders"].as_array().unwrap().len(), count, "{body}");
        assert_eq!(made["warnings"], Value::Null, "{body}");
    }
}

async fn the_same_zone_changes_nothing(db: TestDb) {
    let app = App::open(db).await;
    shelf(&app).await;
    for body in [json!({}), json!({"zone": "Europe/Rome"})] {
        let me = app.patch(ME, body).await.expect(200);
        assert_eq!(me["zone"], "Europe/Rome");
    }
    assert!(app.happened().await.is_empty());
}

async fn refuses_what_it_cannot_accept(db: TestDb) {
    let app = App::open(db).await;
    for (body, pointer, code) in [
        (json!({"zone": "Mars/Base"}), "/zone", "unknown_zone"),
        (json!({"zone": "CET"}), "/zone", "unknown_zone"),
        (json!({"zone": 1}), "/zone", "invalid_type"),
        (
            json!({"week_start": "someday"}),
            "/week_start",
            "invalid_weekday",
        ),
        (
            json!({"date_order": "ymd"}),
            "/date_order",
            "invalid_date_order",
        ),
        (
            json!({"day_start": "6am"}),
            "/day_start",
            "invalid_day_start",
        ),
        (
            json!({"language": "English"}),
            "/language",
            "invalid_language",
        ),
        (
            json!({"default_reminder": -1}),
            "/default_reminder",
            "invalid_reminder",
        ),
        (json!({"theme": "sepia"}), "/theme", "invalid_theme"),
        (json!({"theme": null}), "/theme", "not_nullable"),
        (json!({"density": "cosy"}), "/density", "invalid_density"),
        (json!({"name": "Eve"}), "/name", "unknown_field"),
    ] {
        let problem = app.patch(ME, body.clone()).await.refused(422, code);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
    app.anonymous("PATCH", ME)
        .json(&json!({}))
        .send()
        .await
        .refused(401, "unauthorized");
    let reader = app.token("Ada", &["read"]).await;
    app.call("PATCH", ME)
        .token(&reader)
        .json(&json!({}))
        .send()
        .await
        .refused(403, "insufficient_scope");
    app.call("PATCH", ME)
        .body("text/plain", "x")
        .send()
        .await
        .refused(415, "unsupported_media_type");
    app.call("PATCH", ME)
        .body("application/json", "x")
        .send()
        .await
        .refused(400, "malformed_json");
}

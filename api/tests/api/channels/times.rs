//! Quiet hours, the digest, telling again, and default reminders.

use jiff::SignedDuration;
use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use super::support::{deliveries, fire, orders, remind, sent, settings, webhook};
use crate::support::App;

both_databases!(
    quiet_hours_hold_back_and_gather,
    reminders_are_repeated_until_the_task_is_done,
    a_digest_comes_once_a_day,
    a_digest_follows_its_owner,
    settings_are_checked,
    tags_have_default_reminders,
    what_waits_for_quiet_hours_follows_its_owner,
    quiet_hours_end_in_the_night_of_a_clock_change,
);

async fn quiet_hours_hold_back_and_gather(db: TestDb) {
    let app = App::open(db).await;
    webhook(&app, json!({})).await;
    settings(&app, json!({"quiet_from": "18:30", "quiet_until": "07:30"})).await;
    remind(&app, json!({})).await;
    app.task(json!({"title": "Second", "reminders": [{"at": "2026-11-20T22:00:00Z"}]}))
        .await;
    app.task(json!({"title": "Urgent", "priority": "high", "reminders": [{"at": "2026-11-20T22:00:00Z"}]}))
        .await;
    assert!(orders(&app).await.is_empty());
    app.at("2026-11-20T22:00:00Z");
    fire(&app).await;
    let urgent = orders(&app).await;
    assert_eq!(urgent.len(), 1);
    assert_eq!(urgent[0]["message"]["title"], "Urgent");
    sent(&app, &urgent).await;
    app.at("2026-11-21T06:29:59Z");
    assert!(orders(&app).await.is_empty());
    app.at("2026-11-21T06:30:00Z");
    let found = orders(&app).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["message"]["title"], "2 reminders");
    assert_eq!(found[0]["claims"].as_array().unwrap().len(), 2);
    assert_eq!(
        found[0]["message"]["lines"],
        json!([
            "1. Call <Ann> (due Friday, 20 November 2026 at 20:00)",
            "2. Second"
        ])
    );
    sent(&app, &found).await;
    let all = deliveries(&app).await;
    assert!(all.iter().all(|one| one["status"] == "sent"));
}

async fn reminders_are_repeated_until_the_task_is_done(db: TestDb) {
    let app = App::open(db).await;
    webhook(&app, json!({})).await;
    settings(&app, json!({"repeat_minutes": 15, "repeat_times": 2})).await;
    remind(&app, json!({})).await;
    for _ in 0..3 {
        let found = orders(&app).await;
        assert_eq!(found.len(), 1);
        sent(&app, &found).await;
        app.clock.advance(SignedDuration::from_mins(15));
        fire(&app).await;
    }
    // Twice more, and no third time.
    assert!(orders(&app).await.is_empty());
    app.task(json!({"title": "Done", "reminders": [{"at": "2026-11-20T20:00:00Z"}]}))
        .await;
    app.at("2026-11-20T20:00:00Z");
    fire(&app).await;
    assert_eq!(orders(&app).await.len(), 1);
    app.post("/api/v1/tasks/2/complete", json!({}))
        .await
        .expect(200);
    app.clock.advance(SignedDuration::from_mins(15));
    fire(&app).await;
    assert!(orders(&app).await.is_empty());
}

async fn a_digest_comes_once_a_day(db: TestDb) {
    let app = App::open(db).await;
    webhook(&app, json!({})).await;
    for (title, due) in [
        ("Old", "2026-11-19"),
        ("Now", "2026-11-21"),
        ("Soon", "2026-11-22T10:00"),
    ] {
        app.task(json!({"title": title, "due": due})).await;
    }
    let set = settings(&app, json!({"digest_at": "08:00"})).await;
    assert_eq!(set["next_digest_at"], "2026-11-21T07:00:00Z");
    app.at("2026-11-21T06:59:59Z");
    fire(&app).await;
    assert!(orders(&app).await.is_empty());
    app.at("2026-11-21T07:00:00Z");
    fire(&app).await;
    fire(&app).await;
    let found = orders(&app).await;
    assert_eq!(found.len(), 1);
    let message = &found[0]["message"];
    assert_eq!(message["title"], "1 due today, 1 overdue");
    assert_eq!(
        message["lines"],
        json!([
            "Overdue:",
            "1. Old",
            "Today:",
            "2. Now",
            "Tomorrow:",
            "3. Soon"
        ])
    );
    sent(&app, &found).await;
    app.at("2026-11-22T07:00:00Z");
    fire(&app).await;
    let second = orders(&app).await;
    assert_eq!(second.len(), 1);
    sent(&app, &second).await;
    // Nothing is told of a day without tasks.
    for number in 1..=3 {
        let path = format!("/api/v1/tasks/{number}/complete");
        app.post(&path, json!({})).await.expect(200);
    }
    app.at("2026-11-23T07:00:00Z");
    fire(&app).await;
    assert!(orders(&app).await.is_empty());
    let empty = &deliveries(&app).await[0];
    assert_eq!(
        (&empty["status"], &empty["error"]),
        (&json!("cancelled"), &json!("There was nothing to tell."))
    );
    settings(&app, json!({"digest_at": null})).await;
    app.at("2026-11-24T07:00:00Z");
    fire(&app).await;
    assert!(orders(&app).await.is_empty());
}

async fn a_digest_follows_its_owner(db: TestDb) {
    let app = App::open(db).await;
    settings(&app, json!({"digest_at": "08:00"})).await;
    app.patch("/api/v1/me", json!({"zone": "America/New_York"}))
        .await
        .expect(200);
    let set = app.get("/api/v1/notifications/settings").await.expect(200);
    assert_eq!(set["next_digest_at"], "2026-11-20T13:00:00Z");
}

async fn settings_are_checked(db: TestDb) {
    let app = App::open(db).await;
    let first = app.get("/api/v1/notifications/settings").await.expect(200);
    assert_eq!(
        first,
        json!({"quiet_from": null, "quiet_until": null, "digest_at": null, "next_digest_at": null,
            "repeat_minutes": null, "repeat_times": 3, "tag_reminders": [], "notices": [], "version": 1})
    );
    for (body, pointer) in [
        (json!({"quiet_from": "22:00"}), "/quiet_until"),
        (json!({"quiet_until": "07:00"}), "/quiet_from"),
        (
            json!({"quiet_from": "22", "quiet_until": "07:00"}),
            "/quiet_from",
        ),
        (json!({"digest_at": "25:00"}), "/digest_at"),
        (json!({"repeat_minutes": 0}), "/repeat_minutes"),
        (json!({"repeat_minutes": 1441}), "/repeat_minutes"),
        (json!({"repeat_times": 21}), "/repeat_times"),
        (json!({"repeat_times": 0}), "/repeat_times"),
        (json!({"notices": ["deleted"]}), "/notices/0"),
    ] {
        let refused = app.patch("/api/v1/notifications/settings", body.clone());
        let refused = refused.await.expect(422);
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{body}");
    }
    let set = settings(&app, json!({"quiet_from": "22:00", "quiet_until": "07:00"})).await;
    assert_eq!(set["version"], 2);
    let set = settings(&app, json!({"quiet_until": "06:00"})).await;
    assert_eq!(
        (&set["quiet_from"], &set["quiet_until"]),
        (&json!("22:00"), &json!("06:00"))
    );
    // Null for one end is enough.
    let none = settings(&app, json!({"quiet_until": null})).await;
    assert_eq!(none["quiet_from"], Value::Null);
}

async fn tags_have_default_reminders(db: TestDb) {
    let app = App::open(db).await;
    app.patch("/api/v1/me", json!({"default_reminder": 10}))
        .await
        .expect(200);
    app.task(json!({"title": "x", "tags": ["Work", "Home"]}))
        .await;
    let unknown = json!({"tag_reminders": [{"tag": "nowhere", "minutes_before": 1}]});
    let refused = app.patch("/api/v1/notifications/settings", unknown).await;
    let problem = refused.refused(422, "unknown_tag");
    assert_eq!(problem["errors"][0]["pointer"], "/tag_reminders/0/tag");
    let wrong = json!({"tag_reminders": [{"tag": "work", "minutes_before": -1}]});
    let refused = app.patch("/api/v1/notifications/settings", wrong).await;
    let problem = refused.refused(422, "invalid_reminder");
    assert_eq!(
        problem["errors"][0]["pointer"],
        "/tag_reminders/0/minutes_before"
    );
    let set = json!({"tag_reminders": [{"tag": "work", "minutes_before": 60}, {"tag": "work", "minutes_before": 1440},
        {"tag": "home", "minutes_before": 60}]});
    let set = settings(&app, set).await;
    assert_eq!(
        set["tag_reminders"][0],
        json!({"tag": "Work", "minutes_before": 60})
    );
    let reminders = async |body: Value| {
        let task = app.task(body).await;
        let all = task["reminders"].as_array().unwrap().iter();
        let minutes: Vec<i64> = all
            .map(|one| one["minutes_before"].as_i64().unwrap())
            .collect();
        minutes
    };
    let due = "2026-11-25T20:00";
    let tagged = reminders(json!({"title": "a", "due": due, "tags": ["work", "home"]})).await;
    assert_eq!(tagged, [1440, 60]);
    assert_eq!(reminders(json!({"title": "b", "due": due})).await, [10]);
    // A day without a time has none, and what was sent counts, also nothing.
    let day = json!({"title": "c", "due": "2026-11-25", "tags": ["work"]});
    assert_eq!(reminders(day).await, [] as [i64; 0]);
    let none = json!({"title": "d", "due": due, "tags": ["work"], "reminders": []});
    assert_eq!(reminders(none).await, [] as [i64; 0]);
    // A tag keeps its reminders under another name, and loses them with itself.
    let tags = app.get("/api/v1/tags").await.expect(200);
    let id = |name: &str| {
        let found = tags["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|tag| tag["name"] == name);
        found.unwrap()["id"].as_str().unwrap().to_owned()
    };
    app.patch(
        &format!("/api/v1/tags/{}", id("Work")),
        json!({"name": "Office"}),
    )
    .await
    .expect(200);
    app.call("DELETE", &format!("/api/v1/tags/{}", id("Home")))
        .send()
        .await
        .expect(200);
    let left = app.get("/api/v1/notifications/settings").await.expect(200);
    let names: Vec<&Value> = left["tag_reminders"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["tag"])
        .collect();
    assert_eq!(names, ["Office", "Office"]);
}

async fn what_waits_for_quiet_hours_follows_its_owner(db: TestDb) {
    let app = App::open(db).await;
    webhook(&app, json!({})).await;
    settings(&app, json!({"quiet_from": "18:30", "quiet_until": "07:30"})).await;
    // An instant, which is the same in every zone.
    app.task(json!({"title": "First", "reminders": [{"at": "2026-11-20T18:00:00Z"}]}))
        .await;
    app.at("2026-11-20T18:00:00Z");
    fire(&app).await;
    let due = async || deliveries(&app).await[0]["due_at"].clone();
    assert_eq!(due().await, "2026-11-21T06:30:00Z");
    app.patch("/api/v1/me", json!({"zone": "Asia/Tokyo"}))
        .await
        .expect(200);
    assert_eq!(due().await, "2026-11-20T22:30:00Z");
    app.patch("/api/v1/me", json!({"zone": "America/New_York"}))
        .await
        .expect(200);
    // There it is two in the afternoon.
    assert_eq!(due().await, "2026-11-20T18:00:00Z");
    assert_eq!(orders(&app).await.len(), 1);
    app.patch("/api/v1/me", json!({"zone": "Europe/Rome"}))
        .await
        .expect(200);
    app.task(json!({"title": "Second", "reminders": [{"at": "2026-12-31T22:00:00Z"}]}))
        .await;
    app.at("2026-12-31T22:00:00Z");
    fire(&app).await;
    assert_eq!(due().await, "2027-01-01T06:30:00Z");
    settings(&app, json!({"quiet_until": "09:00"})).await;
    assert_eq!(due().await, "2027-01-01T08:00:00Z");
    settings(&app, json!({"quiet_from": null, "quiet_until": null})).await;
    assert_eq!(due().await, "2026-12-31T22:00:00Z");
    let titles = orders(&app).await;
    assert!(
        titles.iter().any(|one| one["message"]["title"] == "Second"),
        "{titles:?}"
    );
}

async fn quiet_hours_end_in_the_night_of_a_clock_change(db: TestDb) {
    let app = App::open(db).await;
    webhook(&app, json!({})).await;
    settings(
        &app,
        json!({"quiet_from": "22:00", "quiet_until": "07:00", "digest_at": "07:00",
        "repeat_minutes": 60, "repeat_times": 1}),
    )
    .await;
    let at = "2027-03-27T22:30:00Z";
    app.task(json!({"title": "Late", "due": "2026-11-25", "reminders": [{"at": at}]}))
        .await;
    app.at("2027-03-27T22:00:00Z");
    // One digest, however many days have passed.
    for _ in 0..2 {
        fire(&app).await;
    }
    let found = orders(&app).await;
    assert_eq!(found.len(), 1, "{found:?}");
    sent(&app, &found).await;
    app.at(at);
    fire(&app).await;
    // An hour later it is told once more, and both wait for the morning, which comes an hour earlier.
    app.at("2027-03-27T23:30:00Z");
    fire(&app).await;
    assert!(orders(&app).await.is_empty());
    app.at("2027-03-28T04:59:59Z");
    fire(&app).await;
    assert!(orders(&app).await.is_empty());
    app.at("2027-03-28T05:00:00Z");
    fire(&app).await;
    let found = orders(&app).await;
    let kinds: Vec<&Value> = found.iter().map(|one| &one["message"]["kind"]).collect();
    assert_eq!(kinds, ["reminder", "digest"]);
    assert_eq!(found[0]["claims"].as_array().unwrap().len(), 2);
    let set = app.get("/api/v1/notifications/settings").await.expect(200);
    assert_eq!(set["next_digest_at"], "2027-03-29T05:00:00Z");
}

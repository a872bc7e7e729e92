//! What is sent, over which channels, and when sending fails.

use jiff::SignedDuration;
use serde_json::{Value, json};
use taskwire_domain::Clock;
use taskwire_testkit::{TestDb, both_databases};

use super::support::{deliveries, failed, fire, orders, remind, sent, settings, webhook};
use crate::support::App;

both_databases!(
    a_reminder_is_sent_once_over_each_channel,
    a_claim_is_a_lease,
    failures_are_tried_again_and_then_given_up,
    what_the_receiver_refuses_has_failed,
    a_channel_that_fails_holds_up_no_other,
    priorities_choose_channels,
    a_fallback_waits_until_nobody_has_looked,
    what_is_done_is_not_sent,
    a_slow_channel_waits_for_others,
    what_programs_change_is_told_if_asked_for,
    an_outage_of_an_hour_loses_nothing,
);

async fn a_reminder_is_sent_once_over_each_channel(db: TestDb) {
    let app = App::open(db).await;
    webhook(&app, json!({})).await;
    webhook(&app, json!({"address": "https://b.example/"})).await;
    remind(&app, json!({"priority": "high", "tags": ["Work"]})).await;
    fire(&app).await;
    let found = orders(&app).await;
    assert_eq!(found.len(), 2);
    assert!(orders(&app).await.is_empty());
    let message = &found[0]["message"];
    assert_eq!(message["title"], "Call <Ann>");
    assert_eq!(
        message["lines"],
        json!(["Due today at 20:00", "high priority #Work"])
    );
    assert_eq!(message["is_urgent"], true);
    assert_eq!(message["tasks"][0]["number"], 1);
    assert_eq!(message["actions"].as_array().unwrap().len(), 2);
    assert!(sent(&app, &found).await.is_empty());
    app.clock.advance(SignedDuration::from_hours(48));
    assert!(orders(&app).await.is_empty());
    let all = deliveries(&app).await;
    assert!(
        all.iter()
            .all(|one| one["status"] == "sent" && one["attempts"] == 1)
    );
    let channels = app.get("/api/v1/channels").await.expect(200);
    assert_eq!(channels["items"][0]["last_sent_at"], "2026-11-20T18:00:00Z");
}

async fn a_claim_is_a_lease(db: TestDb) {
    let app = App::open(db).await;
    webhook(&app, json!({})).await;
    remind(&app, json!({})).await;
    let first = orders(&app).await;
    app.clock.advance(SignedDuration::from_secs(29));
    assert!(orders(&app).await.is_empty());
    app.clock.advance(SignedDuration::from_secs(1));
    let second = orders(&app).await;
    assert_eq!(second[0]["claims"][0]["id"], first[0]["claims"][0]["id"]);
    assert_eq!(second[0]["claims"][0]["attempt"], 2);
    // What the first attempt says is too late to count.
    failed(
        &app,
        &first[0],
        json!({"result": "failed", "reason": "Late."}),
    )
    .await;
    assert_eq!(deliveries(&app).await[0]["status"], "pending");
    sent(&app, &second).await;
    assert_eq!(deliveries(&app).await[0]["status"], "sent");
}

async fn failures_are_tried_again_and_then_given_up(db: TestDb) {
    let app = App::open(db).await;
    webhook(&app, json!({})).await;
    remind(&app, json!({})).await;
    let retry = json!({"result": "retry", "reason": "It answered 503.", "after_seconds": null});
    let mut pauses = Vec::new();
    for attempt in 1..=9 {
        let found = orders(&app).await;
        assert_eq!(found[0]["claims"][0]["attempt"], attempt);
        let before = app.clock.now();
        failed(&app, &found[0], retry.clone()).await;
        let shown = &deliveries(&app).await[0];
        assert_eq!(shown["status"], "pending");
        assert_eq!(shown["error"], "It answered 503.");
        let next: jiff::Timestamp = shown["next_attempt_at"].as_str().unwrap().parse().unwrap();
        pauses.push(next.duration_since(before).as_secs_f64());
        assert!(orders(&app).await.is_empty());
        app.clock.set(next);
    }
    let full = [5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 300.0, 300.0, 300.0];
    for (pause, full) in pauses.iter().zip(full) {
        assert!((full * 0.75..=full).contains(pause), "{pauses:?}");
    }
    let channel = &app.get("/api/v1/channels").await.expect(200)["items"][0];
    assert_eq!(channel["last_failure"], "It answered 503.");
    // A receiver may ask for a longer pause.
    let found = orders(&app).await;
    let busy = json!({"result": "retry", "reason": "It answered 429.", "after_seconds": 1800});
    failed(&app, &found[0], busy).await;
    app.clock.advance(SignedDuration::from_secs(1799));
    assert!(orders(&app).await.is_empty());
    app.clock.advance(SignedDuration::from_hours(24));
    let found = orders(&app).await;
    failed(&app, &found[0], retry).await;
    assert_eq!(deliveries(&app).await[0]["status"], "failed");
    app.clock.advance(SignedDuration::from_hours(24));
    assert!(orders(&app).await.is_empty());
}

async fn what_the_receiver_refuses_has_failed(db: TestDb) {
    let app = App::open(db).await;
    webhook(&app, json!({})).await;
    remind(&app, json!({})).await;
    let found = orders(&app).await;
    failed(
        &app,
        &found[0],
        json!({"result": "failed", "reason": "It answered 404."}),
    )
    .await;
    let shown = &deliveries(&app).await[0];
    assert_eq!(
        (&shown["status"], &shown["error"]),
        (&json!("failed"), &json!("It answered 404."))
    );
    assert_eq!(shown["next_attempt_at"], Value::Null);
}

async fn a_channel_that_fails_holds_up_no_other(db: TestDb) {
    let app = App::open(db).await;
    webhook(&app, json!({})).await;
    webhook(&app, json!({"address": "https://b.example/"})).await;
    remind(&app, json!({})).await;
    let found = orders(&app).await;
    let retry = json!({"result": "retry", "reason": "It answered 503.", "after_seconds": 600});
    let (broken, works) = (&found[0], &found[1]);
    failed(&app, broken, retry).await;
    sent(&app, std::slice::from_ref(works)).await;
    // A later reminder waits for the channel that is broken, and only for that.
    app.task(json!({"title": "Later", "reminders": [{"at": "2026-11-20T18:01:00Z"}]}))
        .await;
    app.at("2026-11-20T18:01:00Z");
    fire(&app).await;
    let later = orders(&app).await;
    let addresses: Vec<&Value> = later.iter().map(|order| &order["address"]).collect();
    assert!(addresses.contains(&&works["address"]), "{addresses:?}");
}

async fn priorities_choose_channels(db: TestDb) {
    let app = App::open(db).await;
    webhook(&app, json!({"minimum_priority": "medium"})).await;
    remind(&app, json!({"priority": "low"})).await;
    assert!(orders(&app).await.is_empty());
    app.task(
        json!({"title": "x", "priority": "medium", "reminders": [{"at": "2026-11-20T18:01:00Z"}]}),
    )
    .await;
    app.at("2026-11-20T18:01:00Z");
    fire(&app).await;
    assert_eq!(orders(&app).await.len(), 1);
}

async fn a_fallback_waits_until_nobody_has_looked(db: TestDb) {
    let app = App::open(db).await;
    webhook(&app, json!({"wait_minutes": 10})).await;
    remind(&app, json!({})).await;
    assert!(orders(&app).await.is_empty());
    app.clock.advance(SignedDuration::from_mins(10));
    let found = orders(&app).await;
    assert_eq!(found.len(), 1);
    sent(&app, &found).await;
    remind(
        &app,
        json!({"due": "2026-11-20T19:30", "reminders": [{"minutes_before": 0}]}),
    )
    .await;
    app.at("2026-11-20T18:30:00Z");
    fire(&app).await;
    let seen = app.get("/api/v1/notifications").await.expect(200);
    let ids = json!({"ids": [seen["items"][0]["id"]]});
    app.post("/api/v1/notifications/read", ids)
        .await
        .expect(200);
    app.clock.advance(SignedDuration::from_mins(10));
    assert!(orders(&app).await.is_empty());
    assert_eq!(deliveries(&app).await[0]["status"], "cancelled");
}

async fn what_is_done_is_not_sent(db: TestDb) {
    let app = App::open(db).await;
    webhook(&app, json!({"wait_minutes": 10})).await;
    for (number, (method, path, body)) in [
        ("POST", "/complete", json!({})),
        ("DELETE", "", Value::Null),
        ("POST", "/snooze", json!({"minutes": 90})),
        ("POST", "/reschedule", json!({"due": "2026-11-25T20:00"})),
    ]
    .into_iter()
    .enumerate()
    {
        let at = format!("2026-11-20T18:0{number}:00Z");
        app.task(json!({"title": "Call", "due": "2026-11-20T20:00", "reminders": [{"at": at}]}))
            .await;
        app.at(&at);
        fire(&app).await;
        assert_eq!(deliveries(&app).await[0]["status"], "pending", "{path}");
        let mut call = app.call(method, &format!("/api/v1/tasks/{}{path}", number + 1));
        if !body.is_null() {
            call = call.json(&body);
        }
        call.send().await.expect(200);
        // A reminder with a time of its own does not move with its task.
        let expected = if path == "/reschedule" {
            "pending"
        } else {
            "cancelled"
        };
        assert_eq!(deliveries(&app).await[0]["status"], expected, "{path}");
    }
    app.task(
        json!({"title": "Moves", "due": "2026-11-20T19:10", "reminders": [{"minutes_before": 5}]}),
    )
    .await;
    app.at("2026-11-20T18:05:00Z");
    fire(&app).await;
    app.post(
        "/api/v1/tasks/5/reschedule",
        json!({"due": "2026-11-25T20:00"}),
    )
    .await
    .expect(200);
    assert_eq!(deliveries(&app).await[0]["status"], "cancelled");
}

async fn a_slow_channel_waits_for_others(db: TestDb) {
    let app = App::open(db).await;
    webhook(&app, json!({})).await;
    webhook(&app, json!({"address": "https://b.example/"})).await;
    remind(&app, json!({})).await;
    let found = orders(&app).await;
    failed(&app, &found[0], json!({"result": "busy"})).await;
    assert!(orders(&app).await.is_empty());
    app.clock.advance(SignedDuration::from_secs(5));
    let again = orders(&app).await;
    assert_eq!(again.len(), 1);
    // It was not tried, so this is still the first attempt.
    assert_eq!(again[0]["claims"], found[0]["claims"]);
    sent(&app, &again).await;
    let all = deliveries(&app).await;
    let sent = all.iter().filter(|one| one["status"] == "sent");
    assert_eq!(sent.count(), 1);
}

async fn what_programs_change_is_told_if_asked_for(db: TestDb) {
    let app = App::open(db).await;
    webhook(&app, json!({})).await;
    webhook(
        &app,
        json!({"address": "https://b.example/", "minimum_priority": "high"}),
    )
    .await;
    app.task(json!({"title": "Pay <rent>"})).await;
    assert!(orders(&app).await.is_empty());
    settings(&app, json!({"notices": ["completed", "changed"]})).await;
    let change = async |via: &str, method: &'static str, path: &str, body: Value| {
        let call = app.call(method, &format!("/api/v1/tasks/{path}"));
        let call = call
            .header("taskwire-via", via)
            .header("taskwire-client", "helper");
        call.json(&body).send().await
    };
    // What a person does in front of it is known to them.
    for via in ["web", "chat"] {
        let notes = json!({"notes": via});
        change(via, "PATCH", "1", notes).await.expect(200);
    }
    assert!(orders(&app).await.is_empty());
    let patched = change("mcp", "PATCH", "1", json!({"notes": "mcp"})).await;
    patched.expect(200);
    let found = orders(&app).await;
    assert_eq!(found.len(), 1, "{found:?}");
    let message = &found[0]["message"];
    assert_eq!(
        (&message["kind"], &message["title"]),
        (&json!("notice"), &json!("Changed “Pay <rent>”, by helper"))
    );
    sent(&app, &found).await;
    settings(&app, json!({"notices": ["completed"]})).await;
    change("mcp", "PATCH", "1", json!({"notes": "x"}))
        .await
        .expect(200);
    assert!(orders(&app).await.is_empty());
    // What was undone before it was told is not.
    let done = change("rest", "POST", "1/complete", json!({})).await;
    done.expect(200);
    let undo = format!("/api/v1/changes/{}/undo", done.header("taskwire-change"));
    let undone = app
        .call("POST", &undo)
        .header("taskwire-via", "web")
        .send()
        .await;
    undone.expect(200);
    assert!(orders(&app).await.is_empty());
    // In quiet hours several wait, and come as one.
    settings(&app, json!({"quiet_from": "00:00", "quiet_until": "23:59"})).await;
    for number in [1, 2] {
        if number == 2 {
            app.task(json!({"title": "Call"})).await;
        }
        let path = format!("{number}/complete");
        change("rest", "POST", &path, json!({})).await.expect(200);
    }
    assert!(orders(&app).await.is_empty());
    app.at("2026-11-20T22:59:00Z");
    let found = orders(&app).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["message"]["title"], "2 changes");
    assert_eq!(
        found[0]["message"]["lines"],
        json!([
            "Completed “Pay <rent>”, by helper",
            "Completed “Call”, by helper"
        ])
    );
}

async fn an_outage_of_an_hour_loses_nothing(db: TestDb) {
    let app = App::open(db).await;
    webhook(&app, json!({})).await;
    app.task(json!({"title": "Second", "reminders": [{"at": "2026-11-20T18:20:00Z"}]}))
        .await;
    remind(&app, json!({})).await;
    let end: jiff::Timestamp = "2026-11-20T19:00:00Z".parse().unwrap();
    let down = json!({"result": "retry", "reason": "It cannot be reached.", "after_seconds": null});
    let mut attempts = 0;
    while app.clock.now() < end {
        app.clock.advance(SignedDuration::from_secs(5));
        fire(&app).await;
        for order in orders(&app).await {
            failed(&app, &order, down.clone()).await;
            attempts += 1;
        }
    }
    // Not more often than every few minutes in the end.
    assert!((15..40).contains(&attempts), "{attempts}");
    app.clock.advance(SignedDuration::from_mins(5));
    let back = orders(&app).await;
    assert_eq!(back.len(), 2);
    sent(&app, &back).await;
    assert!(
        deliveries(&app)
            .await
            .iter()
            .all(|one| one["status"] == "sent")
    );
}

//! A series has one open task, and each reminder fires once.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use taskwire_testkit::TestDb;

use super::{
    all_at_once, assert_one_open_of_each_series, assert_versions_in_order, in_parallel, with_status,
};
use crate::support::{App, Call, SERVICE, task_of};

in_parallel!(
    an_occurrence_has_one_successor,
    reopening_meets_a_touch_of_the_successor,
    a_successor_can_come_and_go,
    an_occurrence_ends_one_way,
    an_occurrence_before_the_last_stays_done,
    every_way_to_open_one_at_once,
    each_reminder_fires_once,
);

/// A daily task, done, and the path of its row.
async fn done(app: &App) -> (Value, String) {
    let task = app
        .task(json!({"title": "Stretch", "due": "2026-11-20", "recurrence": {"text": "every day"}}))
        .await;
    let path = format!("/api/v1/tasks/{}", task["id"].as_str().unwrap());
    app.post(&format!("{path}/complete"), json!({}))
        .await
        .expect(200);
    (task, path)
}

fn advance(app: &App, task: &Value) -> Call {
    let path = format!(
        "/api/v1/internal/tasks/{}/advance",
        task["id"].as_str().unwrap()
    );
    app.service("POST", &path, app.ada.id())
}

async fn an_occurrence_has_one_successor(db: TestDb) {
    let app = App::open(db).await;
    let (task, _) = done(&app).await;
    let replies = all_at_once((0..8).map(|n| {
        // Some are repeated deliveries, some are different ones.
        advance(&app, &task).header("idempotency-key", &format!("event-{}", n % 3))
    }))
    .await;
    let made: BTreeSet<String> = replies
        .iter()
        .filter_map(|reply| reply.expect(200)["id"].as_str().map(Into::into))
        .collect();
    assert_eq!(made.len(), 1);
    let open = app.get("/api/v1/tasks").await.expect(200);
    assert_eq!(open["items"].as_array().unwrap().len(), 1);
    assert_eq!(open["items"][0]["number"], 2);
    assert_eq!(app.task(json!({"title": "Next"})).await["number"], 3);
    assert_versions_in_order(&app).await;
}

async fn an_occurrence_ends_one_way(db: TestDb) {
    let app = App::open(db).await;
    for _ in 0..10 {
        let task = app
            .task(json!({"title": "Stretch", "due": "2026-11-20", "recurrence": "every day"}))
            .await;
        let path = format!("/api/v1/tasks/{}", task["id"].as_str().unwrap());
        let replies = all_at_once(
            ["skip", "complete", "skip"].map(|way| app.call("POST", &format!("{path}/{way}"))),
        )
        .await;
        let statuses: Vec<u16> = replies.iter().map(|reply| reply.status.as_u16()).collect();
        assert!(
            statuses == [200, 409, 200] || statuses == [409, 200, 409],
            "{statuses:?}"
        );
        if statuses[0] == 200 {
            // The same task, and only one of the two changed it.
            let (one, other) = (replies[0].json(), replies[2].json());
            assert_ne!(one["changed"], other["changed"]);
            assert_eq!(task_of(one), task_of(other));
        }
        assert_eq!(app.advance(&task).await["due"], "2026-11-21");
    }
    assert_versions_in_order(&app).await;
}

async fn reopening_meets_a_touch_of_the_successor(db: TestDb) {
    let app = App::open(db).await;
    for round in 0..10 {
        let (task, path) = done(&app).await;
        let successor = app.advance(&task).await;
        let next = format!("/api/v1/tasks/{}", successor["id"].as_str().unwrap());
        app.clock.advance(jiff::SignedDuration::from_secs(1));
        let touch = match round % 3 {
            0 => app
                .call("PATCH", &next)
                .json(&json!({"title": "Stretch more"})),
            1 => app.call("POST", &format!("{next}/complete")),
            _ => app.call("DELETE", &next),
        };
        let replies = all_at_once([touch, app.call("POST", &format!("{path}/reopen"))]).await;
        let statuses: Vec<u16> = replies.iter().map(|reply| reply.status.as_u16()).collect();
        // The first request wins, and the other gets an error.
        assert!(
            statuses == [200, 409] || statuses == [404, 200],
            "{round}: {statuses:?}"
        );
        assert_one_open_of_each_series(&app).await;
    }
    assert_versions_in_order(&app).await;
}

async fn a_successor_can_come_and_go(db: TestDb) {
    let app = App::open(db).await;
    let (task, path) = done(&app).await;
    for _ in 0..3 {
        app.clock.advance(jiff::SignedDuration::from_secs(1));
        let successor = app.advance(&task).await;
        assert_eq!(successor["number"], 2);
        // The response is the same as the stored row.
        let kept = app.get("/api/v1/tasks/2").await.expect(200);
        assert_eq!(kept, successor);
        app.clock.advance(jiff::SignedDuration::from_secs(1));
        app.post(&format!("{path}/reopen"), json!({}))
            .await
            .expect(200);
        app.get("/api/v1/tasks/2").await.refused(404, "not_found");
        app.post(&format!("{path}/complete"), json!({}))
            .await
            .expect(200);
    }
    assert_versions_in_order(&app).await;
}

async fn an_occurrence_before_the_last_stays_done(db: TestDb) {
    let app = App::open(db).await;
    let (first, path) = done(&app).await;
    let second = app.advance(&first).await;
    app.post("/api/v1/tasks/2/complete", json!({}))
        .await
        .expect(200);
    let third = app.advance(&second).await;
    assert_eq!(third["number"], 3);
    // To reopen the first would withdraw the third, which is not its successor, and end the series.
    app.post(&format!("{path}/reopen"), json!({}))
        .await
        .refused(409, "successor_changed");
    assert_eq!(
        app.get("/api/v1/tasks/3").await.expect(200)["status"],
        "open"
    );
    app.post("/api/v1/tasks/2/reopen", json!({}))
        .await
        .expect(200);
    app.get("/api/v1/tasks/3").await.refused(404, "not_found");
}

async fn every_way_to_open_one_at_once(db: TestDb) {
    let app = App::open(db).await;
    for _ in 0..6 {
        let (first, path) = done(&app).await;
        let second = app.advance(&first).await;
        let next = format!("/api/v1/tasks/{}", second["id"].as_str().unwrap());
        app.post(&format!("{next}/complete"), json!({}))
            .await
            .expect(200);
        let third = app.advance(&second).await;
        let last = format!("/api/v1/tasks/{}", third["id"].as_str().unwrap());
        for path in [&path, &last] {
            app.delete(path).await.expect(200);
        }
        app.clock.advance(jiff::SignedDuration::from_secs(1));
        let verb = |path: &str, verb: &str| app.call("POST", &format!("{path}/{verb}"));
        let replies = all_at_once([
            verb(&path, "restore"),
            verb(&last, "restore"),
            verb(&next, "reopen"),
            advance(&app, &second),
            verb(&path, "reopen"),
            verb(&next, "complete"),
            advance(&app, &first),
        ])
        .await;
        for (index, reply) in replies.iter().enumerate() {
            let status = reply.status.as_u16();
            // Reopening `path` may have withdrawn `next`, and reopening `next` may have withdrawn `last`; nothing
            // withdraws the first occurrence.
            let is_withdrawn = [1, 2, 3, 5].contains(&index) && status == 404;
            assert!(
                is_withdrawn || matches!(status, 200 | 409),
                "reply {index}: {}",
                reply.text()
            );
        }
        assert_one_open_of_each_series(&app).await;
    }
    assert_versions_in_order(&app).await;
}

async fn each_reminder_fires_once(db: TestDb) {
    const TASKS: usize = 20;
    const EACH: usize = 10;
    let app = App::open(db).await;
    let reminders: Vec<Value> = (0..EACH).map(|n| json!({"minutes_before": n})).collect();
    for n in 0..TASKS {
        app.task(json!({"title": format!("Task {n}"), "due": "2026-11-20T14:00", "reminders": reminders})).await;
    }
    app.happened().await;
    app.at("2026-11-20T13:30:00Z");
    let fire = || {
        app.anonymous("POST", "/api/v1/internal/reminders/fire")
            .token(SERVICE)
    };
    let mut fired = 0;
    loop {
        let mut calls: Vec<Call> = (0..4).map(|_| fire()).collect();
        // Some tasks are completed at the same time: their reminders fire once or not at all.
        calls.push(
            app.call("PATCH", "/api/v1/tasks/7")
                .json(&json!({"notes": format!("{fired}")})),
        );
        let replies = all_at_once(calls).await;
        assert_eq!(with_status(&replies, 200), 5);
        let now: u64 = replies
            .iter()
            .filter_map(|reply| reply.json()["fired"].as_u64())
            .sum();
        if now == 0 {
            break;
        }
        fired += now;
    }
    let mut ids = BTreeSet::new();
    for event in app.events().await {
        if event["type"] == "reminder.due.v1" {
            let id = event["data"]["reminder"]["id"].to_string();
            assert!(ids.insert(id.clone()), "{id} fired twice");
        }
    }
    assert_eq!(ids.len(), TASKS * EACH);
    assert_eq!(fired, u64::try_from(TASKS * EACH).unwrap());
}

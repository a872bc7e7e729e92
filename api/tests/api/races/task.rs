//! Concurrent changes of one task.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use taskwire_testkit::TestDb;

use super::{all_at_once, assert_versions_in_order, in_parallel, with_status};
use crate::support::{App, task_of};

in_parallel!(
    a_task_is_completed_once,
    one_patch_of_a_version_wins,
    every_mutation_at_once_leaves_one_story,
    one_key_makes_one_task,
    one_key_of_two_bodies_makes_one_task,
    numbers_have_no_gaps_and_no_duplicates,
    the_same_new_tags_are_made_once,
    a_move_of_zone_meets_changes,
);

async fn a_task_is_completed_once(db: TestDb) {
    let app = App::open(db).await;
    let task = app.task(json!({"title": "Milk"})).await;
    let replies = all_at_once((0..16).map(|_| app.call("POST", "/api/v1/tasks/1/complete"))).await;
    let answers: BTreeSet<String> = replies
        .iter()
        .map(|reply| task_of(reply.expect(200)).to_string())
        .collect();
    assert_eq!(answers.len(), 1, "{answers:?}");
    let changed = replies
        .iter()
        .filter(|reply| reply.json()["changed"] == true);
    assert_eq!(changed.count(), 1);
    assert_eq!(app.get("/api/v1/tasks/1").await.json()["version"], 2);
    assert_eq!(task["version"], 1);
    let completed = app
        .happened()
        .await
        .into_iter()
        .filter(|kind| kind == "task.completed.v1");
    assert_eq!(completed.count(), 1);
}

async fn one_patch_of_a_version_wins(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Milk"})).await;
    let replies = all_at_once((0..12).map(|n| {
        app.call("PATCH", "/api/v1/tasks/1")
            .header("if-match", "\"1\"")
            .json(&json!({"title": format!("Milk {n}")}))
    }))
    .await;
    assert_eq!(with_status(&replies, 200), 1);
    assert_eq!(with_status(&replies, 412), 11);
    assert_versions_in_order(&app).await;
}

async fn every_mutation_at_once_leaves_one_story(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Milk", "due": "2026-12-01", "reminders": [{"minutes_before": 5}]}))
        .await;
    for round in 0..5 {
        let path = |verb: &str| format!("/api/v1/tasks/1{verb}");
        let calls = (0..3).flat_map(|n| {
            [
                app.call("POST", &path("/complete")),
                app.call("PATCH", &path("")).json(
                    &json!({"title": format!("Milk {round} {n}"), "tags": [format!("t{n}")]}),
                ),
                app.call("POST", &path("/reopen")),
                app.call("DELETE", &path("")),
                app.call("POST", &path("/restore")),
                app.call("PATCH", &path(""))
                    .json(&json!({"reminders": [{"minutes_before": n}]})),
            ]
        });
        for reply in all_at_once(calls).await {
            assert!(
                matches!(reply.status.as_u16(), 200 | 409),
                "{}",
                reply.text()
            );
        }
    }
    assert_versions_in_order(&app).await;
}

async fn one_key_makes_one_task(db: TestDb) {
    let app = App::open(db).await;
    let replies = all_at_once((0..16).map(|_| {
        app.call("POST", "/api/v1/tasks")
            .header("idempotency-key", "one")
            .json(&json!({"title": "Milk", "tags": ["new"]}))
    }))
    .await;
    let answers: BTreeSet<String> = replies
        .iter()
        .map(|reply| reply.expect(201).to_string())
        .collect();
    assert_eq!(answers.len(), 1);
    let replayed = replies
        .iter()
        .filter(|reply| reply.headers.contains_key("idempotency-replayed"));
    assert_eq!(replayed.count(), 15);
    assert_eq!(app.task(json!({"title": "Bread"})).await["number"], 2);
    assert_versions_in_order(&app).await;
}

async fn one_key_of_two_bodies_makes_one_task(db: TestDb) {
    let app = App::open(db).await;
    let replies = all_at_once((0..8).map(|n| {
        app.call("POST", "/api/v1/tasks")
            .header("idempotency-key", "one")
            .json(&json!({"title": format!("Task {n}")}))
    }))
    .await;
    assert_eq!(with_status(&replies, 201), 1);
    assert_eq!(with_status(&replies, 422), 7);
    // A refused first attempt does not block a valid second one.
    let replies = all_at_once((0..8).map(|n| {
        let title = if n % 2 == 0 { "" } else { "Good" };
        app.call("POST", "/api/v1/tasks")
            .header("idempotency-key", "two")
            .json(&json!({"title": title}))
    }))
    .await;
    assert_eq!(with_status(&replies, 201), 4);
    assert_eq!(app.task(json!({"title": "Last"})).await["number"], 3);
}

async fn numbers_have_no_gaps_and_no_duplicates(db: TestDb) {
    let app = App::open(db).await;
    let replies = all_at_once((0..40).map(|n| {
        match n % 4 {
            0 => app
                .call("POST", "/api/v1/tasks/quick")
                .json(&json!({"text": "milk tomorrow #shop"})),
            1 => app
                .call("POST", "/api/v1/tasks")
                .json(&json!({"title": "Stretch", "recurrence": {"text": "every day"}})),
            // Refused after the number would have been given, or before.
            2 => app
                .call("POST", "/api/v1/tasks")
                .json(&json!({"title": "x", "reminders": [{"minutes_before": 5}]})),
            _ => app
                .call("POST", "/api/v1/tasks")
                .json(&json!({"title": "Milk"})),
        }
    }))
    .await;
    assert_eq!(with_status(&replies, 201), 30);
    assert_eq!(with_status(&replies, 422), 10);
    let mut numbers: Vec<i64> = replies
        .iter()
        .filter_map(|reply| reply.json()["number"].as_i64())
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=30).collect::<Vec<_>>());
    assert_versions_in_order(&app).await;
}

async fn the_same_new_tags_are_made_once(db: TestDb) {
    let app = App::open(db).await;
    for n in 0..10 {
        app.task(json!({"title": format!("Task {n}")})).await;
    }
    for round in 0..3 {
        let names: Vec<String> = (0..6).map(|n| format!("Tag{round}x{n}")).collect();
        let replies = all_at_once((1..=10).map(|number| {
            // In one order and in the other, in one spelling and in the other.
            let mut names: Vec<String> = names.clone();
            if number % 2 == 0 {
                names.reverse();
                names = names.iter().map(|name| name.to_uppercase()).collect();
            }
            app.call("PATCH", &format!("/api/v1/tasks/{number}"))
                .json(&json!({"tags": names}))
        }))
        .await;
        assert_eq!(with_status(&replies, 200), 10);
    }
    let tags = app.get("/api/v1/tags").await.expect(200);
    let tags: Vec<&Value> = tags["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| &tag["name"])
        .collect();
    // Every task has the names as they were created.
    let tasks = app.get("/api/v1/tasks").await.expect(200);
    for task in tasks["items"].as_array().unwrap() {
        for name in task["tags"].as_array().unwrap() {
            assert!(tags.contains(&name), "{name} of {tags:?}");
        }
    }
    let made = app
        .happened()
        .await
        .into_iter()
        .filter(|kind| kind == "tag.created.v1")
        .count();
    assert_eq!(made, 18);
}

async fn a_move_of_zone_meets_changes(db: TestDb) {
    let app = App::open(db).await;
    for n in 0..8 {
        app.task(json!({"title": format!("Task {n}"), "due": "2026-12-01T09:00", "reminders": [{"minutes_before": 5}]})).await;
    }
    for round in 0..4 {
        let zones = ["Asia/Tokyo", "America/New_York", "Europe/Rome"];
        let calls = (1..=8).flat_map(|number| {
            let path = format!("/api/v1/tasks/{number}");
            let due = format!("2026-12-{:02}T10:00", 2 + round);
            [
                app.call("PATCH", &path).json(&json!({"due": due})),
                app.call("PATCH", "/api/v1/me")
                    .json(&json!({"zone": zones[number % 3]})),
                app.call("POST", &format!("{path}/complete")),
                app.call("POST", &format!("{path}/reopen")),
            ]
        });
        for reply in all_at_once(calls).await {
            assert!(
                matches!(reply.status.as_u16(), 200 | 409),
                "{}",
                reply.text()
            );
        }
    }
}

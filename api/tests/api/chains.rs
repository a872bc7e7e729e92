//! Occurrences completed or skipped one after another, and reopened again.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::{App, task_of};

both_databases!(
    done_twice_by_accident,
    every_chain_can_be_taken_back,
    a_successor_that_is_as_it_was_is_untouched,
    the_blocking_task_is_named,
    following_the_advice_works,
    one_taken_back_before_its_turn_came,
);

/// A task without its version and times.
fn content(task: &Value) -> Value {
    let mut task = task_of(task.clone());
    for counted in ["version", "updated_at", "change"] {
        task[counted] = Value::Null;
    }
    task
}

/// Ends an open occurrence, lets its successor be created, and returns the successor.
async fn end(app: &App, number: i64, action: &str) -> Value {
    let path = format!("/api/v1/tasks/{number}/{action}");
    let ended = app.call("POST", &path).send().await.expect(200);
    assert_eq!(ended["changed"], true, "{path}");
    app.advance(&ended).await
}

async fn reopen(app: &App, number: i64) -> Value {
    let path = format!("/api/v1/tasks/{number}/reopen");
    app.call("POST", &path).send().await.expect(200)
}

async fn refused(app: &App, number: i64) -> (String, String) {
    let path = format!("/api/v1/tasks/{number}/reopen");
    let problem = app
        .call("POST", &path)
        .send()
        .await
        .refused(409, "successor_changed");
    (
        problem["detail"].as_str().unwrap().to_owned(),
        problem["hint"].as_str().unwrap().to_owned(),
    )
}

async fn daily(app: &App) -> Value {
    app.task(json!({"title": "Pills", "notes": "two", "tags": ["health"], "due": "2026-11-20T20:00",
        "recurrence": {"rrule": "FREQ=DAILY"}, "reminders": [{"minutes_before": 60}, {"at": "2026-11-20T18:00"}]}))
        .await
}

async fn done_twice_by_accident(db: TestDb) {
    let app = App::open(db).await;
    let task = daily(&app).await;
    assert_eq!(end(&app, 1, "complete").await["number"], 2);
    app.at("2026-11-20T12:01:00Z");
    assert_eq!(end(&app, 2, "complete").await["number"], 3);
    app.happened().await;
    app.at("2026-11-20T12:02:00Z");
    // The blocking task is the completed one, not a later one.
    let (detail, hint) = refused(&app, 1).await;
    assert_eq!(
        detail,
        "Task 2, the next occurrence, was completed. It was changed last through rest at 2026-11-20T12:01:00Z."
    );
    assert_eq!(hint, "Reopen task 2 first.");
    assert!(app.happened().await.is_empty());
    assert_eq!(reopen(&app, 2).await["changed"], true);
    app.at("2026-11-20T12:03:00Z");
    let open = reopen(&app, 1).await;
    assert_eq!(open["changed"], true);
    assert_eq!(content(&open), content(&task));
    let all = app.get("/api/v1/tasks?status=all").await.expect(200);
    assert_eq!(all["items"].as_array().unwrap().len(), 1);
}

async fn every_chain_can_be_taken_back(db: TestDb) {
    let app = App::open(db).await;
    let rules = [
        json!({"rrule": "FREQ=DAILY"}),
        json!({"rrule": "FREQ=HOURLY;INTERVAL=6"}),
        json!({"rrule": "FREQ=DAILY;INTERVAL=2", "anchor": "completion"}),
        json!({"rrule": "FREQ=WEEKLY;BYDAY=MO,FR;COUNT=9", "catch_up": "from_completion"}),
        json!({"rrule": "FREQ=DAILY;INTERVAL=3", "catch_up": "one_step"}),
    ];
    let mut minute = 0;
    for rule in rules {
        // Three in a row, each done or skipped.
        for pattern in 0..8_u8 {
            let task = app
                .task(json!({"title": "x", "due": "2026-11-18T09:00", "recurrence": rule, "tags": ["a"],
                    "reminders": [{"minutes_before": 30}]}))
                .await;
            let mut chain = vec![task];
            for step in 0..3 {
                minute += 1;
                app.at(&format!(
                    "2026-11-20T{:02}:{:02}:00Z",
                    12 + minute / 60,
                    minute % 60
                ));
                let action = if pattern >> step & 1 == 1 {
                    "complete"
                } else {
                    "skip"
                };
                let number = chain.last().unwrap()["number"].as_i64().unwrap();
                chain.push(end(&app, number, action).await);
            }
            let ended = chain.split_off(3);
            assert_eq!(ended[0]["status"], "open");
            for task in chain.iter().rev() {
                let open = reopen(&app, task["number"].as_i64().unwrap()).await;
                assert_eq!(content(&open), content(task), "{rule} {pattern:b}");
            }
            // The next occurrence has the same number and dates again.
            let again = end(&app, chain[0]["number"].as_i64().unwrap(), "skip").await;
            assert_eq!(again["number"], chain[1]["number"]);
        }
    }
}

async fn a_successor_that_is_as_it_was_is_untouched(db: TestDb) {
    let app = App::open(db).await;
    let task = daily(&app).await;
    end(&app, 1, "complete").await;
    app.at("2026-11-20T12:05:00Z");
    app.delete("/api/v1/tasks/2").await.expect(200);
    app.call("POST", "/api/v1/tasks/2/restore")
        .send()
        .await
        .expect(200);
    for body in [
        json!({"title": "Other", "notes": null, "priority": "high", "tags": [], "due": "2026-11-25", "reminders": []}),
        json!({"title": "Pills", "notes": "two", "priority": "none", "tags": ["health"], "due": "2026-11-21T20:00",
            "reminders": [{"minutes_before": 60}]}),
    ] {
        app.patch("/api/v1/tasks/2", body).await.expect(200);
    }
    assert_eq!(content(&reopen(&app, 1).await), content(&task));
}

async fn the_blocking_task_is_named(db: TestDb) {
    let app = App::open(db).await;
    daily(&app).await;
    end(&app, 1, "skip").await;
    app.at("2026-11-20T12:05:00Z");
    let changed = |fields: &str| {
        format!(
            "Task 2, the next occurrence, was changed after it was created ({fields}). It was changed last through rest at 2026-11-20T12:05:00Z."
        )
    };
    let back = "Revert that change first, or use task 2 instead.";
    for (body, fields, advice) in [
        (json!({"title": "Other"}), "title", back),
        (json!({"title": "Pills", "due": "2026-11-22"}), "due", back),
        (
            json!({"due": "2026-11-21T20:00", "reminders": []}),
            "reminders",
            back,
        ),
        (
            json!({"recurrence": {"rrule": "FREQ=WEEKLY"}}),
            "recurrence, reminders",
            "Use task 2 instead.",
        ),
        (
            json!({"recurrence": null, "reminders": [{"minutes_before": 60}]}),
            "recurrence",
            "Use task 2 instead.",
        ),
    ] {
        app.patch("/api/v1/tasks/2", body.clone()).await.expect(200);
        app.happened().await;
        assert_eq!(
            refused(&app, 1).await,
            (changed(fields), advice.into()),
            "{body}"
        );
        assert!(app.happened().await.is_empty());
    }
}

async fn following_the_advice_works(db: TestDb) {
    let app = App::open(db).await;
    let task = daily(&app).await;
    end(&app, 1, "complete").await;
    end(&app, 2, "skip").await;
    end(&app, 3, "complete").await;
    app.delete("/api/v1/tasks/4").await.expect(200);
    app.delete("/api/v1/tasks/2").await.expect(200);
    let mut number = 1;
    let mut advised = Vec::new();
    // Follows each hint until the first is open again.
    for _ in 0..20 {
        let path = format!("/api/v1/tasks/{number}/reopen");
        let reply = app.call("POST", &path).send().await;
        if reply.status == 200 {
            if number == 1 {
                break;
            }
            number = 1;
            continue;
        }
        let problem = reply.refused(409, "successor_changed");
        let hint = problem["hint"].as_str().unwrap().to_owned();
        let words: Vec<&str> = hint.split(' ').collect();
        let [verb, "task", named, "first."] = words[..] else {
            panic!("{hint}");
        };
        if verb == "Reopen" {
            number = named.parse().unwrap();
        } else {
            let path = format!("/api/v1/tasks/{named}/restore");
            app.call("POST", &path).send().await.expect(200);
        }
        advised.push(hint);
    }
    assert_eq!(advised[0], "Restore task 2 first.");
    assert_eq!(advised[1], "Reopen task 2 first.");
    assert!(
        advised.contains(&"Restore task 4 first.".to_owned()),
        "{advised:?}"
    );
    let open = app.get("/api/v1/tasks/1").await.expect(200);
    assert_eq!(content(&open), content(&task));
    let all = app.get("/api/v1/tasks?status=all").await.expect(200);
    assert_eq!(all["items"].as_array().unwrap().len(), 1);
}

async fn one_taken_back_before_its_turn_came(db: TestDb) {
    let app = App::open(db).await;
    daily(&app).await;
    let second = end(&app, 1, "complete").await;
    app.post("/api/v1/tasks/2/complete", json!({}))
        .await
        .expect(200);
    reopen(&app, 2).await;
    reopen(&app, 1).await;
    app.happened().await;
    // The consumer is late, with the event of the second one.
    assert_eq!(app.advance(&second).await, Value::Null);
    assert!(app.happened().await.is_empty());
}

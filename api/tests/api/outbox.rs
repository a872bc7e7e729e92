//! Rows and events commit together: each mutation adds exactly its events, a refused one none.

use std::collections::HashSet;

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::{App, task_of};

both_databases!(
    each_mutation_adds_its_events,
    a_refused_mutation_adds_none,
    events_tell_the_whole_story,
    a_trace_continues_in_the_event
);

type Mutation = (&'static str, &'static str, Value, Vec<&'static str>);

/// One after the other, with the events that each adds.
#[rustfmt::skip]
fn mutations() -> Vec<Mutation> {
    let due = json!({"title": "a", "tags": ["new", "Work"], "due": "2026-12-01T09:00",
        "reminders": [{"minutes_before": 5}, {"minutes_before": 60}, {"minutes_before": 43200}]});
    vec![
        (
            "POST",
            "/api/v1/tasks",
            due,
            vec![
                "tag.created.v1",
                "task.created.v1",
                "reminder.scheduled.v1",
                "reminder.scheduled.v1",
            ],
        ),
        (
            "POST",
            "/api/v1/tasks/quick",
            json!({"text": "b every day #New"}),
            vec!["task.created.v1"],
        ),
        (
            "PATCH",
            "/api/v1/tasks/1",
            json!({"title": "c"}),
            vec!["task.updated.v1"],
        ),
        ("PATCH", "/api/v1/tasks/1", json!({"title": "c"}), vec![]),
        (
            "PATCH",
            "/api/v1/tasks/1",
            json!({"reminders": [{"minutes_before": 5}]}),
            vec!["task.updated.v1"],
        ),
        (
            "PATCH",
            "/api/v1/tasks/1",
            json!({"due": "2026-12-02T09:00"}),
            vec!["task.updated.v1", "reminder.scheduled.v1"],
        ),
        (
            "POST",
            "/api/v1/tasks/1/complete",
            Value::Null,
            vec!["task.completed.v1"],
        ),
        ("POST", "/api/v1/tasks/1/complete", Value::Null, vec![]),
        (
            "POST",
            "/api/v1/tasks/1/reopen",
            Value::Null,
            vec!["task.reopened.v1", "reminder.scheduled.v1"],
        ),
        ("POST", "/api/v1/tasks/1/reopen", Value::Null, vec![]),
        (
            "DELETE",
            "/api/v1/tasks/1",
            Value::Null,
            vec!["task.deleted.v1"],
        ),
        ("DELETE", "/api/v1/tasks/1", Value::Null, vec![]),
        (
            "POST",
            "/api/v1/tasks/1/restore",
            Value::Null,
            vec!["task.restored.v1", "reminder.scheduled.v1"],
        ),
        ("POST", "/api/v1/tasks/1/restore", Value::Null, vec![]),
        (
            "POST",
            "/api/v1/tags",
            json!({"name": "other"}),
            vec!["tag.created.v1"],
        ),
        (
            "PATCH",
            "/api/v1/me",
            json!({"zone": "Asia/Tokyo"}),
            vec!["reminder.scheduled.v1"],
        ),
        ("POST", "/api/v1/tokens", json!({"label": "x"}), vec![]),
        (
            "PUT",
            "/api/v1/conversations/c/messages/m",
            json!({"role": "user", "parts": []}),
            vec![],
        ),
    ]
}

async fn each_mutation_adds_its_events(db: TestDb) {
    let app = App::open(db).await;
    for (method, path, body, expected) in mutations() {
        let call = app.call(method, path);
        let reply = match &body {
            Value::Null => call.send().await,
            body => call.json(body).send().await,
        };
        assert!(
            reply.status.is_success(),
            "{method} {path}: {}",
            reply.text()
        );
        assert_eq!(app.happened().await, expected, "{method} {path} {body}");
    }
}

async fn a_refused_mutation_adds_none(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "a", "due": "2026-12-01", "recurrence": {"rrule": "FREQ=DAILY"}}))
        .await;
    app.happened().await;
    let before = app.get("/api/v1/tasks?status=all").await.expect(200);
    for (method, path, body, status) in [
        // The tag is created before the task is refused.
        (
            "POST",
            "/api/v1/tasks",
            json!({"title": "b", "tags": ["new"], "reminders": [{"minutes_before": 5}]}),
            422,
        ),
        (
            "POST",
            "/api/v1/tasks/quick",
            json!({"text": "#new p1"}),
            422,
        ),
        (
            "PATCH",
            "/api/v1/tasks/1",
            json!({"tags": ["new"], "due": null}),
            422,
        ),
        (
            "PATCH",
            "/api/v1/tasks/1",
            json!({"title": "b", "recurrence": {"rrule": "FREQ=DAILY", "anchor": "moon"}}),
            422,
        ),
        (
            "POST",
            "/api/v1/tasks/1/complete",
            json!({"occurrence": "1/2026-12-24"}),
            409,
        ),
        ("POST", "/api/v1/tasks/7/reopen", Value::Null, 404),
        ("DELETE", "/api/v1/tasks/7", Value::Null, 404),
        ("POST", "/api/v1/tasks/7/restore", Value::Null, 404),
        ("POST", "/api/v1/tags", json!({"name": "work"}), 409),
        ("PATCH", "/api/v1/me", json!({"zone": "Mars/Base"}), 422),
        (
            "POST",
            "/api/v1/tokens",
            json!({"label": "x", "scopes": ["all"]}),
            400,
        ),
    ] {
        let call = app.call(method, path).header("idempotency-key", "k");
        let reply = match &body {
            Value::Null => call.send().await,
            body => call.json(body).send().await,
        };
        assert_eq!(
            reply.status.as_u16(),
            status,
            "{method} {path}: {}",
            reply.text()
        );
        assert!(app.happened().await.is_empty(), "{method} {path} {body}");
    }
    assert_eq!(
        app.get("/api/v1/tasks?status=all").await.expect(200),
        before
    );
    let tags = app.get("/api/v1/tags").await.expect(200);
    assert_eq!(tags["items"].as_array().unwrap().len(), 5);
}

async fn events_tell_the_whole_story(db: TestDb) {
    let app = App::open(db).await;
    let created = app
        .task(
            json!({"title": "a", "due": "2026-11-20T20:00", "recurrence": {"rrule": "FREQ=DAILY"}}),
        )
        .await;
    let patched = app
        .patch("/api/v1/tasks/1", json!({"notes": "n"}))
        .await
        .expect(200);
    let done = app
        .call("POST", "/api/v1/tasks/1/complete")
        .send()
        .await
        .expect(200);
    let next = app.advance(&done).await;
    let events = app.events().await;
    let states = [
        (Value::Null, created.clone()),
        (created.clone(), patched.clone()),
        (patched, done),
        (Value::Null, next),
    ];
    assert_eq!(events.len(), states.len());
    for (event, (before, after)) in events.iter().zip(states) {
        let after = task_of(after);
        assert_eq!(event["data"]["before"], task_of(before));
        assert_eq!(event["data"]["after"], after);
        assert_eq!(event["data"]["sequence"], after["version"]);
        assert_eq!(event["data"]["change"], after["change"]);
        assert_eq!(event["data"]["schema_version"], 1);
        assert_eq!(event["data"]["actor"]["user"], json!(app.ada.id()));
        assert_eq!(event["subject"], after["id"]);
        assert_eq!(event["partitionkey"], created["series"]);
        assert_eq!(event["taskwireowner"], json!(app.ada.id()));
        assert_eq!(event["time"], "2026-11-20T12:00:00Z");
        assert_eq!(event["source"], "/taskwire");
        assert_eq!(event["specversion"], "1.0");
        assert_eq!(event["datacontenttype"], "application/json");
    }
    let ids: HashSet<&str> = events
        .iter()
        .map(|event| event["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), events.len());
}

async fn a_trace_continues_in_the_event(db: TestDb) {
    let app = App::open(db).await;
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    for (sent, kept) in [(parent, json!(parent)), ("nonsense", Value::Null)] {
        app.call("POST", "/api/v1/tasks")
            .header("traceparent", sent)
            .json(&json!({"title": "a"}))
            .send()
            .await
            .expect(201);
        let events = app.events().await;
        assert_eq!(events.len(), 1);
        assert_eq!(events[0]["traceparent"], kept);
    }
}

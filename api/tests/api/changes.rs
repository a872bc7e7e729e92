//! `/api/v1/changes`, and undoing them.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::{App, Reply, task_of};

both_databases!(
    every_write_names_its_change,
    changes_are_listed_with_their_actor,
    each_write_is_undone_and_redone,
    other_fields_stay_as_they_are,
    what_was_changed_since_is_named,
);

const TASKS: &str = "/api/v1/tasks";

/// The change that a response names.
pub(crate) fn change_of(reply: &Reply) -> String {
    reply.header("taskwire-change").to_owned()
}

pub(crate) async fn undo(app: &App, change: &str) -> Reply {
    let path = format!("/api/v1/changes/{change}/undo");
    app.call("POST", &path).send().await
}

/// A task without what every change writes.
pub(crate) fn content(mut task: Value) -> Value {
    task = task_of(task);
    let fields = task.as_object_mut().unwrap();
    for name in ["version", "updated_at", "change"] {
        fields.remove(name);
    }
    task
}

pub(crate) async fn read(app: &App, number: i64) -> Value {
    let path = format!("{TASKS}/{number}");
    content(app.get(&path).await.expect(200))
}

async fn every_write_names_its_change(db: TestDb) {
    let app = App::open(db).await;
    let ask = || {
        app.call("POST", TASKS)
            .header("idempotency-key", "one")
            .json(&json!({"title": "Milk"}))
    };
    let made = ask().send().await;
    assert_eq!(made.expect(201)["change"], change_of(&made));
    // The same of a repeated request; none where nothing changed.
    let again = ask().send().await;
    assert_eq!(change_of(&again), change_of(&made));
    let same = app.patch("/api/v1/tasks/1", json!({"title": "Milk"})).await;
    same.expect(200);
    assert!(!same.headers.contains_key("taskwire-change"));
    let moved = app
        .patch("/api/v1/tasks/1", json!({"due": "2026-12-01"}))
        .await;
    assert_eq!(moved.expect(200)["change"], change_of(&moved));
    let tag = app.post("/api/v1/tags", json!({"name": "Garden"})).await;
    let path = format!("/api/v1/changes/{}", change_of(&tag));
    assert_eq!(app.get(&path).await.expect(200)["kind"], "create_tag");
}

async fn changes_are_listed_with_their_actor(db: TestDb) {
    let app = App::open(db).await;
    let made = app
        .call("POST", TASKS)
        .header("taskwire-via", "mcp")
        .header("taskwire-client", "claude-code/2.1")
        .header("taskwire-chat-turn", "turn")
        .header("taskwire-tool-call", "call")
        .json(&json!({"title": "Milk", "tags": ["dairy"]}))
        .send()
        .await;
    made.expect(201);
    for priority in ["high", "low"] {
        app.patch("/api/v1/tasks/1", json!({"priority": priority}))
            .await
            .expect(200);
    }
    let page = app.get("/api/v1/changes?limit=2").await.expect(200);
    let kinds = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().unwrap().iter();
        items
            .map(|item| item["kind"].as_str().unwrap().into())
            .collect()
    };
    assert_eq!(kinds(&page), ["update", "update"]);
    let cursor = page["next_cursor"].as_str().unwrap();
    let page = app
        .get(&format!("/api/v1/changes?limit=2&cursor={cursor}"))
        .await
        .expect(200);
    assert_eq!(kinds(&page), ["create"]);
    assert_eq!(page["next_cursor"], Value::Null);
    let first = &page["items"][0];
    assert_eq!(first["id"], change_of(&made));
    assert_eq!(first["tasks"][0]["title"], "Milk");
    assert_eq!(first["task_count"], 1);
    assert_eq!(first["tags"], json!(["dairy"]));
    assert_eq!(first["at"], "2026-11-20T12:00:00Z");
    for (name, value) in [
        ("via", "mcp"),
        ("client", "claude-code/2.1"),
        ("chat_turn", "turn"),
        ("tool_call", "call"),
    ] {
        assert_eq!(first["actor"][name], value);
    }
    // One that was undone is no longer listed, but its undo is.
    undo(&app, first["id"].as_str().unwrap())
        .await
        .refused(409, "changed_since");
    let latest = app.get("/api/v1/changes?limit=1").await.expect(200);
    let id = latest["items"][0]["id"].as_str().unwrap().to_owned();
    let undone = undo(&app, &id).await;
    assert_eq!(undone.expect(200)["undone"], json!([id]));
    let page = app.get("/api/v1/changes").await.expect(200);
    assert_eq!(kinds(&page), ["undo", "update", "create"]);
    assert_eq!(page["items"][0]["undoes"], json!(id));
    let kept = app.get(&format!("/api/v1/changes/{id}")).await.expect(200);
    assert_eq!(kept["undone_by"], change_of(&undone));
    assert_eq!(kept["can_undo"], false);
    app.get("/api/v1/changes?cursor=nonsense")
        .await
        .refused(422, "invalid_cursor");
}

/// Undoes a write and redoes it, and compares the task with what it was before and after.
async fn there_and_back(app: &App, method: &str, path: &str, body: Value) {
    let before = read(app, 1).await;
    let call = app.call(method, &format!("{TASKS}/1{path}"));
    let call = if body.is_null() {
        call
    } else {
        call.json(&body)
    };
    let done = call.send().await;
    done.expect(200);
    let after = read(app, 1).await;
    assert_ne!(before, after, "{method} {path}");
    let undone = undo(app, &change_of(&done)).await;
    assert_eq!(undone.expect(200)["kind"], "undo");
    assert_eq!(read(app, 1).await, before, "{method} {path}");
    assert_eq!(
        content(undone.json()["tasks"][0].clone()),
        before,
        "{method} {path}"
    );
    let redone = undo(app, &change_of(&undone)).await;
    assert_eq!(redone.expect(200)["kind"], "redo");
    assert_eq!(read(app, 1).await, after, "{method} {path}");
    let again = undo(app, &change_of(&redone)).await;
    assert_eq!(again.expect(200)["kind"], "undo");
    assert_eq!(read(app, 1).await, before, "{method} {path}");
    // One that was undone cannot be undone again: the last of its undos can.
    undo(app, &change_of(&done))
        .await
        .refused(409, "already_undone");
}

async fn each_write_is_undone_and_redone(db: TestDb) {
    let app = App::open(db).await;
    let body = json!({"title": "Water", "notes": "All", "priority": "low", "tags": ["home", "Work"],
        "due": "2026-12-01T09:00", "recurrence": {"text": "every day"},
        "reminders": [{"minutes_before": 10}, {"at": "2026-11-30T20:00"}]});
    let made = app.post(TASKS, body).await;
    made.expect(201);
    for body in [
        json!({"title": "Rain"}),
        json!({"notes": null, "priority": "high", "tags": []}),
        json!({"add_tags": ["new"], "remove_tags": ["home"]}),
        json!({"due": "2026-12-02"}),
        json!({"recurrence": null}),
        json!({"recurrence": {"rrule": "FREQ=WEEKLY;BYDAY=TU"}}),
        json!({"reminders": []}),
    ] {
        there_and_back(&app, "PATCH", "", body).await;
    }
    let later = json!({"due": "2026-12-03T10:00", "scope": "all"});
    there_and_back(&app, "POST", "/reschedule", later).await;
    there_and_back(&app, "POST", "/skip", json!({"reason": "Away"})).await;
    there_and_back(&app, "POST", "/complete", json!({"series": true})).await;
    there_and_back(&app, "DELETE", "", Value::Null).await;
    app.delete("/api/v1/tasks/1").await.expect(200);
    there_and_back(&app, "POST", "/restore", Value::Null).await;
    app.call("POST", "/api/v1/tasks/1/restore")
        .send()
        .await
        .expect(200);
    app.call("POST", "/api/v1/tasks/1/complete")
        .send()
        .await
        .expect(200);
    there_and_back(&app, "POST", "/reopen", Value::Null).await;
    // A creation: the task is gone, with its tag, until it comes back with its number.
    let made = app
        .post(TASKS, json!({"title": "Milk", "tags": ["dairy"]}))
        .await;
    let task = content(made.expect(201));
    app.happened().await;
    let undone = undo(&app, &change_of(&made)).await;
    assert_eq!(undone.expect(200)["removed"], json!([2]));
    assert_eq!(app.happened().await, ["task.deleted.v1", "tag.deleted.v1"]);
    app.get("/api/v1/tasks/2").await.refused(404, "not_found");
    let tags = app.get("/api/v1/tags").await;
    assert!(!tags.text().contains("dairy"));
    undo(&app, &change_of(&undone)).await.expect(200);
    assert_eq!(app.happened().await, ["tag.created.v1", "task.restored.v1"]);
    assert_eq!(read(&app, 2).await, task);
    let found = app.get("/api/v1/tasks?tag=dairy").await.expect(200);
    assert_eq!(found["items"][0]["number"], 2);
}

async fn other_fields_stay_as_they_are(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Milk"})).await;
    let titled = app
        .patch("/api/v1/tasks/1", json!({"title": "Oat milk"}))
        .await;
    app.patch("/api/v1/tasks/1", json!({"priority": "high"}))
        .await
        .expect(200);
    undo(&app, &change_of(&titled)).await.expect(200);
    let task = read(&app, 1).await;
    assert_eq!(task["title"], "Milk");
    assert_eq!(task["priority"], "high");
}

async fn what_was_changed_since_is_named(db: TestDb) {
    let app = App::open(db).await;
    let made = app.post(TASKS, json!({"title": "Milk"})).await;
    let moved = app
        .patch("/api/v1/tasks/1", json!({"due": "2026-12-01"}))
        .await;
    app.at("2026-11-20T12:30:00Z");
    let titled = app
        .call("PATCH", "/api/v1/tasks/1")
        .header("taskwire-via", "chat")
        .header("taskwire-client", "Taskwire/1")
        .json(&json!({"title": "Oat milk"}))
        .send()
        .await;
    app.patch("/api/v1/tasks/1", json!({"priority": "high"}))
        .await
        .expect(200);
    let before = read(&app, 1).await;
    let problem = undo(&app, &change_of(&made))
        .await
        .refused(409, "changed_since");
    assert_eq!(problem["errors"][0]["pointer"], "/tasks/1/due");
    let detail = problem["detail"].as_str().unwrap();
    let beginning = "Task 1 was changed since through rest at 2026-11-20T12:30:00Z: ";
    assert!(detail.starts_with(beginning), "{detail}");
    for field in ["due", "priority", "title"] {
        assert!(detail.contains(field), "{detail}");
    }
    // The one who wrote the field is named, not the one who wrote last.
    let other = app
        .patch("/api/v1/tasks/1", json!({"title": "Soy milk"}))
        .await;
    app.patch("/api/v1/tasks/1", json!({"notes": "Two"}))
        .await
        .expect(200);
    let problem = undo(&app, &change_of(&titled))
        .await
        .refused(409, "changed_since");
    assert_eq!(problem["errors"][0]["pointer"], "/tasks/1/title");
    assert_eq!(
        problem["hint"],
        format!("Undo the change {} first.", change_of(&other))
    );
    undo(&app, &change_of(&other)).await.expect(200);
    undo(&app, &change_of(&titled)).await.expect(200);
    let problem = undo(&app, &change_of(&titled))
        .await
        .refused(409, "already_undone");
    assert!(problem["detail"].as_str().unwrap().contains("was undone"));
    // A task that was completed since is not changed behind that.
    app.call("POST", "/api/v1/tasks/1/complete")
        .send()
        .await
        .expect(200);
    let problem = undo(&app, &change_of(&moved))
        .await
        .refused(409, "changed_since");
    assert_eq!(problem["errors"][0]["pointer"], "/tasks/1/status");
    assert_ne!(before, read(&app, 1).await);
}

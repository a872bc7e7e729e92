//! Undoing more than one write of one task: a series, a chat turn, and what may not be undone.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::changes::{change_of, content, read, undo};
use crate::support::{App, Reply};

both_databases!(
    a_completion_takes_its_successor_back,
    a_changed_successor_stands_in_the_way,
    an_undo_is_repeated_under_its_key,
    a_turn_is_undone_as_a_whole,
    what_may_not_be_undone,
);

const TASKS: &str = "/api/v1/tasks";

/// A daily task that was completed, and the change.
async fn completed(app: &App) -> Reply {
    app.task(json!({"title": "Water", "due": "2026-11-20", "recurrence": {"text": "every day"}}))
        .await;
    let done = app.call("POST", "/api/v1/tasks/1/complete").send().await;
    app.advance(&done.expect(200)).await;
    app.get("/api/v1/tasks/2").await.expect(200);
    done
}

async fn a_completion_takes_its_successor_back(db: TestDb) {
    let app = App::open(db).await;
    let done = completed(&app).await;
    let next = read(&app, 2).await;
    app.happened().await;
    let undone = undo(&app, &change_of(&done)).await;
    assert_eq!(undone.expect(200)["tasks"][0]["status"], "open");
    app.get("/api/v1/tasks/2").await.refused(404, "not_found");
    assert_eq!(
        app.happened().await,
        ["task.deleted.v1", "task.reopened.v1"]
    );
    // A redo brings it back, and the recurrence consumer finds nothing to do.
    let redone = undo(&app, &change_of(&undone)).await.expect(200);
    assert_eq!(redone["task_count"], 2);
    assert_eq!(read(&app, 2).await, next);
    let kinds = app.happened().await;
    assert_eq!(kinds, ["task.completed.v1", "task.restored.v1"]);
    let first = app.get("/api/v1/tasks/1").await.expect(200);
    assert_eq!(app.advance(&first).await, Value::Null);
}

async fn a_changed_successor_stands_in_the_way(db: TestDb) {
    let app = App::open(db).await;
    let done = completed(&app).await;
    let titled = app
        .call("PATCH", "/api/v1/tasks/2")
        .header("taskwire-via", "mcp")
        .json(&json!({"title": "Water all"}))
        .send()
        .await;
    titled.expect(200);
    let problem = undo(&app, &change_of(&done))
        .await
        .refused(409, "successor_changed");
    assert_eq!(problem["errors"][0]["pointer"], "/tasks/2");
    let detail = problem["detail"].as_str().unwrap();
    assert!(
        detail.contains("Task 2") && detail.contains("title") && detail.contains("through mcp"),
        "{detail}"
    );
    let first = app.get("/api/v1/tasks/1").await.expect(200);
    assert_eq!(first["status"], "completed");
    undo(&app, &change_of(&titled)).await.expect(200);
    undo(&app, &change_of(&done)).await.expect(200);
}

async fn an_undo_is_repeated_under_its_key(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Milk"})).await;
    let done = app.call("POST", "/api/v1/tasks/1/complete").send().await;
    let path = format!("/api/v1/changes/{}/undo", change_of(&done));
    let ask = || app.call("POST", &path).header("idempotency-key", "undo");
    let first = ask().send().await;
    let again = ask().send().await;
    assert_eq!(first.expect(200), again.expect(200));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(change_of(&first), change_of(&again));
    let problem = undo(&app, &change_of(&done))
        .await
        .refused(409, "already_undone");
    assert!(
        problem["hint"]
            .as_str()
            .unwrap()
            .contains(&change_of(&first))
    );
}

async fn a_turn_is_undone_as_a_whole(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Bread", "due": "2026-11-20", "recurrence": {"text": "every day"}}))
        .await;
    let before = app.get("/api/v1/tasks?status=all").await.expect(200);
    let before: Vec<Value> = before["items"]
        .as_array()
        .unwrap()
        .iter()
        .cloned()
        .map(content)
        .collect();
    let ask = |method: &str, path: &str, body: Value| {
        app.call(method, &format!("{TASKS}{path}"))
            .header("taskwire-via", "chat")
            .header("taskwire-chat-turn", "turn-7")
            .json(&body)
            .send()
    };
    ask("POST", "", json!({"title": "Milk", "tags": ["new"]}))
        .await
        .expect(201);
    ask("PATCH", "/2", json!({"priority": "high"}))
        .await
        .expect(200);
    let done = ask("POST", "/1/complete", json!({})).await.expect(200);
    app.advance(&done).await;
    ask("PATCH", "/3", json!({"title": "Rye bread"}))
        .await
        .expect(200);
    // A call of the turn that undid another one of it.
    let titled = ask("PATCH", "/2", json!({"title": "Oat milk"})).await;
    let path = format!("/api/v1/changes/{}/undo", change_of(&titled));
    app.call("POST", &path)
        .header("taskwire-chat-turn", "turn-7")
        .send()
        .await
        .expect(200);
    let undone = app.call("POST", "/api/v1/turns/turn-7/undo").send().await;
    assert_eq!(undone.expect(200)["undone"].as_array().unwrap().len(), 6);
    let list = app.get("/api/v1/tasks?status=all").await.expect(200);
    let list: Vec<Value> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .cloned()
        .map(content)
        .collect();
    assert_eq!(list, before);
    app.call("POST", "/api/v1/turns/turn-7/undo")
        .send()
        .await
        .refused(409, "already_undone");
    undo(&app, &change_of(&undone)).await.expect(200);
    assert_eq!(read(&app, 3).await["title"], "Rye bread");
    assert_eq!(read(&app, 2).await["title"], "Milk");
    app.call("POST", "/api/v1/turns/turn-8/undo")
        .send()
        .await
        .refused(404, "not_found");
}

async fn what_may_not_be_undone(db: TestDb) {
    let app = App::open(db).await;
    let done = completed(&app).await;
    // What a consumer did follows from a person's change.
    let next = app.get("/api/v1/tasks/2").await.expect(200);
    undo(&app, next["change"].as_str().unwrap())
        .await
        .refused(409, "cannot_undo");
    app.get("/api/v1/changes/nonsense")
        .await
        .refused(404, "not_found");
    // An undo of a creation deletes.
    let careful = app.token("Ada", &["read", "write", "no-delete"]).await;
    let made = app.post(TASKS, json!({"title": "Milk"})).await;
    let path = format!("/api/v1/changes/{}/undo", change_of(&made));
    app.call("POST", &path)
        .token(&careful)
        .send()
        .await
        .refused(403, "insufficient_scope");
    // So does that of a restoration, and the redo of a deletion.
    app.delete("/api/v1/tasks/3").await.expect(200);
    let restored = app.post("/api/v1/tasks/3/restore", json!({})).await;
    let deleted = app.delete("/api/v1/tasks/3").await;
    let redo = undo(&app, &change_of(&deleted)).await;
    for removing in [&restored, &redo] {
        let path = format!("/api/v1/changes/{}/undo", change_of(removing));
        let refused = app.call("POST", &path).token(&careful).send().await;
        refused.refused(403, "insufficient_scope");
    }
    let kept = app.get("/api/v1/tasks/3").await.expect(200);
    assert_eq!(kept["status"], "open");
    let path = format!("/api/v1/changes/{}/undo", change_of(&done));
    app.call("POST", &path)
        .token(&careful)
        .send()
        .await
        .expect(200);
}

//! Tasks in the trash are deleted for good: on request, and after 30 days.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::{App, Reply};

both_databases!(
    the_trash_is_emptied,
    a_dry_run_says_how_many,
    what_was_purged_cannot_be_undone,
    old_tasks_leave_the_trash,
    an_undone_creation_is_forgotten,
    old_changes_can_no_longer_be_undone,
    the_rest_is_undone_without_what_was_purged,
    nothing_is_undone_when_only_a_tag_in_use_is_left,
);

const TRASH: &str = "/api/v1/trash";

fn change_of(reply: &Reply) -> String {
    reply.header("taskwire-change").to_owned()
}

async fn undo(app: &App, change: &str) -> Reply {
    let path = format!("/api/v1/changes/{change}/undo");
    app.call("POST", &path).send().await
}

/// Three tasks, two of them in the trash, one of which has a notification; the changes that deleted them.
async fn tasks(app: &App) -> Vec<String> {
    app.task(json!({"title": "Milk"})).await;
    app.task(
        json!({"title": "Bread", "tags": ["food"], "due": "2026-11-20T14:00",
        "reminders": [{"minutes_before": 60}, {"minutes_before": 0}]}),
    )
    .await;
    app.task(json!({"title": "Tea"})).await;
    app.at("2026-11-20T12:01:00Z");
    let path = "/api/v1/internal/reminders/fire";
    app.service("POST", path, app.ada.id())
        .send()
        .await
        .expect(200);
    let mut changes = vec![];
    for number in [2, 3] {
        let deleted = app.delete(&format!("/api/v1/tasks/{number}")).await;
        deleted.expect(200);
        changes.push(change_of(&deleted));
    }
    app.happened().await;
    changes
}

async fn numbers(app: &App) -> Vec<i64> {
    let all = app
        .get("/api/v1/tasks?status=all&sort=number")
        .await
        .expect(200);
    let all = all["items"].as_array().unwrap().iter();
    all.map(|task| task["number"].as_i64().unwrap()).collect()
}

async fn the_trash_is_emptied(db: TestDb) {
    let app = App::open(db).await;
    tasks(&app).await;
    let emptied = app.delete(TRASH).await;
    assert_eq!(emptied.expect(200), json!({"purged": 2, "has_more": false}));
    assert_eq!(numbers(&app).await, [1]);
    app.get("/api/v1/tasks/2").await.refused(404, "not_found");
    let events = app.events().await;
    assert_eq!(events.len(), 2);
    assert_eq!(events[0]["type"], "task.purged.v1");
    assert_eq!(events[0]["data"]["before"]["number"], 2);
    assert_eq!(events[0]["data"]["actor"]["via"], "rest");
    let seen = app.get("/api/v1/notifications").await.expect(200);
    assert_eq!(seen["items"], json!([]));
    // Nothing is left to delete, and a number is not used again.
    let again = app.delete(TRASH).await;
    assert_eq!(again.expect(200)["purged"], 0);
    assert!(!again.headers.contains_key("taskwire-change"));
    assert_eq!(app.task(json!({"title": "Rice"})).await["number"], 4);
}

async fn a_dry_run_says_how_many(db: TestDb) {
    let app = App::open(db).await;
    tasks(&app).await;
    let seen = app.delete(&format!("{TRASH}?dry_run=true")).await;
    assert_eq!(seen.expect(200)["purged"], 2);
    assert_eq!(numbers(&app).await, [1, 2, 3]);
}

async fn what_was_purged_cannot_be_undone(db: TestDb) {
    let app = App::open(db).await;
    let deleted = tasks(&app).await;
    let emptied = change_of(&app.delete(TRASH).await);
    let problem = undo(&app, &emptied).await.refused(409, "cannot_undo");
    assert_eq!(
        problem["detail"],
        "Tasks that were deleted for good cannot be restored."
    );
    let problem = undo(&app, &deleted[0]).await.refused(409, "task_purged");
    assert_eq!(problem["errors"][0]["pointer"], "/tasks/2");
    let one = app.get(&format!("/api/v1/changes/{}", deleted[0])).await;
    assert_eq!(one.expect(200)["can_undo"], false);
    let list = app.get("/api/v1/changes").await.expect(200);
    let kinds: Vec<&Value> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| &change["kind"])
        .collect();
    assert_eq!(kinds, ["delete", "delete", "create", "create", "create"]);
    let can: Vec<&Value> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| &change["can_undo"])
        .collect();
    // The one that created the third also created nothing else; the second came with a tag.
    assert_eq!(can, [false, false, false, true, true]);
    let change = app
        .get(&format!("/api/v1/changes/{emptied}"))
        .await
        .expect(200);
    assert_eq!(change["kind"], "empty_trash");
    assert_eq!(change["task_count"], 2);
    assert_eq!(change["can_undo"], false);
}

async fn old_tasks_leave_the_trash(db: TestDb) {
    let app = App::open(db).await;
    tasks(&app).await;
    app.at("2026-12-20T12:00:00Z");
    assert_eq!(app.api.prune().await.unwrap().trash, 0);
    app.call("POST", "/api/v1/tasks/3/restore")
        .send()
        .await
        .expect(200);
    app.delete("/api/v1/tasks/3").await.expect(200);
    app.happened().await;
    app.at("2026-12-20T12:02:00Z");
    // Two processes at once.
    let (one, other) = tokio::join!(app.api.prune(), app.api.prune());
    assert_eq!(one.unwrap().trash + other.unwrap().trash, 1);
    assert_eq!(numbers(&app).await, [1, 3]);
    let events = app.events().await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["type"], "task.purged.v1");
    assert_eq!(events[0]["data"]["actor"]["via"], "consumer");
    assert_eq!(
        events[0]["data"]["actor"]["client"],
        "taskwire-housekeeping"
    );
}

async fn an_undone_creation_is_forgotten(db: TestDb) {
    let app = App::open(db).await;
    let made = app.post("/api/v1/tasks", json!({"title": "Milk"})).await;
    let undone = undo(&app, &change_of(&made)).await;
    undone.expect(200);
    app.happened().await;
    app.at("2026-12-21T12:00:00Z");
    assert_eq!(app.api.prune().await.unwrap().trash, 1);
    assert!(app.happened().await.is_empty());
    undo(&app, &change_of(&undone))
        .await
        .refused(409, "task_purged");
}

async fn old_changes_can_no_longer_be_undone(db: TestDb) {
    let app = App::open(db).await;
    let made = app.post("/api/v1/tasks", json!({"title": "Milk"})).await;
    app.at("2027-02-18T12:00:00Z");
    let titled = app
        .patch("/api/v1/tasks/1", json!({"title": "Oat milk"}))
        .await;
    app.at("2027-02-19T12:00:00Z");
    assert_eq!(app.api.prune().await.unwrap().changes, 1);
    undo(&app, &change_of(&made))
        .await
        .refused(404, "not_found");
    undo(&app, &change_of(&titled)).await.expect(200);
}

async fn the_rest_is_undone_without_what_was_purged(db: TestDb) {
    let app = App::open(db).await;
    for number in 1..=30 {
        app.task(json!({"title": format!("Task {number}"), "tags": ["home"]}))
            .await;
    }
    let all = json!({"filter": {"tag": "home"}, "expected_count": 30,
        "change": {"op": "patch", "body": {"priority": "high"}}});
    let raised = app.post("/api/v1/tasks/bulk", all).await;
    raised.expect(200);
    let page = app.get("/api/v1/tags").await.expect(200);
    let tags = page["items"].as_array().unwrap();
    let home = tags.iter().find(|tag| tag["name"] == "home").unwrap()["id"].clone();
    let path = format!("/api/v1/tags/{}", home.as_str().unwrap());
    let renamed = app.patch(&path, json!({"name": "Household"})).await;
    renamed.expect(200);
    // One is gone forever, another has another tag by now, and a new one got the tag.
    app.delete("/api/v1/tasks/7").await.expect(200);
    app.delete(TRASH).await.expect(200);
    app.patch("/api/v1/tasks/8", json!({"add_tags": ["garden"]}))
        .await
        .expect(200);
    app.task(json!({"title": "New", "tags": ["household"]}))
        .await;
    let tags_of = async |number: i64| {
        let task = app.get(&format!("/api/v1/tasks/{number}")).await;
        task.expect(200)["tags"].clone()
    };
    let undone = undo(&app, &change_of(&renamed)).await;
    let result = undone.expect(200);
    assert_eq!(result["left_out"].as_array().unwrap().len(), 1);
    assert_eq!(result["left_out"][0]["number"], 7);
    assert_eq!(result["left_out"][0]["title"], "Task 7");
    assert_eq!(result["task_count"], 30);
    assert_eq!(tags_of(1).await, json!(["home"]));
    assert_eq!(tags_of(8).await, json!(["home", "garden"]));
    assert_eq!(tags_of(31).await, json!(["home"]));
    // A redo concerns those that were undone.
    let redone = undo(&app, &change_of(&undone)).await.expect(200);
    assert_eq!(redone.get("left_out"), None);
    assert_eq!(tags_of(8).await, json!(["Household", "garden"]));
    assert_eq!(tags_of(31).await, json!(["Household"]));
    // The bulk change can be undone for the others, until all are gone.
    let path = format!("/api/v1/changes/{}", change_of(&raised));
    assert_eq!(app.get(&path).await.expect(200)["can_undo"], true);
    let delete =
        json!({"filter": {"tag": "household"}, "expected_count": 30, "change": {"op": "delete"}});
    app.post("/api/v1/tasks/bulk", delete).await.expect(200);
    app.delete(TRASH).await.expect(200);
    assert_eq!(app.get(&path).await.expect(200)["can_undo"], false);
    undo(&app, &change_of(&raised))
        .await
        .refused(409, "task_purged");
}

async fn nothing_is_undone_when_only_a_tag_in_use_is_left(db: TestDb) {
    let app = App::open(db).await;
    let created = app
        .post("/api/v1/tasks", json!({"title": "Milk", "tags": ["shop"]}))
        .await;
    app.task(json!({"title": "Bread", "tags": ["shop"]})).await;
    app.delete("/api/v1/tasks/1").await.expect(200);
    app.delete(TRASH).await.expect(200);
    let change = change_of(&created);
    for _ in 0..2 {
        undo(&app, &change).await.refused(409, "task_purged");
    }
    let path = format!("/api/v1/changes/{change}");
    app.get(&path).await.expect(200);
}

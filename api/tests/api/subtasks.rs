//! Subtasks: creating, listing and counting them, and what happens to them with their parent.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::{App, Reply};

both_databases!(
    a_task_becomes_a_part_of_another,
    what_cannot_be_a_part_is_refused,
    a_list_shows_the_parts_of_a_task,
    completing_says_what_is_open,
    completing_may_take_the_parts_along,
    the_parts_go_to_the_trash_and_back,
    a_part_is_restored_alone,
    undo_keeps_parts_one_level_deep,
    parts_belong_to_one_person,
);

pub(crate) async fn read(app: &App, number: i64) -> Value {
    app.get(&format!("/api/v1/tasks/{number}"))
        .await
        .expect(200)
}

pub(crate) async fn post(app: &App, path: &str, body: Value) -> Reply {
    app.post(&format!("/api/v1/tasks/{path}"), body).await
}

pub(crate) async fn undo(app: &App, reply: &Reply) -> Reply {
    let path = format!("/api/v1/changes/{}/undo", reply.header("taskwire-change"));
    app.call("POST", &path).send().await
}

/// A task with subtasks of these titles, whose numbers follow its own.
pub(crate) async fn family(app: &App, parent: Value, titles: &[&str]) -> i64 {
    let number = app.task(parent).await["number"].as_i64().unwrap();
    for title in titles {
        app.task(json!({"title": title, "parent": number})).await;
    }
    number
}

pub(crate) async fn numbers(app: &App, query: &str) -> Vec<i64> {
    let path = format!("/api/v1/tasks?sort=number&{query}");
    let page = app.get(&path).await.expect(200);
    let items = page["items"].as_array().unwrap().iter();
    items.map(|task| task["number"].as_i64().unwrap()).collect()
}

async fn a_task_becomes_a_part_of_another(db: TestDb) {
    let app = App::open(db).await;
    let party = app.task(json!({"title": "Party"})).await;
    assert_eq!(party.get("parent"), None);
    assert_eq!(party.get("subtasks"), None);
    for parent in [json!(1), json!("1"), party["id"].clone()] {
        let part = app.task(json!({"title": "Cake", "parent": parent})).await;
        assert_eq!(part["parent"], 1);
    }
    assert_eq!(
        read(&app, 1).await["subtasks"],
        json!({"open": 3, "done": 0})
    );
    post(&app, "2/complete", json!({})).await.expect(200);
    assert_eq!(
        read(&app, 1).await["subtasks"],
        json!({"open": 2, "done": 1})
    );
    // The parent itself was not changed.
    assert_eq!(read(&app, 1).await["version"], 1);
    let moved = app.patch("/api/v1/tasks/3", json!({"parent": null})).await;
    assert_eq!(moved.expect(200).get("parent"), None);
    assert_eq!(
        read(&app, 1).await["subtasks"],
        json!({"open": 1, "done": 1})
    );
    let back = app.patch("/api/v1/tasks/3", json!({"parent": 1})).await;
    assert_eq!(back.expect(200)["parent"], 1);
    let same = app.patch("/api/v1/tasks/3", json!({"parent": 1})).await;
    assert_eq!(same.expect(200)["changed"], false);
    app.delete("/api/v1/tasks/4").await.expect(200);
    assert_eq!(
        read(&app, 1).await["subtasks"],
        json!({"open": 1, "done": 1})
    );
    // The history says so, and an undo takes it back.
    let history = app.get("/api/v1/tasks/3/history").await.expect(200);
    let fields: Vec<&Value> = history["items"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|entry| entry["changes"].as_array().unwrap())
        .filter(|change| change["field"] == "parent")
        .collect();
    assert_eq!(fields.len(), 3, "{history}");
    undo(&app, &back).await.expect(200);
    assert_eq!(read(&app, 3).await.get("parent"), None);
    undo(&app, &moved).await.expect(200);
    assert_eq!(read(&app, 3).await["parent"], 1);
    app.happened().await;
}

async fn what_cannot_be_a_part_is_refused(db: TestDb) {
    let app = App::open(db).await;
    family(&app, json!({"title": "Party"}), &["Cake"]).await;
    app.task(json!({"title": "Water", "due": "today", "recurrence": "every day"}))
        .await;
    app.task(json!({"title": "Done"})).await;
    post(&app, "4/complete", json!({})).await.expect(200);
    app.task(json!({"title": "Gone"})).await;
    app.delete("/api/v1/tasks/5").await.expect(200);
    let before = app.get("/api/v1/tasks?status=all").await.expect(200);
    for (parent, code) in [
        (json!(99), "unknown_parent"),
        (
            json!("01939393-9393-7393-9393-939393939393"),
            "unknown_parent",
        ),
        (json!(2), "parent_is_subtask"),
        (json!(4), "parent_not_open"),
        (json!(5), "parent_not_open"),
        (json!(0), "invalid_task_reference"),
        (json!("cake"), "invalid_task_reference"),
        (json!(true), "invalid_type"),
        (json!(1.5), "invalid_type"),
    ] {
        let body = json!({"title": "x", "parent": parent});
        let problem = app.post("/api/v1/tasks", body).await.refused(422, code);
        assert_eq!(problem["errors"][0]["pointer"], "/parent", "{problem}");
        assert!(problem["hint"].is_string(), "{problem}");
    }
    for (task, body, pointer, code) in [
        (1, json!({"parent": 1}), "/parent", "own_parent"),
        (1, json!({"parent": 3}), "/parent", "has_subtasks"),
        (3, json!({"parent": 1}), "/parent", "subtask_repeats"),
        (
            2,
            json!({"due": "today", "recurrence": "every day"}),
            "/recurrence",
            "subtask_repeats",
        ),
    ] {
        let path = format!("/api/v1/tasks/{task}");
        let problem = app.patch(&path, body).await.refused(422, code);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
    let repeating = json!({"title": "x", "parent": 1, "due": "every day"});
    app.post("/api/v1/tasks", repeating)
        .await
        .refused(422, "subtask_repeats");
    post(&app, "1/complete", json!({"subtasks": "all"}))
        .await
        .refused(422, "invalid_value");
    assert_eq!(
        app.get("/api/v1/tasks?status=all").await.expect(200),
        before
    );
    // Up to a hundred.
    let one = |index: i64| json!({"op": "create", "body": {"title": format!("Part {index}"), "parent": 1}});
    let many: Vec<Value> = (1..100).map(one).collect();
    post(&app, "batch", json!({"operations": many}))
        .await
        .expect(200);
    app.post("/api/v1/tasks", json!({"title": "x", "parent": 1}))
        .await
        .refused(422, "too_many_subtasks");
    // What was there before finds its place taken.
    let moved = app.patch("/api/v1/tasks/2", json!({"parent": null})).await;
    app.task(json!({"title": "Instead", "parent": 1})).await;
    let problem = undo(&app, &moved).await.refused(409, "parent_not_open");
    assert_eq!(problem["errors"][0]["pointer"], "/tasks/2/parent");
    let part = numbers(&app, "parent=1&limit=1").await[0];
    app.delete(&format!("/api/v1/tasks/{part}"))
        .await
        .expect(200);
    app.task(json!({"title": "Instead", "parent": 1})).await;
    let path = format!("{part}/restore");
    let restored = post(&app, &path, json!({})).await.expect(200);
    assert_eq!(restored["parent"], json!(null), "{restored}");
    assert!(restored["warnings"].is_array(), "{restored}");
    assert_eq!(
        read(&app, 1).await["subtasks"],
        json!({"open": 100, "done": 0})
    );
}

async fn a_list_shows_the_parts_of_a_task(db: TestDb) {
    let app = App::open(db).await;
    family(&app, json!({"title": "Party"}), &["Cake", "Drinks"]).await;
    app.task(json!({"title": "Other"})).await;
    post(&app, "2/complete", json!({})).await.expect(200);
    assert_eq!(numbers(&app, "parent=1").await, [3]);
    assert_eq!(numbers(&app, "parent=1&status=all").await, [2, 3]);
    assert_eq!(numbers(&app, "parent=none").await, [1, 4]);
    assert_eq!(numbers(&app, "parent=4").await, [0i64; 0]);
    assert_eq!(numbers(&app, "filter=parent:1").await, [3]);
    assert_eq!(numbers(&app, "filter=no:parent").await, [1, 4]);
    assert_eq!(numbers(&app, "filter=!parent:1").await, [1, 4]);
    for sort in [
        "due",
        "priority",
        "created",
        "title",
        "updated",
        "completed",
    ] {
        let path = format!("/api/v1/tasks?parent=1&status=all&sort={sort}");
        app.get(&path).await.expect(200);
    }
    for query in ["parent=", "parent=0", "parent=-1", "parent=x"] {
        let path = format!("/api/v1/tasks?{query}");
        let problem = app.get(&path).await.refused(422, "invalid_value");
        assert_eq!(problem["errors"][0]["pointer"], "parent");
    }
    for query in ["filter=parent:0", "filter=parent:x", "filter=no:parents"] {
        let path = format!("/api/v1/tasks?{query}");
        app.get(&path).await.refused(422, "invalid_filter");
    }
    let bulk =
        json!({"filter": {"parent": "1"}, "expected_count": 1, "change": {"op": "complete"}});
    post(&app, "bulk", bulk).await.expect(200);
    assert_eq!(
        read(&app, 1).await["subtasks"],
        json!({"open": 0, "done": 2})
    );
}

async fn completing_says_what_is_open(db: TestDb) {
    let app = App::open(db).await;
    family(&app, json!({"title": "Party"}), &["Cake", "Drinks"]).await;
    post(&app, "2/complete", json!({})).await.expect(200);
    let done = post(&app, "1/complete", json!({})).await.expect(200);
    assert_eq!(
        done["open_subtasks"],
        json!([{"number": 3, "title": "Drinks"}])
    );
    let again = post(&app, "1/complete", json!({"subtasks": "keep"}))
        .await
        .expect(200);
    assert_eq!(again["changed"], false);
    assert_eq!(again["open_subtasks"], done["open_subtasks"]);
    assert_eq!(read(&app, 3).await["status"], "open");
    // They can still be completed, by a call that says so.
    let rest = post(&app, "1/complete", json!({"subtasks": "complete"}))
        .await
        .expect(200);
    assert_eq!(rest["changed"], true);
    assert_eq!(rest.get("open_subtasks"), None);
    assert_eq!(rest["subtasks"], json!({"open": 0, "done": 2}));
}

async fn completing_may_take_the_parts_along(db: TestDb) {
    let app = App::open(db).await;
    family(&app, json!({"title": "Party"}), &["Cake", "Drinks"]).await;
    post(&app, "2/complete", json!({})).await.expect(200);
    app.happened().await;
    let seen = post(
        &app,
        "1/complete?dry_run=true",
        json!({"subtasks": "complete"}),
    )
    .await;
    assert_eq!(seen.expect(200)["subtasks"], json!({"open": 0, "done": 2}));
    let done = post(&app, "1/complete", json!({"subtasks": "complete"})).await;
    assert_eq!(done.expect(200)["subtasks"], json!({"open": 0, "done": 2}));
    assert_eq!(
        app.happened().await,
        ["task.completed.v1", "task.completed.v1"]
    );
    let path = format!("/api/v1/changes/{}", done.header("taskwire-change"));
    let change = app.get(&path).await.expect(200);
    assert_eq!(
        (&change["kind"], &change["task_count"]),
        (&json!("complete"), &json!(2))
    );
    undo(&app, &done).await.expect(200);
    assert_eq!(read(&app, 1).await["status"], "open");
    assert_eq!(read(&app, 2).await["status"], "completed");
    assert_eq!(read(&app, 3).await["status"], "open");
}

async fn the_parts_go_to_the_trash_and_back(db: TestDb) {
    let app = App::open(db).await;
    family(
        &app,
        json!({"title": "Party"}),
        &["Cake", "Drinks", "Music"],
    )
    .await;
    post(&app, "2/complete", json!({})).await.expect(200);
    app.delete("/api/v1/tasks/4").await.expect(200);
    app.at("2026-11-20T12:05:00Z");
    let deleted = app.delete("/api/v1/tasks/1").await;
    deleted.expect(200);
    assert_eq!(numbers(&app, "status=deleted").await, [1, 2, 3, 4]);
    // Undone, and done again, as one change.
    let undone = undo(&app, &deleted).await;
    undone.expect(200);
    assert_eq!(numbers(&app, "status=open").await, [1, 3]);
    assert_eq!(
        read(&app, 1).await["subtasks"],
        json!({"open": 1, "done": 1})
    );
    undo(&app, &undone).await.expect(200);
    // Restored, with those that went there with it.
    let restored = post(&app, "1/restore", json!({})).await;
    assert_eq!(
        restored.expect(200)["subtasks"],
        json!({"open": 1, "done": 1})
    );
    assert_eq!(numbers(&app, "status=open").await, [1, 3]);
    assert_eq!(numbers(&app, "status=completed").await, [2]);
    assert_eq!(numbers(&app, "status=deleted").await, [4]);
    undo(&app, &restored).await.expect(200);
    assert_eq!(numbers(&app, "status=deleted").await, [1, 2, 3, 4]);
    let emptied = app.delete("/api/v1/trash").await.expect(200);
    assert_eq!(emptied["purged"], 4);
}

async fn a_part_is_restored_alone(db: TestDb) {
    let app = App::open(db).await;
    family(&app, json!({"title": "Party"}), &["Cake", "Drinks"]).await;
    app.delete("/api/v1/tasks/2").await.expect(200);
    let back = post(&app, "2/restore", json!({})).await.expect(200);
    assert_eq!(back["parent"], 1);
    let gone = app.delete("/api/v1/tasks/1").await;
    gone.expect(200);
    // Its parent stays in the trash.
    let alone = post(&app, "2/restore", json!({})).await;
    let task = alone.expect(200);
    assert_eq!(task.get("parent"), None);
    assert!(task["warnings"][0].as_str().unwrap().contains("task 1"));
    // What is purged since is left out of an undo.
    let late = app.delete("/api/v1/tasks/2").await;
    undo(&app, &late).await.expect(200);
    undo(&app, &alone).await.expect(200);
    undo(&app, &gone).await.expect(200);
    assert_eq!(read(&app, 2).await["parent"], 1);
    assert_eq!(
        read(&app, 1).await["subtasks"],
        json!({"open": 2, "done": 0})
    );
}

async fn undo_keeps_parts_one_level_deep(db: TestDb) {
    let app = App::open(db).await;
    let made = app.post("/api/v1/tasks", json!({"title": "Party"})).await;
    let other = app.post("/api/v1/tasks", json!({"title": "Cake"})).await;
    let inside = app.patch("/api/v1/tasks/2", json!({"parent": 1})).await;
    let problem = undo(&app, &made).await.refused(409, "has_subtasks");
    assert_eq!(problem["errors"][0]["pointer"], "/tasks/1/subtasks");
    let out = app.patch("/api/v1/tasks/2", json!({"parent": null})).await;
    app.task(json!({"title": "Candles", "parent": 2})).await;
    // It would be two levels deep.
    undo(&app, &out).await.refused(409, "has_subtasks");
    app.delete("/api/v1/tasks/3").await.expect(200);
    app.delete("/api/v1/tasks/1").await.expect(200);
    undo(&app, &out).await.refused(409, "parent_not_open");
    app.delete("/api/v1/trash").await.expect(200);
    // Its parent is gone for good, so it stays what it is.
    undo(&app, &out).await.expect(200);
    assert_eq!(read(&app, 2).await.get("parent"), None);
    assert!(inside.status.is_success() && other.status.is_success());
}

async fn parts_belong_to_one_person(db: TestDb) {
    let app = App::open(db).await;
    family(&app, json!({"title": "Party"}), &["Cake"]).await;
    let bob = app.person("Bob").await;
    let ask = |body: Value| {
        app.call("POST", "/api/v1/tasks")
            .token(&bob.token)
            .json(&body)
            .send()
    };
    let id = read(&app, 1).await["id"].clone();
    for parent in [json!(1), id] {
        let body = json!({"title": "x", "parent": parent});
        ask(body).await.refused(422, "unknown_parent");
    }
    ask(json!({"title": "Mine"})).await.expect(201);
    ask(json!({"title": "Part", "parent": 1})).await.expect(201);
    assert_eq!(
        read(&app, 1).await["subtasks"],
        json!({"open": 1, "done": 0})
    );
    app.call("DELETE", "/api/v1/tasks/1")
        .token(&bob.token)
        .send()
        .await
        .expect(200);
    assert_eq!(numbers(&app, "status=open").await, [1, 2]);
}

//! Renaming, recolouring, merging and deleting tags.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::{App, Reply};

both_databases!(
    a_rename_takes_its_tasks_along,
    a_recoloured_tag_leaves_its_tasks_alone,
    a_deleted_tag_leaves_its_tasks,
    two_tags_become_one,
    each_change_of_a_tag_is_undone,
    the_list_counts,
    refuses_what_cannot_be,
    only_the_tags_of_a_change_stand_in_the_way_of_its_undo,
);

const TAGS: &str = "/api/v1/tags";

/// The path of a tag.
async fn path(app: &App, name: &str) -> String {
    let page = app.get(TAGS).await.expect(200);
    let all = page["items"].as_array().unwrap();
    let tag = all.iter().find(|tag| tag["name"] == name).unwrap();
    format!("{TAGS}/{}", tag["id"].as_str().unwrap())
}

async fn tags_of(app: &App, number: i64) -> Value {
    let path = format!("/api/v1/tasks/{number}");
    app.get(&path).await.expect(200)["tags"].clone()
}

async fn tasks(app: &App) {
    for tags in [
        json!(["home", "Work"]),
        json!(["errands", "home"]),
        json!(["errands"]),
        json!([]),
    ] {
        app.task(json!({"title": "x", "tags": tags})).await;
    }
    app.delete("/api/v1/tasks/3").await.expect(200);
    app.happened().await;
}

/// Everything that a person sees of tags, without what each change writes.
async fn state(app: &App) -> Value {
    let tags = app.get("/api/v1/tags?usage=true").await.expect(200);
    let mut tasks = app.get("/api/v1/tasks?status=all").await.expect(200);
    for task in tasks["items"].as_array_mut().unwrap() {
        for field in ["version", "updated_at", "change"] {
            task[field] = Value::Null;
        }
    }
    json!([tags, tasks])
}

async fn a_rename_takes_its_tasks_along(db: TestDb) {
    let app = App::open(db).await;
    tasks(&app).await;
    let home = path(&app, "home").await;
    let done = app.patch(&home, json!({"name": "Household"})).await;
    let tag = done.expect(200);
    assert_eq!(tag["name"], "Household");
    assert_eq!(tag["changed"], true);
    assert_eq!(tag["task_count"], 2);
    assert_eq!(tags_of(&app, 1).await, json!(["Household", "Work"]));
    assert_eq!(tags_of(&app, 2).await, json!(["errands", "Household"]));
    let found = app.get("/api/v1/tasks?tag=household").await.expect(200);
    assert_eq!(found["items"].as_array().unwrap().len(), 2);
    app.get("/api/v1/tasks?tag=home")
        .await
        .refused(422, "unknown_tag");
    let events = app.events().await;
    let kinds: Vec<&Value> = events.iter().map(|event| &event["type"]).collect();
    assert_eq!(
        kinds,
        ["task.updated.v1", "task.updated.v1", "tag.updated.v1"]
    );
    let last = &events[2]["data"];
    assert_eq!(last["tag_before"]["name"], "home");
    assert_eq!(last["tag"]["name"], "Household");
    assert_eq!(last["sequence"], 2);
    assert!(
        events
            .iter()
            .all(|event| event["data"]["change"] == done.header("taskwire-change"))
    );
    // Only the case.
    let tag = app.patch(&home, json!({"name": "household"})).await;
    assert_eq!(tag.expect(200)["task_count"], 2);
    assert_eq!(tags_of(&app, 1).await, json!(["household", "Work"]));
    // The same again.
    app.happened().await;
    let same = app.patch(&home, json!({"name": "household"})).await;
    assert_eq!(same.expect(200)["changed"], false);
    assert!(app.happened().await.is_empty());
}

async fn a_recoloured_tag_leaves_its_tasks_alone(db: TestDb) {
    let app = App::open(db).await;
    tasks(&app).await;
    let home = path(&app, "home").await;
    let tag = app.patch(&home, json!({"color": "#ABCDEF"})).await;
    assert_eq!(tag.expect(200)["color"], "#abcdef");
    assert_eq!(tag.json()["task_count"], 0);
    assert_eq!(app.happened().await, ["tag.updated.v1"]);
}

async fn a_deleted_tag_leaves_its_tasks(db: TestDb) {
    let app = App::open(db).await;
    tasks(&app).await;
    let errands = path(&app, "errands").await;
    // What it would touch.
    let seen = app.delete(&format!("{errands}?dry_run=true")).await;
    assert_eq!(seen.expect(200)["task_count"], 2);
    assert_eq!(tags_of(&app, 2).await, json!(["errands", "home"]));
    let gone = app.delete(&errands).await;
    assert_eq!(gone.expect(200), seen.json());
    assert_eq!(tags_of(&app, 2).await, json!(["home"]));
    // In the trash too.
    assert_eq!(tags_of(&app, 3).await, json!([]));
    app.get(&errands).await.refused(404, "not_found");
    app.delete(&errands).await.refused(404, "not_found");
}

async fn two_tags_become_one(db: TestDb) {
    let app = App::open(db).await;
    tasks(&app).await;
    let (errands, home) = (path(&app, "errands").await, path(&app, "home").await);
    let into = json!({"into": home.rsplit('/').next().unwrap()});
    let merge = format!("{errands}/merge");
    let tag = app.post(&merge, into).await.expect(200);
    assert_eq!(tag["name"], "home");
    assert_eq!(tag["task_count"], 2);
    // Once on a task that had both.
    assert_eq!(tags_of(&app, 2).await, json!(["home"]));
    assert_eq!(tags_of(&app, 3).await, json!(["home"]));
    app.get(&errands).await.refused(404, "not_found");
}

/// Undoes a change and redoes it.
async fn there_and_back(app: &App, before: &Value, done: &Reply) {
    let after = state(app).await;
    assert_ne!(*before, after);
    let undo = |change: String| async move {
        let path = format!("/api/v1/changes/{change}/undo");
        let undone = app.call("POST", &path).send().await;
        undone.expect(200);
        undone.header("taskwire-change").to_owned()
    };
    let undone = undo(done.header("taskwire-change").to_owned()).await;
    assert_eq!(state(app).await, *before);
    let redone = undo(undone).await;
    assert_eq!(state(app).await, after);
    undo(redone).await;
    assert_eq!(state(app).await, *before);
}

async fn each_change_of_a_tag_is_undone(db: TestDb) {
    let app = App::open(db).await;
    tasks(&app).await;
    let before = state(&app).await;
    let (errands, home) = (path(&app, "errands").await, path(&app, "home").await);
    let renamed = app
        .patch(&home, json!({"name": "House", "color": "#123456"}))
        .await;
    there_and_back(&app, &before, &renamed).await;
    let deleted = app.delete(&errands).await;
    there_and_back(&app, &before, &deleted).await;
    let into = json!({"into": home.rsplit('/').next().unwrap()});
    let merged = app.post(&format!("{errands}/merge"), into).await;
    there_and_back(&app, &before, &merged).await;
    let made = app.post(TAGS, json!({"name": "Garden"})).await;
    there_and_back(&app, &before, &made).await;
    // A tag that is used by now stays.
    let made = app.post(TAGS, json!({"name": "Pets"})).await;
    app.task(json!({"title": "Feed the cat", "tags": ["pets"]}))
        .await;
    let undo = format!("/api/v1/changes/{}/undo", made.header("taskwire-change"));
    app.call("POST", &undo)
        .send()
        .await
        .refused(409, "tag_in_use");
    let pets = path(&app, "Pets").await;
    app.patch(&pets, json!({"name": "Cats"})).await.expect(200);
    app.call("POST", &undo)
        .send()
        .await
        .refused(409, "changed_since");
    // A name that another tag has by now.
    let deleted = app.delete(&pets).await;
    app.post(TAGS, json!({"name": "cats"})).await.expect(201);
    let undo = format!("/api/v1/changes/{}/undo", deleted.header("taskwire-change"));
    app.call("POST", &undo)
        .send()
        .await
        .refused(409, "tag_exists");
}

async fn the_list_counts(db: TestDb) {
    let app = App::open(db).await;
    tasks(&app).await;
    app.call("POST", "/api/v1/tasks/1/complete")
        .send()
        .await
        .expect(200);
    let page = app.get("/api/v1/tags?usage=true").await.expect(200);
    let count = |name: &str| {
        let all = page["items"].as_array().unwrap();
        let tag = all.iter().find(|tag| tag["name"] == name).unwrap();
        (tag["task_count"].clone(), tag["open_task_count"].clone())
    };
    assert_eq!(count("home"), (json!(2), json!(1)));
    assert_eq!(count("errands"), (json!(1), json!(1)));
    assert_eq!(count("Finance"), (json!(0), json!(0)));
    let page = app.get(TAGS).await.expect(200);
    assert_eq!(page["items"][0].get("task_count"), None);
}

async fn refuses_what_cannot_be(db: TestDb) {
    let app = App::open(db).await;
    tasks(&app).await;
    let home = path(&app, "home").await;
    let problem = app
        .patch(&home, json!({"name": "ERRANDS"}))
        .await
        .refused(409, "tag_exists");
    assert!(problem["hint"].as_str().unwrap().contains("/merge"));
    let problem = app
        .patch(&home, json!({"name": "", "color": "red"}))
        .await
        .refused(422, "empty_tag");
    assert_eq!(problem["errors"][1]["pointer"], "/color");
    app.patch(&home, json!({"name": null}))
        .await
        .refused(422, "not_nullable");
    let merge = format!("{home}/merge");
    for (into, code) in [
        (home.rsplit('/').next().unwrap(), "same_tag"),
        ("01939393-9393-7393-9393-939393939393", "unknown_tag"),
        ("errands", "unknown_tag"),
    ] {
        app.post(&merge, json!({"into": into}))
            .await
            .refused(422, code);
    }
    let careful = app.token("Ada", &["read", "write", "no-delete"]).await;
    app.call("POST", &merge)
        .token(&careful)
        .json(&json!({"into": "errands"}))
        .send()
        .await
        .refused(403, "insufficient_scope");
    app.call("DELETE", &home)
        .token(&careful)
        .send()
        .await
        .refused(403, "insufficient_scope");
    app.happened().await;
}

async fn only_the_tags_of_a_change_stand_in_the_way_of_its_undo(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "x", "tags": ["home", "Work"]}))
        .await;
    let change = async |body: Value| {
        let done = app.patch("/api/v1/tasks/1", body).await;
        done.expect(200);
        done.header("taskwire-change").to_owned()
    };
    let undo = async |change: &str| {
        let path = format!("/api/v1/changes/{change}/undo");
        app.call("POST", &path).send().await
    };
    let added = change(json!({"add_tags": ["garden"]})).await;
    let removed = change(json!({"remove_tags": ["work"]})).await;
    let other = change(json!({"add_tags": ["later"]})).await;
    undo(&added).await.expect(200);
    assert_eq!(tags_of(&app, 1).await, json!(["home", "later"]));
    undo(&removed).await.expect(200);
    assert_eq!(tags_of(&app, 1).await, json!(["home", "later", "Work"]));
    // The same tag stands in the way, and the change that wrote it is named.
    let gone = change(json!({"remove_tags": ["later"]})).await;
    change(json!({"add_tags": ["shed"]})).await;
    let problem = undo(&other).await.refused(409, "changed_since");
    let why = problem["detail"].as_str().unwrap();
    assert!(why.contains("tags (later)"), "{why}");
    assert!(
        problem["hint"].as_str().unwrap().contains(&gone),
        "{problem}"
    );
    app.happened().await;
}

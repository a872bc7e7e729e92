//! tags_list and tags_change, on the API itself.

use serde_json::json;
use taskwire_testkit::{TestDb, both_databases};

use crate::service::Service;

both_databases!(tags_are_listed_and_changed_with_their_tasks);

async fn tags_are_listed_and_changed_with_their_tasks(db: TestDb) {
    let service = Service::open(db).await;
    let pipe = &service.pipe;
    let add = json!({"tasks": [
        {"title": "a", "tags": ["Zoo", "hozo"]}, {"title": "b", "tags": ["zoo"]}, {"title": "c", "tags": ["office"]},
    ]});
    pipe.call("tasks_add", add).await;
    pipe.call("tasks_complete", json!({"tasks": [2]})).await;
    let listed = pipe.call("tags_list", json!({"query": "#ZO"})).await;
    assert_eq!(
        listed,
        json!({"tags": [{"name": "hozo", "open": 1}, {"name": "Zoo", "open": 1}]})
    );

    let change = |tag: &str, action: &str, to: &str| {
        let mut call =
            json!({"tag": tag, "action": action, "request_id": format!("{tag}{action}")});
        if !to.is_empty() {
            call["to"] = json!(to);
        }
        call
    };
    let rename = change("#zoo", "rename", "park");
    let answer = pipe.call("tags_change", rename.clone()).await;
    assert_eq!(answer, json!({"tag": "park", "task_count": 2}));
    assert_eq!(service.task(2).await["tags"], json!(["park"]));
    // Sent again, nothing happens.
    let events = service.events().await;
    let again = pipe.call("tags_change", rename).await;
    assert_eq!(again["changed"], false);
    let merge = change("hozo", "merge", "PARK");
    assert_eq!(service.events().await, events);
    pipe.call("tags_change", merge.clone()).await;
    assert_eq!(service.task(1).await["tags"], json!(["park"]));
    assert_eq!(pipe.call("tags_change", merge).await["changed"], false);
    pipe.call("tags_change", change("park", "recolor", "#aabbcc"))
        .await;
    let deleted = pipe
        .call("tags_change", change("office", "delete", ""))
        .await;
    assert_eq!(deleted, json!({"tag": "office", "task_count": 1}));
    assert_eq!(service.task(3).await.get("tags"), None);
    pipe.call("changes_undo", json!({"changes": ["last"]}))
        .await;
    assert_eq!(service.task(3).await["tags"], json!(["office"]));
}

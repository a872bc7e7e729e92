//! tasks_reopen on the API itself: the notes on occurrences that are withdrawn for earlier ones.

use serde_json::json;
use taskwire_testkit::{TestDb, both_databases};

use crate::service::Service;

both_databases!(a_list_shows_which_tasks_are_open_at_the_end);

async fn a_list_shows_which_tasks_are_open_at_the_end(db: TestDb) {
    let service = Service::open(db).await;
    let pipe = &service.pipe;
    let series = json!({"tasks": [
        {"title": "Stretch", "recurrence": "every day", "due": "2026-11-20"},
        {"title": "Call Bo"},
    ]});
    pipe.call("tasks_add", series).await;
    let complete =
        |number: i64| pipe.call("tasks_complete", json!({"tasks": [{"number": number}]}));
    complete(1).await;
    service.advance(1).await;
    complete(3).await;
    service.advance(3).await;
    complete(2).await;
    // Task 4 is open; then 3, and 1 in its place.
    let answer = pipe
        .call("tasks_reopen", json!({"numbers": [1, 2, 3]}))
        .await;
    assert_eq!(answer["succeeded"], 3);
    let results = answer["results"].as_array().unwrap();
    let statuses: Vec<&str> = results
        .iter()
        .map(|done| done["task"]["status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, ["open", "open", "withdrawn"]);
    assert_eq!(
        results[2]["warnings"],
        json!([
            "Task 3 is not open: task 1, the occurrence before it, was reopened and has withdrawn it. Completing task 1 brings it back."
        ])
    );
    let open = pipe.call("tasks_find", json!({"sort": "number"})).await;
    let open = open["tasks"].as_array().unwrap().iter();
    let open: Vec<i64> = open.map(|task| task["number"].as_i64().unwrap()).collect();
    assert_eq!(open, [1, 2]);
}
